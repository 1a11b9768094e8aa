//! Fingers and keys: every control reports its press, is found by its label, and is large enough to hit.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod samples;

use std::cell::RefCell;
use std::rc::Rc;

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery};
use uketsuke_domain::screen::{OverrideReason, Press};
use uketsuke_domain::verdict::OutcomeKind;
use uketsuke_ui::Headless;

/// Sample, label of the control, what it reports.
const CONTROLS: &[(&str, &str, Press)] = &[
    ("welcome", "番号を入力する", Press::OpenKeypad),
    ("welcome-visitor", "係員を呼ぶ", Press::CallStaff),
    ("welcome-keypad", "番号を入力する", Press::OpenKeypad),
    ("welcome-trouble", "要確認 2件", Press::OpenReviews),
    ("verdict-ok", "受付する", Press::CheckIn),
    ("verdict-ok", "この方ではない", Press::Home),
    ("verdict-desk", "接種結果へ", Press::ToOutcome),
    ("verdict-attention", "このまま受付", Press::GoOn),
    ("verdict-attention", "接種結果へ", Press::ToOutcome),
    ("verdict-stop", "次の方へ", Press::Home),
    ("verdict-unknown", "会場責任者を呼ぶ", Press::CallStaff),
    ("verdict-visitor-staff", "係員を呼ぶ", Press::CallStaff),
    ("override", "本人確認書類で確認しました", Press::Because(OverrideReason::DocumentsSeen)),
    ("override", "本部に電話で確認しました", Press::Because(OverrideReason::CentrePhoned)),
    ("override", "戻る", Press::Back),
    ("keypad", "7", Press::Digit(7)),
    ("keypad", "0", Press::Digit(0)),
    ("keypad", "消す", Press::Erase),
    ("keypad", "決定", Press::Enter),
    ("keypad", "やめる", Press::Back),
    ("keypad-birth", "番号に戻る", Press::Back),
    ("outcome", "接種済み", Press::Choose(OutcomeKind::Vaccinated)),
    ("outcome", "予診のみ", Press::Choose(OutcomeKind::PrescreenOnly)),
    ("outcome", "回数を増やす", Press::SetDose(2)),
    ("outcome-late", "回数を減らす", Press::SetDose(1)),
    ("outcome", "ブースの設定を変更", Press::OpenBoard),
    ("outcome", "記録しないで戻る", Press::Home),
    ("outcome-late", "受付する", Press::CheckIn),
    ("read-back", "記録する", Press::Confirm),
    ("read-back", "戻る", Press::Back),
    ("board", "調布　良子", Press::PickDoctor(1)),
    ("board", "3002617", Press::PickLot(2)),
    ("board", "戻る", Press::Back),
    ("welcome-courier", "データ運搬（未送信 0件）", Press::OpenCourier),
    ("welcome-carrying", "運搬中 45%", Press::OpenCourier),
    ("welcome-not-carried", "運搬できず", Press::OpenCourier),
    ("courier-none", "戻る", Press::Back),
    ("courier-sticks", "UKETSUKE-A", Press::PickStick(1)),
    ("courier-sticks", "読み込む", Press::CourierIn),
    ("courier-stick", "本部へ書き出す", Press::CourierOut),
    ("courier-bundles", "受付2から　07:10 作成", Press::PickBundle(1)),
    ("courier-bundles", "読み込む", Press::Confirm),
    ("courier-bundles", "戻る", Press::Back),
    ("courier-writing", "受付に戻る", Press::Back),
    ("courier-writing", "中止", Press::StopCourier),
    ("courier-written", "終わる", Press::Confirm),
    ("courier-taken-in", "続けて運搬する", Press::Back),
    ("courier-gone", "もう一度", Press::Back),
    ("courier-gone", "終わる", Press::Confirm),
    ("done", "次の方へ", Press::Home),
    ("reviews", "戻る", Press::Home),
];

/// Sample and label of what must not react.
const RESTING: &[(&str, &str)] = &[
    ("verdict-busy", "受付する"),
    ("verdict-busy", "この方ではない"),
    ("read-back-busy", "記録する"),
    ("read-back-busy", "戻る"),
    ("outcome", "回数を減らす"),
    ("board", "EP2163"),
    ("courier-sticks", "本部へ書き出す"),
    ("courier-bundles-none", "読み込む"),
];

#[test]
fn every_control_reports_its_press() {
    for (width, height) in [(1024, 600), (800, 480), (1280, 800)] {
        std::thread::spawn(move || {
            let (headless, presses) = listening(width, height);
            for (sample, label, press) in CONTROLS {
                headless.show(&samples::named(sample));
                click(&headless, label);
                assert_eq!(presses.take(), [*press], "{label} of {sample} at {width}×{height}");
            }
        })
        .join()
        .unwrap();
    }
}

#[test]
fn what_rests_reports_nothing() {
    let (headless, presses) = listening(1024, 600);
    for (sample, label) in RESTING {
        headless.show(&samples::named(sample));
        click(&headless, label);
        assert_eq!(presses.take(), [], "{label} of {sample}");
        assert_eq!(control(&headless, label).accessible_enabled(), Some(false), "{label} of {sample}");
    }
}

#[test]
fn the_keypad_takes_keys() {
    let (headless, presses) = listening(1024, 600);
    headless.show(&samples::named("welcome"));
    headless.show(&samples::named("keypad"));
    for key in ['1', '0', '\u{8}', '\n', '\u{1b}', 'x'] {
        headless.type_key(key);
    }
    assert_eq!(presses.take(), [Press::Digit(1), Press::Digit(0), Press::Erase, Press::Enter, Press::Back]);
    headless.show(&samples::named("welcome"));
    headless.type_key('1');
    assert_eq!(presses.take(), [], "no keypad is shown");
}

#[test]
fn the_focus_moves_by_tab_and_return_presses() {
    let (headless, presses) = listening(1024, 600);
    headless.show(&samples::named("verdict-ok"));
    headless.type_key('\t');
    headless.type_key('\n');
    assert_eq!(presses.take(), [Press::CheckIn]);
    headless.type_key('\t');
    headless.type_key(' ');
    assert_eq!(presses.take(), [Press::Home]);
}

#[test]
fn every_control_is_large_enough_and_on_the_screen() {
    for (width, height) in [(1024u16, 600u16), (800, 480), (1280, 800)] {
        let check = move || {
            let headless = Headless::new(width.into(), height.into()).unwrap();
            for (name, view) in samples::all() {
                headless.show(&view);
                for control in controls(&headless) {
                    let label = control.accessible_label().unwrap_or_default();
                    let (at, size) = (control.absolute_position(), control.size());
                    assert!(!label.is_empty(), "a control of {name} has no label");
                    // Its target is larger than what is drawn: see the next test.
                    if ["要確認", "データ運搬（", "運搬"].iter().any(|start| label.starts_with(start)) {
                        continue;
                    }
                    let found = format!("{label} of {name} at {width}×{height}: {at:?} {size:?}");
                    assert!(size.width >= 59.5 && size.height >= 59.5, "too small: {found}");
                    // Lists scroll.
                    if control.accessible_role() == Some(AccessibleRole::RadioButton) {
                        continue;
                    }
                    let inside = at.x >= 0.0
                        && at.y >= 0.0
                        && at.x + size.width <= f32::from(width)
                        && at.y + size.height <= f32::from(height);
                    assert!(inside, "off the screen: {found}");
                }
            }
        };
        std::thread::spawn(check).join().unwrap();
    }
}

#[test]
fn the_buttons_of_the_line_are_hit_below_it_too() {
    let (headless, presses) = listening(1024, 600);
    let buttons = [
        ("welcome-trouble", "要確認 2件", Press::OpenReviews),
        ("welcome-courier", "データ運搬（未送信 0件）", Press::OpenCourier),
    ];
    for (sample, label, press) in buttons {
        headless.show(&samples::named(sample));
        let button = control(&headless, label);
        headless.click(round(button.absolute_position().x + 20.0), 55);
        assert_eq!(presses.take(), [press]);
    }
}

/// A bar that is longer than its count would lie.
#[test]
fn the_bar_is_as_long_as_its_count() {
    let (headless, _) = listening(1024, 600);
    for (sample, share) in [("courier-starting", 0.0), ("courier-writing", 0.45), ("courier-settling", 1.0)] {
        headless.show(&samples::named(sample));
        let bars =
            ElementQuery::from_root(headless.component()).match_accessible_role(AccessibleRole::ProgressIndicator);
        let bar = bars.find_all().into_iter().find(|bar| bar.size().width > 500.0).unwrap();
        let told: f32 = bar.accessible_value().unwrap().parse().unwrap();
        assert!((told - share).abs() < 0.001, "{sample} tells {told}");
        let frame = headless.frame();
        let middle = round(bar.absolute_position().y + bar.size().height / 2.0);
        let (from, to) = (round(bar.absolute_position().x), round(bar.absolute_position().x + bar.size().width));
        // The one blue is dark; what is still empty is light.
        let filled = (from..to).filter(|x| frame.get_pixel(*x, middle).0[0] < 0x40).count();
        let drawn = f32::from(u16::try_from(filled).unwrap()) / bar.size().width;
        assert!((drawn - share).abs() < 0.01, "{sample} draws {drawn}");
    }
}

fn listening(width: u32, height: u32) -> (Headless, Rc<RefCell<Vec<Press>>>) {
    let headless = Headless::new(width, height).unwrap();
    let presses = Rc::new(RefCell::new(Vec::new()));
    let heard = presses.clone();
    headless.on_press(move |press| heard.borrow_mut().push(press));
    (headless, presses)
}

fn click(headless: &Headless, label: &str) {
    let control = control(headless, label);
    let (at, size) = (control.absolute_position(), control.size());
    headless.click(round(at.x + size.width / 2.0), round(at.y + size.height / 2.0));
}

/// The control with this label; the words inside it have the same label and another role.
fn control(headless: &Headless, label: &str) -> ElementHandle {
    let named = controls(headless).into_iter().find(|control| control.accessible_label().as_deref() == Some(label));
    named.unwrap_or_else(|| panic!("there is no {label}"))
}

fn controls(headless: &Headless) -> Vec<ElementHandle> {
    [AccessibleRole::Button, AccessibleRole::RadioButton]
        .into_iter()
        .flat_map(|role| ElementQuery::from_root(headless.component()).match_accessible_role(role).find_all())
        .collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places on a screen are small and positive"
)]
fn round(length: f32) -> u32 {
    length.round() as u32
}
