//! Bookings: where they stand, and what their facts say against each other.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use super::contradictions::{Found, Standing, is_presence};
use super::effective::Effective;
use super::state::{BookingState, Cancellation};
use super::visits::{Key, OfVisit, Visits};
use crate::facts::{Body, Booked, Fact, FactKind, Irregular, Overruled, Source};
use crate::ids::{BookingNumber, FactHash};
use crate::review::ReviewKind;
use crate::time::{Day, Moment};

/// Bookings by day, start and number. Of two places that nobody has decided about the one recorded later is shown,
/// beside the review that says so.
pub(super) fn bookings(visits: &Visits<'_>) -> Vec<BookingState> {
    let of_booking = |(key, facts)| if let Key::Booking(number) = key { booking(number, facts) } else { None };
    let mut bookings: Vec<BookingState> = visits.iter().filter_map(of_booking).collect();
    bookings.sort_by(|a, b| {
        (a.booked.day, a.booked.start_minute, &a.number).cmp(&(b.booked.day, b.booked.start_minute, &b.number))
    });
    bookings
}

fn booking(number: &BookingNumber, facts: &[OfVisit<'_>]) -> Option<BookingState> {
    let (hash, fact, booked) = shown(facts)?;
    let mut state = BookingState {
        number: number.clone(),
        fact: hash,
        dose: fact.dose,
        booked: booked.clone(),
        since: taken_at(fact),
        moved: fact.kind == FactKind::Moved,
        cancelled: cancellation(facts),
    };
    let taken_up = facts.iter().filter_map(|one| {
        let Body::Reinstated(body) = &one.fact.body else { return None };
        Some((taken_at(one.fact), one.hash, body))
    });
    // Whoever gave the place up and took it again stands behind those who came in between.
    if let Some((since, _, body)) = taken_up.max_by_key(|(since, hash, _)| (*since, *hash)) {
        state.since = state.since.max(since);
        state.booked.irregular = both(state.booked.irregular.take(), body.irregular.clone());
    }
    Some(state)
}

/// The place of a booking: of several the one that was recorded last.
fn shown<'s>(facts: &[OfVisit<'s>]) -> Option<Placed<'s>> {
    facts.iter().filter_map(placed).max_by_key(|(hash, fact, _)| (fact.stamp.recorded_at, *hash))
}

/// When the place was taken: as it was recorded here, or as the other system says that it was there.
fn taken_at(fact: &Fact) -> Moment {
    if fact.stamp.source == Source::Import { fact.stamp.happened_at } else { fact.stamp.recorded_at }
}

/// What was irregular when the place was taken, and when it was taken again.
fn both(first: Option<Irregular>, again: Option<Irregular>) -> Option<Irregular> {
    let (Some(first), Some(again)) = (&first, &again) else { return again.or(first) };
    let joined = |one: &[String], other: &[String]| one.iter().chain(other).cloned().collect::<BTreeSet<_>>();
    let overruled: BTreeSet<Overruled> = first.overruled.iter().chain(&again.overruled).cloned().collect();
    Some(Irregular {
        what: joined(&first.what, &again.what).into_iter().collect(),
        because: again.because.clone(),
        special: first.special || again.special,
        overruled: overruled.into_iter().collect(),
    })
}

/// The first cancellation, with all that somebody would take back. A no-show counts where nobody cancelled.
fn cancellation(facts: &[OfVisit<'_>]) -> Option<Cancellation> {
    let ended = || facts.iter().filter(|one| is_end(one.fact.kind));
    let fact =
        ended().map(|one| one.fact).min_by_key(|fact| (fact.kind != FactKind::Cancelled, fact.stamp.happened_at))?;
    let by = if let Body::Cancelled(body) = &fact.body { body.by.clone() } else { None };
    Some(Cancellation {
        at: fact.stamp.happened_at,
        by,
        no_show: fact.kind == FactKind::NoShow,
        facts: ended().map(|one| one.hash).collect(),
    })
}

/// Two places of one booking, two bookings for one dose, people who came to the place that a booking had, and second doses
/// that wait in vain.
pub(super) fn contradictions(standing: &Standing<'_>, effective: &Effective<'_>) -> Vec<Found> {
    let visits = &standing.visits;
    let seen = LazyCell::new(|| effective.seen_when_moved());
    let given = standing.facts.facts().filter(|fact| fact.kind == FactKind::Vaccinated);
    let given: BTreeSet<u8> = given.filter_map(|fact| fact.dose).collect();
    let mut found = rival_bookings(visits);
    for (key, facts) in visits.iter() {
        let Key::Booking(number) = key else { continue };
        let places: Vec<Placed<'_>> = facts.iter().filter_map(placed).collect();
        found.extend(rival_placements(&places));
        found.extend(moved_but_came(number, &places, facts, visits, &seen));
        found.extend(paired_dose_waits(&places, facts, visits, &given));
    }
    found
}

/// A fact that gives a booking its place.
type Placed<'s> = (FactHash, &'s Fact, &'s Booked);

fn placed<'s>(one: &OfVisit<'s>) -> Option<Placed<'s>> {
    Some((one.hash, one.fact, one.fact.body.placement()?))
}

/// Two bookings for one dose, neither of which was past when the other was made.
fn rival_bookings(visits: &Visits<'_>) -> Vec<Found> {
    let mut open: Vec<(u8, Day, Day, FactHash)> = Vec::new();
    for (key, facts) in visits.iter() {
        let is_over = facts.iter().any(|one| is_presence(one.fact.kind) || is_end(one.fact.kind));
        if is_over || !matches!(key, Key::Booking(_)) {
            continue;
        }
        if let Some((hash, fact, booked)) = shown(facts)
            && let Some(dose) = fact.dose
        {
            open.push((dose, booked.day, Day(taken_at(fact).day()), hash));
        }
    }
    open.sort();
    let rivals = open.windows(2).filter_map(|pair| {
        let [(dose, day, made, one), (other_dose, later, made_later, other)] = pair else { return None };
        let are_rivals = dose == other_dose && made_later <= day && made <= later;
        are_rivals.then(|| (ReviewKind::RivalBookings, BTreeSet::from([*one, *other])))
    });
    rivals.collect()
}

/// Where a booking is, without what may differ harmlessly.
fn seat(booked: &Booked) -> (&str, &str, Day, u16) {
    (booked.slot.as_str(), booked.venue.as_str(), booked.day, booked.start_minute)
}

fn rival_placements(places: &[Placed<'_>]) -> Option<Found> {
    if places.len() < 2 {
        return None;
    }
    let seats: BTreeSet<_> = places.iter().map(|(_, _, booked)| seat(booked)).collect();
    (seats.len() > 1).then(|| (ReviewKind::RivalPlacements, places.iter().map(|(hash, ..)| *hash).collect()))
}

/// Whoever came under this booking at another venue or on another day than where it was moved to, and whoever moved it had
/// not seen that.
fn moved_but_came(
    number: &BookingNumber,
    places: &[Placed<'_>],
    facts: &[OfVisit<'_>],
    visits: &Visits<'_>,
    seen: &BTreeSet<FactHash>,
) -> Option<Found> {
    let moves = places.iter().filter(|(_, fact, _)| fact.kind == FactKind::Moved);
    let moves: BTreeSet<FactHash> = moves.map(|(hash, ..)| *hash).collect();
    if moves.is_empty() {
        return None;
    }
    let is_there = |fact: &Fact| {
        let at = (&fact.stamp.venue, Day(fact.stamp.happened_at.day()));
        places.iter().any(|(_, _, booked)| (&booked.venue, booked.day) == at)
    };
    let came = |one: &&OfVisit<'_>| is_presence(one.fact.kind) && one.fact.stamp.source != Source::Import;
    let elsewhere: BTreeSet<FactHash> = facts
        .iter()
        .chain(visits.former(number))
        .filter(|one| came(one) && !is_there(one.fact))
        .map(|one| one.hash)
        .filter(|hash| !seen.contains(hash))
        .collect();
    (!elsewhere.is_empty()).then(|| (ReviewKind::MovedButCame, &moves | &elsewhere))
}

/// The first dose of a セット予約 will not be given in its visit, and the second's booking still stands and waits.
fn paired_dose_waits(
    places: &[Placed<'_>],
    facts: &[OfVisit<'_>],
    visits: &Visits<'_>,
    given: &BTreeSet<u8>,
) -> Option<Found> {
    let (_, first, booked) = places.first()?;
    let dose = first.dose?;
    let second = visits.get(Key::Booking(booked.pair.as_ref()?));
    let waits = second.iter().filter(|one| one.fact.body.placement().is_some());
    let waiting: BTreeSet<FactHash> =
        waits.filter(|one| one.fact.dose.is_some_and(|other| other > dose)).map(|one| one.hash).collect();
    let is_over = |one: &OfVisit<'_>| is_presence(one.fact.kind) || is_end(one.fact.kind);
    let ended = facts.iter().filter(|one| is_without_dose(one.fact.kind));
    let ended: BTreeSet<FactHash> = ended.map(|one| one.hash).collect();
    if waiting.is_empty() || ended.is_empty() || second.iter().any(is_over) || given.contains(&dose) {
        return None;
    }
    Some((ReviewKind::PairedDoseWaits, &waiting | &ended))
}

/// Whether a visit or a booking ended so that the dose was not given.
fn is_without_dose(kind: FactKind) -> bool {
    matches!(kind, FactKind::PrescreenOnly | FactKind::LeftBefore) || is_end(kind)
}

fn is_end(kind: FactKind) -> bool {
    matches!(kind, FactKind::Cancelled | FactKind::NoShow)
}
