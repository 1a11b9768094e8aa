//! What must hold, whatever befell the world.

use std::collections::{BTreeMap, BTreeSet};

use uketsuke_domain::facts::{FactKind, KnownFact};
use uketsuke_domain::ids::{FactHash, FactId};
use uketsuke_domain::kiosk::{RecordRequest, RecordedFact};
use uketsuke_domain::log::{Ledger, Log, Topic};
use uketsuke_domain::record::{DocumentId, RawRecord};
use uketsuke_domain::review::ReviewKind;
use uketsuke_sync::frame::summary_of;
use uketsuke_sync::identity::Identity;

use crate::disk::Disk;
use crate::net::DeviceId;
use crate::world::{CENTRE, World};

/// A fact of which a screen said that it is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Acknowledged {
    /// The fact.
    pub(crate) fact: FactId,
    /// Whose record.
    pub(crate) document: DocumentId,
    /// Where.
    pub(crate) device: DeviceId,
    /// When.
    pub(crate) at: u64,
}

/// What was seen.
#[derive(Debug, Default)]
pub(crate) struct Oracle {
    /// Facts of which a screen said that they are recorded.
    pub(crate) acknowledged: Vec<Acknowledged>,
    /// Of those, the ones that nobody but a lost disk, or a revoked device, held.
    pub(crate) excused: BTreeSet<FactId>,
    /// Facts that put something right which their screen had not shown.
    pub(crate) unseen: Vec<FactId>,
    /// Devices whose cards were copied.
    pub(crate) clones: Vec<(DeviceId, DeviceId)>,
    /// Keys whose leave was taken back.
    pub(crate) revoked: BTreeSet<[u8; 32]>,
}

/// What is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Acknowledged facts that the centre does not hold.
    pub lost: Vec<String>,
    /// Replicas that do not agree.
    pub diverged: Vec<String>,
    /// Contradictions without a review.
    pub silent: Vec<String>,
}

impl Verdict {
    /// Whether nothing is.
    pub fn is_good(&self) -> bool {
        self.lost.is_empty() && self.diverged.is_empty() && self.silent.is_empty()
    }
}

impl<S: Disk> World<S> {
    pub(crate) fn acknowledge(&mut self, id: DeviceId, request: &RecordRequest, facts: &[RecordedFact]) {
        let document = DocumentId::visit(&request.voucher);
        for fact in facts {
            let (fact, at) = (fact.id, self.now);
            self.oracle.acknowledged.push(Acknowledged { fact, document, device: id, at });
        }
        let basis: BTreeSet<FactHash> = request.basis.iter().copied().collect();
        let mut supersedes = request.drafts.iter().flat_map(|draft| &draft.supersedes);
        if supersedes.any(|hash| !basis.contains(hash)) {
            self.oracle.unseen.extend(facts.first().map(|fact| fact.id));
        }
    }

    /// Broken on purpose: the screen says that it is recorded, and it is not.
    pub(crate) fn pretend(&mut self, id: DeviceId, request: &RecordRequest) {
        let document = DocumentId::visit(&request.voucher);
        let mut name = [0; 16];
        name[..8].copy_from_slice(&self.now.to_be_bytes());
        let at = self.now;
        self.oracle.acknowledged.push(Acknowledged { fact: FactId(name), document, device: id, at });
    }

    /// Facts that were acknowledged at a device since a moment and that no other disk holds: none from which they can come
    /// back. Nobody listens to a revoked device.
    pub(crate) fn excuse_what_only(&mut self, id: DeviceId, since: u64) {
        let of = self.oracle.acknowledged.iter().filter(|ack| ack.device == id && ack.at >= since);
        let of: Vec<Acknowledged> = of.cloned().collect();
        for ack in of {
            let others = self.devices.iter().enumerate().filter(|(other, device)| *other != id && !device.revoked);
            let held = others.filter_map(|(_, device)| device.storage()).any(|storage| has(storage, &ack));
            if !held {
                self.oracle.excused.insert(ack.fact);
            }
        }
    }

    /// What the centre holds of a record is about to be erased.
    pub(crate) fn excuse_what_the_centre_holds(&mut self, document: DocumentId) {
        let Some(centre) = self.devices.get(CENTRE).and_then(|device| device.storage()) else { return };
        let of = self.oracle.acknowledged.iter().filter(|ack| ack.document == document && has(centre, ack));
        let held: Vec<FactId> = of.map(|ack| ack.fact).collect();
        self.oracle.excused.extend(held);
    }

    /// Whether all that can talk have come to the same.
    pub(crate) fn is_even(&mut self) -> bool {
        self.differences().is_empty()
    }

    /// A hash of all that every replica holds.
    pub(crate) fn digest(&self) -> u64 {
        let mut digest = 0u64;
        let mut topics = vec![Topic::municipality(self.town.municipality), Topic::centre(self.town.municipality)];
        topics.extend(self.town.venues.iter().map(|venue| self.town.topic(venue)));
        for device in &self.devices {
            for topic in &topics {
                let vector = device.storage().and_then(|storage| storage.vector(topic).ok()).unwrap_or_default();
                let summary = summary_of(&vector);
                let part = summary.first_chunk().copied().map(u64::from_be_bytes).unwrap_or_default();
                digest = digest.rotate_left(7) ^ part;
            }
        }
        digest
    }

    /// Which disks hold other vectors than the centre's.
    pub(crate) fn differences(&mut self) -> Vec<String> {
        let mut differ = Vec::new();
        let mut topics = vec![Topic::municipality(self.town.municipality)];
        topics.extend(self.town.venues.iter().map(|venue| self.town.topic(venue)));
        for topic in topics {
            let summary = |world: &Self, id: DeviceId| {
                let storage = world.devices.get(id)?.storage()?;
                storage
                    .vector(&topic)
                    .ok()
                    .map(|vector| (summary_of(&vector), vector.values().map(|tip| tip.number).sum::<u64>()))
            };
            let centre = summary(self, CENTRE);
            for id in 1..self.devices.len() {
                let Some(device) = self.devices.get(id) else { continue };
                let has = topic == Topic::municipality(self.town.municipality) || topic == device.topic(&self.town);
                if has && !device.revoked && summary(self, id) != centre {
                    differ.push(format!("device {id} holds {:?} of {topic}, the centre {centre:?}", summary(self, id)));
                }
            }
        }
        differ
    }

    /// Looks at everything, at the end.
    pub(crate) fn judge(&mut self) -> Verdict {
        let mut verdict = Verdict { diverged: self.differences(), ..Verdict::default() };
        self.look_for_lost(&mut verdict);
        let documents: BTreeSet<DocumentId> = self.oracle.acknowledged.iter().map(|ack| ack.document).collect();
        let documents: BTreeSet<DocumentId> =
            documents.into_iter().chain(self.town.residents.iter().map(DocumentId::visit)).collect();
        for document in documents {
            self.compare_records(document, &mut verdict);
            self.look_for_silence(document, &mut verdict);
        }
        verdict.silent.extend(self.oracle.unseen.iter().map(|fact| format!("{fact} puts right what nobody saw")));
        verdict
    }

    pub(crate) fn look_for_lost(&self, verdict: &mut Verdict) {
        let Some(centre) = self.devices.get(CENTRE).and_then(|device| device.storage()) else { return };
        for ack in &self.oracle.acknowledged {
            let key = self.devices.get(ack.device).map(|device| Identity::new(&device.secret, 0).public_key());
            let is_revoked = key.is_some_and(|key| self.oracle.revoked.contains(&key));
            if !is_revoked && !self.oracle.excused.contains(&ack.fact) && !has(centre, ack) {
                verdict.lost.push(format!("{} of device {} at {}", ack.fact, ack.device, ack.at));
            }
        }
    }

    /// A record is the same at the centre and at every kiosk of a venue where it is.
    fn compare_records(&mut self, document: DocumentId, verdict: &mut Verdict) {
        let Some(centre) = self.devices.get_mut(CENTRE).and_then(|device| device.storage_mut()) else { return };
        let Ok((record, places)) = centre
            .write(|tx| -> Result<_, uketsuke_store::StoreError> { Ok((tx.record(document)?, tx.places(document)?)) })
        else {
            verdict.diverged.push(format!("{document} can't be read at the centre"));
            return;
        };
        for id in 1..self.devices.len() {
            let Some(device) = self.devices.get(id).filter(|device| !device.revoked) else { continue };
            let Some(storage) = device.storage() else { continue };
            let theirs = storage.record(document).unwrap_or_default();
            let is_here = places.contains(&device.topic(&self.town));
            let same = hashes(&theirs.facts) == hashes(&record.facts) && theirs.fields == record.fields;
            if is_here && !same {
                let mut what = difference(&record, &theirs);
                for id in [CENTRE, id] {
                    let Some(storage) = self.devices.get_mut(id).and_then(|device| device.storage_mut()) else {
                        continue;
                    };
                    let entries = storage.write(|tx| tx.entries_of(document)).unwrap_or_default();
                    let states = entries.iter().map(|(entry, state)| format!("{entry:?} {state:?}"));
                    what = format!("{what}\n  {id}: {:#?}", states.collect::<Vec<_>>());
                }
                verdict.diverged.push(format!("device {id} holds another record {document}: {what}"));
            }
            if !is_here && !theirs.is_empty() {
                verdict.diverged.push(format!("device {id} holds {document}, and its venue does not"));
            }
        }
    }

    /// Contradictions, looked for without the fold: each must be a review at the centre and wherever the record is.
    fn look_for_silence(&self, document: DocumentId, verdict: &mut Verdict) {
        for (id, device) in self.devices.iter().enumerate().filter(|(_, device)| !device.revoked) {
            let Some(storage) = device.storage() else { continue };
            let record = storage.record(document).unwrap_or_default();
            let reviews: BTreeSet<ReviewKind> = match storage.open_reviews() {
                Ok(open) => open.into_iter().filter(|(of, _)| *of == document).map(|(_, kind)| kind).collect(),
                Err(_) => BTreeSet::new(),
            };
            for (needs, what) in contradictions(&record.facts) {
                if !needs.iter().any(|kind| reviews.contains(kind)) {
                    verdict.silent.push(format!("{document} at device {id}: {what}, reviews {reviews:?}"));
                }
            }
        }
    }
}

fn has<S: Disk>(storage: &S, ack: &Acknowledged) -> bool {
    storage.record(ack.document).is_ok_and(|record| record.facts.iter().any(|known| known.fact.id == ack.fact))
}

/// What one record has and the other has not.
fn difference(centre: &RawRecord, theirs: &RawRecord) -> String {
    let only = |a: &RawRecord, b: &RawRecord| {
        let others = hashes(&b.facts);
        let only = a.facts.iter().filter(|known| !others.contains(&known.hash));
        only.map(|known| format!("{:?} {} {}", known.fact.kind, known.fact.stamp.station, known.fact.id))
            .collect::<Vec<_>>()
    };
    let fields = (centre.fields != theirs.fields).then_some((&centre.fields, &theirs.fields));
    format!("only there {:?}, only here {:?}, fields {fields:?}", only(centre, theirs), only(theirs, centre))
}

fn hashes(facts: &[KnownFact]) -> BTreeSet<FactHash> {
    facts.iter().map(|known| known.hash).collect()
}

/// What cannot all be true, by the plainest reading: facts of one booking that nobody put right.
fn contradictions(facts: &[KnownFact]) -> Vec<(&'static [ReviewKind], String)> {
    let superseded: BTreeSet<FactHash> = facts.iter().flat_map(|known| known.fact.supersedes.iter().copied()).collect();
    let standing = facts.iter().filter(|known| !superseded.contains(&known.hash));
    let mut by_booking: BTreeMap<_, Vec<&KnownFact>> = BTreeMap::new();
    let mut doses: BTreeMap<_, u32> = BTreeMap::new();
    for known in standing {
        by_booking.entry(known.fact.booking.clone()).or_default().push(known);
        if known.fact.kind == FactKind::Vaccinated {
            *doses.entry(known.fact.dose).or_default() += 1;
        }
    }
    let mut found: Vec<(&'static [ReviewKind], String)> = Vec::new();
    for (booking, facts) in by_booking {
        let count = |kind: FactKind| facts.iter().filter(|known| known.fact.kind == kind).count();
        let reopened = count(FactKind::VisitReopened) > 0;
        if booking.is_some() && count(FactKind::CheckedIn) > 1 && !reopened {
            found.push((&[ReviewKind::DoubleCheckIn], format!("two check-ins of {booking:?}")));
        }
        if booking.is_some() && count(FactKind::Vaccinated) > 0 && count(FactKind::PrescreenOnly) > 0 && !reopened {
            found.push((&[ReviewKind::OutcomeConflict], format!("接種済み beside 予診のみ of {booking:?}")));
        }
    }
    for (dose, times) in doses {
        if times > 1 {
            found.push((&[ReviewKind::DoubleVaccination], format!("dose {dose:?} given {times} times")));
        }
    }
    found
}
