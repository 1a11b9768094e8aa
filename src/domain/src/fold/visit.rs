//! What the facts of one visit say against each other.

use std::collections::BTreeSet;

use super::contradictions::{Found, is_presence};
use super::visits::OfVisit;
use crate::facts::FactKind;
use crate::ids::FactHash;
use crate::review::ReviewKind;

/// The contradictions within one visit.
pub(super) fn contradictions(facts: &[OfVisit<'_>]) -> Vec<Found> {
    let count = |kind| facts.iter().filter(|one| one.fact.kind == kind).count();
    let all = |kinds: &[FactKind]| -> BTreeSet<FactHash> {
        facts.iter().filter(|one| kinds.contains(&one.fact.kind)).map(|one| one.hash).collect()
    };
    let (vaccinated, prescreened) = (count(FactKind::Vaccinated), count(FactKind::PrescreenOnly));
    let mut found = Vec::new();
    if count(FactKind::CheckedIn) > 1 {
        found.push((ReviewKind::DoubleCheckIn, all(&[FactKind::CheckedIn])));
    }
    if vaccinated > 0 && prescreened > 0 {
        found.push((ReviewKind::OutcomeConflict, all(&[FactKind::Vaccinated, FactKind::PrescreenOnly])));
    }
    if count(FactKind::LeftBefore) > 0 && vaccinated + prescreened > 0 {
        let left_and_treated = [FactKind::LeftBefore, FactKind::Vaccinated, FactKind::PrescreenOnly];
        found.push((ReviewKind::LeftButTreated, all(&left_and_treated)));
    }
    // Who takes a cancellation back names it; then it stands no more and this is no contradiction.
    let absent = [(FactKind::Cancelled, ReviewKind::CancelledButCame), (FactKind::NoShow, ReviewKind::NoShowButCame)];
    for (kind, review) in absent {
        if count(kind) > 0 && facts.iter().any(|one| is_presence(one.fact.kind)) {
            let came = facts.iter().filter(|one| is_presence(one.fact.kind)).map(|one| one.hash);
            found.push((review, came.chain(all(&[kind])).collect()));
        }
    }
    found
}
