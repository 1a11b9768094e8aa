//! Bookings, visits and doses, from the facts that stand.

use std::collections::{BTreeMap, BTreeSet};

use super::state::{BookingState, CheckInState, GivenDose, OutcomeState, VisitKey, VisitState};
use crate::facts::{Body, Fact, FactKind, Source};
use crate::ids::{BookingNumber, FactHash, VenueNumber};
use crate::time::{Day, Moment};
use crate::verdict::{OutcomeKind, Place};

/// Facts that stand, by hash.
pub(super) type Standing = BTreeMap<FactHash, Fact>;

/// The bookings of venues and days: a person who was taken in without a booking, for it was not known there yet, and
/// who has one of that venue and day made one visit and not two.
#[derive(Default)]
pub(super) struct Places(BTreeMap<(VenueNumber, Day), Option<BookingNumber>>);

impl Places {
    pub(super) fn of(standing: &Standing) -> Self {
        let mut places: BTreeMap<(VenueNumber, Day), Option<BookingNumber>> = BTreeMap::new();
        for fact in standing.values() {
            let (Body::Booked(booked), Some(number)) = (&fact.body, &fact.booking) else { continue };
            let here = places.entry((booked.venue.clone(), booked.day)).or_insert_with(|| Some(number.clone()));
            // Two bookings of one day: nobody can say which of them the visit was.
            here.take_if(|other| other != number);
        }
        Self(places)
    }

    /// The visit that a fact belongs to. Imported history without a booking belongs to none.
    pub(super) fn visit_key(&self, fact: &Fact) -> Option<VisitKey> {
        match (&fact.booking, fact.stamp.source) {
            (Some(booking), _) => Some(VisitKey::Booking(booking.clone())),
            (None, Source::Import) => None,
            (None, Source::Screen | Source::Paper) => {
                let place = (fact.stamp.venue.clone(), Day(fact.stamp.happened_at.day()));
                let booking = self.0.get(&place).cloned().flatten();
                Some(booking.map_or_else(|| VisitKey::WalkIn(place.0, place.1), VisitKey::Booking))
            }
        }
    }
}

/// Bookings by day, start and number.
pub(super) fn bookings(standing: &Standing) -> Vec<BookingState> {
    let mut latest: BTreeMap<&BookingNumber, ((Moment, FactHash), BookingState)> = BTreeMap::new();
    for (hash, fact) in standing {
        let (Body::Booked(booked), Some(number)) = (&fact.body, &fact.booking) else { continue };
        let rank = (fact.stamp.recorded_at, *hash);
        let state = BookingState {
            number: number.clone(),
            dose: fact.dose,
            booked: booked.clone(),
            cancelled: cancellation(standing, number),
        };
        match latest.get(number) {
            Some((other, _)) if *other >= rank => {}
            _ => {
                latest.insert(number, (rank, state));
            }
        }
    }
    let mut bookings: Vec<_> = latest.into_values().map(|(_, state)| state).collect();
    bookings.sort_by(|a, b| {
        (a.booked.day, a.booked.start_minute, &a.number).cmp(&(b.booked.day, b.booked.start_minute, &b.number))
    });
    bookings
}

fn cancellation(standing: &Standing, number: &BookingNumber) -> Option<(Moment, Option<String>)> {
    let of_booking = standing.values().filter(|fact| fact.booking.as_ref() == Some(number));
    let cancellations = of_booking.filter_map(|fact| match &fact.body {
        Body::Cancelled(body) => Some((fact.stamp.happened_at, body.by.clone())),
        Body::Booked(_)
        | Body::CheckedIn(_)
        | Body::Outcome(_)
        | Body::Reopened(_)
        | Body::Corrected(_)
        | Body::Resolved(_)
        | Body::Opaque(_) => None,
    });
    cancellations.min()
}

/// Visits by key.
pub(super) fn visits(standing: &Standing, places: &Places, unsettled: &BTreeSet<FactHash>) -> Vec<VisitState> {
    let mut visits: BTreeMap<VisitKey, VisitState> = BTreeMap::new();
    for (hash, fact) in standing {
        if matches!(fact.kind, FactKind::Booked | FactKind::Cancelled) {
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
    VisitState { key, check_in: None, outcome: None, reopened: false, facts: Vec::new() }
}

fn add_to_visit(visit: &mut VisitState, hash: FactHash, fact: &Fact) {
    let at = fact.stamp.happened_at;
    let place = || Place { venue: fact.stamp.venue.clone(), station: fact.stamp.station.clone() };
    match fact.kind {
        FactKind::CheckedIn if visit.check_in.as_ref().is_none_or(|first| (at, hash) < (first.at, first.fact)) => {
            visit.check_in = Some(CheckInState { fact: hash, at, place: place() });
        }
        FactKind::Vaccinated | FactKind::PrescreenOnly => {
            let kind = outcome_kind(fact.kind);
            let candidate = OutcomeState { fact: hash, kind, at, place: place(), unsettled: false };
            visit.outcome = Some(match visit.outcome.take() {
                None => candidate,
                Some(other) => stronger(other, candidate),
            });
        }
        FactKind::VisitReopened => visit.reopened = true,
        FactKind::Booked
        | FactKind::Moved
        | FactKind::Cancelled
        | FactKind::Reinstated
        | FactKind::CheckedIn
        | FactKind::LeftBefore
        | FactKind::NoShow
        | FactKind::Corrected
        | FactKind::Misfiled
        | FactKind::Filed
        | FactKind::Resolved
        | FactKind::Overridden
        | FactKind::CertificateIssued
        | FactKind::VoucherReplaced
        | FactKind::Observation
        | FactKind::AdverseReaction
        | FactKind::VialOpened
        | FactKind::VialDiscarded
        | FactKind::Unknown(_) => {}
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

/// Doses that count, by day.
pub(super) fn doses(standing: &Standing, unsettled: &BTreeSet<FactHash>) -> Vec<GivenDose> {
    let given = standing.iter().filter(|(_, fact)| fact.kind == FactKind::Vaccinated);
    let mut doses: Vec<GivenDose> = given.filter_map(|(hash, fact)| dose(*hash, fact, unsettled)).collect();
    doses.sort_by_key(|dose| (dose.day, dose.dose, dose.fact));
    doses
}

fn dose(hash: FactHash, fact: &Fact, unsettled: &BTreeSet<FactHash>) -> Option<GivenDose> {
    let Body::Outcome(body) = &fact.body else { return None };
    Some(GivenDose {
        fact: hash,
        dose: fact.dose.unwrap_or(1),
        day: body.day,
        product: body.product.clone(),
        lot: body.lot.clone(),
        doctor: body.doctor.clone(),
        venue: fact.stamp.venue.clone(),
        place: body.place.clone(),
        recorded_at: fact.stamp.recorded_at,
        source: fact.stamp.source,
        booking: fact.booking.clone(),
        unsettled: unsettled.contains(&hash),
    })
}
