//! Who may speak, who waits, and what is put down.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::*;
use uketsuke_domain::log::{IncidentKind, Topic};
use uketsuke_replica::ReplicaError;
use uketsuke_replica::admin::{Revoking, revoke};
use uketsuke_replica::hub::{Hub, Out};
use uketsuke_store::{MemoryStore, StoreError};
use uketsuke_sync::entry::Claim;
use uketsuke_sync::frame::{Frame, Refusal};
use uketsuke_sync::ingest::Batch;
use uketsuke_sync::replica::Replica;
use uketsuke_sync::session::Closed;

/// A year, in milliseconds.
const YEAR_MS: u64 = 365 * 86_400_000;

/// Two hubs with a line between them, from the second to the first.
struct Pair {
    hubs: [Hub<MemoryStore>; 2],
    keys: [[u8; 32]; 2],
    closed: Vec<(usize, Closed)>,
}

impl Pair {
    fn new(a: (u8, uketsuke_replica::Node<MemoryStore>), b: (u8, uketsuke_replica::Node<MemoryStore>)) -> Self {
        let hubs = [Hub::new(a.1, 0, at(0)), Hub::new(b.1, 0, at(0))];
        Self { hubs, keys: [key(a.0), key(b.0)], closed: Vec::new() }
    }

    fn connect(&mut self, line: u64, now: u64) {
        let mut queue = Vec::new();
        for side in 0..2 {
            let out = self.hubs[side].connected(line, self.keys[1 - side], side == 1, at(now)).unwrap();
            queue.extend(out.into_iter().map(|out| (side, out)));
        }
        self.deliver(queue, now);
    }

    fn deliver(&mut self, mut queue: Vec<(usize, Out)>, now: u64) {
        while !queue.is_empty() {
            let (side, out) = queue.remove(0);
            match out {
                Out::Send(line, bytes) => {
                    let more = self.hubs[1 - side].received(line, &bytes, at(now)).unwrap();
                    queue.extend(more.into_iter().map(|out| (1 - side, out)));
                }
                Out::Close(_, why) => self.closed.push((side, why)),
            }
        }
    }

    fn kinds(&self, side: usize) -> Vec<IncidentKind> {
        self.hubs[side].node.storage.incidents().unwrap().into_iter().map(|row| row.kind).collect()
    }
}

#[test]
fn two_kiosks_that_never_met_believe_one_another_without_a_centre() {
    let mut pair = Pair::new((1, kiosk(1, &venue("001"))), (2, kiosk(2, &venue("001"))));
    write(&mut pair.hubs[0].node, &venue("001"), 0..50);
    pair.connect(1, 0);
    assert!(pair.hubs[0].is_open(1) && pair.hubs[1].is_open(1));
    let out = pair.hubs[1].tick(at(10)).unwrap();
    pair.deliver(out.into_iter().map(|out| (1, out)).collect(), 10);
    assert_eq!(held(&pair.hubs[1].node, &venue("001")), 51);
}

#[test]
fn kiosks_of_two_venues_share_the_municipality_and_no_people() {
    let mut pair = Pair::new((1, kiosk(1, &venue("001"))), (2, kiosk(2, &venue("002"))));
    write(&mut pair.hubs[0].node, &venue("001"), 0..5);
    pair.connect(1, 0);
    assert!(pair.hubs[1].is_open(1));
    assert_eq!(held(&pair.hubs[1].node, &venue("001")), 0);
}

#[test]
fn a_device_without_leave_or_with_anothers_is_refused_and_put_down() {
    for wrong in [None, Some(certificate(5, &venue("001")))] {
        let identity = uketsuke_sync::identity::Identity::new(&[2; 32], 1).with_certificate(wrong);
        let options = uketsuke_store::Options { centre: Some(key(CENTRE)), ..Default::default() };
        let stranger = uketsuke_replica::Node::kiosk(MemoryStore::new(options), identity, key(CENTRE), 48, || {});
        let mut pair = Pair::new((CENTRE, centre()), (2, stranger));
        pair.connect(1, 0);
        assert!(pair.closed.contains(&(0, Closed::Refused(Refusal::NotEnrolled))));
        assert_eq!(pair.kinds(0), [IncidentKind::NotEnrolled]);
    }
}

#[test]
fn a_revoked_device_is_refused_by_all_who_heard_of_it() {
    let mut pair = Pair::new((CENTRE, centre()), (1, kiosk(1, &venue("001"))));
    let uketsuke_replica::Role::Centre(publisher) = pair.hubs[0].node.role.clone() else { panic!("a centre") };
    let lost = key(2);
    pair.hubs[0]
        .node
        .storage
        .write(|tx| -> Result<(), ReplicaError<StoreError>> {
            revoke(&publisher, tx, Revoking { key: &lost, because: "紛失", lost: true })
        })
        .unwrap();
    pair.connect(1, 0);
    let [_, neighbour] = pair.hubs;
    let mut pair = Pair::new((1, neighbour.node), (2, kiosk(2, &venue("001"))));
    pair.connect(1, 0);
    assert!(pair.closed.contains(&(0, Closed::Refused(Refusal::NotEnrolled))), "{:?}", pair.closed);
}

/// It would go on to learn who comes, as long as its line holds.
#[test]
fn a_line_that_was_open_before_the_revocation_ends_with_it() {
    let mut pair = Pair::new((1, kiosk(1, &venue("001"))), (2, kiosk(2, &venue("001"))));
    pair.connect(1, 0);
    assert!(pair.hubs[0].is_open(1));
    let mut centre = centre();
    let uketsuke_replica::Role::Centre(publisher) = centre.role.clone() else { panic!("a centre") };
    let lost = key(2);
    centre
        .storage
        .write(|tx| -> Result<(), ReplicaError<StoreError>> {
            revoke(&publisher, tx, Revoking { key: &lost, because: "紛失", lost: true })
        })
        .unwrap();
    let topic = Topic::municipality(municipality());
    let stretch = centre.entries(&topic, centre.identity.origin(), 1, usize::MAX).unwrap();
    let claims = stretch.entries.into_iter().map(Claim::from).collect();
    let batch = Batch { topic, origin: centre.identity.origin(), first: 1, after: None, claims };
    pair.hubs[0].node.ingest(vec![batch]).unwrap();
    // Another program may have brought it: a courier.
    pair.hubs[0].reread(at(1)).unwrap();
    assert!(pair.hubs[0].is_open(1));
    let out = pair.hubs[0].tick(at(2)).unwrap();
    assert!(out.contains(&Out::Close(1, Closed::Refused(Refusal::NotEnrolled))), "{out:?}");
    assert!(!pair.hubs[0].is_open(1));
}

#[test]
fn who_misbehaved_waits_ever_longer_and_nobody_else_does() {
    let mut pair = Pair::new((CENTRE, centre()), (1, kiosk(1, &venue("001"))));
    let mut now = 0;
    for (line, wait) in [(1u64, 10_000), (2, 20_000), (3, 40_000)] {
        pair.connect(line, now);
        let out = pair.hubs[0].received(line, b"\x05nonsense", at(now)).unwrap();
        assert!(matches!(out.last(), Some(Out::Close(..))));
        pair.hubs[0].disconnected(line, at(now)).unwrap();
        pair.hubs[1].disconnected(line, at(now)).unwrap();
        let early = pair.hubs[0].connected(100 + line, key(1), false, at(now + wait - 1)).unwrap();
        assert!(early.iter().any(|out| matches!(out, Out::Close(..))), "it still waits");
        pair.hubs[0].disconnected(100 + line, at(now)).unwrap();
        let another = pair.hubs[0].connected(200 + line, key(3), false, at(now)).unwrap();
        assert!(!another.iter().any(|out| matches!(out, Out::Close(..))), "another does not");
        pair.hubs[0].disconnected(200 + line, at(now)).unwrap();
        now += wait;
    }
    let rows = pair.hubs[0].node.storage.incidents().unwrap();
    let row = rows.iter().find(|row| row.kind == IncidentKind::Misbehaviour && row.who == key(1)).unwrap();
    assert_eq!(row.times, 3);
}

#[test]
fn of_two_lines_to_one_program_one_is_kept_and_two_programs_keep_two() {
    let mut pair = Pair::new((CENTRE, centre()), (1, kiosk(1, &venue("001"))));
    pair.connect(1, 0);
    pair.connect(2, 10);
    assert_eq!(pair.hubs[0].status().iter().filter(|line| line.open).count(), 1);
    assert!(pair.closed.iter().any(|(_, why)| *why == Closed::Refused(Refusal::Twice)));
    // The same card in a second machine: another start.
    let options = uketsuke_store::Options { centre: Some(key(CENTRE)), ..Default::default() };
    let identity = uketsuke_sync::identity::Identity::new(&[1; 32], 77);
    let identity = identity.with_certificate(Some(certificate(1, &venue("001"))));
    let copy = uketsuke_replica::Node::kiosk(MemoryStore::new(options), identity, key(CENTRE), 48, || {});
    let mut copy = Hub::new(copy, 0, at(20));
    let hello = copy.connected(9, key(CENTRE), true, at(20)).unwrap();
    pair.hubs[0].connected(9, key(1), false, at(20)).unwrap();
    for out in hello {
        let Out::Send(_, bytes) = out else { panic!("a hello") };
        pair.hubs[0].received(9, &bytes, at(20)).unwrap();
    }
    assert_eq!(pair.hubs[0].status().iter().filter(|line| line.open).count(), 2);
    // Both are heard for half a minute: that is no restart.
    let beat = |now: u64| Frame::Beat(uketsuke_sync::frame::Beat { now: at(now).1 }).encode();
    for now in (5_000..=40_000).step_by(5_000) {
        for line in [2, 9] {
            pair.hubs[0].received(line, &beat(now), at(now)).unwrap();
        }
        pair.hubs[0].tick(at(now)).unwrap();
    }
    assert!(pair.kinds(0).contains(&IncidentKind::Copied), "{:?}", pair.kinds(0));
}

#[test]
fn what_a_peer_counts_and_never_gives_is_put_down() {
    let mut pair = Pair::new((CENTRE, centre()), (1, kiosk(1, &venue("001"))));
    pair.connect(1, 0);
    let held = uketsuke_sync::frame::HeldOfKey {
        key: key(1),
        chains: vec![uketsuke_sync::frame::Held { incarnation: 5, number: 12, check: 7 }],
    };
    let vector = uketsuke_sync::frame::VectorFrame {
        topic: venue("001"),
        whole: true,
        held: vec![held],
        now: at(0).1,
        again: false,
    };
    pair.hubs[0].received(1, &Frame::Vector(vector).encode(), at(1)).unwrap();
    for now in (5_000..=400_000).step_by(5_000) {
        let beat = Frame::Beat(uketsuke_sync::frame::Beat { now: at(now).1 }).encode();
        pair.hubs[0].received(1, &beat, at(now)).unwrap();
        pair.hubs[0].tick(at(now)).unwrap();
        assert_eq!(pair.kinds(0).contains(&IncidentKind::Gap), now > 305_000, "at {now}");
    }
    assert!(pair.hubs[0].node.storage.vector(&venue("001")).unwrap().is_empty());
}

#[test]
fn a_clock_that_is_a_year_off_is_put_down_and_nothing_is_refused() {
    let mut pair = Pair::new((CENTRE, centre()), (1, kiosk(1, &venue("001"))));
    let mut queue = Vec::new();
    let (elapsed, wall) = at(0);
    let off = (elapsed, wall.plus_ms(YEAR_MS.cast_signed()));
    queue.extend(pair.hubs[0].connected(1, key(1), false, at(0)).unwrap().into_iter().map(|out| (0, out)));
    queue.extend(pair.hubs[1].connected(1, key(CENTRE), true, off).unwrap().into_iter().map(|out| (1, out)));
    pair.deliver(queue, 0);
    assert!(pair.hubs[0].is_open(1));
    assert!(pair.kinds(0).contains(&IncidentKind::ClockOff));
}
