//! Codes that a scanner or a person can bring: what is this text?
//!
//! The parser never guesses: a text is a voucher or there is a [`NotAVoucher`] that says why not.
//! Layouts and sources: the shared domain facts, §1 (接種券), §5 (GS1) and §6 (AIM identifiers).

mod municipality;
mod scanned;
mod voucher;

pub use municipality::{Municipality, MunicipalityError};
pub use scanned::{CodeKind, NotAVoucher, Scan, Symbology, read_scan};
pub use voucher::{Coupon, StickerDigits, Voucher, VoucherNumber};
