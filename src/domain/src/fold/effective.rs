//! Which facts still stand: corrections take the place of what they name, and nothing else removes a fact.

use std::collections::{BTreeMap, BTreeSet};

use super::contradictions::Found;
use super::visits::Places;
use crate::facts::{Body, Fact, FactKind, KnownFact, Weight};
use crate::ids::FactHash;
use crate::review::{ReviewKind, Side};
use crate::verdict::Place;

type Known<'a> = BTreeMap<FactHash, &'a Fact>;

/// The standing facts of a record, corrections applied.
pub(super) struct Effective {
    /// By the hash of the fact that a person recorded (for a correction: the correction's own).
    pub(super) facts: BTreeMap<FactHash, Fact>,
    /// Which booking a visit without a number belongs to.
    pub(super) places: Places,
    /// Standing decisions of reviews.
    pub(super) resolutions: Vec<Fact>,
    /// Contradictions of corrections themselves.
    pub(super) found: BTreeSet<Found>,
    /// There are facts of unknown kinds that matter.
    pub(super) newer_facts: bool,
    /// The standing corrections, as they were recorded.
    corrections: BTreeMap<FactHash, Fact>,
}

impl Effective {
    /// One side of a review: what stands, or for a review about corrections the correction itself.
    pub(super) fn side(&self, kind: ReviewKind, hash: FactHash) -> Option<Side> {
        let about_corrections = matches!(kind, ReviewKind::RivalCorrections | ReviewKind::DanglingCorrection);
        let correction = self.corrections.get(&hash);
        let fact = if about_corrections { correction } else { self.facts.get(&hash).or(correction) };
        fact.map(|fact| side(hash, fact))
    }
}

/// Applies corrections. A superseded fact never counts, however many superseded what superseded it.
pub(super) fn effective(all: &[KnownFact]) -> Effective {
    let known: Known<'_> = all.iter().map(|known| (known.hash, &known.fact)).collect();
    let superseded: BTreeSet<FactHash> = known.values().flat_map(|fact| fact.supersedes.iter().copied()).collect();
    let mut result = Effective {
        facts: BTreeMap::new(),
        places: Places::default(),
        resolutions: Vec::new(),
        found: BTreeSet::new(),
        newer_facts: false,
        corrections: BTreeMap::new(),
    };
    for (&hash, &fact) in known.iter().filter(|(hash, _)| !superseded.contains(hash)) {
        match &fact.body {
            Body::Resolved(_) => result.resolutions.push(fact.clone()),
            Body::Corrected(_) => {
                result.corrections.insert(hash, fact.clone());
                match replaced(fact, &known) {
                    Replaced::By(replacement) => {
                        result.facts.insert(hash, *replacement);
                    }
                    Replaced::Withdrawn => {}
                    Replaced::Unreadable => result.newer_facts = true,
                }
            }
            // Even a note matters when it takes the place of something.
            Body::Opaque(_) => result.newer_facts |= fact.weight != Weight::Note || !fact.supersedes.is_empty(),
            Body::Booked(_) | Body::Cancelled(_) | Body::CheckedIn(_) | Body::Outcome(_) | Body::Reopened(_) => {
                result.facts.insert(hash, fact.clone());
            }
        }
    }
    result.found = about_corrections(&result.corrections, &known);
    result.places = Places::of(&result.facts);
    result
}

enum Replaced {
    By(Box<Fact>),
    Withdrawn,
    Unreadable,
}

/// What a correction says instead: its own outer part with the replacement's kind, time and body. Where it happened, and
/// whether it was a screen, paper or an import that told, stays as the corrected fact said: whoever corrects may sit
/// elsewhere. So does the dose, unless the correction names one.
fn replaced(fact: &Fact, known: &Known<'_>) -> Replaced {
    let Body::Corrected(correction) = &fact.body else { return Replaced::Withdrawn };
    let Some(replacement) = &correction.replacement else { return Replaced::Withdrawn };
    match Body::decode(replacement.kind, &replacement.body) {
        Ok(Body::Opaque(_) | Body::Corrected(_) | Body::Resolved(_)) | Err(_) => Replaced::Unreadable,
        Ok(body) => {
            let mut fact = Fact { kind: replacement.kind, body, ..fact.clone() };
            fact.stamp.happened_at = replacement.happened_at;
            let targets = targets(&fact, known);
            let mut originals = targets.iter().filter_map(|target| known.get(target));
            if let Some(original) = originals.find(|original| original.kind != FactKind::Corrected) {
                fact.dose = fact.dose.or(original.dose);
                fact.stamp.source = original.stamp.source;
                fact.stamp.venue.clone_from(&original.stamp.venue);
                fact.stamp.station.clone_from(&original.stamp.station);
                fact.stamp.booth.clone_from(&original.stamp.booth);
            }
            Replaced::By(Box::new(fact))
        }
    }
}

/// What a correction puts right: what it names, and what the corrections that it names had put right.
fn targets(correction: &Fact, known: &Known<'_>) -> BTreeSet<FactHash> {
    let mut targets = BTreeSet::new();
    let mut next: Vec<FactHash> = correction.supersedes.clone();
    while let Some(target) = next.pop() {
        let earlier = known.get(&target).filter(|fact| fact.kind == FactKind::Corrected);
        if targets.insert(target) {
            next.extend(earlier.iter().flat_map(|fact| fact.supersedes.iter().copied()));
        }
    }
    targets
}

/// Two corrections of one fact, and corrections of what is not here.
fn about_corrections(corrections: &BTreeMap<FactHash, Fact>, known: &Known<'_>) -> BTreeSet<Found> {
    let mut by_target: BTreeMap<FactHash, BTreeSet<FactHash>> = BTreeMap::new();
    let mut found = BTreeSet::new();
    for (&hash, fact) in corrections {
        if fact.supersedes.iter().any(|target| !known.contains_key(target)) {
            found.insert((ReviewKind::DanglingCorrection, BTreeSet::from([hash])));
        }
        for target in targets(fact, known) {
            by_target.entry(target).or_default().insert(hash);
        }
    }
    let rivals = by_target.into_values().filter(|corrections| corrections.len() > 1);
    found.extend(rivals.map(|corrections| (ReviewKind::RivalCorrections, corrections)));
    found
}

/// One side of a review.
fn side(hash: FactHash, fact: &Fact) -> Side {
    Side {
        fact: hash,
        kind: fact.kind,
        dose: fact.dose,
        happened_at: fact.stamp.happened_at,
        recorded_at: fact.stamp.recorded_at,
        place: Place { venue: fact.stamp.venue.clone(), station: fact.stamp.station.clone() },
        staff: fact.stamp.staff.to_string(),
    }
}
