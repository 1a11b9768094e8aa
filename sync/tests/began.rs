//! The first entry of a chain: with whose leave it is written.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::*;
use uketsuke_domain::facts::FactKind;
use uketsuke_domain::log::{Entry, EntryKind, Log, Origin, Tip, Topic};
use uketsuke_sync::author::{Author, AuthorError};
use uketsuke_sync::body::BeganBody;
use uketsuke_sync::certificate::{Certificate, Leave};
use uketsuke_sync::entry::BadEntry;
use uketsuke_sync::identity::Identity;
use uketsuke_sync::ingest::Blame;

const DEVICE: u8 = 1;

fn began(certificate: Option<Certificate>, after: Option<(Origin, Tip)>) -> (EntryKind, Vec<u8>) {
    (EntryKind::Began, minicbor::to_vec(BeganBody { certificate, after }).unwrap())
}

fn a_fact() -> (EntryKind, Vec<u8>) {
    let mut log = Memory::default();
    line::write(&mut log, &identity(DEVICE), &topic(), [1; 16]);
    let entry = log.chain(&topic(), identity(DEVICE).origin()).pop().unwrap();
    (entry.kind, entry.body.unwrap())
}

fn refused(entries: &[Entry]) {
    for mut log in [Memory::kiosk(), Memory::centre()] {
        let (done, blame) = log.take(&entries[0].topic, entries[0].origin, 1, claims(entries));
        assert_eq!(blame, Some(Blame::BadEntry { number: 1, why: BadEntry::NoLeave }));
        assert!(blame.unwrap().is_peers());
        assert_eq!((done.added, done.known, done.documents.len()), (0, 0, 0));
        assert!(log.chains.is_empty() && log.items.is_empty() && log.began.is_empty() && log.forks.is_empty());
    }
}

fn chain_with(certificate: Option<Certificate>) -> Vec<Entry> {
    chain(&identity(DEVICE), &topic(), vec![began(certificate, None), a_fact()])
}

#[test]
fn a_chain_with_the_centres_leave_is_taken() {
    let entries = chain_with(Some(leave(DEVICE, &[topic()])));
    for mut log in [Memory::kiosk(), Memory::centre()] {
        let (done, blame) = log.take(&topic(), identity(DEVICE).origin(), 1, claims(&entries));
        assert_eq!((done.added, done.held, blame), (2, Vec::new(), None));
        assert_eq!(log.began[&(topic(), identity(DEVICE).origin())], None);
        assert_eq!(log.record(document("a")).facts.len(), 1);
    }
}

#[test]
fn without_the_centres_leave_nothing_is_kept() {
    refused(&chain_with(None));
    refused(&chain_with(Some(leave(DEVICE, &[venue_topic("1")]))));
    refused(&chain_with(Some(leave(DEVICE + 1, &[topic()]))));
    let given = |by: &Identity, writes: Topic, topics: Vec<Topic>| {
        let key = identity(DEVICE).public_key();
        Certificate::sign(by, Leave { key, name: "受付".to_owned(), topics, writes })
    };
    refused(&chain_with(Some(given(&identity(DEVICE), topic(), vec![topic()]))));
    refused(&chain_with(Some(given(&identity(98), topic(), vec![topic()]))));
    refused(&chain_with(Some(given(&centre(), venue_topic("1"), vec![topic()]))));
    let mut widened = leave(DEVICE, &[venue_topic("1")]);
    widened.leave.topics.push(topic());
    refused(&chain_with(Some(widened)));
}

#[test]
fn a_chain_that_begins_with_anything_else_is_refused() {
    let (kind, body) = began(Some(leave(DEVICE, &[topic()])), None);
    refused(&chain(&identity(DEVICE), &topic(), vec![a_fact(), (kind, body.clone())]));
    for other in [EntryKind::Change, EntryKind::Card, EntryKind::Control, EntryKind::Unknown(77)] {
        refused(&chain(&identity(DEVICE), &topic(), vec![(other, body.clone())]));
    }
    refused(&chain(&identity(DEVICE), &topic(), vec![(EntryKind::Began, b"no body".to_vec())]));
}

#[test]
fn a_beginning_whose_body_is_kept_back_shows_no_leave() {
    let entries = chain_with(Some(leave(DEVICE, &[topic()])));
    let (mut log, claims) = (Memory::kiosk(), vec![absent(&entries[0]), entries[1].clone().into()]);
    let (done, blame) = log.take(&topic(), identity(DEVICE).origin(), 1, claims);
    assert_eq!((done.added, blame), (0, Some(Blame::BadEntry { number: 1, why: BadEntry::NoLeave })));
}

/// A leave says what a device may have, and in which one of them it writes.
#[test]
fn a_leave_to_read_a_topic_is_none_to_write_in_it() {
    refused(&chain_with(Some(leave(DEVICE, &[venue_topic("1"), topic()]))));
}

#[test]
fn the_centre_needs_no_leave_and_still_says_that_it_begins() {
    let mut log = Memory::centre();
    line::write(&mut log, &centre(), &topic(), [1; 16]);
    let written = log.chain(&topic(), centre().origin());
    assert_eq!(written.iter().map(|entry| entry.kind).collect::<Vec<_>>(), [EntryKind::Began, EntryKind::Change]);
    assert_eq!(Memory::kiosk().take(&topic(), centre().origin(), 1, claims(&written)).1, None);
    let mute = chain(&centre(), &topic(), vec![a_fact()]);
    let (_, blame) = Memory::kiosk().take(&topic(), centre().origin(), 1, claims(&mute));
    assert_eq!(blame, Some(Blame::BadEntry { number: 1, why: BadEntry::NoLeave }));
}

#[test]
fn each_start_of_a_device_says_which_of_its_chains_came_before() {
    let (mut own, mut centre) = (Memory::kiosk(), Memory::centre());
    let mut before = None;
    for incarnation in [7, 3, 900] {
        let device = enrolled(DEVICE, incarnation, &topic());
        line::write(&mut own, &device, &topic(), [u8::try_from(incarnation % 251).unwrap(); 16]);
        centre.hear(&own);
        assert_eq!(centre.began[&(topic(), device.origin())], before);
        assert_eq!(own.began[&(topic(), device.origin())], before);
        let tip = own.tip(&topic(), &device.origin()).unwrap().unwrap();
        before = Some((device.origin(), tip));
    }
    assert_eq!(centre.record(document("a")).facts.len(), 3);
}

#[test]
fn a_chain_begins_once() {
    let given = Some(leave(DEVICE, &[topic()]));
    let tip = Tip { number: 9, header_hash: uketsuke_domain::log::Digest32([9; 32]) };
    let later = began(given.clone(), Some((start(DEVICE, 8).origin(), tip)));
    let entries = chain(&identity(DEVICE), &topic(), vec![began(given, None), a_fact(), later]);
    let mut log = Memory::kiosk();
    log.take(&topic(), identity(DEVICE).origin(), 1, claims(&entries));
    assert_eq!(log.began[&(topic(), identity(DEVICE).origin())], None);
}

#[test]
fn a_device_does_not_write_what_others_would_refuse() {
    let mut log = Memory::kiosk();
    let fact = fact([1; 16], FactKind::CheckedIn, 1, Vec::new());
    let others = leave(DEVICE + 1, &[topic()]);
    for device in [
        identity(DEVICE),
        enrolled(DEVICE, 0, &venue_topic("1")),
        identity(DEVICE).with_certificate(Some(others)),
        identity(DEVICE).with_certificate(Some(leave(DEVICE, &[venue_topic("1"), topic()]))),
    ] {
        let written = Author::new(&device, &mut log).fact(&topic(), (VISIT, document("a")), &fact);
        assert!(matches!(written, Err(AuthorError::NoLeave(of)) if of == topic()));
    }
    assert!(log.chains.is_empty() && log.items.is_empty());
}

#[test]
fn the_4097th_chain_of_one_key_in_a_topic_is_refused_and_only_that() {
    let mut log = Memory::kiosk();
    let given = leave(DEVICE, &[topic(), venue_topic("1")]);
    let mut begin = |incarnation, topic: &Topic| {
        let entries = chain(&start(DEVICE, incarnation), topic, vec![began(Some(given.clone()), None)]);
        log.take(topic, start(DEVICE, incarnation).origin(), 1, claims(&entries)).1
    };
    for incarnation in 0..4096 {
        assert_eq!(begin(incarnation, &topic()), None);
    }
    assert_eq!(begin(4096, &topic()), Some(Blame::BadEntry { number: 1, why: BadEntry::NoLeave }));
    assert_eq!(begin(0, &topic()), None, "one that is known is known");
    let more = chain(&start(DEVICE, 5), &topic(), vec![began(Some(given.clone()), None), a_fact()]);
    assert_eq!(log.take(&topic(), start(DEVICE, 5).origin(), 1, claims(&more)).0.added, 1, "and each may go on");
    let other = chain(&start(DEVICE + 1, 0), &topic(), vec![began(Some(leave(DEVICE + 1, &[topic()])), None)]);
    assert_eq!(log.take(&topic(), start(DEVICE + 1, 0).origin(), 1, claims(&other)).1, None);
}
