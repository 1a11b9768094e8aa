//! A venue that is over: kiosks drop it, and what comes late still counts.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::*;
use uketsuke_domain::log::Topic;
use uketsuke_domain::time::Day;
use uketsuke_replica::hub::{Hub, Out};
use uketsuke_replica::{Node, ReplicaError, Role, admin};
use uketsuke_store::{MemoryStore, StoreError};
use uketsuke_sync::entry::Claim;
use uketsuke_sync::ingest::Batch;
use uketsuke_sync::replica::Replica;

/// A centre and a kiosk of one venue, that are together when a test says so.
struct Town {
    centre: Hub<MemoryStore>,
    kiosk: Hub<MemoryStore>,
    line: u64,
    now: u64,
}

impl Town {
    fn new() -> Self {
        let hub = |node: Node<MemoryStore>| Hub::new(node, 0, at(0));
        Self { centre: hub(centre()), kiosk: hub(kiosk(1, &venue("1"))), line: 0, now: 0 }
    }

    /// A line for some seconds.
    fn meet(&mut self) {
        self.line += 1;
        let line = self.line;
        let mut queue: Vec<(bool, Out)> = Vec::new();
        let at_centre = self.centre.connected(line, key(1), false, at(self.now)).unwrap();
        queue.extend(at_centre.into_iter().map(|out| (true, out)));
        let at_kiosk = self.kiosk.connected(line, key(CENTRE), true, at(self.now)).unwrap();
        queue.extend(at_kiosk.into_iter().map(|out| (false, out)));
        for _ in 0..30 {
            while !queue.is_empty() {
                let (from_centre, out) = queue.remove(0);
                let Out::Send(line, bytes) = out else { panic!("{out:?}") };
                let to = if from_centre { &mut self.kiosk } else { &mut self.centre };
                let more = to.received(line, &bytes, at(self.now)).unwrap();
                queue.extend(more.into_iter().map(|out| (!from_centre, out)));
            }
            self.now += 1_000;
            queue.extend(self.centre.tick(at(self.now)).unwrap().into_iter().map(|out| (true, out)));
            queue.extend(self.kiosk.tick(at(self.now)).unwrap().into_iter().map(|out| (false, out)));
        }
        self.centre.disconnected(line, at(self.now)).unwrap();
        self.kiosk.disconnected(line, at(self.now)).unwrap();
    }

    /// The centre archives the venue as it holds it now.
    fn archive(&mut self) {
        let Role::Centre(publisher) = self.centre.node.role.clone() else { panic!("the centre") };
        let topic = venue("1");
        let tips = self.centre.node.storage.vector(&topic).unwrap();
        let day = Day::parse("2021-06-30").unwrap();
        self.centre
            .node
            .storage
            .write(|tx| -> Result<(), ReplicaError<StoreError>> {
                admin::close(&publisher, tx, &topic, day)?;
                admin::archive(&publisher, tx, &topic, tips).map(drop)
            })
            .unwrap();
    }

    fn at_kiosk(&self, topic: &Topic) -> (u64, u64, usize) {
        let store = &self.kiosk.node.storage;
        let entries: usize = store
            .vector(topic)
            .unwrap()
            .into_iter()
            .map(|(origin, tip)| store.newest(topic, &origin, u32::try_from(tip.number).unwrap()).unwrap().len())
            .sum();
        (held(&self.kiosk.node, topic), entries as u64, people(&self.kiosk.node))
    }
}

/// How many people's fields are held.
fn people(node: &Node<MemoryStore>) -> usize {
    let documents = (0..100u32).map(|person| {
        uketsuke_domain::record::DocumentId::of(uketsuke_domain::record::DocumentKind::Visit, &person.to_string())
    });
    documents.filter(|document| !node.storage.fields(*document).unwrap().is_empty()).count()
}

#[test]
fn a_kiosk_drops_an_archived_venue_and_what_it_says_later_still_counts() {
    let mut town = Town::new();
    let topic = venue("1");
    write(&mut town.kiosk.node, &topic, 0..5);
    town.meet();
    assert_eq!(town.at_kiosk(&topic), (6, 6, 5), "five people, and the chain's beginning");
    town.archive();
    town.meet();
    assert_eq!(town.at_kiosk(&topic), (6, 0, 0), "the chain's end stays");
    assert_eq!((held(&town.centre.node, &topic), people(&town.centre.node)), (6, 5), "the centre keeps everything");
    assert_eq!(town.kiosk.node.said().dropped, 6);
    // Somebody comes all the same.
    write(&mut town.kiosk.node, &topic, 7..8);
    town.kiosk.reread(at(town.now)).unwrap();
    town.kiosk.tick(at(town.now)).unwrap();
    assert_eq!(town.at_kiosk(&topic), (7, 1, 1), "nobody else holds it yet");
    town.meet();
    assert_eq!((held(&town.centre.node, &topic), people(&town.centre.node)), (7, 6));
    assert_eq!(town.at_kiosk(&topic), (7, 1, 1));
    town.archive();
    town.meet();
    assert_eq!(town.at_kiosk(&topic), (7, 0, 0));
    assert_eq!(town.centre.node.storage.incidents().unwrap(), []);
    assert_eq!(town.kiosk.node.storage.incidents().unwrap(), []);
}

#[test]
fn what_only_this_disk_holds_is_not_dropped() {
    let mut town = Town::new();
    let topic = venue("1");
    write(&mut town.kiosk.node, &topic, 0..5);
    town.meet();
    // While the line is away.
    write(&mut town.kiosk.node, &topic, 5..6);
    town.archive();
    town.meet();
    assert_eq!(town.at_kiosk(&topic), (7, 7, 6), "the centre's word does not speak of the last one");
    assert_eq!(people(&town.centre.node), 6);
}

/// A bundle that was made before, or a peer that was told less, brings what was dropped: that is no second chain.
#[test]
fn what_was_dropped_may_come_again() {
    let mut town = Town::new();
    let topic = venue("1");
    write(&mut town.kiosk.node, &topic, 0..5);
    town.meet();
    town.archive();
    town.meet();
    for from in 1..=6 {
        let origin = town.kiosk.node.identity.origin();
        let stretch = town.centre.node.entries(&topic, origin, from, usize::MAX).unwrap();
        let claims: Vec<Claim> = stretch.entries.into_iter().map(Claim::from).collect();
        let count = claims.len() as u64;
        let batch = Batch { topic: topic.clone(), origin, first: from, after: stretch.after, claims };
        let taken = town.kiosk.node.ingest(vec![batch]).unwrap().remove(0);
        assert_eq!((taken.added, taken.blame, count), (0, None, 7 - from));
    }
    assert_eq!(town.at_kiosk(&topic), (6, 0, 0));
    assert_eq!(town.kiosk.node.storage.forks().unwrap(), []);
}
