//! The entrance where visitors scan for themselves.

use uketsuke_domain::facts::FactKind;
use uketsuke_domain::kiosk::Event;
use uketsuke_domain::reference::{Card, Role};
use uketsuke_domain::screen::{NextStep, Press, Screen, Station};

use super::door::{Door, HANAKO, TARO};
use crate::common::{booked, cancelled, certificate};

fn door() -> Door {
    Door::new(Station::EntranceSelf, Role::Administrator)
}

#[test]
fn a_scan_checks_in_without_a_press() {
    let mut door = door();
    door.feed(Event::Scan(HANAKO.to_owned()));
    door.answer();
    assert_eq!(door.shows(), ("verdict", true));
    door.answer();
    assert_eq!(door.shows(), ("done", false));
    assert_eq!(door.kinds(), [FactKind::CheckedIn]);
}

#[test]
fn names_are_masked_and_recent_people_hidden() {
    let mut door = door();
    for number in [HANAKO, TARO] {
        door.feed(Event::Scan(number.to_owned()));
        for _ in 0..2 {
            door.answer();
            let shown = format!("{:?}", door.view());
            assert!(!shown.contains("花子") && !shown.contains("ハナコ") && !shown.contains("1950"), "{shown}");
        }
        let Screen::Done(screen) = door.screen() else { panic!() };
        assert!(screen.recent.is_empty());
    }
    door.press(Press::Home);
    assert!(matches!(door.screen(), Screen::Welcome(screen) if screen.recent.is_empty()));
}

#[test]
fn whoever_is_not_clear_calls_staff_whatever_the_role() {
    let mut door = door();
    door.card("1111111119", Card::default());
    door.scan("1111111119");
    let Screen::Verdict(screen) = door.screen() else { panic!() };
    assert_eq!(screen.next, NextStep::CallManager);
    door.presses(&[Press::GoOn, Press::CheckIn, Press::ToOutcome]);
    assert_eq!((door.shows().0, door.written.len()), ("verdict", 0));
}

#[test]
fn a_fact_in_between_does_not_leave_a_visitor_unrecorded_before_a_green_screen() {
    let mut door = door();
    door.feed(Event::Scan(HANAKO.to_owned()));
    door.answer();
    door.add(HANAKO, certificate(&[]).id(70));
    door.settle();
    assert_eq!((door.shows().0, door.written.len()), ("done", 1));
    door.person(TARO, &[booked(0).booking("B5").id(2)]);
    door.feed(Event::Scan(TARO.to_owned()));
    door.answer();
    door.add(TARO, cancelled().booking("B5").id(71));
    door.settle();
    assert_eq!((door.shows(), door.written.len()), (("verdict", false), 1), "no longer clear");
}

#[test]
fn reviews_and_board_are_not_for_visitors() {
    let mut door = door();
    door.presses(&[Press::OpenReviews, Press::OpenBoard]);
    assert_eq!((door.shows().0, door.effects.len()), ("welcome", 0));
    door.feed(Event::Reviews(Vec::new()));
    assert_eq!(door.shows().0, "welcome");
}
