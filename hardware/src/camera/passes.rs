//! The picture as it is, and what is tried when that shows nothing.

use std::borrow::Cow;

use image::imageops::{self, FilterType};
use image::{GrayImage, Luma};

/// Larger pictures are shrunk before they are improved, or it takes too long.
const MAX_PIXELS: u64 = 2_000_000;
/// Larger pictures are not doubled: their modules are wide enough.
const MAX_DOUBLED_PIXELS: u64 = 1_000_000;
/// Narrower pictures hold no code (the smallest QR code has 21 modules), and `image` panics when it blurs a thin one.
const MIN_SIDE: u32 = 21;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Pass {
    /// Against noise, which makes bar codes unreadable first.
    Smooth,
    /// Against blur.
    Sharpen,
    /// Against blur in small pictures.
    DoubleSharpen,
    /// Turned: a scan line must cross all bars, and those of a voucher are low (8.6° is the limit).
    Tilt(f32),
}

impl Pass {
    /// Cheap ones first.
    pub(super) const ALL: [Self; 7] = [
        Self::Tilt(5.0),
        Self::Tilt(-5.0),
        Self::Smooth,
        Self::Sharpen,
        Self::DoubleSharpen,
        Self::Tilt(10.0),
        Self::Tilt(-10.0),
    ];

    /// The improved picture, if this pass suits it.
    pub(super) fn apply(self, image: &GrayImage) -> Option<GrayImage> {
        if image.width().min(image.height()) < MIN_SIDE {
            return None;
        }
        match self {
            Self::Smooth => Some(imageops::blur(image, 1.0)),
            Self::Sharpen => Some(imageops::unsharpen(image, 1.5, 0)),
            Self::DoubleSharpen if pixels(image) > MAX_DOUBLED_PIXELS => None,
            Self::DoubleSharpen => Some(imageops::unsharpen(&double(image), 2.5, 0)),
            Self::Tilt(degrees) => Some(tilted(image, degrees)),
        }
    }
}

/// The picture, shrunk by a whole number if it is too large to be improved.
pub(super) fn workable(image: &GrayImage) -> Cow<'_, GrayImage> {
    let mut parts = 1;
    while pixels(image) / (u64::from(parts) * u64::from(parts)) > MAX_PIXELS {
        parts += 1;
    }
    if parts == 1 {
        return Cow::Borrowed(image);
    }
    let (width, height) = (image.width() / parts, image.height() / parts);
    Cow::Owned(imageops::thumbnail(image, width.max(1), height.max(1)))
}

fn pixels(image: &GrayImage) -> u64 {
    u64::from(image.width()) * u64::from(image.height())
}

fn double(image: &GrayImage) -> GrayImage {
    imageops::resize(image, image.width() * 2, image.height() * 2, FilterType::CatmullRom)
}

/// Turned around its middle, with white where nothing was.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "the pictures are far smaller")]
pub(super) fn tilted(image: &GrayImage, degrees: f32) -> GrayImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (middle_x, middle_y) = (image.width() as f32 / 2.0, image.height() as f32 / 2.0);
    GrayImage::from_fn(image.width(), image.height(), |x, y| {
        let (dx, dy) = (x as f32 - middle_x, y as f32 - middle_y);
        let (from_x, from_y) = (middle_x + dx * cos - dy * sin, middle_y + dx * sin + dy * cos);
        imageops::interpolate_bilinear(image, from_x, from_y).unwrap_or(Luma([255]))
    })
}
