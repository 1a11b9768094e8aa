//! Scanner, camera and USB sticks, each with a simulated twin.
//!
//! This crate knows that bytes come from a tty and pixels from a file, and how to make text of either. It does not know
//! what a voucher is, who is standing there, or what to do about it: text goes out as it came in, with AIM identifiers
//! and NW-7 start and stop letters, and the domain reads it.
//!
//! * [`scanner`]: a serial barcode scanner that may be unplugged at any moment.
//! * [`camera`]: one- and two-dimensional codes in a picture.
//! * [`stick`]: the USB sticks that are mounted.
//!
//! It writes no scanned text to the log.

#![forbid(unsafe_code)]

pub mod camera;
pub mod scanner;
pub mod stick;
