//! Who asks for a place, and what they are answered.

use serde::Serialize;

use super::Request;
use crate::authority::{Actor, Denied, Operation, Permit};
use crate::ids::{BookingNumber, SlotId};
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
    /// There is a booking for this dose already: it can be changed.
    AlreadyBooked {
        /// Its 予約番号.
        number: BookingNumber,
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
            Self::AlreadyBooked { .. } => "already-booked",
            Self::Unfit(reason) => reason.code(),
        }
    }

    /// The operation that books in spite of it; none when nobody may.
    pub fn operation(&self, dose: u8) -> Option<Operation> {
        match self {
            Self::Closed => Some(Operation::BookClosedSlot),
            Self::NotPublic => Some(Operation::BookStaffOnlySlot),
            Self::NotSameDay => Some(Operation::BookOnTheDay),
            Self::Full { .. } => Some(Operation::Overbook),
            Self::Unfit(Reason::DoseDiffers { .. }) => Some(Operation::IgnoreDoseTarget),
            Self::Unfit(reason) => weigh(reason, Purpose::CheckIn, dose).1,
            Self::Past | Self::OnlyAsPair | Self::AlreadyBooked { .. } => None,
        }
    }

    /// Whether the product books it in its ordinary way, so that no reason is due: 非公開 for staff.
    pub(super) fn is_ordinary(&self) -> bool {
        matches!(self, Self::NotPublic)
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
