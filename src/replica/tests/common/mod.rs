//! A small municipality in memory: a centre, and kiosks with its leave.

#![allow(dead_code, reason = "each test crate uses a part of it")]

use std::collections::BTreeMap;

use uketsuke_domain::code::Municipality;
use uketsuke_domain::log::Topic;
use uketsuke_domain::record::{DocumentId, DocumentKind, Value};
use uketsuke_domain::time::{Elapsed, Moment};
use uketsuke_replica::publish::Publisher;
use uketsuke_replica::{Node, ReplicaError};
use uketsuke_store::{MemoryStore, Options, StoreError};
use uketsuke_sync::author::Author;
use uketsuke_sync::certificate::{Certificate, Leave};
use uketsuke_sync::identity::Identity;
use uketsuke_sync::session::Clocks;

pub(crate) const CENTRE: u8 = 200;

pub(crate) fn municipality() -> Municipality {
    Municipality::parse("132080").unwrap()
}

pub(crate) fn venue(number: &str) -> Topic {
    Topic::venue(municipality(), &number.into())
}

pub(crate) fn key(seed: u8) -> [u8; 32] {
    Identity::new(&[seed; 32], 0).public_key()
}

pub(crate) fn certificate(seed: u8, topic: &Topic) -> Certificate {
    let topics = vec![Topic::municipality(municipality()), topic.clone()];
    let leave = Leave { key: key(seed), name: format!("端末{seed}"), topics, writes: topic.clone() };
    Certificate::sign(&Identity::new(&[CENTRE; 32], 0), leave)
}

pub(crate) fn centre() -> Node<MemoryStore> {
    let options = Options { track_places: true, centre: Some(key(CENTRE)) };
    let identity = Identity::new(&[CENTRE; 32], 1);
    let publisher = Publisher { identity, card_secret: [9; 32], municipality: municipality() };
    Node::centre(MemoryStore::new(options), publisher)
}

pub(crate) fn kiosk(seed: u8, topic: &Topic) -> Node<MemoryStore> {
    let options = Options { centre: Some(key(CENTRE)), ..Options::default() };
    let identity = Identity::new(&[seed; 32], 1).with_certificate(Some(certificate(seed, topic)));
    Node::kiosk(MemoryStore::new(options), identity, key(CENTRE), 48, || {})
}

/// Writes so many field edits of as many people.
pub(crate) fn write(node: &mut Node<MemoryStore>, topic: &Topic, people: std::ops::Range<u32>) {
    let identity = node.identity.clone();
    node.storage
        .write(|tx| -> Result<(), ReplicaError<StoreError>> {
            let mut author = Author::new(&identity, tx);
            for person in people {
                let document = DocumentId::of(DocumentKind::Visit, &person.to_string());
                let edits = BTreeMap::from([("name".to_owned(), Value::Text(format!("人{person}")))]);
                author.fields(topic, (DocumentKind::Visit, document), &edits)?;
            }
            Ok(())
        })
        .unwrap();
}

/// How many entries a node holds of a topic.
pub(crate) fn held(node: &Node<MemoryStore>, topic: &Topic) -> u64 {
    node.storage.vector(topic).unwrap().values().map(|tip| tip.number).sum()
}

pub(crate) fn at(ms: u64) -> Clocks {
    (Elapsed(ms), Moment(1_621_814_400_000 + ms.cast_signed()))
}
