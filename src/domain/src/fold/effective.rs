//! Which facts still stand: what names a fact takes its place, and nothing else removes one.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::contradictions::Found;
use super::kin::Kin;
use super::papers::{Half, half_of};
use super::row::{Made, Row};
use crate::facts::{Body, Fact, FactKind, Filed, KnownFact, Weight};
use crate::ids::FactHash;
use crate::review::{ReviewKind, Side};
use crate::verdict::Place;

/// The standing facts of a record, corrections applied.
pub(super) struct Effective<'a> {
    /// By the hash of the fact that a person recorded (for a correction: the correction's own).
    pub(super) facts: Made<'a>,
    /// Standing decisions of reviews.
    pub(super) resolutions: Vec<(FactHash, &'a Fact)>,
    /// Contradictions of corrections themselves.
    pub(super) found: BTreeSet<Found>,
    /// There are facts of unknown kinds that matter.
    pub(super) newer_facts: bool,
    /// What facts name, and therefore stands no more; not all of it is here.
    named: BTreeSet<FactHash>,
    /// The standing corrections and moves to other records, as they were recorded.
    corrections: BTreeMap<FactHash, &'a Fact>,
    /// All facts, standing or not.
    pub(super) known: Row<'a>,
    /// Whether there is any half of 取り違え among them: most often there is none.
    transfers: bool,
    /// The doses of the same person's other numbers.
    pub(super) kin: Kin<'a>,
}

impl Effective<'_> {
    /// Whether a fact is here and stands no more: it was superseded, or a decision dropped it.
    pub(super) fn is_void(&self, hash: &FactHash, standing: &Row<'_>) -> bool {
        self.known.contains(hash)
            && !standing.contains(hash)
            && (self.named.contains(hash) || made(&self.facts, *hash).is_some())
    }

    /// One side of a review: what stands, or for a review about corrections and decisions these themselves.
    pub(super) fn side(&self, kind: ReviewKind, hash: FactHash) -> Option<Side> {
        let about_corrections = matches!(kind, ReviewKind::RivalCorrections | ReviewKind::DanglingCorrection);
        let correction = self.corrections.get(&hash).copied();
        let of_kin = || made(&self.kin.doses, hash).or_else(|| self.decision(hash));
        let standing = || made(&self.facts, hash).or(correction).or_else(of_kin);
        let fact = if about_corrections { correction } else { standing() };
        fact.map(|fact| side(hash, fact))
    }

    /// Whether one of these facts puts another right, or came from another person's record.
    pub(super) fn any_puts_right(&self, facts: &BTreeSet<FactHash>) -> bool {
        facts.iter().any(|hash| self.puts_right(hash) || self.kin.put_right.contains(hash))
    }

    /// Whether a fact of this record puts another right, or came from another person's record.
    pub(super) fn puts_right(&self, hash: &FactHash) -> bool {
        let is_filed = || self.known.get(hash).is_some_and(|fact| fact.kind == FactKind::Filed);
        self.corrections.contains_key(hash) || is_filed()
    }

    /// What facts that were moved said of what they had seen at the old place, also moves that were moved on since.
    pub(super) fn seen_when_moved(&self) -> BTreeSet<FactHash> {
        let moves =
            self.known.facts().filter_map(|fact| if let Body::Moved(body) = &fact.body { Some(body) } else { None });
        moves.flat_map(|body| body.seen.iter().copied()).collect()
    }

    fn decision(&self, hash: FactHash) -> Option<&Fact> {
        self.known.get(&hash).filter(|fact| fact.kind == FactKind::Resolved)
    }

    /// The halves of 取り違え that hold, by the fact that makes them hold. What was taken in may have been corrected since,
    /// or given on to a third person: then that fact stands for it.
    pub(super) fn halves(&self, standing: &Row<'_>, dropped: &BTreeSet<FactHash>) -> BTreeSet<(FactHash, Half)> {
        let mut halves = BTreeSet::new();
        if !self.transfers {
            return halves;
        }
        let filed = |hash: &FactHash| self.known.get(hash).and_then(half_of).filter(|half| !half.gives);
        for (hash, _) in standing.iter() {
            halves.extend(filed(&hash).map(|half| (hash, half)));
        }
        for (&hash, &fact) in self.corrections.iter().filter(|(hash, _)| !dropped.contains(hash)) {
            let gives = half_of(fact).filter(|half| half.gives);
            halves.extend(gives.map(|half| (hash, half)));
            if gives.is_some() || standing.contains(&hash) {
                let targets = targets(fact, &self.known);
                halves.extend(targets.iter().filter_map(filed).map(|half| (hash, half)));
            }
        }
        halves
    }
}

/// One of the facts that were made.
fn made<'m>(facts: &'m Made<'_>, hash: FactHash) -> Option<&'m Fact> {
    let place = facts.binary_search_by_key(&hash, |(hash, _)| *hash).ok()?;
    facts.get(place).map(|(_, fact)| fact.as_ref())
}

/// Applies corrections. A superseded fact never counts, however many superseded what superseded it.
pub(super) fn effective(all: &[KnownFact]) -> Effective<'_> {
    let known: Row<'_> = all.iter().map(|known| (known.hash, &known.fact)).collect();
    let mut result = Effective {
        facts: Vec::with_capacity(all.len()),
        resolutions: Vec::new(),
        found: BTreeSet::new(),
        newer_facts: false,
        named: named(&known),
        corrections: BTreeMap::new(),
        transfers: known.facts().any(|fact| half_of(fact).is_some()),
        known: Row::default(),
        kin: Kin::default(),
    };
    for (hash, fact) in known.iter() {
        if !result.named.contains(&hash) {
            result.add(hash, fact, &known);
        }
    }
    result.found = about_corrections(&result.corrections, &known);
    result.known = known;
    result
}

/// The facts that stand no more, since another names them. 接種済み is put right or moved to another record, and not taken
/// away by what merely comes after it.
fn named(known: &Row<'_>) -> BTreeSet<FactHash> {
    let takes_back = |fact: &Fact| matches!(fact.body, Body::Corrected(_) | Body::Misfiled(_) | Body::Opaque(_));
    let is_dose = |target: &FactHash| known.get(target).is_some_and(|fact| fact.told_dose().is_some());
    let mut named = BTreeSet::new();
    for fact in known.facts().filter(|fact| !fact.supersedes.is_empty()) {
        let may = takes_back(fact);
        named.extend(fact.supersedes.iter().filter(|target| may || !is_dose(target)));
    }
    named
}

impl<'a> Effective<'a> {
    fn add(&mut self, hash: FactHash, fact: &'a Fact, known: &Row<'_>) {
        match &fact.body {
            Body::Resolved(_) => self.resolutions.push((hash, fact)),
            Body::Corrected(_) => {
                self.corrections.insert(hash, fact);
                self.stand(hash, replaced(fact, known));
            }
            Body::Misfiled(_) => {
                self.corrections.insert(hash, fact);
            }
            Body::Filed(filed) => {
                let as_recorded =
                    unfiled(fact, filed).map_or(Replaced::Unreadable, |fact| Replaced::By(Box::new(fact)));
                self.stand(hash, as_recorded);
            }
            // Even a note matters when it takes the place of something.
            Body::Opaque(_) => self.newer_facts |= fact.weight != Weight::Note || !fact.supersedes.is_empty(),
            Body::Booked(_)
            | Body::Moved(_)
            | Body::Cancelled(_)
            | Body::Reinstated(_)
            | Body::NoShow(_)
            | Body::CheckedIn(_)
            | Body::Outcome(_)
            | Body::LeftBefore(_)
            | Body::Reopened(_)
            | Body::Overridden(_)
            | Body::CertificateIssued(_)
            | Body::VoucherReplaced(_) => {
                self.facts.push((hash, Cow::Borrowed(fact)));
            }
        }
    }

    fn stand(&mut self, hash: FactHash, what: Replaced) {
        match what {
            Replaced::By(fact) => {
                self.facts.push((hash, Cow::Owned(*fact)));
            }
            Replaced::Withdrawn => {}
            Replaced::Unreadable => self.newer_facts = true,
        }
    }
}

enum Replaced {
    By(Box<Fact>),
    Withdrawn,
    Unreadable,
}

/// Whether a fact of this body may stand in another's place: what puts facts right may not be hidden inside of one.
fn is_plain(body: &Body) -> bool {
    !matches!(body, Body::Opaque(_) | Body::Corrected(_) | Body::Resolved(_) | Body::Misfiled(_) | Body::Filed(_))
}

/// What a correction says instead: its own outer part with the replacement's kind, time and body. Where it happened, and
/// whether it was a screen, paper or an import that told, stays as the corrected fact said: whoever corrects may sit
/// elsewhere. So do booking and dose, unless the correction names others.
fn replaced(fact: &Fact, known: &Row<'_>) -> Replaced {
    let Body::Corrected(correction) = &fact.body else { return Replaced::Withdrawn };
    let Some(replacement) = &correction.replacement else { return Replaced::Withdrawn };
    match Body::decode(replacement.kind, &replacement.body) {
        Ok(body) if is_plain(&body) => {
            let mut fact = Fact { kind: replacement.kind, body, ..fact.clone() };
            fact.stamp.happened_at = replacement.happened_at;
            let targets = targets(&fact, known);
            let mut originals = targets.iter().filter_map(|target| known.get(target));
            if let Some(original) = originals.find(|original| original.kind != FactKind::Corrected) {
                let filed = if let Body::Filed(filed) = &original.body { Some(&filed.stamp) } else { None };
                let as_recorded = filed.unwrap_or(&original.stamp);
                fact.booking = fact.booking.or_else(|| original.booking.clone());
                fact.dose = fact.dose.or(original.dose);
                fact.stamp.source = as_recorded.source;
                fact.stamp.venue.clone_from(&as_recorded.venue);
                fact.stamp.station.clone_from(&as_recorded.station);
                fact.stamp.booth.clone_from(&as_recorded.booth);
            }
            Replaced::By(Box::new(fact))
        }
        Ok(_) | Err(_) => Replaced::Unreadable,
    }
}

/// A fact that came from another person's record, as it was recorded there. Booking and dose are this person's.
fn unfiled(fact: &Fact, filed: &Filed) -> Option<Fact> {
    let body = Body::decode(filed.kind, &filed.body).ok().filter(is_plain)?;
    Some(Fact { kind: filed.kind, stamp: filed.stamp.clone(), body, ..fact.clone() })
}

/// What a correction puts right: what it names, and what the corrections that it names had put right.
fn targets(correction: &Fact, known: &Row<'_>) -> BTreeSet<FactHash> {
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
fn about_corrections(corrections: &BTreeMap<FactHash, &Fact>, known: &Row<'_>) -> BTreeSet<Found> {
    let mut by_target: BTreeMap<FactHash, BTreeSet<FactHash>> = BTreeMap::new();
    let mut found = BTreeSet::new();
    for (&hash, &fact) in corrections {
        if fact.supersedes.iter().any(|target| !known.contains(target)) {
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
