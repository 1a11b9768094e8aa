//! What a conversation costs when there is nothing to say.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::line::*;
use common::*;
use uketsuke_domain::log::{EntryKind, Topic};
use uketsuke_sync::frame::Frame;
use uketsuke_sync::identity::Identity;
use uketsuke_sync::session::{Forward, HEARTBEAT_MS};

fn topics() -> [Topic; 2] {
    [venue_topic("001"), topic()]
}

fn kiosk(seed: u8) -> Identity {
    identity(seed).with_certificate(Some(leave(seed, &topics())))
}

/// What so many starts of the same device have left in both topics.
fn history(origins: u64) -> Memory {
    let mut log = Memory::default();
    for incarnation in 0..origins {
        let device = start(9, incarnation);
        for topic in topics() {
            let entries = chain(&device, &topic, vec![(EntryKind::Unknown(9), b"something".to_vec())]);
            log.take(&topic, device.origin(), 1, claims(&entries));
        }
    }
    log
}

fn even(log: &Memory, forward: Forward) -> (Side, Side) {
    let side = |own: u8, peer: u8| Side::with(kiosk(own), identity(peer).public_key(), forward, &topics(), log.clone());
    let (mut a, mut b) = (side(1, 2), side(2, 1));
    until_quiet(&mut a, &mut b);
    (a, b)
}

#[test]
fn each_side_says_hello_one_summary_a_topic_and_then_only_beats() {
    for forward in [Forward::ALL, Forward::UPLINK, Forward::room(0)] {
        let (mut a, mut b) = even(&history(3), forward);
        for side in [&a, &b] {
            let said: Vec<&Topic> = side.said[1..]
                .iter()
                .map(|frame| match frame {
                    Frame::Summary(summary) => &summary.topic,
                    other => panic!("{other:?}"),
                })
                .collect();
            assert!(matches!(side.said[0], Frame::Hello(_)));
            let mut expected: Vec<Topic> = topics().to_vec();
            expected.sort();
            assert_eq!(said, expected.iter().collect::<Vec<_>>());
            assert_eq!(side.session.progress(), Some((6, 6)), "and each knows that the other has it all");
        }
        pass(&mut a, &mut b, 0, 120_000);
        for side in [&a, &b] {
            let later = &side.said[3..];
            assert!(later.iter().all(|frame| matches!(frame, Frame::Beat(_))), "{later:?}");
            assert_eq!(later.len() as u64, 120_000 / HEARTBEAT_MS);
        }
    }
}

#[test]
fn that_is_less_than_a_kilobyte_however_much_history_there_is() {
    let bytes = |origins: u64| -> Vec<usize> {
        let (a, b) = even(&history(origins), Forward::ALL);
        [a, b].iter().map(|side| side.said.iter().map(|frame| frame.encode().len()).sum()).collect()
    };
    let (few, many) = (bytes(1), bytes(5_000));
    assert_eq!(few, many);
    assert!(few.iter().all(|bytes| *bytes < 1024), "{few:?}");
}

#[test]
fn a_topic_that_differs_does_not_make_the_other_be_told() {
    let mut log = history(50);
    let (mut a, mut b) = even(&log, Forward::ALL);
    write(&mut log, &identity(1), &topic(), [1; 16]);
    let more = log.clone();
    drop((a, b));
    a = Side::with(kiosk(1), identity(2).public_key(), Forward::ALL, &topics(), more);
    b = Side::with(kiosk(2), identity(1).public_key(), Forward::ALL, &topics(), history(50));
    until_quiet(&mut a, &mut b);
    for side in [&a, &b] {
        let vectors = side.said.iter().filter_map(|frame| match frame {
            Frame::Vector(vector) => Some(&vector.topic),
            _ => None,
        });
        assert!(vectors.into_iter().all(|of| *of == topic()));
    }
    assert_eq!((a.chunks_said(), b.chunks_said()), (1, 0));
    assert_same(&a.log, &b.log);
}

#[test]
fn a_peer_whose_vector_was_even_is_told_what_is_new_and_nothing_else() {
    let (mut a, mut b) = even(&history(2), Forward::ALL);
    a.record(&topic(), [5; 16]);
    until_quiet(&mut a, &mut b);
    pass(&mut a, &mut b, 0, 30_000);
    assert_eq!((a.chunks_said(), b.chunks_said()), (1, 0));
    let told: usize = [&a, &b]
        .iter()
        .flat_map(|side| &side.said)
        .map(|frame| if let Frame::Vector(vector) = frame { vector.chains().count() } else { 0 })
        .sum();
    assert!(told <= 2, "the chunk's confirmation, and the news of it: {told}");
    assert_same(&a.log, &b.log);
}
