//! The log that is the truth, and the tables that can be made again from it, on SQLite with SQLCipher.
//!
//! A [`Store`] is one connection. Everything is written inside [`Store::write`], one `BEGIN IMMEDIATE` transaction that
//! is durable (`synchronous=FULL`) when it returns. The [`Tx`] inside implements [`uketsuke_domain::log::Log`], the port
//! through which replication writes; this crate knows nothing of signatures, changes or frames.

#![forbid(unsafe_code)]

mod error;
mod key;
mod open;
mod project;
mod query;
mod read;
mod rebuild;
mod seats;
mod tx;

pub use error::StoreError;
pub use key::{Key, KeyError};
pub use open::{Options, Store};
pub use query::{DoseRow, HeldRow, OpenReview, PersonRow, VisitRow};
pub use rebuild::Place;
pub use tx::Tx;
