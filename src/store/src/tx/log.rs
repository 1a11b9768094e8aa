//! The port of replication itself.

use rusqlite::{OptionalExtension, params};
use uketsuke_domain::log::{
    BodyState, ControlKind, Digest32, Entry, Fork, Item, ItemContent, Log, Origin, Signature, Tip, Topic,
};
use uketsuke_domain::record::{DocumentId, DocumentKind, Fields};
use uketsuke_domain::reference::{CardKey, CardKeyed};

use super::{Tx, found_by};
use crate::read::{self, signed};
use crate::records;
use crate::sql::Sql;
use crate::{MOST_FORKS, StoreError};

/// How a state is stored: number and reason. The document that an entry waits for is the one that it is about.
fn stored_state(state: &BodyState) -> (i64, Option<&str>) {
    match state {
        BodyState::Applied => (0, None),
        BodyState::Held(reason) => (1, Some(reason)),
        BodyState::Waiting(_) => (2, None),
        BodyState::Withheld => (3, None),
        BodyState::Erased => (4, None),
    }
}

/// A stored state.
fn state_from(state: i64, reason: Option<String>, document: Option<[u8; 16]>) -> BodyState {
    match (state, document) {
        (0, _) => BodyState::Applied,
        (1, _) => BodyState::Held(reason.unwrap_or_default()),
        (2, Some(document)) => BodyState::Waiting(DocumentId(document)),
        (4, _) => BodyState::Erased,
        _ => BodyState::Withheld,
    }
}

/// The first and the last origin that a key can have. They are made here: what SQLite's `||` makes of blobs is text, which
/// is greater than no blob.
fn of_key(key: &[u8; 32]) -> (Origin, Origin) {
    (Origin::new(*key, 0), Origin::new(*key, u64::MAX))
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
        read::header_hash(&self.inner, topic, origin, number)
    }

    fn last_of_key(&mut self, topic: &Topic, key: &[u8; 32]) -> Result<Option<(Origin, Tip)>, StoreError> {
        let sql = "SELECT origin FROM chain WHERE topic = ? AND origin BETWEEN ? AND ? ORDER BY id DESC LIMIT 1";
        let mut statement = self.inner.prepare_cached(sql)?;
        let (first, last) = of_key(key);
        let origin = statement.query_row(params![topic.as_str(), first.0, last.0], |row| row.get(0));
        let origin = origin.optional()?.map(Origin);
        drop(statement);
        let Some(origin) = origin else { return Ok(None) };
        Ok(self.chain(topic, &origin)?.map(|(_, tip)| (origin, tip)))
    }

    fn chains_of_key(&mut self, topic: &Topic, key: &[u8; 32]) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM chain WHERE topic = ? AND origin BETWEEN ? AND ?";
        let mut statement = self.inner.prepare_cached(sql)?;
        let (first, last) = of_key(key);
        let count: i64 = statement.query_row(params![topic.as_str(), first.0, last.0], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    fn append(&mut self, entry: &Entry, state: &BodyState, document: Option<DocumentId>) -> Result<(), StoreError> {
        let chain = self.next_in_chain(entry)?;
        let document = found_by(state, document);
        let (state, reason) = stored_state(state);
        let mut statement = self.inner.prepare_cached("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?;
        statement.execute(params![
            chain,
            signed(entry.number),
            entry.kind.number(),
            entry.body_hash.0,
            entry.body_len,
            entry.header_hash.0,
            entry.signature.map(|signature| signature.0),
            entry.body,
            state,
            reason,
            document.map(|document| document.0),
        ])?;
        drop(statement);
        self.current = (chain, signed(entry.number));
        let tip = Tip { number: entry.number, header_hash: entry.header_hash };
        self.put_end(&entry.topic, &entry.origin, chain, tip);
        Ok(())
    }

    fn put_signature(
        &mut self,
        topic: &Topic,
        origin: &Origin,
        number: u64,
        signature: Signature,
    ) -> Result<(), StoreError> {
        let Some((chain, _)) = self.chain(topic, origin)? else { return Ok(()) };
        let sql = "UPDATE entry SET signature = ? WHERE chain = ? AND number = ?";
        self.inner.prepare_cached(sql)?.execute(params![signature.0, chain, signed(number)])?;
        Ok(())
    }

    fn put_began(&mut self, topic: &Topic, origin: &Origin, after: Option<(Origin, Tip)>) -> Result<(), StoreError> {
        let Some((after, tip)) = after else { return Ok(()) };
        let sql = "UPDATE chain SET after_origin = ?, after_number = ? WHERE topic = ? AND origin = ?";
        let number = signed(tip.number);
        self.inner.prepare_cached(sql)?.execute(params![after.0, number, topic.as_str(), origin.0])?;
        Ok(())
    }

    fn put_fork(&mut self, fork: &Fork) -> Result<bool, StoreError> {
        let Fork { entry, previous } = fork;
        let sql = "INSERT OR IGNORE INTO fork SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
             WHERE (SELECT count(*) FROM fork WHERE topic = ?1 AND origin = ?2) < ?11";
        let added = self.inner.prepare_cached(sql)?.execute(params![
            entry.topic.as_str(),
            entry.origin.0,
            signed(entry.number),
            entry.header_hash.0,
            previous.0,
            entry.kind.number(),
            entry.body_hash.0,
            entry.body_len,
            entry.signature.map(|signature| signature.0),
            entry.body,
            i64::try_from(MOST_FORKS).unwrap_or(i64::MAX),
        ])?;
        Ok(added > 0)
    }

    fn strip_forks(&mut self, bodies: &[Digest32]) -> Result<(), StoreError> {
        // There are few forks, and none on most disks: no index is kept for this.
        let sql = "UPDATE fork SET body = NULL WHERE body_hash = ? AND body IS NOT NULL";
        let mut statement = self.inner.prepare_cached(sql)?;
        for body in bodies {
            statement.execute([body.0])?;
        }
        Ok(())
    }

    fn entries_of(&mut self, document: DocumentId) -> Result<Vec<(Entry, BodyState)>, StoreError> {
        let sql = "SELECT chain, number, state, reason FROM entry WHERE document = ? ORDER BY chain, number";
        let mut statement = self.inner.prepare_cached(sql)?;
        let rows = statement.query_map([document.0], |row| {
            let state = state_from(row.get(2)?, row.get(3)?, Some(document.0));
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, state))
        })?;
        let mut found = Vec::new();
        for row in rows {
            let (chain, number, state) = row?;
            found.extend(read::entry_at(&self.inner, chain, number)?.map(|entry| (entry, state)));
        }
        Ok(found)
    }

    fn documents_beyond(&mut self, topic: &Topic, origin: &Origin, number: u64) -> Result<Vec<DocumentId>, StoreError> {
        let Some((chain, _)) = self.chain(topic, origin)? else { return Ok(Vec::new()) };
        let sql = "SELECT DISTINCT document FROM entry WHERE chain = ? AND number > ? AND document IS NOT NULL
             ORDER BY document";
        let mut statement = self.inner.prepare_cached(sql)?;
        let rows = statement.query_map(params![chain, signed(number)], |row| Ok(DocumentId(row.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn chains_of(&mut self, key: &[u8; 32]) -> Result<Vec<(Topic, Origin)>, StoreError> {
        let mut statement =
            self.inner.prepare_cached("SELECT topic, origin FROM chain WHERE substr(origin, 1, 32) = ? ORDER BY id")?;
        let rows = statement.query_map([key], |row| Ok((row.get::<_, String>(0)?, Origin(row.get(1)?))))?;
        let rows: Vec<(String, Origin)> = rows.collect::<Result<_, _>>()?;
        Ok(rows.into_iter().filter_map(|(topic, origin)| Some((Topic::parse(&topic)?, origin))).collect())
    }

    fn drop_body(&mut self, entry: &Entry, state: &BodyState) -> Result<(), StoreError> {
        let Some((chain, _)) = self.chain(&entry.topic, &entry.origin)? else { return Ok(()) };
        let (state, reason) = stored_state(state);
        let sql = "UPDATE entry SET body = NULL, state = ?, reason = ? WHERE chain = ? AND number = ?";
        self.inner.prepare_cached(sql)?.execute(params![state, reason, chain, signed(entry.number)])?;
        Ok(())
    }

    fn forget_document(&mut self, kind: DocumentKind, document: DocumentId) -> Result<(), StoreError> {
        // Another record may speak of what goes: of the other half of 取り違え, of doses under another number.
        for other in records::beside(&Sql(&self.inner), document)? {
            self.touch(other, DocumentKind::Visit);
        }
        for sql in [
            "DELETE FROM item WHERE document = ?",
            "DELETE FROM fields WHERE document = ?",
            "DELETE FROM person WHERE document = ?",
            "DELETE FROM visit WHERE document = ?",
            "DELETE FROM review WHERE document = ?",
        ] {
            self.inner.prepare_cached(sql)?.execute([document.0])?;
        }
        self.touch(document, kind);
        Ok(())
    }

    fn may_drop(&self) -> bool {
        !self.options.track_places
    }

    fn control(&mut self, kind: ControlKind, subject: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        read::control(&self.inner, kind, subject)
    }

    fn put_control(&mut self, kind: ControlKind, subject: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let mut statement = self.inner.prepare_cached("INSERT OR REPLACE INTO control VALUES (?, ?, ?)")?;
        statement.execute(params![kind as u8, subject, value])?;
        Ok(())
    }

    fn waiting(&mut self, document: DocumentId) -> Result<Vec<Entry>, StoreError> {
        let mut statement = self.inner.prepare_cached(
            "SELECT chain, number FROM entry WHERE document = ? AND state = 2
             ORDER BY chain, number",
        )?;
        let places: Vec<(i64, i64)> =
            statement.query_map([document.0], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        let entries = places.into_iter().map(|(chain, number)| read::entry_at(&self.inner, chain, number));
        entries.filter_map(Result::transpose).collect()
    }

    fn set_state(&mut self, entry: &Entry, state: &BodyState, document: Option<DocumentId>) -> Result<(), StoreError> {
        let Some((chain, _)) = self.chain(&entry.topic, &entry.origin)? else { return Ok(()) };
        let document = found_by(state, document).map(|document| document.0);
        let (state, reason) = stored_state(state);
        let number = signed(entry.number);
        let sql =
            "UPDATE entry SET state = ?, reason = ?, document = coalesce(document, ?) WHERE chain = ? AND number = ?";
        self.inner.prepare_cached(sql)?.execute(params![state, reason, document, chain, number])?;
        self.current = (chain, number);
        Ok(())
    }

    fn put_item(&mut self, item: &Item, topic: &Topic) -> Result<bool, StoreError> {
        let (what, content) = match &item.content {
            ItemContent::Fact(payload) => (0, payload),
            ItemContent::Fields(change) => (1, change),
        };
        let sql = "INSERT OR IGNORE INTO item VALUES (?, ?, ?, ?, ?, ?, ?)";
        let (chain, number) = self.current;
        let added = self.inner.prepare_cached(sql)?.execute(params![
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
        // What was here already changes no record.
        if added > 0 {
            self.touch(item.document, item.kind);
        }
        Ok(added > 0)
    }

    fn displace(&mut self, item: &Item, topic: &Topic) -> Result<(), StoreError> {
        let sql = "DELETE FROM placed WHERE document = ? AND topic = ? AND change = ?";
        self.inner.prepare_cached(sql)?.execute(params![item.document.0, topic.as_str(), item.change.0])?;
        Ok(())
    }

    fn field_changes(&mut self, document: DocumentId) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut statement =
            self.inner.prepare_cached("SELECT content FROM item WHERE document = ? AND what = 1 ORDER BY change")?;
        let changes = statement.query_map([document.0], |row| row.get(0))?;
        Ok(changes.collect::<Result<_, _>>()?)
    }

    fn put_fields(&mut self, kind: DocumentKind, document: DocumentId, fields: &Fields) -> Result<(), StoreError> {
        let bytes = minicbor::to_vec(fields).map_err(|_| StoreError::Damaged("fields that can't be encoded"))?;
        let sql = "INSERT OR REPLACE INTO fields VALUES (?, ?, ?)";
        self.inner.prepare_cached(sql)?.execute(params![document.0, kind as u8, bytes])?;
        self.touch(document, kind);
        Ok(())
    }

    fn put_card(&mut self, card: &CardKeyed, body_hash: Digest32) -> Result<(), StoreError> {
        let bytes = minicbor::to_vec(&card.card).map_err(|_| StoreError::Damaged("a card that can't be encoded"))?;
        let sql =
            "INSERT INTO card VALUES (?1, ?2, ?3, ?4) ON CONFLICT (key) DO UPDATE SET version = ?2, body_hash = ?3,
             card = ?4 WHERE (?2, ?3) > (version, body_hash)";
        let version = signed(card.version);
        self.inner.prepare_cached(sql)?.execute(params![card.key.0, version, body_hash.0, bytes])?;
        Ok(())
    }

    fn card_version(&mut self, key: CardKey) -> Result<u64, StoreError> {
        let mut statement = self.inner.prepare_cached("SELECT version FROM card WHERE key = ?")?;
        Ok(statement.query_row([key.0], |row| row.get::<_, i64>(0)).optional()?.unwrap_or_default().unsigned_abs())
    }
}
