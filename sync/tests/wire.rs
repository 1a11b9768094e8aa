//! Facts go over the line without the change around them: what comes out is the author's body, or no entry.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::*;
use minicbor::Encoder;
use proptest::prelude::*;
use uketsuke_domain::facts::FactKind;
use uketsuke_domain::log::{BodyState, EntryKind, Signature};
use uketsuke_domain::record::{DocumentId, DocumentKind};
use uketsuke_sync::author::Author;
use uketsuke_sync::body::ChangeBody;
use uketsuke_sync::change::{fact_change, field_edit};
use uketsuke_sync::entry::{BadEntry, Claim};
use uketsuke_sync::frame::{Chunk, MAX_CHUNK_BYTES};
use uketsuke_sync::ingest::{Batch, Blame};

/// What every chunk of Automerge begins with.
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];

fn batch(claims: Vec<Claim>) -> Batch {
    Batch { topic: topic(), origin: identity(1).origin(), first: 1, after: None, claims }
}

fn inflated(chunk: &Chunk) -> Vec<u8> {
    zstd::bulk::decompress(&chunk.claims, MAX_CHUNK_BYTES).unwrap()
}

fn has(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

/// A body as the first entry of a device, over the line and back.
fn over(kind: EntryKind, body: Vec<u8>) -> (Chunk, Vec<u8>) {
    let entries = chain(&identity(1), &topic(), vec![(kind, body)]);
    let chunk = Chunk::pack(batch(claims(&entries))).unwrap();
    let back = chunk.unpack().unwrap();
    assert_eq!(back, batch(claims(&entries)));
    let body = body_of(&back.claims[0]).to_vec();
    (chunk, body)
}

fn fact_body(id: u8, kind: FactKind) -> Vec<u8> {
    let fact = fact([id; 16], kind, 5, Vec::new());
    change_body(document("a"), &fact_change(fact.fact.id, &fact.fact.encode()).unwrap().bytes)
}

#[test]
fn a_facts_body_comes_back_byte_for_byte_and_costs_less() {
    for kind in [FactKind::CheckedIn, FactKind::Vaccinated, FactKind::PrescreenOnly, FactKind::Booked] {
        let body = fact_body(1, kind);
        let (chunk, back) = over(EntryKind::Change, body.clone());
        assert_eq!(back, body);
        assert!(!has(&inflated(&chunk), &MAGIC), "the change is not sent");
        assert!(inflated(&chunk).len() + 80 < body.len(), "{} for {}", inflated(&chunk).len(), body.len());
    }
}

#[test]
fn whatever_is_not_exactly_a_fact_goes_as_it_is() {
    let body = fact_body(1, FactKind::CheckedIn);
    let edit = field_edit([6; 16], &[], &edits(&[("name", "a")])).unwrap();
    let mut bent = body.clone();
    *bent.last_mut().unwrap() ^= 1;
    let garbage = fact_change(uketsuke_domain::ids::FactId([5; 16]), b"no fact").unwrap();
    let payload = fact([4; 16], FactKind::CheckedIn, 1, Vec::new()).fact.encode();
    let misnamed = fact_change(uketsuke_domain::ids::FactId([5; 16]), &payload).unwrap();
    let newer = [&payload[..], &[0xf6]].concat();
    let newer = fact_change(uketsuke_domain::ids::FactId([4; 16]), &newer).unwrap();
    let cases = [
        (EntryKind::Change, change_body(document("a"), &edit.bytes)),
        (EntryKind::Change, bent),
        (EntryKind::Change, [&body[..], &[0]].concat()),
        (EntryKind::Change, change_body(document("a"), &garbage.bytes)),
        (EntryKind::Change, change_body(document("a"), &misnamed.bytes)),
        (EntryKind::Change, change_body(document("a"), &newer.bytes)),
        (EntryKind::Change, Vec::new()),
        (EntryKind::Card, body.clone()),
        (EntryKind::Carried, body.clone()),
        (EntryKind::Unknown(9), body),
    ];
    for (kind, body) in cases {
        assert_eq!(over(kind, body.clone()).1, body);
    }
}

#[test]
fn a_fact_under_a_document_of_another_kind_comes_back_as_well_and_is_held() {
    let fact = fact([1; 16], FactKind::CheckedIn, 5, Vec::new());
    let change = fact_change(fact.fact.id, &fact.fact.encode()).unwrap().bytes;
    let document = DocumentId::of(DocumentKind::Settings, "x");
    let body = minicbor::to_vec(ChangeBody { kind: DocumentKind::Visit, document, change }).unwrap();
    let (chunk, back) = over(EntryKind::Change, body.clone());
    assert_eq!(back, body);
    let mut log = Memory::default();
    let (done, blame) = log.take_batch(chunk.unpack().unwrap());
    assert_eq!((done.held.len(), blame), (1, None));
}

/// What a claim says that is made by hand: a kind, a body, a hash, and a fact.
struct Wire<'a> {
    kind: u16,
    body: Option<&'a [u8]>,
    fact: Option<(u32, DocumentId, &'a [u8])>,
    signature: Signature,
}

fn by_hand(wire: &Wire<'_>) -> Chunk {
    let mut bytes = Vec::new();
    let mut to = Encoder::new(&mut bytes);
    to.array(1).unwrap().array(5).unwrap().u16(wire.kind).unwrap().bool(true).unwrap();
    match wire.body {
        Some(body) => to.bytes(body).unwrap(),
        None => to.null().unwrap(),
    };
    to.null().unwrap();
    match &wire.fact {
        Some((kind, document, payload)) => {
            to.array(3).unwrap().u32(*kind).unwrap().bytes(&document.0).unwrap().bytes(payload).unwrap()
        }
        None => to.null().unwrap(),
    };
    let claims = zstd::bulk::compress(&bytes, 3).unwrap();
    let signatures = wire.signature.0.to_vec();
    Chunk { claims, signatures, ..Chunk::pack(batch(Vec::new())).unwrap() }
}

#[test]
fn a_hostile_fact_never_yields_an_entry() {
    let body = fact_body(1, FactKind::CheckedIn);
    let entry = &chain(&identity(1), &topic(), vec![(EntryKind::Change, body)])[0];
    let signature = entry.signature.unwrap();
    let payload = |id: u8, at: i64| fact([id; 16], FactKind::CheckedIn, at, Vec::new()).fact.encode();
    let (good, document_a, document_b) = (payload(1, 5), document("a"), document("b"));
    let wire = |kind, fact| Wire { kind, body: None, fact, signature };
    // The good one, made by hand, so that the others are bad for what they say.
    let mut log = Memory::default();
    let (done, blame) = log.take_batch(by_hand(&wire(1, Some((0, document_a, &good)))).unpack().unwrap());
    assert_eq!((done.added, blame), (1, None));
    assert_eq!(log.state(&topic(), entry.origin, 1), BodyState::Applied);
    // Readable, and another body than the one that was signed.
    let followed = &[&good[..], &[0xf6]].concat()[..];
    let (other, later, good) = (&payload(2, 5)[..], &payload(1, 6)[..], &good[..]);
    for (kind, fact) in [
        (1, (0, document_a, other)),
        (1, (0, document_a, later)),
        (1, (0, document_b, good)),
        (1, (1, document_a, good)),
        (2, (0, document_a, good)),
        (3, (0, document_a, good)),
        (77, (0, document_a, good)),
        (1, (0, document_a, followed)),
    ] {
        let mut log = Memory::default();
        let Ok(batch) = by_hand(&wire(kind, Some(fact))).unpack() else { continue };
        let (done, blame) = log.take_batch(batch);
        let bad = Blame::BadEntry { number: 1, why: BadEntry::Signature };
        assert_eq!((done.added, blame), (0, Some(bad)), "kind {kind}");
        assert!(log.chains.is_empty() && log.items.is_empty());
    }
    // Not readable at all: without an id there is no body to build.
    let endless = vec![0; 70_000];
    for fact in [(0, document_a, &b"no fact"[..]), (0, document_a, &[]), (0, document_a, &endless)] {
        assert!(by_hand(&wire(1, Some(fact))).unpack().is_err());
    }
    // A kind of document that this version does not know is a body that nobody signed here.
    let batch = by_hand(&wire(1, Some((99, document_a, good)))).unpack().unwrap();
    let bad = Blame::BadEntry { number: 1, why: BadEntry::Signature };
    assert_eq!(Memory::default().take_batch(batch).1, Some(bad));
    let body = &fact_body(1, FactKind::CheckedIn)[..];
    assert!(by_hand(&wire(1, None)).unpack().is_err(), "nothing");
    let both = Wire { body: Some(body), ..wire(1, Some((0, document_a, good))) };
    assert!(by_hand(&both).unpack().is_err(), "a body and a fact");
    // A body that could have gone as a fact is as good.
    let plain = by_hand(&Wire { body: Some(body), ..wire(1, None) }).unpack().unwrap();
    assert_eq!(Memory::default().take_batch(plain).1, None);
}

#[test]
fn a_long_fact_goes_over_as_well() {
    let (mut log, device) = (Memory::default(), identity(1));
    let mut wordy = fact([1; 16], FactKind::CheckedIn, 5, Vec::new());
    wordy.fact.stamp.station = "長".repeat(20_000);
    Author::new(&device, &mut log).fact(&topic(), (VISIT, document("a")), &wordy).unwrap();
    let chunk = Chunk::pack(batch(log.all(&topic(), device.origin()))).unwrap();
    let mut other = Memory::default();
    assert_eq!(other.take_batch(chunk.unpack().unwrap()).1, None);
    assert_eq!(other.items, log.items);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_fact_comes_back(
        id in any::<[u8; 16]>(),
        station in ".{0,40}",
        at in any::<i32>(),
        booking in proptest::option::of("[0-9]{1,10}"),
        supersedes in proptest::collection::vec(any::<[u8; 32]>(), 0..4),
        about in "[a-z]{1,8}",
    ) {
        let supersedes = supersedes.into_iter().map(uketsuke_domain::ids::FactHash).collect();
        let mut known = fact(id, FactKind::CheckedIn, i64::from(at), supersedes);
        known.fact.stamp.station = station;
        known.fact.booking = booking.map(|booking| booking.as_str().into());
        let change = fact_change(known.fact.id, &known.fact.encode()).unwrap();
        let body = change_body(document(&about), &change.bytes);
        let (chunk, back) = over(EntryKind::Change, body.clone());
        prop_assert_eq!(back, body);
        prop_assert!(!has(&inflated(&chunk), &MAGIC));
    }
}
