//! Reading records, entries and vectors: the same from a transaction and outside of one.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, Row, params};
use uketsuke_domain::code::Voucher;
use uketsuke_domain::facts::{FactKind, KnownFact};
use uketsuke_domain::fold::{Half, fold, halves};
use uketsuke_domain::ids::SlotId;
use uketsuke_domain::log::{Digest32, Entry, Item, ItemContent, Origin, Topic, Vector};
use uketsuke_domain::record::{DocumentId, DocumentKind, Fields, RawRecord};
use uketsuke_domain::reference::{Card, CardKey, Settings, Slot};
use uketsuke_domain::verdict::Known;

use crate::tx::entry_from;
use crate::{Store, StoreError, Tx};

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

/// How many numbers of one person are followed: nobody loses a voucher more often.
const MOST_KIN: usize = 8;

/// A person's record: fields and facts, with what other records say of them. A fact that can't be read was admitted by a
/// newer version: it is left out here and stays in the log.
pub(crate) fn record(connection: &Connection, document: DocumentId) -> Result<RawRecord, StoreError> {
    let record = alone(connection, document)?;
    // A voucher that was replaced is rare, and told by its own fact or by one that was put right or moved here.
    let may_link = |kind| matches!(kind, FactKind::VoucherReplaced | FactKind::Corrected | FactKind::Filed);
    if !record.facts.iter().any(|known| may_link(known.fact.kind)) {
        return Ok(record);
    }
    let kin = kin(connection, document, &record)?;
    Ok(RawRecord { kin, ..record })
}

/// A record without those of the person's other numbers.
fn alone(connection: &Connection, document: DocumentId) -> Result<RawRecord, StoreError> {
    let mut record = facts_and_fields(connection, document)?;
    // 取り違え is rare, and then the other half is a second look-up of the same kind.
    for other in halves(&record.facts).map(|half| half.other).collect::<BTreeSet<_>>() {
        let theirs = fold(&facts_and_fields(connection, other)?, None).halves;
        let ours = theirs.into_iter().filter(|half| half.other == document);
        record.met.extend(ours.map(|half| Half { other, ..half }));
    }
    Ok(record)
}

/// The records of the same person's other numbers: those that this voucher replaced and that replaced it, and so on.
fn kin(
    connection: &Connection,
    document: DocumentId,
    record: &RawRecord,
) -> Result<BTreeMap<DocumentId, RawRecord>, StoreError> {
    let named = |record: &RawRecord| {
        let folded = fold(record, None);
        folded.replaces.into_iter().chain(folded.replaced_by).map(|voucher| DocumentId::visit(&voucher)).collect()
    };
    let mut next: Vec<DocumentId> = named(record);
    let mut kin = BTreeMap::new();
    while let Some(other) = next.pop().filter(|_| kin.len() < MOST_KIN) {
        if other != document && !kin.contains_key(&other) {
            let theirs = alone(connection, other)?;
            next.extend(named(&theirs));
            kin.insert(other, theirs);
        }
    }
    Ok(kin)
}

fn facts_and_fields(connection: &Connection, document: DocumentId) -> Result<RawRecord, StoreError> {
    let mut statement = connection.prepare_cached("SELECT content FROM item WHERE document = ? AND what = 0")?;
    let mut rows = statement.query([document.0])?;
    let mut facts = Vec::new();
    while let Some(row) = rows.next()? {
        let bytes = row.get_ref(0)?.as_blob().map_err(|_| StoreError::Damaged("a fact's bytes"))?;
        match KnownFact::decode(bytes) {
            Ok(fact) => facts.push(fact),
            Err(why) => log::error!("a stored fact can't be read: {why}"),
        }
    }
    Ok(RawRecord { fields: fields(connection, document)?, facts, ..RawRecord::default() })
}

pub(crate) fn fields(connection: &Connection, document: DocumentId) -> Result<Fields, StoreError> {
    let mut statement = connection.prepare_cached("SELECT fields FROM fields WHERE document = ?")?;
    let bytes: Option<Vec<u8>> = statement.query_row([document.0], |row| row.get(0)).optional()?;
    match bytes {
        None => Ok(Fields::new()),
        Some(bytes) => minicbor::decode(&bytes).map_err(|_| StoreError::Damaged("fields")),
    }
}

fn card(connection: &Connection, key: CardKey) -> Result<Option<Card>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT card FROM card WHERE key = ?")?;
    let bytes: Option<Vec<u8>> = statement.query_row([key.0], |row| row.get(0)).optional()?;
    bytes.map(|bytes| minicbor::decode(&bytes).map_err(|_| StoreError::Damaged("a card"))).transpose()
}

/// Whether another person has the same birth date and the same name, however the two were spelt: one probe.
fn same_name(connection: &Connection, document: DocumentId, record: &RawRecord) -> Result<bool, StoreError> {
    use uketsuke_domain::record::field;
    let (Some(key), Some(birth)) = (record.name_key(), record.text(field::BIRTH)) else { return Ok(false) };
    let sql = "SELECT EXISTS (SELECT 1 FROM person WHERE name_key = ? AND birth = ? AND document <> ?)";
    Ok(connection.prepare_cached(sql)?.query_row(params![key.as_str(), birth, document.0], |row| row.get(0))?)
}

fn number_elsewhere(connection: &Connection, voucher: &Voucher) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM person WHERE voucher = ? AND municipality <> ?)";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row(params![voucher.number.as_str(), voucher.municipality.as_str()], |row| row.get(0))?)
}

pub(crate) fn known(
    connection: &Connection,
    voucher: &Voucher,
    short: bool,
    card_secret: &[u8; 32],
) -> Result<Known, StoreError> {
    let document = DocumentId::visit(voucher);
    let record = record(connection, document)?;
    let card = card(connection, CardKey::of(card_secret, voucher))?;
    let ambiguous = short && number_elsewhere(connection, voucher)?;
    let same_name = same_name(connection, document, &record)?;
    let places = places(connection, &record)?;
    Ok(Known { record, card, ambiguous, same_name, places })
}

/// The places of slots that this person gave up: counted only for who cancelled or did not come.
fn places(connection: &Connection, record: &RawRecord) -> Result<BTreeMap<SlotId, (u32, u16)>, StoreError> {
    let gave_up = |known: &KnownFact| matches!(known.fact.kind, FactKind::Cancelled | FactKind::NoShow);
    let mut places = BTreeMap::new();
    if !record.facts.iter().any(gave_up) {
        return Ok(places);
    }
    for booked in record.facts.iter().filter_map(|known| known.fact.body.placement()) {
        let about = format!("{}/{}", booked.venue, booked.day);
        let slots = fields(connection, DocumentId::of(DocumentKind::SlotDay, &about))?;
        let slot = slots.get(booked.slot.as_str()).and_then(|values| values.first()?.as_bytes());
        let Some(Ok(slot)) = slot.map(minicbor::decode::<Slot>) else { continue };
        let sql = "SELECT count(*) FROM visit WHERE venue = ? AND day = ? AND slot = ? AND NOT cancelled";
        let taken = params![booked.venue.as_str(), booked.day.to_string(), booked.slot.as_str()];
        let taken = connection.prepare_cached(sql)?.query_row(taken, |row| row.get(0))?;
        places.insert(booked.slot.clone(), (taken, slot.capacity));
    }
    Ok(places)
}

pub(crate) fn vector(connection: &Connection, topic: &Topic) -> Result<Vector, StoreError> {
    let sql = "SELECT origin, (SELECT max(number) FROM entry WHERE chain = c.id) FROM chain c WHERE topic = ?";
    let mut statement = connection.prepare_cached(sql)?;
    let rows =
        statement.query_map([topic.as_str()], |row| Ok((Origin(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs())))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn documents(connection: &Connection, kind: DocumentKind) -> Result<Vec<Fields>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT fields FROM fields WHERE kind = ? AND kind > 1")?;
    let rows = statement.query_map([kind as u8], |row| row.get::<_, Vec<u8>>(0))?;
    rows.map(|bytes| minicbor::decode(&bytes?).map_err(|_| StoreError::Damaged("fields"))).collect()
}

impl Tx<'_> {
    /// The fields of all documents of a kind that is no person's, as this transaction sees them.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn documents(&self, kind: DocumentKind) -> Result<Vec<Fields>, StoreError> {
        documents(&self.inner, kind)
    }

    /// A person's record as this transaction sees it.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn record(&self, document: DocumentId) -> Result<RawRecord, StoreError> {
        record(&self.inner, document)
    }

    /// What is known of a voucher, as this transaction sees it.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn known(&self, voucher: &Voucher, short: bool, card_secret: &[u8; 32]) -> Result<Known, StoreError> {
        known(&self.inner, voucher, short, card_secret)
    }

    /// A card as this transaction sees it.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn card(&self, key: CardKey) -> Result<Option<Card>, StoreError> {
        card(&self.inner, key)
    }
}

impl Store {
    /// What is known of a voucher: a few look-ups by key, whatever the number of residents.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn known(&self, voucher: &Voucher, short: bool, card_secret: &[u8; 32]) -> Result<Known, StoreError> {
        known(&self.connection, voucher, short, card_secret)
    }

    /// A person's record.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn record(&self, document: DocumentId) -> Result<RawRecord, StoreError> {
        record(&self.connection, document)
    }

    /// The fields of a document.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn fields(&self, document: DocumentId) -> Result<Fields, StoreError> {
        fields(&self.connection, document)
    }

    /// The fields of all documents of a kind that is no person's.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn documents(&self, kind: DocumentKind) -> Result<Vec<Fields>, StoreError> {
        documents(&self.connection, kind)
    }

    pub(crate) fn read_settings(&self) -> Result<Option<Settings>, StoreError> {
        let documents = self.documents(DocumentKind::Settings)?;
        let text = documents.iter().find_map(|fields| fields.get("settings")?.first()?.as_text());
        let Some(text) = text else { return Ok(None) };
        match serde_json::from_str(text) {
            Ok(settings) => Ok(Some(settings)),
            Err(why) => {
                log::error!("the settings can't be read: {why}");
                Ok(None)
            }
        }
    }

    /// What is held of a topic.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn vector(&self, topic: &Topic) -> Result<Vector, StoreError> {
        vector(&self.connection, topic)
    }

    /// Consecutive entries from a number on, about `max_bytes` of bodies, at least one when there is one.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn entries(
        &self,
        topic: &Topic,
        origin: &Origin,
        from: u64,
        max_bytes: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let sql = format!("{ENTRY} WHERE c.topic = ? AND c.origin = ? AND e.number >= ? ORDER BY e.number");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![topic.as_str(), origin.0, from])?;
        let mut entries: Vec<Entry> = Vec::new();
        let mut bytes = 0;
        while let Some(row) = rows.next()? {
            let entry = entry_from(row)?.ok_or(StoreError::Damaged("an entry"))?;
            bytes += entry.body.as_ref().map_or(0, Vec::len) + 100;
            if bytes > max_bytes && !entries.is_empty() {
                break;
            }
            entries.push(entry);
        }
        Ok(entries)
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
