//! The one function that decides.

use serde::Serialize;

use super::{Context, Known, Level, OutcomeKind, Person, Planned, Purpose, Reason, booking, misfits, scan, weigh};
use crate::authority::{Needed, Operation};
use crate::facts::Overruled;
use crate::fold::{BookingState, Folded, VisitKey, VisitState, fold};
use crate::ids::FactHash;
use crate::record::field;
use crate::reference::{Role, Settings, WalkIn};
use crate::review::Review;
use crate::time::Moment;

/// A verdict with what it was made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The gravest reason's level.
    pub level: Level,
    /// All reasons, gravest first.
    pub reasons: Vec<Reason>,
    /// How many of them, from the first, are in the way; the rest is merely worth knowing.
    pub in_the_way: usize,
    /// The one next step.
    pub next: Next,
    /// What going on in spite of the reasons takes: each is an operation of the permission table, in order. Empty when
    /// nothing is in the way, and when nobody may.
    pub operations: Vec<Operation>,
    /// The reasons that the booking, or at the desk the check-in of this visit, went on in spite of: nobody asks again.
    pub settled: Vec<Overruled>,
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
    /// The reasons that are in the way.
    pub fn in_the_way(&self) -> &[Reason] {
        self.reasons.get(..self.in_the_way).unwrap_or_default()
    }

    /// What is merely worth knowing.
    pub fn notes(&self) -> &[Reason] {
        self.reasons.get(self.in_the_way..).unwrap_or_default()
    }

    /// The visit's state, if anything has happened in it.
    pub fn visit_state(&self) -> Option<&VisitState> {
        self.folded.visit(&self.visit)
    }
}

/// The one next step after a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Next {
    /// 受付 or 接種結果: nothing is in the way.
    GoOn,
    /// Somebody who may goes on, with a reason.
    Override(Needed),
    /// A 当日枠 is booked, if one has a place for this person: the municipality wants it so.
    BookToday,
    /// Nobody may go on: the next person.
    TurnAway,
}

/// Decides. Reads nothing but its arguments; never panics.
pub fn decide(known: &Known, context: &Context<'_>) -> Verdict {
    let folded = fold(&known.record, Some(context.settings));
    let mut reasons = Vec::new();
    let mut booking = None;
    let has_history = known.record.has_history();
    match &known.card {
        Some(card) if !has_history && folded.bookings.is_empty() => reasons.extend(booking::from_card(card, context)),
        // Booked here, perhaps a minute ago: that says nothing of what was given before.
        None if !has_history => reasons.push(Reason::HistoryNotHere),
        Some(_) | None => {}
    }
    if has_history || !folded.bookings.is_empty() {
        let found = booking::find(&folded, context);
        reasons.extend(found.reasons);
        reasons.extend(booking::place_taken(found.booking.as_ref(), known));
        booking = found.booking;
    }
    let visit = visit_of(booking.as_ref(), context);
    let before = known.doses_before(&folded, &visit);
    let sticker_dose = scan::dose_of_sticker(context).filter(|_| reasons.contains(&Reason::HistoryNotHere));
    let dose = context.given.dose.unwrap_or_else(|| dose_due(booking.as_ref(), &before, sticker_dose));
    reasons.extend(visit_reasons(folded.visit(&visit), context.purpose));
    let unfit = fit_reasons(known, &before, booking.as_ref(), &visit, dose, context);
    // Of whom nothing is known, the doses before are not known either: that is said once.
    let nothing_known = reasons.contains(&Reason::HistoryNotHere);
    reasons.extend(unfit.into_iter().filter(|one| !nothing_known || !matches!(one, Reason::DoseSkipped { .. })));
    reasons.extend(other_product(booking.as_ref(), &visit, context));
    reasons.extend(given_before(&before, context));
    reasons.extend(voucher_reasons(known, &folded));
    reasons.extend(record_reasons(known, &folded, context.settings));
    reasons.extend(scan::sticker_reason(dose, context));
    reasons.extend(scan::guardian_reason(known.birth(), context));
    if let VisitKey::Booking(_) = visit {
        reasons.extend(scan::arrival_reason(booking.as_ref(), context));
    }
    reasons.extend(scan::doubts(&reasons, context));
    let of_visit = booking.as_ref().filter(|_| matches!(visit, VisitKey::Booking(_)));
    let settled = settled_before(&reasons, folded.visit(&visit), of_visit, context.purpose);
    let weighed = weigh_all(reasons, &settled, context, dose);
    let summed = sum_up(&weighed, context);
    let basis = known.facts().map(|fact| fact.hash).collect();
    Verdict {
        level: summed.level,
        in_the_way: weighed.iter().filter(|(_, level, _)| *level != Level::Proceed).count(),
        reasons: weighed.into_iter().map(|(reason, ..)| reason).collect(),
        next: summed.next,
        operations: summed.operations,
        settled,
        booking,
        visit,
        dose,
        data_as_of: context.data_as_of,
        folded,
        basis,
    }
}

/// What somebody went on in spite of before, knowing of it, is no question now: whoever booked, with the right to, at the
/// door and at the desk (004 ⑱: who has a booking goes on), and the entrance at the desk. What may have changed since is.
fn settled_before(
    reasons: &[Reason],
    visit: Option<&VisitState>,
    booking: Option<&BookingState>,
    purpose: Purpose,
) -> Vec<Overruled> {
    let check_in = visit.and_then(|visit| visit.check_in.as_ref()).filter(|_| purpose == Purpose::Outcome);
    let at_the_door = check_in.map_or(&[][..], |check_in| &check_in.overridden);
    let irregular = booking.and_then(|booking| booking.booked.irregular.as_ref());
    let when_booked = irregular.map_or(&[][..], |irregular| &irregular.overruled);
    if at_the_door.is_empty() && when_booked.is_empty() {
        return Vec::new();
    }
    let is_lasting =
        |reason: &&Reason| !matches!(reason, Reason::OpenReview | Reason::OutcomeRecorded { .. } | Reason::NewerFacts);
    let asked = reasons.iter().filter(is_lasting).map(Reason::overruled);
    asked.filter(|reason| at_the_door.contains(reason) || when_booked.contains(reason)).collect()
}

type Weighed = (Reason, Level, Option<Operation>);

/// The reasons with their weights, gravest first.
fn weigh_all(reasons: Vec<Reason>, settled: &[Overruled], context: &Context<'_>, dose: u8) -> Vec<Weighed> {
    let sends_away = context.settings.walk_in == WalkIn::SendAway && context.purpose == Purpose::CheckIn;
    let weighed = reasons.into_iter().map(|reason| {
        let is_settled = !settled.is_empty() && settled.contains(&reason.overruled());
        let (level, operation) =
            if is_settled { (Level::Proceed, None) } else { weigh(&reason, context.purpose, dose) };
        let level = if sends_away && reason == Reason::NoBookingToday { Level::Stop } else { level };
        (reason, level, operation)
    });
    let mut weighed: Vec<Weighed> = weighed.collect();
    weighed.sort_by_key(|(reason, level, _)| (std::cmp::Reverse(*level), weigh::rank(reason)));
    weighed
}

struct Sum {
    level: Level,
    next: Next,
    operations: Vec<Operation>,
}

/// The gravest level, all operations that going on takes, and the most that any of them needs.
fn sum_up(weighed: &[Weighed], context: &Context<'_>) -> Sum {
    let level = weighed.iter().map(|(_, level, _)| *level).max().unwrap_or(Level::Proceed);
    let in_the_way = weighed.iter().filter(|(_, level, _)| *level != Level::Proceed);
    let operations: Option<Vec<Operation>> = in_the_way.map(|(_, _, operation)| *operation).collect();
    let operations = operations.unwrap_or_default();
    let permissions = context.settings.permissions();
    let most = |needed: &Needed| (needed.special, Role::AT_VENUE.iter().position(|role| *role == needed.role));
    let needed = operations.iter().map(|operation| permissions.needed(*operation)).max_by_key(most);
    let only_unbooked = operations.as_slice() == [Operation::AcceptWithoutBooking];
    let books_today = only_unbooked && context.settings.walk_in == WalkIn::BookToday;
    let next = match (level, needed) {
        (Level::Proceed, _) => Next::GoOn,
        _ if books_today => Next::BookToday,
        (Level::Attention | Level::Stop, Some(needed)) => Next::Override(needed),
        (Level::Attention | Level::Stop, None) => Next::TurnAway,
    };
    Sum { level, next, operations }
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
        product: context.given.product.or(booking.map(|booking| &booking.booked.product)),
        conditions: booking.and_then(|booking| booking.booked.conditions.as_ref()),
    };
    misfits(&Person { birth: known.birth(), before }, &planned, context.settings)
}

/// The vaccine at hand is not the booked one: most often a board that nobody changed.
fn other_product(booking: Option<&BookingState>, visit: &VisitKey, context: &Context<'_>) -> Option<Reason> {
    let booked = &booking.filter(|_| matches!(visit, VisitKey::Booking(_)))?.booked.product;
    let given = context.given.product.filter(|given| *given != booked)?;
    let name = |product| context.settings.product_name(product);
    Some(Reason::VaccineNotBooked { booked: name(booked), given: name(given) })
}

/// The dose that staff chose by hand is on record already.
fn given_before(before: &[super::DoseBefore], context: &Context<'_>) -> Option<Reason> {
    let dose = context.given.dose?;
    let given = before.iter().filter(|given| given.dose == dose).map(|given| given.day).max()?;
    Some(Reason::DoseGiven { dose, day: given })
}

fn voucher_reasons(known: &Known, folded: &Folded) -> Vec<Reason> {
    let deleted = known.is_deleted().then_some(Reason::VoucherDeleted);
    let last_four = folded.replaced_by.first().map(|voucher| voucher.number.last_four().to_owned());
    let on_card = || known.card.as_ref().and_then(|card| card.replaced_by.clone());
    let replaced = last_four.or_else(on_card).map(|last_four| Reason::VoucherReplaced { last_four });
    deleted.into_iter().chain(replaced).collect()
}

/// What has to be decided before anybody goes on: what a body received, and the birth date, by which ages are judged.
fn asks_first(review: &Review) -> bool {
    review.kind.is_urgent() || review.field.as_ref().is_some_and(|(name, _)| name == field::BIRTH)
}

/// What the records say of themselves: this one, and those of the same person's other numbers.
fn record_reasons(known: &Known, folded: &Folded, settings: &Settings) -> Vec<Reason> {
    let kin: Vec<Folded> = known.record.seen_from_kin().map(|kin| fold(&kin, Some(settings))).collect();
    let all = || kin.iter().chain([folded]);
    let told = [
        (known.ambiguous, Reason::AmbiguousNumber),
        (known.same_name, Reason::SameName),
        (all().any(|folded| folded.newer_facts), Reason::NewerFacts),
        (all().flat_map(|folded| &folded.reviews).any(asks_first), Reason::OpenReview),
    ];
    told.into_iter().filter(|(holds, _)| *holds).map(|(_, reason)| reason).collect()
}
