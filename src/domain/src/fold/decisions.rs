//! Contradictions, measured against what people decided.

use std::collections::{BTreeMap, BTreeSet};

use super::contradictions::Found;
use super::effective::Effective;
use crate::facts::{Body, Fact};
use crate::ids::FactHash;
use crate::review::{Review, ReviewKind};

/// What decisions leave.
#[derive(Default)]
pub(super) struct Settled {
    /// The open reviews.
    pub(super) open: Vec<Review>,
    /// The facts that decisions dropped.
    pub(super) dropped: BTreeSet<FactHash>,
    /// The facts about which nobody has decided, where it concerns what a body received.
    pub(super) unsettled: BTreeSet<FactHash>,
}

/// By the set that is settled: what people decided to keep of it, and the facts that say so. Two equal decisions are one.
pub(super) type Decisions = BTreeMap<BTreeSet<FactHash>, BTreeMap<BTreeSet<FactHash>, BTreeSet<FactHash>>>;

/// The decisions among the facts.
pub(super) fn decisions<'r>(resolutions: impl IntoIterator<Item = &'r (FactHash, &'r Fact)>) -> Decisions {
    let mut decisions = Decisions::new();
    for (hash, fact) in resolutions {
        let Body::Resolved(body) = &fact.body else { continue };
        let settles: BTreeSet<FactHash> = body.settles.iter().copied().collect();
        let keeps = body.keeps.iter().copied().filter(|hash| settles.contains(hash)).collect();
        decisions.entry(settles).or_default().entry(keeps).or_default().insert(*hash);
    }
    decisions
}

/// Measures contradictions against decisions. Of what puts facts right something has to hold: with all of it dropped, the
/// facts that it names would be gone as well, and nobody said so.
pub(super) fn settle(found: BTreeSet<Found>, effective: &Effective<'_>, decisions: &Decisions) -> Settled {
    let mut settled = Settled::default();
    for (kind, facts) in found {
        let mut rivals = BTreeSet::new();
        match decisions.get(&facts).map(|decided| (decided.len(), decided.first_key_value())) {
            Some((1, Some((kept, _)))) if !kept.is_empty() || !effective.any_puts_right(&facts) => {
                settled.dropped.extend(facts.difference(kept));
                continue;
            }
            // Two decisions that differ decide nothing. They are named, so that a third may take their place.
            Some((2.., _)) => rivals = decisions.get(&facts).into_iter().flat_map(BTreeMap::values).flatten().collect(),
            Some(_) | None => {}
        }
        if kind.is_urgent() || kind == ReviewKind::RivalCorrections {
            settled.unsettled.extend(facts.iter().copied());
        }
        let sides = |of: ReviewKind| facts.iter().filter_map(move |hash| effective.side(of, *hash));
        // What is urgent stays urgent, whatever was decided about it twice.
        if rivals.is_empty() || kind.is_urgent() {
            settled.open.push(Review { kind, sides: sides(kind).collect(), field: None });
        }
        if !rivals.is_empty() {
            let decided = rivals.into_iter().filter_map(|hash| effective.side(ReviewKind::RivalResolutions, *hash));
            let sides = sides(kind).chain(decided).collect();
            settled.open.push(Review { kind: ReviewKind::RivalResolutions, sides, field: None });
        }
    }
    settled
}
