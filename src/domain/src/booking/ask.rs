//! May this person have a place in this slot, now?

use super::{Asker, Leave, Refusal, Refused};
use crate::authority::{Denied, Operation, Permit, Place};
use crate::fold::BookingState;
use crate::ids::{BookingNumber, VenueNumber};
use crate::reference::{Settings, Slot, Visibility};
use crate::time::{Day, Moment};
use crate::verdict::{DoseBefore, Person, Planned, Reason, misfits};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The person, with the doses given before. For the second slot of a pair: with the first as if it had been given.
    pub person: Person<'a>,
    /// The voucher, as far as it bears on booking.
    pub voucher: VoucherState<'a>,
    /// The person's bookings whose outcome is open, with the one that would be taken up again.
    pub open: &'a [BookingState],
    /// The dose that it is for, 1–9.
    pub dose: u8,
    /// The slot.
    pub slot: &'a Slot,
    /// Whether residents see the slot's venue (004 ①).
    pub venue_is_public: bool,
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

/// What is known of a voucher when a place is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct VoucherState<'a> {
    /// Deleted at the centre.
    pub deleted: bool,
    /// The last four digits of the number that took its place.
    pub replaced_by: Option<&'a str>,
    /// Barred from the residents' booking site (004 ⑫). Staff book for it.
    pub barred: bool,
}

/// Answers with leave to take the place, or with every reason against it.
///
/// # Errors
/// [`Refused`]: nothing was hidden, and nothing happened.
pub fn ask<'a>(request: &Request<'a>, asker: Asker<'_>) -> Result<Leave<'a>, Refused> {
    let operation = if request.instead_of.is_some() { Operation::Rebook } else { Operation::Book };
    let permissions = request.settings.permissions();
    let check_at = |operation: Operation, venue: &VenueNumber| -> Option<Result<Permit, Denied>> {
        let Asker::Staff(actor) = asker else { return None };
        Some(permissions.check(operation, &actor, Place::Venue(venue)))
    };
    let check = |operation| check_at(operation, &request.slot.venue);
    // Whoever moves a booking takes it from one venue to the other.
    let from = request.own().map(|own| &own.booked.venue).and_then(|venue| check_at(operation, venue));
    let denied = check(operation).into_iter().chain(from).find_map(Result::err);
    let mut refused = Refused { refusals: Vec::new(), denied };
    let (mut permits, mut overruled) = (Vec::new(), Vec::new());
    for refusal in refusals(request) {
        match refusal.operation(request.dose).and_then(check) {
            Some(Ok(_)) if refusal.is_ordinary() => {}
            Some(Ok(permit)) => {
                permits.push(permit);
                overruled.extend(refusal.reason().map(Reason::overruled));
            }
            Some(Err(denied)) => refused.refusals.push((refusal, Some(denied))),
            None => refused.refusals.push((refusal, None)),
        }
    }
    if refused.refusals.is_empty() && refused.denied.is_none() {
        Ok(Leave { request: *request, permits, overruled })
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
    refusals.extend(voucher(&request.voucher));
    refusals.extend((request.instead_of.is_some() && request.own().is_none()).then_some(Refusal::NotOpen));
    refusals.extend(other_booking(request));
    refusals.extend(neighbours(request).flat_map(|other| beside(request, other)));
    refusals.extend(request.takes_up_again().then_some(Refusal::GivenUp));
    let is_over = is_over(slot, request.now);
    let conditions = [
        (is_over, Refusal::Past),
        (slot.day == today && !slot.same_day && !is_over, Refusal::NotSameDay),
        (slot.visibility() == Visibility::Closed, Refusal::Closed),
        (slot.visibility() == Visibility::StaffOnly || !request.venue_is_public, Refusal::NotPublic),
        (slot.pair.is_some() && !request.as_pair && !request.is_half_of_pair(), Refusal::OnlyAsPair),
        (request.taken >= u32::from(slot.capacity), Refusal::Full { capacity: slot.capacity, taken: request.taken }),
    ];
    refusals.extend(conditions.into_iter().filter(|(holds, _)| *holds).map(|(_, refusal)| refusal));
    refusals
}

impl<'a> Request<'a> {
    /// The person's booking that would move here, or be taken up again.
    fn own(&self) -> Option<&'a BookingState> {
        self.open.iter().find(|booking| self.instead_of == Some(&booking.number))
    }

    /// Whether that booking was given up.
    pub(super) fn takes_up_again(&self) -> bool {
        self.own().is_some_and(|booking| booking.cancelled.is_some())
    }

    /// Whether that booking is one of a pair, which may move by itself: the other dose keeps its place.
    fn is_half_of_pair(&self) -> bool {
        self.own().is_some_and(|booking| booking.booked.pair.is_some())
    }
}

/// What speaks against the voucher.
fn voucher(state: &VoucherState<'_>) -> impl Iterator<Item = Refusal> {
    let deleted = state.deleted.then_some(Refusal::Unfit(Reason::VoucherDeleted));
    let replaced = state.replaced_by.map(|last_four| Reason::VoucherReplaced { last_four: last_four.to_owned() });
    let barred = state.barred.then_some(Refusal::Barred);
    deleted.into_iter().chain(replaced.map(Refusal::Unfit)).chain(barred)
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
        let others = request.open.iter().filter(|booking| request.instead_of != Some(&booking.number));
        let mut coming = others.filter(|booking| booking.cancelled.is_none());
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

/// Another coming booking for this dose, which could be changed in place of making a second one. One that is past was
/// missed.
fn other_booking(request: &Request<'_>) -> Option<Refusal> {
    let today = Day(request.now.day());
    let coming = request.open.iter().filter(|booking| booking.cancelled.is_none() && booking.booked.day >= today);
    let of_dose = coming.filter(|booking| booking.dose.unwrap_or(1) == request.dose);
    let mut others = of_dose.filter(|booking| request.instead_of != Some(&booking.number));
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
