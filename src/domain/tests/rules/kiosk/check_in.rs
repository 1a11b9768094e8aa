//! 受付 at the staffed entrance.

use uketsuke_domain::facts::FactKind;
use uketsuke_domain::kiosk::{Effect, Event, IfChanged, Signal};
use uketsuke_domain::screen::{NextStep, Press, Screen, Trouble};
use uketsuke_domain::verdict::Level;

use super::door::{Door, HANAKO, TARO};
use crate::common::{booked, check_in, voucher_of};

#[test]
fn the_usual_check_in_is_one_press() {
    let mut door = Door::entrance();
    door.scan(HANAKO);
    assert_eq!(door.signals(), [Signal::Proceed]);
    let Screen::Verdict(screen) = door.screen() else { panic!() };
    assert_eq!((screen.level, screen.next), (Level::Proceed, NextStep::CheckIn));
    door.press(Press::CheckIn);
    assert_eq!(door.shows(), ("done", false));
    assert_eq!(door.kinds(), [FactKind::CheckedIn]);
    let request = &door.written[0];
    assert_eq!((request.voucher, request.if_changed), (voucher_of(HANAKO), IfChanged::AskAgain));
    assert_eq!(request.drafts[0].booking, Some("B1".into()));
    assert!(request.drafts[0].supersedes.is_empty());
}

#[test]
fn done_is_shown_only_after_the_commit() {
    let mut door = Door::entrance();
    door.scan(HANAKO);
    door.feed(Event::Press(Press::CheckIn));
    assert_eq!(door.shows(), ("verdict", true));
    assert!(!door.signals().contains(&Signal::Done));
    door.answer();
    assert_eq!(door.shows(), ("done", false));
    assert_eq!(door.signals(), [Signal::Done]);
}

#[test]
fn a_new_scan_replaces_the_last_person() {
    let mut door = Door::entrance();
    door.scan(HANAKO);
    door.scan(TARO);
    let Screen::Verdict(screen) = door.screen() else { panic!() };
    assert_eq!(screen.person.voucher, voucher_of(TARO));
    door.press(Press::CheckIn);
    assert_eq!(door.written[0].voucher, voucher_of(TARO));
}

#[test]
fn between_a_scan_and_its_answer_the_last_persons_buttons_rest() {
    let mut door = Door::entrance();
    door.scan(HANAKO);
    door.feed(Event::Scan(TARO.to_owned()));
    door.feed(Event::Press(Press::CheckIn));
    door.settle();
    assert!(door.written.is_empty());
    let Screen::Verdict(screen) = door.screen() else { panic!() };
    assert_eq!(screen.person.voucher, voucher_of(TARO));
}

#[test]
fn a_scan_during_a_write_waits_and_is_taken_up() {
    let mut door = Door::entrance();
    door.scan(HANAKO);
    door.feed(Event::Press(Press::CheckIn));
    door.feed(Event::Scan(TARO.to_owned()));
    assert_eq!(door.open.len(), 1, "nothing is looked up before the disk has answered");
    door.answer();
    assert_eq!(door.shows().0, "done");
    door.answer();
    let Screen::Verdict(screen) = door.screen() else { panic!() };
    assert_eq!(screen.person.voucher, voucher_of(TARO));
}

#[test]
fn presses_rest_during_a_write() {
    let mut door = Door::entrance();
    door.scan(HANAKO);
    door.feed(Event::Press(Press::CheckIn));
    for press in [Press::CheckIn, Press::Home, Press::Back, Press::OpenKeypad, Press::OpenReviews] {
        door.feed(Event::Press(press));
        assert!(door.effects.is_empty(), "{press:?}");
    }
    door.settle();
    assert_eq!(door.written.len(), 1);
}

#[test]
fn whoever_was_quicker_brings_a_fresh_verdict_and_nothing_is_acknowledged() {
    let mut door = Door::entrance();
    door.scan(HANAKO);
    door.add(HANAKO, check_in().id(50));
    door.press(Press::CheckIn);
    let Screen::Verdict(screen) = door.screen() else { panic!() };
    assert_eq!((screen.level, screen.next, screen.busy), (Level::Stop, NextStep::NextPerson, false));
    assert!(door.written.is_empty());
    door.press(Press::Home);
    let Screen::Welcome(screen) = door.screen() else { panic!() };
    assert!(screen.recent.is_empty());
}

#[test]
fn a_scan_that_waited_is_taken_up_after_a_fresh_verdict_too() {
    let mut door = Door::entrance();
    door.scan(HANAKO);
    door.add(HANAKO, check_in().id(50));
    door.feed(Event::Press(Press::CheckIn));
    door.feed(Event::Scan(TARO.to_owned()));
    door.settle();
    let Screen::Verdict(screen) = door.screen() else { panic!() };
    assert_eq!(screen.person.voucher, voucher_of(TARO));
}

#[test]
fn a_write_that_failed_is_said_and_nothing_is_acknowledged() {
    let mut door = Door::entrance();
    door.scan(HANAKO);
    door.feed(Event::Press(Press::CheckIn));
    let Some(Effect::Record { ticket, .. }) = door.open.pop_front() else { panic!() };
    door.feed(Event::RecordFailed { ticket });
    assert!(matches!(door.screen(), Screen::Trouble(Trouble::DiskRefuses)));
    assert_eq!(door.signals(), [Signal::Stop]);
    door.press(Press::Home);
    let Screen::Welcome(screen) = door.screen() else { panic!() };
    assert!(screen.recent.is_empty());
    door.scan(HANAKO);
    door.press(Press::CheckIn);
    assert_eq!(door.shows().0, "done", "the next try is free");
}

#[test]
fn the_done_screen_names_who_was_recorded_whatever_came_in_between() {
    let mut door = Door::entrance();
    door.scan(HANAKO);
    door.feed(Event::Press(Press::CheckIn));
    door.feed(Event::Trouble(Trouble::NotEnrolled));
    assert_eq!(door.shows().0, "trouble");
    door.settle();
    let Screen::Done(screen) = door.screen() else { panic!() };
    assert_eq!(screen.person.voucher, voucher_of(HANAKO));
}

#[test]
fn a_late_answer_to_an_old_question_is_ignored() {
    let mut door = Door::entrance();
    door.feed(Event::Scan(HANAKO.to_owned()));
    let old = door.open.pop_front().unwrap();
    door.scan(TARO);
    door.open.push_back(old);
    door.settle();
    let Screen::Verdict(screen) = door.screen() else { panic!() };
    assert_eq!(screen.person.voucher, voucher_of(TARO));
}

#[test]
fn the_three_newest_stay_in_view_newest_first() {
    let mut door = Door::entrance();
    for (place, number) in ["1111111101", "1111111102", "1111111103", "1111111104"].into_iter().enumerate() {
        door.person(number, &[booked(0).id(u8::try_from(place).unwrap())]);
        door.scan(number);
        door.press(Press::CheckIn);
    }
    door.press(Press::Home);
    let Screen::Welcome(screen) = door.screen() else { panic!() };
    let recent: Vec<_> = screen.recent.iter().map(|fact| fact.last_four.as_str()).collect();
    assert_eq!(recent, ["1104", "1103", "1102"]);
    assert_eq!(screen.recent[0].kana.as_deref(), Some("フジツウ　ハナコ"));
}
