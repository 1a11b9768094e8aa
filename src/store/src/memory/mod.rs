//! The twin that is no SQL: a store in memory, for simulation at speed.
//!
//! It does exactly what [`crate::Store`] does (`tests/conformance.rs` runs both), iterates in a fixed order everywhere, and
//! can be told to fail as a disk fails.

mod fault;
mod query;
mod records;
mod rows;
mod table;
mod tables;
mod tx;

use std::fmt;

use uketsuke_domain::log::{ControlKind, Digest32, Entry, Origin, Storage, Tip, Topic, Vector};
use uketsuke_domain::reference::Settings;

use crate::stretch::Stretching;
use crate::{Options, StoreError, records as shared};
use fault::Fault;
use tables::Tables;

pub use tx::MemoryTx;

/// A store in memory that is no SQL.
#[derive(Default)]
pub struct MemoryStore {
    tables: Tables,
    fault: Fault,
    options: Options,
    settings: Option<Settings>,
}

impl fmt::Debug for MemoryStore {
    /// People's records stay out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryStore({} entries, {} people)", self.tables.entries.len(), self.tables.people.len())
    }
}

impl PartialEq for MemoryStore {
    /// Whether two hold the same, down to the last row.
    fn eq(&self, other: &Self) -> bool {
        self.tables == other.tables
    }
}

impl Clone for MemoryStore {
    /// What a backup holds, or a copied card: all that is stored, and no plan to fail.
    fn clone(&self) -> Self {
        let Self { tables, fault: _, options, settings } = self;
        Self { tables: tables.clone(), fault: Fault::default(), options: *options, settings: settings.clone() }
    }
}

impl MemoryStore {
    /// An empty store.
    pub fn new(options: Options) -> Self {
        Self { options, ..Self::default() }
    }

    /// Lets the `n`-th mutating operation from now on fail with an error (1: the next one). The making of a person's rows at
    /// the end of a transaction is an operation, and so is the commit of one that changed something. All of that transaction
    /// is undone, even if the error was passed over. It fails once; none takes the plan back.
    pub fn fail_after(&mut self, n: Option<u64>, error: fn() -> StoreError) {
        self.fault = Fault::after(n, error);
    }

    /// The municipality's settings as they were when the store was made or [`MemoryStore::refresh_settings`] was called.
    pub fn settings(&self) -> Option<&Settings> {
        self.settings.as_ref()
    }

    /// Reads the settings anew: after a transaction that changed them.
    ///
    /// # Errors
    /// Not expected.
    pub fn refresh_settings(&mut self) -> Result<(), StoreError> {
        self.settings = shared::settings(&self.tables)?;
        Ok(())
    }

    /// Writes: all or nothing. What the closure touched is projected before the commit.
    ///
    /// # Errors
    /// The closure's, or the one that a test asked for; then nothing was written.
    pub fn write<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut MemoryTx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut tx = MemoryTx::new(&mut self.tables, &mut self.fault, self.options, self.settings.as_ref());
        let answer = work(&mut tx)?;
        tx.commit()?;
        Ok(answer)
    }

    /// What is held of a topic.
    ///
    /// # Errors
    /// Not expected.
    pub fn vector(&self, topic: &Topic) -> Result<Vector, StoreError> {
        let chains = self.tables.chains_in(topic);
        Ok(chains.filter_map(|(origin, chain)| Some((*origin, self.tables.tip_of(chain)?))).collect())
    }

    /// Consecutive entries from a number on, about `max_bytes` of bodies, at least one when there is one, ending with one
    /// that is signed; with the hash of the header before the first.
    ///
    /// # Errors
    /// Not expected.
    pub fn stretch(
        &self,
        topic: &Topic,
        origin: &Origin,
        from: u64,
        max_bytes: usize,
    ) -> Result<(Option<Digest32>, Vec<Entry>), StoreError> {
        let before = match from.saturating_sub(1) {
            0 => None,
            number => self.tables.header_hash(topic, origin, number),
        };
        let mut stretch = Stretching::new(from, max_bytes);
        if let Some(chain) = self.tables.chain(topic, origin) {
            let rows = self.tables.entries.range((chain.id, from)..=(chain.id, u64::MAX));
            for (_, row) in rows {
                if !stretch.take((*row.entry).clone()) {
                    break;
                }
            }
        }
        Ok((before, stretch.done()))
    }

    /// How far a peer was last known to hold the chains of a topic.
    ///
    /// # Errors
    /// Not expected.
    pub fn confirmed(&self, peer: &[u8; 32], topic: &Topic) -> Result<Vec<(Origin, u64)>, StoreError> {
        let at = |origin| (*peer, topic.clone(), Origin(origin));
        let held = self.tables.confirmed.range(at([0; 40])..=at([255; 40]));
        Ok(held.map(|((_, _, origin), number)| (*origin, *number)).collect())
    }
}

impl Storage for MemoryStore {
    type Error = StoreError;
    type Tx<'a> = MemoryTx<'a>;

    fn write<T, E: From<StoreError>>(&mut self, work: impl FnOnce(&mut MemoryTx<'_>) -> Result<T, E>) -> Result<T, E> {
        MemoryStore::write(self, work)
    }

    fn vector(&self, topic: &Topic) -> Result<Vector, StoreError> {
        MemoryStore::vector(self, topic)
    }

    fn stretch(
        &self,
        topic: &Topic,
        origin: &Origin,
        from: u64,
        max_bytes: usize,
    ) -> Result<(Option<Digest32>, Vec<Entry>), StoreError> {
        MemoryStore::stretch(self, topic, origin, from, max_bytes)
    }

    fn tip(&self, topic: &Topic, origin: &Origin) -> Result<Option<Tip>, StoreError> {
        Ok(self.tables.chain_and_tip(topic, origin).map(|(_, tip)| tip))
    }

    fn control(&self, kind: ControlKind, subject: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.tables.control.get(&(kind as u8, subject.to_owned())).cloned())
    }

    fn confirmed(&self, peer: &[u8; 32], topic: &Topic) -> Result<Vec<(Origin, u64)>, StoreError> {
        MemoryStore::confirmed(self, peer, topic)
    }

    fn refresh_settings(&mut self) -> Result<(), StoreError> {
        MemoryStore::refresh_settings(self)
    }
}
