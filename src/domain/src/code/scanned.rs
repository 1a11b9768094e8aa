//! One function that says what a scanned text is.

use serde::Serialize;

use super::digits::{all_digits, is_product, read_coupon};
use super::framing::{Aim, Framed, GS, strip_nw7_letters};
use super::gs1;
use super::own::{self, OwnCode, OwnCodeError};
use super::{Coupon, EnrolmentCode, StaffCard, Symbology, Unreadable, VaccineLabel};

/// A voucher code that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Scan {
    /// How it was printed.
    pub symbology: Symbology,
    /// What it says.
    pub coupon: Coupon,
}

/// What a scanned text is. It holds secrets of cards, so it is not written anywhere as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scanned {
    /// 接種券.
    Voucher(Scan),
    /// The label of a vial or its box, with or without a lot.
    Vaccine(VaccineLabel),
    /// 職員証.
    StaffCard(StaffCard),
    /// The code that enrols a device.
    Enrolment(EnrolmentCode),
    /// A web address.
    WebAddress,
    /// A book's or a product's EAN-13 / JAN.
    Product,
    /// None of these, and why.
    Unreadable(Unreadable),
}

/// Says what a scanned or typed text is. White space around it, an AIM identifier and NW-7's start and stop letters
/// are stripped. Never fails, never panics, and never takes a text for more than it proves to be.
///
/// The order of the questions decides between codes that look alike: what the reader says (GS1) comes first, then our
/// own prefix, then vouchers by their number of digits. So 18 digits that begin with `01` are a voucher: a GS1 label
/// with 18 digits does not exist, since nothing fits into the two digits after the GTIN.
pub fn what_is(text: &str) -> Scanned {
    read(Framed::of(text)).unwrap_or_else(Scanned::Unreadable)
}

fn read(framed: Framed<'_>) -> Result<Scanned, Unreadable> {
    let Framed { aim, payload } = framed;
    if payload.chars().all(|c| c == GS) {
        return Err(Unreadable::Empty);
    }
    if aim.is_some_and(Aim::is_gs1) || payload.contains(GS) {
        let text = if aim.is_some_and(Aim::is_gs1_qr) { gs1::percent_as_separator(payload) } else { payload.into() };
        return label(&text);
    }
    if let Some(own) = own::read(payload) {
        return read_own(own);
    }
    if is_web_address(payload) {
        return Ok(Scanned::WebAddress);
    }
    let (has_letters, text) = strip_nw7_letters(payload)?;
    if !all_digits(text) {
        let is_label = gs1::is_bracketed(text) || text.get(..16).is_some_and(is_gtin_element);
        return if is_label { label(text) } else { Err(Unreadable::Characters) };
    }
    if let Some(coupon) = read_coupon(text) {
        return Ok(Scanned::Voucher(Scan { symbology: framed.symbology(has_letters), coupon: coupon? }));
    }
    if is_product(text, aim.is_some_and(Aim::is_ean)) {
        return Ok(Scanned::Product);
    }
    // Without a word from the reader, digits are a label only when they read whole as one.
    let digits_as_label = if is_gtin_element(text.get(..16).unwrap_or_default()) { label(text).ok() } else { None };
    digits_as_label.ok_or(Unreadable::Length(text.len()))
}

fn label(text: &str) -> Result<Scanned, Unreadable> {
    gs1::read_label(text).map(Scanned::Vaccine).map_err(Unreadable::Label)
}

fn read_own(own: Result<OwnCode, OwnCodeError>) -> Result<Scanned, Unreadable> {
    match own {
        Ok(OwnCode::Staff(card)) => Ok(Scanned::StaffCard(card)),
        Ok(OwnCode::Enrolment(code)) => Ok(Scanned::Enrolment(code)),
        Err(OwnCodeError::Newer) => Err(Unreadable::NewerCode),
        Err(OwnCodeError::Damaged | OwnCodeError::NotOurs | OwnCodeError::OtherKind) => Err(Unreadable::DamagedOwnCode),
    }
}

fn is_web_address(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

/// `01` and fourteen digits: how a label begins.
fn is_gtin_element(head: &str) -> bool {
    head.len() == 16 && head.starts_with("01") && all_digits(head)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_voucher_that_begins_like_a_label_is_a_voucher() {
        let scanned = what_is("011320801111111113");
        assert!(matches!(scanned, Scanned::Voucher(_)), "{scanned:?}");
        assert_eq!(what_is("011320811111111113"), Scanned::Unreadable(Unreadable::CheckDigit));
    }

    #[test]
    fn digits_without_an_identifier_are_a_label_only_when_they_read_as_one() {
        assert!(matches!(what_is("0109521234543213"), Scanned::Vaccine(_)));
        assert!(matches!(what_is("010952123454321317100101"), Scanned::Vaccine(_)));
        for (text, length) in [("0109521234543214", 16), ("01095212345432131", 17), ("010952123454321317100199", 24)] {
            assert_eq!(what_is(text), Scanned::Unreadable(Unreadable::Length(length)), "{text}");
        }
    }

    #[test]
    fn products_have_a_check_digit() {
        assert_eq!(what_is("4901234567894"), Scanned::Product);
        assert_eq!(what_is("]E449012348"), Scanned::Unreadable(Unreadable::Length(8)));
        assert_eq!(what_is("]E449123456"), Scanned::Product);
        assert_eq!(what_is("49123456"), Scanned::Unreadable(Unreadable::Length(8)), "8 digits, and no reader said EAN");
        assert_eq!(what_is("4901234567895"), Scanned::Unreadable(Unreadable::Length(13)));
    }

    /// Texts that resemble codes, so that chance gets past the first questions.
    fn near_codes() -> impl Strategy<Value = String> {
        let aim = prop_oneof![Just(""), Just("]C1"), Just("]Q3"), Just("]F0"), Just("]e0"), Just("]"), Just("]é1")];
        let head = prop_oneof![Just(""), Just("0109521234543213"), Just("(01)"), Just("UKS1"), Just("UKE2"), Just("A")];
        let tail = prop_oneof!["\\PC{0,40}", "[0-9]{0,30}", "[0-9A-Z%()\u{1d}é]{0,60}", "(10|21|17|30|31|90|é){0,40}"];
        (aim, head, tail).prop_map(|(aim, head, tail)| format!("{aim}{head}{tail}"))
    }

    proptest! {
        #[test]
        fn no_text_panics(text in prop_oneof![any::<String>(), near_codes()]) {
            let _ = what_is(&text);
        }
    }
}
