//! Names that others would draw by lot: the same for the same, and never the same for something else.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::collections::BTreeSet;

use automerge::Change;
use common::*;
use uketsuke_domain::facts::FactKind;
use uketsuke_domain::ids::FactId;
use uketsuke_domain::log::ItemContent;
use uketsuke_domain::record::DocumentId;
use uketsuke_sync::author::Author;
use uketsuke_sync::identity::Identity;

fn fact_id(who: &Identity, of: DocumentId, at: i64) -> FactId {
    let mut log = Memory::default();
    let fact = fact([0; 16], FactKind::CheckedIn, at, Vec::new());
    Author::new(who, &mut log).fact_id(of, &fact.fact)
}

#[test]
fn a_fact_has_the_same_id_for_the_same_content_and_another_for_any_other() {
    let mut seen = BTreeSet::new();
    for (seed, incarnation) in [(1, 0), (1, 1), (2, 0)] {
        for about in ["a", "b"] {
            for time in [1, 2, 3] {
                let who = start(seed, incarnation);
                let id = fact_id(&who, document(about), time);
                assert_eq!(id, fact_id(&start(seed, incarnation), document(about), time));
                assert!(seen.insert(id));
            }
        }
    }
    assert_eq!(seen.len(), 18);
}

/// The actors of the edits in a log, in the order of their changes' hashes.
fn actors(log: &Memory) -> BTreeSet<Vec<u8>> {
    let edits = log.items.values().filter_map(|item| match &item.content {
        ItemContent::Fields(change) => Some(Change::try_from(change.as_slice()).unwrap()),
        ItemContent::Fact(_) => None,
    });
    edits.map(|change| change.actor_id().to_bytes().to_vec()).collect()
}

fn edit(log: &mut Memory, who: &Identity, about: &str, name: &str, value: &str) {
    let written = Author::new(who, log).fields(&topic(), (VISIT, document(about)), &edits(&[(name, value)]));
    assert!(written.unwrap());
}

#[test]
fn an_edit_has_the_same_actor_for_the_same_content_and_another_for_any_other() {
    let of = |who: &Identity, about: &str, name: &str, value: &str| {
        let mut log = Memory::default();
        edit(&mut log, who, about, name, value);
        actors(&log)
    };
    let mut seen = BTreeSet::new();
    for who in [start(1, 0), start(1, 1), start(2, 0)] {
        for about in ["a", "b"] {
            for (name, value) in [("name", "a"), ("name", "b"), ("kana", "a"), ("namea", "")] {
                let actors = of(&who, about, name, value);
                assert_eq!(actors, of(&who, about, name, value), "played again, the bytes are the same");
                assert_eq!(actors.len(), 1);
                assert!(seen.is_disjoint(&actors));
                seen.extend(actors);
            }
        }
    }
}

#[test]
fn the_same_edit_on_top_of_something_else_has_another_actor() {
    let (who, mut log) = (identity(1), Memory::default());
    for (round, value) in ["a", "b", "a", "b", "a"].into_iter().enumerate() {
        edit(&mut log, &who, "a", "name", value);
        assert_eq!(actors(&log).len(), round + 1);
    }
}

/// A disk that was copied: both write something else under one name and one incarnation.
#[test]
fn two_disks_of_one_name_never_give_one_actor_two_contents() {
    let (who, mut before) = (identity(1), Memory::default());
    edit(&mut before, &who, "a", "name", "a");
    let (mut one, mut other) = (before.clone(), before.clone());
    edit(&mut one, &who, "a", "name", "b");
    edit(&mut other, &who, "a", "name", "c");
    let both: BTreeSet<_> = actors(&one).union(&actors(&other)).cloned().collect();
    assert_eq!(both.len(), 3);
    // And the same, written on both, is one change.
    let mut again = before.clone();
    edit(&mut again, &who, "a", "name", "b");
    assert_eq!(again.items, one.items);
}

#[test]
fn parts_do_not_run_into_one_another() {
    let who = identity(1);
    let cases: [(&str, &[&[u8]]); 8] = [
        ("fact", &[b"ab", b"c"]),
        ("fact", &[b"a", b"bc"]),
        ("fact", &[b"abc"]),
        ("fact", &[b"abc", b""]),
        ("fact", &[b"", b"abc"]),
        ("factabc", &[]),
        ("fac", &[b"tabc"]),
        ("actor", &[b"abc"]),
    ];
    let derived: BTreeSet<[u8; 16]> = cases.iter().map(|(what, parts)| who.derive(what, parts)).collect();
    assert_eq!(derived.len(), cases.len());
    assert_ne!(identity(2).derive("fact", &[b"abc"]), who.derive("fact", &[b"abc"]));
    assert_ne!(start(1, 1).derive("fact", &[b"abc"]), who.derive("fact", &[b"abc"]));
}
