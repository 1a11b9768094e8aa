//! An in-memory log, and small makers of what the tests write.

#![allow(dead_code, reason = "each test crate uses a part of it")]

pub(crate) mod line;
pub(crate) mod memory;
pub(crate) mod mesh;
pub(crate) mod story;
pub(crate) mod talk;

use std::collections::BTreeMap;
use std::convert::Infallible;

use uketsuke_domain::code::Municipality;
use uketsuke_domain::facts::{
    Body, Booked, CheckedIn, ClockState, Fact, FactKind, KnownFact, Outcome, Source, Stamp, Weight,
};
use uketsuke_domain::ids::{FactHash, FactId};
use uketsuke_domain::log::{Control, Entry, EntryKind, Signature, Tip, Topic};
use uketsuke_domain::record::{DocumentId, DocumentKind, Value};
use uketsuke_domain::reference::{CardKey, Role};
use uketsuke_domain::time::{Day, Moment};
use uketsuke_sync::author::{Author, AuthorError};
use uketsuke_sync::body::{CarriedBody, ChangeBody};
use uketsuke_sync::certificate::{Certificate, Leave};
use uketsuke_sync::change::Built;
use uketsuke_sync::entry::{Claim, Content, seal};
use uketsuke_sync::identity::Identity;

pub(crate) use memory::Memory;

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

/// Another start of the program of this seed.
pub(crate) fn start(seed: u8, incarnation: u64) -> Identity {
    Identity::new(&[seed; 32], incarnation)
}

/// The centre, where there is one.
pub(crate) fn centre() -> Identity {
    identity(99)
}

/// The centre's leave for a key, to have these topics and to write in the first of them.
pub(crate) fn leave(seed: u8, topics: &[Topic]) -> Certificate {
    let leave = Leave {
        key: identity(seed).public_key(),
        name: format!("受付{seed}"),
        topics: topics.to_vec(),
        writes: topics[0].clone(),
    };
    Certificate::sign(&centre(), leave)
}

/// A device with the centre's leave to write in the topic.
pub(crate) fn enrolled(seed: u8, incarnation: u64, topic: &Topic) -> Identity {
    start(seed, incarnation).with_certificate(Some(leave(seed, std::slice::from_ref(topic))))
}

/// Writes many entries at once, signed in runs.
pub(crate) fn in_runs(log: &mut Memory, who: &Identity, work: impl FnOnce(&mut Author<'_, Memory>)) {
    let written: Result<(), Box<AuthorError<Infallible>>> = Author::new(who, log).run(|author| {
        work(author);
        Ok(())
    });
    written.unwrap();
}

/// What a word of the centre comes to as an entry, in its topic.
pub(crate) fn say(log: &mut Memory, topic: &Topic, word: Control) {
    Author::new(&centre(), log).control(topic, word).unwrap();
}

/// The centre says that a record leaves a topic, as far as it holds it.
pub(crate) fn say_left(log: &mut Memory, topic: &Topic, document: DocumentId) {
    let Ok(entries) = uketsuke_domain::log::Log::entries_of(log, document);
    let mut upto = std::collections::BTreeMap::new();
    for (entry, _) in entries.iter().filter(|(entry, _)| entry.topic == *topic) {
        let number: &mut u64 = upto.entry(entry.origin).or_default();
        *number = entry.number.max(*number);
    }
    say(log, topic, Control::Leaves { document, upto });
}

/// A card's key.
pub(crate) fn key_of(number: u8) -> CardKey {
    CardKey([number; 16])
}

/// The end of a chain after an entry.
pub(crate) fn tip_of(entry: &Entry) -> Tip {
    Tip { number: entry.number, header_hash: entry.header_hash }
}

/// A body that the author's chain holds, as the centre would carry it.
pub(crate) fn carried(entry: &Entry, before: Option<&Entry>) -> Vec<u8> {
    let body = CarriedBody {
        topic: entry.topic.clone(),
        origin: entry.origin,
        number: entry.number,
        previous: before.map(|entry| entry.header_hash),
        kind: entry.kind.number(),
        signature: entry.signature.unwrap_or(Signature([0; 64])),
        body: entry.body.clone().unwrap(),
    };
    minicbor::to_vec(&body).unwrap()
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
    let body = ChangeBody { kind: VISIT, document, change: change.to_vec() };
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

/// The claim of an entry whose body is kept back.
pub(crate) fn absent(entry: &Entry) -> Claim {
    Claim::from(Entry { body: None, ..entry.clone() })
}

pub(crate) fn body_of(claim: &Claim) -> &[u8] {
    match &claim.content {
        Content::Body(body) => body,
        Content::Absent { .. } => panic!("the body is absent"),
    }
}

pub(crate) fn claims(entries: &[Entry]) -> Vec<Claim> {
    entries.iter().cloned().map(Claim::from).collect()
}

/// Feeds chains to a log in an order of the dice's: each in its own order, all interleaved, some of it twice.
pub(crate) fn feed(log: &mut Memory, chains: &[Vec<Entry>], dice: &mut Dice) {
    let mut at = vec![0; chains.len()];
    while at.iter().zip(chains).any(|(at, chain)| *at < chain.len()) {
        let which = dice.below(chains.len());
        let chain = &chains[which];
        let from = at[which] - dice.below(at[which] + 1).min(2);
        let to = (at[which] + dice.below(4)).min(chain.len());
        if let Some(first) = chain.get(from) {
            let (done, blame) = log.take(&first.topic, first.origin, from as u64 + 1, claims(&chain[from..to]));
            let (added, known) = (to - at[which], at[which] - from);
            assert_eq!((done.added, done.known, blame), (added as u64, known as u64, None));
        }
        at[which] = to;
    }
}

/// Puts the checksum of an Automerge chunk right: the first four bytes of SHA-256 over the chunk from byte 8 on.
pub(crate) fn repair(chunk: &mut [u8]) {
    use sha2::Digest;
    let hash = sha2::Sha256::digest(&chunk[8..]);
    chunk[4..8].copy_from_slice(&hash[..4]);
}
