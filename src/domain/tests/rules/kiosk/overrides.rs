//! Going on in spite of a verdict.

use uketsuke_domain::facts::{Body, FactKind};
use uketsuke_domain::kiosk::{Event, Signal};
use uketsuke_domain::reference::Role;
use uketsuke_domain::screen::{NextStep, OverrideReason, Press, Screen, Station};

use super::door::{Door, HANAKO, STRANGER};
use crate::common::{booked, cancelled, check_in, folded, prescreen, voucher, voucher_of};

const BECAUSE: Press = Press::Because(OverrideReason::CentrePhoned);

fn next(door: &Door) -> NextStep {
    let Screen::Verdict(screen) = door.screen() else { panic!("{:?}", door.shows()) };
    screen.next
}

#[test]
fn going_on_needs_the_role() {
    let mut door = Door::entrance();
    door.person(HANAKO, &[booked(1).id(1)]);
    door.scan(HANAKO);
    assert_eq!((next(&door), door.signals()), (NextStep::CallManager, vec![Signal::Attention]));
    door.presses(&[Press::GoOn, BECAUSE, Press::CheckIn]);
    assert_eq!((door.shows().0, door.written.len()), ("verdict", 0));
}

#[test]
fn the_reason_is_the_last_press_and_is_recorded_with_the_codes() {
    let mut door = Door::new(Station::EntranceStaffed, Role::VenueManager);
    door.person(HANAKO, &[booked(0).id(1), cancelled().id(2)]);
    door.scan(HANAKO);
    assert_eq!(next(&door), NextStep::GoOn { role: Role::VenueManager, special: false });
    door.press(Press::CheckIn);
    assert!(door.written.is_empty(), "not without a reason");
    door.press(Press::GoOn);
    assert_eq!(door.shows().0, "override");
    door.feed(Event::Press(BECAUSE));
    assert_eq!(door.shows(), ("verdict", true));
    door.settle();
    assert_eq!(door.shows().0, "done");
    let [taken_back, came] = &door.written[0].drafts[..] else { panic!() };
    let kinds = (taken_back.kind, came.kind);
    assert_eq!(kinds, (FactKind::Reinstated, FactKind::CheckedIn), "the booking is valid again, and the person came");
    let Body::CheckedIn(body) = &came.body else { panic!() };
    assert_eq!(
        (body.overridden.as_slice(), body.because.as_deref()),
        (&["cancelled=2021-05-09 09:00".into()][..], Some("centre-phoned"))
    );
    let facts = &door.people[&voucher()].record.facts;
    assert_eq!(folded(facts).reviews, [], "who went on knowingly leaves nothing to decide");
}

#[test]
fn who_takes_a_place_beyond_the_capacity_knowingly_is_nobodys_question_later() {
    let mut door = Door::new(Station::EntranceStaffed, Role::VenueManager);
    door.person(HANAKO, &[booked(0).id(1), cancelled().id(2)]);
    door.people.get_mut(&voucher()).unwrap().places.insert("slot".into(), (5, 5));
    door.scan(HANAKO);
    door.presses(&[Press::GoOn, BECAUSE]);
    let facts = &door.people[&voucher()].record.facts;
    let irregular = folded(facts).bookings[0].booked.irregular.clone().unwrap();
    assert_eq!((irregular.what, irregular.because.as_str()), (vec!["overbook".to_owned()], "centre-phoned"));
    // Where there was room, nothing irregular is written.
    let mut door = Door::new(Station::EntranceStaffed, Role::VenueManager);
    door.person(HANAKO, &[booked(0).id(1), cancelled().id(2)]);
    door.scan(HANAKO);
    door.presses(&[Press::GoOn, BECAUSE]);
    assert_eq!(folded(&door.people[&voucher()].record.facts).bookings[0].booked.irregular, None);
}

#[test]
fn stepping_back_overrides_nothing() {
    let mut door = Door::new(Station::EntranceStaffed, Role::VenueManager);
    door.scan(STRANGER);
    door.presses(&[Press::GoOn, Press::Back]);
    assert_eq!(next(&door), NextStep::GoOn { role: Role::VenueManager, special: false });
    door.press(Press::CheckIn);
    assert!(door.written.is_empty());
}

#[test]
fn a_reason_given_for_one_verdict_does_not_hold_for_a_fresh_one() {
    let mut door = Door::new(Station::EntranceStaffed, Role::VenueManager);
    door.person(HANAKO, &[booked(1).id(1)]);
    door.scan(HANAKO);
    door.press(Press::GoOn);
    door.add(HANAKO, booked(0).booking("B7").id(60));
    door.add(HANAKO, cancelled().booking("B7").id(61));
    door.press(BECAUSE);
    assert!(door.written.is_empty());
    assert_eq!(next(&door), NextStep::GoOn { role: Role::VenueManager, special: false });
}

#[test]
fn the_desk_goes_on_to_the_outcome_and_records_why() {
    let mut door = Door::desk();
    door.person(HANAKO, &[booked(1).id(1)]);
    door.scan(HANAKO);
    door.presses(&[Press::GoOn, BECAUSE]);
    assert_eq!(door.shows().0, "outcome");
    door.presses(&[Press::Choose(uketsuke_domain::verdict::OutcomeKind::Vaccinated), Press::Confirm]);
    let Body::Outcome(body) = &door.written[0].drafts[0].body else { panic!() };
    assert!(body.overridden.contains(&"booked-another-day".into()));
    assert_eq!(body.because.as_deref(), Some("centre-phoned"));
}

#[test]
fn who_comes_back_after_prescreening_is_checked_in_again_without_a_review() {
    let (came, declined) = (check_in().id(50), prescreen().id(51));
    let mut door = Door::new(Station::EntranceStaffed, Role::VenueManager);
    door.add(HANAKO, came.clone());
    door.add(HANAKO, declined.clone());
    door.scan(HANAKO);
    door.presses(&[Press::GoOn, BECAUSE]);
    assert_eq!(door.kinds(), [FactKind::VisitReopened, FactKind::CheckedIn]);
    let drafts = &door.written[0].drafts;
    assert_eq!((&drafts[0].supersedes, &drafts[1].supersedes), (&vec![declined.hash], &vec![came.hash]));
    let folded = folded(&door.people[&voucher_of(HANAKO)].record.facts);
    assert_eq!(folded.reviews, []);
    assert!(folded.visits[0].reopened && folded.visits[0].outcome.is_none());
}
