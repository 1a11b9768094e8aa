//! The one function that decides.

use super::{Context, Known, Level, OutcomeKind, Person, Planned, Purpose, Reason, booking, misfits, scan, weigh};
use crate::fold::{BookingState, Folded, VisitKey, VisitState, fold};
use crate::ids::FactHash;
use crate::reference::Role;
use crate::time::Moment;

/// A verdict with what it was made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The gravest reason's level.
    pub level: Level,
    /// All reasons, gravest first.
    pub reasons: Vec<Reason>,
    /// The role that may go on; none when nobody may, or when nothing is in the way.
    pub role: Option<Role>,
    /// The booking that it speaks of.
    pub booking: Option<BookingState>,
    /// The visit that a fact of today belongs to.
    pub visit: VisitKey,
    /// The dose that is due, 1–9.
    pub dose: u8,
    /// When the data behind it last arrived whole; none when it never did.
    pub data_as_of: Option<Moment>,
    /// What the facts add up to.
    pub folded: Folded,
    /// Every fact that went into it: the basis of what a person does next.
    pub basis: Vec<FactHash>,
}

impl Verdict {
    /// The visit's state, if anything has happened in it.
    pub fn visit_state(&self) -> Option<&VisitState> {
        self.folded.visit(&self.visit)
    }
}

/// Decides. Reads nothing but its arguments; never panics.
pub fn decide(known: &Known, context: &Context<'_>) -> Verdict {
    let folded = fold(&known.record, Some(context.settings));
    let mut reasons = Vec::new();
    let mut booking = None;
    if !known.record.has_history() && folded.bookings.is_empty() {
        reasons.push(known.card.as_ref().map_or(Reason::HistoryNotHere, |card| booking::from_card(card, context)));
    } else {
        let found = booking::find(&folded, context);
        reasons.extend(found.reasons);
        reasons.extend(booking::place_taken(found.booking.as_ref(), known.places));
        booking = found.booking;
    }
    let visit = visit_of(booking.as_ref(), context);
    let before = known.doses_before(&folded, &visit, context.settings);
    let sticker_dose = scan::dose_of_sticker(context).filter(|_| reasons.contains(&Reason::HistoryNotHere));
    let dose = dose_due(booking.as_ref(), &before, sticker_dose);
    reasons.extend(visit_reasons(folded.visit(&visit), context.purpose));
    reasons.extend(fit_reasons(known, &before, booking.as_ref(), &visit, dose, context));
    reasons.extend(voucher_reasons(known, &folded));
    reasons.extend(record_reasons(known, &folded));
    reasons.extend(scan::sticker_reason(dose, context));
    reasons.extend(scan::guardian_reason(known.birth(), context));
    if let VisitKey::Booking(_) = visit {
        reasons.extend(scan::arrival_reason(booking.as_ref(), context));
    }
    reasons.extend(scan::doubts(&reasons, context));
    reasons.sort_by_key(|reason| weigh::rank(reason, context.purpose, dose));
    let (level, role) = sum_up(&reasons, context.purpose, dose);
    let basis = known.record.facts.iter().map(|fact| fact.hash).collect();
    Verdict { level, reasons, role, booking, visit, dose, data_as_of: context.data_as_of, folded, basis }
}

/// The gravest level, and the highest role that any of the reasons needs.
fn sum_up(reasons: &[Reason], purpose: Purpose, dose: u8) -> (Level, Option<Role>) {
    let weighed = || reasons.iter().map(|reason| weigh(reason, purpose, dose));
    let level = weighed().map(|(level, _)| level).max().unwrap_or(Level::Proceed);
    let needed = weighed().filter(|(level, _)| *level != Level::Proceed);
    let roles: Option<Vec<Role>> = needed.map(|(_, role)| role).collect();
    (level, roles.and_then(|roles| roles.into_iter().max()))
}

/// Today's visit is the booking's, where the booking is today's and here; otherwise a visit without one.
fn visit_of(booking: Option<&BookingState>, context: &Context<'_>) -> VisitKey {
    match booking {
        Some(booking) if booking.booked.venue == *context.venue && booking.booked.day == context.today() => {
            VisitKey::Booking(booking.number.clone())
        }
        Some(_) | None => VisitKey::WalkIn(context.venue.clone(), context.today()),
    }
}

/// The booking's dose, or the one after those that are known: a dose is not given twice because it was booked. With
/// nothing known of a person, the sticker's.
fn dose_due(booking: Option<&BookingState>, before: &[super::DoseBefore], sticker: Option<u8>) -> u8 {
    let booked = booking.and_then(|booking| booking.dose).or(sticker).unwrap_or(1);
    let given = before.iter().map(|dose| dose.dose).max().unwrap_or(0);
    booked.max(given.saturating_add(1)).clamp(1, 9)
}

fn visit_reasons(visit: Option<&VisitState>, purpose: Purpose) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let outcome = visit.and_then(|visit| visit.outcome.as_ref());
    let check_in = visit.and_then(|visit| visit.check_in.as_ref());
    let left = visit.and_then(|visit| visit.left.as_ref());
    if let Some(outcome) = outcome {
        let place = Some(outcome.place.clone());
        reasons.push(Reason::OutcomeRecorded { outcome: outcome.kind, at: outcome.at, place });
    }
    reasons.extend(left.map(|left| Reason::LeftRecorded { at: left.at }));
    let vaccinated = outcome.is_some_and(|outcome| outcome.kind == OutcomeKind::Vaccinated);
    let may_come_back = (outcome.is_some() || left.is_some()) && !vaccinated;
    match (purpose, check_in) {
        // A visit that ended with 予診のみ or 帰宅 may go on; that reason says so already.
        (Purpose::CheckIn, Some(check_in)) if !may_come_back => {
            reasons.push(Reason::AlreadyCheckedIn { at: check_in.at, place: check_in.place.clone() });
        }
        (Purpose::Outcome, None) => reasons.push(Reason::CheckInNotArrived),
        (Purpose::CheckIn, _) | (Purpose::Outcome, Some(_)) => {}
    }
    reasons
}

/// Interval, age, vaccine and dose: of the booking where it is today's, else of a dose today of which nothing is planned.
fn fit_reasons(
    known: &Known,
    before: &[super::DoseBefore],
    booking: Option<&BookingState>,
    visit: &VisitKey,
    dose: u8,
    context: &Context<'_>,
) -> Vec<Reason> {
    let booking = booking.filter(|_| matches!(visit, VisitKey::Booking(_)));
    let planned = Planned {
        day: context.today(),
        dose,
        booked: booking.and_then(|booking| booking.dose),
        product: booking.map(|booking| &booking.booked.product),
        conditions: booking.and_then(|booking| booking.booked.conditions.as_ref()),
    };
    misfits(&Person { birth: known.birth(), before }, &planned, context.settings)
}

fn voucher_reasons(known: &Known, folded: &Folded) -> Vec<Reason> {
    let deleted = known.is_deleted().then_some(Reason::VoucherDeleted);
    let last_four = folded.replaced_by.first().map(|voucher| voucher.number.last_four().to_owned());
    let on_card = || known.card.as_ref().and_then(|card| card.replaced_by.clone());
    let replaced = last_four.or_else(on_card).map(|last_four| Reason::VoucherReplaced { last_four });
    deleted.into_iter().chain(replaced).collect()
}

fn record_reasons(known: &Known, folded: &Folded) -> Vec<Reason> {
    let told = [
        (known.ambiguous, Reason::AmbiguousNumber),
        (known.same_name, Reason::SameName),
        (folded.newer_facts, Reason::NewerFacts),
        (folded.reviews.iter().any(|review| review.kind.is_urgent()), Reason::OpenReview),
    ];
    told.into_iter().filter(|(holds, _)| *holds).map(|(_, reason)| reason).collect()
}
