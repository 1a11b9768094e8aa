//! Visits, from the facts that stand.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::effective::Known;
use super::state::{CheckInState, LeftState, OutcomeState, VisitKey, VisitState};
use crate::facts::{Fact, FactKind, Source};
use crate::ids::{BookingNumber, FactHash, VenueNumber};
use crate::time::Day;
use crate::verdict::{OutcomeKind, Place as Stood};

/// Facts that stand, by hash.
pub(super) type Standing<'a> = BTreeMap<FactHash, Cow<'a, Fact>>;

/// Which visit a fact belongs to: what the bookings say of places, now and before they were moved.
#[derive(Default)]
pub(super) struct Places {
    /// The bookings of venues and days: a person who was taken in without a booking, for it was not known there yet, and
    /// who has one of that venue and day made one visit and not two.
    booked: BTreeMap<Place, Option<BookingNumber>>,
    /// Places that bookings had before they were moved, and have no more.
    former: BTreeMap<BookingNumber, BTreeSet<Place>>,
}

type Place = (VenueNumber, Day);

impl Places {
    pub(super) fn of(standing: &Standing<'_>, known: &Known<'_>) -> Self {
        let mut places = Self::default();
        for fact in standing.values() {
            let Some((number, place)) = placed(fact) else { continue };
            let here = places.booked.entry(place).or_insert_with(|| Some(number.clone()));
            // Two bookings of one day: nobody can say which of them the visit was.
            here.take_if(|other| other != number);
        }
        let changes = standing.values().filter(|fact| fact.kind == FactKind::Moved);
        let moved: BTreeSet<&BookingNumber> = changes.filter_map(|fact| fact.booking.as_ref()).collect();
        if !moved.is_empty() {
            let of_moved = |fact: &Fact| placed(fact).map(own).filter(|(number, _)| moved.contains(number));
            let now: BTreeSet<_> = standing.values().filter_map(|fact| of_moved(fact)).collect();
            let ever: BTreeSet<_> = known.values().filter_map(|fact| of_moved(fact)).collect();
            for (number, place) in ever.difference(&now) {
                places.former.entry(number.clone()).or_default().insert(place.clone());
            }
        }
        places
    }

    /// The visit that a fact belongs to. Imported history without a booking belongs to none.
    pub(super) fn visit_key(&self, fact: &Fact) -> Option<VisitKey> {
        match (&fact.booking, fact.stamp.source) {
            (Some(booking), source) => {
                let former = self.former.get(booking).filter(|_| source != Source::Import && is_of_visit(fact.kind));
                let place = former.map(|former| (former, stood(fact)));
                Some(match place {
                    Some((former, place)) if former.contains(&place) => {
                        VisitKey::Former(booking.clone(), place.0, place.1)
                    }
                    Some(_) | None => VisitKey::Booking(booking.clone()),
                })
            }
            (None, Source::Import) => None,
            (None, Source::Screen | Source::Paper) => {
                let place = stood(fact);
                let booking = self.booked.get(&place).cloned().flatten();
                Some(booking.map_or_else(|| VisitKey::WalkIn(place.0, place.1), VisitKey::Booking))
            }
        }
    }
}

/// Where and when it happened.
fn stood(fact: &Fact) -> Place {
    (fact.stamp.venue.clone(), Day(fact.stamp.happened_at.day()))
}

fn own((number, place): (&BookingNumber, Place)) -> (BookingNumber, Place) {
    (number.clone(), place)
}

/// The place that a fact gives a booking.
fn placed(fact: &Fact) -> Option<(&BookingNumber, Place)> {
    let (booked, number) = fact.body.placement().zip(fact.booking.as_ref())?;
    Some((number, (booked.venue.clone(), booked.day)))
}

/// Visits by key.
pub(super) fn visits(standing: &Standing<'_>, places: &Places, unsettled: &BTreeSet<FactHash>) -> Vec<VisitState> {
    let mut visits: BTreeMap<VisitKey, VisitState> = BTreeMap::new();
    for (hash, fact) in standing {
        if !is_of_visit(fact.kind) {
            continue;
        }
        let Some(key) = places.visit_key(fact) else { continue };
        let visit = visits.entry(key.clone()).or_insert_with(|| empty_visit(key));
        visit.facts.push(*hash);
        add_to_visit(visit, *hash, fact);
    }
    for outcome in visits.values_mut().filter_map(|visit| visit.outcome.as_mut()) {
        // Somebody may have decided that both hold.
        outcome.unsettled &= unsettled.contains(&outcome.fact);
    }
    visits.into_values().collect()
}

fn empty_visit(key: VisitKey) -> VisitState {
    VisitState { key, check_in: None, outcome: None, left: None, reopened: false, facts: Vec::new() }
}

/// Whether it happened to the person at the venue; the rest happened to a booking or a paper.
fn is_of_visit(kind: FactKind) -> bool {
    matches!(
        kind,
        FactKind::CheckedIn
            | FactKind::Vaccinated
            | FactKind::PrescreenOnly
            | FactKind::LeftBefore
            | FactKind::VisitReopened
    )
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the caller lets in facts of visits only")]
fn add_to_visit(visit: &mut VisitState, hash: FactHash, fact: &Fact) {
    let at = fact.stamp.happened_at;
    let place = || Stood { venue: fact.stamp.venue.clone(), station: fact.stamp.station.clone() };
    match fact.kind {
        FactKind::CheckedIn if visit.check_in.as_ref().is_none_or(|first| (at, hash) < (first.at, first.fact)) => {
            visit.check_in =
                Some(CheckInState { fact: hash, at, place: place(), overridden: fact.body.overridden().to_vec() });
        }
        FactKind::Vaccinated | FactKind::PrescreenOnly => {
            let kind = outcome_kind(fact.kind);
            let candidate = OutcomeState { fact: hash, kind, at, place: place(), unsettled: false };
            visit.outcome = Some(match visit.outcome.take() {
                None => candidate,
                Some(other) => stronger(other, candidate),
            });
        }
        FactKind::LeftBefore if visit.left.as_ref().is_none_or(|first| (at, hash) < (first.at, first.fact)) => {
            visit.left = Some(LeftState { fact: hash, at });
        }
        FactKind::VisitReopened => visit.reopened = true,
        _ => {}
    }
}

fn outcome_kind(kind: FactKind) -> OutcomeKind {
    if kind == FactKind::Vaccinated { OutcomeKind::Vaccinated } else { OutcomeKind::PrescreenOnly }
}

/// 接種済み stands beside 予診のみ, for safety; of two equals the earlier one.
fn stronger(a: OutcomeState, b: OutcomeState) -> OutcomeState {
    let unsettled = a.kind != b.kind || a.unsettled || b.unsettled;
    let first = if (a.kind, a.at, a.fact) <= (b.kind, b.at, b.fact) { a } else { b };
    OutcomeState { unsettled, ..first }
}
