//! A voucher sheet to print: A5 lying, 300 dpi, grey scale, with stickers for two doses and 予診のみ.
//!
//! Modelled on the national form (shared domain facts, §1.1): QR code model 2 and OCR line with 18 digits, NW-7 with
//! the ten of the number. It says 見本 wherever it could be taken for a real one.

mod canvas;
mod form;
mod nw7;

use std::io::Cursor;

use image::ImageFormat;
use uketsuke_domain::code::Voucher;
use uketsuke_domain::time::Day;

use super::{ASSUMED_DOSE_KIND, ASSUMED_PRESCREEN_KIND};

/// Why a sheet could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The built-in font can't be read.
    #[error("the font can't be read")]
    Font,
    /// The digits fit into no QR code.
    #[error("the QR code can't be made: {0}")]
    Qr(#[from] qrcode::types::QrError),
    /// The picture can't be written as PNG.
    #[error("the picture can't be written: {0}")]
    Png(#[from] image::ImageError),
}

/// The 券種 digits of the stickers: an assumption, so they are arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kinds {
    /// Of a dose's sticker.
    pub dose: u8,
    /// Of a 予診のみ sticker.
    pub prescreen: u8,
}

impl Default for Kinds {
    fn default() -> Self {
        Self { dose: ASSUMED_DOSE_KIND, prescreen: ASSUMED_PRESCREEN_KIND }
    }
}

/// What a sheet shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Municipality and number.
    pub voucher: Voucher,
    /// The municipality's name.
    pub issuer: String,
    /// 氏名, where there is one.
    pub name: Option<String>,
    /// 生年月日, where it is to be shown.
    pub birth: Option<Day>,
    /// The 券種 digits.
    pub kinds: Kinds,
}

impl Sheet {
    /// The sheet as a PNG file's bytes.
    ///
    /// # Errors
    /// [`SheetError`]; with a number of ten digits none is expected.
    pub fn to_png(&self) -> Result<Vec<u8>, SheetError> {
        let mut bytes = Cursor::new(Vec::new());
        form::draw(self)?.write_to(&mut bytes, ImageFormat::Png)?;
        Ok(bytes.into_inner())
    }
}
