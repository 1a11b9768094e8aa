//! Thirty kiosks in one room.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::line::bulky;
use common::mesh::Mesh;
use common::{Memory, identity, topic};
use uketsuke_sync::session::{Forward, HEARTBEAT_MS};

const KIOSKS: u8 = 30;

/// Spread as lots would.
fn jitter(kiosk: u8) -> u8 {
    kiosk.wrapping_mul(83).wrapping_add(7)
}

/// The longest that anybody waits before it sends what is not its own, and the time that news take until then.
fn longest_ms() -> u64 {
    Forward::room(u8::MAX).others_after_ms
}

fn chunks_of_one_fact(written_at_ms: u64, until_ms: u64) -> Vec<(usize, usize, u64)> {
    let mut room = Mesh::new(KIOSKS, jitter, |_, _| true);
    room.until(written_at_ms);
    room.write(0, 1);
    assert!(room.all_know(1), "at once");
    room.until(written_at_ms + until_ms);
    assert_eq!(room.closed, []);
    assert!(room.all_know(1));
    room.chunks
}

#[test]
fn one_fact_is_29_chunks_and_stays_so_for_ten_minutes() {
    let chunks = chunks_of_one_fact(2 * HEARTBEAT_MS + 2_500, 600_000);
    assert_eq!(chunks.len(), 29);
    assert!(chunks.iter().all(|(from, ..)| *from == 0), "its author sends it");
}

#[test]
fn one_fact_is_29_chunks_whenever_it_is_written() {
    let after: Vec<usize> =
        (0..10).map(|half| chunks_of_one_fact(2 * HEARTBEAT_MS + 1 + 500 * half, 3 * HEARTBEAT_MS).len()).collect();
    assert_eq!(after, [29; 10], "by when in a beat's five seconds it was written");
}

#[test]
fn who_is_cut_off_from_the_author_gets_it_from_others_within_the_jittered_time() {
    for written_at in [10_001, 12_500, 14_999] {
        let mut room = Mesh::new(KIOSKS, jitter, |a, b| (a, b) != (0, 29));
        room.until(written_at);
        room.write(0, 1);
        assert_eq!((room.chunks.len(), room.facts(29)), (28, 0), "not by its author");
        room.until(written_at + longest_ms() + 250);
        assert!(room.all_know(1), "written at {written_at}");
        room.until(written_at + 60_000);
        assert_eq!(room.closed, []);
    }
}

#[test]
fn who_is_cut_off_gets_it_from_one_and_not_from_all() {
    let mut room = Mesh::new(KIOSKS, jitter, |a, b| (a, b) != (0, 29));
    room.until(10_001);
    room.write(0, 1);
    room.until(60_000);
    let brought = room.chunks.iter().filter(|(_, to, _)| *to == 29).count();
    assert_eq!((brought, room.chunks.len()), (1, 29));
}

#[test]
fn a_day_of_facts_from_everybody_is_29_chunks_each() {
    let mut room = Mesh::new(KIOSKS, jitter, |_, _| true);
    for fact in 0..60u8 {
        room.until(12_500 + u64::from(fact) * 5_000);
        room.write(usize::from(fact % KIOSKS), fact + 1);
    }
    room.until(400_000);
    assert!(room.all_know(60));
    assert_eq!(room.chunks.len(), 60 * 29);
    assert_eq!(room.closed, []);
}

/// The centre sends all by itself, and a neighbour was asked to fill: an ordinary first morning.
#[test]
fn two_that_fill_a_third_at_once_do_not_send_everything_again_and_again() {
    let logs = vec![bulky(77, 40), bulky(77, 40), Memory::default()];
    let mut room = Mesh::with(logs, |_| Forward::ALL, |a, b| (a, b) != (0, 1));
    room.until(60_000);
    assert_eq!(room.log(2).all(&topic(), identity(77).origin()).len(), 40);
    assert_eq!(room.closed, []);
    assert!(room.chunks.len() <= 2 * 40, "{}", room.chunks.len());
}
