//! The kiosk's face: a window (also on linuxkms, without a desktop), or none.

mod headless;
mod window;

pub use headless::{Command, headless};
pub use window::windowed;
