//! Codes that a scanner or a person can bring: what is this text?
//!
//! [`what_is`] never guesses and never fails: a text is one of the codes that we know, or [`Unreadable`] says why not.
//! [`read_scan`] is the same question asked by a kiosk that wants a voucher and nothing else.
//! Layouts and sources: the shared domain facts, §1 (接種券), §5 (GS1) and §6 (AIM identifiers).

mod base32;
mod digits;
mod framing;
pub mod gs1;
mod municipality;
mod not_a_voucher;
mod own;
mod scanned;
mod unreadable;
mod voucher;

pub use framing::Symbology;
pub use gs1::VaccineLabel;
pub use municipality::{Municipality, MunicipalityError};
pub use not_a_voucher::{CodeKind, NotAVoucher, read_scan};
pub use own::{CardId, EnrolmentCode, EnrolmentToken, OwnCodeError, StaffCard};
pub use scanned::{Scan, Scanned, what_is};
pub use unreadable::Unreadable;
pub use voucher::{Coupon, StickerDigits, Voucher, VoucherNumber};
