//! Two sessions and the line between them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::collections::BTreeSet;

use common::line::*;
use common::talk::*;
use common::*;
use uketsuke_domain::log::{Origin, Topic, Vector};
use uketsuke_domain::time::Moment;
use uketsuke_sync::frame::{Beat, Chunk, Frame, PROTOCOL, Refusal};
use uketsuke_sync::ingest::{Batch, Blame};
use uketsuke_sync::replica::Replica;
use uketsuke_sync::session::{
    Closed, Forward, HEARTBEAT_MS, Output, SILENCE_MS, Stretch, WINDOW_CHUNKS, WINDOW_WITH_OWN,
};

#[test]
fn two_sides_exchange_until_both_hold_everything() {
    let (mut centre, mut kiosk) = (bulky(CENTRE, 30), bulky(KIOSK, 20));
    add_bulky(&mut centre, 7, 12);
    for id in 0..5 {
        write(&mut kiosk, &identity(3), &venue_topic("1"), [id; 16]);
    }
    let (centre, kiosk) = open_pair(centre, kiosk);
    for seed in [CENTRE, KIOSK, 7] {
        let of = |log: &Memory| log.all(&topic(), identity(seed).origin());
        assert_eq!(of(&centre.log), of(&kiosk.log));
    }
    assert_eq!(centre.log.all(&venue_topic("1"), identity(3).origin()).len(), 0, "a topic that was not named");
    assert_eq!((centre.session.progress(), kiosk.session.progress()), (Some((62, 62)), Some((62, 62))));
    assert_eq!((kiosk.confirmed(&topic()), kiosk.confirmed(&venue_topic("1"))), (Some(20), None));
    assert_eq!(centre.claimed.unwrap().device, kiosk.identity.origin());
}

/// A municipality with hundreds of clinics names them all; the kiosk takes what it wants of them.
#[test]
fn a_centre_may_serve_hundreds_of_venues() {
    let many: Vec<Topic> = (0..300).map(|venue| venue_topic(&format!("V{venue}"))).chain([topic()]).collect();
    let mut centre = Side::new(CENTRE, KIOSK, Forward::ALL, &[], bulky(CENTRE, 5));
    centre.allowed = Some(many.into_iter().collect());
    let mut kiosk = Side::new(KIOSK, CENTRE, Forward::UPLINK, &[topic()], Memory::default());
    until_quiet(&mut centre, &mut kiosk);
    assert_eq!(kiosk.session.topics().count(), 1);
    assert_eq!(kiosk.session.progress().map(|(held, total)| held == total && total > 0), Some(true));
}

#[test]
fn no_more_chunks_are_under_way_than_the_window_allows_and_some_more_of_own_entries() {
    // Of others' entries alone, and with a history of the sender's own.
    for (own, most) in [(0, WINDOW_CHUNKS), (30, WINDOW_WITH_OWN)] {
        let mut log = bulky(CENTRE, own);
        add_bulky(&mut log, 7, 30);
        add_bulky(&mut log, 8, 30);
        let (mut centre, mut kiosk) = pair(log, Memory::default());
        // The kiosk's words reach the centre; the centre's chunks reach nobody.
        while centre.chunks() == 0 {
            assert!(deliver(&mut centre, &mut kiosk, 1) > 0);
        }
        while let Some(bytes) = kiosk.out.pop_front() {
            centre.take(Frame::decode(&bytes).unwrap());
        }
        assert_eq!(centre.chunks(), most);
        for id in 0..10 {
            centre.record(&topic(), [id; 16]);
            centre.take(vector(&[]));
            assert!(centre.chunks() <= WINDOW_WITH_OWN);
        }
        until_quiet(&mut centre, &mut kiosk);
        assert_same(&centre.log, &kiosk.log);
    }
}

#[test]
fn a_kiosk_sends_only_its_own_entries_as_long_as_others_may_still_send_theirs() {
    let mut kiosk = bulky(KIOSK, 3);
    add_bulky(&mut kiosk, 5, 3);
    let (mut centre, mut kiosk) = open_pair(Memory::default(), kiosk);
    pass(&mut centre, &mut kiosk, 0, Forward::UPLINK.others_after_ms - 1);
    assert_eq!(centre.log.all(&topic(), identity(KIOSK).origin()).len(), 3);
    assert_eq!(centre.log.all(&topic(), identity(5).origin()).len(), 0);
    let (done, total) = centre.session.progress().unwrap();
    assert_eq!((done, total), (3, 6), "what the kiosk has and does not forward is not hidden");
}

#[test]
fn what_is_recorded_on_an_open_line_is_sent_at_once_and_confirmed() {
    let (mut centre, mut kiosk) = open_pair(Memory::default(), Memory::default());
    kiosk.record(&topic(), [5; 16]);
    assert_eq!(kiosk.confirmed(&topic()), Some(0));
    until_quiet(&mut centre, &mut kiosk);
    assert_eq!(kiosk.confirmed(&topic()), Some(1));
    assert_same(&centre.log, &kiosk.log);
}

#[test]
fn whoever_holds_less_of_its_own_chain_than_the_peer_is_told_once_and_gets_the_rest_back() {
    let (centre, kiosk) = open_pair(bulky(KIOSK, 6), Memory::default());
    assert_eq!((centre.doubled, kiosk.doubled), (0, 1));
    assert_same(&centre.log, &kiosk.log);
}

#[test]
fn it_hears_so_even_when_the_vector_overtakes_the_authorisation() {
    let mut session = begin(KIOSK, CENTRE, Forward::UPLINK);
    greet(&mut session, CENTRE, &[topic()]);
    assert_eq!(session.receive(vector(&[(KIOSK, 6)]), NOW), Vec::new());
    let mut outputs = session.authorised(&BTreeSet::from([topic()]));
    outputs.extend(session.holds(&topic(), Vector::new()));
    assert!(outputs.contains(&Output::Doubled(topic())), "{outputs:?}");
    assert_eq!(session.receive(vector(&[(KIOSK, 7)]), NOW), Vec::new(), "said once");
}

#[test]
fn topics_that_are_not_allowed_are_never_spoken_of() {
    let (open, secret) = (topic(), venue_topic("9"));
    let topics = [open.clone(), secret.clone()];
    let mut log = bulky(CENTRE, 1);
    write(&mut log, &identity(CENTRE), &secret, [1; 16]);
    let mut kiosk_log = Memory::default();
    write(&mut kiosk_log, &identity(KIOSK), &secret, [2; 16]);
    let mut centre = Side::new(CENTRE, KIOSK, Forward::ALL, &topics, log);
    centre.allowed = Some(BTreeSet::from([open.clone()]));
    let mut kiosk = Side::new(KIOSK, CENTRE, Forward::UPLINK, &topics, kiosk_log);
    let mut heard = Vec::new();
    for _ in 0..50 {
        heard.extend(centre.frames());
        deliver(&mut centre, &mut kiosk, 1);
        let Ok(vector) = centre.log.vector(&secret);
        let outputs = centre.session.holds(&secret, vector);
        centre.act(outputs);
    }
    assert_eq!((centre.closed, kiosk.closed), (None, None), "the other topic is served");
    let about_secret = heard.iter().any(|frame| match frame {
        Frame::Summary(frame) => frame.topic == secret,
        Frame::Vector(frame) => frame.topic == secret,
        Frame::Chunk(chunk) => chunk.topic == secret,
        _ => false,
    });
    assert!(!about_secret);
    assert_eq!(kiosk.log.all(&open, identity(CENTRE).origin()).len(), 1);
}

#[test]
fn nothing_is_told_to_a_peer_that_waits_for_its_authorisation() {
    let mut session = begin(CENTRE, KIOSK, Forward::ALL);
    greet(&mut session, KIOSK, &[topic()]);
    session.receive(vector(&[]), NOW);
    assert_eq!(session.holds(&topic(), tips(&[(CENTRE, 5)])), Vec::new());
    assert_eq!(session.grew(&topic(), identity(CENTRE).origin(), tip(6), false), Vec::new());
    assert_eq!(session.authorised(&BTreeSet::new()), Vec::new());
    assert_eq!(session.topics().count(), 0);
}

fn refused_with(frames: Vec<Frame>) -> Refusal {
    let mut side = Side::new(CENTRE, KIOSK, Forward::ALL, &[topic()], Memory::default());
    side.out.clear();
    for frame in frames {
        side.take(frame);
    }
    match (side.frames().last(), side.closed) {
        (Some(Frame::Refused(said)), Some(Closed::Refused(why))) if *said == why => why,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn strangers_and_impostors_are_refused() {
    let good = hello(PROTOCOL, KIOSK, vec![topic()]);
    assert_eq!(refused_with(vec![hello(PROTOCOL - 1, KIOSK, vec![topic()])]), Refusal::Protocol);
    assert_eq!(refused_with(vec![hello(PROTOCOL + 1, KIOSK, vec![topic()])]), Refusal::Protocol);
    assert_eq!(refused_with(vec![hello(PROTOCOL, KIOSK, vec![topic(); 65])]), Refusal::Misbehaviour);
    assert_eq!(refused_with(vec![hello(PROTOCOL, 7, vec![topic()])]), Refusal::BadProof, "not the line's key");
    assert_eq!(refused_with(vec![vector(&[])]), Refusal::Misbehaviour, "before a greeting");
    assert_eq!(refused_with(vec![good.clone(), good]), Refusal::Misbehaviour, "a second greeting");
    let batch = Batch { topic: topic(), origin: identity(KIOSK).origin(), first: 1, after: None, claims: Vec::new() };
    let chunk = Frame::Chunk(Chunk::pack(batch).unwrap());
    assert_eq!(refused_with(vec![chunk]), Refusal::Misbehaviour, "before a greeting");
}

/// The line proves keys; another start of the same program is another name of the same key.
#[test]
fn every_incarnation_of_the_key_that_the_line_proved_is_its_name() {
    let kiosk = start(KIOSK, 77);
    let mut centre = Side::new(CENTRE, KIOSK, Forward::ALL, &[topic()], Memory::default());
    let key = identity(CENTRE).public_key();
    let mut kiosk = Side::with(kiosk, key, Forward::UPLINK, &[topic()], Memory::default());
    kiosk.record(&topic(), [1; 16]);
    until_quiet(&mut centre, &mut kiosk);
    assert_eq!(centre.claimed.clone().unwrap().device, Origin::new(identity(KIOSK).public_key(), 77));
    assert_same(&centre.log, &kiosk.log);
}

#[test]
fn a_mirror_is_not_a_peer() {
    for peer in [CENTRE, KIOSK] {
        let mut side = Side::new(CENTRE, peer, Forward::ALL, &[topic()], bulky(CENTRE, 1));
        while let Some(bytes) = side.out.pop_front() {
            side.take(Frame::decode(&bytes).unwrap());
        }
        assert_eq!(side.claimed, None, "its own greeting was sent back to it");
        assert!(side.closed.is_some());
    }
}

#[test]
fn a_device_that_is_not_enrolled_learns_nothing() {
    let (mut centre, mut kiosk) = pair(bulky(CENTRE, 3), Memory::default());
    centre.allowed = None;
    while deliver(&mut centre, &mut kiosk, 1) > 0 {}
    while let Some(bytes) = centre.out.pop_front() {
        kiosk.take(Frame::decode(&bytes).unwrap());
    }
    assert_eq!(centre.closed, Some(Closed::Refused(Refusal::NotEnrolled)));
    assert_eq!(kiosk.closed, Some(Closed::RefusedBy(Refusal::NotEnrolled)));
    assert!(kiosk.log.chains.is_empty());
}

#[test]
fn frames_of_a_newer_version_are_passed_over() {
    let (mut centre, mut kiosk) = pair(bulky(CENTRE, 3), bulky(KIOSK, 3));
    for _ in 0..30 {
        centre.take(Frame::decode(&[200, 1, 2, 3]).unwrap());
        kiosk.take(Frame::Unknown(99));
        deliver(&mut centre, &mut kiosk, 1);
    }
    until_quiet(&mut centre, &mut kiosk);
    assert_same(&centre.log, &kiosk.log);
}

#[test]
fn rubbish_ends_the_line_and_leaves_the_log_alone() {
    let good = bulky(KIOSK, 2).all(&topic(), identity(KIOSK).origin());
    let origin = identity(KIOSK).origin();
    let chunk = |first, claims| Chunk::pack(Batch { topic: topic(), origin, first, after: None, claims }).unwrap();
    let mut forged = good.clone();
    forged[1].signature.as_mut().unwrap().0[0] ^= 1;
    let cases = [
        Chunk { claims: b"no zstd".to_vec(), ..chunk(1, good.clone()) },
        Chunk { topic: venue_topic("1"), ..chunk(1, good.clone()) },
        chunk(0, good.clone()),
        chunk(u64::MAX, good.clone()),
        chunk(1, forged),
    ];
    for (case, bad) in cases.into_iter().enumerate() {
        let (mut centre, _) = open_pair(Memory::default(), Memory::default());
        centre.take(Frame::Chunk(bad));
        assert_eq!(centre.frames().last(), Some(&Frame::Refused(Refusal::Misbehaviour)), "case {case}");
        let blamed = matches!(centre.closed, Some(Closed::Blamed(Blame::BadEntry { number: 2, .. })));
        assert!(centre.closed.is_some() && (case < 4 || blamed));
        let held = centre.log.all(&topic(), identity(KIOSK).origin()).len();
        assert_eq!(held, usize::from(case == 4), "what came before the bad entry is kept");
        let count = centre.out.len();
        centre.take(vector(&[]));
        centre.record(&topic(), [1; 16]);
        assert_eq!(centre.out.len(), count, "a closed session says nothing");
    }
}

#[test]
fn vectors_that_claim_too_much_do_no_harm() {
    let (mut centre, _) = open_pair(bulky(CENTRE, 3), Memory::default());
    centre.take(vector(&[(CENTRE, u64::MAX), (KIOSK, u64::MAX), (7, u64::MAX - 1)]));
    assert_eq!(centre.closed, None);
    assert_eq!(centre.session.progress(), Some((3, u64::MAX)));
    centre.record(&topic(), [1; 16]);
    assert_eq!(centre.closed, None);
}

#[test]
fn entries_that_cannot_be_read_stop_no_other_origin() {
    let mine: Vector = (10..20u8).map(|seed| (identity(seed).origin(), tip(1))).collect();
    let mut session = opened(Forward::ALL, CENTRE, KIOSK, mine);
    let mut open = session.receive(vector(&[]), NOW);
    let mut asked = 0;
    while let Some(output) = open.pop() {
        let Output::ReadEntries { topic, origin, .. } = output else { panic!("{output:?}") };
        asked += 1;
        assert!(asked <= 10, "asked again and again");
        open.extend(session.entries(&topic, origin, Stretch::default()));
    }
    assert_eq!(asked, 10);
}

#[test]
fn silence_closes_and_a_heartbeat_keeps_open() {
    let mut session = opened(Forward::ALL, CENTRE, KIOSK, Vector::new());
    assert_eq!(session.tick(at(HEARTBEAT_MS - 1)), Vec::new());
    let beat = session.tick(at(HEARTBEAT_MS));
    assert_eq!(beat, vec![Output::Send(Frame::Beat(Beat { now: Moment(5_000) }))]);
    assert_eq!(session.tick(at(HEARTBEAT_MS + 1)), Vec::new());
    session.receive(vector(&[]), at(20_000));
    assert!(!session.tick(at(20_000 + SILENCE_MS)).iter().any(|output| matches!(output, Output::Close(_))));
    assert_eq!(session.tick(at(20_001 + SILENCE_MS)), vec![Output::Close(Closed::Silent)]);
    assert_eq!(session.tick(at(90_000)), Vec::new());
    let mut waiting = begin(CENTRE, KIOSK, Forward::ALL);
    assert_eq!(waiting.tick(at(SILENCE_MS + 1)), vec![Output::Close(Closed::Silent)], "nobody greeted");
}

#[test]
fn progress_is_unknown_until_the_peer_has_told() {
    let mut session = opened(Forward::UPLINK, KIOSK, CENTRE, tips(&[(CENTRE, 2)]));
    assert_eq!(session.progress(), None);
    assert!(session.confirmed(&topic()).is_none());
    session.receive(vector(&[(CENTRE, 10), (KIOSK, 4)]), NOW);
    assert_eq!(session.progress(), Some((2, 14)));
    let confirmed: Vec<(Origin, u64)> = session.confirmed(&topic()).unwrap().collect();
    assert!(confirmed.contains(&(identity(KIOSK).origin(), 4)));
}
