//! What a person without a booking may be offered today.

use super::ask::is_over;
use super::{Asker, Leave, Occupancy, Refused, Request, ask};
use crate::reference::{Slot, Visibility};
use crate::time::Day;

/// One 当日枠 of today, and the answer to a person who asks for a place in it.
#[derive(Clone, Debug)]
pub struct Offer<'a> {
    /// The slot.
    pub slot: &'a Slot,
    /// How many places are free.
    pub free: u32,
    /// Leave to book it, or every reason against it.
    pub answer: Result<Leave<'a>, Refused>,
}

/// The 当日枠 of today that are neither over nor 受付停止 (and, where residents ask, not 非公開), those that can be had first, then by their start. `request` says who asks for
/// which dose; its slot and count are filled in.
pub fn offers<'a>(slots: &'a [Slot], occupancy: &Occupancy, request: &Request<'a>, asker: Asker<'_>) -> Vec<Offer<'a>> {
    let today = Day(request.now.day());
    let is_shown = |slot: &&Slot| match (slot.visibility(), asker) {
        (Visibility::Public, _) | (Visibility::StaffOnly, Asker::Staff(_)) => true,
        (Visibility::StaffOnly, Asker::Resident) | (Visibility::Closed, _) => false,
    };
    let todays = slots.iter().filter(|slot| slot.day == today && slot.same_day && !is_over(slot, request.now));
    let todays = todays.filter(is_shown);
    let offer = |slot: &'a Slot| {
        let request = Request { slot, taken: occupancy.taken(&slot.id), ..*request };
        Offer { slot, free: occupancy.free(slot), answer: ask(&request, asker) }
    };
    let mut offers: Vec<Offer<'a>> = todays.map(offer).collect();
    offers.sort_by_key(|offer| (offer.answer.is_err(), offer.slot.start_minute, offer.slot.id.clone()));
    offers
}
