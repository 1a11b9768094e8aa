//! Reading what zint drew.

use std::fs::{self, File};

use image::{GrayImage, Luma, imageops};
use tempfile::TempDir;

use super::specimens::{NW7, QR, Spoilt, drawn};
use super::{CameraError, Decoded, SimulatedCamera, Symbology, decode_file, decode_image};

const COUPON: &str = "A1111111112B";
const OCR_LINE: &str = "211320801111111112";

fn nw7() -> Decoded {
    Decoded { symbology: Symbology::Nw7, text: COUPON.into() }
}

fn qr() -> Decoded {
    Decoded { symbology: Symbology::Qr, text: OCR_LINE.into() }
}

#[test]
fn a_clean_code_is_read_with_its_letters() {
    assert_eq!(decode_image(&drawn(NW7, COUPON)), [nw7()]);
    assert_eq!(decode_image(&drawn(QR, OCR_LINE)), [qr()]);
}

#[test]
fn a_tilted_and_blurred_code_is_read() {
    let (bars, square) = (drawn(NW7, COUPON), drawn(QR, OCR_LINE));
    for tilt_degrees in [-10.0, -5.0, 0.0, 5.0, 10.0] {
        for blur_sigma in [0.0, 1.0, 1.5] {
            let spoilt = Spoilt { tilt_degrees, blur_sigma, ..Spoilt::CLEAN };
            assert_eq!(decode_image(&spoilt.photo(&bars, 1)), [nw7()], "{spoilt:?}");
            assert_eq!(decode_image(&spoilt.photo(&square, 2)), [qr()], "{spoilt:?}");
        }
    }
}

#[test]
fn a_noisy_code_is_read() {
    let spoilt = Spoilt { noise: 30, shades: (40, 215), ..Spoilt::CLEAN };
    assert_eq!(decode_image(&spoilt.photo(&drawn(NW7, COUPON), 1)), [nw7()]);
    assert_eq!(decode_image(&spoilt.photo(&drawn(QR, OCR_LINE), 2)), [qr()]);
}

#[test]
fn both_codes_of_a_voucher_are_read() {
    let (bars, square) = (Spoilt::CLEAN.photo(&drawn(NW7, COUPON), 1), Spoilt::CLEAN.photo(&drawn(QR, OCR_LINE), 2));
    let mut voucher = GrayImage::from_pixel(bars.width() + square.width(), bars.height(), Luma([255]));
    imageops::overlay(&mut voucher, &bars, 0, 0);
    imageops::overlay(&mut voucher, &square, i64::from(bars.width()), 0);
    let found = decode_image(&voucher);
    assert!(found.len() == 2 && found.contains(&nw7()) && found.contains(&qr()), "{found:?}");
}

#[test]
fn other_codes_are_named() {
    for (zint, text, symbology) in [
        ("8", "STAFF01", Symbology::Code39),
        ("20", "lot EX1234", Symbology::Code128),
        ("13", "4901234567894", Symbology::Ean13),
    ] {
        let found = decode_image(&Spoilt::CLEAN.photo(&drawn(zint, text), 1));
        assert_eq!(found, [Decoded { symbology, text: text.into() }]);
    }
}

#[test]
fn where_no_code_is_none_is_read() {
    for (width, height) in [(0, 0), (1, 1), (1, 500), (500, 1), (20, 20), (21, 21), (21, 500), (500, 21), (300, 200)] {
        assert_eq!(decode_image(&GrayImage::new(width, height)), []);
        assert_eq!(decode_image(&GrayImage::from_pixel(width, height, Luma([255]))), []);
    }
    let noise = Spoilt { shades: (128, 128), noise: 127, ..Spoilt::CLEAN };
    let blank = GrayImage::new(500, 500);
    for seed in 1..6 {
        assert_eq!(decode_image(&noise.photo(&blank, seed)), []);
    }
}

#[test]
fn a_camera_shows_its_files() {
    let folder = TempDir::new().unwrap();
    let (first, missing) = (folder.path().join("first.png"), folder.path().join("missing.png"));
    drawn(NW7, COUPON).save(&first).unwrap();
    assert_eq!(decode_file(&first).unwrap(), [nw7()]);
    let frames: Vec<_> = SimulatedCamera::new([&first, &missing, &first]).collect();
    assert_eq!(frames.len(), 3);
    assert_eq!(decode_image(frames[2].as_ref().unwrap()), [nw7()]);
    let error = frames[1].as_ref().unwrap_err();
    assert!(matches!(error, CameraError::Read { .. }) && error.to_string().contains("missing.png"), "{error}");
}

#[test]
fn a_file_that_is_no_picture_is_refused_with_its_reason() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file.png");
    assert!(matches!(decode_file(folder.path()), Err(CameraError::NotAFile { .. })));
    for content in [&b""[..], b"no picture", b"\x89PNG\r\n\x1a\n\0\0"] {
        fs::write(&file, content).unwrap();
        let error = decode_file(&file).unwrap_err();
        assert!(matches!(error, CameraError::NotAPicture { .. }) && error.to_string().contains("file.png"), "{error}");
    }
    File::create(&file).unwrap().set_len((32 << 20) + 1).unwrap();
    assert!(matches!(decode_file(&file), Err(CameraError::FileTooBig { .. })));
    GrayImage::new(8000, 5001).save(&file).unwrap();
    assert!(matches!(decode_file(&file), Err(CameraError::TooManyPixels { width: 8000, height: 5001, .. })));
}
