//! Frames: limits, and what is no frame.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::*;
use proptest::prelude::*;
use uketsuke_domain::facts::FactKind;
use uketsuke_domain::log::{Digest32, EntryKind, Signature, Tip, Vector};
use uketsuke_domain::time::Moment;
use uketsuke_sync::author::Author;
use uketsuke_sync::entry::{Claim, Content, digest};
use uketsuke_sync::frame::{
    BadFrame, Beat, Chunk, Fill, Frame, Hello, MAX_CHUNK_BYTES, MAX_FRAME_BYTES, PROTOCOL, Refusal, Summary,
    VectorFrame, summary_of,
};
use uketsuke_sync::ingest::Batch;

fn batch(claims: Vec<Claim>) -> Batch {
    Batch { topic: topic(), origin: identity(1).origin(), first: 7, after: Some(Digest32([6; 32])), claims }
}

/// Entries as they really are: facts of a device, a field edit, and an own word.
fn real() -> Chunk {
    let (mut log, device) = (Memory::default(), identity(1));
    let mut author = Author::new(&device, &mut log);
    for id in 1..4 {
        let fact = fact([id; 16], FactKind::Vaccinated, 5, Vec::new());
        author.fact(&topic(), (VISIT, document("a")), &fact).unwrap();
    }
    author.fields(&topic(), (VISIT, document("a")), &edits(&[("name", "花子")])).unwrap();
    let claims = log.all(&topic(), device.origin());
    Chunk::pack(Batch { first: 1, after: None, ..batch(claims) }).unwrap()
}

fn frames() -> Vec<Frame> {
    let device = identity(1).origin();
    let body = b"body".to_vec();
    let absent = Content::Absent { hash: digest(&body), length: 4 };
    let claim = Claim { kind: EntryKind::Card, signature: None, content: Content::Body(body) };
    let signed = Claim { content: absent, signature: Some(Signature([1; 64])), ..claim.clone() };
    let tips = Vector::from([(device, Tip { number: u64::MAX, header_hash: Digest32([7; 32]) })]);
    vec![
        Frame::Hello(Hello {
            protocol: PROTOCOL,
            device,
            topics: vec![topic()],
            now: Moment(5),
            certificate: Some(leave(1, &[topic(), venue_topic("1")])),
        }),
        Frame::Refused(Refusal::NotEnrolled),
        Frame::Summary(Summary { topic: topic(), digest: summary_of(&tips), now: Moment(7) }),
        Frame::Vector(VectorFrame::new(topic(), true, tips.iter(), Moment(-5))),
        Frame::Beat(Beat { now: Moment(1) }),
        Frame::Fill(Fill { topic: topic() }),
        Frame::Chunk(real()),
        Frame::Chunk(Chunk::pack(batch(vec![claim, signed])).unwrap()),
    ]
}

#[test]
fn frames_come_back_as_they_were() {
    for frame in frames() {
        assert_eq!(Frame::decode(&frame.encode()).unwrap(), frame);
    }
    assert_eq!(Frame::decode(&[99, 1, 2]).unwrap(), Frame::Unknown(99));
    assert!(matches!(Frame::decode(&[]), Err(BadFrame::Cbor(_))));
}

#[test]
fn frames_and_chunks_have_limits() {
    let long = vec![99; MAX_FRAME_BYTES + 1];
    assert!(matches!(Frame::decode(&long), Err(BadFrame::TooLong(_))));
    assert!(Frame::decode(&long[1..]).is_ok());
    let Some(Frame::Chunk(chunk)) = frames().pop() else { panic!("the last is a chunk") };
    let Ok(Batch { claims, .. }) = chunk.unpack() else { panic!("readable") };
    let big = |bytes: usize| {
        let content = Content::Body(vec![0; bytes]);
        Chunk::pack(batch(vec![Claim { content, ..claims[0].clone() }])).unwrap().unpack()
    };
    assert!(big(MAX_CHUNK_BYTES - 200).is_ok());
    assert!(matches!(big(MAX_CHUNK_BYTES), Err(BadFrame::Zstd(_))));
}

#[test]
fn a_list_that_claims_to_be_endless_takes_no_memory() {
    // A vector of 2⁶⁰ keys, of which none follows: a map of the topic, "whole", and then the list.
    let mut bytes = vec![4, 0xa4, 0, 0x61, b'x', 1, 0xf5, 2, 0x9b];
    bytes.extend((1u64 << 60).to_be_bytes());
    assert!(Frame::decode(&bytes).is_err());
    let mut claims = vec![0x9b];
    claims.extend((1u64 << 60).to_be_bytes());
    let Some(Frame::Chunk(chunk)) = frames().pop() else { panic!("the last is a chunk") };
    assert!(Chunk { claims: zstd::bulk::compress(&claims, 1).unwrap(), ..chunk }.unpack().is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bent_frames_never_panic(
        which in 0..8usize,
        bends in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = frames()[which].encode();
        for (at, byte) in bends {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        for bytes in [&bytes[..], &bytes[..cut.index(bytes.len())]] {
            if let Ok(Frame::Chunk(chunk)) = Frame::decode(bytes) {
                let _ = chunk.unpack();
            }
        }
    }

    /// zstd's own checks would hide the rest: here what was compressed is bent.
    #[test]
    fn bent_claims_never_panic(
        bends in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let chunk = real();
        let mut bytes = zstd::bulk::decompress(&chunk.claims, MAX_CHUNK_BYTES).unwrap();
        for (at, byte) in bends {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        for bytes in [&bytes[..], &bytes[..cut.index(bytes.len())]] {
            let bent = Chunk { claims: zstd::bulk::compress(bytes, 1).unwrap(), ..chunk.clone() };
            if let Ok(batch) = bent.unpack() {
                let (done, _) = Memory::default().take_batch(batch);
                prop_assert!(done.added <= 4);
            }
        }
    }
}
