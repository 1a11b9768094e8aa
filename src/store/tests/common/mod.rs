//! A store in a folder of its own, and small makers of what the tests write. Entries are not signed: the store knows
//! nothing of signatures.

#![allow(dead_code, reason = "each test crate uses a part of it")]

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use uketsuke_domain::code::{Municipality, Voucher, VoucherNumber};
use uketsuke_domain::facts::{
    Body, Booked, Cancelled, CheckedIn, ClockState, Corrected, Fact, FactKind, KnownFact, Outcome, Source, Stamp,
    Weight,
};
use uketsuke_domain::ids::{FactHash, FactId};
use uketsuke_domain::log::{BodyState, Digest32, Entry, EntryKind, Item, ItemContent, Log, Origin, Signature, Topic};
use uketsuke_domain::record::{DocumentId, DocumentKind, Fields, Value, field};
use uketsuke_domain::reference::Role;
use uketsuke_domain::time::{Day, Moment};
use uketsuke_store::{Key, Options, Store, StoreError};

pub(crate) const TRACKING: Options = Options { track_places: true, centre: None };
pub(crate) const MORNING: Moment = Moment(1_616_374_800_000); // 2021-03-22 10:00 in Japan

#[derive(Debug)]
pub(crate) struct Home {
    pub(crate) folder: TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("test.db")
    }

    pub(crate) fn open(&self) -> Store {
        open(&self.path())
    }
}

pub(crate) fn key() -> Key {
    Key::new([7; 32])
}

pub(crate) fn open(path: &Path) -> Store {
    Store::open(path, &key(), TRACKING).unwrap()
}

pub(crate) fn origin(seed: u8) -> Origin {
    Origin::new([seed; 32], 0)
}

pub(crate) fn municipality() -> Municipality {
    Municipality::parse("132080").unwrap()
}

pub(crate) fn topic() -> Topic {
    Topic::municipality(municipality())
}

pub(crate) fn venue_topic(venue: &str) -> Topic {
    Topic::venue(municipality(), &venue.into())
}

pub(crate) fn voucher(number: &str) -> Voucher {
    Voucher { municipality: municipality(), number: VoucherNumber::parse(number).unwrap() }
}

pub(crate) fn day() -> Day {
    Day::parse("2021-03-22").unwrap()
}

/// Appends the next entry of a chain. Answers its number.
pub(crate) fn append<L: Log>(
    tx: &mut L,
    topic: &Topic,
    origin: Origin,
    body: &[u8],
    state: &BodyState,
) -> Result<u64, L::Error> {
    append_about(tx, topic, origin, body, (state, None))
}

/// Appends the next entry of a chain, which is about a document. Answers its number.
pub(crate) fn append_about<L: Log>(
    tx: &mut L,
    topic: &Topic,
    origin: Origin,
    body: &[u8],
    (state, document): (&BodyState, Option<DocumentId>),
) -> Result<u64, L::Error> {
    let number = tx.tip(topic, &origin)?.map_or(1, |tip| tip.number + 1);
    let mut header_hash = [0; 32];
    header_hash[..8].copy_from_slice(&number.to_be_bytes());
    let entry = Entry {
        topic: topic.clone(),
        origin,
        number,
        kind: EntryKind::Change,
        body_hash: Digest32([1; 32]),
        body_len: u32::try_from(body.len()).unwrap(),
        header_hash: Digest32(header_hash),
        signature: Some(Signature([2; 64])),
        body: Some(body.to_vec()),
    };
    tx.append(&entry, state, document)?;
    Ok(number)
}

/// Writes a fact of a person as one origin's next entry.
pub(crate) fn put_fact<L: Log>(
    tx: &mut L,
    topic: &Topic,
    origin: Origin,
    document: DocumentId,
    fact: &KnownFact,
) -> Result<u64, L::Error> {
    let payload = fact.fact.encode();
    let number = append_about(tx, topic, origin, &payload, (&BodyState::Applied, Some(document)))?;
    let item = Item {
        kind: DocumentKind::Visit,
        document,
        change: Digest32(fact.hash.0),
        content: ItemContent::Fact(payload),
    };
    tx.put_item(&item, topic)?;
    Ok(number)
}

pub(crate) fn put_fields<L: Log>(
    tx: &mut L,
    kind: DocumentKind,
    document: DocumentId,
    fields: &[(&str, &str)],
) -> Result<(), L::Error> {
    append_about(tx, &topic(), origin(1), b"a field edit", (&BodyState::Applied, Some(document)))?;
    let mut change = [9; 32];
    change[..16].copy_from_slice(&document.0);
    let item = Item { kind, document, change: Digest32(change), content: ItemContent::Fields(b"change".to_vec()) };
    tx.put_item(&item, &topic())?;
    let text = |text: &str| vec![Value::Text(text.to_owned())];
    let fields: Fields = fields.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect();
    tx.put_fields(kind, document, &fields)
}

/// A person with a voucher, a name and a birth date.
pub(crate) fn put_person<L: Log>(tx: &mut L, voucher: &Voucher, kana: &str, birth: &str) -> Result<(), L::Error> {
    let number = voucher.to_string();
    let fields =
        [(field::VOUCHER, number.as_str()), (field::NAME, "調布 花子"), (field::KANA, kana), (field::BIRTH, birth)];
    put_fields(tx, DocumentKind::Visit, DocumentId::visit(voucher), &fields)
}

/// A fact at venue 1; `booking` may be empty.
pub(crate) fn fact(id: u8, kind: FactKind, booking: &str, minutes: i64) -> Fact {
    let body = match kind {
        FactKind::CheckedIn => Body::CheckedIn(CheckedIn::default()),
        FactKind::Cancelled => Body::Cancelled(Cancelled { by: None, because: None }),
        FactKind::Corrected => Body::Corrected(Corrected { replacement: None, because: "誤り".to_owned() }),
        FactKind::Vaccinated | FactKind::PrescreenOnly => Body::Outcome(Outcome {
            day: day(),
            product: Some("comirnaty".into()),
            lot: Some("EY2173".into()),
            doctor: None,
            place: None,
            overridden: Vec::new(),
            because: None,
            typed: false,
            special: false,
        }),
        _ => Body::Booked(Booked {
            slot: "slot".into(),
            venue: "1".into(),
            day: day(),
            start_minute: 600,
            end_minute: 660,
            product: "comirnaty".into(),
            conditions: None,
            pair: None,
            irregular: None,
        }),
    };
    let at = MORNING.plus_ms(minutes * 60_000);
    let stamp = Stamp {
        happened_at: at,
        recorded_at: at,
        source: Source::Screen,
        clock: ClockState::Trusted,
        boot: 1,
        boot_ms: 1,
        venue: "1".into(),
        station: "受付1".to_owned(),
        booth: None,
        staff: "staff".into(),
        role: Role::VenueStaff,
    };
    Fact {
        id: FactId([id; 16]),
        kind,
        booking: (!booking.is_empty()).then(|| booking.into()),
        dose: (kind != FactKind::CheckedIn).then_some(1),
        supersedes: Vec::new(),
        weight: Weight::Medical,
        stamp,
        body,
    }
}

pub(crate) fn known(fact: &Fact) -> KnownFact {
    KnownFact::decode(&fact.encode()).unwrap()
}

pub(crate) fn superseding(fact: Fact, supersedes: FactHash) -> KnownFact {
    known(&Fact { supersedes: vec![supersedes], ..fact })
}

/// Writes facts of one person in a transaction.
pub(crate) fn write(store: &mut Store, voucher: &Voucher, facts: &[KnownFact]) {
    let document = DocumentId::visit(voucher);
    store
        .write(|tx| -> Result<(), StoreError> {
            facts.iter().try_for_each(|fact| put_fact(tx, &venue_topic("1"), origin(1), document, fact).map(drop))
        })
        .unwrap();
}
