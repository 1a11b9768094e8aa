//! Every reason, review and trouble has a sentence of its own that fits its screen, at every size and in every language.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod samples;

use std::collections::HashMap;

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery};
use uketsuke_domain::screen::{Screen, View};
use uketsuke_domain::verdict::{Level, Purpose, Reason, weigh};
use uketsuke_ui::{Headless, Language, set_language};

use samples::words::verdict;

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

/// Beside the banner's reason, four more are on the screen without a touch.
#[test]
fn five_reasons_need_no_scrolling() {
    everywhere(|headless, size, language| {
        let loud: Vec<Reason> = samples::words::reasons().into_iter().filter(|reason| !is_note(reason)).collect();
        let show = |reasons| headless.show(&samples::view(samples::entrance(), Screen::Verdict(verdict(reasons))));
        let sentence_of = |reason: &Reason| {
            show(vec![reason.clone()]);
            banner(headless).accessible_description().unwrap().to_string()
        };
        let sentences: Vec<String> = loud.iter().map(sentence_of).collect();
        for first in 0..loud.len() {
            // Neighbours and others, so that long ones meet.
            let five: Vec<usize> = [0, 1, 7, 13, 19].iter().map(|step| (first + step) % loud.len()).collect();
            show(five.iter().map(|place| loud[*place].clone()).collect());
            let frame = inheriting(headless, "Scroll");
            let bottom = frame.absolute_position().y + frame.size().height;
            for sentence in five.iter().skip(1).map(|place| &sentences[*place]) {
                let text = texts(headless).find(|text| label(text) == *sentence);
                let to = text.map(|text| text.absolute_position().y + text.size().height);
                assert!(
                    to.is_some_and(|to| to <= bottom + 0.5),
                    "{sentence} at {size:?} in {language}: {to:?}, {bottom}"
                );
            }
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

/// What was carried, or why nothing was and what to do, is on the screen as a whole; nothing runs into anything else.
#[test]
fn the_courier_says_all_of_it() {
    everywhere(|headless, size, language| {
        // Lists scroll: what is below their frame is not lost.
        let lists = ["courier-stick", "courier-sticks", "courier-bundles"];
        let samples = samples::all().into_iter().map(|(name, view)| (name.to_owned(), view));
        let samples = samples.filter(|(name, _)| name.starts_with("courier-") && !lists.contains(&name.as_str()));
        for (name, view) in samples.chain(samples::words::courier_troubles()) {
            headless.show(&view);
            let texts: Vec<ElementHandle> = texts(headless).filter(|text| !label(text).is_empty()).collect();
            for (place, text) in texts.iter().enumerate() {
                let said = format!("{:?} of {name} at {size:?} in {language}", label(text));
                let (at, extent) = (text.absolute_position(), text.size());
                let (right, bottom) = (at.x + extent.width, at.y + extent.height);
                let inside = at.x >= 0.0 && right <= f32::from(size.0) + 0.5 && bottom <= f32::from(size.1) + 0.5;
                assert!(inside, "off the screen: {said}: {at:?} {extent:?}");
                for other in texts.iter().skip(place + 1) {
                    let (to, width, height) = (other.absolute_position(), other.size().width, other.size().height);
                    let apart = to.x >= right - 1.0 || to.x + width <= at.x + 1.0;
                    let apart = apart || to.y >= bottom - 1.0 || to.y + height <= at.y + 1.0;
                    assert!(apart, "{said} runs into {:?}", label(other));
                }
            }
        }
    });
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

fn is_note(reason: &Reason) -> bool {
    weigh(reason, Purpose::CheckIn, 2).0 == Level::Proceed
}

fn banner(headless: &Headless) -> ElementHandle {
    inheriting(headless, "VerdictBanner")
}

/// The first element of this kind.
fn inheriting(headless: &Headless, component: &str) -> ElementHandle {
    let found = ElementQuery::from_root(headless.component()).match_inherits(component).find_first();
    found.unwrap_or_else(|| panic!("there is no {component}"))
}

fn texts(headless: &Headless) -> impl Iterator<Item = ElementHandle> {
    let all = ElementQuery::from_root(headless.component()).match_accessible_role(AccessibleRole::Text).find_all();
    all.into_iter().filter(|text| text.type_name().as_deref() != Some("VerdictBanner"))
}

fn label(text: &ElementHandle) -> String {
    text.accessible_label().unwrap_or_default().to_string()
}
