//! Vouchers whose images another program made, read through the camera path and typed through the pty.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a test")]
#![allow(clippy::cast_sign_loss, reason = "a test")]

use std::path::{Path, PathBuf};
use std::process::Command;

use image::{GrayImage, ImageReader, Luma};
use serde_json::json;
use uketsuke_tests::harness::{CentreFolder, CentreProcess, KioskProcess, KioskSpec, binary};

/// Numbers that no generator of ours chose: the manual's own voucher, a leading zero, and ones with long runs.
const SHORT: [&str; 3] = ["1111111113", "0003843293", "9080706050"];
const FULL: [&str; 3] = ["211320801111111113", "221310160003843293", "120110029080706050"];
/// Degrees by which a held voucher may be turned.
const TILTS: [f32; 5] = [-10.0, -5.0, 0.0, 5.0, 10.0];
/// Blur, as the standard deviation in pixels.
const BLURS: [f32; 3] = [0.0, 1.0, 1.5];
/// Pixels of one module.
const MODULE: u32 = 4;

/// Makes an image with zint, with a real quiet zone of ten modules around it.
fn zint(folder: &Path, symbology: &str, text: &str) -> GrayImage {
    let file = folder.join("zint.png");
    let arguments = ["-b", symbology, "--scale", "2", "-w", "10", "--vwhitesp", "10", "-d", text, "-o"];
    let made = Command::new("zint").args(arguments).arg(&file).status().expect("zint is installed by make test");
    assert!(made.success(), "zint {symbology} {text}");
    let image = ImageReader::open(&file).unwrap().decode().unwrap().to_luma8();
    let (width, height) = image.dimensions();
    image::imageops::resize(&image, width * MODULE / 4, height * MODULE / 4, image::imageops::FilterType::Nearest)
}

/// Turns an image on a white ground that is large enough for it.
fn turned(image: &GrayImage, degrees: f32) -> GrayImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let side = (image.width().max(image.height()) as f32 * 1.3) as u32;
    let (middle, from) = (side as f32 / 2.0, (image.width() as f32 / 2.0, image.height() as f32 / 2.0));
    GrayImage::from_fn(side, side, |x, y| {
        let (dx, dy) = (x as f32 - middle, y as f32 - middle);
        let (x, y) = (cos * dx + sin * dy + from.0, cos * dy - sin * dx + from.1);
        image::imageops::interpolate_bilinear(image, x, y).unwrap_or(Luma([255]))
    })
}

fn spoil(image: &GrayImage, tilt: f32, blur: f32) -> GrayImage {
    let image = turned(image, tilt);
    if blur > 0.0 { image::imageops::blur(&image, blur) } else { image }
}

fn decode(files: &[PathBuf]) -> (bool, Vec<String>) {
    let output = Command::new(binary("uketsuke-kiosk").unwrap()).arg("decode").args(files).output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    (output.status.success(), lines)
}

/// All tilts and blurs of one code, each read as exactly that voucher.
fn all_are_read(symbology: &str, text: &str, expected: &str) {
    let folder = tempfile::tempdir().unwrap();
    let plain = zint(folder.path(), symbology, text);
    let mut files = Vec::new();
    for tilt in TILTS {
        for blur in BLURS {
            let file = folder.path().join(format!("{tilt}-{blur}.png"));
            spoil(&plain, tilt, blur).save(&file).unwrap();
            files.push(file);
        }
    }
    let (good, lines) = decode(&files);
    let wrong: Vec<&String> = lines.iter().filter(|line| !line.ends_with(expected)).collect();
    assert!(wrong.is_empty() && lines.len() == files.len() && good, "{symbology} {text}: {wrong:#?}");
}

#[test]
fn the_short_bar_code() {
    for number in SHORT {
        all_are_read("18", &format!("A{number}A"), &format!("voucher number {number}"));
    }
}

#[test]
fn the_long_bar_code_and_the_square_code() {
    for text in FULL {
        let (kind, dose, municipality, number) = (&text[..1], &text[1..2], &text[2..8], &text[8..]);
        let expected = format!("voucher {municipality}-{number}, 券種 {kind}, 回数 {dose}");
        all_are_read("18", &format!("A{text}B"), &expected);
        all_are_read("58", text, &expected);
    }
}

#[test]
fn what_is_no_voucher_says_why_and_the_status_tells() {
    let folder = tempfile::tempdir().unwrap();
    let save = |name: &str, image: GrayImage| {
        let file = folder.path().join(name);
        image.save(&file).unwrap();
        file
    };
    let blank = save("blank.png", GrayImage::from_pixel(200, 200, Luma([255])));
    let address = save("address.png", zint(folder.path(), "58", "https://example.jp/"));
    let broken = folder.path().join("broken.png");
    std::fs::write(&broken, b"no picture").unwrap();
    let missing = folder.path().join("missing.png");
    let (good, lines) = decode(&[blank, address, broken, missing]);
    assert!(!good);
    assert_eq!(lines.len(), 4, "{lines:#?}");
    let says = ["no code was found", "not a voucher: this is another code: WebAddress", "broken.png", "missing.png"];
    for (line, word) in lines.iter().zip(says) {
        assert!(line.contains(word), "{line}");
    }
}

/// The same codes as a scanner sends them, with AIM identifiers and start and stop letters, lead to the same people.
#[test]
fn typed_through_the_pty() {
    let folder = tempfile::tempdir().unwrap();
    let centre = CentreFolder::make(folder.path(), 300, 7).unwrap();
    let server = CentreProcess::start(&centre, 0, &folder.path().join("center.log")).unwrap();
    let spec =
        KioskSpec {
            name: "受付1", station: "entrance-staffed", staff: "S01", folder: folder.path().join("entrance")
        };
    spec.enrol(&centre, &server.sync).unwrap();
    let mut kiosk = KioskProcess::start(&spec, &folder.path().join("kiosk.log")).unwrap();
    kiosk.wait("the first filling", uketsuke_tests::harness::Seen::is_connected).unwrap();
    for (number, full) in SHORT.into_iter().zip(FULL) {
        let own = [number.to_owned(), format!("]F0{number}"), format!("A{number}D"), format!("]F0b{number}c")];
        let sent = own.into_iter().map(|text| (text, "132080"));
        for (text, municipality) in
            sent.chain([(format!("]Q1{full}"), &full[2..8]), (format!("A{full}A"), &full[2..8])])
        {
            kiosk.scan(&text).unwrap();
            let seen = kiosk.wait_for("Verdict", number).unwrap();
            assert_eq!(seen.body()["person"]["voucher"]["municipality"], municipality, "{text}");
            kiosk.press(&json!("home")).unwrap();
            kiosk.wait("待機", |seen| seen.screen() == "Welcome").unwrap();
        }
    }
    kiosk.stop().unwrap();
}
