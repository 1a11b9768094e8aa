//! The centre's word about the log itself: who may no longer write, what is gone for good, what is finished.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use super::{Digest32, Origin, Tip, Topic};
use crate::record::DocumentId;
use crate::time::Day;

/// How far entries of an origin in a topic are accepted.
pub type Cuts = BTreeMap<(Topic, Origin), Tip>;

/// The body of an entry of kind `Control`. Numbers are for ever; a variant of a newer version is held and passed on.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Control {
    /// Entries of a device's key count up to the cuts and no further, on every replica alike, whatever came first. A later
    /// word raises cuts and lowers none.
    #[n(0)]
    Revoked {
        /// The device's public key.
        #[cbor(n(0), with = "minicbor::bytes")]
        key: [u8; 32],
        /// The last accepted entry of each of its chains; chains that are not named have none.
        #[n(1)]
        cuts: Cuts,
        /// Why, in staff's words (紛失, 盗難, 廃棄).
        #[n(2)]
        because: String,
        /// Nobody waits for what it may still hold.
        #[n(3)]
        lost: bool,
    },
    /// The bodies of a record are erased everywhere, and refused when they come again. Headers and chains stay.
    #[n(1)]
    Erased {
        /// Whose record.
        #[n(0)]
        document: DocumentId,
        /// SHA-256 of each body.
        #[n(1)]
        bodies: Vec<Digest32>,
    },
    /// The person has no business in the topic of this entry any more: devices drop the bodies, as far as the centre holds
    /// them.
    #[n(2)]
    Leaves {
        /// Whose record.
        #[n(0)]
        document: DocumentId,
        /// The last entry of each chain that may be dropped.
        #[n(1)]
        upto: BTreeMap<Origin, u64>,
    },
    /// The topic is finished: nothing new is expected in it.
    #[n(3)]
    Closed {
        /// The topic.
        #[n(0)]
        topic: Topic,
        /// Since when.
        #[n(1)]
        day: Day,
    },
    /// Everybody has all of a closed topic: its entries may go, the ends of its chains stay.
    #[n(4)]
    Archived {
        /// The topic.
        #[n(0)]
        topic: Topic,
        /// The end of each chain.
        #[n(1)]
        tips: BTreeMap<Origin, Tip>,
    },
}

/// What a word is about: with its subject, the place under which what follows from it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum ControlKind {
    /// A device's key: [`Revocation`].
    Revoked = 0,
    /// A document: the hashes of its erased bodies.
    Erased = 1,
    /// A document and a topic: how far its entries there were dropped.
    Left = 2,
    /// A closed topic: the day.
    Closed = 3,
    /// An archived topic: the ends of its chains.
    Archived = 4,
}

/// What all words about one device come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Revocation {
    /// The furthest cut of each chain.
    #[n(0)]
    pub cuts: Cuts,
    /// Why, of the word that came last.
    #[n(1)]
    pub because: String,
    /// Nobody waits for what it may still hold.
    #[n(2)]
    pub lost: bool,
}

impl Revocation {
    /// Takes in another word: cuts only rise, so the order of words does not matter.
    pub fn join(&mut self, cuts: &Cuts, because: &str, lost: bool) {
        for (chain, cut) in cuts {
            let known = self.cuts.entry(chain.clone()).or_insert(*cut);
            if known.number < cut.number {
                *known = *cut;
            }
        }
        // Of two reasons the same one everywhere, whatever came first.
        if self.because.as_str() < because {
            because.clone_into(&mut self.because);
        }
        self.lost |= lost;
    }
}
