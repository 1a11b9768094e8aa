//! One- and two-dimensional codes in pictures, read by zbar.
//!
//! Codes need their quiet zone: zbar does not see a bar code with less than about ten modules of white around it.

mod decode;
mod file;
#[cfg(test)]
mod measure;
mod passes;
mod simulated;
#[cfg(test)]
mod specimens;
#[cfg(test)]
mod tests;

pub use decode::{Decoded, Symbology, decode_image};
pub use file::{CameraError, decode_file, load_file};
pub use simulated::SimulatedCamera;
