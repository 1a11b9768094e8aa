//! Boxes, lines, text and codes on a grey picture. What lies outside is not drawn.

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};
use image::{GrayImage, Luma};
use qrcode::{Color, EcLevel, QrCode};

use super::SheetError;
use super::nw7;

const FONT: &[u8] = include_bytes!("../../../../../assets/fonts/BIZUDPGothic-Regular.ttf");

pub(super) const BLACK: u8 = 0;
pub(super) const WHITE: u8 = 255;

/// Empty modules around a QR code (ISO/IEC 18004).
const QR_QUIET: u32 = 4;
/// Empty modules beside a bar code.
const BAR_QUIET: u32 = 10;

/// A rectangle in dots.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

pub(super) struct Canvas {
    image: GrayImage,
    font: FontRef<'static>,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Result<Self, SheetError> {
        let font = FontRef::try_from_slice(FONT).map_err(|_| SheetError::Font)?;
        Ok(Self { image: GrayImage::from_pixel(width, height, Luma([WHITE])), font })
    }

    pub(super) fn into_image(self) -> GrayImage {
        self.image
    }

    pub(super) fn fill(&mut self, area: Area, shade: u8) {
        for y in area.y..area.y.saturating_add(area.height).min(self.image.height()) {
            for x in area.x..area.x.saturating_add(area.width).min(self.image.width()) {
                if let Some(dot) = self.image.get_pixel_mut_checked(x, y) {
                    *dot = Luma([shade]);
                }
            }
        }
    }

    pub(super) fn frame(&mut self, area: Area, thick: u32) {
        let Area { x, y, width, height } = area;
        let (right, bottom) = (x + width.saturating_sub(thick), y + height.saturating_sub(thick));
        self.fill(Area { height: thick, ..area }, BLACK);
        self.fill(Area { y: bottom, height: thick, ..area }, BLACK);
        self.fill(Area { width: thick, ..area }, BLACK);
        self.fill(Area { x: right, y, width: thick, height }, BLACK);
    }

    /// A text's width in dots.
    pub(super) fn width_of(&self, text: &str, size: u32) -> u32 {
        let font = self.font.as_scaled(scale(size));
        whole(text.chars().map(|c| font.h_advance(font.glyph_id(c))).sum())
    }

    /// Text from its left edge; `y` is the top of the line.
    pub(super) fn text(&mut self, x: u32, y: u32, size: u32, text: &str, shade: u8) {
        let font = self.font.clone();
        let font = font.as_scaled(scale(size));
        let mut at = dots(x);
        for character in text.chars() {
            let id = font.glyph_id(character);
            self.glyph(id.with_scale_and_position(scale(size), point(at, dots(y) + font.ascent())), shade);
            at += font.h_advance(id);
        }
    }

    pub(super) fn centred(&mut self, area: Area, size: u32, text: &str, shade: u8) {
        let x = area.x + area.width.saturating_sub(self.width_of(text, size)) / 2;
        self.text(x, area.y + area.height.saturating_sub(size) / 2, size, text, shade);
    }

    /// Text with one distance between all characters, as an OCR line has it.
    pub(super) fn pitched(&mut self, x: u32, y: u32, size: u32, pitch: u32, text: &str) {
        let mut at = x;
        for character in text.chars() {
            self.centred(Area { x: at, y, width: pitch, height: size }, size, &character.to_string(), BLACK);
            at += pitch;
        }
    }

    fn glyph(&mut self, glyph: ab_glyph::Glyph, shade: u8) {
        let Some(outline) = self.font.outline_glyph(glyph) else { return };
        let bounds = outline.px_bounds();
        let (left, top) = (whole(bounds.min.x), whole(bounds.min.y));
        outline.draw(|x, y, cover| {
            if let Some(dot) = self.image.get_pixel_mut_checked(left + x, top + y) {
                let Luma([paper]) = *dot;
                let mixed = f32::from(paper) + (f32::from(shade) - f32::from(paper)) * cover.clamp(0.0, 1.0);
                *dot = Luma([u8::try_from(whole(mixed)).unwrap_or(WHITE)]);
            }
        });
    }

    /// A QR code with its quiet zone, from its upper left corner. Gives the side in dots.
    pub(super) fn qr(&mut self, x: u32, y: u32, module: u32, text: &str) -> Result<u32, SheetError> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M)?;
        let modules = code.width();
        let side = (u32::try_from(modules).unwrap_or_default() + 2 * QR_QUIET) * module;
        self.fill(Area { x, y, width: side, height: side }, WHITE);
        let rows = code.to_colors();
        for (row, colors) in (QR_QUIET..).zip(rows.chunks(modules)) {
            for (column, _) in (QR_QUIET..).zip(colors).filter(|(_, color)| **color == Color::Dark) {
                let dot = Area { x: x + column * module, y: y + row * module, width: module, height: module };
                self.fill(dot, BLACK);
            }
        }
        Ok(side)
    }

    /// An NW-7 bar code with its quiet zones, from its left edge. Gives the width in dots; 0 when it can't be drawn.
    pub(super) fn bars(&mut self, x: u32, y: u32, module: u32, height: u32, digits: &str) -> u32 {
        let widths = nw7::widths(digits).unwrap_or_default();
        let total = (widths.iter().sum::<u32>() + 2 * BAR_QUIET) * module;
        self.fill(Area { x, y, width: total, height }, WHITE);
        let mut at = x + BAR_QUIET * module;
        for (index, width) in widths.into_iter().enumerate() {
            if index % 2 == 0 {
                self.fill(Area { x: at, y, width: width * module, height }, BLACK);
            }
            at += width * module;
        }
        total
    }
}

fn scale(size: u32) -> PxScale {
    PxScale::from(dots(size))
}

#[expect(clippy::cast_precision_loss, reason = "dots of a sheet are far below 2^24")]
fn dots(value: u32) -> f32 {
    value as f32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float to integer cast saturates")]
fn whole(value: f32) -> u32 {
    value.round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lengths of the runs of one shade along a line of dots, white first.
    fn runs(canvas: &Canvas, y: u32, until: u32) -> Vec<u32> {
        let mut runs = vec![0];
        let mut shade = WHITE;
        for x in 0..until {
            let Luma([dot]) = *canvas.image.get_pixel(x, y);
            if dot != shade {
                shade = dot;
                runs.push(0);
            }
            *runs.last_mut().unwrap() += 1;
        }
        runs
    }

    #[test]
    fn bars_have_their_widths_and_quiet_zones() {
        let mut canvas = Canvas::new(600, 20).unwrap();
        canvas.fill(Area { x: 0, y: 0, width: 600, height: 20 }, 200);
        let width = canvas.bars(0, 0, 3, 20, "0123456789");
        let bars = nw7::widths("0123456789").unwrap().into_iter().map(|width| width * 3);
        let expected: Vec<u32> = [30].into_iter().chain(bars).chain([30]).collect();
        assert_eq!(runs(&canvas, 10, width), expected);
    }

    #[test]
    fn a_qr_code_has_four_empty_modules_around_it() {
        let mut canvas = Canvas::new(300, 300).unwrap();
        canvas.fill(Area { x: 0, y: 0, width: 300, height: 300 }, 200);
        let side = canvas.qr(0, 0, 5, "211320801111111113").unwrap();
        assert_eq!(side, (21 + 8) * 5);
        for y in 0..20 {
            assert_eq!(runs(&canvas, y, side), [side]);
        }
        // The upper edge of the two finder patterns: seven dark modules, seven of content, seven dark.
        let edge = runs(&canvas, 20, side);
        assert_eq!((edge.first(), edge.get(1), edge.last()), (Some(&20), Some(&35), Some(&20)));
    }

    #[test]
    fn text_is_as_wide_as_it_says_and_beyond_the_edge_nothing_is_drawn() {
        let mut canvas = Canvas::new(200, 60).unwrap();
        let width = canvas.width_of("見本", 40);
        canvas.text(5, 5, 40, "見本", BLACK);
        let dark = |canvas: &Canvas, from: u32, to: u32| {
            (from..to).any(|x| (0..60).any(|y| canvas.image.get_pixel(x, y).0 != [WHITE]))
        };
        assert!(dark(&canvas, 5, 5 + width) && !dark(&canvas, 5 + width, 200));
        canvas.text(190, 50, 40, "見本", BLACK);
        canvas.fill(Area { x: 190, y: 50, width: u32::MAX, height: 20 }, BLACK);
    }
}
