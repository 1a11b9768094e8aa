//! Reading the log: the same from a transaction and outside of one.

use rusqlite::{Connection, OptionalExtension, Row, params};
use uketsuke_domain::code::Voucher;
use uketsuke_domain::log::{
    ControlKind, Digest32, Entry, EntryKind, Item, ItemContent, Origin, Signature, Tip, Topic, Vector,
};
use uketsuke_domain::record::{DocumentId, DocumentKind, Fields, RawRecord};
use uketsuke_domain::reference::Settings;
use uketsuke_domain::verdict::Known;

use crate::records::{self, Records};
use crate::sql::Sql;
use crate::stretch::Stretching;
use crate::{Store, StoreError};

const ENTRY: &str = "SELECT c.topic, c.origin, e.number, e.kind, e.body_hash, e.body_len, e.header_hash, e.signature, \
     e.body FROM entry e JOIN chain c ON c.id = e.chain";

/// Reads `SELECT kind, change, what, content`.
pub(crate) fn item(row: &Row<'_>, document: DocumentId) -> rusqlite::Result<Option<Item>> {
    let content = row.get(3)?;
    let content = if row.get::<_, i64>(2)? == 0 { ItemContent::Fact(content) } else { ItemContent::Fields(content) };
    let change = Digest32(row.get(1)?);
    Ok(kind_from(row.get(0)?).map(|kind| Item { kind, document, change, content }))
}

fn kind_from(number: u8) -> Option<DocumentKind> {
    minicbor::decode(&[number]).ok()
}

pub(crate) fn entry_at(connection: &Connection, chain: i64, number: i64) -> Result<Option<Entry>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{ENTRY} WHERE e.chain = ? AND e.number = ?"))?;
    Ok(statement.query_row(params![chain, number], entry_from).optional()?.flatten())
}

/// A number as SQLite keeps it. No chain is that long; a number that is no entry's (a peer's claim, a card's version) stays
/// the highest.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number as it comes back.
pub(crate) fn kept(number: u64) -> u64 {
    signed(number).unsigned_abs()
}

/// A chain's row, and its end.
pub(crate) fn chain(connection: &Connection, topic: &Topic, origin: &Origin) -> Result<Option<(i64, Tip)>, StoreError> {
    let sql = "SELECT c.id, coalesce(e.number, c.base_number), coalesce(e.header_hash, c.base_hash)
         FROM chain c LEFT JOIN entry e ON e.chain = c.id
         WHERE c.topic = ? AND c.origin = ? ORDER BY e.number DESC LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    let row = |row: &Row<'_>| Ok((row.get(0)?, row.get::<_, i64>(1)?, row.get(2)?));
    let found: Option<(i64, i64, Option<[u8; 32]>)> =
        statement.query_row(params![topic.as_str(), origin.0], row).optional()?;
    Ok(found
        .and_then(|(id, number, hash)| Some((id, Tip { number: number.unsigned_abs(), header_hash: Digest32(hash?) }))))
}

/// The header hash of an entry that is held, or of the last one that was archived.
pub(crate) fn header_hash(
    connection: &Connection,
    topic: &Topic,
    origin: &Origin,
    number: u64,
) -> Result<Option<Digest32>, StoreError> {
    let sql = "SELECT coalesce(e.header_hash, iif(c.base_number = ?3, c.base_hash, NULL))
         FROM chain c LEFT JOIN entry e ON e.chain = c.id AND e.number = ?3 WHERE c.topic = ?1 AND c.origin = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_row(params![topic.as_str(), origin.0, signed(number)], |row| row.get(0));
    Ok(found.optional()?.flatten().map(Digest32))
}

/// What the centre's words about a subject come to.
pub(crate) fn control(
    connection: &Connection,
    kind: ControlKind,
    subject: &[u8],
) -> Result<Option<Vec<u8>>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT value FROM control WHERE kind = ? AND subject = ?")?;
    Ok(statement.query_row(params![kind as u8, subject], |row| row.get(0)).optional()?)
}

pub(crate) fn vector(connection: &Connection, topic: &Topic) -> Result<Vector, StoreError> {
    let sql = "SELECT c.origin, coalesce(e.number, c.base_number), coalesce(e.header_hash, c.base_hash)
         FROM chain c LEFT JOIN entry e ON e.chain = c.id
             AND e.number = (SELECT max(number) FROM entry WHERE chain = c.id)
         WHERE c.topic = ?";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([topic.as_str()], |row| {
        let hash: Option<[u8; 32]> = row.get(2)?;
        let tip = Tip { number: row.get::<_, i64>(1)?.unsigned_abs(), header_hash: Digest32(hash.unwrap_or_default()) };
        Ok((Origin(row.get(0)?), tip))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
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
        signature: row.get::<_, Option<[u8; 64]>>(7)?.map(Signature),
        body: row.get(8)?,
    }))
}

impl Store {
    /// What is known of a voucher: a few look-ups by key, whatever the number of residents.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn known(&self, voucher: &Voucher, short: bool, card_secret: &[u8; 32]) -> Result<Known, StoreError> {
        records::known(&Sql(&self.connection), voucher, short, card_secret)
    }

    /// A person's record.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn record(&self, document: DocumentId) -> Result<RawRecord, StoreError> {
        records::record(&Sql(&self.connection), document)
    }

    /// The fields of a document.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn fields(&self, document: DocumentId) -> Result<Fields, StoreError> {
        Sql(&self.connection).fields(document)
    }

    /// The fields of all documents of a kind that is no person's.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn documents(&self, kind: DocumentKind) -> Result<Vec<Fields>, StoreError> {
        Sql(&self.connection).documents(kind)
    }

    pub(crate) fn read_settings(&self) -> Result<Option<Settings>, StoreError> {
        records::settings(&Sql(&self.connection))
    }

    /// What is held of a topic.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn vector(&self, topic: &Topic) -> Result<Vector, StoreError> {
        vector(&self.connection, topic)
    }

    /// Consecutive entries from a number on, about `max_bytes` of bodies, at least one when there is one, ending with one that
    /// is signed; with the hash of the header before the first.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn stretch(
        &self,
        topic: &Topic,
        origin: &Origin,
        from: u64,
        max_bytes: usize,
    ) -> Result<(Option<Digest32>, Vec<Entry>), StoreError> {
        let before = match from.saturating_sub(1) {
            0 => None,
            number => header_hash(&self.connection, topic, origin, number)?,
        };
        let sql = format!("{ENTRY} WHERE c.topic = ? AND c.origin = ? AND e.number >= ? ORDER BY e.number");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![topic.as_str(), origin.0, signed(from)])?;
        let mut stretch = Stretching::new(from, max_bytes);
        while let Some(row) = rows.next()? {
            if !stretch.take(entry_from(row)?.ok_or(StoreError::Damaged("an entry"))?) {
                break;
            }
        }
        Ok((before, stretch.done()))
    }

    /// How far a peer was last known to hold the chains of a topic.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn confirmed(&self, peer: &[u8; 32], topic: &Topic) -> Result<Vec<(Origin, u64)>, StoreError> {
        let sql = "SELECT origin, number FROM confirmed WHERE peer = ? AND topic = ? ORDER BY origin";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![peer, topic.as_str()], |row| {
            Ok((Origin(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs()))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The newest entries of an origin in a topic, newest first.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn newest(&self, topic: &Topic, origin: &Origin, count: u32) -> Result<Vec<Entry>, StoreError> {
        let sql = format!("{ENTRY} WHERE c.topic = ? AND c.origin = ? ORDER BY e.number DESC LIMIT ?");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![topic.as_str(), origin.0, count], entry_from)?;
        Ok(rows.filter_map(Result::transpose).collect::<Result<_, _>>()?)
    }

    /// A small value under a name.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn meta(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT value FROM meta WHERE key = ?")?;
        Ok(statement.query_row([key], |row| row.get(0)).optional()?)
    }
}
