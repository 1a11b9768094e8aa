//! How grave each reason is, and who may go on in spite of it.

use super::{Level, OutcomeKind, Purpose, Reason};
use crate::reference::Role;

/// The level of a reason, and the least role that may override it; none when nobody may.
///
/// Roles follow the manual's ④: 会場責任者 decides what is irregular at the own venue, a person booked at another venue
/// and the interval of the third dose and later are 管理者's. A jab that was given must be recordable, so at the desk
/// nothing but a recorded 接種済み stops.
pub fn weigh(reason: &Reason, purpose: Purpose, dose: u8) -> (Level, Option<Role>) {
    match reason {
        Reason::VoucherDeleted | Reason::VoucherReplaced { .. } => match purpose {
            Purpose::CheckIn => (Level::Stop, None),
            Purpose::Outcome => (Level::Attention, Some(Role::VenueManager)),
        },
        Reason::OutcomeRecorded { outcome: OutcomeKind::Vaccinated, .. } | Reason::AlreadyCheckedIn { .. } => {
            (Level::Stop, None)
        }
        Reason::IntervalTooShort { .. } if dose >= 3 => (Level::Attention, Some(Role::Administrator)),
        Reason::BookedElsewhere { .. } => match purpose {
            Purpose::CheckIn => (Level::Attention, Some(Role::Administrator)),
            Purpose::Outcome => (Level::Attention, Some(Role::VenueManager)),
        },
        Reason::OutcomeRecorded { outcome: OutcomeKind::PrescreenOnly, .. }
        | Reason::OpenReview
        | Reason::IntervalTooShort { .. }
        | Reason::Cancelled { .. }
        | Reason::BookedAnotherDay { .. }
        | Reason::NoBookingToday
        | Reason::HistoryNotHere
        | Reason::LeftRecorded { .. }
        | Reason::TooYoung { .. }
        | Reason::TooOld { .. }
        | Reason::VaccineDiffers { .. }
        | Reason::DoseDiffers { .. }
        | Reason::MarkedNoShow { .. }
        | Reason::SlotFull { .. }
        | Reason::NewerFacts => (Level::Attention, Some(Role::VenueManager)),
        Reason::AmbiguousNumber
        | Reason::SameName
        | Reason::PrescreenSticker
        | Reason::StickerOfAnotherDose { .. }
        | Reason::TooEarly { .. }
        | Reason::TooLate { .. }
        | Reason::GuardianNeeded { .. }
        | Reason::BirthDateDiffers => (Level::Attention, Some(Role::VenueStaff)),
        Reason::CheckInNotArrived | Reason::ClockInDoubt | Reason::DataStale { .. } => {
            (Level::Proceed, Some(Role::VenueStaff))
        }
    }
}

/// The order in which reasons are shown: graver first, then what concerns the body, then the rest as it was found.
pub(super) fn rank(reason: &Reason, purpose: Purpose, dose: u8) -> (std::cmp::Reverse<Level>, u8) {
    let within = match reason {
        Reason::OpenReview => 0,
        Reason::OutcomeRecorded { .. } => 1,
        Reason::LeftRecorded { .. } => 2,
        Reason::IntervalTooShort { .. } => 3,
        Reason::TooYoung { .. } => 4,
        Reason::TooOld { .. } => 5,
        Reason::VaccineDiffers { .. } => 6,
        Reason::DoseDiffers { .. } => 7,
        Reason::VoucherDeleted => 8,
        Reason::VoucherReplaced { .. } => 9,
        Reason::AlreadyCheckedIn { .. } => 10,
        Reason::HistoryNotHere => 11,
        Reason::Cancelled { .. } => 12,
        Reason::MarkedNoShow { .. } => 13,
        Reason::SlotFull { .. } => 14,
        Reason::BookedElsewhere { .. } => 15,
        Reason::BookedAnotherDay { .. } => 16,
        Reason::NoBookingToday => 17,
        Reason::TooEarly { .. } => 18,
        Reason::TooLate { .. } => 19,
        Reason::AmbiguousNumber => 20,
        Reason::SameName => 21,
        Reason::BirthDateDiffers => 22,
        Reason::PrescreenSticker => 23,
        Reason::StickerOfAnotherDose { .. } => 24,
        Reason::GuardianNeeded { .. } => 25,
        Reason::NewerFacts => 26,
        Reason::CheckInNotArrived => 27,
        Reason::ClockInDoubt => 28,
        Reason::DataStale { .. } => 29,
    };
    (std::cmp::Reverse(weigh(reason, purpose, dose).0), within)
}
