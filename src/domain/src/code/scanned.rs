//! One function that says what a scanned text is.

use serde::Serialize;

use super::{Coupon, Municipality, MunicipalityError, StickerDigits, Voucher, VoucherNumber};

/// How the code was printed, where the reader told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Symbology {
    /// NW-7 (Codabar): the voucher's bar code.
    Nw7,
    /// QR, model 2: the voucher's square code.
    Qr,
    /// Another symbology, or none was told.
    Other,
}

/// A voucher code that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Scan {
    /// How it was printed.
    pub symbology: Symbology,
    /// What it says.
    pub coupon: Coupon,
}

/// A code that is known, and is no voucher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum CodeKind {
    /// GS1 element strings: a vaccine vial or its box.
    VaccineLabel,
    /// A web address.
    WebAddress,
    /// A book's or a product's EAN-13 / JAN.
    Product,
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
}

/// Says what a scanned text is. White space around it, an AIM identifier and NW-7 start and stop letters are stripped.
///
/// # Errors
/// [`NotAVoucher`]: never a panic, whatever the text.
pub fn read_scan(text: &str) -> Result<Scan, NotAVoucher> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    let (aim, payload) = split_aim(text);
    if aim.is_some_and(is_gs1_identifier) || payload.contains('\u{1d}') {
        return Err(NotAVoucher::Known(CodeKind::VaccineLabel));
    }
    let (framed, digits) = strip_nw7_letters(payload)?;
    let symbology = match aim.map(|aim| aim.0) {
        Some('F') => Symbology::Nw7,
        Some('Q') => Symbology::Qr,
        None if framed => Symbology::Nw7,
        Some(_) | None => Symbology::Other,
    };
    let coupon = read_digits(digits)?;
    Ok(Scan { symbology, coupon })
}

/// An AIM identifier is `]`, a letter for the symbology and a modifier.
fn split_aim(text: &str) -> (Option<(char, char)>, &str) {
    let mut chars = text.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (Some(']'), Some(code), Some(modifier)) if code.is_ascii_alphabetic() && modifier.is_ascii_alphanumeric() => {
            (Some((code, modifier)), chars.as_str())
        }
        _ => (None, text),
    }
}

fn is_gs1_identifier(aim: (char, char)) -> bool {
    matches!(aim, ('C', '1') | ('e', _) | ('d', '2') | ('Q', '3'))
}

/// NW-7 readers may send the start and stop letters A–D, in either case. Both or neither.
fn strip_nw7_letters(text: &str) -> Result<(bool, &str), NotAVoucher> {
    let is_letter = |c: char| matches!(c.to_ascii_uppercase(), 'A'..='D');
    let starts = text.starts_with(is_letter);
    let ends = text.len() > 1 && text.ends_with(is_letter);
    let inner = text.trim_start_matches(is_letter).trim_end_matches(is_letter);
    let is_number = !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_digit());
    match (starts, ends) {
        (false, false) => Ok((false, text)),
        _ if !is_number => Ok((false, text)),
        (true, true) if text.len() == inner.len() + 2 => Ok((true, inner)),
        (true, true) => Err(NotAVoucher::Characters),
        _ if text.len() == inner.len() + 1 && inner.len() <= 18 => Err(NotAVoucher::Cut),
        // Too long for a voucher: a vial's label whose lot ends in such letters.
        _ => Ok((false, text)),
    }
}

fn read_digits(text: &str) -> Result<Coupon, NotAVoucher> {
    if text.is_empty() {
        return Err(NotAVoucher::Empty);
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(known_text(text));
    }
    match text.len() {
        10 => VoucherNumber::parse(text).map(Coupon::Number).ok_or(NotAVoucher::Length(10)),
        18 => read_full(text),
        13 => Err(NotAVoucher::Known(CodeKind::Product)),
        16.. if text.starts_with("01") => Err(NotAVoucher::Known(CodeKind::VaccineLabel)),
        length => Err(NotAVoucher::Length(length)),
    }
}

fn known_text(text: &str) -> NotAVoucher {
    let lower = text.to_ascii_lowercase();
    if lower.starts_with("http://") || lower.starts_with("https://") {
        return NotAVoucher::Known(CodeKind::WebAddress);
    }
    let is_gs1 = text.starts_with("(01)") || (text.starts_with("01") && text.get(2..16).is_some_and(all_digits));
    if is_gs1 { NotAVoucher::Known(CodeKind::VaccineLabel) } else { NotAVoucher::Characters }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// 券種(1) + 回数(1) + 市町村コード(6) + 券番号(10).
fn read_full(text: &str) -> Result<Coupon, NotAVoucher> {
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    let digit = |range| part(range).parse::<u8>().map_err(|_| NotAVoucher::Characters);
    let municipality = match Municipality::parse(part(2..8)) {
        Ok(municipality) => municipality,
        Err(MunicipalityError::CheckDigit { .. }) => return Err(NotAVoucher::CheckDigit),
        Err(MunicipalityError::NotSixDigits) => return Err(NotAVoucher::Characters),
    };
    let number = VoucherNumber::parse(part(8..18)).ok_or(NotAVoucher::Characters)?;
    Ok(Coupon::Full {
        sticker: StickerDigits { kind: digit(0..1)?, dose: digit(1..2)? },
        voucher: Voucher { municipality, number },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
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
        fn no_text_panics(text in "\\PC*") {
            let _ = read_scan(&text);
        }

        #[test]
        fn what_is_read_is_what_was_printed(kind in 0u8..10, dose in 0u8..10, number in "[0-9]{10}") {
            let scan = read_scan(&format!("{kind}{dose}132080{number}")).unwrap();
            prop_assert_eq!(scan.coupon.sticker(), Some(StickerDigits { kind, dose }));
            let own = Municipality::parse("131016").unwrap();
            prop_assert_eq!(scan.coupon.voucher(own).to_string(), format!("132080-{}", number));
        }
    }
}
