//! A transaction, through which replication writes.

mod ledger;
mod log;

use std::collections::BTreeMap;

use rusqlite::{Transaction, params};
use uketsuke_domain::code::Voucher;
use uketsuke_domain::fold::Folded;
use uketsuke_domain::log::{BodyState, Entry, Item, Origin, Tip, Topic};
use uketsuke_domain::record::{DocumentId, DocumentKind, Fields, RawRecord};
use uketsuke_domain::reference::{Card, CardKey, Settings};
use uketsuke_domain::verdict::Known;

use crate::open::Options;
use crate::records::{self, Records};
use crate::sql::Sql;
use crate::{StoreError, project, read};

/// A write transaction.
#[derive(Debug)]
pub struct Tx<'a> {
    pub(crate) inner: Transaction<'a>,
    options: Options,
    settings: Option<&'a Settings>,
    /// Documents that were touched.
    touched: BTreeMap<DocumentId, DocumentKind>,
    /// People who are to be projected before the commit.
    due: BTreeMap<DocumentId, DocumentKind>,
    /// The entry that was appended last: what it brings is put down as coming from it.
    current: (i64, i64),
    /// The ends of chains that this transaction looked at: each entry asks for one, and nobody else writes meanwhile.
    ends: BTreeMap<Topic, BTreeMap<Origin, (i64, Tip)>>,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(inner: Transaction<'a>, options: Options, settings: Option<&'a Settings>) -> Self {
        let (touched, due, ends) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { inner, options, settings, touched, due, current: (0, 0), ends }
    }

    pub(crate) fn commit(mut self) -> Result<(), StoreError> {
        for (document, kind) in std::mem::take(&mut self.due) {
            if kind == DocumentKind::Visit {
                project::project(&mut Sql(&self.inner), document, self.settings)?;
            }
        }
        self.inner.commit()?;
        Ok(())
    }

    fn touch(&mut self, document: DocumentId, kind: DocumentKind) {
        self.touched.insert(document, kind);
        self.due.insert(document, kind);
    }

    /// Makes a person's tables now instead of at the commit, and answers the record and what its facts add up to.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn project(&mut self, document: DocumentId) -> Result<(RawRecord, Folded), StoreError> {
        self.due.remove(&document);
        project::project(&mut Sql(&self.inner), document, self.settings)
    }

    /// The documents that were touched so far.
    pub fn touched(&self) -> Vec<(DocumentKind, DocumentId)> {
        self.touched.iter().map(|(document, kind)| (*kind, *document)).collect()
    }

    /// The municipality's settings.
    pub fn settings(&self) -> Option<&'a Settings> {
        self.settings
    }

    /// Keeps a small value under a name.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn put_meta(&mut self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        let mut statement = self.inner.prepare_cached("INSERT OR REPLACE INTO meta VALUES (?, ?)")?;
        statement.execute(params![key, value])?;
        Ok(())
    }

    /// The items of a document that a topic lacks, each with the entry that first brought it.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn unplaced(&mut self, document: DocumentId, topic: &Topic) -> Result<Vec<(Item, Entry)>, StoreError> {
        let sql = "SELECT i.kind, i.change, i.what, i.content, i.chain, i.number FROM item i WHERE i.document = ?1
             AND NOT EXISTS (SELECT 1 FROM placed p WHERE p.document = ?1 AND p.topic = ?2 AND p.change = i.change)
             ORDER BY i.chain, i.number, i.change";
        let mut statement = self.inner.prepare_cached(sql)?;
        let rows = statement.query_map(params![document.0, topic.as_str()], |row| {
            Ok((read::item(row, document)?, row.get::<_, i64>(4)?, row.get::<_, i64>(5)?))
        })?;
        let mut found = Vec::new();
        for row in rows {
            let (item, chain, number) = row?;
            let item = item.ok_or(StoreError::Damaged("an item"))?;
            if let Some(entry) = read::entry_at(&self.inner, chain, number)? {
                found.push((item, entry));
            }
        }
        Ok(found)
    }

    /// The fields of all documents of a kind that is no person's, as this transaction sees them.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn documents(&self, kind: DocumentKind) -> Result<Vec<Fields>, StoreError> {
        Sql(&self.inner).documents(kind)
    }

    /// A person's record as this transaction sees it.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn record(&self, document: DocumentId) -> Result<RawRecord, StoreError> {
        records::record(&Sql(&self.inner), document)
    }

    /// What is known of a voucher, as this transaction sees it.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn known(&self, voucher: &Voucher, short: bool, card_secret: &[u8; 32]) -> Result<Known, StoreError> {
        records::known(&Sql(&self.inner), voucher, short, card_secret)
    }

    /// A card as this transaction sees it.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn card(&self, key: CardKey) -> Result<Option<Card>, StoreError> {
        Sql(&self.inner).card(key)
    }

    fn chain(&mut self, topic: &Topic, origin: &Origin) -> Result<Option<(i64, Tip)>, StoreError> {
        if let Some(end) = self.ends.get(topic).and_then(|ends| ends.get(origin)) {
            return Ok(Some(*end));
        }
        let end = read::chain(&self.inner, topic, origin)?;
        if let Some((chain, tip)) = end {
            self.put_end(topic, origin, chain, tip);
        }
        Ok(end)
    }

    fn put_end(&mut self, topic: &Topic, origin: &Origin, chain: i64, tip: Tip) {
        if let Some(ends) = self.ends.get_mut(topic) {
            ends.insert(*origin, (chain, tip));
        } else {
            self.ends.insert(topic.clone(), BTreeMap::from([(*origin, (chain, tip))]));
        }
    }

    fn next_in_chain(&mut self, entry: &Entry) -> Result<i64, StoreError> {
        if let Some((id, tip)) = self.chain(&entry.topic, &entry.origin)? {
            return in_order(entry, Some(tip)).map(|()| id);
        }
        in_order(entry, None)?;
        let mut statement = self.inner.prepare_cached("INSERT INTO chain (topic, origin) VALUES (?, ?)")?;
        Ok(statement.insert(params![entry.topic.as_str(), entry.origin.0])?)
    }
}

/// Whether an entry is the next of its chain.
pub(crate) fn in_order(entry: &Entry, tip: Option<Tip>) -> Result<(), StoreError> {
    match tip {
        None if entry.number != 1 => Err(StoreError::Damaged("a chain that does not begin with 1")),
        Some(tip) if tip.number.checked_add(1) != Some(entry.number) => {
            Err(StoreError::Damaged("an entry out of its order"))
        }
        None | Some(_) => Ok(()),
    }
}

/// The document that an entry is found by: the one that it is about, or at least the one that it waits for.
pub(crate) fn found_by(state: &BodyState, document: Option<DocumentId>) -> Option<DocumentId> {
    match state {
        BodyState::Waiting(waited_for) => document.or(Some(*waited_for)),
        BodyState::Applied | BodyState::Held(_) | BodyState::Withheld | BodyState::Erased => document,
    }
}
