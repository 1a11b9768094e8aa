//! Replication as a state machine: frames in, frames out, no sockets, no disk, no clock.
//!
//! * [`change`] builds Automerge changes in exactly two shapes, and [`gate`] admits nothing else.
//! * [`entry`] signs and chains entries; [`author`] writes new ones and [`ingest`] takes in those of others, both
//!   through the [`uketsuke_domain::log::Log`] port.
//! * [`frame`] is what goes over a line, and [`session::PeerSession`] is the conversation.
//!
//! Whoever owns sockets and storage performs the [`session::Output`]s.

#![forbid(unsafe_code)]

pub mod author;
pub mod body;
pub mod certificate;
pub mod change;
pub mod entry;
pub mod fact_shape;
pub mod field_shape;
pub mod frame;
pub mod gate;
pub mod identity;
pub mod ingest;
pub mod replica;
pub mod room;
mod runs;
pub mod session;
mod shape;
mod signatures;
