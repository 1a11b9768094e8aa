//! Why a person may not simply go on. Each reason carries what its sentence needs, and nothing else.

use serde::{Deserialize, Serialize};

use crate::ids::VenueNumber;
use crate::time::{Day, Moment};

/// Which of the two outcomes a visit had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum OutcomeKind {
    /// 接種済み.
    Vaccinated,
    /// 予診のみ.
    PrescreenOnly,
}

/// Where something was recorded: the venue's number and the station's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The venue.
    pub venue: VenueNumber,
    /// The station or booth, as people call it ("受付1").
    pub station: String,
}

/// One reason of a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Reason {
    /// The voucher was deleted at the centre (転出 or registered by mistake).
    VoucherDeleted,
    /// The facts about this person contradict each other; a person must decide first.
    OpenReview,
    /// The visit has an outcome already.
    OutcomeRecorded {
        /// Which.
        outcome: OutcomeKind,
        /// When it happened.
        at: Moment,
        /// Where; absent for a history that names no place.
        place: Option<Place>,
    },
    /// The person was checked in already.
    AlreadyCheckedIn {
        /// When.
        at: Moment,
        /// Where.
        place: Place,
    },
    /// The dose would come too soon after the one before.
    IntervalTooShort {
        /// The day of the dose before.
        last: Day,
        /// The first day that is allowed.
        earliest: Day,
    },
    /// The booking was cancelled.
    Cancelled {
        /// When.
        at: Moment,
        /// Who, as far as the record says.
        by: Option<String>,
    },
    /// The booking is at another venue.
    BookedElsewhere {
        /// The other venue's name, or its number when the name is not here.
        venue: String,
        /// The booked day.
        day: Day,
    },
    /// The booking is here, on another day.
    BookedAnotherDay {
        /// The booked day.
        day: Day,
    },
    /// There is no booking for today.
    NoBookingToday,
    /// No record and no card: whatever was given to this person before is not known here.
    HistoryNotHere,
    /// The short code was read, and two municipalities have a record with this number.
    AmbiguousNumber,
    /// The birth date that was typed is not the one on record.
    BirthDateDiffers,
    /// The record holds facts that this version does not understand.
    NewerFacts,
    /// At the desk: no check-in of today has arrived. It never waits for one.
    CheckInNotArrived,
}

/// How grave a verdict is. `Stop` is the gravest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Level {
    /// 受付できます.
    Proceed,
    /// 確認が必要です: a person of the named role may go on, with a reason.
    Attention,
    /// 受付できません.
    Stop,
}

impl Reason {
    /// A short stable name: what a fact records when the reason was overridden.
    pub fn code(&self) -> &'static str {
        match self {
            Self::VoucherDeleted => "voucher-deleted",
            Self::OpenReview => "open-review",
            Self::OutcomeRecorded { .. } => "outcome-recorded",
            Self::AlreadyCheckedIn { .. } => "already-checked-in",
            Self::IntervalTooShort { .. } => "interval-too-short",
            Self::Cancelled { .. } => "cancelled",
            Self::BookedElsewhere { .. } => "booked-elsewhere",
            Self::BookedAnotherDay { .. } => "booked-another-day",
            Self::NoBookingToday => "no-booking-today",
            Self::HistoryNotHere => "history-not-here",
            Self::AmbiguousNumber => "ambiguous-number",
            Self::BirthDateDiffers => "birth-date-differs",
            Self::NewerFacts => "newer-facts",
            Self::CheckInNotArrived => "check-in-not-arrived",
        }
    }
}
