//! Deadlines.

use uketsuke_domain::kiosk::{DeadlineId, Effect, Event};
use uketsuke_domain::reference::Role;
use uketsuke_domain::screen::{Press, Screen, Station};

use super::door::{Door, HANAKO, TARO};

#[test]
fn a_person_is_gone_by_the_deadline() {
    let mut door = Door::entrance();
    door.scan(HANAKO);
    let deadline = door.deadline();
    assert!(!deadline.reason.is_empty());
    door.feed(Event::Deadline(deadline));
    assert_eq!(door.shows().0, "welcome");
}

#[test]
fn a_deadline_of_an_earlier_screen_is_void() {
    let mut door = Door::entrance();
    door.scan(HANAKO);
    let old = door.deadline();
    door.scan(TARO);
    door.feed(Event::Deadline(old));
    assert_eq!(door.shows().0, "verdict");
    door.feed(Event::Deadline(DeadlineId { generation: old.generation + 1000, ..old }));
    assert_eq!(door.shows().0, "verdict");
}

#[test]
fn typing_sets_the_deadline_anew() {
    let mut door = Door::entrance();
    door.press(Press::OpenKeypad);
    let old = door.deadline();
    door.press(Press::Digit(1));
    assert_ne!(door.deadline(), old);
    door.feed(Event::Deadline(old));
    assert_eq!(door.shows().0, "keypad");
}

#[test]
fn a_deadline_does_not_take_a_write_from_the_screen() {
    let mut door = Door::entrance();
    door.scan(HANAKO);
    let deadline = door.deadline();
    door.feed(Event::Press(Press::CheckIn));
    door.feed(Event::Deadline(deadline));
    assert_eq!(door.shows(), ("verdict", true));
    door.settle();
    assert_eq!(door.shows().0, "done");
}

#[test]
fn a_deadline_does_not_take_the_next_persons_scan() {
    let mut door = Door::entrance();
    door.scan(HANAKO);
    let deadline = door.deadline();
    door.feed(Event::Scan(TARO.to_owned()));
    door.feed(Event::Deadline(deadline));
    assert_eq!(door.shows().0, "welcome");
    door.settle();
    assert_eq!(door.shows().0, "verdict");
}

#[test]
fn every_screen_with_a_person_has_a_deadline() {
    let mut door = Door::desk();
    let mut seen = Vec::new();
    let choose = Press::Choose(uketsuke_domain::verdict::OutcomeKind::Vaccinated);
    door.scan(HANAKO);
    seen.push((door.shows().0, door.deadline().reason));
    for press in [Press::OpenBoard, Press::Back, choose, Press::Confirm] {
        door.press(press);
        seen.push((door.shows().0, door.deadline().reason));
    }
    let screens: Vec<_> = seen.iter().map(|(screen, _)| *screen).collect();
    assert_eq!(screens, ["outcome", "board", "outcome", "read-back", "done"]);
}

#[test]
fn visitors_see_the_verdict_for_seconds_only() {
    let longest = |station| {
        let mut door = Door::new(station, Role::VenueStaff);
        door.scan("9999999999");
        assert!(matches!(door.screen(), Screen::Verdict(_)));
        let after = door.effects.iter().find_map(|effect| match effect {
            Effect::Schedule { after_ms, .. } => Some(*after_ms),
            _ => None,
        });
        after.unwrap()
    };
    assert_eq!((longest(Station::EntranceSelf), longest(Station::EntranceStaffed)), (8_000, 120_000));
}

/// How long the screen after a check-in stays, in milliseconds.
fn done_for(station: Station) -> u64 {
    let mut door = Door::new(station, Role::VenueStaff);
    door.scan(HANAKO);
    if station == Station::EntranceStaffed {
        door.press(Press::CheckIn);
    }
    assert_eq!(door.shows().0, "done");
    let scheduled = door.effects.iter().filter_map(|effect| match effect {
        Effect::Schedule { after_ms, .. } => Some(*after_ms),
        _ => None,
    });
    scheduled.collect::<Vec<_>>().pop().unwrap()
}

#[test]
fn a_queue_moves_on_faster_where_nobody_presses() {
    assert_eq!((done_for(Station::EntranceSelf), done_for(Station::EntranceStaffed)), (4_000, 20_000));
}

#[test]
fn every_screen_without_a_question_goes_back() {
    let mut door = Door::entrance();
    door.scan(HANAKO);
    door.press(Press::CheckIn);
    assert_eq!(door.shows().0, "done");
    door.press(Press::Back);
    assert_eq!(door.shows().0, "welcome");
}

#[test]
fn every_question_to_the_disk_has_a_ticket_of_its_own() {
    let mut door = Door::entrance();
    let mut tickets = std::collections::BTreeSet::new();
    for number in [HANAKO, TARO, HANAKO, "9999999999"] {
        door.feed(Event::Scan(number.to_owned()));
        let asked = door.effects.iter().find_map(|effect| match effect {
            Effect::LookUp { ticket, .. } => Some(format!("{ticket:?}")),
            _ => None,
        });
        assert!(tickets.insert(asked.unwrap()), "{tickets:?}");
    }
}
