//! Every sample screen is drawn at every size, and shows something of its own.

mod samples;

use std::collections::HashSet;

use image::RgbImage;
use uketsuke_ui::{Headless, UiError};

const SIZES: [(u32, u32); 3] = [(1024, 600), (800, 480), (1280, 800)];

#[test]
fn every_screen_is_drawn_at_every_size() {
    let headless = Headless::new(1024, 600).unwrap();
    for (width, height) in SIZES {
        headless.resize(width, height);
        let mut seen = HashSet::new();
        for (name, view) in samples::all() {
            headless.show(&view);
            let frame = headless.frame();
            assert_eq!(frame.dimensions(), (width, height), "{name}");
            let ink = dark_pixels(&frame);
            assert!(ink > 2_000, "{name} at {width}×{height} has only {ink} dark pixels");
            assert!(seen.insert(frame.into_raw()), "{name} at {width}×{height} looks like another screen");
        }
    }
}

#[test]
fn a_frame_does_not_depend_on_what_was_shown_before() {
    let headless = Headless::new(1024, 600).unwrap();
    let view = samples::named("verdict-attention");
    headless.show(&view);
    let first = headless.frame();
    for (_, other) in samples::all() {
        headless.show(&other);
    }
    headless.show(&view);
    assert!(first == headless.frame(), "something of another screen was left behind");
}

#[test]
fn a_held_button_looks_held() {
    let headless = Headless::new(1024, 600).unwrap();
    headless.show(&samples::named("verdict-ok"));
    let before = headless.frame();
    headless.hold(836, 420);
    assert!(before != headless.frame());
}

#[test]
fn a_thread_has_one_window_system() {
    let _first = Headless::new(800, 480).unwrap();
    assert!(matches!(Headless::new(800, 480), Err(UiError::AlreadySet)));
}

fn dark_pixels(frame: &RgbImage) -> usize {
    frame.pixels().filter(|pixel| pixel.0.iter().all(|channel| *channel < 0x60)).count()
}
