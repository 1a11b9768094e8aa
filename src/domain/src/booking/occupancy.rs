//! How many places of a slot are taken: counted from bookings, never stored.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::authority::Operation;
use crate::code::Voucher;
use crate::fold::BookingState;
use crate::ids::{BookingNumber, FactHash, SlotId};
use crate::reference::Slot;
use crate::time::Moment;

/// One person's place in a slot. Ordered by who came first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Seat {
    /// When the place was taken ([`BookingState::since`]).
    pub since: Moment,
    /// The fact that took it: tells places of one moment apart.
    pub fact: FactHash,
    /// Whose place.
    pub voucher: Voucher,
    /// 予約番号.
    pub number: BookingNumber,
    /// It was given beyond the capacity, knowingly.
    pub knowingly: bool,
}

/// The places taken in each slot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Occupancy(BTreeMap<SlotId, BTreeSet<Seat>>);

/// More people are booked than there are places. Both bookings of a last place stand; a person decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Overbooked {
    /// The slot.
    pub slot: SlotId,
    /// Its places.
    pub capacity: u16,
    /// Everybody who is booked, who came first before the others.
    pub seats: Vec<Seat>,
}

impl Overbooked {
    /// Those who came after the last place was gone, without whom nobody would have to decide. Who was taken in beyond the
    /// capacity knowingly brought a place along: such a seat is nobody's question and uses up none of the capacity.
    pub fn beyond(&self) -> impl Iterator<Item = &Seat> {
        self.seats.iter().filter(|seat| !seat.knowingly).skip(usize::from(self.capacity))
    }
}

impl Occupancy {
    /// Takes in one person's bookings. A booking that was cancelled, or whose person did not come, holds no place.
    pub fn add(&mut self, voucher: &Voucher, bookings: &[BookingState]) {
        for booking in bookings.iter().filter(|booking| booking.cancelled.is_none()) {
            let irregular = booking.booked.irregular.as_ref();
            let seat = Seat {
                since: booking.since,
                fact: booking.fact,
                voucher: *voucher,
                number: booking.number.clone(),
                knowingly: irregular
                    .is_some_and(|what| what.what.iter().any(|code| code == Operation::Overbook.code())),
            };
            self.0.entry(booking.booked.slot.clone()).or_default().insert(seat);
        }
    }

    /// How many places of a slot are taken.
    pub fn taken(&self, slot: &SlotId) -> u32 {
        self.0.get(slot).map_or(0, |seats| u32::try_from(seats.len()).unwrap_or(u32::MAX))
    }

    /// How many are free; 0 when more are taken than there are.
    pub fn free(&self, slot: &Slot) -> u32 {
        u32::from(slot.capacity).saturating_sub(self.taken(&slot.id))
    }

    /// Whether a slot is overbooked by people who did not know of each other. Places given beyond the capacity knowingly
    /// are nobody's question.
    pub fn overbooked(&self, slot: &Slot) -> Option<Overbooked> {
        let seats = self.0.get(&slot.id)?;
        let unknowing = seats.iter().filter(|seat| !seat.knowingly).count();
        (unknowing > usize::from(slot.capacity)).then(|| Overbooked {
            slot: slot.id.clone(),
            capacity: slot.capacity,
            seats: seats.iter().cloned().collect(),
        })
    }
}
