//! Operations on bookings, as the facts that one commit writes: all of them or none.

use super::{Asker, Leave, check_pair};
use crate::authority::{Denied, Operation, Place};
use crate::facts::{Body, Booked, Cancelled, Draft, FactKind, Irregular, Moved, Reinstated, Weight};
use crate::fold::{BookingState, VisitState};
use crate::ids::{BookingNumber, FactHash};
use crate::reference::Settings;
use crate::verdict::OutcomeKind;

/// The facts of one operation. They belong into one commit: the new place is never taken in one and the old given up in
/// another.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Plan {
    /// The facts, without their ids.
    pub drafts: Vec<Draft>,
}

/// Why no plan can be made, although the place may be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Something irregular needs a reason.
    #[error("an irregular booking needs a reason")]
    NoReason,
    /// The leave is for a change, or it is not for this booking.
    #[error("the leave is for something else")]
    OtherLeave,
    /// The two leaves are not for the two slots of one pair.
    #[error("these are not the two slots of one pair")]
    NoPair,
    /// The booking was cancelled, and would have to be taken up again first.
    #[error("the booking is cancelled")]
    Cancelled,
    /// The dose was given under this booking: there is nothing to move.
    #[error("the dose was given already")]
    Given,
    /// The booking was not cancelled.
    #[error("the booking is not cancelled")]
    NotCancelled,
}

/// A new booking.
///
/// # Errors
/// [`PlanError`].
pub fn book(leave: &Leave<'_>, number: &BookingNumber, because: Option<&str>) -> Result<Plan, PlanError> {
    if leave.request.instead_of.is_some() || leave.request.as_pair {
        return Err(PlanError::OtherLeave);
    }
    Ok(Plan { drafts: vec![new_booking(leave, number, None, because)?] })
}

/// セット予約: both doses together, on two days.
///
/// # Errors
/// [`PlanError`].
pub fn book_pair(
    (first, first_number): (&Leave<'_>, &BookingNumber),
    (second, second_number): (&Leave<'_>, &BookingNumber),
    because: Option<&str>,
) -> Result<Plan, PlanError> {
    let (first_slot, second_slot) = (first.request.slot, second.request.slot);
    let is_pair = check_pair(first_slot, second_slot, first.request.settings).is_ok()
        && (first.request.dose, second.request.dose) == (1, 2)
        && first.request.as_pair
        && second.request.as_pair
        && first_number != second_number;
    if !is_pair {
        return Err(PlanError::NoPair);
    }
    Ok(Plan {
        drafts: vec![
            new_booking(first, first_number, Some(second_number), because)?,
            new_booking(second, second_number, Some(first_number), because)?,
        ],
    })
}

/// Changes a booking in one operation: one fact takes the new place and gives up the old one. `visit` is what happened under
/// the booking so far, as the screen showed it: the person may have come and could not be served.
///
/// # Errors
/// [`PlanError`]; the old booking stays as it is.
pub fn rebook(
    leave: &Leave<'_>,
    booking: &BookingState,
    visit: Option<&VisitState>,
    because: Option<&str>,
) -> Result<Plan, PlanError> {
    if leave.request.instead_of != Some(&booking.number) {
        return Err(PlanError::OtherLeave);
    }
    if booking.cancelled.is_some() {
        return Err(PlanError::Cancelled);
    }
    same_dose(leave, booking)?;
    let outcome = visit.and_then(|visit| visit.outcome.as_ref());
    if outcome.is_some_and(|outcome| outcome.kind == OutcomeKind::Vaccinated) {
        return Err(PlanError::Given);
    }
    let to = place(leave, booking.booked.pair.as_ref(), because)?;
    let seen = visit.map(|visit| visit.facts.clone()).unwrap_or_default();
    let body = Body::Moved(Moved { to, because: because.map(str::to_owned), seen });
    let dose = Some(leave.request.dose);
    Ok(Plan { drafts: vec![draft(FactKind::Moved, &booking.number, dose, vec![booking.fact], body)] })
}

/// A booking keeps its dose: what is for another one is another booking.
fn same_dose(leave: &Leave<'_>, booking: &BookingState) -> Result<(), PlanError> {
    let is_same = booking.dose.is_none_or(|dose| dose == leave.request.dose);
    if is_same { Ok(()) } else { Err(PlanError::OtherLeave) }
}

/// Cancels bookings: of a pair one, or both. One that is cancelled already is left as it is. A resident may cancel the own
/// ones.
///
/// # Errors
/// What staff lack, for the first booking that they may not cancel; then none is.
pub fn cancel(
    bookings: &[&BookingState],
    asker: Asker<'_>,
    settings: &Settings,
    because: Option<&str>,
    by: Option<&str>,
) -> Result<Plan, Denied> {
    if let Asker::Staff(actor) = asker {
        let check = |venue| settings.permissions().check(Operation::CancelBooking, &actor, Place::Venue(venue));
        bookings.iter().try_for_each(|booking| check(&booking.booked.venue).map(drop))?;
    }
    let cancelled = || Cancelled { by: by.map(str::to_owned), because: because.map(str::to_owned) };
    let standing = bookings.iter().filter(|booking| booking.cancelled.is_none());
    let drafts = standing
        .map(|booking| {
            draft(FactKind::Cancelled, &booking.number, booking.dose, Vec::new(), Body::Cancelled(cancelled()))
        })
        .collect();
    Ok(Plan { drafts })
}

/// Takes a cancelled booking, or one of whom nobody came, up again.
///
/// # Errors
/// [`PlanError`].
pub fn reinstate(leave: &Leave<'_>, booking: &BookingState, because: &str) -> Result<Plan, PlanError> {
    let Some(ended) = &booking.cancelled else { return Err(PlanError::NotCancelled) };
    let is_own = leave.request.instead_of == Some(&booking.number) && leave.request.takes_up_again();
    if !is_own || leave.request.slot.id != booking.booked.slot {
        return Err(PlanError::OtherLeave);
    }
    same_dose(leave, booking)?;
    if because.trim().is_empty() {
        return Err(PlanError::NoReason);
    }
    let body = Reinstated { because: because.to_owned(), irregular: irregular(leave, Some(because))? };
    let body = Body::Reinstated(body);
    Ok(Plan { drafts: vec![draft(FactKind::Reinstated, &booking.number, booking.dose, ended.facts.clone(), body)] })
}

fn new_booking(
    leave: &Leave<'_>,
    number: &BookingNumber,
    pair: Option<&BookingNumber>,
    because: Option<&str>,
) -> Result<Draft, PlanError> {
    let body = Body::Booked(place(leave, pair, because)?);
    Ok(draft(FactKind::Booked, number, Some(leave.request.dose), Vec::new(), body))
}

/// The slot as it is now, with what was irregular.
fn place(leave: &Leave<'_>, pair: Option<&BookingNumber>, because: Option<&str>) -> Result<Booked, PlanError> {
    Ok(Booked { pair: pair.cloned(), irregular: irregular(leave, because)?, ..Booked::in_slot(leave.request.slot) })
}

fn irregular(leave: &Leave<'_>, because: Option<&str>) -> Result<Option<Irregular>, PlanError> {
    if leave.permits.is_empty() {
        return Ok(None);
    }
    let because = because.filter(|text| !text.trim().is_empty()).ok_or(PlanError::NoReason)?;
    Ok(Some(Irregular {
        what: leave.irregular().map(|operation| operation.code().to_owned()).collect(),
        because: because.to_owned(),
        special: leave.permits.iter().any(crate::authority::Permit::special),
        overruled: leave.overruled.clone(),
    }))
}

fn draft(kind: FactKind, number: &BookingNumber, dose: Option<u8>, supersedes: Vec<FactHash>, body: Body) -> Draft {
    Draft { kind, booking: Some(number.clone()), dose, supersedes, weight: Weight::Ordinary, body }
}
