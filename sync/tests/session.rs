//! Two sessions and the line between them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::collections::BTreeSet;

use common::line::*;
use common::*;
use proptest::prelude::*;
use uketsuke_domain::log::{Topic, Vector};
use uketsuke_domain::time::{Elapsed, Moment};
use uketsuke_sync::frame::{Chunk, Frame, Hello, PROTOCOL, Proof, Refusal, VectorFrame};
use uketsuke_sync::ingest::Blame;
use uketsuke_sync::replica::Replica;
use uketsuke_sync::session::{Closed, Forward, HEARTBEAT_MS, Output, PeerSession, SILENCE_MS, WINDOW_CHUNKS};

const CENTRE: u8 = 1;
const KIOSK: u8 = 2;

fn pair(centre: Memory, kiosk: Memory) -> (Side, Side) {
    let topics = [topic()];
    (Side::new(CENTRE, Forward::All, &topics, centre), Side::new(KIOSK, Forward::Own, &topics, kiosk))
}

/// Both have passed the greeting and told what they hold.
fn open_pair(centre: Memory, kiosk: Memory) -> (Side, Side) {
    let (mut centre, mut kiosk) = pair(centre, kiosk);
    until_quiet(&mut centre, &mut kiosk);
    (centre, kiosk)
}

fn vector(held: &[(u8, u64)]) -> Frame {
    let held = held.iter().map(|(seed, number)| (identity(*seed).origin(), *number)).collect();
    Frame::Vector(VectorFrame { topic: topic(), held, now: Moment(0) })
}

/// A session whose peer (of this seed) was greeted, proven and authorised.
fn opened(forward: Forward, own: u8, peer: u8, mine: Vector) -> PeerSession {
    let (mut session, _) = PeerSession::new(identity(own), forward, vec![topic()], [own; 16], NOW);
    greet(&mut session, own, peer, &[topic()]);
    assert_eq!(session.authorised(&BTreeSet::from([topic()])), vec![Output::ReadVector(topic())]);
    session.holds(&topic(), mine);
    session
}

/// Everything up to the question whether the peer is allowed.
fn greet(session: &mut PeerSession, own: u8, peer: u8, topics: &[Topic]) {
    let hello = Hello {
        protocol: PROTOCOL,
        device: identity(peer).origin(),
        nonce: [9; 16],
        topics: topics.to_vec(),
        now: Moment(0),
    };
    session.receive(Frame::Hello(hello), NOW);
    let message = uketsuke_sync::frame::proof_message(identity(peer).origin(), &[own; 16], identity(own).origin());
    let outputs = session.receive(Frame::Proof(Proof { signature: identity(peer).sign(&message) }), NOW);
    assert!(matches!(outputs.as_slice(), [Output::Authorise { .. }]), "{outputs:?}");
}

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
    assert_eq!(kiosk.session.confirmed(&topic(), kiosk.origin()), 20);
    assert_eq!(kiosk.session.confirmed(&venue_topic("1"), kiosk.origin()), 0);
    assert_eq!(centre.peer, Some(kiosk.origin()));
}

/// A municipality with hundreds of clinics names them all; the kiosk takes what it wants of them.
#[test]
fn a_centre_may_serve_hundreds_of_venues() {
    let many: Vec<Topic> = (0..300).map(|venue| venue_topic(&format!("V{venue}"))).chain([topic()]).collect();
    let mut centre = Side::new(CENTRE, Forward::All, &many, bulky(CENTRE, 5));
    let mut kiosk = Side::new(KIOSK, Forward::Own, &[topic()], Memory::default());
    until_quiet(&mut centre, &mut kiosk);
    assert_eq!(kiosk.session.topics().count(), 1);
    assert_eq!(kiosk.session.progress().map(|(held, total)| held == total && total > 0), Some(true));
}

#[test]
fn a_line_that_breaks_anywhere_resumes_without_loss_or_doubling() {
    let (centre, kiosk) = (bulky(CENTRE, 14), bulky(KIOSK, 14));
    let (mut a, mut b) = pair(centre.clone(), kiosk.clone());
    let whole = until_quiet(&mut a, &mut b);
    assert!(whole > 20, "{whole} frames");
    for cut in 0..whole {
        let (mut a, mut b) = pair(centre.clone(), kiosk.clone());
        assert_eq!(deliver(&mut a, &mut b, cut), cut);
        // The in-memory log panics when an entry comes twice.
        let (a, b) = open_pair(a.log, b.log);
        assert_same(&a.log, &b.log);
        assert_eq!(a.log.chains.values().map(Vec::len).sum::<usize>(), 28, "cut after {cut} frames");
    }
}

#[test]
fn no_more_chunks_are_under_way_than_the_window_allows() {
    let mut log = bulky(CENTRE, 30);
    add_bulky(&mut log, 7, 30);
    let (mut centre, mut kiosk) = pair(log, Memory::default());
    // The kiosk's words reach the centre; the centre's chunks reach nobody.
    while centre.chunks() == 0 {
        assert!(deliver(&mut centre, &mut kiosk, 1) > 0);
    }
    while let Some(bytes) = kiosk.out.pop_front() {
        centre.take(Frame::decode(&bytes).unwrap());
    }
    for id in 0..10 {
        centre.record(&topic(), [id; 16]);
        centre.take(vector(&[]));
    }
    assert_eq!(centre.chunks(), WINDOW_CHUNKS);
    until_quiet(&mut centre, &mut kiosk);
    assert_same(&centre.log, &kiosk.log);
}

#[test]
fn a_kiosk_sends_only_its_own_entries() {
    let mut kiosk = bulky(KIOSK, 3);
    add_bulky(&mut kiosk, 5, 3);
    let (centre, _) = open_pair(Memory::default(), kiosk);
    assert_eq!(centre.log.all(&topic(), identity(KIOSK).origin()).len(), 3);
    assert_eq!(centre.log.all(&topic(), identity(5).origin()).len(), 0);
    let (done, total) = centre.session.progress().unwrap();
    assert_eq!((done, total), (3, 6), "what the kiosk has and does not forward is not hidden");
}

#[test]
fn what_is_recorded_on_an_open_line_is_sent_at_once_and_confirmed() {
    let (mut centre, mut kiosk) = open_pair(Memory::default(), Memory::default());
    kiosk.record(&topic(), [5; 16]);
    assert_eq!(kiosk.session.confirmed(&topic(), kiosk.origin()), 0);
    until_quiet(&mut centre, &mut kiosk);
    assert_eq!(kiosk.session.confirmed(&topic(), kiosk.origin()), 1);
    assert_same(&centre.log, &kiosk.log);
}

#[test]
fn a_device_that_lost_its_disk_is_told_once_and_gets_its_entries_back() {
    let (centre, kiosk) = open_pair(bulky(KIOSK, 6), Memory::default());
    assert_eq!((centre.restored, kiosk.restored), (0, 1));
    assert_same(&centre.log, &kiosk.log);
}

#[test]
fn a_device_that_lost_its_disk_hears_so_even_when_the_vector_overtakes_the_authorisation() {
    let (mut session, _) = PeerSession::new(identity(KIOSK), Forward::Own, vec![topic()], [KIOSK; 16], NOW);
    greet(&mut session, KIOSK, CENTRE, &[topic()]);
    assert_eq!(session.receive(vector(&[(KIOSK, 6)]), NOW), Vec::new());
    session.authorised(&BTreeSet::from([topic()]));
    let outputs = session.holds(&topic(), Vector::new());
    assert!(outputs.contains(&Output::Restored(topic())), "{outputs:?}");
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
    let mut centre = Side::new(CENTRE, Forward::All, &topics, log);
    centre.allowed = Some(BTreeSet::from([open.clone()]));
    let mut kiosk = Side::new(KIOSK, Forward::Own, &topics, kiosk_log);
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
        Frame::Vector(frame) => frame.topic == secret,
        Frame::Chunk(chunk) => chunk.topic == secret,
        _ => false,
    });
    assert!(!about_secret);
    assert_eq!(kiosk.log.all(&open, identity(CENTRE).origin()).len(), 1);
}

#[test]
fn nothing_is_told_to_a_peer_that_waits_for_its_authorisation() {
    let (mut session, _) = PeerSession::new(identity(CENTRE), Forward::All, vec![topic()], [CENTRE; 16], NOW);
    greet(&mut session, CENTRE, KIOSK, &[topic()]);
    session.receive(vector(&[]), NOW);
    let mine = Vector::from([(identity(CENTRE).origin(), 5)]);
    assert_eq!(session.holds(&topic(), mine), Vec::new());
    assert_eq!(session.authorised(&BTreeSet::new()), Vec::new());
    assert_eq!(session.topics().count(), 0);
}

fn refused_with(frames: Vec<Frame>) -> Refusal {
    let mut side = Side::new(CENTRE, Forward::All, &[topic()], Memory::default());
    side.out.clear();
    for frame in frames {
        side.take(frame);
    }
    match (side.frames().last(), side.closed) {
        (Some(Frame::Refused(said)), Some(Closed::Refused(why))) if *said == why => why,
        other => panic!("not refused: {other:?}"),
    }
}

fn hello(protocol: u8, device: u8, nonce: [u8; 16], topics: Vec<Topic>) -> Frame {
    Frame::Hello(Hello { protocol, device: identity(device).origin(), nonce, topics, now: Moment(0) })
}

#[test]
fn strangers_and_impostors_are_refused() {
    let good = hello(PROTOCOL, KIOSK, [1; 16], vec![topic()]);
    assert_eq!(refused_with(vec![hello(2, KIOSK, [1; 16], vec![topic()])]), Refusal::Protocol);
    assert_eq!(refused_with(vec![hello(PROTOCOL, KIOSK, [1; 16], vec![topic(); 65])]), Refusal::Misbehaviour);
    let proof = Frame::Proof(Proof { signature: identity(KIOSK).sign(b"something else") });
    assert_eq!(refused_with(vec![good.clone(), proof]), Refusal::BadProof);
    assert_eq!(refused_with(vec![vector(&[])]), Refusal::Misbehaviour, "before a greeting");
    assert_eq!(refused_with(vec![good.clone(), good.clone()]), Refusal::Misbehaviour, "a second greeting");
    let chunk = Chunk::pack(topic(), identity(KIOSK).origin(), 1, Vec::new()).unwrap();
    assert_eq!(refused_with(vec![good, Frame::Chunk(chunk)]), Refusal::Misbehaviour, "before a proof");
}

#[test]
fn a_proof_that_was_overheard_opens_nothing() {
    let (mut centre, mut kiosk) = pair(Memory::default(), Memory::default());
    let mut overheard = vec![kiosk.out[0].clone()];
    deliver(&mut centre, &mut kiosk, 2);
    overheard.push(kiosk.out[0].clone());
    until_quiet(&mut centre, &mut kiosk);
    let mut again = Side::with_nonce(CENTRE, Forward::All, &[topic()], Memory::default(), [77; 16]);
    for bytes in &overheard {
        again.take(Frame::decode(bytes).unwrap());
    }
    assert_eq!((again.closed, again.peer), (Some(Closed::Refused(Refusal::BadProof)), None));
}

#[test]
fn a_mirror_is_not_a_peer() {
    let mut side = Side::new(CENTRE, Forward::All, &[topic()], bulky(CENTRE, 1));
    while let Some(bytes) = side.out.pop_front() {
        side.take(Frame::decode(&bytes).unwrap());
    }
    assert_eq!(side.peer, None, "its own proof was sent back to it");
    assert!(side.closed.is_some());
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
    let chunk = |first, claims| Chunk::pack(topic(), identity(KIOSK).origin(), first, claims).unwrap();
    let mut forged = good.clone();
    forged[1].signature.0[0] ^= 1;
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
fn vectors_that_claim_too_little_cost_no_more_than_the_window() {
    let (mut centre, kiosk) = open_pair(bulky(CENTRE, 30), Memory::default());
    centre.out.clear();
    for _ in 0..3 {
        centre.take(vector(&[(CENTRE, 0)]));
        assert!(centre.chunks() <= WINDOW_CHUNKS);
        let mut honest = Memory::default();
        honest.chains.clone_from(&kiosk.log.chains);
        for frame in centre.frames() {
            let Frame::Chunk(chunk) = frame else { continue };
            let (done, blame) = honest.take(&topic(), chunk.origin, chunk.first, chunk.unpack().unwrap());
            assert_eq!((done.added, blame), (0, None), "sent again, known, and nobody is to blame");
        }
        centre.out.clear();
    }
}

#[test]
fn a_gap_is_filled_from_where_the_peer_really_is() {
    let (mut centre, mut kiosk) = pair(bulky(CENTRE, 30), bulky(CENTRE, 9));
    // The kiosk tells that it holds nine, and then loses them.
    while centre.chunks() == 0 {
        assert!(deliver(&mut centre, &mut kiosk, 1) > 0);
    }
    kiosk.log = Memory::default();
    until_quiet(&mut centre, &mut kiosk);
    assert_same(&centre.log, &kiosk.log);
    centre.record(&topic(), [1; 16]);
    until_quiet(&mut centre, &mut kiosk);
    assert_same(&centre.log, &kiosk.log);
}

#[test]
fn a_read_that_was_overtaken_holds_no_place_in_the_window() {
    let seeds = 10..20u8;
    let mine: Vector = seeds.clone().map(|seed| (identity(seed).origin(), 1)).collect();
    let mut session = opened(Forward::All, CENTRE, KIOSK, mine);
    let mut asked: Vec<Output> = session.receive(vector(&[]), NOW);
    let all: Vec<(u8, u64)> = seeds.map(|seed| (seed, 1)).collect();
    // Before the first reads are answered, the peer has it all from elsewhere.
    asked.extend(session.receive(vector(&all), NOW));
    for output in asked {
        let Output::ReadEntries { topic, origin, .. } = output else { panic!("{output:?}") };
        let seed = (10..20).find(|seed| identity(*seed).origin() == origin).unwrap();
        let mut log = bulky(seed, 1);
        let Ok(entries) = log.entries(&topic, origin, 1, 1);
        assert_eq!(session.entries(&topic, origin, entries), Vec::new(), "nothing is sent that the peer holds");
    }
    // All places are free again.
    let more: Vector = (10..20u8).map(|seed| (identity(seed).origin(), 2)).collect();
    let asked = session.holds(&topic(), more);
    let reads = asked.iter().filter(|output| matches!(output, Output::ReadEntries { from: 2, .. }));
    assert_eq!(reads.count(), WINDOW_CHUNKS);
}

#[test]
fn entries_that_cannot_be_read_stop_no_other_origin() {
    let mine: Vector = (10..20u8).map(|seed| (identity(seed).origin(), 1)).collect();
    let mut session = opened(Forward::All, CENTRE, KIOSK, mine);
    let mut open = session.receive(vector(&[]), NOW);
    let mut asked = 0;
    while let Some(output) = open.pop() {
        let Output::ReadEntries { topic, origin, .. } = output else { panic!("{output:?}") };
        asked += 1;
        assert!(asked <= 10, "asked again and again");
        open.extend(session.entries(&topic, origin, Vec::new()));
    }
    assert_eq!(asked, 10);
}

#[test]
fn silence_closes_and_a_heartbeat_keeps_open() {
    let at = |ms: u64| (Elapsed(ms), Moment(i64::try_from(ms).unwrap()));
    let mut session = opened(Forward::All, CENTRE, KIOSK, Vector::new());
    assert_eq!(session.tick(at(HEARTBEAT_MS - 1)), Vec::new());
    let beat = session.tick(at(HEARTBEAT_MS));
    let expected = VectorFrame { topic: topic(), held: Vec::new(), now: Moment(5_000) };
    assert_eq!(beat, vec![Output::Send(Frame::Vector(expected))]);
    assert_eq!(session.tick(at(HEARTBEAT_MS + 1)), Vec::new());
    session.receive(vector(&[]), at(20_000));
    assert!(!session.tick(at(20_000 + SILENCE_MS)).iter().any(|output| matches!(output, Output::Close(_))));
    assert_eq!(session.tick(at(20_001 + SILENCE_MS)), vec![Output::Close(Closed::Silent)]);
    assert_eq!(session.tick(at(90_000)), Vec::new());
    let (mut waiting, _) = PeerSession::new(identity(1), Forward::All, vec![topic()], [1; 16], NOW);
    assert_eq!(waiting.tick(at(SILENCE_MS + 1)), vec![Output::Close(Closed::Silent)], "nobody greeted");
}

#[test]
fn progress_is_unknown_until_the_peer_has_told() {
    let mut session = opened(Forward::Own, KIOSK, CENTRE, Vector::from([(identity(CENTRE).origin(), 2)]));
    assert_eq!(session.progress(), None);
    session.receive(vector(&[(CENTRE, 10), (KIOSK, 4)]), NOW);
    assert_eq!(session.progress(), Some((2, 14)));
    assert_eq!(session.confirmed(&topic(), identity(KIOSK).origin()), 4);
}

#[derive(Clone, Debug)]
enum Step {
    Write(bool),
    Deliver(usize),
    Break,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => any::<bool>().prop_map(Step::Write),
        4 => (1..12usize).prop_map(Step::Deliver),
        1 => Just(Step::Break),
    ];
    proptest::collection::vec(step, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_on_either_side_arrives(steps in steps(), seed in any::<u64>()) {
        let mut dice = Dice::new(seed);
        let (mut centre, mut kiosk) = pair(Memory::default(), Memory::default());
        let mut written = 0;
        for step in steps {
            match step {
                Step::Write(at_kiosk) => {
                    let side = if at_kiosk { &mut kiosk } else { &mut centre };
                    side.record(&topic(), dice.bytes());
                    written += 1;
                }
                Step::Deliver(frames) => {
                    deliver(&mut centre, &mut kiosk, frames);
                }
                Step::Break => (centre, kiosk) = pair(centre.log, kiosk.log),
            }
            prop_assert_eq!((&centre.closed, &kiosk.closed), (&None, &None));
        }
        until_quiet(&mut centre, &mut kiosk);
        assert_same(&centre.log, &kiosk.log);
        prop_assert_eq!(centre.log.items.len(), written);
        prop_assert_eq!(centre.session.progress(), kiosk.session.progress());
    }
}
