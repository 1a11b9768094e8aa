//! What each pass buys, counted: `cargo test -p uketsuke-hardware -- --ignored --nocapture measure`.

use std::time::{Duration, Instant};

use super::decode::{decode_image, raw_scan, scan};
use super::passes::Pass;
use super::specimens::{NW7, QR, Spoilt, drawn};

/// `None` is the picture as it is.
fn passes() -> impl Iterator<Item = Option<Pass>> {
    std::iter::once(None).chain(Pass::ALL.map(Some))
}

fn grid() -> Vec<Spoilt> {
    let mut grid = Vec::new();
    for pixels_per_module in [2.0, 3.0, 4.0] {
        for tilt_degrees in [0.0, 5.0, 8.0, 10.0, 14.0] {
            for blur_sigma in [0.0, 1.0, 1.5] {
                for (shades, noise) in [((0, 255), 0), ((90, 160), 0), ((40, 215), 30)] {
                    grid.push(Spoilt { pixels_per_module, tilt_degrees, blur_sigma, shades, noise });
                }
            }
        }
    }
    grid
}

#[test]
#[ignore = "prints figures; takes minutes"]
fn what_the_passes_buy() {
    for (symbology, text) in [(NW7, "A1111111112B"), (QR, "211320801111111112")] {
        let code = drawn(symbology, text);
        let mut first = [0_u32; Pass::ALL.len() + 1];
        let mut time = [Duration::ZERO; Pass::ALL.len() + 1];
        let (mut photos, mut wrong, mut unread) = (0_u32, Vec::new(), Vec::new());
        for spoilt in grid() {
            let photo = spoilt.photo(&code, photos);
            photos += 1;
            let mut read = None;
            for (number, pass) in passes().enumerate() {
                let start = Instant::now();
                let found = scan(&pass.map_or_else(|| photo.clone(), |pass| pass.apply(&photo).unwrap()));
                time[number] += start.elapsed();
                if found.iter().any(|code| code.text == text) {
                    read.get_or_insert(number);
                }
                wrong.extend(found.into_iter().filter(|code| code.text != text));
            }
            match read {
                Some(number) => first[number] += 1,
                None => unread.push(format!(
                    "{} px {}° blur {} noise {} shades {:?}",
                    spoilt.pixels_per_module, spoilt.tilt_degrees, spoilt.blur_sigma, spoilt.noise, spoilt.shades
                )),
            }
        }
        println!("{text}: {photos} photos; wrong: {wrong:?}");
        for (number, pass) in passes().enumerate() {
            println!("  {pass:?}: first to read {}, mean {:?}", first[number], time[number] / photos);
        }
        println!("  unread {}: {unread:#?}", unread.len());
    }
}

#[test]
#[ignore = "prints figures"]
fn how_long_a_large_picture_takes() {
    let code = Spoilt::CLEAN.photo(&drawn(QR, "211320801111111112"), 0);
    for (width, height) in [(1280, 720), (2000, 2000), (4000, 3000), (7300, 5400)] {
        for code in [None, Some(&code)] {
            let mut picture = image::GrayImage::from_pixel(width, height, image::Luma([200]));
            if let Some(code) = code {
                image::imageops::overlay(&mut picture, code, 300, 300);
            }
            let start = Instant::now();
            let raw = raw_scan(&picture).unwrap().len();
            let once = start.elapsed();
            let start = Instant::now();
            let found = decode_image(&picture).len();
            println!("{width} x {height}: {raw} in {once:?}; {found} with passes in {:?}", start.elapsed());
        }
    }
}
