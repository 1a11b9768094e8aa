//! An in-memory log, and small makers of what the tests write.

#![allow(dead_code, reason = "each test crate uses a part of it")]

pub(crate) mod line;

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use uketsuke_domain::code::Municipality;
use uketsuke_domain::facts::{
    Body, Booked, CheckedIn, ClockState, Fact, FactKind, KnownFact, Outcome, Source, Stamp, Weight,
};
use uketsuke_domain::ids::{FactHash, FactId};
use uketsuke_domain::log::{BodyState, Digest32, Entry, EntryKind, Item, ItemContent, Log, Origin, Tip, Topic, Vector};
use uketsuke_domain::record::{DocumentId, DocumentKind, Fields, RawRecord, Value};
use uketsuke_domain::reference::{Card, CardKey, CardKeyed, Role};
use uketsuke_domain::time::{Day, Moment};
use uketsuke_sync::body::ChangeBody;
use uketsuke_sync::change::Built;
use uketsuke_sync::entry::{Claim, seal};
use uketsuke_sync::identity::Identity;
use uketsuke_sync::ingest::{Blame, Ingested, ingest};
use uketsuke_sync::replica::Replica;

/// A log in memory. Also remembers whether it was asked to write out of order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    pub(crate) chains: BTreeMap<(Topic, Origin), Vec<(Entry, BodyState)>>,
    pub(crate) items: BTreeMap<(DocumentId, Digest32), Item>,
    pub(crate) placed: BTreeSet<(DocumentId, Topic, Digest32)>,
    pub(crate) fields: BTreeMap<DocumentId, (DocumentKind, Fields)>,
    pub(crate) cards: BTreeMap<CardKey, (u64, Card)>,
}

impl Log for Memory {
    type Error = Infallible;

    fn tip(&mut self, topic: &Topic, origin: &Origin) -> Result<Option<Tip>, Infallible> {
        let last = self.chains.get(&(topic.clone(), *origin)).and_then(|chain| chain.last());
        Ok(last.map(|(entry, _)| Tip { number: entry.number, header_hash: entry.header_hash }))
    }

    fn header_hash(&mut self, topic: &Topic, origin: &Origin, number: u64) -> Result<Option<Digest32>, Infallible> {
        let entry = self.entry(topic, *origin, number);
        Ok(entry.map(|(entry, _)| entry.header_hash))
    }

    fn append(&mut self, entry: &Entry, state: &BodyState) -> Result<(), Infallible> {
        let chain = self.chains.entry((entry.topic.clone(), entry.origin)).or_default();
        assert_eq!(entry.number, chain.len() as u64 + 1, "entries come in their order");
        chain.push((entry.clone(), state.clone()));
        Ok(())
    }

    fn waiting(&mut self, document: DocumentId) -> Result<Vec<Entry>, Infallible> {
        let all = self.chains.values().flatten();
        let waiting = all.filter(|(_, state)| *state == BodyState::Waiting(document));
        Ok(waiting.map(|(entry, _)| entry.clone()).collect())
    }

    fn set_state(&mut self, entry: &Entry, state: &BodyState) -> Result<(), Infallible> {
        let chain = self.chains.get_mut(&(entry.topic.clone(), entry.origin)).unwrap();
        chain[index(entry.number)].1 = state.clone();
        Ok(())
    }

    fn put_item(&mut self, item: &Item, topic: &Topic) -> Result<bool, Infallible> {
        self.placed.insert((item.document, topic.clone(), item.change));
        Ok(self.items.insert((item.document, item.change), item.clone()).is_none())
    }

    fn field_changes(&mut self, document: DocumentId) -> Result<Vec<Vec<u8>>, Infallible> {
        let items = self.items.values().filter(|item| item.document == document);
        let changes = items.filter_map(|item| match &item.content {
            ItemContent::Fields(change) => Some(change.clone()),
            ItemContent::Fact(_) => None,
        });
        Ok(changes.collect())
    }

    fn put_fields(&mut self, kind: DocumentKind, document: DocumentId, fields: &Fields) -> Result<(), Infallible> {
        self.fields.insert(document, (kind, fields.clone()));
        Ok(())
    }

    fn put_card(&mut self, card: &CardKeyed, number: u64) -> Result<(), Infallible> {
        if self.cards.get(&card.key).is_none_or(|(before, _)| *before < number) {
            self.cards.insert(card.key, (number, card.card.clone()));
        }
        Ok(())
    }
}

fn index(number: u64) -> usize {
    usize::try_from(number - 1).unwrap()
}

impl Memory {
    pub(crate) fn entry(&self, topic: &Topic, origin: Origin, number: u64) -> Option<&(Entry, BodyState)> {
        self.chains.get(&(topic.clone(), origin))?.get(usize::try_from(number.checked_sub(1)?).ok()?)
    }

    pub(crate) fn state(&self, topic: &Topic, origin: Origin, number: u64) -> BodyState {
        self.entry(topic, origin, number).unwrap().1.clone()
    }

    pub(crate) fn reason(&self, topic: &Topic, origin: Origin, number: u64) -> String {
        match self.state(topic, origin, number) {
            BodyState::Held(reason) => reason,
            other => panic!("entry {number} is not held but {other:?}"),
        }
    }

    pub(crate) fn all(&self, topic: &Topic, origin: Origin) -> Vec<Claim> {
        let chain = self.chains.get(&(topic.clone(), origin));
        chain.into_iter().flatten().map(|(entry, _)| Claim::from(entry.clone())).collect()
    }

    pub(crate) fn take(
        &mut self,
        topic: &Topic,
        origin: Origin,
        first: u64,
        claims: Vec<Claim>,
    ) -> (Ingested, Option<Blame>) {
        ingest(self, topic, origin, first, claims).unwrap()
    }

    /// The record as the fold takes it.
    pub(crate) fn record(&self, document: DocumentId) -> RawRecord {
        let fields = self.fields.get(&document).map(|(_, fields)| fields.clone()).unwrap_or_default();
        let items = self.items.values().filter(|item| item.document == document);
        let facts = items.filter_map(|item| match &item.content {
            ItemContent::Fact(bytes) => Some(KnownFact::decode(bytes).unwrap()),
            ItemContent::Fields(_) => None,
        });
        RawRecord { facts: facts.collect(), fields, ..RawRecord::default() }
    }
}

impl Replica for Memory {
    type Error = Infallible;

    fn vector(&mut self, topic: &Topic) -> Result<Vector, Infallible> {
        let chains = self.chains.iter().filter(|((of, _), chain)| of == topic && !chain.is_empty());
        Ok(chains.map(|((_, origin), chain)| (*origin, chain.len() as u64)).collect())
    }

    fn entries(
        &mut self,
        topic: &Topic,
        origin: Origin,
        from: u64,
        max_bytes: usize,
    ) -> Result<Vec<Entry>, Infallible> {
        let chain = self.chains.get(&(topic.clone(), origin)).map(Vec::as_slice).unwrap_or_default();
        let mut bytes = 0;
        let mut entries: Vec<Entry> = Vec::new();
        for (entry, _) in chain.iter().skip(index(from)) {
            bytes += entry.body.as_ref().map_or(0, Vec::len) + 100;
            if bytes > max_bytes && !entries.is_empty() {
                break;
            }
            entries.push(entry.clone());
        }
        Ok(entries)
    }

    fn ingest(
        &mut self,
        topic: &Topic,
        origin: Origin,
        first: u64,
        claims: Vec<Claim>,
    ) -> Result<Option<Blame>, Infallible> {
        Ok(self.take(topic, origin, first, claims).1)
    }
}

/// Repeatable randomness.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[3]
    }

    pub(crate) fn bytes(&mut self) -> [u8; 16] {
        std::array::from_fn(|_| self.byte())
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last + 1);
            items.swap(last, other);
        }
    }
}

pub(crate) fn topic() -> Topic {
    Topic::municipality(Municipality::parse("132080").unwrap())
}

pub(crate) fn venue_topic(venue: &str) -> Topic {
    Topic::venue(Municipality::parse("132080").unwrap(), &venue.into())
}

pub(crate) fn identity(seed: u8) -> Identity {
    Identity::new(&[seed; 32], 0)
}

pub(crate) const VISIT: DocumentKind = DocumentKind::Visit;

pub(crate) fn document(about: &str) -> DocumentId {
    DocumentId::of(VISIT, about)
}

pub(crate) fn stamp(at: i64) -> Stamp {
    Stamp {
        happened_at: Moment(at),
        recorded_at: Moment(at),
        source: Source::Screen,
        clock: ClockState::Trusted,
        boot: 1,
        boot_ms: 1,
        venue: "1".into(),
        station: "受付1".to_owned(),
        booth: None,
        staff: "staff".into(),
        role: Role::VenueStaff,
    }
}

/// A fact of the kind about booking 100.
pub(crate) fn fact(id: [u8; 16], kind: FactKind, at: i64, supersedes: Vec<FactHash>) -> KnownFact {
    let day = Day::parse("2021-03-22").unwrap();
    let body = match kind {
        FactKind::CheckedIn => Body::CheckedIn(CheckedIn::default()),
        FactKind::Vaccinated | FactKind::PrescreenOnly => Body::Outcome(Outcome {
            day,
            product: None,
            lot: None,
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
            day,
            start_minute: 600,
            end_minute: 660,
            product: "comirnaty".into(),
            conditions: None,
            pair: None,
            irregular: None,
        }),
    };
    let fact = Fact {
        id: FactId(id),
        kind,
        booking: Some("100".into()),
        dose: (kind != FactKind::CheckedIn).then_some(1),
        supersedes,
        weight: Weight::Medical,
        stamp: stamp(at),
        body,
    };
    KnownFact::decode(&fact.encode()).unwrap()
}

pub(crate) fn edits(edits: &[(&str, &str)]) -> BTreeMap<String, Value> {
    edits.iter().map(|(name, value)| ((*name).to_owned(), Value::Text((*value).to_owned()))).collect()
}

pub(crate) fn change_body(document: DocumentId, change: &[u8]) -> Vec<u8> {
    let body = ChangeBody { salt: [7; 16], kind: VISIT, document, change: change.to_vec() };
    minicbor::to_vec(&body).unwrap()
}

/// Signs bodies as a chain that nobody has checked.
pub(crate) fn chain(identity: &Identity, topic: &Topic, bodies: Vec<(EntryKind, Vec<u8>)>) -> Vec<Entry> {
    let mut tip = None;
    let mut entries = Vec::new();
    for (kind, body) in bodies {
        let entry = seal(identity, topic, tip, kind, body);
        tip = Some(Tip { number: entry.number, header_hash: entry.header_hash });
        entries.push(entry);
    }
    entries
}

/// A chain of changes of one document.
pub(crate) fn changes(identity: &Identity, document: DocumentId, changes: &[&Built]) -> Vec<Entry> {
    let body = |built: &&Built| (EntryKind::Change, change_body(document, &built.bytes));
    chain(identity, &topic(), changes.iter().map(body).collect())
}

pub(crate) fn claims(entries: &[Entry]) -> Vec<Claim> {
    entries.iter().cloned().map(Claim::from).collect()
}

/// Puts the checksum of an Automerge chunk right: the first four bytes of SHA-256 over the chunk from byte 8 on.
pub(crate) fn repair(chunk: &mut [u8]) {
    use sha2::Digest;
    let hash = sha2::Sha256::digest(&chunk[8..]);
    chunk[4..8].copy_from_slice(&hash[..4]);
}
