//! The kiosk's storage as a conversation sees it.

use std::time::Duration;

use uketsuke_domain::log::{Entry, Origin, Topic, Vector};
use uketsuke_domain::record::DocumentKind;
use uketsuke_store::{Store, StoreError};
use uketsuke_sync::entry::Claim;
use uketsuke_sync::ingest::{Blame, IngestError, Ingested, ingest};
use uketsuke_sync::replica::Replica;

/// Entries that share a transaction, before a check-in has its turn.
const ENTRIES_PER_COMMIT: usize = 48;
/// The pause after each transaction: longer than a waiting check-in takes to look again.
const PAUSE: Duration = Duration::from_millis(3);

/// Storage, and what was taken in since it was last asked.
#[derive(Debug)]
pub(super) struct KioskReplica {
    pub(super) store: Store,
    pub(super) roster_changed: bool,
}

/// Why the disk did not take something in.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReplicaError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Ingest(#[from] IngestError<StoreError>),
}

impl KioskReplica {
    fn note(&mut self, done: &Ingested) -> Result<(), StoreError> {
        let person = |kind: &DocumentKind| matches!(kind, DocumentKind::Visit | DocumentKind::Contact);
        self.roster_changed |= done.documents.iter().any(|(kind, _)| !person(kind));
        if done.documents.iter().any(|(kind, _)| *kind == DocumentKind::Settings) {
            // What comes after is folded under the new settings.
            self.store.refresh_settings()?;
        }
        Ok(())
    }
}

impl Replica for KioskReplica {
    type Error = ReplicaError;

    fn vector(&mut self, topic: &Topic) -> Result<Vector, ReplicaError> {
        Ok(self.store.vector(topic)?)
    }

    fn entries(
        &mut self,
        topic: &Topic,
        origin: Origin,
        from: u64,
        max_bytes: usize,
    ) -> Result<Vec<Entry>, ReplicaError> {
        Ok(self.store.entries(topic, &origin, from, max_bytes)?)
    }

    fn ingest(
        &mut self,
        topic: &Topic,
        origin: Origin,
        mut first: u64,
        claims: Vec<Claim>,
    ) -> Result<Option<Blame>, ReplicaError> {
        let mut claims = claims.into_iter().peekable();
        while claims.peek().is_some() {
            let batch: Vec<Claim> = claims.by_ref().take(ENTRIES_PER_COMMIT).collect();
            let next = first + batch.len() as u64;
            let (done, blame) =
                self.store.write(|tx| -> Result<_, ReplicaError> { Ok(ingest(tx, topic, origin, first, batch)?) })?;
            self.note(&done)?;
            if blame.is_some() {
                return Ok(blame);
            }
            first = next;
            std::thread::sleep(PAUSE);
        }
        Ok(None)
    }
}
