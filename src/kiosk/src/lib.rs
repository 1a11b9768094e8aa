//! The kiosk: performs what [`uketsuke_domain::kiosk::Kiosk`] wants done.
//!
//! One thread ([`driver`]) owns the kiosk's state and its writing connection to the disk. The scanner, the link to the
//! centre and the window have threads of their own and speak to it through one channel; nothing of theirs can make a
//! scan wait.

pub mod clock;
pub mod config;
pub mod courier;
pub mod decode;
pub mod driver;
pub mod front;
pub mod keeper;
pub mod link;
pub mod roster;
pub mod sample_scanner;
pub mod scanner;
pub mod start;
