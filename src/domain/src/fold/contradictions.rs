//! Facts that cannot both be the whole truth. What two facts of one visit, of one booking or of one body say is in the
//! files beside this one; here they are put together, and what is part of something greater is dropped.

use std::collections::{BTreeMap, BTreeSet};

use super::effective::Effective;
use super::row::Row;
use super::visits::{Places, Visits};
use super::{bookings, doses, papers, visit};
use crate::facts::{Fact, FactKind};
use crate::ids::FactHash;
use crate::record::RawRecord;
use crate::reference::Settings;
use crate::review::ReviewKind;
use crate::verdict::Reason;

/// A contradiction: its kind and exactly the facts that make it.
pub(super) type Found = (ReviewKind, BTreeSet<FactHash>);

/// A fact with its hash.
pub(super) type Hashed<'a> = (FactHash, &'a Fact);

/// What stands: the facts, the doses of the person's other numbers, and the visits.
pub(super) struct Standing<'s> {
    pub(super) facts: Row<'s>,
    pub(super) kin: Row<'s>,
    pub(super) visits: Visits<'s>,
}

impl<'s> Standing<'s> {
    /// What stands without the facts that decisions dropped.
    pub(super) fn of(effective: &'s Effective<'_>, dropped: &BTreeSet<FactHash>) -> Self {
        let (mut facts, mut kin) = (Row::of(&effective.facts), Row::of(&effective.kin.doses));
        facts.retain(|hash| !dropped.contains(hash));
        kin.retain(|hash| !dropped.contains(hash));
        let visits = Visits::of(&facts, &Places::of(&facts, &effective.known));
        Self { facts, kin, visits }
    }
}

/// All contradictions among the facts that stand, and of doses with those of the person's other numbers. One that is part
/// of a greater one of its kind is not named apart: so a new fact reopens what was decided without it.
pub(super) fn find(
    standing: &Standing<'_>,
    effective: &Effective<'_>,
    dropped: &BTreeSet<FactHash>,
    record: &RawRecord,
    settings: Option<&Settings>,
) -> BTreeSet<Found> {
    let mut found = effective.found.clone();
    found.extend(standing.visits.iter().flat_map(|(_, facts)| visit::contradictions(facts)));
    found.extend(bookings::contradictions(standing, effective));
    found.extend(doses::contradictions(standing, &effective.kin.months, settings));
    found.extend(papers::half_transfers(&effective.halves(&standing.facts, dropped), record));
    found.extend(papers::recalls(&standing.facts, effective));
    found.extend(papers::invalid_but_came(&standing.facts, &standing.visits, record));
    found.extend(papers::erased_but_came(&standing.facts, record));
    without_parts(&found)
}

/// Leaves out what is part of a greater one of its kind. Sets are only compared with those that share a fact.
fn without_parts(found: &BTreeSet<Found>) -> BTreeSet<Found> {
    let mut by_fact: BTreeMap<(ReviewKind, FactHash), Vec<&BTreeSet<FactHash>>> = BTreeMap::new();
    for (kind, facts) in found {
        for fact in facts {
            by_fact.entry((*kind, *fact)).or_default().push(facts);
        }
    }
    let is_part = |(kind, facts): &Found| {
        let first = facts.first().and_then(|first| by_fact.get(&(*kind, *first)));
        first.into_iter().flatten().any(|all| facts.len() < all.len() && facts.is_subset(all))
    };
    found.iter().filter(|one| !is_part(one)).cloned().collect()
}

/// Whether a fact of this kind says that the person was there.
pub(super) fn is_presence(kind: FactKind) -> bool {
    matches!(kind, FactKind::CheckedIn | FactKind::Vaccinated | FactKind::PrescreenOnly | FactKind::LeftBefore)
}

/// Whether somebody went on with this fact knowing of a reason, whatever it was about.
pub(super) fn knew(fact: &Fact, code: &str) -> bool {
    fact.body.overridden().iter().any(|overruled| overruled.code == code)
}

/// Whether somebody went on with this fact knowing of exactly this.
pub(super) fn knew_of(fact: &Fact, reason: &Reason) -> bool {
    let overridden = fact.body.overridden();
    !overridden.is_empty() && overridden.contains(&reason.overruled())
}
