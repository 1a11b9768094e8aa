//! Papers and records: transfers by half, 控え that must come back, and vouchers that had become invalid.

use std::collections::BTreeSet;

use serde::Serialize;

use super::contradictions::{Found, is_presence, knew};
use super::effective::Effective;
use super::row::Row;
use super::state::CertificateState;
use super::visits::Visits;
use crate::code::Voucher;
use crate::facts::{Body, Fact, FactKind, KnownFact, Source, VoucherReplaced};
use crate::ids::{FactHash, TransferId};
use crate::record::{DocumentId, RawRecord};
use crate::review::ReviewKind;
use crate::time::{Day, Moment};

/// One half of 取り違え put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Half {
    /// The same in both halves.
    pub transfer: TransferId,
    /// The record in which the other half is due.
    pub other: DocumentId,
    /// This half gave the fact away; otherwise it took it in.
    pub gives: bool,
}

/// The half that a fact is, if it is one.
pub(super) fn half_of(fact: &Fact) -> Option<Half> {
    if let Body::Misfiled(body) = &fact.body {
        return Some(Half { transfer: body.transfer, other: body.to, gives: true });
    }
    let Body::Filed(body) = &fact.body else { return None };
    Some(Half { transfer: body.transfer, other: body.from, gives: false })
}

/// The halves of transfers among the facts of a record, standing or not: in whose records storage must look for the other
/// halves. Which of them hold is in [`super::Folded::halves`].
pub fn halves(facts: &[KnownFact]) -> impl Iterator<Item = Half> {
    facts.iter().filter_map(|known| half_of(&known.fact))
}

/// A fact that was given away and did not arrive, or arrived and was not given away.
pub(super) fn half_transfers(halves: &BTreeSet<(FactHash, Half)>, record: &RawRecord) -> Vec<Found> {
    let alone = halves.iter().filter(|(_, half)| !record.met.contains(&Half { gives: !half.gives, ..*half }));
    alone.map(|(hash, _)| (ReviewKind::HalfTransfer, BTreeSet::from([*hash]))).collect()
}

/// A 控え shows what stands no more: superseded, or dropped by a decision. What has not arrived is no reason to recall.
pub(super) fn recalls(standing: &Row<'_>, effective: &Effective<'_>) -> Vec<Found> {
    let issued = standing.iter().filter_map(|(hash, fact)| {
        let Body::CertificateIssued(body) = &fact.body else { return None };
        body.shows.iter().any(|shown| effective.is_void(shown, standing)).then_some(hash)
    });
    issued.map(|hash| (ReviewKind::CertificateRecall, BTreeSet::from([hash]))).collect()
}

/// The 控え that were printed, oldest first.
pub(super) fn certificates(standing: &Row<'_>) -> Vec<CertificateState> {
    let mut issued: Vec<CertificateState> = standing
        .iter()
        .filter_map(|(hash, fact)| {
            let Body::CertificateIssued(body) = &fact.body else { return None };
            Some(CertificateState { fact: hash, at: fact.stamp.happened_at, shows: body.shows.clone() })
        })
        .collect();
    issued.sort_by_key(|certificate| (certificate.at, certificate.fact));
    issued
}

/// The vouchers that stand for the same person, one side of them.
pub(super) fn vouchers(standing: &Row<'_>, side: impl Fn(&VoucherReplaced) -> Option<Voucher>) -> Vec<Voucher> {
    let named = standing.facts().filter_map(|fact| {
        let Body::VoucherReplaced(body) = &fact.body else { return None };
        side(body)
    });
    named.collect::<BTreeSet<_>>().into_iter().collect()
}

/// When a voucher stopped being valid.
enum Invalid {
    /// By a fact of this record.
    Replaced(FactHash, Moment),
    /// Deleted on a day.
    Deleted(Day),
    /// Deleted, and nobody wrote down when: then only people who are still at a venue are a question.
    DeletedSometime,
}

/// The voucher was deleted or replaced, and the person came with it afterwards, and nobody went on knowingly.
pub(super) fn invalid_but_came(standing: &Row<'_>, by_visit: &Visits<'_>, record: &RawRecord) -> Vec<Found> {
    let replaced = standing.iter().filter_map(|(hash, fact)| {
        let Body::VoucherReplaced(body) = &fact.body else { return None };
        body.by.map(|_| Invalid::Replaced(hash, fact.stamp.happened_at))
    });
    let deleted = record.is_deleted().then(|| record.deleted_on().map_or(Invalid::DeletedSometime, Invalid::Deleted));
    replaced.chain(deleted).filter_map(|invalid| came_with(&invalid, standing, by_visit)).collect()
}

/// What somebody did whose data the centre had erased: whoever erased them did not know of it.
pub(super) fn erased_but_came(standing: &Row<'_>, record: &RawRecord) -> Option<Found> {
    let presence = standing.iter().filter(|(_, fact)| is_presence(fact.kind));
    let facts: BTreeSet<FactHash> = presence.map(|(hash, _)| hash).filter(|_| record.erased).collect();
    (!facts.is_empty()).then_some((ReviewKind::ErasedButCame, facts))
}

fn came_with(invalid: &Invalid, standing: &Row<'_>, by_visit: &Visits<'_>) -> Option<Found> {
    let knew_so = |fact: &Fact| knew(fact, "voucher-deleted") || knew(fact, "voucher-replaced");
    // Who is let in knowingly is let out and written up knowingly, too.
    let in_known_visits: BTreeSet<FactHash> = by_visit
        .iter()
        .filter(|(_, facts)| facts.iter().any(|one| knew_so(one.fact)))
        .flat_map(|(_, facts)| facts.iter().map(|one| one.hash))
        .collect();
    let is_here = |hash: &FactHash, fact: &Fact| {
        let unknowing = !knew_so(fact) && !in_known_visits.contains(hash);
        is_presence(fact.kind) && fact.stamp.source != Source::Import && unknowing
    };
    let hashes = |facts: &mut dyn Iterator<Item = (FactHash, &Fact)>| -> BTreeSet<FactHash> {
        facts.filter(|(hash, fact)| is_here(hash, fact)).map(|(hash, _)| hash).collect()
    };
    let all = || standing.iter();
    let mut facts = match invalid {
        Invalid::Replaced(_, at) => hashes(&mut all().filter(|(_, fact)| fact.stamp.happened_at >= *at)),
        Invalid::Deleted(day) => hashes(&mut all().filter(|(_, fact)| Day(fact.stamp.happened_at.day()) >= *day)),
        Invalid::DeletedSometime => {
            let open = by_visit.iter().filter(|(_, facts)| !facts.iter().any(|one| ends_visit(one.fact.kind)));
            hashes(&mut open.flat_map(|(_, facts)| facts.iter().map(|one| (one.hash, one.fact))))
        }
    };
    if facts.is_empty() {
        return None;
    }
    if let Invalid::Replaced(hash, _) = invalid {
        facts.insert(*hash);
    }
    Some((ReviewKind::InvalidButCame, facts))
}

fn ends_visit(kind: FactKind) -> bool {
    matches!(kind, FactKind::Vaccinated | FactKind::PrescreenOnly | FactKind::LeftBefore)
}
