//! What is sent when.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::line::*;
use common::*;
use uketsuke_domain::log::{EntryKind, Origin};
use uketsuke_sync::frame::Frame;
use uketsuke_sync::replica::Replica;
use uketsuke_sync::session::{Forward, HEARTBEAT_MS, WINDOW_CHUNKS};

const A: u8 = 1;
const B: u8 = 2;
const THIRD: u8 = 5;

fn third() -> Origin {
    identity(THIRD).origin()
}

fn pair(forward: Forward, a: Memory, b: Memory) -> (Side, Side) {
    let (mut a, mut b) = (Side::new(A, B, forward, &[topic()], a), Side::new(B, A, forward, &[topic()], b));
    until_quiet(&mut a, &mut b);
    (a, b)
}

/// Entries of the third come to a side, by another line.
fn comes(side: &mut Side, from: &Memory, upto: usize) {
    let claims = from.all(&topic(), third());
    side.log.take(&topic(), third(), 1, claims[..upto].to_vec());
    let Ok(vector) = side.log.vector(&topic());
    let outputs = side.session.grew(&topic(), third(), vector[&third()], false);
    side.act(outputs);
}

fn holds(side: &Side) -> usize {
    side.log.all(&topic(), third()).len()
}

#[test]
fn own_entries_go_at_once_whatever_the_line_is_for() {
    for forward in [Forward::ALL, Forward::UPLINK, Forward::room(255)] {
        let (mut a, mut b) = pair(forward, Memory::default(), Memory::default());
        for id in 1..4 {
            a.record(&topic(), [id; 16]);
            until_quiet(&mut a, &mut b);
            assert_eq!(b.log.record(document("a")).facts.len(), usize::from(id));
        }
        assert_eq!(a.chunks_said(), 3);
    }
}

#[test]
fn entries_of_every_start_of_the_own_program_are_own() {
    let mut log = Memory::default();
    write(&mut log, &start(A, 900), &topic(), [1; 16]);
    let (_, b) = pair(Forward::UPLINK, log, Memory::default());
    assert_eq!(b.log.record(document("a")).facts.len(), 1);
}

#[test]
fn others_entries_go_after_their_time_and_not_before() {
    for forward in [Forward::UPLINK, Forward::room(0), Forward::room(100), Forward::room(255)] {
        let (mut a, mut b) = pair(forward, bulky(THIRD, 2), Memory::default());
        pass(&mut a, &mut b, 0, forward.others_after_ms - 1);
        assert_eq!(holds(&b), 0);
        pass(&mut a, &mut b, forward.others_after_ms - 1, forward.others_after_ms);
        assert_eq!(holds(&b), 2, "all of it, one chunk after the other");
    }
    let (_, b) = pair(Forward::ALL, bulky(THIRD, 2), Memory::default());
    assert_eq!(holds(&b), 2, "the centre does not wait");
}

#[test]
fn others_entries_that_come_later_wait_from_then_on() {
    let forward = Forward::UPLINK;
    let (mut a, mut b) = pair(forward, Memory::default(), Memory::default());
    pass(&mut a, &mut b, 0, 100_000);
    comes(&mut a, &bulky(THIRD, 2), 2);
    pass(&mut a, &mut b, 100_000, 100_000 + forward.others_after_ms - 1);
    assert_eq!(holds(&b), 0);
    pass(&mut a, &mut b, 100_000 + forward.others_after_ms - 1, 100_000 + forward.others_after_ms);
    assert_eq!(holds(&b), 2);
}

#[test]
fn others_entries_do_not_go_when_somebody_else_brought_them() {
    let (mut a, mut b) = pair(Forward::UPLINK, bulky(THIRD, 2), Memory::default());
    pass(&mut a, &mut b, 0, 20_000);
    comes(&mut b, &bulky(THIRD, 2), 2);
    pass(&mut a, &mut b, 20_000, 200_000);
    assert_eq!((a.chunks_said(), b.chunks_said()), (0, 0));
}

#[test]
fn as_long_as_somebody_else_is_bringing_them_this_side_waits() {
    let (mut a, mut b) = pair(Forward::UPLINK, bulky(THIRD, 6), Memory::default());
    let moves = 20_000;
    for step in 0..5 {
        pass(&mut a, &mut b, step * moves, (step + 1) * moves);
        comes(&mut b, &bulky(THIRD, 6), usize::try_from(step + 1).unwrap());
    }
    assert_eq!(a.chunks_said(), 0);
    // It stops there; the news of the last one took a beat at most.
    pass(&mut a, &mut b, 5 * moves, 5 * moves + Forward::UPLINK.others_after_ms + HEARTBEAT_MS);
    assert_eq!((holds(&b), a.chunks_said()), (6, 1), "only what was lacking");
}

#[test]
fn a_peer_that_asks_to_be_filled_is_filled_at_once() {
    for forward in [Forward::UPLINK, Forward::room(255)] {
        let (mut a, mut b) = pair(forward, bulky(THIRD, 12), Memory::default());
        assert_eq!(holds(&b), 0);
        let outputs = b.session.ask_to_fill();
        b.act(outputs);
        until_quiet(&mut a, &mut b);
        assert_eq!(holds(&b), 12);
        assert_eq!(b.chunks_said(), 0);
        // And from then on.
        comes(&mut a, &bulky(THIRD, 13), 13);
        until_quiet(&mut a, &mut b);
        assert_eq!(holds(&b), 13);
    }
}

#[test]
fn a_fill_for_a_topic_that_is_not_shared_is_passed_over() {
    let (mut a, mut b) = pair(Forward::UPLINK, bulky(THIRD, 2), Memory::default());
    a.take(Frame::Fill(uketsuke_sync::frame::Fill { topic: venue_topic("9") }));
    until_quiet(&mut a, &mut b);
    assert_eq!((holds(&b), &a.closed), (0, &None));
}

#[test]
fn a_new_entry_overtakes_a_first_filling() {
    let mut log = bulky(THIRD, 40);
    add_bulky(&mut log, 6, 40);
    let mut a = Side::new(A, B, Forward::ALL, &[topic()], log);
    let mut b = Side::new(B, A, Forward::ALL, &[topic()], Memory::default());
    while a.chunks() < WINDOW_CHUNKS {
        assert!(deliver(&mut a, &mut b, 1) > 0);
    }
    a.record(&topic(), [1; 16]);
    // Everything that may be under way is under way already; the own entry goes behind it, not behind the history.
    assert_eq!(a.chunks(), WINDOW_CHUNKS + 1);
    let mut seen = 0;
    while b.log.all(&topic(), a.origin()).is_empty() {
        assert!(deliver(&mut a, &mut b, 1) > 0);
        seen += 1;
    }
    assert!(seen <= 2 * (WINDOW_CHUNKS + 1), "{seen} frames");
    assert!(holds(&b) < 10);
    until_quiet(&mut a, &mut b);
    assert_same(&a.log, &b.log);
}

#[test]
fn nothing_is_sent_twice_on_a_line_that_never_breaks() {
    let mut log = bulky(THIRD, 20);
    let facts = |seed: u8, of: u8| {
        chain(&identity(seed), &topic(), (0..of).map(|id| (EntryKind::Unknown(9), vec![id; 50])).collect())
    };
    for seed in 20..40 {
        log.take(&topic(), identity(seed).origin(), 1, claims(&facts(seed, 9)));
    }
    let (mut a, mut b) = pair(Forward::ALL, log, Memory::default());
    pass(&mut a, &mut b, 0, 60_000);
    assert_same(&a.log, &b.log);
    assert_eq!((a.chunks_said(), b.chunks_said()), (20 + 20, 0));
}
