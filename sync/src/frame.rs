//! What goes over a line: one frame a message, each with a tag so that a newer version's frames can be skipped.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};
use uketsuke_domain::facts::Fact;
use uketsuke_domain::log::{Digest32, EntryKind, Origin, Signature, Topic, Vector};
use uketsuke_domain::record::DocumentId;
use uketsuke_domain::time::Moment;

use crate::body::{AnyBody, to_bytes};
use crate::certificate::Certificate;
use crate::entry::{Claim, Content};
use crate::fact_shape;
use crate::ingest::Batch;

/// The version of the protocol.
pub const PROTOCOL: u8 = 2;
/// No frame is longer than this, in bytes.
pub const MAX_FRAME_BYTES: usize = 2 * 1024 * 1024;
/// No chunk inflates to more than this, in bytes.
pub const MAX_CHUNK_BYTES: usize = 1024 * 1024;
/// A chunk is filled up to about this, in bytes before compression: on a line of 64 kbit/s the next check-in waits for
/// two seconds of it at most, and zstd gains little beyond.
pub const CHUNK_TARGET_BYTES: usize = 48 * 1024;
/// zstd's level: what is sent is small and often repeats itself; higher levels bought little.
const ZSTD_LEVEL: i32 = 3;

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

/// Why a line is closed. Numbers are for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The device is not known here, or not any more.
    NotEnrolled,
    /// The name is not that of the key which the line proved.
    BadProof,
    /// The protocol's version is not spoken here.
    Protocol,
    /// What was sent is none of the sender's business, or nonsense.
    Misbehaviour,
    /// More was sent than anybody has reason to.
    Flood,
    /// The two have a line already.
    Twice,
    /// A reason of a newer version.
    Unknown(u8),
}

impl Refusal {
    /// The number on the wire.
    pub fn number(self) -> u8 {
        match self {
            Self::NotEnrolled => 0,
            Self::BadProof => 1,
            Self::Protocol => 2,
            Self::Misbehaviour => 3,
            Self::Flood => 4,
            Self::Twice => 5,
            Self::Unknown(number) => number,
        }
    }

    /// The reason of a number.
    pub fn from_number(number: u8) -> Self {
        match number {
            0 => Self::NotEnrolled,
            1 => Self::BadProof,
            2 => Self::Protocol,
            3 => Self::Misbehaviour,
            4 => Self::Flood,
            5 => Self::Twice,
            other => Self::Unknown(other),
        }
    }
}

/// What is held of a topic, in one number.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Summary {
    /// The topic.
    #[n(0)]
    pub topic: Topic,
    /// [`summary_of`] the vector.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub digest: [u8; 16],
    /// The sender's wall clock.
    #[n(2)]
    pub now: Moment,
}

/// Sixteen bytes of SHA-256 over all origins and the ends of their chains, in order.
pub fn summary_of(vector: &Vector) -> [u8; 16] {
    let mut hash = Sha256::new();
    for (origin, tip) in vector {
        hash.update(origin.0);
        hash.update(tip.number.to_be_bytes());
        hash.update(tip.header_hash.0);
    }
    let digest: [u8; 32] = hash.finalize().into();
    digest.first_chunk().copied().unwrap_or_default()
}

/// How far one chain is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Held {
    /// The incarnation.
    #[n(0)]
    pub incarnation: u64,
    /// The highest contiguous number.
    #[n(1)]
    pub number: u64,
    /// Four bytes of that header's hash: two chains of one name show themselves.
    #[n(2)]
    pub check: u32,
}

/// How far origins are held in a topic.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct VectorFrame {
    /// The topic.
    #[n(0)]
    pub topic: Topic,
    /// Whether this is everything, and not only what changed.
    #[n(1)]
    pub whole: bool,
    /// By public key.
    #[n(2)]
    pub held: Vec<HeldOfKey>,
    /// The sender's wall clock.
    #[n(3)]
    pub now: Moment,
    /// What was sent did not fit: go on from these numbers.
    #[n(4)]
    #[cbor(default)]
    pub again: bool,
}

/// How far the chains of one key are held.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct HeldOfKey {
    /// The public key.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub key: [u8; 32],
    /// Its chains.
    #[n(1)]
    pub chains: Vec<Held>,
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

/// Consecutive entries of one origin: topic and origin once, the claims compressed, the signatures beside them (nothing
/// makes those shorter).
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
    /// The signatures, 64 bytes each, in the order of the claims that have one.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub signatures: Vec<u8>,
    /// The hash of the header before the first.
    #[n(5)]
    pub after: Option<Digest32>,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct WireClaim {
    #[n(0)]
    kind: u16,
    #[n(1)]
    signed: bool,
    #[cbor(n(2), with = "minicbor::bytes")]
    body: Option<Vec<u8>>,
    /// Hash and length, where the body is absent.
    #[n(3)]
    absent: Option<(Digest32, u32)>,
    /// A fact, without the change around it: the receiver builds that.
    #[n(4)]
    fact: Option<WireFact>,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct WireFact {
    /// The document's kind, as a number: a newer version's is passed on.
    #[n(0)]
    kind: u8,
    #[n(1)]
    document: DocumentId,
    #[cbor(n(2), with = "minicbor::bytes")]
    payload: Vec<u8>,
}

/// A [`crate::body::ChangeBody`] whose kind may be a newer version's.
#[derive(Encode)]
#[cbor(array)]
struct RawChange {
    #[n(0)]
    kind: u8,
    #[n(1)]
    document: DocumentId,
    #[cbor(n(2), with = "minicbor::bytes")]
    change: Vec<u8>,
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

impl VectorFrame {
    /// A frame of these ends of chains.
    pub fn new<'a>(
        topic: Topic,
        whole: bool,
        tips: impl Iterator<Item = (&'a Origin, &'a uketsuke_domain::log::Tip)>,
        now: Moment,
    ) -> Self {
        let mut by_key: BTreeMap<[u8; 32], Vec<Held>> = BTreeMap::new();
        for (origin, tip) in tips {
            let held = Held { incarnation: origin.incarnation(), number: tip.number, check: check(tip.header_hash) };
            by_key.entry(origin.key()).or_default().push(held);
        }
        let held = by_key.into_iter().map(|(key, chains)| HeldOfKey { key, chains }).collect();
        Self { topic, whole, held, now, again: false }
    }

    /// Each chain with its number and check.
    pub fn chains(&self) -> impl Iterator<Item = (Origin, u64, u32)> {
        self.held.iter().flat_map(|of| {
            of.chains.iter().map(|held| (Origin::new(of.key, held.incarnation), held.number, held.check))
        })
    }
}

/// Four bytes of a header's hash.
pub fn check(hash: Digest32) -> u32 {
    hash.0.first_chunk().copied().map(u32::from_be_bytes).unwrap_or_default()
}

impl Chunk {
    /// Packs a batch.
    ///
    /// # Errors
    /// When zstd fails, which is not expected.
    pub fn pack(batch: Batch) -> std::io::Result<Self> {
        let Batch { topic, origin, first, after, claims } = batch;
        let signatures = claims.iter().filter_map(|claim| claim.signature).flat_map(|signature| signature.0).collect();
        let wire: Vec<WireClaim> = claims.into_iter().map(WireClaim::from).collect();
        let claims = zstd::bulk::compress(&to_bytes(&wire), ZSTD_LEVEL)?;
        Ok(Self { topic, origin, first, claims, signatures, after })
    }

    /// Unpacks the batch. What inflates to more than [`MAX_CHUNK_BYTES`] is refused before it is inflated further.
    ///
    /// # Errors
    /// [`BadFrame`].
    pub fn unpack(&self) -> Result<Batch, BadFrame> {
        let bytes = zstd::bulk::decompress(&self.claims, MAX_CHUNK_BYTES)?;
        let wire: Vec<WireClaim> = minicbor::decode(&bytes)?;
        let (signatures, rest) = self.signatures.as_chunks::<64>();
        let signed = wire.iter().filter(|claim| claim.signed).count();
        if signed != signatures.len() || !rest.is_empty() {
            return Err(wrong("not as many signatures as signed claims"));
        }
        let mut signatures = signatures.iter();
        let mut claim = |claim: WireClaim| {
            let signature = if claim.signed { signatures.next().copied().map(Signature) } else { None };
            Ok(Claim { kind: EntryKind::from_number(claim.kind), signature, content: claim.content()? })
        };
        let claims = wire.into_iter().map(&mut claim).collect::<Result<_, BadFrame>>()?;
        Ok(Batch { topic: self.topic.clone(), origin: self.origin, first: self.first, after: self.after, claims })
    }
}

fn wrong(what: &'static str) -> BadFrame {
    BadFrame::Cbor(minicbor::decode::Error::message(what))
}

impl From<Claim> for WireClaim {
    fn from(claim: Claim) -> Self {
        let (kind, signed) = (claim.kind.number(), claim.signature.is_some());
        let (body, absent, fact) = match claim.content {
            Content::Absent { hash, length } => (None, Some((hash, length)), None),
            Content::Body(body) => match WireFact::of(claim.kind, &body) {
                Some(fact) => (None, None, Some(fact)),
                None => (Some(body), None, None),
            },
        };
        Self { kind, signed, body, absent, fact }
    }
}

impl WireClaim {
    fn content(self) -> Result<Content, BadFrame> {
        match (self.body, self.absent, self.fact) {
            (Some(body), None, None) => Ok(Content::Body(body)),
            (None, Some((hash, length)), None) => Ok(Content::Absent { hash, length }),
            (None, None, Some(fact)) => Ok(Content::Body(fact.body().ok_or_else(|| wrong("no fact"))?)),
            _ => Err(wrong("not exactly one of a body, its hash and a fact")),
        }
    }
}

impl WireFact {
    /// The fact of a body that is nothing but the change of a fact.
    fn of(kind: EntryKind, body: &[u8]) -> Option<Self> {
        let Ok(AnyBody::Change(change)) = AnyBody::decode(kind, body) else { return None };
        let (_, payload, _) = fact_shape::decode(&change.change)?;
        let fact = Self { kind: change.kind as u8, document: change.document, payload: payload.to_vec() };
        // Only what the receiver will build byte for byte.
        (fact.body().as_deref() == Some(body)).then_some(fact)
    }

    /// The body, as its author made it.
    fn body(&self) -> Option<Vec<u8>> {
        // Nothing but the id is read: what this version can't read is held, and passed on.
        let id = Fact::id_of(&self.payload)?;
        let change = fact_shape::encode(id, &self.payload).ok()?.bytes;
        Some(to_bytes(&RawChange { kind: self.kind, document: self.document, change }))
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
            signature: Some(Signature([2; 64])),
            content: Content::Body(b"body".to_vec()),
        };
        let absent = Content::Absent { hash: crate::entry::digest(b"body"), length: 4 };
        let claims = vec![
            Claim { signature: None, ..claim.clone() },
            claim.clone(),
            Claim { content: absent, signature: Some(Signature([3; 64])), ..claim },
        ];
        let batch = Batch { topic, origin, first: 5, after: Some(Digest32([4; 32])), claims };
        let chunk = Chunk::pack(batch.clone()).unwrap();
        let Frame::Chunk(read) = Frame::decode(&Frame::Chunk(chunk.clone()).encode()).unwrap() else {
            panic!("a chunk")
        };
        assert_eq!(read, chunk);
        assert_eq!(read.unpack().unwrap(), batch);
        let short = Chunk { signatures: chunk.signatures[..64].to_vec(), ..chunk.clone() };
        assert!(matches!(short.unpack(), Err(BadFrame::Cbor(_))));
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
