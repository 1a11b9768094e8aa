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
    /// SHA-256 of the body.
    pub body_hash: Digest32,
    /// The body's length in bytes.
    pub body_len: u32,
    /// The origin's signature.
    pub signature: Signature,
    /// The body, unless it is withheld.
    pub body: Option<Vec<u8>>,
}

/// Why a claim is no entry of its origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadEntry {
    /// The signature is not the origin's: whoever brought it is to blame.
    #[error("the signature is not the origin's")]
    Signature,
    /// The body is not the one that was signed.
    #[error("the body is not the one that was signed")]
    Body,
    /// The body is longer than [`MAX_BODY_BYTES`]: a chunk that holds it might not be taken by the next peer.
    #[error("the body is too long")]
    TooLong,
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

/// The number of the entry after the tip.
pub fn next_number(tip: Option<Tip>) -> u64 {
    tip.map_or(1, |tip| tip.number.saturating_add(1))
}

/// Signs a body as the next entry of the identity's chain in a topic.
pub fn seal(identity: &Identity, topic: &Topic, tip: Option<Tip>, kind: EntryKind, body: Vec<u8>) -> Entry {
    let body_hash = digest(&body);
    let body_len = u32::try_from(body.len()).unwrap_or(u32::MAX);
    let header = header_bytes(topic, identity.origin(), tip, (kind, body_hash, body_len));
    Entry {
        topic: topic.clone(),
        origin: identity.origin(),
        number: next_number(tip),
        kind,
        body_hash,
        body_len,
        header_hash: digest(&header),
        signature: identity.sign(&header),
        body: Some(body),
    }
}

/// Checks a claim as the entry after `tip`: the chain, the signature and the body.
///
/// # Errors
/// [`BadEntry`]: then the number stays open.
pub fn open(topic: &Topic, origin: Origin, tip: Option<Tip>, claim: Claim) -> Result<Entry, BadEntry> {
    let header = header_bytes(topic, origin, tip, (claim.kind, claim.body_hash, claim.body_len));
    if !verify(&origin.key(), &header, &claim.signature) {
        return Err(BadEntry::Signature);
    }
    if claim.body.as_ref().is_some_and(|body| body.len() > MAX_BODY_BYTES) {
        return Err(BadEntry::TooLong);
    }
    if claim.body.as_ref().is_some_and(|body| digest(body) != claim.body_hash) {
        return Err(BadEntry::Body);
    }
    Ok(Entry {
        topic: topic.clone(),
        origin,
        number: next_number(tip),
        kind: claim.kind,
        body_hash: claim.body_hash,
        body_len: claim.body_len,
        header_hash: digest(&header),
        signature: claim.signature,
        body: claim.body,
    })
}

impl From<Entry> for Claim {
    fn from(entry: Entry) -> Self {
        Self {
            kind: entry.kind,
            body_hash: entry.body_hash,
            body_len: entry.body_len,
            signature: entry.signature,
            body: entry.body,
        }
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
        assert!(open_claim(Claim { body: None, ..claim.clone() }).is_ok(), "a body may be absent");
        let changed = [
            Claim { kind: EntryKind::Card, ..claim.clone() },
            Claim { body_len: 4, ..claim.clone() },
            Claim { body_hash: digest(b"two"), body: Some(b"two".to_vec()), ..claim.clone() },
            Claim { signature: Signature([0; 64]), ..claim.clone() },
        ];
        for claim in changed {
            assert_eq!(open_claim(claim), Err(BadEntry::Signature));
        }
        assert_eq!(open_claim(Claim { body: Some(b"two".to_vec()), ..claim.clone() }), Err(BadEntry::Body));
        let other = Identity::new(&[8; 32], 0).origin();
        assert_eq!(open(&topic(), other, None, claim), Err(BadEntry::Signature));
    }
}
