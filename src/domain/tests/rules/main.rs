//! The rules of the domain, tested from outside: one binary, one file per subject.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "helpers of tests are tests: a panic is their answer"
)]

mod authority;
mod booking;
mod booking_guards;
mod common;
mod corrections;
mod decisions;
mod encoding;
mod fold_cases;
mod fold_properties;
mod records;
mod settings;
mod text;
mod vectors;
mod verdict_cards;
mod verdict_cases;
mod verdict_levels;

mod kin;
mod kiosk;
