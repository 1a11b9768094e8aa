//! Starts and drives the real binaries.

mod binary;
mod cast;
mod centre;
mod compare;
mod kiosk;
mod netns;
mod view;
mod wire;

pub use binary::binary;
pub use cast::{Cast, Member};
pub use centre::{CentreFolder, CentreProcess};
pub use compare::{Agreement, agreement};
pub use kiosk::{Acknowledgement, KioskProcess, KioskSpec};
pub use netns::{Namespace, Venue};
pub use view::Seen;
pub use wire::{Carried, Quality, Wire};
