//! Lines between replicas: the only crate that opens sockets from kiosk to centre, and from kiosk to kiosk.
//!
//! A [`Line`] is TLS 1.3 over TCP. Both ends show an Ed25519 key as it is (RFC 7250), without certificates, and prove that
//! they have its secret. Over it go [frames](Sending::send) of bytes; what they mean is nobody's business here.
//! [`dial`] makes a line, a [`Listener`] takes them in, and a [`Finder`] tells who else is in the room.
//!
//! Any key is let in. *Who* may talk is decided by whoever asked for the line, by [`Line::peer`].
//!
//! Why it is so: `docs/decisions/0011-lines-tls-with-raw-keys.md`.

#![forbid(unsafe_code)]

mod assembly;
mod board;
mod crowd;
mod dial;
mod error;
mod find;
mod inbox;
mod key;
mod limits;
mod line;
mod listener;
mod meter;
mod receiving;
mod sending;
mod tls;
mod verifier;

pub use board::{Happened, Place, Switchboard};
pub use dial::{dial, dial_any};
pub use error::LineError;
pub use find::{Announcement, FindError, Finder, Found, Reach};
pub use inbox::{Inbox, Next};
pub use key::LineKey;
pub use limits::Limits;
pub use line::Line;
pub use listener::Listener;
pub use meter::Traffic;
pub use receiving::{Ending, Receiving};
pub use sending::Sending;
