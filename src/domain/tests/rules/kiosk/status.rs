//! The status line, reviews, and what is wrong with the kiosk itself.

use uketsuke_domain::kiosk::{Effect, Event, Kiosk, Signal};
use uketsuke_domain::reference::Role;
use uketsuke_domain::screen::{Press, ReadTrouble, Screen, Station, Trouble};
use uketsuke_domain::time::Moment;

use super::door::{Door, HANAKO, config, now_at, roster};
use crate::common::at;

#[test]
fn a_tick_within_the_minute_draws_nothing() {
    let mut door = Door::entrance();
    door.now = at(0, 10, 1);
    door.feed(Event::Tick);
    assert!(matches!(door.effects[..], [Effect::Show(_)]));
    door.now = at(0, 10, 1).plus_ms(59_999);
    door.feed(Event::Tick);
    assert_eq!(door.effects, []);
    assert_eq!(door.view().status.now, at(0, 10, 1));
    door.now = at(0, 10, 2);
    door.feed(Event::Tick);
    assert_eq!(door.effects.len(), 1);
}

#[test]
fn without_settings_nobody_is_judged_and_their_arrival_clears_the_screen() {
    let now = now_at(at(0, 10, 0));
    let mut door = Door::entrance();
    door.kiosk = Kiosk::new(config(Station::EntranceStaffed, Role::VenueStaff), now);
    door.scan(HANAKO);
    assert!(matches!(door.screen(), Screen::Trouble(Trouble::NoSettings)));
    door.feed(Event::Roster(Box::new(roster())));
    assert_eq!(door.shows().0, "welcome");
    door.scan(HANAKO);
    assert_eq!(door.shows().0, "verdict");
}

#[test]
fn a_disk_that_cannot_be_read_is_said() {
    let mut door = Door::entrance();
    door.feed(Event::Scan(HANAKO.to_owned()));
    let Some(Effect::LookUp { ticket, .. }) = door.open.pop_front() else { panic!() };
    door.feed(Event::LookUpFailed { ticket });
    assert!(matches!(door.screen(), Screen::Welcome(screen) if screen.trouble == Some(ReadTrouble::Disk)));
    assert_eq!(door.signals(), [Signal::Misread]);
}

#[test]
fn reviews_open_where_they_were_asked_for() {
    let mut door = Door::entrance();
    door.press(Press::OpenReviews);
    assert_eq!(door.effects, [Effect::LoadReviews]);
    door.feed(Event::Reviews(Vec::new()));
    assert_eq!(door.shows().0, "reviews");
    door.press(Press::Back);
    door.press(Press::OpenReviews);
    door.scan(HANAKO);
    door.feed(Event::Reviews(Vec::new()));
    assert_eq!(door.shows().0, "verdict", "a person who came in between is not pushed aside");
}

#[test]
fn calling_staff_makes_a_sound_and_leaves_the_screen() {
    let mut door = Door::entrance();
    door.scan(HANAKO);
    door.press(Press::CallStaff);
    assert_eq!((door.signals(), door.shows().0), (vec![Signal::CallStaff], "verdict"));
    assert!(door.kiosk.view().status.called, "the screen answers");
}

#[test]
fn a_wild_clock_does_not_panic() {
    for wall in [i64::MIN, i64::MAX, 0] {
        let mut kiosk = Kiosk::new(config(Station::EntranceStaffed, Role::VenueStaff), now_at(Moment(wall)));
        let _ = kiosk.handle(Event::Tick, now_at(Moment(wall)));
    }
}
