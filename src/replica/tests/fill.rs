//! The first filling of a room that is switched on at one moment.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::collections::BTreeMap;

use common::*;
use uketsuke_replica::hub::{Hub, Out};
use uketsuke_store::MemoryStore;

const PEOPLE: u32 = 2_000;

/// A centre, number 0, and kiosks. A line joins two of them.
struct Room {
    hubs: Vec<Hub<MemoryStore>>,
    keys: Vec<[u8; 32]>,
    lines: BTreeMap<u64, [usize; 2]>,
    queue: Vec<(usize, Out)>,
    now: u64,
}

impl Room {
    fn new(seeds: &[u8]) -> Self {
        let mut centre = centre();
        write(&mut centre, &venue("1"), 0..PEOPLE);
        let nodes = std::iter::once(centre).chain(seeds.iter().map(|seed| kiosk(*seed, &venue("1"))));
        let hubs = nodes.map(|node| Hub::new(node, 0, at(0))).collect();
        let keys = std::iter::once(key(CENTRE)).chain(seeds.iter().map(|seed| key(*seed))).collect();
        Self { hubs, keys, lines: BTreeMap::new(), queue: Vec::new(), now: 0 }
    }

    fn join(&mut self, one: usize, other: usize) {
        let line = self.lines.len() as u64 + 1;
        self.lines.insert(line, [one, other]);
        for (here, there, dialled) in [(one, other, true), (other, one, false)] {
            let out = self.hubs[here].connected(line, self.keys[there], dialled, at(self.now)).unwrap();
            self.queue.extend(out.into_iter().map(|out| (here, out)));
        }
    }

    /// A second, in which so many frames go over the lines to the centre at most. Those of the room are quick.
    fn second(&mut self, thin: usize) {
        let (mut left, mut kept) = (thin, Vec::new());
        while !self.queue.is_empty() {
            let (from, out) = self.queue.remove(0);
            let Out::Send(line, bytes) = out else { panic!("{out:?}") };
            let [one, other] = self.lines[&line];
            if other == 0 && left == 0 {
                kept.push((from, Out::Send(line, bytes)));
                continue;
            }
            left -= usize::from(other == 0);
            let to = if from == one { other } else { one };
            let more = self.hubs[to].received(line, &bytes, at(self.now)).unwrap();
            self.queue.extend(more.into_iter().map(|out| (to, out)));
        }
        self.queue = kept;
        self.now += 1_000;
        for place in 0..self.hubs.len() {
            let out = self.hubs[place].tick(at(self.now)).unwrap();
            self.queue.extend(out.into_iter().map(|out| (place, out)));
        }
    }

    /// The kiosks that may ask the centre now.
    fn may_ask(&self) -> Vec<usize> {
        (1..self.hubs.len()).filter(|place| !self.hubs[*place].is_filling()).collect()
    }
}

#[test]
fn one_of_a_room_asks_the_centre_and_fills_the_others_while_it_is_filled() {
    let mut room = Room::new(&[1, 2, 3, 4]);
    let first = (1..5).min_by_key(|place| room.keys[*place]).unwrap();
    for one in 1..5 {
        (one + 1..5).for_each(|other| room.join(one, other));
    }
    room.second(usize::MAX);
    room.second(usize::MAX);
    assert_eq!(room.may_ask(), [first], "one alone");
    room.join(first, 0);
    let mut seconds = 0;
    while (1..5).any(|place| held(&room.hubs[place].node, &venue("1")) <= u64::from(PEOPLE)) {
        room.second(2);
        seconds += 1;
        assert!(seconds < 600, "{:?}", room.hubs[1].status());
        let waiting: Vec<usize> = (1..5).filter(|place| *place != first).collect();
        assert!(room.may_ask().iter().all(|place| !waiting.contains(place)), "after {seconds} s: {:?}", room.may_ask());
    }
    (0..10).for_each(|_| room.second(usize::MAX));
    assert_eq!(room.may_ask(), [1, 2, 3, 4], "from then on everybody speaks with the centre");
}

#[test]
fn a_room_whose_first_kiosk_does_not_reach_the_centre_waits_for_it_no_longer_than_for_anybody() {
    let mut room = Room::new(&[1, 2, 3]);
    for one in 1..4 {
        (one + 1..4).for_each(|other| room.join(one, other));
    }
    (0..2).for_each(|_| room.second(usize::MAX));
    assert_eq!(room.may_ask().len(), 1);
    (0..30).for_each(|_| room.second(usize::MAX));
    assert_eq!(room.may_ask(), [1, 2, 3]);
}
