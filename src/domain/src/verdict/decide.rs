//! The one function that decides.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Level, OutcomeKind, Reason, booking, weigh};
use crate::fold::{BookingState, Folded, VisitKey, VisitState, fold};
use crate::ids::{FactHash, ProductId, VenueNumber};
use crate::record::{RawRecord, field};
use crate::reference::{Card, CardDose, Role, Settings};
use crate::time::{Day, Moment};

/// What the person in front of the kiosk is here for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Purpose {
    /// 受付.
    CheckIn,
    /// 接種結果.
    Outcome,
}

/// What storage knows of a voucher.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The person's record; empty when none is here.
    pub record: RawRecord,
    /// The nameless card; none when none is here.
    pub card: Option<Card>,
    /// A record of another municipality has the same number, and the code did not say which.
    pub ambiguous: bool,
    /// Another person here has the same name and birth date.
    pub same_name: bool,
}

impl Known {
    /// The doses of the card that the record lacks. Once the history is here the record alone speaks: a card may be older
    /// than a correction.
    pub(crate) fn doses_of_card<'a>(&'a self, folded: &'a Folded) -> impl Iterator<Item = &'a CardDose> {
        let card = self.card.as_ref().filter(|_| !self.record.has_history());
        let is_held = |dose: &CardDose| folded.doses.iter().any(|held| (held.dose, held.day) == (dose.dose, dose.day));
        card.into_iter().flat_map(|card| &card.doses).filter(move |dose| !is_held(dose))
    }
}

/// Where, when and under which settings it is decided.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The municipality's settings.
    pub settings: &'a Settings,
    /// This venue.
    pub venue: &'a VenueNumber,
    /// Names of venues.
    pub venue_names: &'a BTreeMap<VenueNumber, String>,
    /// 受付 or 接種結果.
    pub purpose: Purpose,
    /// The wall clock.
    pub now: Moment,
}

impl Context<'_> {
    /// The calendar day.
    pub fn today(&self) -> Day {
        Day(self.now.day())
    }
}

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
        booking = found.booking;
    }
    let visit = visit_of(booking.as_ref(), context);
    let before = doses_before(&folded, known, &visit);
    let dose = dose_due(booking.as_ref(), &before);
    reasons.extend(visit_reasons(folded.visit(&visit), context.purpose));
    reasons.extend(interval_reason(&before, dose, context));
    if known.record.text(field::DELETED) == Some("1") || known.card.as_ref().is_some_and(|card| card.deleted) {
        reasons.push(Reason::VoucherDeleted);
    }
    if known.ambiguous {
        reasons.push(Reason::AmbiguousNumber);
    }
    if folded.newer_facts {
        reasons.push(Reason::NewerFacts);
    }
    if folded.reviews.iter().any(|review| review.kind.is_urgent()) {
        reasons.push(Reason::OpenReview);
    }
    reasons.sort_by_key(|reason| weigh::rank(reason, context.purpose, dose));
    let (level, role) = sum_up(&reasons, context.purpose, dose);
    let basis = known.record.facts.iter().map(|fact| fact.hash).collect();
    Verdict { level, reasons, role, booking, visit, dose, folded, basis }
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

/// A dose that was not given in this visit.
type DoseBefore = (Day, Option<ProductId>, u8);

/// The doses that this visit did not give itself: of the record, and of the card while the history is not here.
fn doses_before(folded: &Folded, known: &Known, visit: &VisitKey) -> Vec<DoseBefore> {
    let own = folded.visit(visit).map_or(&[][..], |visit| &visit.facts);
    let recorded = folded.doses.iter().filter(|given| !own.contains(&given.fact));
    let recorded = recorded.map(|given| (given.day, given.product.clone(), given.dose));
    recorded.chain(known.doses_of_card(folded).map(|given| (given.day, given.product.clone(), given.dose))).collect()
}

/// The booking's dose, or the one after those that are known: a dose is not given twice because it was booked.
fn dose_due(booking: Option<&BookingState>, before: &[DoseBefore]) -> u8 {
    let booked = booking.and_then(|booking| booking.dose).unwrap_or(1);
    let given = before.iter().map(|(_, _, dose)| *dose).max().unwrap_or(0);
    booked.max(given.saturating_add(1)).clamp(1, 9)
}

fn visit_reasons(visit: Option<&VisitState>, purpose: Purpose) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let outcome = visit.and_then(|visit| visit.outcome.as_ref());
    let check_in = visit.and_then(|visit| visit.check_in.as_ref());
    if let Some(outcome) = outcome {
        let place = Some(outcome.place.clone());
        reasons.push(Reason::OutcomeRecorded { outcome: outcome.kind, at: outcome.at, place });
    }
    let prescreened = outcome.is_some_and(|outcome| outcome.kind == OutcomeKind::PrescreenOnly);
    match (purpose, check_in) {
        // A visit that ended with 予診のみ may go on; the outcome's reason says so already.
        (Purpose::CheckIn, Some(check_in)) if !prescreened => {
            reasons.push(Reason::AlreadyCheckedIn { at: check_in.at, place: check_in.place.clone() });
        }
        (Purpose::Outcome, None) => reasons.push(Reason::CheckInNotArrived),
        (Purpose::CheckIn, _) | (Purpose::Outcome, Some(_)) => {}
    }
    reasons
}

/// The last dose before this visit must be long enough ago.
fn interval_reason(before: &[DoseBefore], dose: u8, context: &Context<'_>) -> Option<Reason> {
    let today = context.today();
    let (last, product, _) = before.iter().filter(|(day, ..)| *day <= today).max()?;
    let earliest = context.settings.earliest_after(dose.max(2), *last, product.as_ref())?;
    (today < earliest).then_some(Reason::IntervalTooShort { last: *last, earliest })
}
