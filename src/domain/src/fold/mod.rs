//! The fold: what the facts of one person add up to.
//!
//! One pure function, the same at kiosk and centre, giving the same answer for every order, duplication and grouping of
//! the same facts. It never decides anything medical: a contradiction that nobody has decided is a [`Review`].

mod bookings;
mod contradictions;
mod decisions;
mod doses;
mod effective;
mod kin;
mod papers;
mod row;
mod state;
mod visit;
mod visits;

pub use papers::{Half, halves};
pub use state::{
    BookingState, Cancellation, CertificateState, CheckInState, Folded, GivenDose, LeftState, OutcomeState, VisitKey,
    VisitState,
};

use std::collections::BTreeSet;

use contradictions::Standing;
use decisions::{Decisions, Settled};
use effective::Effective;

use crate::ids::FactHash;
use crate::record::RawRecord;
use crate::reference::Settings;
use crate::review::{Review, ReviewKind};

/// Folds one person's record. Without settings no interval is judged; everything else is the same.
pub fn fold(record: &RawRecord, settings: Option<&Settings>) -> Folded {
    let mut effective = effective::effective(&record.facts);
    let others: Vec<_> = record.kin.values().map(|kin| (kin, effective::effective(&kin.facts))).collect();
    let all = others.iter().map(|(_, effective)| effective).chain([&effective]);
    let decided = decisions::decisions(all.flat_map(|effective| &effective.resolutions));
    effective.kin = kin::lent(others, &decided, settings);
    let Settling { standing, mut settled, dropped } = settling(&effective, record, &decided, settings);
    let halves = effective.halves(&standing.facts, &dropped).into_iter().map(|(_, half)| half);
    let mut reviews = std::mem::take(&mut settled.open);
    reviews.extend(personal_data(record));
    reviews.sort_by_cached_key(|review| (!review.kind.is_urgent(), review.kind, side_hashes(review)));
    Folded {
        bookings: bookings::bookings(&standing.visits),
        visits: standing.visits.states(&settled.unsettled),
        doses: doses::doses(&standing.facts, &settled.unsettled),
        kin_doses: doses::doses(&standing.kin, &settled.unsettled),
        certificates: papers::certificates(&standing.facts),
        replaced_by: papers::vouchers(&standing.facts, |body| body.by),
        replaces: papers::vouchers(&standing.facts, |body| body.replaces),
        halves: halves.collect::<BTreeSet<Half>>().into_iter().collect(),
        newer_facts: effective.newer_facts,
        reviews,
    }
}

/// What stands once all decisions are heard, and what is open.
struct Settling<'s> {
    standing: Standing<'s>,
    settled: Settled,
    dropped: BTreeSet<FactHash>,
}

/// Measures what stands against what people decided. A decision that drops a fact may bring two others face to face that
/// nobody has compared, so this goes on until nothing more is dropped.
fn settling<'s>(
    effective: &'s Effective<'_>,
    record: &RawRecord,
    decided: &Decisions,
    settings: Option<&Settings>,
) -> Settling<'s> {
    let mut dropped = BTreeSet::new();
    loop {
        let standing = Standing::of(effective, &dropped);
        let found = contradictions::find(&standing, effective, &dropped, record, settings);
        let settled = decisions::settle(found, effective, decided);
        let before = dropped.len();
        dropped.extend(settled.dropped.iter().copied());
        if dropped.len() == before {
            return Settling { standing, settled, dropped };
        }
    }
}

fn side_hashes(review: &Review) -> Vec<FactHash> {
    review.sides.iter().map(|side| side.fact).collect()
}

/// Both values of a concurrent edit are kept until a person picks one; equal values are no review.
fn personal_data(record: &RawRecord) -> Vec<Review> {
    let differing = record.fields.iter().filter_map(|(name, values)| {
        let mut texts: Vec<_> = values.iter().filter_map(|value| value.as_text()).map(str::to_owned).collect();
        texts.sort();
        texts.dedup();
        (texts.len() > 1).then(|| (name.clone(), texts))
    });
    differing.map(|field| Review { kind: ReviewKind::PersonalData, sides: Vec::new(), field: Some(field) }).collect()
}
