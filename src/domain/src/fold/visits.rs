//! Visits, from the facts that stand.

use std::collections::{BTreeMap, BTreeSet};

use super::contradictions::Hashed;
use super::row::Row;
use super::state::{CheckInState, LeftState, OutcomeState, VisitKey, VisitState};
use crate::facts::{Fact, FactKind, Source};
use crate::ids::{BookingNumber, FactHash, VenueNumber};
use crate::time::Day;
use crate::verdict::{OutcomeKind, Place as Stood};

/// What makes facts belong to one visit, borrowed from them: see [`VisitKey`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key<'s> {
    Booking(&'s BookingNumber),
    WalkIn(&'s VenueNumber, Day),
    Former(&'s BookingNumber, &'s VenueNumber, Day),
}

type Place<'s> = (&'s VenueNumber, Day);

/// Which visit a fact belongs to: what the bookings say of places, now and before they were moved.
pub(super) struct Places<'s> {
    /// The bookings of venues and days: a person who was taken in without a booking, for it was not known there yet, and
    /// who has one of that venue and day made one visit and not two.
    booked: BTreeMap<Place<'s>, Option<&'s BookingNumber>>,
    /// Places that bookings had before they were moved, and have no more.
    former: BTreeSet<(&'s BookingNumber, Place<'s>)>,
}

impl<'s> Places<'s> {
    pub(super) fn of(standing: &Row<'s>, known: &Row<'s>) -> Self {
        let mut booked: BTreeMap<Place<'s>, Option<&'s BookingNumber>> = BTreeMap::new();
        for (number, place) in standing.facts().filter_map(placed) {
            let here = booked.entry(place).or_insert(Some(number));
            // Two bookings of one day: nobody can say which of them the visit was.
            here.take_if(|other| *other != number);
        }
        let changes = standing.facts().filter(|fact| fact.kind == FactKind::Moved);
        let moved: BTreeSet<&BookingNumber> = changes.filter_map(|fact| fact.booking.as_ref()).collect();
        let mut former = BTreeSet::new();
        if !moved.is_empty() {
            former.extend(known.facts().filter_map(placed).filter(|(number, _)| moved.contains(number)));
            for now in standing.facts().filter_map(placed) {
                former.remove(&now);
            }
        }
        Self { booked, former }
    }

    /// The visit that a fact belongs to. Imported history without a booking belongs to none.
    pub(super) fn visit_key(&self, fact: &'s Fact) -> Option<Key<'s>> {
        let place = || (&fact.stamp.venue, Day(fact.stamp.happened_at.day()));
        match (&fact.booking, fact.stamp.source) {
            (Some(booking), source) => {
                let may_be_former = !self.former.is_empty() && source != Source::Import && is_of_visit(fact.kind);
                let former = may_be_former.then(place).filter(|place| self.former.contains(&(booking, *place)));
                Some(former.map_or(Key::Booking(booking), |(venue, day)| Key::Former(booking, venue, day)))
            }
            (None, Source::Import) => None,
            (None, Source::Screen | Source::Paper) => {
                let (venue, day) = place();
                let booking = self.booked.get(&(venue, day)).copied().flatten();
                Some(booking.map_or(Key::WalkIn(venue, day), Key::Booking))
            }
        }
    }
}

/// The place that a fact gives a booking.
fn placed(fact: &Fact) -> Option<(&BookingNumber, Place<'_>)> {
    let (booked, number) = fact.body.placement().zip(fact.booking.as_ref())?;
    Some((number, (&booked.venue, booked.day)))
}

/// A fact and the visit that it belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct OfVisit<'s> {
    key: Key<'s>,
    pub(super) hash: FactHash,
    pub(super) fact: &'s Fact,
}

/// Facts by visit; within a visit in the order of their hashes.
pub(super) struct Visits<'s>(Vec<OfVisit<'s>>);

impl<'s> Visits<'s> {
    pub(super) fn of(standing: &Row<'s>, places: &Places<'s>) -> Self {
        let of_visit = |(hash, fact): Hashed<'s>| Some(OfVisit { key: places.visit_key(fact)?, hash, fact });
        let mut facts: Vec<OfVisit<'s>> = standing.iter().filter_map(of_visit).collect();
        facts.sort_by_key(|one| one.key);
        Self(facts)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Key<'s>, &[OfVisit<'s>])> {
        let by_key = self.0.chunk_by(|a, b| a.key == b.key);
        by_key.filter_map(|facts| Some((facts.first()?.key, facts)))
    }

    /// The facts of one visit; none when there are none.
    pub(super) fn get(&self, key: Key<'_>) -> &[OfVisit<'s>] {
        let from = self.0.partition_point(|one| one.key < key);
        let until = self.0.partition_point(|one| one.key <= key);
        self.0.get(from..until).unwrap_or_default()
    }

    /// The facts of a booking's visits at places that it had before.
    pub(super) fn former(&self, number: &BookingNumber) -> &[OfVisit<'s>] {
        let of = |one: &OfVisit<'s>| if let Key::Former(of, ..) = one.key { Some(of) } else { None };
        // `Former` is the last of the keys, and its booking comes first.
        let from = self.0.partition_point(|one| of(one).is_none_or(|of| of < number));
        let until = self.0.partition_point(|one| of(one).is_none_or(|of| of <= number));
        self.0.get(from..until).unwrap_or_default()
    }
}

impl Visits<'_> {
    /// What became of each visit, by key.
    pub(super) fn states(&self, unsettled: &BTreeSet<FactHash>) -> Vec<VisitState> {
        let mut visits: Vec<VisitState> = Vec::new();
        for (key, facts) in self.iter() {
            let mut facts = facts.iter().filter(|one| is_of_visit(one.fact.kind)).peekable();
            if facts.peek().is_none() {
                continue;
            }
            let mut visit = empty_visit(key.into());
            for one in facts {
                visit.facts.push(one.hash);
                add_to_visit(&mut visit, one.hash, one.fact);
            }
            if let Some(outcome) = &mut visit.outcome {
                // Somebody may have decided that both hold.
                outcome.unsettled &= unsettled.contains(&outcome.fact);
            }
            visits.push(visit);
        }
        visits
    }
}

impl From<Key<'_>> for VisitKey {
    fn from(key: Key<'_>) -> Self {
        match key {
            Key::Booking(number) => Self::Booking(number.clone()),
            Key::WalkIn(venue, day) => Self::WalkIn(venue.clone(), day),
            Key::Former(number, venue, day) => Self::Former(number.clone(), venue.clone(), day),
        }
    }
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
