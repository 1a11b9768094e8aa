//! Venues, slots, doctors, lots, accounts and devices: documents of fields.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use uketsuke_domain::booking::{SlotError, check_pair, check_slot};
use uketsuke_domain::ids::{SlotId, VenueNumber};
use uketsuke_domain::log::{Digest32, Origin, Topic};
use uketsuke_domain::record::{DocumentId, DocumentKind, Value};
use uketsuke_domain::reference::{Account, Device, Doctor, Lot, Settings, Slot, Venue};
use uketsuke_sync::author::Author;

use super::{Fate, Import, Into};
use crate::centre::Centre;
use crate::csvs::rows::DeviceRow;
use crate::csvs::{Numbered, Refusal, RowError};

/// Sets one field of one document to an encoded value.
fn put<T: minicbor::Encode<()>>(
    to: &mut Into<'_, '_>,
    topic: &Topic,
    (kind, about): (DocumentKind, &str),
    field: &str,
    value: &T,
) -> Result<Fate> {
    let value = Value::Bytes(minicbor::to_vec(value)?);
    let edits = BTreeMap::from([(field.to_owned(), value)]);
    let document = (kind, DocumentId::of(kind, about));
    let changed = Author::new(&to.publisher.identity, to.tx).fields(topic, document, &edits)?;
    Ok(if changed { Fate::Changed } else { Fate::Known })
}

fn municipality(to: &Into<'_, '_>) -> Topic {
    Topic::municipality(to.publisher.municipality)
}

/// The venues that the centre has.
pub(super) fn venues(centre: &Centre) -> Result<Vec<Venue>> {
    decode_all(centre, DocumentKind::Venue)
}

/// Every value of every document of a kind that is no person's.
///
/// # Errors
/// When the disk can't be read.
pub fn decode_all<T: for<'b> minicbor::Decode<'b, ()>>(centre: &Centre, kind: DocumentKind) -> Result<Vec<T>> {
    let mut found = Vec::new();
    for fields in centre.store.documents(kind)? {
        for values in fields.values() {
            if let Some(bytes) = values.first().and_then(Value::as_bytes) {
                found.push(minicbor::decode(bytes)?);
            }
        }
    }
    Ok(found)
}

pub(super) fn unknown<T>(row: &Numbered<T>, column: &str, what: &'static str, found: &dyn std::fmt::Display) -> Fate {
    let reason = Refusal::UnknownReference { what, found: found.to_string() };
    Fate::Refused(RowError { line: row.line, column: column.to_owned(), reason })
}

/// The refusal of a row that names a venue that is not there.
fn unknown_venue<T>(row: &Numbered<T>, column: &str, named: &[VenueNumber], known: &[Venue]) -> Option<Fate> {
    let is_unknown = |venue: &&VenueNumber| !known.iter().any(|known| known.number == **venue);
    named.iter().find(is_unknown).map(|venue| unknown(row, column, "会場", venue))
}

impl Import for Venue {
    type Context = ();

    fn context(_: &Centre, _: &[Numbered<Self>]) -> Result<()> {
        Ok(())
    }

    fn import(row: &Numbered<Self>, (): &(), to: &mut Into<'_, '_>) -> Result<Fate> {
        let topic = municipality(to);
        put(to, &topic, (DocumentKind::Venue, row.row.number.as_str()), "venue", &row.row)
    }
}

impl Import for Account {
    type Context = Vec<Venue>;

    fn context(centre: &Centre, _: &[Numbered<Self>]) -> Result<Vec<Venue>> {
        venues(centre)
    }

    fn import(row: &Numbered<Self>, context: &Vec<Venue>, to: &mut Into<'_, '_>) -> Result<Fate> {
        if let Some(refused) = unknown_venue(row, "担当会場", &row.row.venues, context) {
            return Ok(refused);
        }
        let topic = municipality(to);
        put(to, &topic, (DocumentKind::Accounts, "accounts"), row.row.code.as_str(), &row.row)
    }
}

impl Import for Doctor {
    type Context = Vec<Venue>;

    fn context(centre: &Centre, _: &[Numbered<Self>]) -> Result<Vec<Venue>> {
        venues(centre)
    }

    fn import(row: &Numbered<Self>, context: &Vec<Venue>, to: &mut Into<'_, '_>) -> Result<Fate> {
        if let Some(refused) = unknown_venue(row, "担当会場", &row.row.venues, context) {
            return Ok(refused);
        }
        let topic = municipality(to);
        put(to, &topic, (DocumentKind::Doctors, "doctors"), row.row.id.as_str(), &row.row)
    }
}

impl Import for Lot {
    type Context = Vec<Venue>;

    fn context(centre: &Centre, _: &[Numbered<Self>]) -> Result<Vec<Venue>> {
        venues(centre)
    }

    fn import(row: &Numbered<Self>, context: &Vec<Venue>, to: &mut Into<'_, '_>) -> Result<Fate> {
        if let Some(refused) = unknown_venue(row, "会場番号", &row.row.venues, context) {
            return Ok(refused);
        }
        let topic = municipality(to);
        put(to, &topic, (DocumentKind::Lots, "lots"), row.row.number.as_str(), &row.row)
    }
}

/// What slots look up: venues, and the slots that they may be paired with.
pub(crate) struct Slots {
    venues: Vec<Venue>,
    /// The centre's, with those of the file in their place.
    by_id: BTreeMap<SlotId, Slot>,
    /// Those that another slot calls its pair.
    named: BTreeSet<SlotId>,
}

impl Import for Slot {
    type Context = Slots;

    fn context(centre: &Centre, rows: &[Numbered<Self>]) -> Result<Slots> {
        let held: Vec<Slot> = decode_all(centre, DocumentKind::SlotDay)?;
        let all = held.into_iter().chain(rows.iter().map(|row| row.row.clone()));
        let by_id: BTreeMap<SlotId, Slot> = all.map(|slot| (slot.id.clone(), slot)).collect();
        let named = by_id.values().filter_map(|slot| slot.pair.clone()).collect();
        Ok(Slots { venues: venues(centre)?, by_id, named })
    }

    fn import(row: &Numbered<Self>, context: &Slots, to: &mut Into<'_, '_>) -> Result<Fate> {
        let slot = &row.row;
        if let Some(refused) = unknown_venue(row, "会場番号", std::slice::from_ref(&slot.venue), &context.venues) {
            return Ok(refused);
        }
        if let Some(refused) = wrong_slot(row, context, to.tx.settings()) {
            return Ok(refused);
        }
        let topic = Topic::venue(to.publisher.municipality, &slot.venue);
        let about = format!("{}/{}", slot.venue, slot.day);
        put(to, &topic, (DocumentKind::SlotDay, &about), slot.id.as_str(), slot)
    }
}

/// A slot that nobody could book as it is meant: by itself, or beside its pair. One half of a pair that is refused takes
/// the other with it.
fn wrong_slot(row: &Numbered<Slot>, slots: &Slots, settings: Option<&Settings>) -> Option<Fate> {
    let settings = settings?;
    let slot = &row.row;
    let checked = match slot.pair.as_ref().map(|pair| (pair, slots.by_id.get(pair))) {
        None if slots.named.contains(&slot.id) => Err(SlotError::PairNames),
        None => check_slot(slot, settings),
        Some((pair, None)) => return Some(unknown(row, "セット予約枠番号", "予約枠", pair)),
        Some((_, Some(other))) => {
            let (first, second) = if other.day < slot.day { (other, slot) } else { (slot, other) };
            let each = check_slot(slot, settings).and_then(|()| check_slot(other, settings));
            each.and_then(|()| check_pair(first, second, settings))
        }
    };
    let (column, sentence) = slot_words(checked.err()?);
    Some(Fate::Refused(RowError { line: row.line, column: column.to_owned(), reason: Refusal::Slot(sentence) }))
}

/// The column that is wrong, and what to do about it.
fn slot_words(error: SlotError) -> (&'static str, &'static str) {
    match error {
        SlotError::Hours => ("予約終了時間", "終わりの時刻が始まりの時刻より前です"),
        SlotError::NoInterval => ("接種間隔", "3回目・4回目の枠には接種間隔（5〜8か月）が必要です"),
        SlotError::Interval(_) => ("接種間隔", "接種間隔は5〜8か月で指定してください"),
        SlotError::NeedlessInterval => {
            ("接種間隔", "1-2回目の枠では、接種間隔はワクチンごとに決まっています。空にしてください")
        }
        SlotError::Ages(..) => ("年齢下限", "年齢の下限が上限を超えています"),
        SlotError::ChildPresets => ("区分", "小児用の枠は、1-2回目・5歳以上11歳以下で登録してください"),
        SlotError::UnknownProduct => ("ワクチン", "自治体の設定にないワクチンです"),
        SlotError::Audience => ("ワクチン", "大人用と小児用の区分に合わないワクチンです"),
        SlotError::PairDoses => ("対象接種回数", "セット予約枠は1-2回目だけに使えます"),
        SlotError::PairNames => {
            ("セット予約枠番号", "セット予約枠の1回目と2回目は、互いの予約枠番号を指定してください")
        }
        SlotError::PairDays => ("セット予約枠番号", "セット予約枠の2回目は、1回目より後の日にしてください"),
        SlotError::PairProducts => ("ワクチン", "セット予約枠の1回目と2回目は、同じワクチンにしてください"),
        SlotError::PairInterval => ("セット予約枠番号", "セット予約枠の2回目が、1回目からの接種間隔に足りません"),
    }
}

impl Import for DeviceRow {
    type Context = Vec<Venue>;

    fn context(centre: &Centre, _: &[Numbered<Self>]) -> Result<Vec<Venue>> {
        venues(centre)
    }

    fn import(row: &Numbered<Self>, context: &Vec<Venue>, to: &mut Into<'_, '_>) -> Result<Fate> {
        let row_ = &row.row;
        if let Some(refused) = unknown_venue(row, "会場番号", std::slice::from_ref(&row_.venue), context) {
            return Ok(refused);
        }
        let station = serde_json::to_value(row_.station)?.as_str().unwrap_or_default().to_owned();
        let device = Device { name: row_.name.clone(), venue: row_.venue.clone(), station };
        let topic = municipality(to);
        put(to, &topic, (DocumentKind::Devices, "devices"), &Digest32(row_.public_key).to_string(), &device)
    }
}

/// The device of an origin, if it is enrolled.
///
/// # Errors
/// When the disk can't be read.
pub fn device(store: &uketsuke_store::Store, origin: &Origin) -> Result<Option<Device>> {
    let fields = store.fields(DocumentId::of(DocumentKind::Devices, "devices"))?;
    let name = Digest32(origin.key()).to_string();
    let value = fields.get(&name).and_then(|values| values.first()).and_then(Value::as_bytes);
    Ok(value.map(minicbor::decode).transpose()?)
}
