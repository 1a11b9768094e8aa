//! Japanese text at the edges: names as keys, dates of the eras, bytes of older systems.
//!
//! * [`kana`] folds a name into a key that two spellings of one name share. The name itself is never changed.
//! * [`era`] reads and prints 和暦.
//! * [`cp932`] turns text into the bytes of Windows' `Shift_JIS` and back, and replaces nothing silently.

pub mod cp932;
pub mod era;
mod fold;
pub mod kana;
