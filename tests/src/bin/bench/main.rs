//! `uketsuke-bench`
fn main() {}
