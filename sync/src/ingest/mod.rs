//! Takes in entries of others, inside one transaction of the log.
//!
//! [`chain`] decides what is an entry of its origin, [`apply`] what becomes of its body, [`control`] what the centre's
//! words about the log ask of everybody, [`archive`] what becomes of a topic that is over.

mod apply;
mod archive;
mod chain;
mod control;

use uketsuke_domain::log::{Digest32, Origin, Topic};
use uketsuke_domain::record::{DocumentId, DocumentKind};

use crate::change::ChangeError;
use crate::entry::{BadEntry, Claim};

pub use apply::{apply_again, refresh_fields};
pub use archive::{drop_archived, is_archived};
pub use chain::ingest;
pub use control::{bodies_of, obey};

/// Consecutive claims of one origin in one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The topic.
    pub topic: Topic,
    /// Who wrote them.
    pub origin: Origin,
    /// The first one's number.
    pub first: u64,
    /// The hash of the header that the first one follows; none for number 1. What is held here counts, not this: it only
    /// shows a chain that went on twice.
    pub after: Option<Digest32>,
    /// The claims.
    pub claims: Vec<Claim>,
}

/// What became of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ingested {
    /// Entries that are new here.
    pub added: u64,
    /// Entries that were here already.
    pub known: u64,
    /// New entries whose bodies are held, with the reasons.
    pub held: Vec<(u64, String)>,
    /// Documents that changed.
    pub documents: Vec<(DocumentKind, DocumentId)>,
}

/// Why a batch was given up. The transaction must be rolled back.
#[derive(Debug, thiserror::Error)]
pub enum IngestError<E: std::error::Error + 'static> {
    /// Storage refused.
    #[error(transparent)]
    Log(E),
    /// Stored field changes no longer open.
    #[error(transparent)]
    Change(#[from] ChangeError),
}

/// Why not all of a batch was taken in. What came before the bad entry is kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Blame {
    /// Entry `number` is not its origin's: the peer that brought it is to blame.
    #[error("entry {number}: {why}")]
    BadEntry {
        /// The number.
        number: u64,
        /// Why.
        why: BadEntry,
    },
    /// The batch begins beyond what is held here: nobody is to blame.
    #[error("the batch begins at {first}, but {held} is the last held here")]
    Gap {
        /// Where it begins.
        first: u64,
        /// The last number held.
        held: u64,
    },
    /// An entry with this number is here already, and it is another, validly signed: two disks write under this origin.
    /// The peer that brought it is not to blame.
    #[error("entry {number} is another one than the one held here")]
    Clone {
        /// The number.
        number: u64,
    },
}

impl Blame {
    /// Whether the peer that brought the batch did what no honest peer does.
    pub fn is_peers(&self) -> bool {
        match self {
            Self::BadEntry { .. } => true,
            Self::Gap { .. } | Self::Clone { .. } => false,
        }
    }
}
