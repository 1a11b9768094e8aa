//! What goes over a line: one frame a message, each with a tag so that a newer version's frames can be skipped.

use minicbor::{Decode, Encode};
use uketsuke_domain::log::{Digest32, EntryKind, Origin, Signature, Topic};
use uketsuke_domain::time::Moment;

use crate::body::to_bytes;
use crate::entry::Claim;

/// The version of the protocol.
pub const PROTOCOL: u8 = 1;
/// No frame is longer than this, in bytes.
pub const MAX_FRAME_BYTES: usize = 2 * 1024 * 1024;
/// No chunk inflates to more than this, in bytes.
pub const MAX_CHUNK_BYTES: usize = 1024 * 1024;
/// A chunk is filled up to about this, in bytes before compression.
pub const CHUNK_TARGET_BYTES: usize = 128 * 1024;
/// zstd's level: what is sent is small and often repeats itself; higher levels bought little.
const ZSTD_LEVEL: i32 = 3;

/// A frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// The first from each side.
    Hello(Hello),
    /// The second: that the key is really held.
    Proof(Proof),
    /// The line will be closed, and this is why.
    Refused(Refusal),
    /// How far each origin is held in a topic. Says only what changed, or everything the first time.
    Vector(VectorFrame),
    /// Consecutive entries of one origin.
    Chunk(Chunk),
    /// A frame of a newer version.
    Unknown(u8),
}

/// Who is there and what is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Hello {
    /// [`PROTOCOL`].
    #[n(0)]
    pub protocol: u8,
    /// Who is there.
    #[n(1)]
    pub device: Origin,
    /// What the other side must sign.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub nonce: [u8; 16],
    /// What is wanted, or served.
    #[n(3)]
    pub topics: Vec<Topic>,
    /// The sender's wall clock.
    #[n(4)]
    pub now: Moment,
}

/// That the key is really held.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Proof {
    /// Of [`proof_message`].
    #[n(0)]
    pub signature: Signature,
}

/// Why a line is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Refusal {
    /// The device is not known here.
    #[n(0)]
    NotEnrolled,
    /// The proof does not fit.
    #[n(1)]
    BadProof,
    /// The protocol's version is not spoken here.
    #[n(2)]
    Protocol,
    /// What was sent is none of the sender's business, or nonsense.
    #[n(3)]
    Misbehaviour,
}

/// How far origins are held in a topic.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct VectorFrame {
    /// The topic.
    #[n(0)]
    pub topic: Topic,
    /// Origins and their highest contiguous numbers.
    #[n(1)]
    pub held: Vec<(Origin, u64)>,
    /// The sender's wall clock.
    #[n(2)]
    pub now: Moment,
}

/// Consecutive entries of one origin: topic and origin once, the claims compressed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Chunk {
    /// The topic.
    #[n(0)]
    pub topic: Topic,
    /// Who wrote them.
    #[n(1)]
    pub origin: Origin,
    /// The first one's number.
    #[n(2)]
    pub first: u64,
    /// The claims: CBOR, then zstd.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub claims: Vec<u8>,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct WireClaim {
    #[n(0)]
    kind: u16,
    #[n(1)]
    signature: Signature,
    #[cbor(n(2), with = "minicbor::bytes")]
    body: Option<Vec<u8>>,
    /// Hash and length, where the body is absent.
    #[n(3)]
    absent: Option<(Digest32, u32)>,
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

/// What a [`Proof`] signs: the verifier's nonce and both names, so that it serves for this line alone.
pub fn proof_message(prover: Origin, nonce: &[u8; 16], verifier: Origin) -> Vec<u8> {
    [&b"uketsuke proof 1\0"[..], &prover.0, nonce, &verifier.0].concat()
}

impl Frame {
    /// The bytes of one message.
    pub fn encode(&self) -> Vec<u8> {
        let (tag, payload) = match self {
            Self::Hello(frame) => (1, to_bytes(frame)),
            Self::Proof(frame) => (2, to_bytes(frame)),
            Self::Refused(refusal) => (3, to_bytes(refusal)),
            Self::Vector(frame) => (4, to_bytes(frame)),
            Self::Chunk(frame) => (5, to_bytes(frame)),
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
            2 => Self::Proof(minicbor::decode(payload)?),
            3 => Self::Refused(minicbor::decode(payload)?),
            4 => Self::Vector(minicbor::decode(payload)?),
            5 => Self::Chunk(minicbor::decode(payload)?),
            tag => Self::Unknown(*tag),
        })
    }
}

impl Chunk {
    /// Packs claims.
    ///
    /// # Errors
    /// When zstd fails, which is not expected.
    pub fn pack(topic: Topic, origin: Origin, first: u64, claims: Vec<Claim>) -> std::io::Result<Self> {
        let wire: Vec<WireClaim> = claims.into_iter().map(WireClaim::from).collect();
        let claims = zstd::bulk::compress(&to_bytes(&wire), ZSTD_LEVEL)?;
        Ok(Self { topic, origin, first, claims })
    }

    /// Unpacks the claims. What inflates to more than [`MAX_CHUNK_BYTES`] is refused before it is inflated further.
    ///
    /// # Errors
    /// [`BadFrame`].
    pub fn unpack(&self) -> Result<Vec<Claim>, BadFrame> {
        let bytes = zstd::bulk::decompress(&self.claims, MAX_CHUNK_BYTES)?;
        let wire: Vec<WireClaim> = minicbor::decode(&bytes)?;
        wire.into_iter().map(|claim| claim.claim().ok_or(BadFrame::Cbor(missing_body()))).collect()
    }
}

fn missing_body() -> minicbor::decode::Error {
    minicbor::decode::Error::message("neither a body nor its hash")
}

impl From<Claim> for WireClaim {
    fn from(claim: Claim) -> Self {
        let absent = claim.body.is_none().then_some((claim.body_hash, claim.body_len));
        Self { kind: claim.kind.number(), signature: claim.signature, body: claim.body, absent }
    }
}

impl WireClaim {
    fn claim(self) -> Option<Claim> {
        let (body_hash, body_len) = match (&self.body, self.absent) {
            (Some(body), _) => (crate::entry::digest(body), u32::try_from(body.len()).ok()?),
            (None, Some(absent)) => absent,
            (None, None) => return None,
        };
        let kind = EntryKind::from_number(self.kind);
        Some(Claim { kind, body_hash, body_len, signature: self.signature, body: self.body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uketsuke_domain::code::Municipality;

    #[test]
    fn a_chunk_comes_back_and_a_bomb_does_not_inflate() {
        let topic = Topic::municipality(Municipality::parse("132080").unwrap());
        let origin = Origin::new([1; 32], 0);
        let claim = Claim {
            kind: EntryKind::Unknown(77),
            body_hash: crate::entry::digest(b"body"),
            body_len: 4,
            signature: Signature([2; 64]),
            body: Some(b"body".to_vec()),
        };
        let absent = Claim { body: None, ..claim.clone() };
        let claims = vec![claim, absent];
        let chunk = Chunk::pack(topic.clone(), origin, 5, claims.clone()).unwrap();
        let Frame::Chunk(read) = Frame::decode(&Frame::Chunk(chunk.clone()).encode()).unwrap() else {
            panic!("a chunk")
        };
        assert_eq!(read, chunk);
        assert_eq!(read.unpack().unwrap(), claims);
        let bomb = zstd::bulk::compress(&vec![0; 200_000_000], 3).unwrap();
        assert!(bomb.len() < MAX_FRAME_BYTES);
        let bomb = Chunk { claims: bomb, ..chunk };
        assert!(matches!(bomb.unpack(), Err(BadFrame::Zstd(_))));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(Frame::Chunk(chunk)) = Frame::decode(&bytes) {
                let _ = chunk.unpack();
            }
        }
    }
}
