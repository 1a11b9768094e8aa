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

/// By the set that is settled: what people decided to keep of it. Two equal decisions are one.
pub(super) type Decisions = BTreeMap<BTreeSet<FactHash>, BTreeSet<BTreeSet<FactHash>>>;

/// The decisions among the facts.
pub(super) fn decisions(resolutions: &[&Fact]) -> Decisions {
    let mut decisions = Decisions::new();
    for fact in resolutions {
        let Body::Resolved(body) = &fact.body else { continue };
        let settles: BTreeSet<FactHash> = body.settles.iter().copied().collect();
        let keeps = body.keeps.iter().copied().filter(|hash| settles.contains(hash)).collect();
        decisions.entry(settles).or_default().insert(keeps);
    }
    decisions
}

/// Measures contradictions against decisions.
pub(super) fn settle(found: BTreeSet<Found>, effective: &Effective<'_>, decisions: &Decisions) -> Settled {
    let mut settled = Settled::default();
    for (kind, facts) in found {
        let about = decisions.get(&facts);
        let mut kinds = vec![kind];
        match about.map(|kept| (kept.len(), kept.first())) {
            Some((1, Some(kept))) => {
                settled.dropped.extend(facts.difference(kept));
                continue;
            }
            // Two decisions that differ decide nothing: what is urgent stays urgent.
            Some(_) => {
                kinds.retain(|kind| kind.is_urgent());
                kinds.push(ReviewKind::RivalResolutions);
            }
            None => {}
        }
        if kind.is_urgent() || kind == ReviewKind::RivalCorrections {
            settled.unsettled.extend(facts.iter().copied());
        }
        let sides = || facts.iter().filter_map(|hash| effective.side(kind, *hash)).collect();
        settled.open.extend(kinds.into_iter().map(|kind| Review { kind, sides: sides(), field: None }));
    }
    settled
}
