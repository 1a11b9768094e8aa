//! The reasons of a verdict, and who may read them.

use uketsuke_domain::time::Moment as DomainMoment;
use uketsuke_domain::verdict::{Level, Purpose, Reason as DomainReason, weigh};

use super::convert::{map_day, map_minute_to_time, map_moment, map_outcome};
use crate::generated::{Day, Moment, Reason, ReasonKind};

/// A note is told and stops nobody, wherever it is told.
fn is_note(reason: &DomainReason) -> bool {
    [Purpose::CheckIn, Purpose::Outcome].iter().all(|purpose| weigh(reason, *purpose, 1).0 == Level::Proceed)
}

/// Whether a visitor may read it on a screen that bystanders see too: where and when, and what to do. Nothing of what
/// a body received, of an age or of a name: that is for the staff who come.
pub(super) fn is_for_bystanders(reason: &DomainReason) -> bool {
    match reason {
        DomainReason::VoucherDeleted
        | DomainReason::VoucherReplaced { .. }
        | DomainReason::AlreadyCheckedIn { .. }
        | DomainReason::PrescreenSticker
        | DomainReason::Cancelled { .. }
        | DomainReason::MarkedNoShow { .. }
        | DomainReason::SlotFull { .. }
        | DomainReason::BookedElsewhere { .. }
        | DomainReason::BookedAnotherDay { .. }
        | DomainReason::NoBookingToday
        | DomainReason::Missed { .. }
        | DomainReason::TooEarly { .. }
        | DomainReason::TooLate { .. }
        | DomainReason::AmbiguousNumber
        | DomainReason::BirthDateDiffers => true,
        DomainReason::OpenReview
        | DomainReason::OutcomeRecorded { .. }
        | DomainReason::LeftRecorded { .. }
        | DomainReason::IntervalTooShort { .. }
        | DomainReason::TooYoung { .. }
        | DomainReason::TooOld { .. }
        | DomainReason::VaccineDiffers { .. }
        | DomainReason::VaccineNotBooked { .. }
        | DomainReason::DoseDiffers { .. }
        | DomainReason::DoseGiven { .. }
        | DomainReason::DoseSkipped { .. }
        | DomainReason::StickerOfAnotherDose { .. }
        | DomainReason::HistoryNotHere
        | DomainReason::SameName
        | DomainReason::GuardianNeeded { .. }
        | DomainReason::NewerFacts
        | DomainReason::CheckInNotArrived
        | DomainReason::ClockInDoubt
        | DomainReason::DataStale { .. } => false,
    }
}

pub(super) fn map_reason(reason: &DomainReason, now: DomainMoment) -> Reason {
    let named = Reason { kind: map_kind(reason), quiet: is_note(reason), ..Reason::default() };
    match reason {
        DomainReason::VoucherReplaced { last_four } => Reason { last_four: last_four.as_str().into(), ..named },
        DomainReason::OutcomeRecorded { outcome, at, place } => Reason {
            outcome: map_outcome(*outcome),
            at: map_moment(*at, now),
            place: place.as_ref().map(|place| place.station.as_str()).unwrap_or_default().into(),
            ..named
        },
        DomainReason::LeftRecorded { at } | DomainReason::MarkedNoShow { at } => {
            Reason { at: map_moment(*at, now), ..named }
        }
        DomainReason::AlreadyCheckedIn { at, place } => {
            Reason { at: map_moment(*at, now), place: place.station.as_str().into(), ..named }
        }
        DomainReason::IntervalTooShort { last, earliest } => {
            Reason { day: map_day(*last), earliest: map_day(*earliest), ..named }
        }
        DomainReason::TooYoung { limit, from: day } | DomainReason::TooOld { limit, until: day } => {
            Reason { years: (*limit).into(), day: map_day(*day), ..named }
        }
        DomainReason::VaccineDiffers { first, planned } => {
            Reason { first: first.as_str().into(), planned: planned.as_str().into(), ..named }
        }
        DomainReason::VaccineNotBooked { booked, given } => {
            Reason { first: booked.as_str().into(), planned: given.as_str().into(), ..named }
        }
        DomainReason::DoseDiffers { booked, due, fits } => {
            Reason { dose: (*booked).into(), due: (*due).into(), fits: *fits, ..named }
        }
        DomainReason::DoseGiven { dose, day } => Reason { dose: (*dose).into(), day: map_day(*day), ..named },
        DomainReason::DoseSkipped { due, given } => Reason { dose: (*given).into(), due: (*due).into(), ..named },
        DomainReason::StickerOfAnotherDose { sticker, due } => {
            Reason { dose: (*sticker).into(), due: (*due).into(), ..named }
        }
        DomainReason::Cancelled { at, by } => {
            Reason { at: map_moment(*at, now), who: by.as_deref().unwrap_or_default().into(), ..named }
        }
        DomainReason::SlotFull { capacity } => Reason { places: (*capacity).into(), ..named },
        DomainReason::BookedElsewhere { venue, day } | DomainReason::Missed { venue, day } => {
            Reason { place: venue.as_str().into(), day: map_day(*day), ..named }
        }
        DomainReason::BookedAnotherDay { day } => Reason { day: map_day(*day), ..named },
        DomainReason::TooEarly { from_minute: minute } | DomainReason::TooLate { until_minute: minute } => {
            Reason { at: Moment { day: Day::default(), time: map_minute_to_time(*minute).into() }, ..named }
        }
        DomainReason::GuardianNeeded { age } => Reason { years: (*age).into(), ..named },
        DomainReason::DataStale { as_of } => {
            Reason { at: as_of.map(|at| map_moment(at, now)).unwrap_or_default(), ..named }
        }
        DomainReason::VoucherDeleted
        | DomainReason::OpenReview
        | DomainReason::PrescreenSticker
        | DomainReason::NoBookingToday
        | DomainReason::HistoryNotHere
        | DomainReason::AmbiguousNumber
        | DomainReason::SameName
        | DomainReason::BirthDateDiffers
        | DomainReason::NewerFacts
        | DomainReason::CheckInNotArrived
        | DomainReason::ClockInDoubt => named,
    }
}

fn map_kind(reason: &DomainReason) -> ReasonKind {
    match reason {
        DomainReason::VoucherDeleted => ReasonKind::VoucherDeleted,
        DomainReason::VoucherReplaced { .. } => ReasonKind::VoucherReplaced,
        DomainReason::OpenReview => ReasonKind::OpenReview,
        DomainReason::OutcomeRecorded { .. } => ReasonKind::OutcomeRecorded,
        DomainReason::LeftRecorded { .. } => ReasonKind::LeftRecorded,
        DomainReason::AlreadyCheckedIn { .. } => ReasonKind::AlreadyCheckedIn,
        DomainReason::IntervalTooShort { .. } => ReasonKind::IntervalTooShort,
        DomainReason::TooYoung { .. } => ReasonKind::TooYoung,
        DomainReason::TooOld { .. } => ReasonKind::TooOld,
        DomainReason::VaccineDiffers { .. } => ReasonKind::VaccineDiffers,
        DomainReason::VaccineNotBooked { .. } => ReasonKind::VaccineNotBooked,
        DomainReason::DoseDiffers { .. } => ReasonKind::DoseDiffers,
        DomainReason::DoseGiven { .. } => ReasonKind::DoseGiven,
        DomainReason::DoseSkipped { .. } => ReasonKind::DoseSkipped,
        DomainReason::PrescreenSticker => ReasonKind::PrescreenSticker,
        DomainReason::StickerOfAnotherDose { .. } => ReasonKind::StickerOfAnotherDose,
        DomainReason::Cancelled { .. } => ReasonKind::Cancelled,
        DomainReason::MarkedNoShow { .. } => ReasonKind::MarkedNoShow,
        DomainReason::SlotFull { .. } => ReasonKind::SlotFull,
        DomainReason::BookedElsewhere { .. } => ReasonKind::BookedElsewhere,
        DomainReason::BookedAnotherDay { .. } => ReasonKind::BookedAnotherDay,
        DomainReason::NoBookingToday => ReasonKind::NoBookingToday,
        DomainReason::Missed { .. } => ReasonKind::Missed,
        DomainReason::TooEarly { .. } => ReasonKind::TooEarly,
        DomainReason::TooLate { .. } => ReasonKind::TooLate,
        DomainReason::HistoryNotHere => ReasonKind::HistoryNotHere,
        DomainReason::AmbiguousNumber => ReasonKind::AmbiguousNumber,
        DomainReason::SameName => ReasonKind::SameName,
        DomainReason::BirthDateDiffers => ReasonKind::BirthDateDiffers,
        DomainReason::GuardianNeeded { .. } => ReasonKind::GuardianNeeded,
        DomainReason::NewerFacts => ReasonKind::NewerFacts,
        DomainReason::CheckInNotArrived => ReasonKind::CheckInNotArrived,
        DomainReason::ClockInDoubt => ReasonKind::ClockInDoubt,
        DomainReason::DataStale { .. } => ReasonKind::DataStale,
    }
}
