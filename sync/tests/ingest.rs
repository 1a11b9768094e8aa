//! What becomes of entries that a peer brings.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::*;
use uketsuke_domain::facts::FactKind;
use uketsuke_domain::ids::FactId;
use uketsuke_domain::log::{BodyState, Entry, EntryKind, Item, Log, Signature};
use uketsuke_domain::record::Value;
use uketsuke_domain::reference::{Card, CardKey, CardKeyed};
use uketsuke_sync::author::{Author, AuthorError};
use uketsuke_sync::body::{CardBody, CarriedBody};
use uketsuke_sync::change::{Built, ChangeError, fact_change, field_edit};
use uketsuke_sync::entry::{BadEntry, MAX_BODY_BYTES};
use uketsuke_sync::ingest::Blame;

fn fact_built(id: u8) -> Built {
    let fact = fact([id; 16], FactKind::CheckedIn, i64::from(id), Vec::new());
    fact_change(FactId([id; 16]), &fact.fact.encode()).unwrap()
}

/// Three facts of one device about one person.
fn three() -> Vec<Entry> {
    let built: Vec<Built> = (1..=3).map(fact_built).collect();
    changes(&identity(1), document("a"), &built.iter().collect::<Vec<_>>())
}

#[test]
fn a_chain_is_taken_in_once_and_in_its_order() {
    let (mut log, origin, entries) = (Memory::default(), identity(1).origin(), three());
    let (done, blame) = log.take(&topic(), origin, 1, claims(&entries[..2]));
    assert_eq!((done.added, done.known, done.held.len(), blame), (2, 0, 0, None));
    assert_eq!(done.documents, vec![(VISIT, document("a")); 2]);
    let (done, blame) = log.take(&topic(), origin, 1, claims(&entries));
    assert_eq!((done.added, done.known, blame), (1, 2, None));
    assert_eq!(log.record(document("a")).facts.len(), 3);
}

#[test]
fn a_gap_is_refused_and_nothing_is_taken() {
    let (mut log, origin, entries) = (Memory::default(), identity(1).origin(), three());
    let (done, blame) = log.take(&topic(), origin, 2, claims(&entries[1..]));
    assert_eq!((done.added, blame), (0, Some(Blame::Gap { first: 2, held: 0 })));
    assert!(log.items.is_empty());
}

#[test]
fn numbers_at_the_ends_do_not_panic_and_blame_nobody_for_a_clone() {
    let (mut log, origin, entries) = (Memory::default(), identity(1).origin(), three());
    log.take(&topic(), origin, 1, claims(&entries));
    let (done, blame) = log.take(&topic(), origin, u64::MAX, claims(&entries));
    assert_eq!((done.added, blame), (0, Some(Blame::Gap { first: u64::MAX, held: 3 })));
    let (_, blame) = log.take(&topic(), origin, 0, claims(&entries[..1]));
    assert_eq!(blame, Some(Blame::BadEntry { number: 0, why: BadEntry::Signature }));
}

#[test]
fn a_clone_is_named_and_what_is_held_stays() {
    let (mut log, origin, entries) = (Memory::default(), identity(1).origin(), three());
    log.take(&topic(), origin, 1, claims(&entries));
    // The same key, restored elsewhere, wrote another second entry.
    let other = changes(&identity(1), document("a"), &[&fact_built(1), &fact_built(9)]);
    let (done, blame) = log.take(&topic(), origin, 1, claims(&other));
    assert_eq!((done.known, blame), (1, Some(Blame::Clone { number: 2 })));
    assert_eq!(log.all(&topic(), origin), claims(&entries));
}

#[test]
fn a_forged_signature_leaves_the_number_open() {
    let (mut log, origin, entries) = (Memory::default(), identity(1).origin(), three());
    let mut forged = claims(&entries);
    forged[1].signature = Some(Signature([1; 64]));
    let (done, blame) = log.take(&topic(), origin, 1, forged);
    assert_eq!((done.added, blame), (1, Some(Blame::BadEntry { number: 2, why: BadEntry::Signature })));
    let (done, blame) = log.take(&topic(), origin, 2, claims(&entries[1..]));
    assert_eq!((done.added, blame), (2, None), "another peer brings the true one");
}

#[test]
fn a_swapped_body_is_refused_for_its_hash_is_what_was_signed() {
    let (mut log, origin, entries) = (Memory::default(), identity(1).origin(), three());
    let mut swapped = claims(&entries);
    swapped[0].content = swapped[1].content.clone();
    let (done, blame) = log.take(&topic(), origin, 1, swapped);
    assert_eq!((done.added, blame), (0, Some(Blame::BadEntry { number: 1, why: BadEntry::Signature })));
}

#[test]
fn a_body_too_long_to_be_passed_on_is_refused() {
    let long = chain(&identity(1), &topic(), vec![(EntryKind::Unknown(9), vec![0; MAX_BODY_BYTES + 1])]);
    let (_, blame) = Memory::default().take(&topic(), identity(1).origin(), 1, claims(&long));
    assert_eq!(blame, Some(Blame::BadEntry { number: 1, why: BadEntry::TooLong }));
}

#[test]
fn one_bad_body_stops_nobody() {
    let bodies = vec![
        (EntryKind::Change, b"rubbish".to_vec()),
        (EntryKind::Change, change_body(document("a"), b"no change at all")),
        (EntryKind::Unknown(77), b"of a newer version".to_vec()),
        (EntryKind::Card, b"no card".to_vec()),
        (EntryKind::Change, change_body(document("a"), &fact_built(5).bytes)),
    ];
    let entries = chain(&identity(1), &topic(), bodies);
    let (mut log, origin) = (Memory::default(), identity(1).origin());
    let (done, blame) = log.take(&topic(), origin, 1, claims(&entries));
    assert_eq!((done.added, blame), (5, None));
    assert_eq!(done.held.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(log.reason(&topic(), origin, 3), "kind 77 is unknown here");
    assert_eq!(log.state(&topic(), origin, 5), BodyState::Applied);
    assert_eq!(log.record(document("a")).facts.len(), 1);
    assert_eq!(log.all(&topic(), origin), claims(&entries), "what is held is passed on unchanged");
}

#[test]
fn a_withheld_body_keeps_its_place_in_the_chain() {
    let (mut log, origin, entries) = (Memory::default(), identity(1).origin(), three());
    let mut claims = claims(&entries);
    claims[1] = absent(&entries[1]);
    let (done, blame) = log.take(&topic(), origin, 1, claims);
    assert_eq!((done.added, done.held.len(), blame), (3, 0, None));
    assert_eq!(log.state(&topic(), origin, 2), BodyState::Withheld);
    assert_eq!(log.record(document("a")).facts.len(), 2);
}

/// A chain of edits of one field, each knowing the one before.
fn successive(count: u8) -> Vec<Built> {
    let mut before = Vec::new();
    let mut built = Vec::new();
    for number in 0..count {
        let value = format!("value {number}");
        let edit = field_edit([number + 1; 16], &before, &edits(&[("name", &value)])).unwrap();
        before.push(edit.bytes.clone());
        built.push(edit);
    }
    built
}

#[test]
fn edits_wait_for_what_they_build_on_and_follow_one_another() {
    let built = successive(4);
    // The last three reach this log through other origins, newest first, before the first does.
    let mut log = Memory::default();
    for (seed, edit) in [(4, &built[3]), (3, &built[2]), (2, &built[1])] {
        let (done, blame) =
            log.take(&topic(), identity(seed).origin(), 1, claims(&changes(&identity(seed), document("a"), &[edit])));
        assert_eq!((done.added, done.held.len(), done.documents.len(), blame), (1, 0, 0, None));
        assert_eq!(log.state(&topic(), identity(seed).origin(), 1), BodyState::Waiting(document("a")));
    }
    assert!(log.record(document("a")).fields.is_empty());
    let (done, _) =
        log.take(&topic(), identity(1).origin(), 1, claims(&changes(&identity(1), document("a"), &[&built[0]])));
    assert_eq!(done.documents.len(), 4);
    assert_eq!(log.record(document("a")).fields["name"], vec![Value::Text("value 3".to_owned())]);
    for seed in 1..=4 {
        assert_eq!(log.state(&topic(), identity(seed).origin(), 1), BodyState::Applied);
    }
}

#[test]
fn a_long_row_of_waiting_edits_does_not_exhaust_the_stack() {
    let built = successive(150);
    let mut log = Memory::default();
    let backwards: Vec<&Built> = built.iter().rev().collect();
    // A small stack, as a thread of a small machine has.
    let run = move || {
        let entries = changes(&identity(1), document("a"), &backwards);
        let (done, blame) = log.take(&topic(), identity(1).origin(), 1, claims(&entries));
        assert_eq!((done.added, blame), (150, None));
        assert_eq!(log.record(document("a")).fields["name"], vec![Value::Text("value 149".to_owned())]);
    };
    std::thread::scope(|scope| {
        std::thread::Builder::new().stack_size(512 * 1024).spawn_scoped(scope, run).unwrap().join().unwrap();
    });
}

#[test]
fn an_edit_that_waited_for_nothing_good_is_held_in_the_end() {
    let first = field_edit([1; 16], &[], &edits(&[("name", "a")])).unwrap();
    let second = field_edit([2; 16], std::slice::from_ref(&first.bytes), &edits(&[("name", "b")])).unwrap();
    // Claims a counter that leaves no room for the next edit.
    let mut change = automerge::Change::try_from(second.bytes.as_slice()).unwrap().decode();
    change.start_op = std::num::NonZeroU64::new(u64::from(u32::MAX)).unwrap();
    change.hash = None;
    let bad = Built::from(&automerge::Change::from(change));
    let mut log = Memory::default();
    log.take(&topic(), identity(2).origin(), 1, claims(&changes(&identity(2), document("a"), &[&bad])));
    assert_eq!(log.state(&topic(), identity(2).origin(), 1), BodyState::Waiting(document("a")));
    log.take(&topic(), identity(1).origin(), 1, claims(&changes(&identity(1), document("a"), &[&first])));
    assert!(log.reason(&topic(), identity(2).origin(), 1).contains("not encoded as a field edit"));
    assert!(
        Author::new(&identity(3), &mut log).fields(&topic(), (VISIT, document("a")), &edits(&[("name", "c")])).unwrap()
    );
}

/// An item of the first entry of a chain, as the centre's storage answers it.
fn item_of(log: &Memory) -> Item {
    log.items.values().next().unwrap().clone()
}

#[test]
fn what_is_carried_keeps_its_author_and_is_one_item_with_the_original() {
    let mut centre = Memory::default();
    let entries = three();
    centre.take(&topic(), identity(1).origin(), 1, claims(&entries));
    let second = centre.items.values().find(|item| item.change == fact_built(2).hash).unwrap().clone();
    let venue = venue_topic("2");
    Author::new(&identity(9), &mut centre).carry(&venue, &entries[1], &second).unwrap();
    let carried = centre.all(&venue, identity(9).origin());

    let mut kiosk = Memory::default();
    let (done, blame) = kiosk.take(&venue, identity(9).origin(), 1, carried.clone());
    assert_eq!((done.added, done.documents.len(), blame), (1, 1, None));
    assert_eq!(kiosk.record(document("a")).facts, [fact([2; 16], FactKind::CheckedIn, 2, Vec::new())]);
    // The original comes as well: still one item.
    let (done, _) = kiosk.take(&topic(), identity(1).origin(), 1, claims(&entries[..2]));
    assert_eq!((done.added, done.documents.len()), (2, 1));
    assert_eq!(kiosk.items.len(), 2);

    // Another centre that knows it only as carried carries the author's entry on, not the first centre's.
    let mut other = Memory::default();
    other.take(&venue, identity(9).origin(), 1, carried);
    let entry = other.entry(&venue, identity(9).origin(), 1).unwrap().0.clone();
    let item = item_of(&other);
    Author::new(&identity(8), &mut other).carry(&venue_topic("3"), &entry, &item).unwrap();
    let mut third = Memory::default();
    let again = other.all(&venue_topic("3"), identity(8).origin());
    let (done, _) = third.take(&venue_topic("3"), identity(8).origin(), 1, again);
    assert_eq!((done.held, done.documents.len()), (Vec::new(), 1));
}

#[test]
fn what_is_carried_badly_is_held() {
    let entries = three();
    let good = CarriedBody {
        topic: topic(),
        origin: identity(1).origin(),
        number: 2,
        previous: Some(entries[0].header_hash),
        kind: EntryKind::Change.number(),
        signature: entries[1].signature.unwrap(),
        body: entries[1].body.clone().unwrap(),
    };
    let card = CardKeyed { key: CardKey([1; 16]), card: Card::default(), version: 1 };
    let card = minicbor::to_vec(CardBody { salt: [0; 16], card }).unwrap();
    let card = &chain(&identity(1), &topic(), vec![(EntryKind::Card, card)])[0];
    let bad = [
        CarriedBody { signature: Signature([3; 64]), ..good.clone() },
        CarriedBody { origin: identity(2).origin(), ..good.clone() },
        CarriedBody { body: entries[2].body.clone().unwrap(), ..good.clone() },
        CarriedBody { number: 3, ..good.clone() },
        CarriedBody { previous: None, ..good.clone() },
        CarriedBody { number: 0, ..good.clone() },
        CarriedBody { topic: venue_topic("2"), ..good.clone() },
        CarriedBody {
            number: 1,
            previous: None,
            kind: EntryKind::Card.number(),
            signature: card.signature.unwrap(),
            body: card.body.clone().unwrap(),
            ..good.clone()
        },
    ];
    let bodies = bad.iter().chain([&good]).map(|body| (EntryKind::Carried, minicbor::to_vec(body).unwrap()));
    let carried = chain(&identity(9), &topic(), bodies.collect());
    let mut log = Memory::default();
    let (done, blame) = log.take(&topic(), identity(9).origin(), 1, claims(&carried));
    assert_eq!((done.added, blame), (9, None));
    assert_eq!(done.held.len(), 8, "{:?}", done.held);
    assert!(log.cards.is_empty(), "a card is nobody's but the centre's");
    assert_eq!(log.items.len(), 1, "the good one");
}

#[test]
fn what_an_author_writes_every_other_log_applies() {
    let (mut log, identity) = (Memory::default(), identity(1));
    let mut author = Author::new(&identity, &mut log);
    author.fact(&topic(), (VISIT, document("a")), &fact([1; 16], FactKind::Vaccinated, 5, Vec::new())).unwrap();
    assert!(author.fields(&topic(), (VISIT, document("a")), &edits(&[("name", "a"), ("kana", "b")])).unwrap());
    assert!(!author.fields(&topic(), (VISIT, document("a")), &edits(&[("name", "a")])).unwrap());
    assert!(author.fields(&topic(), (VISIT, document("a")), &edits(&[("name", "c")])).unwrap());
    author.card(&topic(), CardKey([1; 16]), Card { deleted: true, ..Card::default() }).unwrap();
    let mut other = Memory::default();
    let (done, blame) = other.take(&topic(), identity.origin(), 1, log.all(&topic(), identity.origin()));
    assert_eq!((done.added, done.held, blame), (4, Vec::new(), None));
    assert_eq!((&other.items, &other.fields, &other.cards), (&log.items, &log.fields, &log.cards));
}

#[test]
fn what_no_other_log_would_apply_is_not_written() {
    let (mut log, identity) = (Memory::default(), identity(1));
    let mut author = Author::new(&identity, &mut log);
    let mut impossible = fact([1; 16], FactKind::Vaccinated, 5, Vec::new());
    impossible.fact.dose = Some(12);
    let written = author.fact(&topic(), (VISIT, document("a")), &impossible);
    assert!(matches!(written, Err(AuthorError::Fact(_))));
    let mut wordy = fact([1; 16], FactKind::CheckedIn, 5, Vec::new());
    wordy.fact.stamp.station = "長".repeat(40_000);
    let written = author.fact(&topic(), (VISIT, document("a")), &wordy);
    assert!(matches!(written, Err(AuthorError::Change(ChangeError::TooLong(_)))));
    let too_long = "x".repeat(70_000);
    let written = author.fields(&topic(), (VISIT, document("a")), &edits(&[("name", &too_long)]));
    assert!(matches!(written, Err(AuthorError::Change(ChangeError::TooLong(_)))));
    for name in ["", &"n".repeat(65)] {
        let written = author.fields(&topic(), (VISIT, document("a")), &edits(&[(name, "x")]));
        assert!(matches!(written, Err(AuthorError::Change(ChangeError::Name(_)))));
    }
    assert_eq!(log.tip(&topic(), &identity.origin()).unwrap(), None);
}
