//! The 18 digits of a sticker.

use uketsuke_domain::code::{StickerDigits, Voucher};

/// 券種 of a dose's sticker. An **assumption**: no public source defines the digit (shared domain facts, §1.1).
pub const ASSUMED_DOSE_KIND: u8 = 2;

/// 券種 of a 予診のみ sticker. An **assumption**, as [`ASSUMED_DOSE_KIND`].
pub const ASSUMED_PRESCREEN_KIND: u8 = 1;

/// 券種(1) + 回数(1) + 自治体番号(6) + 券番号(10): what the OCR line and the QR code say.
///
/// Digits beyond 9 are cut to their last.
pub fn code18(voucher: &Voucher, sticker: StickerDigits) -> String {
    format!("{}{}{}{}", sticker.kind % 10, sticker.dose % 10, voucher.municipality, voucher.number)
}
