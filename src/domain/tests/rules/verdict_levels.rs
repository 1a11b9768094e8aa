//! Every reason's level and role, for both purposes.

use uketsuke_domain::reference::Role;
use uketsuke_domain::verdict::{Level, OutcomeKind, Place, Purpose, Reason, weigh};

use crate::common::{at, day};

type Weighed = (Level, Option<Role>);

const STOP: Weighed = (Level::Stop, None);
const STAFF: Weighed = (Level::Attention, Some(Role::VenueStaff));
const MANAGER: Weighed = (Level::Attention, Some(Role::VenueManager));
const ADMINISTRATOR: Weighed = (Level::Attention, Some(Role::Administrator));

fn place() -> Place {
    Place { venue: "001".into(), station: "受付1".to_owned() }
}

/// The reason, and what it weighs at the entrance and at the desk.
fn table() -> Vec<(Reason, Weighed, Weighed)> {
    let recorded = |outcome| Reason::OutcomeRecorded { outcome, at: at(0, 9, 0), place: Some(place()) };
    vec![
        (Reason::VoucherDeleted, STOP, MANAGER),
        (Reason::OpenReview, MANAGER, MANAGER),
        (recorded(OutcomeKind::Vaccinated), STOP, STOP),
        (recorded(OutcomeKind::PrescreenOnly), MANAGER, MANAGER),
        (Reason::AlreadyCheckedIn { at: at(0, 9, 0), place: place() }, STOP, STOP),
        (Reason::IntervalTooShort { last: day(-1), earliest: day(18) }, MANAGER, MANAGER),
        (Reason::Cancelled { at: at(-1, 9, 0), by: None }, MANAGER, MANAGER),
        (Reason::BookedElsewhere { venue: "002".to_owned(), day: day(0) }, ADMINISTRATOR, MANAGER),
        (Reason::BookedAnotherDay { day: day(1) }, MANAGER, MANAGER),
        (Reason::NoBookingToday, MANAGER, MANAGER),
        (Reason::HistoryNotHere, MANAGER, MANAGER),
        (Reason::AmbiguousNumber, STAFF, STAFF),
        (Reason::BirthDateDiffers, STAFF, STAFF),
        (Reason::NewerFacts, MANAGER, MANAGER),
        (Reason::CheckInNotArrived, (Level::Proceed, Some(Role::VenueStaff)), (Level::Proceed, Some(Role::VenueStaff))),
    ]
}

#[test]
fn every_reason_has_its_weight() {
    for (reason, entrance, desk) in table() {
        assert_eq!(weigh(&reason, Purpose::CheckIn, 1), entrance, "{reason:?} at the entrance");
        assert_eq!(weigh(&reason, Purpose::Outcome, 1), desk, "{reason:?} at the desk");
    }
}

#[test]
fn later_intervals_are_the_administrators() {
    let short = Reason::IntervalTooShort { last: day(-1), earliest: day(18) };
    for (dose, weighed) in [(1, MANAGER), (2, MANAGER), (3, ADMINISTRATOR), (4, ADMINISTRATOR)] {
        assert_eq!(weigh(&short, Purpose::CheckIn, dose), weighed, "dose {dose}");
        assert_eq!(weigh(&short, Purpose::Outcome, dose), weighed, "dose {dose}");
    }
}

#[test]
fn codes_are_stable_and_differ() {
    let codes: std::collections::BTreeSet<_> = table().iter().map(|(reason, ..)| reason.code()).collect();
    assert_eq!(codes.len(), 14, "the two outcomes share one");
    for code in ["cancelled", "interval-too-short", "outcome-recorded", "booked-elsewhere", "history-not-here"] {
        assert!(codes.contains(code), "{code}: facts on disks hold it");
    }
}
