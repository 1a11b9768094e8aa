//! Why a person may not simply go on. Each reason carries what its sentence needs, and nothing else.

use serde::{Deserialize, Serialize};

use crate::facts::Overruled;
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
    /// The voucher was replaced by a new one (紛失, 再発行).
    VoucherReplaced {
        /// The last four digits of the new number.
        last_four: String,
    },
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
    /// 帰宅（未接種） was recorded for this visit.
    LeftRecorded {
        /// When.
        at: Moment,
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
    /// Too young for this vaccine, or for this slot.
    TooYoung {
        /// The least age, years.
        limit: u8,
        /// The first day on which that age is attained.
        from: Day,
    },
    /// Too old for this vaccine, or for this slot.
    TooOld {
        /// The greatest age, years.
        limit: u8,
        /// The last day of that age.
        until: Day,
    },
    /// The second dose is booked with another vaccine than the first was.
    VaccineDiffers {
        /// The name of the first dose's vaccine.
        first: String,
        /// The name of the booked one.
        planned: String,
    },
    /// At the desk: the vaccine at hand is another one than was booked.
    VaccineNotBooked {
        /// The name of the booked vaccine.
        booked: String,
        /// The name of the one at hand.
        given: String,
    },
    /// The booking is for another dose than the one that is due.
    DoseDiffers {
        /// 1–9.
        booked: u8,
        /// 1–9.
        due: u8,
        /// The slot is meant for the dose that is due, too.
        fits: bool,
    },
    /// The dose that staff chose by hand is on record already.
    DoseGiven {
        /// 1–9.
        dose: u8,
        /// When it was given.
        day: Day,
    },
    /// The doses before the one that is due are not on record: given elsewhere, or never.
    DoseSkipped {
        /// 2–9.
        due: u8,
        /// The last dose on record, 0–7; 0 when there is none.
        given: u8,
    },
    /// A 予診のみ sticker was scanned.
    PrescreenSticker,
    /// A sticker of another dose was scanned.
    StickerOfAnotherDose {
        /// What the sticker says, 0–9.
        sticker: u8,
        /// The dose that is due, 1–9.
        due: u8,
    },
    /// The booking was cancelled.
    Cancelled {
        /// When.
        at: Moment,
        /// Who, as far as the record says.
        by: Option<String>,
    },
    /// The booking was marked キャンセル（来場なし）.
    MarkedNoShow {
        /// When.
        at: Moment,
    },
    /// The place of the booking, given up once, is taken.
    SlotFull {
        /// How many places the slot has.
        capacity: u16,
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
    /// There was a booking on a day that is past, and the person did not come.
    Missed {
        /// The venue's name, or its number when the name is not here.
        venue: String,
        /// The booked day.
        day: Day,
    },
    /// Too early for the booked time.
    TooEarly {
        /// When to come back: minutes after midnight.
        from_minute: u16,
    },
    /// Too late for the booked time.
    TooLate {
        /// Until when people are taken in: minutes after midnight.
        until_minute: u16,
    },
    /// No record and no card: whatever was given to this person before is not known here.
    HistoryNotHere,
    /// The short code was read, and two municipalities have a record with this number.
    AmbiguousNumber,
    /// Another person here has the same name and birth date.
    SameName,
    /// The birth date that was typed is not the one on record.
    BirthDateDiffers,
    /// A minor: somebody must answer for the child.
    GuardianNeeded {
        /// The age today, years.
        age: u8,
    },
    /// The record holds facts that this version does not understand.
    NewerFacts,
    /// At the desk: no check-in of today has arrived. It never waits for one.
    CheckInNotArrived,
    /// Nobody has confirmed date and time since the machine started.
    ClockInDoubt,
    /// What the centre knows has not arrived here for a while.
    DataStale {
        /// When it last did; none when it never did.
        as_of: Option<Moment>,
    },
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
            Self::VoucherReplaced { .. } => "voucher-replaced",
            Self::OpenReview => "open-review",
            Self::OutcomeRecorded { .. } => "outcome-recorded",
            Self::LeftRecorded { .. } => "left-recorded",
            Self::AlreadyCheckedIn { .. } => "already-checked-in",
            Self::IntervalTooShort { .. } => "interval-too-short",
            Self::TooYoung { .. } => "too-young",
            Self::TooOld { .. } => "too-old",
            Self::VaccineDiffers { .. } => "vaccine-differs",
            Self::VaccineNotBooked { .. } => "vaccine-not-booked",
            Self::DoseDiffers { .. } => "dose-differs",
            Self::DoseGiven { .. } => "dose-given",
            Self::DoseSkipped { .. } => "dose-skipped",
            Self::PrescreenSticker => "prescreen-sticker",
            Self::StickerOfAnotherDose { .. } => "sticker-of-another-dose",
            Self::Cancelled { .. } => "cancelled",
            Self::MarkedNoShow { .. } => "marked-no-show",
            Self::SlotFull { .. } => "slot-full",
            Self::BookedElsewhere { .. } => "booked-elsewhere",
            Self::BookedAnotherDay { .. } => "booked-another-day",
            Self::NoBookingToday => "no-booking-today",
            Self::Missed { .. } => "missed",
            Self::TooEarly { .. } => "too-early",
            Self::TooLate { .. } => "too-late",
            Self::HistoryNotHere => "history-not-here",
            Self::AmbiguousNumber => "ambiguous-number",
            Self::SameName => "same-name",
            Self::BirthDateDiffers => "birth-date-differs",
            Self::GuardianNeeded { .. } => "guardian-needed",
            Self::NewerFacts => "newer-facts",
            Self::CheckInNotArrived => "check-in-not-arrived",
            Self::ClockInDoubt => "clock-in-doubt",
            Self::DataStale { .. } => "data-stale",
        }
    }

    /// What the reason is about, where it can come back and be about something else: whoever went on in spite of the one
    /// has not seen the other. None where the code says it all.
    pub fn about(&self) -> Option<String> {
        match self {
            Self::IntervalTooShort { last, .. } => Some(last.to_string()),
            Self::TooYoung { from: day, .. } | Self::TooOld { until: day, .. } => Some(day.to_string()),
            Self::VaccineDiffers { first, planned } => Some(format!("{first}/{planned}")),
            Self::VaccineNotBooked { booked, given } => Some(format!("{booked}/{given}")),
            Self::DoseDiffers { booked, due, .. } => Some(format!("{booked}/{due}")),
            Self::DoseGiven { dose, day } => Some(format!("{dose}/{day}")),
            // What ended a visit or a booking may happen again. To the minute, as it is shown.
            Self::LeftRecorded { at } | Self::Cancelled { at, .. } | Self::MarkedNoShow { at } => {
                Some(format!("{} {}", at.day(), at.time_of_day().strftime("%H:%M")))
            }
            Self::DoseSkipped { due, given } => Some(format!("{given}/{due}")),
            Self::StickerOfAnotherDose { sticker, due } => Some(format!("{sticker}/{due}")),
            Self::VoucherDeleted
            | Self::VoucherReplaced { .. }
            | Self::OpenReview
            | Self::OutcomeRecorded { .. }
            | Self::AlreadyCheckedIn { .. }
            | Self::PrescreenSticker
            | Self::SlotFull { .. }
            | Self::BookedElsewhere { .. }
            | Self::BookedAnotherDay { .. }
            | Self::NoBookingToday
            | Self::Missed { .. }
            | Self::TooEarly { .. }
            | Self::TooLate { .. }
            | Self::HistoryNotHere
            | Self::AmbiguousNumber
            | Self::SameName
            | Self::BirthDateDiffers
            | Self::GuardianNeeded { .. }
            | Self::NewerFacts
            | Self::CheckInNotArrived
            | Self::ClockInDoubt
            | Self::DataStale { .. } => None,
        }
    }

    /// What a fact records of it when somebody goes on in spite of it.
    pub fn overruled(&self) -> Overruled {
        Overruled { code: self.code().to_owned(), about: self.about() }
    }
}
