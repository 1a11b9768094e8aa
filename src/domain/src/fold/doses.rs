//! Doses: which count, and what they say against each other.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use super::contradictions::{Found, Standing, knew_of};
use super::row::Row;
use super::state::GivenDose;
use crate::facts::{Body, Fact, FactKind, Outcome};
use crate::ids::FactHash;
use crate::reference::Settings;
use crate::review::ReviewKind;
use crate::verdict::Reason;

/// Doses that count, by day. 予診のみ is never among them.
pub(super) fn doses(standing: &Row<'_>, unsettled: &BTreeSet<FactHash>) -> Vec<GivenDose> {
    let mut doses: Vec<GivenDose> = given(standing)
        .map(|(hash, fact, body)| GivenDose {
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
        .collect();
    doses.sort_by_key(|dose| (dose.day, dose.dose, dose.fact));
    doses
}

fn given<'s>(standing: &Row<'s>) -> impl Iterator<Item = (FactHash, &'s Fact, &'s Outcome)> {
    standing.iter().filter_map(|(hash, fact)| {
        let Body::Outcome(body) = &fact.body else { return None };
        (fact.kind == FactKind::Vaccinated).then_some((hash, fact, body))
    })
}

/// Two doses of one number, two doses closer than the interval allows, and doses in the wrong order. Doses of the person's
/// other numbers are compared with these; among themselves they are the other records' business.
pub(super) fn contradictions(
    standing: &Standing<'_>,
    months_of_kin: &BTreeMap<FactHash, u8>,
    settings: Option<&Settings>,
) -> Vec<Found> {
    let all = given(&standing.facts).chain(given(&standing.kin));
    let mut given: Vec<_> =
        all.map(|(hash, fact, body)| (body.day, fact.dose.unwrap_or(1), hash, fact, body)).collect();
    given.sort_by_key(|(day, dose, hash, ..)| (*day, *dose, *hash));
    let mut by_number: BTreeMap<u8, BTreeSet<FactHash>> = BTreeMap::new();
    for (_, dose, hash, ..) in &given {
        by_number.entry(*dose).or_default().insert(*hash);
    }
    let doubles = by_number.into_values().filter(|facts| facts.len() > 1);
    let mut found: Vec<Found> = doubles.map(|facts| (ReviewKind::DoubleVaccination, facts)).collect();
    let months = LazyCell::new(|| months_by_dose(standing));
    for pair in given.windows(2) {
        let [(last_day, last_dose, last, _, last_body), (day, dose, hash, fact, body)] = pair else { continue };
        if dose < last_dose {
            found.push((ReviewKind::DoseOrder, BTreeSet::from([*last, *hash])));
        }
        let by_slot = |all: &Settings| {
            let months = months.get(hash).or_else(|| months_of_kin.get(hash)).filter(|_| *dose >= 3);
            months.is_some_and(|months| *day >= all.months_later(*last_day, *months))
        };
        let usual = settings.and_then(|all| {
            let (before, now) = (last_body.product.as_ref(), body.product.as_ref());
            let earliest = all.earliest_after((*dose).max(2), *last_day, before, now)?;
            Some((all, earliest))
        });
        let too_close = match usual {
            None => last_day == day,
            Some((all, earliest)) => {
                // Whoever went on in spite of the interval knew of the dose that the screen named, and of no other.
                let shown = Reason::IntervalTooShort { last: *last_day, earliest };
                *day < earliest && !knew_of(fact, &shown) && !by_slot(all)
            }
        };
        if too_close {
            found.push((ReviewKind::DoubleVaccination, BTreeSet::from([*last, *hash])));
        }
    }
    if !standing.kin.is_empty() {
        found.retain(|(_, facts)| facts.iter().any(|hash| standing.facts.contains(hash)));
    }
    found
}

/// 接種間隔 of the slots in which doses were given, months: whoever came by the slot's came by the rules, though the settings
/// ask for more. Of two places that nobody has decided about the longer one.
pub(super) fn months_by_dose(standing: &Standing<'_>) -> BTreeMap<FactHash, u8> {
    let mut months = BTreeMap::new();
    for (_, facts) in standing.visits.iter() {
        let of_slots = facts.iter().filter_map(|one| one.fact.body.placement()?.conditions?.months);
        if let Some(longest) = of_slots.max() {
            let doses = facts.iter().filter(|one| one.fact.kind == FactKind::Vaccinated);
            months.extend(doses.map(|one| (one.hash, longest)));
        }
    }
    months
}
