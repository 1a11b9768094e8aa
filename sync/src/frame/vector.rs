//! What is held of a topic: in one number, and chain by chain.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};
use uketsuke_domain::log::{Digest32, Origin, Tip, Topic, Vector};
use uketsuke_domain::time::Moment;

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

impl VectorFrame {
    /// A frame of these ends of chains.
    pub fn new<'a>(topic: Topic, whole: bool, tips: impl Iterator<Item = (&'a Origin, &'a Tip)>, now: Moment) -> Self {
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
