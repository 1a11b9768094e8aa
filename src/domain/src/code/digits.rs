//! Texts of digits alone: vouchers, and bar codes of products.

use super::gs1::check_digit_fits;
use super::{Coupon, Municipality, MunicipalityError, StickerDigits, Unreadable, Voucher, VoucherNumber};

/// The number of digits of the voucher's short bar code.
const SHORT: usize = 10;
/// The number of digits of the voucher's OCR line and QR code.
const FULL: usize = 18;

/// Reads 10 or 18 digits; `None` when there are more or fewer.
pub(super) fn read_coupon(digits: &str) -> Option<Result<Coupon, Unreadable>> {
    match digits.len() {
        SHORT => Some(VoucherNumber::parse(digits).map(Coupon::Number).ok_or(Unreadable::Characters)),
        FULL => Some(read_full(digits)),
        _ => None,
    }
}

/// 券種(1) + 回数(1) + 市町村コード(6) + 券番号(10).
fn read_full(digits: &str) -> Result<Coupon, Unreadable> {
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    let digit = |range| part(range).parse::<u8>().map_err(|_| Unreadable::Characters);
    let municipality = match Municipality::parse(part(2..8)) {
        Ok(municipality) => municipality,
        Err(MunicipalityError::CheckDigit { .. }) => return Err(Unreadable::CheckDigit),
        Err(MunicipalityError::NotSixDigits) => return Err(Unreadable::Characters),
    };
    let number = VoucherNumber::parse(part(8..18)).ok_or(Unreadable::Characters)?;
    Ok(Coupon::Full {
        sticker: StickerDigits { kind: digit(0..1)?, dose: digit(1..2)? },
        voucher: Voucher { municipality, number },
    })
}

/// Whether these digits are a product's JAN: 13 of them, or 8 where the reader said EAN, with a right check digit.
pub(super) fn is_product(digits: &str, reader_says_ean: bool) -> bool {
    (digits.len() == 13 || (reader_says_ean && digits.len() == 8)) && check_digit_fits(digits)
}

/// Whether every character is an ASCII digit (full-width digits are none).
pub(super) fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
