//! The kiosk's question: is this a voucher, and if not, why not?

use serde::Serialize;

use super::{Scan, Scanned, Unreadable, what_is};

/// A code that is known, and is no voucher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum CodeKind {
    /// GS1 element strings, whole or damaged: a vaccine vial or its box.
    VaccineLabel,
    /// A web address.
    WebAddress,
    /// A book's or a product's EAN-13 / JAN.
    Product,
    /// 職員証: a staff card of ours.
    StaffCard,
    /// The code that enrols a device at its centre.
    EnrolmentCode,
}

/// Why a text is no voucher. Each has its own words on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
pub enum NotAVoucher {
    /// Nothing was left after framing and identifiers were stripped.
    #[error("the code is empty")]
    Empty,
    /// Digits, but neither 10 nor 18: NW-7 drops digits when the print is poor.
    #[error("{0} digits were read; a voucher has 10 or 18")]
    Length(usize),
    /// 18 digits whose municipality has a wrong check digit: read again.
    #[error("the municipality's check digit does not fit: read again")]
    CheckDigit,
    /// It holds something other than digits and is no code we know.
    #[error("the code holds something other than digits")]
    Characters,
    /// A code that belongs elsewhere.
    #[error("this is another code: {0:?}")]
    Known(CodeKind),
    /// NW-7 with a start letter and no stop letter, or the reverse: cut in transmission.
    #[error("the bar code was cut off")]
    Cut,
    /// A code of ours (staff card, enrolment) whose check characters do not fit: read again.
    #[error("a code of ours was read wrongly: read again")]
    DamagedOwnCode,
    /// A code of ours in a format that this version does not know.
    #[error("a code of ours from a newer version")]
    NewerCode,
}

/// Reads a voucher; [`what_is`] does the work.
///
/// # Errors
/// [`NotAVoucher`]: never a panic, whatever the text.
pub fn read_scan(text: &str) -> Result<Scan, NotAVoucher> {
    Err(match what_is(text) {
        Scanned::Voucher(scan) => return Ok(scan),
        Scanned::Vaccine(_) => NotAVoucher::Known(CodeKind::VaccineLabel),
        Scanned::StaffCard(_) => NotAVoucher::Known(CodeKind::StaffCard),
        Scanned::Enrolment(_) => NotAVoucher::Known(CodeKind::EnrolmentCode),
        Scanned::WebAddress => NotAVoucher::Known(CodeKind::WebAddress),
        Scanned::Product => NotAVoucher::Known(CodeKind::Product),
        Scanned::Unreadable(reason) => reason.into(),
    })
}

impl From<Unreadable> for NotAVoucher {
    fn from(reason: Unreadable) -> Self {
        match reason {
            Unreadable::Empty => Self::Empty,
            Unreadable::Length(digits) => Self::Length(digits),
            Unreadable::CheckDigit => Self::CheckDigit,
            Unreadable::Characters => Self::Characters,
            Unreadable::Cut => Self::Cut,
            Unreadable::DamagedOwnCode => Self::DamagedOwnCode,
            Unreadable::NewerCode => Self::NewerCode,
            // At the door it does not matter what is wrong with a label: it is none of a visitor's codes.
            Unreadable::Label(_) => Self::Known(CodeKind::VaccineLabel),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::{Coupon, Municipality, StickerDigits, Symbology, Voucher, VoucherNumber};
    use proptest::prelude::*;

    fn full(kind: u8, dose: u8) -> Coupon {
        Coupon::Full {
            sticker: StickerDigits { kind, dose },
            voucher: Voucher {
                municipality: Municipality::parse("132080").unwrap(),
                number: VoucherNumber::parse("1111111113").unwrap(),
            },
        }
    }

    fn number() -> Coupon {
        Coupon::Number(VoucherNumber::parse("1111111113").unwrap())
    }

    #[test]
    fn vouchers() {
        let cases = [
            ("1111111113", Symbology::Other, number()),
            ("]F01111111113", Symbology::Nw7, number()),
            ("A1111111113B", Symbology::Nw7, number()),
            ("]F0a1111111113a", Symbology::Nw7, number()),
            ("]Q1211320801111111113", Symbology::Qr, full(2, 1)),
            ("211320801111111113", Symbology::Other, full(2, 1)),
            ("\u{2}D211320801111111113D\r\n", Symbology::Nw7, full(2, 1)),
            ("931320801111111113", Symbology::Other, full(9, 3)),
        ];
        for (text, symbology, coupon) in cases {
            assert_eq!(read_scan(text), Ok(Scan { symbology, coupon }), "{text:?}");
        }
    }

    #[test]
    fn the_rest_says_what_it_is() {
        let cases = [
            ("", NotAVoucher::Empty),
            ("  \r\n", NotAVoucher::Empty),
            ("]F0", NotAVoucher::Empty),
            ("111111111", NotAVoucher::Length(9)),
            ("21132080111111111", NotAVoucher::Length(17)),
            ("211320811111111113", NotAVoucher::CheckDigit),
            ("A1111111113", NotAVoucher::Cut),
            ("1111111113B", NotAVoucher::Cut),
            ("AA1111111113BB", NotAVoucher::Characters),
            ("4901234567894", NotAVoucher::Known(CodeKind::Product)),
            ("https://example.jp/1", NotAVoucher::Known(CodeKind::WebAddress)),
            ("]C1010952123454321317100101", NotAVoucher::Known(CodeKind::VaccineLabel)),
            ("01095212345432131710010110123ABC\u{1d}21123", NotAVoucher::Known(CodeKind::VaccineLabel)),
            ("01095212345432131710010110123ABC", NotAVoucher::Known(CodeKind::VaccineLabel)),
            ("フジツウ", NotAVoucher::Characters),
            ("１１１１１１１１１３", NotAVoucher::Characters),
            ("0109521234543213171001011012D", NotAVoucher::Known(CodeKind::VaccineLabel)),
            ("1111111113AB", NotAVoucher::Characters),
            ("DEAD", NotAVoucher::Characters),
        ];
        for (text, reason) in cases {
            assert_eq!(read_scan(text), Err(reason), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_was_printed(kind in 0u8..10, dose in 0u8..10, number in "[0-9]{10}") {
            let scan = read_scan(&format!("{kind}{dose}132080{number}")).unwrap();
            prop_assert_eq!(scan.coupon.sticker(), Some(StickerDigits { kind, dose }));
            let own = Municipality::parse("131016").unwrap();
            prop_assert_eq!(scan.coupon.voucher(own).to_string(), format!("132080-{}", number));
        }
    }
}
