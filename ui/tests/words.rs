//! Every reason, review and trouble has a sentence of its own that fits its screen, at every size and in every language.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod samples;

use std::collections::HashMap;

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery};
use uketsuke_domain::screen::{Screen, View};
use uketsuke_domain::verdict::Reason;
use uketsuke_ui::{Headless, Language, set_language};

const SIZES: [(u16, u16); 3] = [(1024, 600), (800, 480), (1280, 800)];

/// Runs a test on each size and language, each in its own thread: a thread has one window system.
fn everywhere(test: fn(&Headless, (u16, u16), &str)) {
    for (width, height) in SIZES {
        for (language, name) in [(Language::Japanese, "ja"), (Language::English, "en")] {
            let run = move || {
                let headless = Headless::new(width.into(), height.into()).unwrap();
                set_language(language).unwrap();
                test(&headless, (width, height), name);
            };
            std::thread::spawn(run).join().unwrap();
        }
    }
}

#[test]
fn every_variant_has_a_sentence_of_its_own() {
    everywhere(|headless, _, language| {
        let mut said = HashMap::new();
        for (name, view) in samples::words::all() {
            headless.show(&view);
            let sentences = texts(headless).map(|text| text.accessible_label().unwrap_or_default().to_string());
            let other = said.insert(sentences.collect::<Vec<_>>(), name.clone());
            assert_eq!(other, None, "{name} says in {language} what another says");
        }
    });
}

/// What a banner does not hold runs out of it, over the person's name.
#[test]
fn the_first_reason_fits_the_banner() {
    everywhere(|headless, size, language| {
        for (name, view) in samples::words::verdicts() {
            headless.show(&view);
            let banner = banner(headless);
            let (top, bottom) = (banner.absolute_position().y, banner.absolute_position().y + banner.size().height);
            for text in texts(headless) {
                let (from, to) = (text.absolute_position().y, text.absolute_position().y + text.size().height);
                let inside = from >= top - 0.5 && to <= bottom + 0.5;
                let outside = to <= top + 0.5 || from >= bottom - 0.5;
                assert!(inside || outside, "{:?} of {name} at {size:?} in {language}", text.accessible_label());
            }
        }
    });
}

/// Beside the banner's reason, four more are on the screen without a touch; three on the smallest, where two lines each
/// of four would push the booking out.
#[test]
fn five_reasons_need_no_scrolling() {
    everywhere(|headless, size, language| {
        for (place, reason) in samples::words::reasons().into_iter().enumerate() {
            let mut five = five_with(reason, place);
            five.truncate(if size.1 < 600 { 4 } else { 5 });
            let view = samples::view(samples::entrance(), Screen::Verdict(samples::words::verdict(five)));
            headless.show(&view);
            let age = texts(headless).find(|text| label(text).contains("09:30") && is_lowest(headless, text)).unwrap();
            let lowest = age.absolute_position().y;
            let key = texts(headless).find(|text| ["予約", "Booking"].contains(&label(text).as_str())).unwrap();
            let over = key.absolute_position().y - lowest;
            assert!(over < 0.5, "sample {place} at {size:?} in {language}: {over} px too many");
        }
    });
}

/// Nothing of what a body received, of an age or of a name is told where bystanders read.
#[test]
fn bystanders_read_no_medical_reason() {
    let headless = Headless::new(1024, 600).unwrap();
    let secrets = [
        "接種間隔",
        "ワクチン",
        "回目です",
        "対象年齢",
        "接種歴",
        "記録されて",
        "食い違",
        "同姓同名",
        "歳の方",
        "接種済",
    ];
    for (name, view) in samples::words::verdicts() {
        let View { screen, .. } = view;
        headless.show(&samples::view(samples::visitor(), screen));
        for text in texts(&headless) {
            let told = label(&text);
            assert!(!secrets.iter().any(|secret| told.contains(secret)), "{name} tells a bystander: {told}");
        }
    }
}

/// A note is not what a green banner speaks of.
#[test]
fn notes_are_no_headline() {
    let headless = Headless::new(1024, 600).unwrap();
    headless.show(&samples::named("verdict-notes"));
    let detail = banner(&headless).accessible_description().unwrap().to_string();
    assert_eq!(detail, "10:00〜10:30 の予約です。");
    let notes =
        texts(&headless).filter(|text| label(text).contains("未確認") || label(text).contains("届いていません"));
    assert_eq!(notes.count(), 2);
}

/// This reason after a common one, and three others after it.
fn five_with(reason: Reason, place: usize) -> Vec<Reason> {
    let all = samples::words::reasons();
    let count = all.len();
    let others = all.into_iter().cycle().skip(place + 1).step_by(5).take(count);
    let is_note =
        |reason: &Reason| matches!(reason, Reason::CheckInNotArrived | Reason::ClockInDoubt | Reason::DataStale { .. });
    let others = others.filter(|other| !is_note(other)).take(3);
    [Reason::NoBookingToday, reason].into_iter().chain(others).collect()
}

fn banner(headless: &Headless) -> ElementHandle {
    let banners = ElementQuery::from_root(headless.component()).match_inherits("VerdictBanner").find_all();
    banners.into_iter().next().unwrap()
}

fn texts(headless: &Headless) -> impl Iterator<Item = ElementHandle> {
    let all = ElementQuery::from_root(headless.component()).match_accessible_role(AccessibleRole::Text).find_all();
    all.into_iter().filter(|text| text.type_name().as_deref() != Some("VerdictBanner"))
}

fn label(text: &ElementHandle) -> String {
    text.accessible_label().unwrap_or_default().to_string()
}

fn is_lowest(headless: &Headless, text: &ElementHandle) -> bool {
    let age = |other: &ElementHandle| label(other).contains("09:30");
    texts(headless).filter(age).all(|other| other.absolute_position().y <= text.absolute_position().y + 0.5)
}
