//! Whole-system tests: real processes, real ptys, real files.
//!
//! [`harness`] starts and drives the binaries as a person would; [`story`] is one day with a lost line and a power cut,
//! played by `make demo` and by a test.

#![allow(clippy::missing_errors_doc, reason = "a harness: every error ends the test with its own words")]
#![allow(clippy::indexing_slicing, reason = "a harness: it reads JSON that its own binaries print")]

pub mod harness;
pub mod story;
