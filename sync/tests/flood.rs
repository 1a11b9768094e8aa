//! What nobody has reason to send, and what comes before anybody was asked.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::line::*;
use common::*;
use uketsuke_domain::log::{Digest32, Origin, Tip, Vector};
use uketsuke_domain::time::Moment;
use uketsuke_sync::frame::{Beat, Chunk, Frame, Hello, PROTOCOL, Refusal, VectorFrame};
use uketsuke_sync::ingest::Batch;
use uketsuke_sync::session::{Closed, FRAMES_AT_ONCE, FRAMES_PER_SECOND, Forward, MAX_ORIGINS, USELESS_CHUNKS};

const OWN: u8 = 1;
const PEER: u8 = 2;

fn hello() -> Frame {
    let device = identity(PEER).origin();
    Frame::Hello(Hello { protocol: PROTOCOL, device, topics: vec![topic()], now: Moment(0), certificate: None })
}

fn beat() -> Frame {
    Frame::Beat(Beat { now: Moment(0) })
}

fn opened() -> Side {
    let mut side = Side::new(OWN, PEER, Forward::ALL, &[topic()], Memory::default());
    side.take(hello());
    assert!(side.session.is_open());
    side
}

/// Takes frames until the side closes; answers how many it took before.
fn pour(side: &mut Side, frames: impl Iterator<Item = Frame>) -> usize {
    for (count, frame) in frames.enumerate() {
        side.take(frame);
        if side.closed.is_some() {
            assert_eq!(side.closed, Some(Closed::Refused(Refusal::Flood)));
            assert_eq!(side.said.last(), Some(&Frame::Refused(Refusal::Flood)), "and it is told so");
            return count;
        }
    }
    usize::MAX
}

fn whole(tips: &Vector) -> Frame {
    Frame::Vector(VectorFrame::new(topic(), true, tips.iter(), Moment(0)))
}

fn invented(number: u64) -> Origin {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&number.to_be_bytes());
    Origin::new(key, 0)
}

fn chunk_of(claims: Vec<uketsuke_sync::entry::Claim>, origin: Origin) -> Frame {
    Frame::Chunk(Chunk::pack(Batch { topic: topic(), origin, first: 1, after: None, claims }).unwrap())
}

#[test]
fn ten_thousand_frames_at_once_are_a_flood() {
    let taken = pour(&mut opened(), std::iter::repeat_with(beat).take(10_000));
    assert_eq!(taken as u64, FRAMES_AT_ONCE - 1, "the greeting counts as well");
    let taken = pour(&mut opened(), std::iter::repeat_n(Frame::Unknown(200), 10_000));
    assert_eq!(taken as u64, FRAMES_AT_ONCE - 1, "those of a newer version are no better");
}

#[test]
fn as_many_as_a_second_allows_are_taken_for_ten_minutes() {
    let mut side = opened();
    for second in 1..600 {
        side.tick(1_000 * second);
        assert_eq!(
            pour(&mut side, std::iter::repeat_with(beat).take(usize::try_from(FRAMES_PER_SECOND).unwrap())),
            usize::MAX
        );
    }
    // What was saved up is no more than is allowed at once.
    side.now = at(9_000_000);
    let taken = pour(&mut side, std::iter::repeat_with(beat).take(10_000));
    assert_eq!(taken as u64, FRAMES_AT_ONCE);
}

#[test]
fn a_clock_that_stands_or_goes_back_lets_nothing_more_through() {
    let mut side = opened();
    let mut taken = 0;
    for second in (0..10).rev() {
        side.now = at(second);
        let poured = pour(&mut side, std::iter::repeat_with(beat).take(1_000));
        taken += poured.min(1_000);
        if poured != usize::MAX {
            break;
        }
    }
    assert!(side.closed.is_some());
    assert!(taken as u64 <= FRAMES_AT_ONCE + 20 * FRAMES_PER_SECOND / 1000, "{taken}");
}

#[test]
fn chunks_that_bring_nothing_are_taken_so_often_and_no_more() {
    let known = bulky(PEER, 1).all(&topic(), identity(PEER).origin());
    for claims in [known.clone(), Vec::new()] {
        let mut side = opened();
        side.take(chunk_of(known.clone(), identity(PEER).origin()));
        let chunks = std::iter::repeat_with(|| chunk_of(claims.clone(), identity(PEER).origin())).take(300);
        assert_eq!(pour(&mut side, chunks), usize::try_from(USELESS_CHUNKS).unwrap());
    }
}

#[test]
fn a_chunk_that_brings_something_makes_up_for_those_that_did_not() {
    let mut side = opened();
    let entries = bulky(PEER, 20).all(&topic(), identity(PEER).origin());
    for upto in 1..=entries.len() {
        let chunks = std::iter::repeat_with(|| chunk_of(entries[..upto].to_vec(), identity(PEER).origin()));
        assert_eq!(pour(&mut side, chunks.take(100)), usize::MAX);
    }
}

#[test]
fn seventy_thousand_invented_origins_are_a_flood() {
    let tip = Tip { number: 1, header_hash: Digest32([1; 32]) };
    let invent = |numbers: std::ops::Range<u64>| -> Vector { numbers.map(|number| (invented(number), tip)).collect() };
    assert_eq!(pour(&mut opened(), std::iter::once(whole(&invent(0..70_000)))), 0);
    // A little at a time, of which each is readable.
    let mut side = opened();
    let taken = pour(&mut side, (0..70).map(|part| whole(&invent(1_000 * part..1_000 * (part + 1)))));
    assert_eq!(taken, MAX_ORIGINS / 1_000);
    // As many as are allowed stay without effect.
    let mut side = opened();
    assert_eq!(pour(&mut side, std::iter::once(whole(&invent(0..MAX_ORIGINS as u64)))), usize::MAX);
    side.record(&topic(), [1; 16]);
    assert_eq!(side.chunks(), 1);
}

#[test]
fn what_comes_before_the_peer_is_authorised_is_kept_and_used() {
    let mut kiosk = Side::new(PEER, OWN, Forward::UPLINK, &[topic()], bulky(PEER, 3));
    let mut centre = Side::new(OWN, PEER, Forward::ALL, &[topic()], bulky(OWN, 2));
    // The kiosk is authorised first, and says its summary, before the centre has made up its mind.
    kiosk.take(Frame::decode(&centre.out.pop_front().unwrap()).unwrap());
    let hello = Frame::decode(&kiosk.out.pop_front().unwrap()).unwrap();
    let asked = centre.session.receive(hello, NOW);
    assert!(matches!(asked.as_slice(), [uketsuke_sync::session::Output::Authorise(_)]));
    while let Some(bytes) = kiosk.out.pop_front() {
        assert_eq!(centre.session.receive(Frame::decode(&bytes).unwrap(), NOW), Vec::new(), "kept");
    }
    centre.act(asked);
    until_quiet(&mut centre, &mut kiosk);
    assert_same(&centre.log, &kiosk.log);
}

#[test]
fn too_much_before_the_authorisation_is_a_flood() {
    let mut side = Side::new(OWN, PEER, Forward::ALL, &[topic()], Memory::default());
    let asked = side.session.receive(hello(), NOW);
    assert_eq!(asked.len(), 1);
    let taken = pour(&mut side, std::iter::repeat_with(beat).take(1_000));
    assert_eq!(taken, 4 * 64, "a summary, a vector, and something more of each topic that there may be");
}

#[test]
fn a_refused_side_says_and_does_nothing_more() {
    let mut side = opened();
    pour(&mut side, std::iter::repeat_with(beat).take(10_000));
    let said = side.said.len();
    side.take(chunk_of(bulky(PEER, 1).all(&topic(), identity(PEER).origin()), identity(PEER).origin()));
    side.record(&topic(), [1; 16]);
    side.tick(7_000);
    assert_eq!(side.said.len(), said);
    assert_eq!(side.log.all(&topic(), identity(PEER).origin()), []);
}
