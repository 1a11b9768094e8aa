//! The replicated log as plain data, and the port through which replication writes to storage.
//!
//! `sync` knows what entries mean and how they are signed; `store` keeps them. Neither knows the other: both speak of
//! the types here, and a binary hands the store's transaction to replication as a [`Log`].

mod control;
mod entry;
mod ledger;
mod port;

pub use control::{Control, ControlKind, Cuts, Revocation};
pub use entry::{BodyState, Digest32, Entry, EntryKind, Origin, Signature, Tip, Topic, Vector};
pub use ledger::{Incident, IncidentKind, Ledger, Storage};
pub use port::{Fork, Item, ItemContent, Log};
