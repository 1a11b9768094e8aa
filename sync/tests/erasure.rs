//! The centre has a record's bodies erased: they are gone everywhere, and the chains go on.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::collections::BTreeSet;

use common::story::*;
use common::*;
use proptest::prelude::*;
use uketsuke_domain::log::{BodyState, Control, Digest32, Entry, EntryKind};
use uketsuke_sync::body::AnyBody;
use uketsuke_sync::entry::{digest, seal};
use uketsuke_sync::ingest::bodies_of;

/// A device's facts with these ids about one person.
fn facts(ids: std::ops::Range<u8>) -> Memory {
    let mut log = Memory::kiosk();
    for id in ids {
        line::write(&mut log, &writers()[0], &venue(), [id; 16]);
    }
    log
}

fn erased(bodies: Vec<Digest32>) -> Control {
    Control::Erased { document: document("a"), bodies }
}

/// Carried by the centre as the next entry of its chain.
fn carried_next(log: &Memory, entry: &Entry, before: &Entry) -> Entry {
    let tip = log.chain(&topic(), centre().origin()).last().map(tip_of);
    seal(&centre(), &topic(), tip, EntryKind::Carried, carried(entry, Some(before)))
}

#[test]
fn bodies_are_gone_and_later_entries_still_attach() {
    let mut device = facts(1..4);
    let mut words = Memory::centre();
    words.hear(&device);
    let bodies = bodies_of(&mut words, document("a")).unwrap();
    assert_eq!(bodies.len(), 3);
    say(&mut words, &topic(), erased(bodies));
    assert_eq!(words.record(document("a")).facts.len(), 0, "at the centre as well");
    let mut kiosk = device.clone();
    kiosk.hear(&words);
    for log in [&words, &kiosk] {
        for number in 2..5 {
            let (entry, state) = log.entry(&venue(), writers()[0].origin(), number).unwrap();
            assert_eq!((&entry.body, state), (&None, &BodyState::Erased));
        }
    }
    // Entry and chain are as they were but for the body.
    line::write(&mut device, &writers()[0], &venue(), [9; 16]);
    kiosk.hear(&device);
    assert_eq!(kiosk.record(document("a")).facts.len(), 1, "what the word did not name stays");
    let origin = writers()[0].origin();
    let headers = |log: &Memory| log.chain(&venue(), origin).iter().map(|entry| entry.header_hash).collect::<Vec<_>>();
    assert_eq!(headers(&kiosk), headers(&device));
    // And the chain without bodies is what the next peer gets.
    let mut next = Memory::kiosk();
    assert_eq!(next.take(&venue(), origin, 1, kiosk.all(&venue(), origin)).1, None);
    assert_eq!(next.record(document("a")).facts.len(), 1);
}

#[test]
fn what_was_erased_is_refused_when_it_comes_again() {
    let device = facts(1..4);
    let chain = device.chain(&venue(), writers()[0].origin());
    let mut words = Memory::centre();
    say(&mut words, &topic(), erased(vec![chain[2].body_hash]));
    let mut kiosk = Memory::kiosk();
    kiosk.hear(&words);
    kiosk.hear(&device);
    assert_eq!(kiosk.state(&venue(), chain[2].origin, 3), BodyState::Erased);
    assert_eq!(kiosk.entry(&venue(), chain[2].origin, 3).unwrap().0.body, None);
    assert_eq!(kiosk.record(document("a")).facts.len(), 2);
    // Inside what the centre carries, with a header of its own.
    for (at, state) in [(2, BodyState::Erased), (3, BodyState::Applied)] {
        let entry = carried_next(&kiosk, &chain[at], &chain[at - 1]);
        let number = entry.number;
        kiosk.take(&topic(), entry.origin, number, vec![entry.into()]);
        assert_eq!(kiosk.state(&topic(), centre().origin(), number), state);
        let has_body = kiosk.entry(&topic(), centre().origin(), number).unwrap().0.body.is_some();
        assert_eq!(has_body, state == BodyState::Applied);
    }
    // Under another document it is another body.
    assert_eq!(kiosk.record(document("a")).facts.len(), 2);
}

#[test]
fn an_erasure_of_one_record_touches_no_other() {
    let device = facts(1..3);
    let chain = device.chain(&venue(), writers()[0].origin());
    let mut words = Memory::centre();
    let bodies = vec![chain[1].body_hash];
    say(&mut words, &topic(), Control::Erased { document: document("b"), bodies });
    let mut kiosk = device.clone();
    kiosk.hear(&words);
    assert_eq!((kiosk.record(document("a")), kiosk.items), (device.record(document("a")), device.items));
}

#[test]
fn an_erased_edit_leaves_its_fields_and_those_that_build_on_it_wait() {
    let [device, _, other] = writers();
    let mut log = Memory::kiosk();
    for (writer, edit) in [(&device, ("name", "a")), (&other, ("kana", "b"))] {
        let mut author = uketsuke_sync::author::Author::new(writer, &mut log);
        author.fields(&venue(), (VISIT, document("a")), &edits(&[edit])).unwrap();
    }
    let hash = log.entry(&venue(), device.origin(), 2).unwrap().0.body_hash;
    let mut words = Memory::centre();
    say(&mut words, &topic(), erased(vec![hash]));
    log.hear(&words);
    assert!(log.record(document("a")).fields.is_empty());
    assert_eq!(log.state(&venue(), other.origin(), 2), BodyState::Waiting(document("a")));
}

/// Evidence of two disks holds bodies as well.
#[test]
fn an_erased_body_is_not_kept_as_evidence_either() {
    let mut one = facts(1..2);
    let mut other = one.clone();
    line::write(&mut one, &writers()[0], &venue(), [2; 16]);
    line::write(&mut other, &writers()[0], &venue(), [3; 16]);
    let fork = other.chain(&venue(), writers()[0].origin());
    let mut words = Memory::centre();
    say(&mut words, &topic(), erased(vec![fork[2].body_hash]));
    one.hear(&words);
    one.take(&venue(), fork[0].origin, 1, claims(&fork));
    assert_eq!(one.forks.len(), 1);
    assert_eq!(one.forks[0].entry.body, None);
}

/// The hashes under which an entry's body can be named.
fn names(entry: &Entry) -> Vec<Digest32> {
    let inner = match AnyBody::decode(entry.kind, entry.body.as_ref().unwrap()) {
        Ok(AnyBody::Carried(carried)) => Some(digest(&carried.body)),
        _ => None,
    };
    inner.into_iter().chain([entry.body_hash]).collect()
}

fn is_about(entry: &Entry, of: uketsuke_domain::record::DocumentId) -> bool {
    let body = entry.body.as_ref().unwrap();
    match AnyBody::decode(entry.kind, body).unwrap() {
        AnyBody::Change(change) => change.document == of,
        AnyBody::Carried(carried) => {
            let Ok(AnyBody::Change(change)) = AnyBody::decode(EntryKind::Change, &carried.body) else { return false };
            change.document == of
        }
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_entries_and_erasures_comes_to_the_same(
        acts in 1..30usize,
        words in 1..4usize,
        revokes in 0..3usize,
        seed in any::<u64>(),
    ) {
        let mut dice = Dice::new(seed);
        let mut chains = written(acts, &mut dice);
        let mut centre_log = carry(&chains, &mut dice);
        let all: Vec<Entry> =
            chains.iter().flatten().cloned().chain(centre_log.chain(&topic(), centre().origin())).collect();
        let about: Vec<&Entry> = all.iter().filter(|entry| is_about(entry, document("a"))).collect();
        let mut gone: BTreeSet<Digest32> = BTreeSet::new();
        for _ in 0..words {
            let named: Vec<Digest32> =
                about.iter().filter(|_| dice.below(3) == 0).flat_map(|entry| names(entry)).collect();
            gone.extend(&named);
            say(&mut centre_log, &topic(), erased(named));
        }
        // Revoked as well, in between.
        revoke(&mut centre_log, &chains, revokes, &mut dice);
        chains.push(centre_log.chain(&topic(), centre().origin()));
        // The centre's own chain lost bodies when it said the words; others may still bring them.
        let last = chains.last_mut().unwrap();
        for entry in last.iter_mut() {
            if let Some(whole) = all.iter().find(|whole| whole.header_hash == entry.header_hash) {
                entry.body.clone_from(&whole.body);
            }
        }
        let mut logs = Vec::new();
        for _ in 0..3 {
            let mut log = Memory::kiosk();
            feed(&mut log, &chains, &mut dice);
            logs.push(log);
        }
        let mut at_centre = centre_log.clone();
        feed(&mut at_centre, &chains[..chains.len() - 1], &mut dice);
        logs.push(at_centre);
        let states = |log: &Memory| -> Vec<_> {
            log.states().into_iter().filter(|((_, origin, number), _)| *number > 1 || *origin == centre().origin()).collect()
        };
        for log in &logs {
            prop_assert_eq!(states(&logs[0]), states(log));
            prop_assert_eq!((&logs[0].items, &logs[0].fields), (&log.items, &log.fields));
            for entry in &all {
                let is_gone = is_about(entry, document("a")) && names(entry).iter().any(|name| gone.contains(name));
                let (held, state) = log.entry(&entry.topic, entry.origin, entry.number).unwrap();
                prop_assert_eq!(held.body.is_none(), is_gone);
                prop_assert_eq!(*state == BodyState::Erased, is_gone);
                prop_assert_eq!(held.header_hash, entry.header_hash);
            }
        }
    }
}
