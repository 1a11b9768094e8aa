//! What goes over a line: one frame a message, each with a tag so that a newer version's frames can be skipped.

mod chunk;
mod refusal;
mod vector;

use minicbor::{Decode, Encode};
use uketsuke_domain::log::{Origin, Topic};
use uketsuke_domain::time::Moment;

use crate::body::to_bytes;
use crate::certificate::Certificate;

pub use chunk::{CHUNK_TARGET_BYTES, Chunk, MAX_CHUNK_BYTES};
pub use refusal::Refusal;
pub use vector::{Held, HeldOfKey, Summary, VectorFrame, check, summary_of};

/// The version of the protocol.
pub const PROTOCOL: u8 = 2;
/// No frame is longer than this, in bytes.
pub const MAX_FRAME_BYTES: usize = 2 * 1024 * 1024;
/// A frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// The first from each side.
    Hello(Hello),
    /// The line will be closed, and this is why.
    Refused(Refusal),
    /// What is held of a topic, in one number: where both say the same, nothing more is due.
    Summary(Summary),
    /// How far each origin is held in a topic: everything, or what changed.
    Vector(VectorFrame),
    /// Consecutive entries of one origin.
    Chunk(Chunk),
    /// Nothing is new: the line lives.
    Beat(Beat),
    /// Send all that I lack of this topic, and not only your own: I am new here.
    Fill(Fill),
    /// A frame of a newer version.
    Unknown(u8),
}

/// Who is there, with the centre's leave. Whether it is true is the line's business, which proved the key.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Hello {
    /// [`PROTOCOL`].
    #[n(0)]
    pub protocol: u8,
    /// Who is there.
    #[n(1)]
    pub device: Origin,
    /// What is wanted; empty for all that may be had.
    #[n(2)]
    pub topics: Vec<Topic>,
    /// The sender's wall clock.
    #[n(3)]
    pub now: Moment,
    /// The centre's leave; the centre has none.
    #[n(4)]
    pub certificate: Option<Certificate>,
}

/// Nothing is new.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Beat {
    /// The sender's wall clock.
    #[n(0)]
    pub now: Moment,
}

/// A request to be filled.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Fill {
    /// The topic.
    #[n(0)]
    pub topic: Topic,
}

/// Why bytes are no frame.
#[derive(Debug, thiserror::Error)]
pub enum BadFrame {
    /// Longer than [`MAX_FRAME_BYTES`].
    #[error("a frame of {0} bytes")]
    TooLong(usize),
    /// Not CBOR of the expected form.
    #[error("no readable frame: {0}")]
    Cbor(#[from] minicbor::decode::Error),
    /// The chunk does not inflate, or to too much.
    #[error("no readable chunk: {0}")]
    Zstd(#[from] std::io::Error),
}

impl Frame {
    /// The bytes of one message.
    pub fn encode(&self) -> Vec<u8> {
        let (tag, payload) = match self {
            Self::Hello(frame) => (1, to_bytes(frame)),
            Self::Refused(refusal) => (2, to_bytes(&refusal.number())),
            Self::Summary(frame) => (3, to_bytes(frame)),
            Self::Vector(frame) => (4, to_bytes(frame)),
            Self::Chunk(frame) => (5, to_bytes(frame)),
            Self::Beat(frame) => (6, to_bytes(frame)),
            Self::Fill(frame) => (7, to_bytes(frame)),
            Self::Unknown(tag) => (*tag, Vec::new()),
        };
        [vec![tag], payload].concat()
    }

    /// Reads one message.
    ///
    /// # Errors
    /// [`BadFrame`]; never panics.
    pub fn decode(bytes: &[u8]) -> Result<Self, BadFrame> {
        if bytes.len() > MAX_FRAME_BYTES {
            return Err(BadFrame::TooLong(bytes.len()));
        }
        let Some((tag, payload)) = bytes.split_first() else {
            return Err(minicbor::decode::Error::end_of_input().into());
        };
        Ok(match tag {
            1 => Self::Hello(minicbor::decode(payload)?),
            2 => Self::Refused(Refusal::from_number(minicbor::decode(payload)?)),
            3 => Self::Summary(minicbor::decode(payload)?),
            4 => Self::Vector(minicbor::decode(payload)?),
            5 => Self::Chunk(minicbor::decode(payload)?),
            6 => Self::Beat(minicbor::decode(payload)?),
            7 => Self::Fill(minicbor::decode(payload)?),
            tag => Self::Unknown(*tag),
        })
    }
}
