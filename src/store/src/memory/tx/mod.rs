//! A transaction in memory: what it changes is undone unless it is committed.

mod ledger;
mod log;

use std::collections::BTreeMap;
use std::fmt;

use uketsuke_domain::log::{BodyState, Entry};
use uketsuke_domain::record::{DocumentId, DocumentKind};
use uketsuke_domain::reference::Settings;

use super::fault::Fault;
use super::tables::{ChainRow, EntryRow, Tables};
use crate::tx::in_order;
use crate::{Options, StoreError, project};

/// A write transaction in memory.
pub struct MemoryTx<'a> {
    tables: &'a mut Tables,
    fault: &'a mut Fault,
    options: Options,
    settings: Option<&'a Settings>,
    /// Documents that were touched.
    touched: BTreeMap<DocumentId, DocumentKind>,
    /// People who are to be projected before the commit.
    due: BTreeMap<DocumentId, DocumentKind>,
    /// The entry that was appended last: what it brings is put down as coming from it.
    current: (u64, u64),
    /// Something was written.
    written: bool,
    /// An operation failed, whoever passed over it: nothing of this stays.
    failed: bool,
    /// Whatever happens now, it stays.
    committed: bool,
}

impl<'a> MemoryTx<'a> {
    pub(super) fn new(
        tables: &'a mut Tables,
        fault: &'a mut Fault,
        options: Options,
        settings: Option<&'a Settings>,
    ) -> Self {
        Self {
            tables,
            fault,
            options,
            settings,
            touched: BTreeMap::new(),
            due: BTreeMap::new(),
            current: (0, 0),
            written: false,
            failed: false,
            committed: false,
        }
    }

    pub(super) fn commit(mut self) -> Result<(), StoreError> {
        for (document, kind) in std::mem::take(&mut self.due) {
            if kind == DocumentKind::Visit {
                self.operation()?;
                project::project(self.tables, document, self.settings)?;
            }
        }
        if self.written {
            // The commit itself is where a disk is most often full.
            self.operation()?;
        }
        self.committed = true;
        Ok(())
    }

    /// Begins an operation that changes something.
    fn operation(&mut self) -> Result<(), StoreError> {
        if self.failed {
            return Err(self.fault.error());
        }
        self.written = true;
        self.fault.count().inspect_err(|_| self.failed = true)
    }

    fn touch(&mut self, document: DocumentId, kind: DocumentKind) {
        self.touched.insert(document, kind);
        self.due.insert(document, kind);
    }

    /// Keeps a small value under a name.
    ///
    /// # Errors
    /// The one that a test asked for.
    pub fn put_meta(&mut self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.operation()?;
        self.tables.meta.put(key.to_owned(), value.to_owned());
        Ok(())
    }

    fn next_in_chain(&mut self, entry: &Entry) -> Result<u64, StoreError> {
        if let Some((id, tip)) = self.tables.chain_and_tip(&entry.topic, &entry.origin) {
            return in_order(entry, Some(tip)).map(|()| id);
        }
        in_order(entry, None)?;
        let id = self.tables.chain_ids.last_key_value().map_or(1, |(last, _)| last + 1);
        let at = (entry.topic.clone(), entry.origin);
        self.tables.chain_ids.put(id, at.clone());
        self.tables.chains.put(at, ChainRow { id, ..ChainRow::default() });
        Ok(id)
    }

    /// Puts an entry's row in the place of the one that is there; nothing where there is none.
    fn replace(&mut self, at: (u64, u64), with: impl FnOnce(EntryRow) -> EntryRow) {
        let Some(old) = self.tables.entries.get(&at) else { return };
        let about = old.document;
        let new = with(old.clone());
        if let Some(document) = new.document.filter(|document| about != Some(*document)) {
            self.tables.entries_about.put((document, at.0, at.1), ());
        }
        self.tables.entries.put(at, new);
    }

    fn chain_id(&self, entry: &Entry) -> Option<u64> {
        self.tables.chain_and_tip(&entry.topic, &entry.origin).map(|(id, _)| id)
    }
}

impl fmt::Debug for MemoryTx<'_> {
    /// People's records stay out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryTx({} documents touched)", self.touched.len())
    }
}

impl Drop for MemoryTx<'_> {
    fn drop(&mut self) {
        // Also on the way of a panic.
        if self.committed {
            self.tables.keep();
        } else {
            self.tables.undo();
        }
    }
}

/// A state as it is given out for a document.
fn state_of(row: &EntryRow, document: DocumentId) -> BodyState {
    match &row.state {
        BodyState::Waiting(_) => BodyState::Waiting(document),
        state => state.clone(),
    }
}
