//! May this person have a place in this slot, now?

use super::{Asker, Leave, Refusal, Refused};
use crate::authority::{Denied, Operation, Permit, Place};
use crate::fold::BookingState;
use crate::ids::BookingNumber;
use crate::reference::{Settings, Slot, Visibility};
use crate::time::{Day, Moment};
use crate::verdict::{DoseBefore, Person, Planned, Reason, misfits};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The person, with the doses given before. For the second slot of a pair: with the first as if it had been given.
    pub person: Person<'a>,
    /// The person's bookings whose outcome is open, with the one that would be taken up again.
    pub open: &'a [BookingState],
    /// The dose that it is for, 1–9.
    pub dose: u8,
    /// The slot.
    pub slot: &'a Slot,
    /// How many of its places are taken, this person's own left out.
    pub taken: u32,
    /// A booking of this person that would move here, or be taken up again: it does not stand in its own way.
    pub instead_of: Option<&'a BookingNumber>,
    /// It is booked together with the slot's pair.
    pub as_pair: bool,
    /// Now.
    pub now: Moment,
    /// The municipality's settings.
    pub settings: &'a Settings,
}

/// Answers with leave to take the place, or with every reason against it.
///
/// # Errors
/// [`Refused`]: nothing was hidden, and nothing happened.
pub fn ask<'a>(request: &Request<'a>, asker: Asker<'_>) -> Result<Leave<'a>, Refused> {
    let operation = if request.instead_of.is_some() { Operation::Rebook } else { Operation::Book };
    let place = Place::Venue(&request.slot.venue);
    let permissions = request.settings.permissions();
    let check = |operation: Operation| -> Option<Result<Permit, Denied>> {
        let Asker::Staff(actor) = asker else { return None };
        Some(permissions.check(operation, &actor, place))
    };
    let mut refused = Refused { refusals: Vec::new(), denied: check(operation).and_then(Result::err) };
    let mut permits = Vec::new();
    for refusal in refusals(request) {
        match refusal.operation(request.dose).and_then(check) {
            Some(Ok(_)) if refusal.is_ordinary() => {}
            Some(Ok(permit)) => permits.push(permit),
            Some(Err(denied)) => refused.refusals.push((refusal, Some(denied))),
            None => refused.refusals.push((refusal, None)),
        }
    }
    if refused.refusals.is_empty() && refused.denied.is_none() {
        Ok(Leave { request: *request, permits })
    } else {
        Err(refused)
    }
}

/// Everything that speaks against it, whoever asks: what concerns the body first.
fn refusals(request: &Request<'_>) -> Vec<Refusal> {
    let slot = request.slot;
    let today = Day(request.now.day());
    let planned = Planned {
        day: slot.day,
        dose: request.dose,
        booked: None,
        product: Some(&slot.product),
        conditions: slot.conditions.as_ref(),
    };
    let unfit = misfits(&request.person, &planned, request.settings).into_iter();
    let mut refusals: Vec<Refusal> =
        unfit.filter(|reason| !may_be_missing(reason, request)).map(Refusal::Unfit).collect();
    let given = request.person.before.iter().find(|before| before.dose == request.dose);
    refusals.extend(given.map(|given| Refusal::AlreadyGiven { day: given.day }));
    refusals.extend(other_booking(request));
    refusals.extend(neighbours(request).flat_map(|other| beside(request, other)));
    refusals.extend(request.takes_up_again().then_some(Refusal::GivenUp));
    let is_over = is_over(slot, request.now);
    let conditions = [
        (is_over, Refusal::Past),
        (slot.day == today && !slot.same_day && !is_over, Refusal::NotSameDay),
        (slot.visibility() == Visibility::Closed, Refusal::Closed),
        (slot.visibility() == Visibility::StaffOnly, Refusal::NotPublic),
        (slot.pair.is_some() && !request.as_pair && request.instead_of.is_none(), Refusal::OnlyAsPair),
        (request.taken >= u32::from(slot.capacity), Refusal::Full { capacity: slot.capacity, taken: request.taken }),
    ];
    refusals.extend(conditions.into_iter().filter(|(holds, _)| *holds).map(|(_, refusal)| refusal));
    refusals
}

impl Request<'_> {
    /// Whether the booking in whose place it is was given up.
    pub(super) fn takes_up_again(&self) -> bool {
        let own = self.open.iter().find(|booking| self.instead_of == Some(&booking.number));
        own.is_some_and(|booking| booking.cancelled.is_some())
    }
}

/// Whether doses that are not on record need not be, here; or are booked: then they will be given first, and [`beside`] sees
/// to the order.
fn may_be_missing(reason: &Reason, request: &Request<'_>) -> bool {
    let Reason::DoseSkipped { due, given } = reason else { return false };
    if !request.settings.later_doses_need_record {
        return true;
    }
    let today = Day(request.now.day());
    let is_booked = |dose: u8| {
        let mut coming = request.open.iter().filter(|booking| booking.cancelled.is_none());
        coming.any(|booking| booking.booked.day >= today && booking.dose.unwrap_or(1) == dose)
    };
    (given.saturating_add(1)..*due).all(is_booked)
}

/// The person's coming bookings for the dose before and the dose after. One that is past was missed and binds nobody.
fn neighbours<'a>(request: &Request<'a>) -> impl Iterator<Item = (&'a BookingState, u8)> {
    let (asked, today, own) = (request.dose, Day(request.now.day()), request.instead_of);
    let coming = move |booking: &&BookingState| {
        booking.cancelled.is_none() && booking.booked.day >= today && own != Some(&booking.number)
    };
    let others = request.open.iter().filter(coming).map(|booking| (booking, booking.dose.unwrap_or(1)));
    others.filter(move |(_, dose)| dose.abs_diff(asked) == 1)
}

/// What speaks against the slot beside the booking of the dose before or after: a booking that is moved must not run into
/// the other one of its pair.
fn beside(request: &Request<'_>, (other, dose): (&BookingState, u8)) -> Vec<Refusal> {
    let slot = request.slot;
    let number = &other.number;
    let asked = Planned {
        day: slot.day,
        dose: request.dose,
        booked: None,
        product: Some(&slot.product),
        conditions: slot.conditions.as_ref(),
    };
    let booked = Planned {
        day: other.booked.day,
        dose,
        booked: None,
        product: Some(&other.booked.product),
        conditions: other.booked.conditions.as_ref(),
    };
    let (first, second) = if dose < request.dose { (booked, asked) } else { (asked, booked) };
    if second.day <= first.day {
        return vec![Refusal::OrderOfDoses { number: number.clone() }];
    }
    let before = [DoseBefore { day: first.day, product: first.product.cloned(), dose: first.dose }];
    let reasons = misfits(&Person { birth: None, before: &before }, &second, request.settings);
    let is_between =
        |reason: &Reason| matches!(reason, Reason::IntervalTooShort { .. } | Reason::VaccineDiffers { .. });
    let clash = |reason| Refusal::Clashes { number: number.clone(), dose: second.dose, reason };
    reasons.into_iter().filter(is_between).map(clash).collect()
}

/// Another open booking for this dose, which could be changed in place of making a second one.
fn other_booking(request: &Request<'_>) -> Option<Refusal> {
    let of_dose = request.open.iter().filter(|booking| booking.dose.unwrap_or(1) == request.dose);
    let mut others =
        of_dose.filter(|booking| booking.cancelled.is_none() && request.instead_of != Some(&booking.number));
    others.next().map(|booking| Refusal::AlreadyBooked { number: booking.number.clone() })
}

/// Whether the slot has ended.
pub(super) fn is_over(slot: &Slot, now: Moment) -> bool {
    let today = Day(now.day());
    slot.day < today || (slot.day == today && minute_of(now) >= slot.end_minute)
}

fn minute_of(now: Moment) -> u16 {
    let time = now.time_of_day();
    u16::try_from(i32::from(time.hour()) * 60 + i32::from(time.minute())).unwrap_or_default()
}
