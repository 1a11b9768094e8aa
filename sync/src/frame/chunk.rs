//! Entries on the way: compressed, facts without what the receiver can build, and nothing that inflates without bound.

use minicbor::{Decode, Encode};
use uketsuke_domain::facts::Fact;
use uketsuke_domain::log::{Digest32, EntryKind, Origin, Signature, Topic};
use uketsuke_domain::record::DocumentId;

use super::BadFrame;
use crate::body::{AnyBody, to_bytes};
use crate::entry::{Claim, Content};
use crate::fact_shape;
use crate::ingest::Batch;

/// No chunk inflates to more than this, in bytes.
pub const MAX_CHUNK_BYTES: usize = 1024 * 1024;
/// A chunk is filled up to about this, in bytes before compression: on a line of 64 kbit/s the next check-in waits for
/// two seconds of it at most, and zstd gains little beyond.
pub const CHUNK_TARGET_BYTES: usize = 48 * 1024;
/// zstd's level: what is sent is small and often repeats itself; higher levels bought little.
const ZSTD_LEVEL: i32 = 3;

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
    use crate::frame::{Frame, MAX_FRAME_BYTES};
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
