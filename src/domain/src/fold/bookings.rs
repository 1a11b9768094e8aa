//! Bookings: where they stand, and what their facts say against each other.

use std::collections::{BTreeMap, BTreeSet};

use super::contradictions::{Found, Hashed, is_presence};
use super::state::{BookingState, Cancellation, VisitKey};
use super::visits::Standing;
use crate::facts::{Body, Booked, Fact, FactKind, Irregular, Moved, Source};
use crate::ids::{BookingNumber, FactHash};
use crate::review::ReviewKind;
use crate::time::{Day, Moment};

/// Bookings by day, start and number. Of two places that nobody has decided about the one recorded later is shown,
/// beside the review that says so.
pub(super) fn bookings(standing: &Standing<'_>) -> Vec<BookingState> {
    let mut latest: BTreeMap<&BookingNumber, (Moment, FactHash, &Fact, &Booked)> = BTreeMap::new();
    let mut ended: BTreeMap<&BookingNumber, Vec<Hashed<'_>>> = BTreeMap::new();
    let mut reinstated: BTreeMap<&BookingNumber, (Moment, Option<&Irregular>)> = BTreeMap::new();
    for (hash, fact) in standing {
        let fact: &Fact = fact;
        let Some(number) = &fact.booking else { continue };
        if let Some(booked) = fact.body.placement() {
            let candidate = (fact.stamp.recorded_at, *hash, fact, booked);
            let shown = latest.entry(number).or_insert(candidate);
            if (shown.0, shown.1) < (candidate.0, candidate.1) {
                *shown = candidate;
            }
        } else if let Body::Reinstated(body) = &fact.body {
            let again = (fact.stamp.recorded_at, body.irregular.as_ref());
            let last = reinstated.entry(number).or_insert(again);
            if last.0 < again.0 {
                *last = again;
            }
        } else if matches!(fact.kind, FactKind::Cancelled | FactKind::NoShow) {
            ended.entry(number).or_default().push((*hash, fact));
        }
    }
    let state =
        |(number, (_, hash, fact, booked)): (&BookingNumber, (Moment, FactHash, &Fact, &Booked))| BookingState {
            number: number.clone(),
            fact: hash,
            dose: fact.dose,
            booked: booked.clone(),
            since: fact.stamp.recorded_at,
            moved: fact.kind == FactKind::Moved,
            cancelled: ended.get(number).and_then(|facts| cancellation(facts)),
        };
    let mut bookings: Vec<_> = latest.into_iter().map(state).collect();
    // Whoever gave the place up and took it again stands behind those who came in between.
    for booking in &mut bookings {
        if let Some((since, irregular)) = reinstated.get(&booking.number) {
            booking.since = booking.since.max(*since);
            booking.booked.irregular = irregular.cloned().or(booking.booked.irregular.take());
        }
    }
    bookings.sort_by(|a, b| {
        (a.booked.day, a.booked.start_minute, &a.number).cmp(&(b.booked.day, b.booked.start_minute, &b.number))
    });
    bookings
}

/// The first cancellation, with all that somebody would take back. A no-show counts where nobody cancelled.
fn cancellation(facts: &[Hashed<'_>]) -> Option<Cancellation> {
    let first = |(_, fact): &&Hashed<'_>| (fact.kind != FactKind::Cancelled, fact.stamp.happened_at);
    let (_, fact) = facts.iter().min_by_key(first)?;
    let by = if let Body::Cancelled(body) = &fact.body { body.by.clone() } else { None };
    Some(Cancellation {
        at: fact.stamp.happened_at,
        by,
        no_show: fact.kind == FactKind::NoShow,
        facts: facts.iter().map(|(hash, _)| *hash).collect(),
    })
}

/// Two places of one booking, two bookings for one dose, people who came to the place that a booking had, and second doses
/// that wait in vain.
pub(super) fn contradictions(by_visit: &BTreeMap<VisitKey, Vec<Hashed<'_>>>, standing: &Standing<'_>) -> Vec<Found> {
    let given = standing.values().filter(|fact| fact.kind == FactKind::Vaccinated);
    let given: BTreeSet<u8> = given.filter_map(|fact| fact.dose).collect();
    let mut found = rival_bookings(by_visit);
    for (key, facts) in by_visit {
        let VisitKey::Booking(number) = key else { continue };
        let places: Vec<(FactHash, &Fact, &Booked)> =
            facts.iter().filter_map(|(hash, fact)| Some((*hash, *fact, fact.body.placement()?))).collect();
        found.extend(rival_placements(&places));
        found.extend(moved_but_came(number, &places, facts, by_visit));
        found.extend(paired_dose_waits(&places, facts, by_visit, &given));
    }
    found
}

/// Two bookings for one dose, neither of which was past when the other was made.
fn rival_bookings(by_visit: &BTreeMap<VisitKey, Vec<Hashed<'_>>>) -> Vec<Found> {
    let mut by_dose: BTreeMap<u8, Vec<(Day, Day, FactHash)>> = BTreeMap::new();
    for (key, facts) in by_visit {
        let is_open = !facts.iter().any(|(_, fact)| is_presence(fact.kind) || is_end(fact.kind));
        let VisitKey::Booking(_) = key else { continue };
        let placed = facts.iter().filter_map(|(hash, fact)| Some((*hash, *fact, fact.body.placement()?)));
        if let Some((hash, fact, booked)) = placed.max_by_key(|(hash, fact, _)| (fact.stamp.recorded_at, *hash))
            && let Some(dose) = fact.dose.filter(|_| is_open)
        {
            by_dose.entry(dose).or_default().push((booked.day, Day(fact.stamp.recorded_at.day()), hash));
        }
    }
    let mut found = Vec::new();
    for bookings in by_dose.values_mut() {
        bookings.sort();
        for pair in bookings.windows(2) {
            let [(day, made, one), (later, made_later, other)] = pair else { continue };
            if made_later <= day && made <= later {
                found.push((ReviewKind::RivalBookings, BTreeSet::from([*one, *other])));
            }
        }
    }
    found
}

/// Where a booking is, without what may differ harmlessly.
fn seat(booked: &Booked) -> (&str, &str, Day, u16) {
    (booked.slot.as_str(), booked.venue.as_str(), booked.day, booked.start_minute)
}

fn rival_placements(places: &[(FactHash, &Fact, &Booked)]) -> Option<Found> {
    let seats: BTreeSet<_> = places.iter().map(|(_, _, booked)| seat(booked)).collect();
    (seats.len() > 1).then(|| (ReviewKind::RivalPlacements, places.iter().map(|(hash, ..)| *hash).collect()))
}

/// Whoever came under this booking at another venue or on another day than where it was moved to, and whoever moved it had
/// not seen that.
fn moved_but_came(
    number: &BookingNumber,
    places: &[(FactHash, &Fact, &Booked)],
    facts: &[Hashed<'_>],
    by_visit: &BTreeMap<VisitKey, Vec<Hashed<'_>>>,
) -> Option<Found> {
    let moves: Vec<(FactHash, &Moved)> =
        places.iter().filter_map(|(hash, fact, _)| Some((*hash, moved(fact)?))).collect();
    if moves.is_empty() {
        return None;
    }
    let is_there = |fact: &Fact| {
        let at = (&fact.stamp.venue, Day(fact.stamp.happened_at.day()));
        places.iter().any(|(_, _, booked)| (&booked.venue, booked.day) == at)
    };
    let was_seen = |hash: &FactHash| moves.iter().any(|(_, moved)| moved.seen.contains(hash));
    let at_former = by_visit.iter().filter(|(key, _)| matches!(key, VisitKey::Former(of, ..) if of == number));
    let elsewhere: BTreeSet<FactHash> = facts
        .iter()
        .chain(at_former.flat_map(|(_, facts)| facts))
        .filter(|(_, fact)| is_presence(fact.kind) && fact.stamp.source != Source::Import && !is_there(fact))
        .map(|(hash, _)| *hash)
        .filter(|hash| !was_seen(hash))
        .collect();
    let moves: BTreeSet<FactHash> = moves.iter().map(|(hash, _)| *hash).collect();
    (!elsewhere.is_empty()).then(|| (ReviewKind::MovedButCame, &moves | &elsewhere))
}

fn moved(fact: &Fact) -> Option<&Moved> {
    if let Body::Moved(body) = &fact.body { Some(body) } else { None }
}

/// The first dose of a セット予約 will not be given in its visit, and the second's booking still stands and waits.
fn paired_dose_waits(
    places: &[(FactHash, &Fact, &Booked)],
    facts: &[Hashed<'_>],
    by_visit: &BTreeMap<VisitKey, Vec<Hashed<'_>>>,
    given: &BTreeSet<u8>,
) -> Option<Found> {
    let (_, first, booked) = places.first()?;
    let dose = first.dose?;
    let second = by_visit.get(&VisitKey::Booking(booked.pair.clone()?))?;
    let waits = second.iter().filter(|(_, fact)| fact.body.placement().is_some());
    let waiting: BTreeSet<FactHash> =
        waits.filter(|(_, fact)| fact.dose.is_some_and(|other| other > dose)).map(|(hash, _)| *hash).collect();
    let is_over = |(_, fact): &Hashed<'_>| is_presence(fact.kind) || is_end(fact.kind);
    let ended = facts.iter().filter(|(_, fact)| is_without_dose(fact.kind));
    let ended: BTreeSet<FactHash> = ended.map(|(hash, _)| *hash).collect();
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
