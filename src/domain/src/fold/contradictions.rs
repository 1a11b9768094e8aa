//! Facts that cannot both be the whole truth. Found first, then measured against what people have decided.

use std::collections::{BTreeMap, BTreeSet};

use super::effective::Effective;
use super::state::VisitKey;
use super::visits::Standing;
use crate::facts::{Body, Fact, FactKind};
use crate::ids::{FactHash, ProductId};
use crate::reference::Settings;
use crate::review::{Review, ReviewKind};
use crate::time::Day;

/// A contradiction: its kind and exactly the facts that make it.
pub(super) type Found = (ReviewKind, BTreeSet<FactHash>);

/// All contradictions among the facts that stand. One that is part of a greater one of its kind is not named apart: so a
/// new fact reopens what was decided without it.
pub(super) fn find(standing: &Standing, effective: &Effective, settings: Option<&Settings>) -> BTreeSet<Found> {
    let mut visits: BTreeMap<VisitKey, Vec<(FactHash, &Fact)>> = BTreeMap::new();
    for (hash, fact) in standing {
        if let Some(key) = effective.places.visit_key(fact) {
            visits.entry(key).or_default().push((*hash, fact));
        }
    }
    let mut found = effective.found.clone();
    found.extend(visits.values().flat_map(|facts| in_visit(facts)));
    found.extend(among_doses(standing, settings));
    let is_part = |(kind, facts): &Found| {
        found.iter().any(|(other, all)| other == kind && facts.len() < all.len() && facts.is_subset(all))
    };
    found.iter().filter(|one| !is_part(one)).cloned().collect()
}

fn in_visit(facts: &[(FactHash, &Fact)]) -> Vec<Found> {
    let of = |kind| -> BTreeSet<FactHash> {
        facts.iter().filter(|(_, fact)| fact.kind == kind).map(|(hash, _)| *hash).collect()
    };
    let (check_ins, vaccinated) = (of(FactKind::CheckedIn), of(FactKind::Vaccinated));
    let (prescreened, cancelled) = (of(FactKind::PrescreenOnly), of(FactKind::Cancelled));
    let mut found = Vec::new();
    if check_ins.len() > 1 {
        found.push((ReviewKind::DoubleCheckIn, check_ins.clone()));
    }
    if !vaccinated.is_empty() && !prescreened.is_empty() {
        found.push((ReviewKind::OutcomeConflict, &vaccinated | &prescreened));
    }
    let came: BTreeSet<FactHash> = check_ins.into_iter().chain(vaccinated).chain(prescreened).collect();
    let knowingly = facts.iter().any(|(_, fact)| overridden(fact).any(|code| code == "cancelled"));
    if !cancelled.is_empty() && !came.is_empty() && !knowingly {
        found.push((ReviewKind::CancelledButCame, &cancelled | &came));
    }
    found
}

/// Codes of the reasons that were overridden knowingly.
fn overridden(fact: &Fact) -> impl Iterator<Item = &str> {
    let codes = match &fact.body {
        Body::CheckedIn(body) => body.overridden.as_slice(),
        Body::Outcome(body) => body.overridden.as_slice(),
        Body::Booked(_)
        | Body::Cancelled(_)
        | Body::Reopened(_)
        | Body::Corrected(_)
        | Body::Resolved(_)
        | Body::Opaque(_) => &[],
    };
    codes.iter().map(String::as_str)
}

/// Two doses of one number, or two doses closer than the interval allows.
fn among_doses(standing: &Standing, settings: Option<&Settings>) -> Vec<Found> {
    let mut given: Vec<(Day, u8, FactHash, &Fact, Option<&ProductId>)> = standing
        .iter()
        .filter(|(_, fact)| fact.kind == FactKind::Vaccinated)
        .filter_map(|(hash, fact)| match &fact.body {
            Body::Outcome(body) => Some((body.day, fact.dose.unwrap_or(1), *hash, fact, body.product.as_ref())),
            Body::Booked(_)
            | Body::Cancelled(_)
            | Body::CheckedIn(_)
            | Body::Reopened(_)
            | Body::Corrected(_)
            | Body::Resolved(_)
            | Body::Opaque(_) => None,
        })
        .collect();
    given.sort_by_key(|(day, dose, hash, ..)| (*day, *dose, *hash));
    let mut by_number: BTreeMap<u8, BTreeSet<FactHash>> = BTreeMap::new();
    for (_, dose, hash, ..) in &given {
        by_number.entry(*dose).or_default().insert(*hash);
    }
    let doubles = by_number.into_values().filter(|facts| facts.len() > 1);
    let mut found: Vec<Found> = doubles.map(|facts| (ReviewKind::DoubleVaccination, facts)).collect();
    for pair in given.windows(2) {
        let [(last_day, _, last, _, product), (day, dose, hash, fact, _)] = pair else { continue };
        let knowingly = overridden(fact).any(|code| code == "interval-too-short");
        let earliest = settings.and_then(|settings| settings.earliest_after((*dose).max(2), *last_day, *product));
        let too_close = earliest.map_or(last_day == day, |earliest| *day < earliest);
        if too_close && !knowingly {
            found.push((ReviewKind::DoubleVaccination, BTreeSet::from([*last, *hash])));
        }
    }
    found
}

/// Contradictions, measured against what people decided.
#[derive(Default)]
pub(super) struct Settled {
    /// The open reviews.
    pub(super) open: Vec<Review>,
    /// The facts that decisions dropped.
    pub(super) dropped: BTreeSet<FactHash>,
    /// The facts about which nobody has decided, where it concerns what a body received.
    pub(super) unsettled: BTreeSet<FactHash>,
}

/// Measures contradictions against decisions.
pub(super) fn settle(found: BTreeSet<Found>, effective: &Effective) -> Settled {
    let mut settled = Settled::default();
    for (kind, facts) in found {
        let mut decisions = decisions_about(&facts, effective);
        let mut kinds = Vec::new();
        if decisions.len() > 1 {
            // Two decisions that differ decide nothing: what is urgent stays urgent.
            kinds.push(ReviewKind::RivalResolutions);
            kinds.extend(Some(kind).filter(|kind| kind.is_urgent()));
        } else if let Some(kept) = decisions.pop_first() {
            settled.dropped.extend(facts.difference(&kept));
            continue;
        } else {
            kinds.push(kind);
        }
        if kind.is_urgent() || kind == ReviewKind::RivalCorrections {
            settled.unsettled.extend(facts.iter().copied());
        }
        let sides = || facts.iter().filter_map(|hash| effective.side(kind, *hash)).collect();
        settled.open.extend(kinds.into_iter().map(|kind| Review { kind, sides: sides(), field: None }));
    }
    settled
}

/// What people decided to keep of exactly this set. Two equal decisions are one.
fn decisions_about(facts: &BTreeSet<FactHash>, effective: &Effective) -> BTreeSet<BTreeSet<FactHash>> {
    let decisions = effective.resolutions.iter().filter_map(|fact| match &fact.body {
        Body::Resolved(body) => Some(body),
        Body::Booked(_)
        | Body::Cancelled(_)
        | Body::CheckedIn(_)
        | Body::Outcome(_)
        | Body::Reopened(_)
        | Body::Corrected(_)
        | Body::Opaque(_) => None,
    });
    decisions
        .filter(|body| body.settles.iter().copied().collect::<BTreeSet<_>>() == *facts)
        .map(|body| body.keeps.iter().copied().filter(|hash| facts.contains(hash)).collect())
        .collect()
}
