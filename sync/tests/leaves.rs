//! A record leaves a topic; and what only the centre may say.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::*;
use uketsuke_domain::facts::FactKind;
use uketsuke_domain::log::{BodyState, Control, ControlKind, Cuts, EntryKind, Topic};
use uketsuke_domain::record::{DocumentId, DocumentKind};
use uketsuke_domain::reference::{Card, CardKeyed};
use uketsuke_domain::time::Day;
use uketsuke_sync::author::Author;
use uketsuke_sync::body::{CardBody, ChangeBody, ControlBody};
use uketsuke_sync::change::field_edit;
use uketsuke_sync::entry::seal;

const ONLY_THE_CENTRE: &str = "only the centre writes this";

fn venues() -> [Topic; 2] {
    [venue_topic("1"), venue_topic("2")]
}

/// Two devices in two venues, which wrote about the same two people.
fn two_venues() -> Memory {
    let mut log = Memory::centre();
    for (seed, venue) in [(1, &venues()[0]), (2, &venues()[1])] {
        let device = enrolled(seed, 0, venue);
        for (about, id) in [("a", 1), ("b", 2), ("a", 3)] {
            let fact = fact([10 * seed + id; 16], FactKind::CheckedIn, 1, Vec::new());
            Author::new(&device, &mut log).fact(venue, (VISIT, document(about)), &fact).unwrap();
        }
        let edits = edits(&[(["name", "kana"][usize::from(seed - 1)], "x")]);
        Author::new(&device, &mut log).fields(venue, (VISIT, document("a")), &edits).unwrap();
    }
    log
}

fn facts(log: &Memory, about: &str) -> usize {
    log.record(document(about)).facts.len()
}

#[test]
fn a_kiosk_drops_the_topics_bodies_of_that_record_and_nothing_else() {
    let mut centre_log = two_venues();
    let mut kiosk = Memory::kiosk();
    kiosk.hear(&centre_log);
    let before = kiosk.clone();
    assert_eq!((facts(&kiosk, "a"), facts(&kiosk, "b")), (4, 2));
    say_left(&mut centre_log, &venues()[0], document("a"));
    kiosk.hear(&centre_log);
    for (entry, state) in before.chains.values().flatten() {
        let (now, state_now) = kiosk.entry(&entry.topic, entry.origin, entry.number).unwrap();
        let leaves = entry.topic == venues()[0] && [2, 4, 5].contains(&entry.number);
        assert_eq!(now.header_hash, entry.header_hash);
        if leaves {
            assert_eq!((&now.body, state_now), (&None, &BodyState::Withheld), "{entry:?}");
        } else if entry.number < 5 {
            assert_eq!((now, state_now), (entry, state));
        }
    }
    assert_eq!((facts(&kiosk, "a"), facts(&kiosk, "b")), (2, 2), "what another topic holds of it stays");
    // The second venue's edit built on the first's: it is still here, and waits.
    assert_eq!(kiosk.state(&venues()[1], identity(2).origin(), 5), BodyState::Waiting(document("a")));
    // The chain goes on.
    line::write(&mut centre_log, &enrolled(1, 0, &venues()[0]), &venues()[0], [77; 16]);
    let origin = identity(1).origin();
    let (done, blame) = kiosk.take(&venues()[0], origin, 1, centre_log.all(&venues()[0], origin));
    assert_eq!((done.added, done.known, blame), (1, 5, None));
}

#[test]
fn the_centre_keeps_everything() {
    let mut log = two_venues();
    let before = log.clone();
    say_left(&mut log, &venues()[0], document("a"));
    log.chains.retain(|(_, origin), _| *origin != centre().origin());
    assert_eq!((log.chains, log.items, log.fields), (before.chains, before.items, before.fields));
}

/// The centre says that a record leaves before it hears what the kiosk wrote offline: nobody else has it.
#[test]
fn what_the_centre_does_not_have_yet_is_not_dropped() {
    let (device, venue) = (enrolled(1, 0, &venues()[0]), &venues()[0]);
    let mut kiosk = Memory::kiosk();
    let given = fact([5; 16], FactKind::Vaccinated, 1, Vec::new());
    Author::new(&device, &mut kiosk).fact(venue, (VISIT, document("a")), &given).unwrap();
    let mut centre_log = Memory::centre();
    say_left(&mut centre_log, venue, document("a"));
    kiosk.hear(&centre_log);
    centre_log.hear(&kiosk);
    assert_eq!(facts(&centre_log, "a"), 1);
}

/// The person books there again: what is written about them afterwards is their business there.
#[test]
fn a_record_that_comes_back_is_the_same_whatever_came_first() {
    let (device, venue) = (enrolled(1, 0, &venues()[0]), &venues()[0]);
    let (mut own, mut words) = (Memory::kiosk(), Memory::centre());
    line::write(&mut own, &device, venue, [1; 16]);
    words.hear(&own);
    say_left(&mut words, venue, document("a"));
    own.hear(&words);
    assert_eq!(facts(&own, "a"), 0);
    line::write(&mut own, &device, venue, [2; 16]);
    assert_eq!(facts(&own, "a"), 1, "it is back");
    let mut filled = Memory::kiosk();
    assert_eq!(filled.take(venue, device.origin(), 1, own.all(venue, device.origin())).1, None);
    assert_eq!(filled.take(venue, centre().origin(), 1, words.all(venue, centre().origin())).1, None);
    assert_eq!(filled.record(document("a")), own.record(document("a")));
}

#[test]
fn a_devices_word_card_or_carried_entry_is_held() {
    let (device, venue) = (enrolled(1, 0, &venues()[0]), &venues()[0]);
    let mut own = Memory::kiosk();
    line::write(&mut own, &device, venue, [1; 16]);
    let chain = own.chain(venue, device.origin());
    let word = |control| (EntryKind::Control, minicbor::to_vec(ControlBody { salt: [0; 16], control }).unwrap());
    let card = CardKeyed { key: key_of(1), card: Card { deleted: true, ..Card::default() }, version: 9 };
    let because = String::new();
    let key = identity(2).public_key();
    let bodies = vec![
        word(Control::Revoked { key, cuts: Cuts::new(), because, lost: true }),
        word(Control::Erased { document: document("a"), bodies: vec![chain[1].body_hash] }),
        word(Control::Leaves { document: document("a"), upto: [(device.origin(), 2)].into() }),
        word(Control::Closed { topic: venue.clone(), day: Day::parse("2021-03-22").unwrap() }),
        word(Control::Archived { topic: venue.clone(), tips: [(device.origin(), tip_of(&chain[1]))].into() }),
        (EntryKind::Card, minicbor::to_vec(CardBody { salt: [0; 16], card }).unwrap()),
        (EntryKind::Carried, carried(&chain[1], Some(&chain[0]))),
    ];
    for mut log in [Memory::kiosk(), Memory::centre()] {
        log.hear(&own);
        let mut tip = chain.last().map(tip_of);
        for (kind, body) in bodies.clone() {
            let entry = seal(&device, venue, tip, kind, body);
            tip = Some(tip_of(&entry));
            let number = entry.number;
            let (done, blame) = log.take(venue, device.origin(), number, vec![entry.into()]);
            assert_eq!((done.added, blame), (1, None), "in the chain like any other");
            assert_eq!(log.reason(venue, device.origin(), number), ONLY_THE_CENTRE);
        }
        assert!(log.controls.is_empty() && log.cards.is_empty());
        assert_eq!((&log.items, &log.fields), (&own.items, &own.fields));
        assert_eq!(log.state(venue, device.origin(), 2), BodyState::Applied);
    }
}

#[test]
fn a_devices_change_of_a_document_that_is_no_persons_is_held() {
    let device = enrolled(1, 0, &venues()[0]);
    let change = field_edit([1; 16], &[], &edits(&[("name", "x")])).unwrap().bytes;
    let mut tip = None;
    let mut own = Memory::kiosk();
    line::write(&mut own, &device, &venues()[0], [1; 16]);
    tip = own.chain(&venues()[0], device.origin()).last().map(tip_of).or(tip);
    let settings = DocumentId::of(DocumentKind::Settings, "x");
    let cases = [
        (DocumentKind::Settings, settings, ONLY_THE_CENTRE),
        (DocumentKind::Contact, DocumentId::of(DocumentKind::Contact, "x"), ONLY_THE_CENTRE),
        (VISIT, settings, "the document is of another kind"),
    ];
    for (kind, document, why) in cases {
        let body = ChangeBody { kind, document, change: change.clone() };
        let entry = seal(&device, &venues()[0], tip, EntryKind::Change, minicbor::to_vec(&body).unwrap());
        tip = Some(tip_of(&entry));
        let number = entry.number;
        own.take(&venues()[0], device.origin(), number, vec![entry.into()]);
        assert_eq!(own.reason(&venues()[0], device.origin(), number), why);
    }
    assert!(own.fields.is_empty());
}

#[test]
fn a_closed_and_an_archived_topic_are_remembered() {
    let mut log = two_venues();
    let day = Day::parse("2021-03-22").unwrap();
    let tip = log.chain(&venues()[0], identity(1).origin()).last().map(tip_of).unwrap();
    say(&mut log, &topic(), Control::Closed { topic: venues()[0].clone(), day });
    say(
        &mut log,
        &topic(),
        Control::Archived { topic: venues()[0].clone(), tips: [(identity(1).origin(), tip)].into() },
    );
    let mut kiosk = Memory::kiosk();
    kiosk.hear(&log);
    let subject = venues()[0].as_str().as_bytes().to_vec();
    let closed: Day = minicbor::decode(&kiosk.controls[&(ControlKind::Closed, subject.clone())]).unwrap();
    assert_eq!(closed, day);
    assert!(kiosk.controls.contains_key(&(ControlKind::Archived, subject)));
    assert_eq!(kiosk.controls, log.controls);
}
