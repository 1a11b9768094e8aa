//! A transaction, and the port that replication writes through.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, Transaction, params};
use uketsuke_domain::fold::Folded;
use uketsuke_domain::log::{
    BodyState, Digest32, Entry, EntryKind, Item, ItemContent, Log, Origin, Signature, Tip, Topic,
};
use uketsuke_domain::record::{DocumentId, DocumentKind, Fields};
use uketsuke_domain::reference::{CardKeyed, Settings};

use crate::open::Options;
use crate::{StoreError, project, read};

/// A write transaction.
#[derive(Debug)]
pub struct Tx<'a> {
    pub(crate) inner: Transaction<'a>,
    options: Options,
    settings: Option<&'a Settings>,
    /// Documents that were touched, to be projected before the commit.
    touched: BTreeMap<DocumentId, DocumentKind>,
    /// The entry that was appended last: what it brings is put down as coming from it.
    current: (i64, i64),
}

impl<'a> Tx<'a> {
    pub(crate) fn new(inner: Transaction<'a>, options: Options, settings: Option<&'a Settings>) -> Self {
        Self { inner, options, settings, touched: BTreeMap::new(), current: (0, 0) }
    }

    pub(crate) fn commit(mut self) -> Result<(), StoreError> {
        for (document, kind) in std::mem::take(&mut self.touched) {
            if kind == DocumentKind::Visit {
                project::project(&self.inner, document, self.settings)?;
            }
        }
        self.inner.commit()?;
        Ok(())
    }

    /// Makes a person's tables now instead of at the commit, and answers what the facts add up to.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn project(&mut self, document: DocumentId) -> Result<Folded, StoreError> {
        self.touched.remove(&document);
        project::project(&self.inner, document, self.settings)
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
             ORDER BY i.chain, i.number";
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

    fn chain(&self, topic: &Topic, origin: &Origin) -> Result<Option<(i64, Tip)>, StoreError> {
        let sql = "SELECT c.id, e.number, e.header_hash FROM chain c JOIN entry e ON e.chain = c.id
             WHERE c.topic = ? AND c.origin = ? ORDER BY e.number DESC LIMIT 1";
        let mut statement = self.inner.prepare_cached(sql)?;
        let found = statement
            .query_row(params![topic.as_str(), origin.0], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?, row.get(2)?)))
            .optional()?;
        Ok(found.map(|(id, number, hash)| (id, Tip { number: number.unsigned_abs(), header_hash: Digest32(hash) })))
    }

    fn next_in_chain(&self, entry: &Entry) -> Result<i64, StoreError> {
        if let Some((id, tip)) = self.chain(&entry.topic, &entry.origin)? {
            if tip.number + 1 != entry.number {
                return Err(StoreError::Damaged("an entry out of its order"));
            }
            return Ok(id);
        }
        if entry.number != 1 {
            return Err(StoreError::Damaged("a chain that does not begin with 1"));
        }
        let mut statement = self.inner.prepare_cached("INSERT INTO chain (topic, origin) VALUES (?, ?)")?;
        Ok(statement.insert(params![entry.topic.as_str(), entry.origin.0])?)
    }
}

/// How a state is stored: number, reason and document.
fn stored_state(state: &BodyState) -> (i64, Option<&str>, Option<[u8; 16]>) {
    match state {
        BodyState::Applied => (0, None, None),
        BodyState::Held(reason) => (1, Some(reason), None),
        BodyState::Waiting(document) => (2, None, Some(document.0)),
        BodyState::Withheld => (3, None, None),
    }
}

impl Log for Tx<'_> {
    type Error = StoreError;

    fn centre(&self) -> Option<[u8; 32]> {
        self.options.centre
    }

    fn tip(&mut self, topic: &Topic, origin: &Origin) -> Result<Option<Tip>, StoreError> {
        Ok(self.chain(topic, origin)?.map(|(_, tip)| tip))
    }

    fn header_hash(&mut self, topic: &Topic, origin: &Origin, number: u64) -> Result<Option<Digest32>, StoreError> {
        let sql = "SELECT e.header_hash FROM entry e JOIN chain c ON c.id = e.chain
             WHERE c.topic = ? AND c.origin = ? AND e.number = ?";
        let mut statement = self.inner.prepare_cached(sql)?;
        let found = statement.query_row(params![topic.as_str(), origin.0, number.cast_signed()], |row| row.get(0));
        Ok(found.optional()?.map(Digest32))
    }

    fn append(&mut self, entry: &Entry, state: &BodyState) -> Result<(), StoreError> {
        let chain = self.next_in_chain(entry)?;
        let (state, reason, document) = stored_state(state);
        let mut statement = self.inner.prepare_cached("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?;
        statement.execute(params![
            chain,
            entry.number.cast_signed(),
            entry.kind.number(),
            entry.body_hash.0,
            entry.body_len,
            entry.header_hash.0,
            entry.signature.0,
            entry.body,
            state,
            reason,
            document,
        ])?;
        self.current = (chain, entry.number.cast_signed());
        Ok(())
    }

    fn waiting(&mut self, document: DocumentId) -> Result<Vec<Entry>, StoreError> {
        let mut statement =
            self.inner.prepare_cached("SELECT chain, number FROM entry WHERE document = ? AND state = 2")?;
        let places: Vec<(i64, i64)> =
            statement.query_map([document.0], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        let entries = places.into_iter().map(|(chain, number)| read::entry_at(&self.inner, chain, number));
        entries.filter_map(Result::transpose).collect()
    }

    fn set_state(&mut self, entry: &Entry, state: &BodyState) -> Result<(), StoreError> {
        let Some((chain, _)) = self.chain(&entry.topic, &entry.origin)? else { return Ok(()) };
        let (state, reason, document) = stored_state(state);
        let number = entry.number.cast_signed();
        let sql = "UPDATE entry SET state = ?, reason = ?, document = ? WHERE chain = ? AND number = ?";
        self.inner.prepare_cached(sql)?.execute(params![state, reason, document, chain, number])?;
        self.current = (chain, number);
        Ok(())
    }

    fn put_item(&mut self, item: &Item, topic: &Topic) -> Result<bool, StoreError> {
        let (what, content) = match &item.content {
            ItemContent::Fact(payload) => (0, payload),
            ItemContent::Fields(change) => (1, change),
        };
        let mut statement = self.inner.prepare_cached("INSERT OR IGNORE INTO item VALUES (?, ?, ?, ?, ?, ?, ?)")?;
        let (chain, number) = self.current;
        let added = statement.execute(params![
            item.document.0,
            item.change.0,
            item.kind as u8,
            what,
            content,
            chain,
            number
        ])?;
        if self.options.track_places {
            let mut statement = self.inner.prepare_cached("INSERT OR IGNORE INTO placed VALUES (?, ?, ?)")?;
            statement.execute(params![item.document.0, topic.as_str(), item.change.0])?;
        }
        self.touched.insert(item.document, item.kind);
        Ok(added > 0)
    }

    fn field_changes(&mut self, document: DocumentId) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut statement = self.inner.prepare_cached("SELECT content FROM item WHERE document = ? AND what = 1")?;
        let changes = statement.query_map([document.0], |row| row.get(0))?;
        Ok(changes.collect::<Result<_, _>>()?)
    }

    fn put_fields(&mut self, kind: DocumentKind, document: DocumentId, fields: &Fields) -> Result<(), StoreError> {
        let bytes = minicbor::to_vec(fields).map_err(|_| StoreError::Damaged("fields that can't be encoded"))?;
        let mut statement = self.inner.prepare_cached("INSERT OR REPLACE INTO fields VALUES (?, ?, ?)")?;
        statement.execute(params![document.0, kind as u8, bytes])?;
        self.touched.insert(document, kind);
        Ok(())
    }

    fn put_card(&mut self, card: &CardKeyed, number: u64) -> Result<(), StoreError> {
        let bytes = minicbor::to_vec(&card.card).map_err(|_| StoreError::Damaged("a card that can't be encoded"))?;
        let sql = "INSERT INTO card VALUES (?1, ?2, ?3)
             ON CONFLICT (key) DO UPDATE SET number = ?2, card = ?3 WHERE ?2 > number";
        self.inner.prepare_cached(sql)?.execute(params![card.key.0, number.cast_signed(), bytes])?;
        Ok(())
    }
}

/// Reads an entry from `SELECT topic, origin, number, kind, body_hash, body_len, header_hash, signature, body`.
pub(crate) fn entry_from(row: &Row<'_>) -> rusqlite::Result<Option<Entry>> {
    let topic: String = row.get(0)?;
    let Some(topic) = Topic::parse(&topic) else { return Ok(None) };
    Ok(Some(Entry {
        topic,
        origin: Origin(row.get(1)?),
        number: row.get::<_, i64>(2)?.unsigned_abs(),
        kind: EntryKind::from_number(row.get(3)?),
        body_hash: Digest32(row.get(4)?),
        body_len: row.get(5)?,
        header_hash: Digest32(row.get(6)?),
        signature: Signature(row.get(7)?),
        body: row.get(8)?,
    }))
}
