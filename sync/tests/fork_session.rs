//! Two sides that hold different chains of one name: both say so once, and speak on about everybody else.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::line::*;
use common::*;
use uketsuke_domain::facts::FactKind;
use uketsuke_domain::ids::FactId;
use uketsuke_domain::log::Entry;
use uketsuke_sync::change::fact_change;
use uketsuke_sync::session::Forward;

const A: u8 = 1;
const B: u8 = 2;
/// Whose name is written under twice.
const CLONED: u8 = 7;

/// The first two are common, by `same`; what follows is each side's own.
fn branch(same: u8, own: u8, count: u8) -> Vec<Entry> {
    let built: Vec<_> = (1..=same)
        .chain(own..own + count)
        .map(|id| {
            let fact = fact([id; 16], FactKind::CheckedIn, i64::from(id), Vec::new());
            fact_change(FactId([id; 16]), &fact.fact.encode()).unwrap()
        })
        .collect();
    changes(&identity(CLONED), document("a"), &built.iter().collect::<Vec<_>>())
}

/// A log with its side's own entries, two of somebody else's, and a chain of the cloned name.
fn log(own: u8, other: u8, cloned: &[Entry]) -> Memory {
    let mut log = bulky(own, 3);
    add_bulky(&mut log, other, 2);
    assert_eq!(log.take(&topic(), identity(CLONED).origin(), 1, claims(cloned)).1, None);
    log
}

fn sides(one: &[Entry], other: &[Entry], forward: Forward) -> (Side, Side) {
    let (a, b) = (log(A, 11, one), log(B, 12, other));
    (Side::new(A, B, forward, &[topic()], a), Side::new(B, A, forward, &[topic()], b))
}

fn at_rest(a: &mut Side, b: &mut Side, one: &[Entry], other: &[Entry]) {
    for side in [&*a, &*b] {
        assert_eq!(side.forked, [(topic(), identity(CLONED).origin())], "told exactly once");
        assert_eq!(side.session.forked().len(), 1);
        for seed in [A, B, 11, 12] {
            let count = if seed < 10 { 3 } else { 2 };
            assert_eq!(side.log.all(&topic(), identity(seed).origin()).len(), count, "of {seed}");
        }
    }
    assert_eq!(a.log.chain(&topic(), identity(CLONED).origin()), one, "what is held stays");
    assert_eq!(b.log.chain(&topic(), identity(CLONED).origin()), other);
    // Two minutes of beats, and nothing but beats; then something new, which arrives.
    let said = (a.chunks_said(), b.chunks_said());
    pass(a, b, 60_000, 180_000);
    assert_eq!((a.chunks_said(), b.chunks_said()), said, "nothing is sent again");
    a.record(&topic(), [200; 16]);
    b.record(&topic(), [201; 16]);
    until_quiet(a, b);
    for side in [&*a, &*b] {
        assert!([A, B].map(|seed| side.log.all(&topic(), identity(seed).origin()).len()) == [4, 4]);
        assert_eq!(side.forked.len(), 1);
    }
}

fn meet(same: u8, one: u8, other: u8, forward: Forward) {
    let (one, other) = (branch(same, 100, one), branch(same, 150, other));
    let (mut a, mut b) = sides(&one, &other, forward);
    until_quiet(&mut a, &mut b);
    pass(&mut a, &mut b, 0, 60_000);
    at_rest(&mut a, &mut b, &one, &other);
}

#[test]
fn chains_of_equal_length_that_differ() {
    for forward in [Forward::ALL, Forward::UPLINK, Forward::room(9)] {
        for same in [0, 1, 4] {
            meet(same, 3, 3, forward);
            meet(same, 1, 1, forward);
        }
    }
}

#[test]
fn each_side_keeps_what_the_other_wrote_as_evidence() {
    let (one, other) = (branch(2, 100, 3), branch(2, 150, 3));
    let (mut a, mut b) = sides(&one, &other, Forward::ALL);
    until_quiet(&mut a, &mut b);
    for (side, theirs) in [(&a, &other), (&b, &one)] {
        let kept = &side.log.forks;
        assert_eq!(kept[0].entry, theirs[2], "where it went on otherwise");
        assert_eq!(kept[0].previous, theirs[1].header_hash);
        assert!(kept.iter().all(|fork| theirs.contains(&fork.entry)));
    }
    assert_eq!(a.log.record(document("a")).facts.len(), 5, "none of it is applied");
}

#[test]
fn chains_of_different_length_that_differ() {
    for forward in [Forward::ALL, Forward::room(9)] {
        for same in [0, 1, 4] {
            meet(same, 3, 1, forward);
            meet(same, 1, 3, forward);
            meet(same, 2, 3, forward);
            meet(same, 40, 80, forward);
        }
    }
}

#[test]
fn a_chain_that_goes_on_twice_while_both_speak() {
    let same = branch(3, 0, 0);
    for (one, other) in [(1, 1), (2, 1), (1, 2)] {
        let (mut a, mut b) = sides(&same, &same, Forward::ALL);
        until_quiet(&mut a, &mut b);
        let (one, other) = (branch(3, 100, one), branch(3, 150, other));
        for (side, chain) in [(&mut a, &one), (&mut b, &other)] {
            let origin = identity(CLONED).origin();
            side.log.take(&topic(), origin, 1, claims(chain));
            let outputs = side.session.grew(&topic(), origin, tip_of(chain.last().unwrap()), false);
            side.act(outputs);
        }
        until_quiet(&mut a, &mut b);
        pass(&mut a, &mut b, 0, 60_000);
        at_rest(&mut a, &mut b, &one, &other);
    }
}
