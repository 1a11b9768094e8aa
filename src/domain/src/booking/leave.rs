//! Who asks for a place, and what they are answered.

use serde::Serialize;

use super::Request;
use crate::authority::{Actor, Denied, Operation, Permit};
use crate::facts::Overruled;
use crate::ids::{BookingNumber, SlotId};
use crate::time::Day;
use crate::verdict::{Purpose, Reason, weigh};

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub enum Asker<'a> {
    /// A resident, on the public site or by the telephone's voice.
    Resident,
    /// Staff, for a resident.
    Staff(Actor<'a>),
}

/// One reason against a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Refusal {
    /// 受付停止.
    Closed,
    /// 非公開: staff only.
    NotPublic,
    /// The slot is over.
    Past,
    /// Today's, and no 当日枠: others are booked up to the day before.
    NotSameDay,
    /// Every place is taken.
    Full {
        /// How many places there are.
        capacity: u16,
        /// How many are taken.
        taken: u32,
    },
    /// セット予約枠: both doses are booked together.
    OnlyAsPair,
    /// The booking that would be changed is none of the person's, or its outcome is recorded.
    NotOpen,
    /// The voucher is barred from the residents' booking site: staff book for it.
    Barred,
    /// There is a booking for this dose already: it can be changed.
    AlreadyBooked {
        /// Its 予約番号.
        number: BookingNumber,
    },
    /// The dose was given already.
    AlreadyGiven {
        /// The day of it.
        day: Day,
    },
    /// The booking was given up, and would be taken up again.
    GivenUp,
    /// The booking of the dose before lies later, or that of the dose after earlier: it has to be changed first.
    OrderOfDoses {
        /// The other booking's 予約番号.
        number: BookingNumber,
    },
    /// The dose doesn't go with the booking of the dose before or after: too close, or of another vaccine.
    Clashes {
        /// The other booking's 予約番号.
        number: BookingNumber,
        /// The later of the two doses, 1–9.
        dose: u8,
        /// Why.
        reason: Reason,
    },
    /// The dose doesn't fit the person.
    Unfit(Reason),
}

impl Refusal {
    /// A short stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::NotPublic => "not-public",
            Self::Past => "past",
            Self::NotSameDay => "not-same-day",
            Self::Full { .. } => "full",
            Self::OnlyAsPair => "only-as-pair",
            Self::NotOpen => "not-open",
            Self::Barred => "barred",
            Self::AlreadyBooked { .. } => "already-booked",
            Self::AlreadyGiven { .. } => "already-given",
            Self::GivenUp => "given-up",
            Self::OrderOfDoses { .. } => "order-of-doses",
            Self::Clashes { .. } => "clashes-with-booking",
            Self::Unfit(reason) => reason.code(),
        }
    }

    /// The operation that books in spite of it; none when nobody may.
    pub fn operation(&self, dose: u8) -> Option<Operation> {
        match self {
            Self::Closed => Some(Operation::BookClosedSlot),
            Self::NotPublic => Some(Operation::BookStaffOnlySlot),
            Self::Barred => Some(Operation::Book),
            Self::NotSameDay => Some(Operation::BookOnTheDay),
            Self::Full { .. } => Some(Operation::Overbook),
            Self::Unfit(Reason::DoseDiffers { .. }) => Some(Operation::IgnoreDoseTarget),
            Self::Unfit(reason) => weigh(reason, Purpose::CheckIn, dose).1,
            Self::GivenUp => Some(Operation::ReinstateCancelled),
            Self::Clashes { dose: later, reason, .. } => weigh(reason, Purpose::CheckIn, *later).1,
            Self::Past
            | Self::OnlyAsPair
            | Self::NotOpen
            | Self::AlreadyBooked { .. }
            | Self::AlreadyGiven { .. }
            | Self::OrderOfDoses { .. } => None,
        }
    }

    /// The reason of a verdict that it is, or that the other booking makes it.
    pub(super) fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Unfit(reason) | Self::Clashes { reason, .. } => Some(reason),
            Self::Closed
            | Self::NotPublic
            | Self::Past
            | Self::NotSameDay
            | Self::Full { .. }
            | Self::OnlyAsPair
            | Self::NotOpen
            | Self::Barred
            | Self::AlreadyBooked { .. }
            | Self::AlreadyGiven { .. }
            | Self::GivenUp
            | Self::OrderOfDoses { .. } => None,
        }
    }

    /// Whether nothing irregular needs recording: staff book 非公開 slots, and for barred vouchers, in the ordinary way, and
    /// the fact that takes a booking up again says so itself.
    pub(super) fn is_ordinary(&self) -> bool {
        matches!(self, Self::NotPublic | Self::Barred | Self::GivenUp)
    }
}

/// Every reason against a place at once, gravest first, each with what this asker lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The reasons. For each what this asker lacks; none where nobody may book, or a resident asks.
    pub refusals: Vec<(Refusal, Option<Denied>)>,
    /// Staff who may book nothing here at all.
    pub denied: Option<Denied>,
}

/// Proof that a person may have a place in a slot. Only [`super::ask`] makes one.
#[derive(Clone, Debug)]
#[must_use]
pub struct Leave<'a> {
    pub(super) request: Request<'a>,
    /// For what was irregular.
    pub(super) permits: Vec<Permit>,
    /// What of it the door would ask again.
    pub(super) overruled: Vec<Overruled>,
}

impl Leave<'_> {
    /// The slot.
    pub fn slot(&self) -> &SlotId {
        &self.request.slot.id
    }

    /// What is irregular about it: then a reason is due.
    pub fn irregular(&self) -> impl Iterator<Item = Operation> {
        self.permits.iter().map(Permit::operation)
    }
}
