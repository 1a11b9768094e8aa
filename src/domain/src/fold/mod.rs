//! The fold: what the facts of one person add up to.
//!
//! One pure function, the same at kiosk and centre, giving the same answer for every order, duplication and grouping of
//! the same facts. It never decides anything medical: a contradiction that nobody has decided is a [`Review`].

mod bookings;
mod contradictions;
mod decisions;
mod doses;
mod effective;
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

use row::Row;
use visits::{Places, Visits};

use crate::record::RawRecord;
use crate::reference::Settings;
use crate::review::{Review, ReviewKind};

/// Folds one person's record. Without settings no interval is judged; everything else is the same.
pub fn fold(record: &RawRecord, settings: Option<&Settings>) -> Folded {
    let mut effective = effective::effective(&record.facts);
    let kin: Vec<_> = record.kin.iter().map(|kin| effective::effective(&kin.facts)).collect();
    let decided = decisions::decisions(kin.iter().chain([&effective]).flat_map(|all| &all.resolutions));
    effective.kin = kin.into_iter().flat_map(|kin| doses::only(kin.facts)).collect();
    effective.kin.sort_by_key(|(hash, _)| *hash);
    let (mut standing, mut of_kin) = (Row::of(&effective.facts), Row::of(&effective.kin));
    let places = Places::of(&standing, &effective.known);
    let mut dropped = BTreeSet::new();
    // A decision that drops a fact may bring two others face to face that nobody has compared.
    let (mut settled, visits) = loop {
        let visits = Visits::of(&standing, &places);
        let found =
            contradictions::find((&standing, &of_kin, &visits), &places, &effective, &dropped, record, settings);
        let settled = decisions::settle(found, &effective, &decided);
        let before = dropped.len();
        dropped.extend(settled.dropped.iter().copied());
        standing.retain(|hash| !dropped.contains(hash));
        of_kin.retain(|hash| !dropped.contains(hash));
        if dropped.len() == before {
            break (settled, visits);
        }
    };
    let halves: BTreeSet<Half> = effective.halves(&standing, &dropped).into_iter().map(|(_, half)| half).collect();
    let mut reviews = std::mem::take(&mut settled.open);
    reviews.extend(personal_data(record));
    reviews.sort_by_cached_key(|review| (!review.kind.is_urgent(), review.kind, side_hashes(review)));
    Folded {
        bookings: bookings::bookings(&visits),
        visits: visits.states(&settled.unsettled),
        doses: doses::doses(&standing, &settled.unsettled),
        kin_doses: doses::doses(&of_kin, &settled.unsettled),
        certificates: papers::certificates(&standing),
        replaced_by: papers::vouchers(&standing, |body| body.by),
        replaces: papers::vouchers(&standing, |body| body.replaces),
        halves: halves.into_iter().collect(),
        newer_facts: effective.newer_facts,
        reviews,
    }
}

fn side_hashes(review: &Review) -> Vec<crate::ids::FactHash> {
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
