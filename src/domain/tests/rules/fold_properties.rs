//! What holds for every set of facts.

use std::collections::BTreeSet;

use proptest::prelude::*;
use uketsuke_domain::facts::{Body, FactKind, KnownFact};
use uketsuke_domain::fold::{Folded, VisitKey, fold, halves};
use uketsuke_domain::ids::{BookingNumber, FactHash};
use uketsuke_domain::record::RawRecord;
use uketsuke_domain::review::ReviewKind;

use crate::common::{any_facts, met, record, settings, shuffled};

fn folded(facts: &[KnownFact]) -> Folded {
    fold(&record(facts), Some(&settings()))
}

/// What stands no more. 接種済み is taken back by what puts facts right, and by nothing else.
fn superseded(facts: &[KnownFact]) -> BTreeSet<FactHash> {
    let is_dose = |hash: &FactHash| facts.iter().any(|known| known.hash == *hash && known.fact.told_dose().is_some());
    let named = |known: &KnownFact| {
        let kind = known.fact.kind;
        let puts_right = matches!(kind, FactKind::Corrected | FactKind::Misfiled)
            || matches!(kind, FactKind::Observation | FactKind::Unknown(_));
        known.fact.supersedes.iter().copied().filter(|hash| puts_right || !is_dose(hash)).collect::<Vec<_>>()
    };
    facts.iter().flat_map(named).collect()
}

/// Whether a fact is a half of a transfer that holds, or stands for one: for what was taken in, also its correction, and
/// the fact that gave it on.
fn holds_a_half(known: &KnownFact, facts: &[KnownFact]) -> bool {
    let reaches_filed = |known: &KnownFact| {
        let mut next = known.fact.supersedes.clone();
        let mut seen = BTreeSet::new();
        while let Some(hash) = next.pop() {
            let Some(earlier) = facts.iter().find(|known| known.hash == hash && seen.insert(hash)) else { continue };
            match earlier.fact.kind {
                FactKind::Filed => return true,
                FactKind::Corrected => next.extend(earlier.fact.supersedes.iter().copied()),
                _ => {}
            }
        }
        false
    };
    match &known.fact.body {
        Body::Misfiled(_) | Body::Filed(_) => true,
        Body::Corrected(body) => body.replacement.is_some() && reaches_filed(known),
        _ => false,
    }
}

fn came_before_the_move(folded: &Folded, fact: &FactHash) -> bool {
    let mut former = folded.visits.iter().filter(|visit| matches!(visit.key, VisitKey::Former(..)));
    former.any(|visit| visit.facts.contains(fact))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn order_and_duplication_change_nothing((facts, shuffled) in shuffled()) {
        prop_assert_eq!(folded(&facts), folded(&shuffled));
        prop_assert_eq!(fold(&record(&facts), None), fold(&record(&shuffled), None));
    }

    #[test]
    fn a_superseded_fact_never_counts(facts in any_facts()) {
        let (folded, superseded) = (folded(&facts), superseded(&facts));
        let of_doses = folded.doses.iter().map(|dose| dose.fact);
        let of_visits = folded.visits.iter().flat_map(|visit| visit.facts.iter().copied());
        prop_assert!(of_doses.chain(of_visits).all(|fact| !superseded.contains(&fact)));
    }

    #[test]
    fn prescreening_never_counts_as_a_dose(facts in any_facts()) {
        let folded = folded(&facts);
        for dose in &folded.doses {
            let source = facts.iter().find(|known| known.hash == dose.fact).unwrap();
            prop_assert!(matches!(source.fact.kind, FactKind::Vaccinated | FactKind::Corrected | FactKind::Filed));
            prop_assert!(dose.lot.is_some(), "only 接種済み has a lot here");
        }
    }

    #[test]
    fn every_standing_dose_is_there_until_someone_decides(facts in any_facts()) {
        prop_assume!(facts.iter().all(|known| known.fact.kind != FactKind::Resolved));
        let (folded, superseded) = (folded(&facts), superseded(&facts));
        for known in facts.iter().filter(|known| known.fact.kind == FactKind::Vaccinated) {
            let counts = folded.doses.iter().any(|dose| dose.fact == known.hash);
            prop_assert_eq!(counts, !superseded.contains(&known.hash));
        }
    }

    #[test]
    fn no_medical_contradiction_is_silent(facts in any_facts()) {
        prop_assume!(facts.iter().all(|known| known.fact.kind != FactKind::Resolved));
        let (folded, superseded) = (folded(&facts), superseded(&facts));
        let standing = || facts.iter().filter(|known| !superseded.contains(&known.hash));
        let of = |kind, booking: &BookingNumber| {
            let mut own = standing().filter(|known| known.fact.kind == kind && known.fact.booking.as_ref() == Some(booking));
            own.next().map(|known| known.hash)
        };
        for booking in [BookingNumber::from("B1"), BookingNumber::from("B2")] {
            let (given, declined) = (of(FactKind::Vaccinated, &booking), of(FactKind::PrescreenOnly, &booking));
            let Some((given, declined)) = given.zip(declined) else { continue };
            let named = |kind, facts: &[FactHash]| {
                folded.reviews.iter().filter(|review| review.kind == kind).any(|review| {
                    let sides: Vec<_> = review.sides.iter().map(|side| side.fact).collect();
                    facts.iter().all(|fact| sides.contains(fact))
                })
            };
            // Whoever came before the booking was moved made another visit: two outcomes are none too many, and yet
            // somebody is told.
            let before: Vec<FactHash> = [given, declined].into_iter().filter(|fact| came_before_the_move(&folded, fact)).collect();
            if before.is_empty() {
                prop_assert!(named(ReviewKind::OutcomeConflict, &[given, declined]), "a contradiction that nobody names");
                prop_assert!(folded.doses.iter().any(|dose| dose.fact == given && dose.unsettled));
            } else {
                prop_assert!(named(ReviewKind::MovedButCame, &before), "two visits that nobody names");
            }
        }
        for dose in 1..=9u8 {
            let doubles = folded.doses.iter().filter(|given| given.dose == dose).count() > 1;
            let named = folded.reviews.iter().any(|review| review.kind == ReviewKind::DoubleVaccination);
            prop_assert!(!doubles || named);
        }
    }

    /// 取り違え: a fact that was given away and one that was taken in are open until both halves are here.
    #[test]
    fn no_half_of_a_transfer_is_silent(facts in any_facts()) {
        prop_assume!(facts.iter().all(|known| known.fact.kind != FactKind::Resolved));
        let superseded = superseded(&facts);
        let transfers: BTreeSet<_> = halves(&facts).map(|half| half.transfer).collect();
        let standing = facts.iter().filter(|known| !superseded.contains(&known.hash));
        let standing = standing.filter(|known| holds_a_half(known, &facts));
        let expected: BTreeSet<FactHash> = standing.map(|known| known.hash).collect();
        let open = |record: &RawRecord| -> BTreeSet<FactHash> {
            let folded = fold(record, Some(&settings()));
            let of_kind = folded.reviews.into_iter().filter(|review| review.kind == ReviewKind::HalfTransfer);
            of_kind.flat_map(|review| review.sides.into_iter().map(|side| side.fact)).collect()
        };
        prop_assert_eq!(open(&record(&facts)), expected);
        let met = RawRecord { met: met(transfers), ..record(&facts) };
        prop_assert_eq!(open(&met), BTreeSet::new());
    }

    /// Whatever is added, an urgent contradiction goes only when a new fact names one of its sides, or one of the rival
    /// decisions about it, so that the other holds.
    #[test]
    fn no_merge_silences_a_medical_contradiction(facts in any_facts(), split in any::<prop::sample::Index>()) {
        let before = &facts[..split.index(facts.len())];
        let named: BTreeSet<FactHash> = facts[before.len()..].iter().flat_map(|known| {
            let settles = if let Body::Resolved(body) = &known.fact.body { body.settles.clone() } else { Vec::new() };
            known.fact.supersedes.iter().copied().chain(settles)
        }).collect();
        let after = folded(&facts);
        let still_open: BTreeSet<FactHash> =
            after.reviews.iter().flat_map(|review| review.sides.iter().map(|side| side.fact)).collect();
        let urgent = folded(before).reviews.into_iter().filter(|review| review.kind.is_urgent());
        // A place that arrives later, or stands no more, may show that two facts were of two visits after all, and the
        // reverse.
        let places = || facts.iter().filter(|known| known.fact.body.placement().is_some());
        let arrived = facts[before.len()..].iter().any(|known| known.fact.body.placement().is_some());
        let moves_visits = arrived || places().any(|known| named.contains(&known.hash));
        for review in urgent.filter(|_| !moves_visits) {
            let sides: Vec<_> = review.sides.iter().map(|side| side.fact).collect();
            let decides = |known: &KnownFact| {
                matches!(&known.fact.body, Body::Resolved(body) if sides.iter().all(|side| body.settles.contains(side)))
            };
            let unmade = before.iter().any(|known| decides(known) && named.contains(&known.hash));
            let touched = unmade || sides.iter().any(|side| named.contains(side));
            prop_assert!(touched || sides.iter().all(|side| still_open.contains(side)), "{:?}", review.kind);
        }
    }

    /// Facts that others name may not have arrived yet.
    #[test]
    fn what_has_arrived_in_part_folds_by_the_same_laws(facts in any_facts(), here in any::<u16>()) {
        let arrived: Vec<KnownFact> =
            facts.iter().enumerate().filter(|(at, _)| here >> at & 1 == 1).map(|(_, known)| known.clone()).collect();
        let backwards: Vec<KnownFact> = arrived.iter().rev().cloned().collect();
        let (all, superseded) = (folded(&arrived), superseded(&arrived));
        prop_assert_eq!(&all, &folded(&backwards));
        let hashes: BTreeSet<_> = arrived.iter().map(|known| known.hash).collect();
        let sides = all.reviews.iter().flat_map(|review| review.sides.iter().map(|side| side.fact));
        let doses = all.doses.iter().map(|dose| dose.fact);
        prop_assert!(sides.chain(doses.clone()).all(|fact| hashes.contains(&fact)));
        prop_assert!(doses.into_iter().all(|fact| !superseded.contains(&fact)));
    }

    #[test]
    fn every_side_of_a_review_is_a_fact_that_is_here(facts in any_facts()) {
        let hashes: BTreeSet<_> = facts.iter().map(|known| known.hash).collect();
        for review in folded(&facts).reviews {
            prop_assert!(!review.sides.is_empty());
            prop_assert!(review.sides.iter().all(|side| hashes.contains(&side.fact)));
        }
    }
}
