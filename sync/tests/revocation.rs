//! The centre revokes a device: what counts depends on the words alone, and not on what came first.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::collections::BTreeMap;

use common::story::*;
use common::*;
use proptest::prelude::*;
use uketsuke_domain::facts::FactKind;
use uketsuke_domain::log::{BodyState, Control, ControlKind, Cuts, Entry, Revocation};
use uketsuke_sync::author::Author;
use uketsuke_sync::change::{Built, fact_change, field_edit};

const REVOKED: &str = "written after the device was revoked";

fn revoked(chain: &[Entry], upto: usize) -> Control {
    let key = chain[0].origin.key();
    let cut = upto.checked_sub(1).map(|at| ((venue(), chain[0].origin), tip_of(&chain[at])));
    Control::Revoked { key, cuts: cut.into_iter().collect(), because: "紛失".to_owned(), lost: true }
}

/// A device's three facts about one person.
fn three() -> Vec<Entry> {
    let mut log = Memory::kiosk();
    for id in 1..4 {
        line::write(&mut log, &writers()[0], &venue(), [id; 16]);
    }
    log.chain(&venue(), writers()[0].origin())
}

fn states(log: &Memory, chain: &[Entry]) -> Vec<bool> {
    let state = |entry: &Entry| log.state(&venue(), entry.origin, entry.number);
    chain.iter().map(state).map(|state| state == BodyState::Applied).collect()
}

#[test]
fn entries_count_up_to_the_cut_whatever_came_first() {
    let chain = three();
    for word_first in [true, false] {
        let mut centre_log = Memory::centre();
        say(&mut centre_log, &topic(), revoked(&chain, 2));
        let mut log = Memory::kiosk();
        if word_first {
            log.hear(&centre_log);
        }
        log.take(&venue(), chain[0].origin, 1, claims(&chain));
        log.hear(&centre_log);
        assert_eq!(states(&log, &chain), [true, true, false, false], "word first: {word_first}");
        assert_eq!(log.reason(&venue(), chain[0].origin, 3), REVOKED);
        assert_eq!(log.record(document("a")).facts.len(), 1);
        assert_eq!(log.chain(&venue(), chain[0].origin), chain, "kept and passed on");
    }
}

#[test]
fn a_later_word_raises_the_cut_and_none_lowers_it() {
    let chain = three();
    let cuts = [2, 4, 1, 3];
    let mut centre_log = Memory::centre();
    let mut kiosk = Memory::kiosk();
    kiosk.take(&venue(), chain[0].origin, 1, claims(&chain));
    let mut highest = 0;
    for cut in cuts {
        say(&mut centre_log, &topic(), revoked(&chain, cut));
        kiosk.hear(&centre_log);
        highest = highest.max(cut);
        assert_eq!(states(&kiosk, &chain)[1..], [1, 2, 3].map(|at| at < highest), "{cut}");
    }
    let bytes = &kiosk.controls[&(ControlKind::Revoked, chain[0].origin.key().to_vec())];
    let word: Revocation = minicbor::decode(bytes).unwrap();
    assert_eq!(word.cuts[&(venue(), chain[0].origin)], tip_of(&chain[3]));
}

#[test]
fn edits_of_others_that_build_on_what_no_longer_counts_wait_and_come_back_with_a_raised_cut() {
    let [device, _, other] = writers();
    let mut log = Memory::kiosk();
    Author::new(&device, &mut log).fields(&venue(), (VISIT, document("a")), &edits(&[("name", "a")])).unwrap();
    Author::new(&other, &mut log).fields(&venue(), (VISIT, document("a")), &edits(&[("kana", "b")])).unwrap();
    let whole = log.record(document("a")).fields;
    let chain = log.chain(&venue(), device.origin());
    let mut words = Memory::centre();
    say(&mut words, &topic(), revoked(&chain, 1));
    log.hear(&words);
    assert!(log.record(document("a")).fields.is_empty());
    assert_eq!(log.state(&venue(), other.origin(), 2), BodyState::Waiting(document("a")));
    say(&mut words, &topic(), revoked(&chain, 2));
    log.hear(&words);
    assert_eq!(log.record(document("a")).fields, whole);
    assert_eq!(log.state(&venue(), other.origin(), 2), BodyState::Applied);
}

#[test]
fn the_centre_cannot_be_revoked_and_devices_revoke_nobody() {
    let mut log = Memory::centre();
    line::write(&mut log, &centre(), &topic(), [1; 16]);
    let chain = log.chain(&topic(), centre().origin());
    say(&mut log, &topic(), revoked(&chain, 0));
    assert_eq!(log.record(document("a")).facts.len(), 1);
    line::write(&mut log, &centre(), &topic(), [2; 16]);
    let mut kiosk = Memory::kiosk();
    kiosk.hear(&log);
    assert_eq!(kiosk.record(document("a")).facts.len(), 2);
}

/// A clone may have written a longer chain of the same name.
#[test]
fn a_cut_names_an_entry_and_not_only_a_number() {
    let built = |id| {
        let fact = fact([id; 16], FactKind::CheckedIn, 1, Vec::new());
        fact_change(fact.fact.id, &fact.fact.encode()).unwrap()
    };
    let [honest, stolen] = [[1, 2], [1, 9]].map(|ids: [u8; 2]| {
        let built: Vec<Built> = ids.into_iter().map(built).collect();
        changes(&identity(DEVICE), document("a"), &built.iter().collect::<Vec<_>>())
    });
    let mut log = Memory::default();
    log.take(&topic(), stolen[0].origin, 1, claims(&stolen));
    log.centre = Some(centre().public_key());
    let cuts = Cuts::from([((topic(), honest[0].origin), tip_of(&honest[1]))]);
    let key = identity(DEVICE).public_key();
    say(&mut log, &topic(), Control::Revoked { key, cuts, because: String::new(), lost: true });
    assert_eq!(log.state(&topic(), stolen[1].origin, 2), BodyState::Held(REVOKED.to_owned()));
}

#[test]
fn what_the_centre_carried_counts_for_it_had_accepted_it() {
    let chain = three();
    let mut words = Memory::centre();
    say(&mut words, &topic(), revoked(&chain, 2));
    let body = carried(&chain[3], Some(&chain[2]));
    let tip = words.chain(&topic(), centre().origin()).last().map(tip_of);
    let entry = uketsuke_sync::entry::seal(&centre(), &topic(), tip, uketsuke_domain::log::EntryKind::Carried, body);
    let mut kiosk = Memory::kiosk();
    kiosk.hear(&words);
    kiosk.take(&topic(), entry.origin, entry.number, vec![entry.into()]);
    assert_eq!(kiosk.record(document("a")).facts.len(), 1);
}

#[test]
fn what_is_about_no_document_is_held_whatever_came_first() {
    let chain = three();
    let mut words = Memory::centre();
    say(&mut words, &topic(), revoked(&chain, 0));
    let both = [[Some(&words), None], [None, Some(&words)]].map(|[before, after]| {
        let mut log = Memory::kiosk();
        if let Some(words) = before {
            log.hear(words);
        }
        log.take(&venue(), chain[0].origin, 1, claims(&chain));
        if let Some(words) = after {
            log.hear(words);
        }
        (log.states(), log.began.clone())
    });
    assert_eq!(both[0], both[1]);
}

#[test]
fn edits_that_came_before_those_they_build_on_are_applied_again_in_any_order() {
    let first = field_edit([1; 16], &[], &edits(&[("name", "a")])).unwrap();
    let second = field_edit([2; 16], std::slice::from_ref(&first.bytes), &edits(&[("name", "b")])).unwrap();
    let mut log = Memory::default();
    for (seed, edit) in [(2, &second), (1, &first)] {
        log.take(&topic(), identity(seed).origin(), 1, claims(&changes(&identity(seed), document("a"), &[edit])));
    }
    let before = (log.states(), log.items.clone(), log.fields.clone());
    log.centre = Some(centre().public_key());
    let cuts = Cuts::from([(
        (topic(), identity(2).origin()),
        log.entry(&topic(), identity(2).origin(), 1).map(|(entry, _)| tip_of(entry)).unwrap(),
    )]);
    say(
        &mut log,
        &topic(),
        Control::Revoked { key: identity(2).public_key(), cuts, because: String::new(), lost: false },
    );
    log.chains.retain(|(_, origin), _| *origin != centre().origin());
    assert_eq!((log.states(), log.items, log.fields), before);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_entries_and_words_comes_to_the_same(acts in 1..30usize, words in 1..4usize, seed in any::<u64>()) {
        let mut dice = Dice::new(seed);
        let devices = written(acts, &mut dice);
        let mut centre_log = carry(&devices, &mut dice);
        let said = revoke(&mut centre_log, &devices, words, &mut dice);
        let mut chains = devices.clone();
        chains.push(centre_log.chain(&topic(), centre().origin()));
        let mut logs = Vec::new();
        for _ in 0..3 {
            let mut log = Memory::kiosk();
            feed(&mut log, &chains, &mut dice);
            logs.push(log);
        }
        // The centre itself, which said its words before it heard what the devices wrote.
        let mut at_centre = centre_log.clone();
        feed(&mut at_centre, &devices, &mut dice);
        logs.push(at_centre);
        // What is about no document: see `what_is_about_no_document_is_held_whatever_came_first`.
        let states = |log: &Memory| -> BTreeMap<_, _> {
            log.states().into_iter().filter(|((_, origin, number), _)| *number > 1 || *origin == centre().origin()).collect()
        };
        for log in &logs[1..] {
            prop_assert_eq!(states(&logs[0]), states(log));
            prop_assert_eq!((&logs[0].items, &logs[0].fields), (&log.items, &log.fields));
            prop_assert_eq!(&logs[0].controls, &log.controls);
        }
        for chain in devices.iter().filter(|chain| chain[0].origin.key() == writers()[0].public_key()) {
            let cut = furthest(&said, chain[0].origin);
            for entry in &chain[1..] {
                let held = logs[0].state(&venue(), entry.origin, entry.number) == BodyState::Held(REVOKED.to_owned());
                prop_assert_eq!(held, entry.number > cut);
            }
        }
    }
}
