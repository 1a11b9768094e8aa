//! Storage as a conversation sees it: takes entries in by short transactions, and at the centre publishes in the same
//! ones.

use std::collections::BTreeSet;

use uketsuke_domain::log::{ControlKind, Digest32, Log, Origin, Storage, Tip, Topic, Vector};
use uketsuke_domain::record::{DocumentId, DocumentKind};
use uketsuke_sync::entry::Claim;
use uketsuke_sync::identity::Identity;
use uketsuke_sync::ingest::{Batch, Blame, Ingested, drop_archived, ingest, is_archived};
use uketsuke_sync::replica::{Replica, Taken};
use uketsuke_sync::session::Stretch;

use crate::ReplicaError;
use crate::publish::Publisher;

/// Entries that share a transaction while a replica is filled for the first time, about: some 50 ms of work.
const NEW_PER_COMMIT: usize = 512;

/// What a replica is.
#[derive(Clone, Debug)]
pub enum Role {
    /// A kiosk.
    Kiosk,
    /// The centre, which publishes.
    Centre(Box<Publisher>),
}

/// What the documents of a batch tell the rest of the program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Entries that were new.
    pub added: u64,
    /// Documents that are no person's changed: settings, venues, doctors, lots, accounts, devices, slots.
    pub roster: bool,
    /// People whose records changed.
    pub people: BTreeSet<DocumentId>,
    /// Entries of archived topics that were dropped here.
    pub dropped: u64,
}

/// What became of a batch, or of one transaction's part of it.
struct Part {
    done: Ingested,
    blame: Option<Blame>,
    /// The end of the chain.
    tip: Option<Tip>,
    /// The hash of the part's last header.
    after: Option<Digest32>,
}

/// A replica's storage with its name.
#[derive(Debug)]
pub struct Node<S> {
    /// Storage.
    pub storage: S,
    /// As whom it writes.
    pub identity: Identity,
    /// The centre's public key.
    pub centre: [u8; 32],
    /// What it is.
    pub role: Role,
    /// Entries that share a transaction, about: a kiosk's check-in has its turn in between.
    entries_per_commit: usize,
    /// This replica never held all that somebody has: it takes in more at once, for nobody works with it yet.
    pub(crate) is_new: bool,
    /// What is done between two transactions: a kiosk lets a waiting check-in look again.
    pause: fn(),
    said: Said,
    /// Chains that grew by what the centre published.
    published: Vec<(Topic, Origin, Tip)>,
}

impl<S: Storage> Node<S> {
    /// A kiosk.
    pub fn kiosk(storage: S, identity: Identity, centre: [u8; 32], entries_per_commit: usize, pause: fn()) -> Self {
        Self {
            storage,
            identity,
            centre,
            role: Role::Kiosk,
            entries_per_commit,
            is_new: false,
            pause,
            said: Said::default(),
            published: Vec::new(),
        }
    }

    /// The centre.
    pub fn centre(storage: S, publisher: Publisher) -> Self {
        let identity = publisher.identity.clone();
        let centre = identity.public_key();
        let role = Role::Centre(Box::new(publisher));
        Self { role, ..Self::kiosk(storage, identity, centre, usize::MAX, || {}) }
    }

    /// Whether nothing of any topic that it may have is here.
    pub(crate) fn is_empty(&self) -> bool {
        let topics = self.identity.certificate().map(|given| given.leave.topics.as_slice()).unwrap_or_default();
        // What can't be read is not empty: then it is taken in carefully.
        topics.iter().all(|topic| self.storage.vector(topic).is_ok_and(|vector| vector.is_empty()))
    }

    /// What was taken in since this was last asked.
    pub fn said(&mut self) -> Said {
        std::mem::take(&mut self.said)
    }

    /// What the centre published since this was last asked: the ends of its own chains.
    pub fn published(&mut self) -> Vec<(Topic, Origin, Tip)> {
        std::mem::take(&mut self.published)
    }

    /// Drops the topics that the centre has archived, as far as all that is held here of them is at the centre. The centre
    /// itself keeps everything.
    ///
    /// # Errors
    /// Storage's.
    pub(crate) fn drop_archived(&mut self) -> Result<(), ReplicaError<S::Error>> {
        if matches!(self.role, Role::Centre(_)) {
            return Ok(());
        }
        let topics = self.identity.certificate().map(|given| given.leave.topics.clone()).unwrap_or_default();
        for topic in topics {
            if !self.is_over(&topic)? {
                continue;
            }
            let (dropped, done) =
                self.storage.write(|tx| -> Result<_, ReplicaError<S::Error>> { Ok(drop_archived(tx, &topic)?) })?;
            log::info!("{topic} is archived: dropped {dropped} entries about {} people", done.documents.len());
            self.said.dropped += dropped;
            self.note(&done)?;
        }
        Ok(())
    }

    /// Whether a topic is archived and something of it is still here: read only, for this is asked often.
    fn is_over(&self, topic: &Topic) -> Result<bool, S::Error> {
        let word = self.storage.control(ControlKind::Archived, topic.as_str().as_bytes())?;
        let Some(word) = word else { return Ok(false) };
        let held = self.storage.vector(topic)?;
        if !is_archived(Some(&word), &held) {
            return Ok(false);
        }
        for (origin, tip) in held {
            if !self.storage.stretch(topic, &origin, tip.number, 1)?.1.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// One transaction.
    fn take(&mut self, batches: Vec<Batch>) -> Result<Vec<Part>, ReplicaError<S::Error>> {
        let Self { storage, role, published, .. } = self;
        let mut written = Vec::new();
        let parts = storage.write(|tx| -> Result<Vec<Part>, ReplicaError<S::Error>> {
            let mut parts = Vec::with_capacity(batches.len());
            for batch in batches {
                let (topic, origin) = (batch.topic.clone(), batch.origin);
                let last = batch.first.saturating_add(batch.claims.len() as u64).saturating_sub(1);
                let (done, blame) = ingest(tx, batch)?;
                let tip = tx.tip(&topic, &origin)?;
                let after = match tip {
                    Some(tip) if tip.number == last => Some(tip.header_hash),
                    _ => tx.header_hash(&topic, &origin, last)?,
                };
                parts.push(Part { done, blame, tip, after });
            }
            if let Role::Centre(publisher) = role
                && parts.iter().any(|part| part.done.added > 0)
            {
                let origin = publisher.identity.origin();
                for topic in publisher.publish(tx)? {
                    let tip = tx.tip(&topic, &origin)?;
                    written.extend(tip.map(|tip| (topic, origin, tip)));
                }
            }
            Ok(parts)
        })?;
        published.extend(written);
        parts.iter().try_for_each(|part| self.note(&part.done))?;
        Ok(parts)
    }

    /// Takes a batch in by several short transactions: a check-in of this kiosk has its turn in between.
    fn take_by_parts(&mut self, batch: Batch) -> Result<Taken, ReplicaError<S::Error>> {
        let Batch { topic, origin, mut first, mut after, claims } = batch;
        let mut taken = Taken { tip: None, added: 0, blame: None };
        let about = if self.is_new { self.entries_per_commit.max(NEW_PER_COMMIT) } else { self.entries_per_commit };
        let mut parts = split(claims, about).into_iter().peekable();
        while let Some(claims) = parts.next() {
            let count = claims.len() as u64;
            let batch = Batch { topic: topic.clone(), origin, first, after, claims };
            for part in self.take(vec![batch])? {
                taken.added += part.done.added;
                (taken.tip, after) = (part.tip, part.after);
                taken.blame = part.blame;
            }
            first = first.saturating_add(count);
            if taken.blame.is_some() {
                break;
            }
            if parts.peek().is_some() {
                (self.pause)();
            }
        }
        Ok(taken)
    }

    fn note(&mut self, done: &Ingested) -> Result<(), S::Error> {
        self.said.added += done.added;
        for (kind, document) in &done.documents {
            match kind {
                DocumentKind::Visit => {
                    self.said.people.insert(*document);
                }
                DocumentKind::Contact => {}
                DocumentKind::Settings => {
                    self.said.roster = true;
                    // What comes after is folded under the new settings.
                    self.storage.refresh_settings()?;
                }
                _ => self.said.roster = true,
            }
        }
        Ok(())
    }
}

/// Splits claims after signed ones, so that no run is cut.
fn split(claims: Vec<Claim>, about: usize) -> Vec<Vec<Claim>> {
    let mut parts = Vec::new();
    let mut part = Vec::new();
    for claim in claims {
        let may_end = claim.signature.is_some();
        part.push(claim);
        if may_end && part.len() >= about {
            parts.push(std::mem::take(&mut part));
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}

impl<S: Storage> Replica for Node<S> {
    type Error = ReplicaError<S::Error>;

    fn vector(&mut self, topic: &Topic) -> Result<Vector, Self::Error> {
        Ok(self.storage.vector(topic)?)
    }

    fn entries(&mut self, topic: &Topic, origin: Origin, from: u64, max_bytes: usize) -> Result<Stretch, Self::Error> {
        let (after, entries) = self.storage.stretch(topic, &origin, from, max_bytes)?;
        Ok(Stretch { after, entries })
    }

    fn ingest(&mut self, batches: Vec<Batch>) -> Result<Vec<Taken>, Self::Error> {
        match self.role {
            // The centre takes in together what came together: that halves what it writes.
            Role::Centre(_) => {
                let taken = |part: Part| Taken { tip: part.tip, added: part.done.added, blame: part.blame };
                Ok(self.take(batches)?.into_iter().map(taken).collect())
            }
            Role::Kiosk => batches.into_iter().map(|batch| self.take_by_parts(batch)).collect(),
        }
    }
}
