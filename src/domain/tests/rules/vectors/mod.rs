//! The vectors in `tests/vectors`: cases that a municipality's person can read and extend, and their runners.

mod load_text;

mod cp932;
mod eras;
mod kana;
mod permissions;
