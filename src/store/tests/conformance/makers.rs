//! Small makers of what the cases write.

use uketsuke_domain::code::Voucher;
use uketsuke_domain::facts::{Body, Booked, Fact, FactKind, Filed, KnownFact, Misfiled, VoucherReplaced};
use uketsuke_domain::ids::TransferId;
use uketsuke_domain::log::{
    BodyState, Digest32, Entry, EntryKind, Fork, Item, ItemContent, Log, Origin, Signature, Topic,
};
use uketsuke_domain::record::{DocumentId, DocumentKind, Fields, Value};
use uketsuke_store::StoreError;

use crate::common::{fact, known, voucher};

/// What is given out for `number`, by whom it may be.
pub(crate) fn entry(topic: &Topic, origin: Origin, number: u64) -> Entry {
    let body = vec![u8::try_from(number % 251).unwrap(); 20];
    Entry {
        topic: topic.clone(),
        origin,
        number,
        kind: EntryKind::Change,
        body_hash: hash(number, 1),
        body_len: 20,
        header_hash: header(origin, number),
        signature: Some(Signature([2; 64])),
        body: Some(body),
    }
}

pub(crate) fn unsigned(entry: Entry) -> Entry {
    Entry { signature: None, ..entry }
}

pub(crate) fn header(origin: Origin, number: u64) -> Digest32 {
    let Digest32(mut bytes) = hash(number, 2);
    bytes[10..18].copy_from_slice(&origin.incarnation().to_be_bytes());
    bytes[18] = origin.0[0];
    Digest32(bytes)
}

pub(crate) fn hash(number: u64, kind: u8) -> Digest32 {
    let mut bytes = [kind; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    Digest32(bytes)
}

/// Appends the next entries of a chain, applied and about nothing.
pub(crate) fn grow<L: Log>(tx: &mut L, topic: &Topic, origin: Origin, count: u64) -> Result<u64, L::Error> {
    let mut number = tx.tip(topic, &origin)?.map_or(0, |tip| tip.number);
    for _ in 0..count {
        number += 1;
        tx.append(&entry(topic, origin, number), &BodyState::Applied, None)?;
    }
    Ok(number)
}

/// Appends one entry about a document.
pub(crate) fn about<L: Log>(
    tx: &mut L,
    (topic, origin): (&Topic, Origin),
    document: DocumentId,
    state: &BodyState,
) -> Result<Entry, L::Error> {
    let number = tx.tip(topic, &origin)?.map_or(0, |tip| tip.number) + 1;
    let entry = entry(topic, origin, number);
    tx.append(&entry, state, Some(document))?;
    Ok(entry)
}

pub(crate) fn fork_of(topic: &Topic, origin: Origin, number: u64, other: u64) -> Fork {
    let entry = Entry { header_hash: hash(other, 9), ..entry(topic, origin, number) };
    Fork { entry, previous: hash(other, 8) }
}

pub(crate) fn fields_item(document: DocumentId, change: u64) -> Item {
    let content = ItemContent::Fields(change.to_be_bytes().to_vec());
    Item { kind: document.kind().unwrap(), document, change: hash(change, 5), content }
}

pub(crate) fn fact_item(document: DocumentId, fact: &KnownFact) -> Item {
    let content = ItemContent::Fact(fact.fact.encode());
    Item { kind: DocumentKind::Visit, document, change: Digest32(fact.hash.0), content }
}

pub(crate) fn text_fields(fields: &[(&str, &str)]) -> Fields {
    fields.iter().map(|(name, value)| ((*name).to_owned(), vec![Value::Text((*value).to_owned())])).collect()
}

/// Three people.
pub(crate) fn people() -> [Voucher; 3] {
    ["1111111113", "1111111114", "1111111115"].map(voucher)
}

pub(crate) fn documents() -> [DocumentId; 3] {
    people().map(|person| DocumentId::visit(&person))
}

pub(crate) fn replaced(id: u8, by: Option<Voucher>, replaces: Option<Voucher>) -> KnownFact {
    let body = Body::VoucherReplaced(VoucherReplaced { by, replaces, because: "紛失".to_owned() });
    known(&Fact { kind: FactKind::VoucherReplaced, dose: None, body, ..fact(id, FactKind::CheckedIn, "", 0) })
}

/// A booking of another venue than that of all other facts.
pub(crate) fn booked_elsewhere(id: u8, number: &str) -> KnownFact {
    let fact = fact(id, FactKind::Booked, number, -20);
    let Body::Booked(booked) = fact.body else { panic!("a booking") };
    known(&Fact { body: Body::Booked(Booked { venue: "2".into(), ..booked }), ..fact })
}

/// A dose of one record, and the two halves that bring it into another.
pub(crate) fn transfer(from: DocumentId, to: DocumentId) -> [KnownFact; 3] {
    let dose = known(&fact(101, FactKind::Vaccinated, "100", 0));
    let transfer = TransferId([7; 16]);
    let away = Body::Misfiled(Misfiled { transfer, to, because: "取り違え".to_owned() });
    let away = Fact { kind: FactKind::Misfiled, body: away, ..fact(102, FactKind::CheckedIn, "100", 5) };
    let arrived = Body::Filed(Filed {
        transfer,
        from,
        kind: FactKind::Vaccinated,
        stamp: dose.fact.stamp.clone(),
        body: dose.fact.body.encode(),
        because: "取り違え".to_owned(),
    });
    let arrived = Fact { kind: FactKind::Filed, body: arrived, ..fact(103, FactKind::Vaccinated, "", 6) };
    let away = known(&Fact { supersedes: vec![dose.hash], ..away });
    [dose, away, known(&arrived)]
}

pub(crate) type Outcome = Result<(), StoreError>;

pub(crate) fn on_purpose<T>() -> Result<T, StoreError> {
    Err(StoreError::Damaged("on purpose"))
}
