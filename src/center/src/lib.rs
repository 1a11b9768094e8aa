//! skeleton
pub mod csvs;
pub mod sample;
