//! The log that is the truth, and the tables that can be made again from it: on SQLite with SQLCipher ([`Store`]), and in
//! memory for simulation ([`MemoryStore`]).
//!
//! A [`Store`] is one connection. Everything is written inside [`Store::write`], one `BEGIN IMMEDIATE` transaction that
//! is durable (`synchronous=FULL`) when it returns. The [`Tx`] inside implements [`uketsuke_domain::log::Ledger`], the port
//! through which replication writes; this crate knows nothing of signatures, changes or frames.

#![forbid(unsafe_code)]

mod error;
mod key;
mod memory;
mod open;
mod project;
mod query;
mod read;
mod rebuild;
mod records;
mod seats;
mod sql;
mod stretch;
mod trouble;
mod tx;

pub use error::StoreError;
pub use key::{Key, KeyError};
pub use memory::{MemoryStore, MemoryTx};
pub use open::{Options, Store};
pub use query::{DoseRow, OpenReview, PersonRow, VisitRow};
pub use rebuild::Place;
pub use trouble::{BodyStates, ForkRow, HeldRow, IncidentRow, Restored, RestoredRow};
pub use tx::Tx;

/// Entries beside a chain, for each origin of a topic: enough to see what happened.
const MOST_FORKS: usize = 64;
