//! Starts and drives the real binaries.

mod binary;
mod cast;
mod centre;
mod compare;
mod kiosk;
mod view;

pub use binary::binary;
pub use cast::{Cast, Member};
pub use centre::{CentreFolder, CentreProcess};
pub use compare::{Agreement, agreement};
pub use kiosk::{Acknowledgement, KioskProcess, KioskSpec};
pub use view::Seen;
