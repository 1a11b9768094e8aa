//! Every reason's level, and the operation that goes on in spite of it, for both purposes.

use std::collections::BTreeSet;

use uketsuke_domain::authority::{Operation, Operation::*};
use uketsuke_domain::reference::Role;
use uketsuke_domain::verdict::{Level, OutcomeKind, Place, Purpose, Reason, weigh};

use crate::common::{at, day, settings};

type Weighed = (Level, Option<Operation>);

const NOTE: Weighed = (Level::Proceed, None);
const NEVER: Weighed = (Level::Stop, None);
const DESK: Weighed = ask(RecordIrregularOutcome);
const WHO: Weighed = ask(SettleIdentity);

const fn ask(operation: Operation) -> Weighed {
    (Level::Attention, Some(operation))
}

const fn stop(operation: Operation) -> Weighed {
    (Level::Stop, Some(operation))
}

fn place() -> Place {
    Place { venue: "001".into(), station: "受付1".to_owned() }
}

/// The reason, and what it weighs at the entrance and at the desk.
fn table() -> Vec<(Reason, Weighed, Weighed)> {
    let recorded = |outcome| Reason::OutcomeRecorded { outcome, at: at(0, 9, 0), place: Some(place()) };
    let differs = |fits| Reason::DoseDiffers { booked: 3, due: 2, fits };
    let sticker = |sticker| Reason::StickerOfAnotherDose { sticker, due: 2 };
    let named = |text: &str| text.to_owned();
    vec![
        (Reason::VoucherDeleted, stop(AcceptDeletedVoucher), DESK),
        (Reason::VoucherReplaced { last_four: named("1113") }, stop(AcceptReplacedVoucher), DESK),
        (Reason::OpenReview, ask(AcceptOpenReview), DESK),
        (recorded(OutcomeKind::Vaccinated), NEVER, NEVER),
        (recorded(OutcomeKind::PrescreenOnly), ask(ReopenVisit), DESK),
        (Reason::LeftRecorded { at: at(0, 9, 0) }, ask(ReopenVisit), DESK),
        (Reason::AlreadyCheckedIn { at: at(0, 9, 0), place: place() }, NEVER, NEVER),
        (Reason::IntervalTooShort { last: day(-1), earliest: day(18) }, ask(ShortenFirstInterval), DESK),
        (Reason::TooYoung { limit: 5, from: day(9) }, ask(IgnoreAge), DESK),
        (Reason::TooOld { limit: 11, until: day(-9) }, ask(IgnoreAge), DESK),
        (Reason::VaccineDiffers { first: named("A"), planned: named("B") }, ask(MixVaccines), DESK),
        (Reason::VaccineNotBooked { booked: named("A"), given: named("B") }, DESK, DESK),
        (differs(false), ask(IgnoreDoseTarget), DESK),
        (differs(true), WHO, WHO),
        (Reason::DoseGiven { dose: 1, day: day(-60) }, DESK, DESK),
        (Reason::DoseSkipped { due: 4, given: 1 }, ask(AcceptUnknownHistory), DESK),
        (Reason::PrescreenSticker, NOTE, WHO),
        (sticker(1), NOTE, WHO),
        (sticker(3), WHO, WHO),
        (Reason::Cancelled { at: at(-1, 9, 0), by: None }, ask(ReinstateCancelled), DESK),
        (Reason::MarkedNoShow { at: at(-1, 9, 0) }, ask(ReinstateCancelled), DESK),
        (Reason::SlotFull { capacity: 5 }, ask(Overbook), DESK),
        (Reason::BookedElsewhere { venue: named("002"), day: day(0) }, ask(AcceptOtherVenue), DESK),
        (Reason::BookedAnotherDay { day: day(1) }, ask(AcceptOtherDay), DESK),
        (Reason::NoBookingToday, ask(AcceptWithoutBooking), DESK),
        (Reason::Missed { venue: named("002"), day: day(-3) }, NOTE, NOTE),
        (Reason::TooEarly { from_minute: 600 }, ask(AcceptOutsideHours), DESK),
        (Reason::TooLate { until_minute: 700 }, ask(AcceptOutsideHours), DESK),
        (Reason::HistoryNotHere, ask(AcceptUnknownHistory), DESK),
        (Reason::AmbiguousNumber, WHO, WHO),
        (Reason::SameName, WHO, WHO),
        (Reason::BirthDateDiffers, WHO, WHO),
        (Reason::GuardianNeeded { age: 9 }, ask(ConfirmGuardian), ask(ConfirmGuardian)),
        (Reason::NewerFacts, ask(AcceptNewerFacts), DESK),
        (Reason::CheckInNotArrived, NOTE, NOTE),
        (Reason::ClockInDoubt, NOTE, NOTE),
        (Reason::DataStale { as_of: None }, NOTE, NOTE),
    ]
}

/// The codes of all reasons.
pub(crate) fn all_codes() -> BTreeSet<&'static str> {
    table().iter().map(|(reason, ..)| reason.code()).collect()
}

#[test]
fn every_reason_has_its_weight() {
    for (reason, entrance, desk) in table() {
        assert_eq!(weigh(&reason, Purpose::CheckIn, 1), entrance, "{reason:?} at the entrance");
        assert_eq!(weigh(&reason, Purpose::Outcome, 1), desk, "{reason:?} at the desk");
    }
}

#[test]
fn later_intervals_are_another_operation() {
    let short = Reason::IntervalTooShort { last: day(-1), earliest: day(18) };
    for (dose, operation) in [(1, ShortenFirstInterval), (2, ShortenFirstInterval), (3, ShortenLaterInterval)] {
        assert_eq!(weigh(&short, Purpose::CheckIn, dose), ask(operation), "dose {dose}");
        assert_eq!(weigh(&short, Purpose::Outcome, dose), DESK, "what was given must be recordable");
    }
}

/// Nobody is shut out at the desk for lack of 管理者: what was given can be written down by 会場責任者.
#[test]
fn a_given_jab_never_takes_special_authority() {
    let settings = settings();
    for (reason, ..) in table() {
        let Some(operation) = weigh(&reason, Purpose::Outcome, 4).1 else { continue };
        let needed = settings.permissions().needed(operation);
        assert!(!needed.special && needed.role != Role::Administrator, "{reason:?}");
    }
}

#[test]
fn codes_are_stable_and_differ() {
    let codes = all_codes();
    assert_eq!(codes.len(), 34, "two outcomes, two of doses and two of stickers share one");
    for code in ["cancelled", "interval-too-short", "outcome-recorded", "booked-elsewhere", "history-not-here"] {
        assert!(codes.contains(code), "{code}: facts on disks hold it");
    }
}
