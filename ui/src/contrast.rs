//! Whatever is written can be read: 7:1 between every ink of the theme and the ground that it stands on.

use slint::{Color, ComponentHandle};

use crate::Headless;
use crate::generated::{Theme, Tone};

const LEAST: f64 = 7.0;

#[test]
fn every_ink_stands_out_from_its_ground() {
    let headless = Headless::new(1024, 600).unwrap();
    let theme = headless.main_window().global::<Theme<'_>>();
    let mut pairs = plain_pairs(&theme);
    for tone in [Tone::Ok, Tone::Attention, Tone::Stop, Tone::Staff] {
        let (ground, pale, tinge) = (theme.invoke_ground(tone), theme.invoke_pale(tone), theme.invoke_tinge(tone));
        pairs.push((format!("{tone:?}: on its ground"), theme.invoke_on_ground(tone), ground));
        pairs.push((format!("{tone:?}: on its pale ground"), tinge, pale));
        pairs.push((format!("{tone:?}: on paper"), tinge, theme.get_paper()));
        pairs.push((format!("{tone:?}: on mist"), tinge, theme.get_mist()));
        pairs.push((format!("{tone:?}: ink on its pale ground"), theme.get_ink(), pale));
    }
    for (name, ink, ground) in pairs {
        let found = contrast(ink, ground);
        assert!(found >= LEAST, "{name}: {found:.2}:1");
    }
}

fn plain_pairs(theme: &Theme<'_>) -> Vec<(String, Color, Color)> {
    let (paper, mist) = (theme.get_paper(), theme.get_mist());
    let pairs = [
        ("ink on paper", theme.get_ink(), paper),
        ("ink on mist", theme.get_ink(), mist),
        ("paper on ink", paper, theme.get_ink()),
        ("soft on paper", theme.get_soft(), paper),
        ("soft on mist", theme.get_soft(), mist),
        ("soft on rest", theme.get_soft(), theme.get_rest()),
        ("act on paper", theme.get_act(), paper),
        ("act on mist", theme.get_act(), mist),
        ("pressed on its pale ground", theme.get_act_pressed(), theme.get_act_soft()),
        ("ink on the chosen line", theme.get_ink(), theme.get_act_soft()),
        ("soft on the chosen line", theme.get_soft(), theme.get_act_soft()),
        ("words on a button", theme.get_on_act(), theme.get_act()),
        ("words on a pressed button", theme.get_on_act(), theme.get_act_pressed()),
        ("words on a resting button", theme.get_on_rest(), theme.get_rest()),
    ];
    pairs.map(|(name, ink, ground)| (name.to_owned(), ink, ground)).into()
}

/// WCAG 2: (lighter + 0.05) / (darker + 0.05).
fn contrast(a: Color, b: Color) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(color: Color) -> f64 {
    let channel = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(color.red()) + 0.7152 * channel(color.green()) + 0.0722 * channel(color.blue())
}

#[test]
fn the_measure_is_right() {
    let grey = Color::from_rgb_u8(0x76, 0x76, 0x76);
    let white = Color::from_rgb_u8(255, 255, 255);
    assert!((contrast(grey, white) - 4.54).abs() < 0.01, "a published pair");
    assert!((contrast(white, Color::from_rgb_u8(0, 0, 0)) - 21.0).abs() < 0.001);
}
