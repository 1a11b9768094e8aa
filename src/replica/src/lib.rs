//! A replica: storage and replication joined, the same for kiosk, centre and simulation. No socket, no window, no clock.
//!
//! * [`record`] makes a kiosk's facts durable, [`publish`] is what the centre does with every record that changed.
//! * [`Node`] is storage as a conversation sees it; [`hub::Hub`] holds all conversations of one replica.
//! * [`courier`] carries what a line would, as a file; [`admin`] says the centre's words about the log.
//!
//! It knows storage by its ports ([`uketsuke_domain::log::Storage`]), so that the same code runs on `SQLite` and in memory.

#![forbid(unsafe_code)]

pub mod admin;
pub mod courier;
mod error;
pub mod hub;
mod node;
pub mod publish;
pub mod record;

pub use error::ReplicaError;
pub use node::{Node, Role, Said};
