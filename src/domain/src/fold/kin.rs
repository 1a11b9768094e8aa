//! Doses under the other numbers of a person: what their records lend to this one's fold.

use std::collections::{BTreeMap, BTreeSet};

use super::decisions::Decisions;
use super::effective::Effective;
use super::row::Made;
use super::{doses, settling};
use crate::facts::FactKind;
use crate::ids::FactHash;
use crate::record::RawRecord;
use crate::reference::Settings;

/// Doses of the other numbers.
#[derive(Default)]
pub(super) struct Kin<'a> {
    /// Those that stand, after everybody's decisions. In the order of their hashes.
    pub(super) doses: Made<'a>,
    /// 接種間隔 of the slots in which they were given, months, where those say one.
    pub(super) months: BTreeMap<FactHash, u8>,
    /// Those that a correction or a transfer made.
    pub(super) put_right: BTreeSet<FactHash>,
}

/// What the other records lend: each settled by itself first, with all decisions.
pub(super) fn lent<'a>(
    others: Vec<(&RawRecord, Effective<'a>)>,
    decided: &Decisions,
    settings: Option<&Settings>,
) -> Kin<'a> {
    let mut kin = Kin::default();
    for (record, effective) in others {
        let settled = settling(&effective, record, decided, settings);
        let stands: BTreeSet<FactHash> = settled.standing.facts.iter().map(|(hash, _)| hash).collect();
        kin.months.extend(doses::months_by_dose(&settled.standing));
        kin.put_right.extend(stands.iter().filter(|hash| effective.puts_right(hash)));
        let doses = effective.facts.into_iter();
        kin.doses.extend(doses.filter(|(hash, fact)| fact.kind == FactKind::Vaccinated && stands.contains(hash)));
    }
    kin.doses.sort_by_key(|(hash, _)| *hash);
    kin
}
