//! What zbar finds in a picture, and how much of it to believe.

use image::GrayImage;
use zbar_rust::{ZBarConfig, ZBarError, ZBarImageScanResult, ZBarImageScanner, ZBarSymbolType};

use super::passes::{Pass, workable};

/// NW-7 has no check digit: fewer scan lines in agreement than this are no evidence. (zbar 0.23 asks for as many itself.)
const NW7_MIN_LINES: i32 = 4;
/// The other bar codes have one, or fixed lengths; but one line alone has been seen to read a Code 128 in an NW-7.
const BARS_MIN_LINES: i32 = 2;

/// The kind of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Symbology {
    /// NW-7, also called Codabar. Its text has the start and stop letters.
    Nw7,
    /// QR code.
    Qr,
    /// Code 39.
    Code39,
    /// Code 128, GS1-128 included.
    Code128,
    /// EAN-13 (JAN).
    Ean13,
    /// EAN-8 (JAN, short).
    Ean8,
}

/// What is looked for. Interleaved 2 of 5 is not: any part of it is another valid one. Nor is GS1 `DataBar`, in whose
/// decoder zbar had a stack overflow (CVE-2023-40890).
const WANTED: [(ZBarSymbolType, Symbology); 6] = [
    (ZBarSymbolType::ZBarCodeBar, Symbology::Nw7),
    (ZBarSymbolType::ZBarQRCode, Symbology::Qr),
    (ZBarSymbolType::ZBarCode39, Symbology::Code39),
    (ZBarSymbolType::ZBarCode128, Symbology::Code128),
    (ZBarSymbolType::ZBarEAN13, Symbology::Ean13),
    (ZBarSymbolType::ZBarEAN8, Symbology::Ean8),
];

/// A code that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// Its kind.
    pub symbology: Symbology,
    /// Its text, untouched.
    pub text: String,
}

/// The codes in a picture, each once, in no particular order. Codes whose content is not UTF-8 are left out.
///
/// If nothing is read, a bounded number of improved versions of the picture is tried.
///
/// Different NW-7 texts in one picture are all left out unless they lie apart: one of them is a misreading, and nothing
/// tells which.
pub fn decode_image(image: &GrayImage) -> Vec<Decoded> {
    let found = scan(image);
    if !found.is_empty() {
        return found;
    }
    let base = workable(image);
    let improved = Pass::ALL.iter().filter_map(|pass| pass.apply(&base));
    improved.map(|improved| scan(&improved)).find(|found| !found.is_empty()).unwrap_or_default()
}

pub(super) fn scan(image: &GrayImage) -> Vec<Decoded> {
    let results = match raw_scan(image) {
        Ok(results) => results,
        Err(error) => {
            log::warn!("camera: zbar gave up: {error}");
            return Vec::new();
        }
    };
    let mut decoded = Vec::new();
    for result in &results {
        if let Some(found) = believable(result, &results)
            && !decoded.contains(&found)
        {
            decoded.push(found);
        }
    }
    decoded
}

pub(super) fn raw_scan(image: &GrayImage) -> Result<Vec<ZBarImageScanResult>, ZBarError> {
    let mut scanner = ZBarImageScanner::new();
    scanner.set_config(ZBarSymbolType::ZBarNone, ZBarConfig::ZBarCfgEnable, 0)?;
    for (wanted, _) in WANTED {
        scanner.set_config(wanted, ZBarConfig::ZBarCfgEnable, 1)?;
    }
    scanner.scan_y800(image.as_raw(), image.width(), image.height())
}

fn believable(result: &ZBarImageScanResult, all: &[ZBarImageScanResult]) -> Option<Decoded> {
    let (_, symbology) = WANTED.into_iter().find(|(wanted, _)| *wanted == result.symbol_type)?;
    if symbology == Symbology::Nw7 {
        let contradicted = all.iter().any(|other| {
            other.symbol_type == result.symbol_type
                && other.data != result.data
                && overlap(&other.points, &result.points)
        });
        if contradicted {
            return None;
        }
    }
    // For bar codes zbar's quality is the number of scan lines that read the same.
    let enough_lines = match symbology {
        Symbology::Qr => 0,
        Symbology::Nw7 => NW7_MIN_LINES,
        Symbology::Code39 | Symbology::Code128 | Symbology::Ean13 | Symbology::Ean8 => BARS_MIN_LINES,
    };
    if result.quality < enough_lines {
        return None;
    }
    let text = String::from_utf8(result.data.clone()).ok()?;
    (!text.is_empty()).then_some(Decoded { symbology, text })
}

/// Whether the boxes around two sets of points touch. Of a set without points nothing is known: it may.
fn overlap(one: &[(i32, i32)], other: &[(i32, i32)]) -> bool {
    let range = |points: &[(i32, i32)], pick: fn(&(i32, i32)) -> i32| {
        points.iter().map(pick).min().zip(points.iter().map(pick).max())
    };
    let touch = |pick: fn(&(i32, i32)) -> i32| match (range(one, pick), range(other, pick)) {
        (Some((from, to)), Some((other_from, other_to))) => from <= other_to && other_from <= to,
        _ => true,
    };
    touch(|point| point.0) && touch(|point| point.1)
}

#[cfg(test)]
mod tests {
    use super::overlap;

    #[test]
    fn boxes_that_touch_overlap() {
        let low = [(0, 0), (10, 0), (0, 5), (10, 5)];
        let high = [(0, 9), (10, 14)];
        assert!(!overlap(&low, &high));
        assert!(overlap(&low, &[(5, 5), (20, 20)]));
        assert!(overlap(&low, &[]), "nothing is known of where it is");
    }
}
