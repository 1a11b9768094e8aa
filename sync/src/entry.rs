//! Headers: what is signed and chained.

use minicbor::Encode;
use sha2::{Digest, Sha256};
use uketsuke_domain::log::{Digest32, Entry, EntryKind, Origin, Signature, Tip, Topic};

use crate::identity::{Identity, verify};

/// The version of the header's form.
const VERSION: u8 = 1;
/// The longest body, in bytes: far more than a change or a carried one needs, far less than a chunk may hold.
pub const MAX_BODY_BYTES: usize = 256 * 1024;
/// What the first header of a chain names as the one before.
const NOTHING: Digest32 = Digest32([0; 32]);

/// The signed bytes: an array in this order. No personal data.
#[derive(Encode)]
#[cbor(array)]
struct Header<'a> {
    #[n(0)]
    version: u8,
    #[n(1)]
    topic: &'a Topic,
    #[n(2)]
    origin: Origin,
    #[n(3)]
    number: u64,
    #[n(4)]
    previous: Digest32,
    #[n(5)]
    kind: u16,
    #[n(6)]
    body_hash: Digest32,
    #[n(7)]
    body_len: u32,
}

/// What an entry claims, before anything is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What the body is.
    pub kind: EntryKind,
    /// The origin's signature; none in the middle of a run.
    pub signature: Option<Signature>,
    /// The body, or what is known of it.
    pub content: Content,
}

/// A body, or what is known of one that is absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// The body.
    Body(Vec<u8>),
    /// Withheld, erased or left.
    Absent {
        /// Its hash.
        hash: Digest32,
        /// Its length in bytes.
        length: u32,
    },
}

/// Why a claim is no entry of its origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadEntry {
    /// The signature is not the origin's: whoever brought it is to blame.
    #[error("the signature is not the origin's")]
    Signature,
    /// The body is longer than [`MAX_BODY_BYTES`]: a chunk that holds it might not be taken by the next peer.
    #[error("the body is too long")]
    TooLong,
    /// The chain does not begin with the centre's leave to write in this topic.
    #[error("the origin has no leave to write here")]
    NoLeave,
}

/// SHA-256.
pub fn digest(bytes: &[u8]) -> Digest32 {
    Digest32(Sha256::digest(bytes).into())
}

fn header_bytes(topic: &Topic, origin: Origin, tip: Option<Tip>, claim: (EntryKind, Digest32, u32)) -> Vec<u8> {
    let header = Header {
        version: VERSION,
        topic,
        origin,
        number: next_number(tip),
        previous: tip.map_or(NOTHING, |tip| tip.header_hash),
        kind: claim.0.number(),
        body_hash: claim.1,
        body_len: claim.2,
    };
    // Writing to memory cannot fail.
    minicbor::to_vec(&header).unwrap_or_default()
}

/// The hash that a header names as the one before it.
pub(crate) fn previous_of(header: &[u8]) -> Digest32 {
    let mut decoder = minicbor::Decoder::new(header);
    let read = || {
        decoder.array()?;
        (0..4).try_for_each(|_| decoder.skip())?;
        decoder.decode()
    };
    // Headers are encoded here, and so can be read.
    let read: Result<Digest32, minicbor::decode::Error> = { read }();
    read.unwrap_or(NOTHING)
}

/// The number of the entry after the tip.
pub fn next_number(tip: Option<Tip>) -> u64 {
    tip.map_or(1, |tip| tip.number.saturating_add(1))
}

/// An entry that its origin has not signed yet, and the bytes that a signature would be of.
#[derive(Clone, Debug)]
pub struct Unsigned {
    /// The entry.
    pub entry: Entry,
    /// Its header.
    pub header: Vec<u8>,
}

impl Unsigned {
    /// The entry after `tip` of an origin.
    fn new(topic: &Topic, origin: Origin, tip: Option<Tip>, claim: Claim) -> Self {
        let (body_hash, body_len, body) = match claim.content {
            Content::Body(body) => (digest(&body), u32::try_from(body.len()).unwrap_or(u32::MAX), Some(body)),
            Content::Absent { hash, length } => (hash, length, None),
        };
        let header = header_bytes(topic, origin, tip, (claim.kind, body_hash, body_len));
        let entry = Entry {
            topic: topic.clone(),
            origin,
            number: next_number(tip),
            kind: claim.kind,
            body_hash,
            body_len,
            header_hash: digest(&header),
            signature: claim.signature,
            body,
        };
        Self { entry, header }
    }

    /// What was signed, and the signature; none in the middle of a run.
    pub(crate) fn signed(&self) -> Option<(&[u8], &Signature)> {
        Some((&self.header, self.entry.signature.as_ref()?))
    }

    /// Whether the entry's signature is its origin's.
    pub fn is_signed(&self) -> bool {
        self.entry.signature.is_some_and(|signature| verify(&self.entry.origin.key(), &self.header, &signature))
    }
}

/// Makes a body the next entry of the identity's chain in a topic, without a signature.
pub fn prepare(identity: &Identity, topic: &Topic, tip: Option<Tip>, kind: EntryKind, body: Vec<u8>) -> Unsigned {
    Unsigned::new(topic, identity.origin(), tip, Claim { kind, signature: None, content: Content::Body(body) })
}

/// Signs a body as the next entry of the identity's chain in a topic.
pub fn seal(identity: &Identity, topic: &Topic, tip: Option<Tip>, kind: EntryKind, body: Vec<u8>) -> Entry {
    let Unsigned { entry, header } = prepare(identity, topic, tip, kind, body);
    Entry { signature: Some(identity.sign(&header)), ..entry }
}

/// Reads a claim as the entry after `tip`, without looking at its signature: that may stand further on in the run.
///
/// # Errors
/// [`BadEntry::TooLong`].
pub fn read(topic: &Topic, origin: Origin, tip: Option<Tip>, claim: Claim) -> Result<Unsigned, BadEntry> {
    match &claim.content {
        Content::Body(body) if body.len() > MAX_BODY_BYTES => Err(BadEntry::TooLong),
        _ => Ok(Unsigned::new(topic, origin, tip, claim)),
    }
}

/// Checks a claim as the entry after `tip`: the chain, and the signature, which must be there.
///
/// # Errors
/// [`BadEntry`]: then the number stays open.
pub fn open(topic: &Topic, origin: Origin, tip: Option<Tip>, claim: Claim) -> Result<Entry, BadEntry> {
    let read = read(topic, origin, tip, claim)?;
    if read.is_signed() { Ok(read.entry) } else { Err(BadEntry::Signature) }
}

impl From<Entry> for Claim {
    fn from(entry: Entry) -> Self {
        let content = match entry.body {
            Some(body) => Content::Body(body),
            None => Content::Absent { hash: entry.body_hash, length: entry.body_len },
        };
        Self { kind: entry.kind, signature: entry.signature, content }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uketsuke_domain::code::Municipality;

    fn topic() -> Topic {
        Topic::municipality(Municipality::parse("132080").unwrap())
    }

    fn tip_of(entry: &Entry) -> Tip {
        Tip { number: entry.number, header_hash: entry.header_hash }
    }

    #[test]
    fn a_chain_opens_only_in_its_order() {
        let identity = Identity::new(&[7; 32], 0);
        let first = seal(&identity, &topic(), None, EntryKind::Change, b"one".to_vec());
        let second = seal(&identity, &topic(), Some(tip_of(&first)), EntryKind::Change, b"two".to_vec());
        let open_at = |tip, entry: &Entry| open(&topic(), identity.origin(), tip, entry.clone().into());
        assert_eq!(open_at(None, &first), Ok(first.clone()));
        assert_eq!(open_at(Some(tip_of(&first)), &second), Ok(second.clone()));
        assert_eq!(open_at(None, &second), Err(BadEntry::Signature));
        assert_eq!(open_at(Some(tip_of(&second)), &second), Err(BadEntry::Signature));
    }

    #[test]
    fn nothing_signed_can_be_changed() {
        let identity = Identity::new(&[7; 32], 0);
        let entry = seal(&identity, &topic(), None, EntryKind::Change, b"one".to_vec());
        let open_claim = |claim| open(&topic(), identity.origin(), None, claim);
        let claim = Claim::from(entry);
        assert!(open_claim(claim.clone()).is_ok());
        let absent = Content::Absent { hash: digest(b"one"), length: 3 };
        assert!(open_claim(Claim { content: absent, ..claim.clone() }).is_ok(), "a body may be absent");
        let changed = [
            Claim { kind: EntryKind::Card, ..claim.clone() },
            Claim { content: Content::Absent { hash: digest(b"one"), length: 4 }, ..claim.clone() },
            Claim { content: Content::Body(b"two".to_vec()), ..claim.clone() },
            Claim { signature: Some(Signature([0; 64])), ..claim.clone() },
            Claim { signature: None, ..claim.clone() },
        ];
        for claim in changed {
            assert_eq!(open_claim(claim), Err(BadEntry::Signature));
        }
        let other = Identity::new(&[8; 32], 0).origin();
        assert_eq!(open(&topic(), other, None, claim), Err(BadEntry::Signature));
    }
}
