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
        Reason::VoucherDeleted => match purpose {
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
        | Reason::NewerFacts => (Level::Attention, Some(Role::VenueManager)),
        Reason::AmbiguousNumber | Reason::BirthDateDiffers => (Level::Attention, Some(Role::VenueStaff)),
        Reason::CheckInNotArrived => (Level::Proceed, Some(Role::VenueStaff)),
    }
}

/// The order in which reasons are shown: graver first, then what concerns the body, then the rest as it was found.
pub(super) fn rank(reason: &Reason, purpose: Purpose, dose: u8) -> (std::cmp::Reverse<Level>, u8) {
    let within = match reason {
        Reason::OpenReview => 0,
        Reason::OutcomeRecorded { .. } => 1,
        Reason::IntervalTooShort { .. } => 2,
        Reason::VoucherDeleted => 3,
        Reason::AlreadyCheckedIn { .. } => 4,
        Reason::Cancelled { .. } => 5,
        Reason::BookedElsewhere { .. } => 6,
        Reason::BookedAnotherDay { .. } => 7,
        Reason::NoBookingToday => 8,
        Reason::HistoryNotHere => 9,
        Reason::AmbiguousNumber => 10,
        Reason::BirthDateDiffers => 11,
        Reason::NewerFacts => 12,
        Reason::CheckInNotArrived => 13,
    };
    (std::cmp::Reverse(weigh(reason, purpose, dose).0), within)
}
