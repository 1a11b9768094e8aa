//! Pictures for the tests, made by zint and spoilt by arithmetic.

use std::process::Command;

use image::imageops::{self, FilterType};
use image::{GrayImage, Luma};

use super::passes::tilted;

/// Pixels to a module in what zint draws.
const DRAWN: u32 = 8;

pub(super) const NW7: &str = "18";
pub(super) const QR: &str = "58";

/// A code as zint draws it, 8 pixels to a module, with a quiet zone of ten modules. Bars are as low as on a voucher.
pub(super) fn drawn(symbology: &str, text: &str) -> GrayImage {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("code.png");
    let mut zint = Command::new("zint");
    zint.args(["-b", symbology, "--scale=4", "--notext", "-d", text, "-o"]).arg(&file);
    if symbology != QR {
        zint.arg("--height=19");
    }
    assert!(zint.status().expect("zint is installed").success());
    let code = image::open(&file).unwrap().into_luma8();
    let quiet = 10 * DRAWN;
    let mut out = GrayImage::from_pixel(code.width() + 2 * quiet, code.height() + 2 * quiet, Luma([255]));
    imageops::overlay(&mut out, &code, i64::from(quiet), i64::from(quiet));
    out
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Spoilt {
    pub(super) pixels_per_module: f32,
    pub(super) tilt_degrees: f32,
    pub(super) blur_sigma: f32,
    /// Black and white as the camera sees them.
    pub(super) shades: (u8, u8),
    /// The largest error of a pixel.
    pub(super) noise: u8,
}

impl Spoilt {
    pub(super) const CLEAN: Self =
        Self { pixels_per_module: 4.0, tilt_degrees: 0.0, blur_sigma: 0.0, shades: (0, 255), noise: 0 };

    /// The picture in a larger white frame of paper, as a camera would see it.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "small")]
    pub(super) fn photo(self, drawn: &GrayImage, seed: u32) -> GrayImage {
        let side = (f64::from(drawn.width()).hypot(f64::from(drawn.height())) as u32) + 2 * DRAWN;
        let mut paper = GrayImage::from_pixel(side, side, Luma([255]));
        imageops::overlay(
            &mut paper,
            drawn,
            i64::from((side - drawn.width()) / 2),
            i64::from((side - drawn.height()) / 2),
        );
        let side = (side as f32 * self.pixels_per_module / DRAWN as f32) as u32;
        let mut photo = imageops::resize(&tilted(&paper, self.tilt_degrees), side, side, FilterType::Triangle);
        if self.blur_sigma > 0.0 {
            photo = imageops::blur(&photo, self.blur_sigma);
        }
        let (black, white) = (f32::from(self.shades.0), f32::from(self.shades.1));
        let mut random = seed.wrapping_mul(2_654_435_769) | 1;
        for Luma([value]) in photo.pixels_mut() {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            let error = ((random % 2001) as f32 / 1000.0 - 1.0) * f32::from(self.noise);
            *value = (black + (white - black) * f32::from(*value) / 255.0 + error).clamp(0.0, 255.0) as u8;
        }
        photo
    }
}
