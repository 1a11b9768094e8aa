//! Which facts still stand: corrections take the place of what they name, and nothing else removes a fact.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Body, Fact, FactKind, KnownFact, Weight};
use crate::ids::FactHash;
use crate::review::{Review, ReviewKind, Side};
use crate::verdict::Place;

/// The standing facts of a record, corrections applied.
pub(super) struct Effective {
    /// By the hash of the fact that a person recorded (for a correction: the correction's own).
    pub(super) facts: BTreeMap<FactHash, Fact>,
    /// Standing decisions of reviews.
    pub(super) resolutions: Vec<Fact>,
    /// Reviews about corrections themselves.
    pub(super) reviews: Vec<Review>,
    /// There are facts of unknown kinds that matter.
    pub(super) newer_facts: bool,
}

impl Effective {
    /// The same without the facts that decisions dropped.
    pub(super) fn without(&self, dropped: &BTreeSet<FactHash>) -> BTreeMap<FactHash, Fact> {
        let keep = self.facts.iter().filter(|(hash, _)| !dropped.contains(hash));
        keep.map(|(hash, fact)| (*hash, fact.clone())).collect()
    }
}

/// Applies corrections. A superseded fact never counts, however many superseded what superseded it.
pub(super) fn effective(all: &[KnownFact]) -> Effective {
    let known: BTreeMap<FactHash, &Fact> = all.iter().map(|known| (known.hash, &known.fact)).collect();
    let superseded: BTreeSet<FactHash> = known.values().flat_map(|fact| fact.supersedes.iter().copied()).collect();
    let standing = || known.iter().filter(|(hash, _)| !superseded.contains(hash)).map(|(hash, fact)| (*hash, *fact));
    let mut result = Effective {
        facts: BTreeMap::new(),
        resolutions: Vec::new(),
        reviews: correction_reviews(standing(), &known),
        newer_facts: false,
    };
    for (hash, fact) in standing() {
        match &fact.body {
            Body::Resolved(_) => result.resolutions.push(fact.clone()),
            Body::Corrected(_) => match replaced(fact) {
                Replaced::By(replacement) => {
                    result.facts.insert(hash, *replacement);
                }
                Replaced::Withdrawn => {}
                Replaced::Unreadable => result.newer_facts = true,
            },
            Body::Opaque(_) => result.newer_facts |= fact.weight != Weight::Note,
            Body::Booked(_) | Body::Cancelled(_) | Body::CheckedIn(_) | Body::Outcome(_) | Body::Reopened(_) => {
                result.facts.insert(hash, fact.clone());
            }
        }
    }
    result
}

enum Replaced {
    By(Box<Fact>),
    Withdrawn,
    Unreadable,
}

/// What a correction says instead: the correction's own outer part with the replacement's kind, time and body.
fn replaced(fact: &Fact) -> Replaced {
    let Body::Corrected(correction) = &fact.body else { return Replaced::Withdrawn };
    let Some(replacement) = &correction.replacement else { return Replaced::Withdrawn };
    match Body::decode(replacement.kind, &replacement.body) {
        Ok(Body::Opaque(_) | Body::Corrected(_) | Body::Resolved(_)) | Err(_) => Replaced::Unreadable,
        Ok(body) => {
            let mut fact = Fact { kind: replacement.kind, body, ..fact.clone() };
            fact.stamp.happened_at = replacement.happened_at;
            Replaced::By(Box::new(fact))
        }
    }
}

/// Two corrections of one fact, and corrections of what is not here.
fn correction_reviews<'a>(
    standing: impl Iterator<Item = (FactHash, &'a Fact)>,
    known: &BTreeMap<FactHash, &Fact>,
) -> Vec<Review> {
    let mut by_target: BTreeMap<FactHash, Vec<(FactHash, &Fact)>> = BTreeMap::new();
    let mut reviews = Vec::new();
    for (hash, fact) in standing.filter(|(_, fact)| fact.kind == FactKind::Corrected) {
        if fact.supersedes.iter().any(|target| !known.contains_key(target)) {
            reviews.push(Review { kind: ReviewKind::DanglingCorrection, sides: vec![side(hash, fact)], field: None });
        }
        for target in &fact.supersedes {
            by_target.entry(*target).or_default().push((hash, fact));
        }
    }
    let mut rivals: Vec<Vec<Side>> = by_target
        .values()
        .filter(|corrections| corrections.len() > 1)
        .map(|corrections| corrections.iter().map(|(hash, fact)| side(*hash, fact)).collect())
        .collect();
    rivals.sort_by_cached_key(|sides| sides.iter().map(|side| side.fact).collect::<Vec<_>>());
    rivals.dedup();
    reviews.extend(rivals.into_iter().map(|sides| Review { kind: ReviewKind::RivalCorrections, sides, field: None }));
    reviews
}

/// One side of a review.
pub(super) fn side(hash: FactHash, fact: &Fact) -> Side {
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
