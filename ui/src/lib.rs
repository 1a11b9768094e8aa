//! The kiosk's screens. Shows a [`View`] and reports presses; decides nothing.
//!
//! * [`Window`] is the window of a kiosk; its [`UiHandle`] shows views from any thread.
//! * [`Headless`] draws the same screens without a display, for tests and for pictures.
//! * [`SampleScanner`] is a small window that stands in for a scanner.
//!
//! All sentences are in the `.slint` files and pass through translation; Rust brings facts, dates and numbers.
//!
//! [`View`]: uketsuke_domain::screen::View

mod adapters;
#[cfg(test)]
mod contrast;
mod error;
mod generated;
mod headless;
mod language;
mod presses;
mod sample_scanner;
mod window;

pub use error::UiError;
pub use headless::Headless;
pub use language::{Language, set_language};
pub use sample_scanner::{SampleScanner, SampleVoucher};
pub use window::{UiHandle, Window, WindowOptions};
