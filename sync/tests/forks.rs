//! A chain that went on twice, as a log meets it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::memory::MOST_FORKS;
use common::*;
use uketsuke_domain::facts::FactKind;
use uketsuke_domain::ids::FactId;
use uketsuke_domain::log::{Entry, Fork, Signature};
use uketsuke_domain::reference::Card;
use uketsuke_sync::change::fact_change;
use uketsuke_sync::entry::BadEntry;
use uketsuke_sync::ingest::{Batch, Blame};

const CLONED: u8 = 1;

/// A chain of facts with these ids.
fn branch(ids: impl Iterator<Item = u8>) -> Vec<Entry> {
    let built: Vec<_> = ids
        .map(|id| {
            let fact = fact([id; 16], FactKind::CheckedIn, i64::from(id), Vec::new());
            fact_change(FactId([id; 16]), &fact.fact.encode()).unwrap()
        })
        .collect();
    changes(&identity(CLONED), document("a"), &built.iter().collect::<Vec<_>>())
}

/// Two disks that have `same` entries in common, and then so many of their own.
fn two(same: u8, one: u8, other: u8) -> (Vec<Entry>, Vec<Entry>) {
    let of = |own: u8, count: u8| branch((1..=same).chain(own..own + count));
    (of(100, one), of(150, other))
}

fn take(log: &mut Memory, entries: &[Entry], from: usize) -> (u64, Option<Blame>) {
    let after = from.checked_sub(1).map(|before| entries[before].header_hash);
    let (topic, origin, claims) = (topic(), identity(CLONED).origin(), claims(&entries[from..]));
    let (done, blame) = log.take_batch(Batch { topic, origin, first: from as u64 + 1, after, claims });
    (done.added, blame)
}

/// What diverges, as it is kept.
fn evidence(entries: &[Entry], same: usize) -> Vec<Fork> {
    let previous = |at: usize| at.checked_sub(1).map_or([0; 32], |before| entries[before].header_hash.0);
    let fork = |at: usize| Fork { entry: entries[at].clone(), previous: uketsuke_domain::log::Digest32(previous(at)) };
    (same..entries.len()).map(fork).collect()
}

fn facts(log: &Memory) -> usize {
    log.record(document("a")).facts.len()
}

#[test]
fn whatever_came_first_stays_and_the_other_is_kept_beside_it() {
    let lengths = [(3, 3), (3, 1), (1, 3), (5, 2)];
    for same in [0, 1, 4] {
        for (one, other) in lengths {
            let (one, other) = two(same, one, other);
            let same = usize::from(same);
            for (first, second) in [(&one, &other), (&other, &one)] {
                let mut log = Memory::default();
                assert_eq!(take(&mut log, first, 0), (first.len() as u64, None));
                let (added, blame) = take(&mut log, second, 0);
                assert_eq!((added, &blame), (0, &Some(Blame::Clone { number: same as u64 + 1 })));
                assert!(!blame.unwrap().is_peers(), "who brings it wrote neither");
                assert_eq!(log.chain(&topic(), identity(CLONED).origin()), *first);
                assert_eq!(facts(&log), first.len(), "never applied");
                // Without claims beyond the first that differs a signature has shown no more than that.
                assert_eq!(log.forks[..], evidence(second, same)[..log.forks.len()]);
                assert!(!log.forks.is_empty());
            }
        }
    }
}

#[test]
fn all_of_the_other_way_is_kept_when_it_comes_entry_by_entry() {
    let (one, other) = two(2, 3, 4);
    for from in [0, 1, 2, 3, 4, 5] {
        let mut log = Memory::default();
        take(&mut log, &one, 0);
        for at in from..other.len() {
            let (_, blame) = take(&mut log, &other[..=at], at);
            let expected = (at >= 2).then_some(Blame::Clone { number: at as u64 + 1 });
            assert_eq!(blame, expected);
        }
        let kept = evidence(&other, 2.max(from));
        assert_eq!(log.forks, kept);
        assert_eq!(log.chain(&topic(), identity(CLONED).origin()), one);
        // Again, in the other order: nothing is kept twice.
        for at in (from..other.len()).rev() {
            take(&mut log, &other[..=at], at);
        }
        assert_eq!(log.forks, kept);
    }
}

#[test]
fn a_fork_beyond_the_end_of_what_is_held_is_one_as_well() {
    let (one, other) = two(2, 2, 5);
    let mut log = Memory::default();
    take(&mut log, &one, 0);
    // The peer believed that this side holds its first four.
    let (added, blame) = take(&mut log, &other, 4);
    assert_eq!((added, blame), (0, Some(Blame::Clone { number: 5 })));
    assert_eq!(log.chain(&topic(), identity(CLONED).origin()), one);
}

#[test]
fn no_more_is_kept_than_the_log_allows_and_nothing_of_it_is_applied() {
    let (one, other) = two(1, 90, 90);
    let mut log = Memory::default();
    take(&mut log, &one, 0);
    for at in 1..other.len() {
        take(&mut log, &other[..=at], at);
    }
    assert_eq!(log.forks.len(), MOST_FORKS);
    assert_eq!(log.forks, evidence(&other, 1)[..MOST_FORKS]);
    assert_eq!(facts(&log), one.len());
}

/// What two disks wrote may be two people's vaccinations: whoever looks into it needs all of it.
#[test]
fn all_of_the_other_way_is_kept_when_it_comes_in_one_batch() {
    let (one, other) = two(2, 3, 6);
    let mut log = Memory::default();
    take(&mut log, &one, 0);
    take(&mut log, &other, 0);
    assert_eq!(log.forks, evidence(&other, 2));
}

#[test]
fn a_forged_fork_is_its_bringers_fault() {
    let (one, other) = two(2, 2, 2);
    let mut log = Memory::default();
    take(&mut log, &one, 0);
    let mut forged = other.clone();
    forged[2].signature = Some(Signature([3; 64]));
    let bad = Some(Blame::BadEntry { number: 3, why: BadEntry::Signature });
    assert_eq!(take(&mut log, &forged, 0), (0, bad.clone()));
    forged[2].signature = None;
    forged[3].signature = None;
    assert_eq!(take(&mut log, &forged, 0), (0, bad), "an unsigned end proves nothing");
    assert!(log.forks.is_empty());
    // True entries behind another one than their own.
    let (topic, origin) = (topic(), identity(CLONED).origin());
    let batch = Batch { topic, origin, first: 4, after: Some(one[1].header_hash), claims: claims(&one[3..]) };
    assert!(log.take_batch(batch).1.unwrap().is_peers());
    assert!(log.forks.is_empty());
}

#[test]
fn an_honest_chain_cannot_be_shown_as_a_fork_of_itself() {
    let (one, _) = two(4, 0, 0);
    for first in 2..=5 {
        let mut log = Memory::default();
        take(&mut log, &one, 0);
        let (topic, origin) = (topic(), identity(CLONED).origin());
        let (_, blame) = log.take_batch(Batch { topic, origin, first, after: None, claims: claims(&one) });
        assert!(!matches!(blame, Some(Blame::Clone { .. })), "{first}: {blame:?}");
        assert!(log.forks.is_empty(), "{first}");
    }
}

#[test]
fn in_a_run_the_fork_begins_at_its_first_other_entry() {
    // The centre's program on two disks: both go on after the same run, each with a run of its own.
    let run = |log: &mut Memory, ids: std::ops::Range<u8>| {
        in_runs(log, &identity(CLONED), |author| {
            ids.for_each(|id| author.card(&topic(), key_of(id), Card::default()).unwrap());
        });
    };
    let mut one = Memory::default();
    run(&mut one, 1..4);
    let mut other = one.clone();
    run(&mut one, 10..14);
    run(&mut other, 30..36);
    let brought = other.chain(&topic(), identity(CLONED).origin());
    let cards = one.cards.clone();
    assert_eq!(take(&mut one, &brought, 0), (0, Some(Blame::Clone { number: 4 })));
    assert_eq!(one.forks, evidence(&brought, 3));
    assert_eq!(one.cards, cards);
    let mut bare = brought.clone();
    bare.pop();
    one.forks.clear();
    let (_, blame) = take(&mut one, &bare, 0);
    assert_eq!(blame, Some(Blame::BadEntry { number: 4, why: BadEntry::Signature }), "the run's end is missing");
    assert!(one.forks.is_empty());
}
