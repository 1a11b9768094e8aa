//! What a record is, beside its own facts and fields: the same for SQL and for the twin in memory, which differ only in
//! how they look things up.

use std::collections::{BTreeMap, BTreeSet};

use uketsuke_domain::code::Voucher;
use uketsuke_domain::facts::{FactKind, KnownFact};
use uketsuke_domain::fold::{Half, fold, halves};
use uketsuke_domain::ids::{SlotId, VenueNumber};
use uketsuke_domain::record::{DocumentId, DocumentKind, Fields, RawRecord, field};
use uketsuke_domain::reference::{Card, CardKey, Settings, Slot};
use uketsuke_domain::text::kana::SearchKey;
use uketsuke_domain::time::Day;
use uketsuke_domain::verdict::Known;

use crate::StoreError;

/// Look-ups by a key or an index.
pub(crate) trait Records {
    /// The facts of a document that can be read, in the order of their changes.
    fn facts(&self, document: DocumentId) -> Result<Vec<KnownFact>, StoreError>;

    /// The fields of a document.
    fn fields(&self, document: DocumentId) -> Result<Fields, StoreError>;

    /// Whether the centre had the document erased.
    fn erased(&self, document: DocumentId) -> Result<bool, StoreError>;

    /// The fields of all documents of a kind that is no person's, in the order of their ids.
    fn documents(&self, kind: DocumentKind) -> Result<Vec<Fields>, StoreError>;

    /// The card that stands.
    fn card(&self, key: CardKey) -> Result<Option<Card>, StoreError>;

    /// Whether another document is of somebody of this name and birth date.
    fn namesake(&self, document: DocumentId, name: &SearchKey, birth: &str) -> Result<bool, StoreError>;

    /// Whether a record of another municipality has the same number.
    fn number_elsewhere(&self, voucher: &Voucher) -> Result<bool, StoreError>;

    /// How many hold a place in a slot.
    fn taken(&self, venue: &VenueNumber, day: Day, slot: &SlotId) -> Result<u32, StoreError>;
}

/// How many numbers of one person are followed: nobody loses a voucher more often.
const MOST_KIN: usize = 8;

/// A person's record: fields and facts, with what other records say of them. A fact that can't be read was admitted by a
/// newer version: it is left out here and stays in the log.
pub(crate) fn record(records: &impl Records, document: DocumentId) -> Result<RawRecord, StoreError> {
    let record = alone(records, document)?;
    // A voucher that was replaced is rare, and told by its own fact or by one that was put right or moved here.
    let may_link = |kind| matches!(kind, FactKind::VoucherReplaced | FactKind::Corrected | FactKind::Filed);
    if !record.facts.iter().any(|known| may_link(known.fact.kind)) {
        return Ok(record);
    }
    let kin = kin(records, document, &record)?;
    Ok(RawRecord { kin, ..record })
}

/// The other records that a record bears on: those of the halves of 取り違え, and of the person's other numbers.
pub(crate) fn related(record: &RawRecord) -> BTreeSet<DocumentId> {
    halves(&record.facts).map(|half| half.other).chain(record.kin.keys().copied()).collect()
}

/// The other records that are held and that a document bears on: none where it is no person's.
pub(crate) fn beside(records: &impl Records, document: DocumentId) -> Result<Vec<DocumentId>, StoreError> {
    let mut held = Vec::new();
    for other in related(&record(records, document)?) {
        if !facts_and_fields(records, other)?.is_empty() {
            held.push(other);
        }
    }
    Ok(held)
}

/// A record without those of the person's other numbers.
fn alone(records: &impl Records, document: DocumentId) -> Result<RawRecord, StoreError> {
    let mut record = facts_and_fields(records, document)?;
    // 取り違え is rare, and then the other half is a second look-up of the same kind.
    for other in halves(&record.facts).map(|half| half.other).collect::<BTreeSet<_>>() {
        let theirs = fold(&facts_and_fields(records, other)?, None).halves;
        let ours = theirs.into_iter().filter(|half| half.other == document);
        record.met.extend(ours.map(|half| Half { other, ..half }));
    }
    Ok(record)
}

/// The records of the same person's other numbers: those that this voucher replaced and that replaced it, and so on.
fn kin(
    records: &impl Records,
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
            let theirs = alone(records, other)?;
            next.extend(named(&theirs));
            kin.insert(other, theirs);
        }
    }
    Ok(kin)
}

fn facts_and_fields(records: &impl Records, document: DocumentId) -> Result<RawRecord, StoreError> {
    let facts = records.facts(document)?;
    let (fields, erased) = (records.fields(document)?, records.erased(document)?);
    Ok(RawRecord { fields, facts, erased, ..RawRecord::default() })
}

/// What is known of a voucher: a few look-ups by key, whatever the number of residents.
pub(crate) fn known(
    records: &impl Records,
    voucher: &Voucher,
    short: bool,
    card_secret: &[u8; 32],
) -> Result<Known, StoreError> {
    let document = DocumentId::visit(voucher);
    let record = record(records, document)?;
    let card = records.card(CardKey::of(card_secret, voucher))?;
    let ambiguous = short && records.number_elsewhere(voucher)?;
    let same_name = match (record.name_key(), record.text(field::BIRTH)) {
        // However the two were spelt: one probe.
        (Some(name), Some(birth)) => records.namesake(document, &name, birth)?,
        (None, _) | (_, None) => false,
    };
    let places = places(records, &record)?;
    Ok(Known { record, card, ambiguous, same_name, places })
}

/// The places of slots that this person gave up: counted only for who cancelled or did not come.
fn places(records: &impl Records, record: &RawRecord) -> Result<BTreeMap<SlotId, (u32, u16)>, StoreError> {
    let gave_up = |known: &KnownFact| matches!(known.fact.kind, FactKind::Cancelled | FactKind::NoShow);
    let mut places = BTreeMap::new();
    if !record.facts.iter().any(gave_up) {
        return Ok(places);
    }
    for booked in record.facts.iter().filter_map(|known| known.fact.body.placement()) {
        let about = format!("{}/{}", booked.venue, booked.day);
        let slots = records.fields(DocumentId::of(DocumentKind::SlotDay, &about))?;
        let slot = slots.get(booked.slot.as_str()).and_then(|values| values.first()?.as_bytes());
        let Some(Ok(slot)) = slot.map(minicbor::decode::<Slot>) else { continue };
        let taken = records.taken(&booked.venue, booked.day, &booked.slot)?;
        places.insert(booked.slot.clone(), (taken, slot.capacity));
    }
    Ok(places)
}

/// The municipality's settings; none when there are none, or none that can be read.
pub(crate) fn settings(records: &impl Records) -> Result<Option<Settings>, StoreError> {
    let documents = records.documents(DocumentKind::Settings)?;
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
