//! データ運搬: sticks come and go, a file goes its way, and people are received meanwhile.

use uketsuke_domain::authority::Operation;
use uketsuke_domain::kiosk::{Effect, Event, Kiosk, Signal};
use uketsuke_domain::reference::Role;
use uketsuke_domain::screen::{
    Bundle, Carried, CourierLine, CourierScreen, CourierTrouble, Link, Press, Screen, Station, Stick, StickId, Trouble,
};
use uketsuke_domain::time::Moment;

use super::door::{Door, HANAKO, config, now_at};
use crate::common::at;

fn stick(name: &str) -> Stick {
    Stick { id: id(name), name: name.to_owned(), free: 1 << 30, writable: true }
}

fn id(name: &str) -> StickId {
    StickId(format!("/media/{name}"))
}

fn bundle(file: &str, made_at: Moment) -> Bundle {
    Bundle { file: file.to_owned(), bytes: 4096, made_at, from: None, entries: 12 }
}

fn manager() -> Door {
    Door::new(Station::Manager, Role::VenueManager)
}

/// A manager who has opened the courier with one stick plugged in.
fn at_stick() -> Door {
    let mut door = manager();
    door.press(Press::OpenCourier);
    door.feed(Event::Sticks(vec![stick("A")]));
    door
}

fn writing() -> Door {
    let mut door = at_stick();
    door.press(Press::CourierOut);
    door
}

fn written() -> Carried {
    Carried::Written { file: "uketsuke-001.bundle".to_owned(), entries: 40 }
}

fn taken_in(as_of: Option<Moment>) -> Carried {
    Carried::TakenIn { file: "b".to_owned(), entries: 12, added: 9, gaps: as_of.is_none(), as_of }
}

fn courier(door: &Door) -> CourierScreen {
    let Screen::Courier(screen) = door.screen() else { panic!("{:?}", door.screen()) };
    screen
}

/// The chosen place, and whether 書き出す and 読み込む may be pressed.
fn offers(door: &Door) -> (Option<usize>, bool, bool) {
    let CourierScreen::Sticks(screen) = courier(door) else { panic!("{:?}", courier(door)) };
    (screen.chosen, screen.can_write, screen.can_read)
}

fn line(door: &Door) -> CourierLine {
    door.view().status.courier
}

fn finds(door: &Door) -> usize {
    door.effects.iter().filter(|effect| **effect == Effect::FindSticks).count()
}

#[test]
fn only_those_who_may_carry_are_offered_it() {
    let cases = [
        (Station::EntranceSelf, Role::Administrator, CourierLine::Absent),
        (Station::EntranceStaffed, Role::VenueStaff, CourierLine::Absent),
        (Station::Manager, Role::CallCentre, CourierLine::Absent),
        (Station::EntranceStaffed, Role::VenueManager, CourierLine::Offered),
        (Station::CertificateDesk, Role::Administrator, CourierLine::Offered),
    ];
    for (station, role, offered) in cases {
        let mut door = Door::new(station, role);
        assert_eq!(line(&door), offered, "{station:?} {role:?}");
        door.press(Press::OpenCourier);
        let opens = matches!(door.screen(), Screen::Courier(_));
        assert_eq!(opens, offered == CourierLine::Offered, "{station:?} {role:?}");
        assert_eq!(finds(&door), usize::from(opens));
    }
}

#[test]
fn a_kiosk_that_was_never_filled_can_be_filled_by_a_stick() {
    let mut door = manager();
    door.kiosk = Kiosk::new(config(Station::Manager, Role::VenueManager), now_at(at(0, 10, 0)));
    door.scan(HANAKO);
    assert!(matches!(door.screen(), Screen::Trouble(Trouble::NoSettings)));
    door.press(Press::OpenCourier);
    door.feed(Event::Sticks(vec![stick("A")]));
    assert_eq!(offers(&door), (Some(0), true, true));
}

#[test]
fn a_kiosk_without_its_database_carries_nothing() {
    for trouble in [Trouble::DatabaseUnreadable, Trouble::KeyMissing] {
        let mut door = manager();
        door.feed(Event::Trouble(trouble));
        assert_eq!(line(&door), CourierLine::Absent);
        door.press(Press::OpenCourier);
        assert!(matches!(door.screen(), Screen::Trouble(_)));
    }
}

#[test]
fn sticks_are_looked_for_as_long_as_one_is_chosen_and_one_question_at_a_time() {
    let mut door = manager();
    door.press(Press::OpenCourier);
    assert_eq!((finds(&door), offers(&door)), (1, (None, false, false)));
    door.feed(Event::Tick);
    assert_eq!(finds(&door), 0, "the first has not been answered");
    door.feed(Event::Sticks(Vec::new()));
    door.feed(Event::Tick);
    assert_eq!(finds(&door), 1);
    door.feed(Event::Sticks(vec![stick("A")]));
    assert_eq!(offers(&door), (Some(0), true, true), "a stick that is alone needs no press");
    door.feed(Event::Sticks(vec![stick("A"), stick("B")]));
    assert_eq!(offers(&door).0, Some(0), "it stays chosen");
    door.feed(Event::Sticks(vec![stick("B"), stick("C")]));
    assert_eq!(offers(&door), (None, false, false), "it is gone, and nobody knows which of the others is meant");
    door.press(Press::PickStick(1));
    assert_eq!(offers(&door), (Some(1), true, true));
    door.press(Press::PickStick(7));
    assert_eq!(offers(&door).0, Some(1));
    door.press(Press::Back);
    door.feed(Event::Tick);
    assert_eq!((door.shows().0, finds(&door)), ("welcome", 0));
}

#[test]
fn a_stick_that_takes_no_writes_can_only_be_read() {
    let mut door = at_stick();
    door.feed(Event::Sticks(vec![Stick { writable: false, ..stick("A") }]));
    assert_eq!(offers(&door), (Some(0), false, true));
    door.press(Press::CourierOut);
    assert_eq!((offers(&door), door.effects.len()), ((Some(0), false, true), 0));
}

#[test]
fn writing_carries_its_proof_and_tells_how_far_it_is() {
    let mut door = writing();
    let started = door.effects.iter().find_map(|effect| match effect {
        Effect::CourierOut { stick, leave } => Some((stick.clone(), leave.operation(), leave.role())),
        _ => None,
    });
    assert_eq!(started, Some((id("A"), Operation::CourierOut, Role::VenueManager)));
    door.feed(Event::CourierProgress { done: 10, total: 40 });
    let CourierScreen::Running(run) = courier(&door) else { panic!() };
    assert_eq!((run.done, run.total, run.stick.as_str()), (10, 40, "A"));
    assert_eq!(line(&door), CourierLine::Running { done: 10, total: 40 });
    door.feed(Event::CourierProgress { done: 99, total: 40 });
    assert_eq!(line(&door), CourierLine::Running { done: 40, total: 40 }, "a bar does not run over");
    door.feed(Event::CourierEnded(Ok(written())));
    assert!(matches!(courier(&door), CourierScreen::Done { carried: Carried::Written { entries: 40, .. }, .. }));
    assert_eq!(door.signals(), [Signal::Done]);
    door.press(Press::Confirm);
    assert_eq!((door.shows().0, line(&door)), ("welcome", CourierLine::Offered));
}

#[test]
fn what_is_on_its_way_is_not_started_twice_and_has_no_deadline() {
    let mut door = writing();
    assert!(!door.effects.iter().any(|effect| matches!(effect, Effect::Schedule { .. })));
    for press in [Press::CourierOut, Press::CourierIn, Press::PickStick(0), Press::Confirm] {
        door.press(press);
        assert_eq!(door.effects, [], "{press:?}");
    }
    door.presses(&[Press::Home, Press::OpenCourier]);
    assert!(matches!(courier(&door), CourierScreen::Running(_)), "opened again, it is still under way");
}

#[test]
fn people_are_received_meanwhile_and_nobody_is_pushed_aside() {
    let mut door = writing();
    door.feed(Event::CourierProgress { done: 1, total: 2 });
    door.scan(HANAKO);
    door.feed(Event::CourierProgress { done: 2, total: 2 });
    assert_eq!((door.shows().0, line(&door)), ("verdict", CourierLine::Running { done: 2, total: 2 }));
    door.feed(Event::CourierEnded(Err(CourierTrouble::StickGone)));
    assert_eq!((door.shows().0, door.signals()), ("verdict", Vec::new()));
    assert_eq!(line(&door), CourierLine::Ended { well: false });
    door.press(Press::CheckIn);
    assert_eq!(door.shows().0, "done");
    door.press(Press::OpenCourier);
    assert!(matches!(courier(&door), CourierScreen::Failed { trouble: CourierTrouble::StickGone, .. }));
}

#[test]
fn a_failure_can_be_tried_again() {
    let mut door = writing();
    door.feed(Event::CourierEnded(Err(CourierTrouble::StickFull)));
    assert_eq!(door.signals(), [Signal::Stop]);
    door.press(Press::Back);
    assert_eq!((offers(&door), finds(&door), line(&door)), ((None, false, false), 1, CourierLine::Offered));
    door.feed(Event::Sticks(vec![stick("A")]));
    door.press(Press::CourierOut);
    assert!(matches!(courier(&door), CourierScreen::Running(run) if run.done == 0));
}

#[test]
fn stopping_is_asked_for_and_the_end_tells() {
    let mut door = writing();
    door.press(Press::StopCourier);
    assert_eq!(door.effects, [Effect::StopCourier]);
    assert!(matches!(courier(&door), CourierScreen::Running(_)), "it has not stopped yet");
    door.feed(Event::CourierEnded(Err(CourierTrouble::Stopped)));
    door.press(Press::StopCourier);
    assert_eq!(door.effects, []);
}

#[test]
fn the_newest_file_is_chosen_and_taken_in() {
    let mut door = at_stick();
    door.press(Press::CourierIn);
    assert!(door.effects.contains(&Effect::ListBundles { stick: id("A") }));
    door.press(Press::Confirm);
    assert_eq!(door.effects, [], "the stick has not been read yet");
    let bundles = vec![bundle("old", at(0, 8, 0)), bundle("new", at(0, 9, 0))];
    door.feed(Event::Bundles { stick: id("B"), bundles: bundles.clone() });
    assert!(matches!(courier(&door), CourierScreen::Bundles(screen) if screen.bundles.is_none()), "another stick's");
    door.feed(Event::Bundles { stick: id("A"), bundles });
    let CourierScreen::Bundles(screen) = courier(&door) else { panic!() };
    let files: Vec<String> = screen.bundles.unwrap().into_iter().map(|bundle| bundle.file).collect();
    assert_eq!((files, screen.chosen), (vec!["new".to_owned(), "old".to_owned()], 0));
    door.presses(&[Press::PickBundle(1), Press::PickBundle(2)]);
    door.press(Press::Confirm);
    let started = door.effects.iter().find_map(|effect| match effect {
        Effect::CourierIn { stick, file, leave } => Some((stick.clone(), file.clone(), leave.operation())),
        _ => None,
    });
    assert_eq!(started, Some((id("A"), "old".to_owned(), Operation::CourierIn)));
}

#[test]
fn a_stick_that_is_pulled_out_takes_its_files_along() {
    let mut door = at_stick();
    door.press(Press::CourierIn);
    door.feed(Event::Bundles { stick: id("A"), bundles: vec![bundle("new", at(0, 9, 0))] });
    door.feed(Event::Sticks(Vec::new()));
    assert_eq!(offers(&door), (None, false, false));
    door.press(Press::Confirm);
    assert_eq!(door.effects, []);
}

#[test]
fn data_is_as_old_as_what_came_last_by_line_or_stick() {
    let mut door = at_stick();
    door.presses(&[Press::CourierIn]);
    door.feed(Event::Bundles { stick: id("A"), bundles: vec![bundle("new", at(0, 11, 0))] });
    door.press(Press::Confirm);
    door.feed(Event::CourierEnded(Ok(taken_in(Some(at(0, 11, 0))))));
    assert_eq!(door.view().status.data_as_of, Some(at(0, 11, 0)));
    let link = Link::Disconnected { since: at(0, 9, 0) };
    door.feed(Event::Link { link, unsent: 1, data_as_of: Some(at(0, 9, 0)) });
    assert_eq!(door.view().status.data_as_of, Some(at(0, 11, 0)), "the line knows nothing of the stick");
    door.feed(Event::Link { link, unsent: 1, data_as_of: Some(at(0, 12, 0)) });
    assert_eq!(door.view().status.data_as_of, Some(at(0, 12, 0)));
}

#[test]
fn answers_to_nobody_change_nothing() {
    let mut door = manager();
    for event in [
        Event::Sticks(vec![stick("A")]),
        Event::Bundles { stick: id("A"), bundles: Vec::new() },
        Event::CourierProgress { done: 1, total: 2 },
        Event::CourierEnded(Ok(written())),
    ] {
        door.feed(event);
        assert_eq!((door.shows().0, line(&door)), ("welcome", CourierLine::Offered));
    }
}
