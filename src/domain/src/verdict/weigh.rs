//! How grave each reason is, and which operation it takes to go on in spite of it.
//!
//! Who may do that operation is the permission table's business ([`crate::authority`]), not decided here.

use super::{Level, OutcomeKind, Purpose, Reason};
use crate::authority::Operation;

/// The level of a reason, and the operation that goes on in spite of it; none when nobody may, or nothing is in the way.
///
/// At the desk the jab was given already, and what was given must be recordable: there nothing but a recorded 接種済み
/// stops, and whatever is irregular about it is one operation.
pub fn weigh(reason: &Reason, purpose: Purpose, dose: u8) -> (Level, Option<Operation>) {
    let level = level(reason, purpose);
    let operation = (level != Level::Proceed).then(|| operation(reason, purpose, dose)).flatten();
    (level, operation)
}

fn level(reason: &Reason, purpose: Purpose) -> Level {
    match reason {
        Reason::OutcomeRecorded { outcome: OutcomeKind::Vaccinated, .. } | Reason::AlreadyCheckedIn { .. } => {
            Level::Stop
        }
        Reason::VoucherDeleted | Reason::VoucherReplaced { .. } => match purpose {
            Purpose::CheckIn => Level::Stop,
            Purpose::Outcome => Level::Attention,
        },
        // A voucher has several codes, and a visitor holds up any of them. A later dose's sticker may mean a dose that is
        // not known here.
        Reason::PrescreenSticker if purpose == Purpose::CheckIn => Level::Proceed,
        Reason::StickerOfAnotherDose { sticker, due } if purpose == Purpose::CheckIn && sticker < due => Level::Proceed,
        Reason::Missed { .. } | Reason::CheckInNotArrived | Reason::ClockInDoubt | Reason::DataStale { .. } => {
            Level::Proceed
        }
        Reason::OutcomeRecorded { outcome: OutcomeKind::PrescreenOnly, .. }
        | Reason::OpenReview
        | Reason::LeftRecorded { .. }
        | Reason::IntervalTooShort { .. }
        | Reason::TooYoung { .. }
        | Reason::TooOld { .. }
        | Reason::VaccineDiffers { .. }
        | Reason::VaccineNotBooked { .. }
        | Reason::DoseDiffers { .. }
        | Reason::DoseGiven { .. }
        | Reason::DoseSkipped { .. }
        | Reason::PrescreenSticker
        | Reason::StickerOfAnotherDose { .. }
        | Reason::Cancelled { .. }
        | Reason::MarkedNoShow { .. }
        | Reason::SlotFull { .. }
        | Reason::BookedElsewhere { .. }
        | Reason::BookedAnotherDay { .. }
        | Reason::NoBookingToday
        | Reason::TooEarly { .. }
        | Reason::TooLate { .. }
        | Reason::HistoryNotHere
        | Reason::AmbiguousNumber
        | Reason::SameName
        | Reason::BirthDateDiffers
        | Reason::GuardianNeeded { .. }
        | Reason::NewerFacts => Level::Attention,
    }
}

fn operation(reason: &Reason, purpose: Purpose, dose: u8) -> Option<Operation> {
    let at_the_door = match reason {
        Reason::OutcomeRecorded { outcome: OutcomeKind::Vaccinated, .. }
        | Reason::AlreadyCheckedIn { .. }
        | Reason::Missed { .. }
        | Reason::CheckInNotArrived
        | Reason::ClockInDoubt
        | Reason::DataStale { .. } => return None,
        // Who somebody is, is asked alike at the door and at the desk.
        Reason::AmbiguousNumber
        | Reason::SameName
        | Reason::BirthDateDiffers
        | Reason::PrescreenSticker
        | Reason::StickerOfAnotherDose { .. }
        | Reason::DoseDiffers { fits: true, .. } => return Some(Operation::SettleIdentity),
        Reason::GuardianNeeded { .. } => return Some(Operation::ConfirmGuardian),
        Reason::OutcomeRecorded { outcome: OutcomeKind::PrescreenOnly, .. } | Reason::LeftRecorded { .. } => {
            Operation::ReopenVisit
        }
        Reason::OpenReview => Operation::AcceptOpenReview,
        Reason::NewerFacts => Operation::AcceptNewerFacts,
        // Only the desk asks it.
        Reason::VaccineNotBooked { .. } | Reason::DoseGiven { .. } => Operation::RecordIrregularOutcome,
        Reason::VoucherDeleted => Operation::AcceptDeletedVoucher,
        Reason::VoucherReplaced { .. } => Operation::AcceptReplacedVoucher,
        Reason::IntervalTooShort { .. } if dose >= 3 => Operation::ShortenLaterInterval,
        Reason::IntervalTooShort { .. } => Operation::ShortenFirstInterval,
        Reason::TooYoung { .. } | Reason::TooOld { .. } => Operation::IgnoreAge,
        Reason::VaccineDiffers { .. } => Operation::MixVaccines,
        Reason::DoseDiffers { fits: false, .. } => Operation::IgnoreDoseTarget,
        Reason::Cancelled { .. } | Reason::MarkedNoShow { .. } => Operation::ReinstateCancelled,
        Reason::SlotFull { .. } => Operation::Overbook,
        Reason::BookedElsewhere { .. } => Operation::AcceptOtherVenue,
        Reason::BookedAnotherDay { .. } => Operation::AcceptOtherDay,
        Reason::NoBookingToday => Operation::AcceptWithoutBooking,
        Reason::TooEarly { .. } | Reason::TooLate { .. } => Operation::AcceptOutsideHours,
        Reason::HistoryNotHere | Reason::DoseSkipped { .. } => Operation::AcceptUnknownHistory,
    };
    Some(match purpose {
        Purpose::CheckIn => at_the_door,
        Purpose::Outcome => Operation::RecordIrregularOutcome,
    })
}

/// The order in which reasons of one level are shown: what concerns the body first, then whether the voucher and the
/// booking hold, then who it is, then what is merely worth knowing.
pub(super) fn rank(reason: &Reason) -> u8 {
    match reason {
        Reason::OpenReview => 0,
        Reason::OutcomeRecorded { .. } => 1,
        Reason::LeftRecorded { .. } => 2,
        Reason::IntervalTooShort { .. } => 3,
        Reason::TooYoung { .. } => 4,
        Reason::TooOld { .. } => 5,
        Reason::VaccineDiffers { .. } => 6,
        Reason::VaccineNotBooked { .. } => 7,
        Reason::DoseDiffers { .. } => 8,
        Reason::DoseGiven { .. } => 9,
        Reason::DoseSkipped { .. } => 10,
        Reason::VoucherDeleted => 11,
        Reason::VoucherReplaced { .. } => 12,
        Reason::AlreadyCheckedIn { .. } => 13,
        Reason::HistoryNotHere => 14,
        Reason::Cancelled { .. } => 15,
        Reason::MarkedNoShow { .. } => 16,
        Reason::SlotFull { .. } => 17,
        Reason::BookedElsewhere { .. } => 18,
        Reason::BookedAnotherDay { .. } => 19,
        Reason::NoBookingToday => 20,
        Reason::TooEarly { .. } => 21,
        Reason::TooLate { .. } => 22,
        Reason::AmbiguousNumber => 23,
        Reason::SameName => 24,
        Reason::BirthDateDiffers => 25,
        Reason::PrescreenSticker => 26,
        Reason::StickerOfAnotherDose { .. } => 27,
        Reason::GuardianNeeded { .. } => 28,
        Reason::NewerFacts => 29,
        Reason::Missed { .. } => 30,
        Reason::CheckInNotArrived => 31,
        Reason::ClockInDoubt => 32,
        Reason::DataStale { .. } => 33,
    }
}
