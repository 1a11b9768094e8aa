//! Frames: limits, and what is no frame.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::*;
use proptest::prelude::*;
use uketsuke_domain::log::Signature;
use uketsuke_domain::time::Moment;
use uketsuke_sync::entry::{Claim, digest};
use uketsuke_sync::frame::{
    BadFrame, Chunk, Frame, Hello, MAX_CHUNK_BYTES, MAX_FRAME_BYTES, PROTOCOL, Proof, Refusal, VectorFrame,
};

fn frames() -> Vec<Frame> {
    let device = identity(1).origin();
    let body = b"body".to_vec();
    let claim = Claim {
        kind: uketsuke_domain::log::EntryKind::Card,
        body_hash: digest(&body),
        body_len: 4,
        signature: Signature([1; 64]),
        body: Some(body),
    };
    let absent = Claim { body: None, ..claim.clone() };
    vec![
        Frame::Hello(Hello { protocol: PROTOCOL, device, nonce: [1; 16], topics: vec![topic()], now: Moment(5) }),
        Frame::Proof(Proof { signature: Signature([1; 64]) }),
        Frame::Refused(Refusal::NotEnrolled),
        Frame::Vector(VectorFrame { topic: topic(), held: vec![(device, u64::MAX)], now: Moment(-5) }),
        Frame::Chunk(Chunk::pack(topic(), device, 7, vec![claim, absent]).unwrap()),
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
    let Ok(claims) = chunk.unpack() else { panic!("readable") };
    let big = |bytes: usize| {
        let body = Some(vec![0; bytes]);
        let claims = vec![Claim { body, ..claims[0].clone() }];
        Chunk::pack(topic(), identity(1).origin(), 1, claims).unwrap().unpack()
    };
    assert!(big(MAX_CHUNK_BYTES - 200).is_ok());
    assert!(matches!(big(MAX_CHUNK_BYTES), Err(BadFrame::Zstd(_))));
}

#[test]
fn a_list_that_claims_to_be_endless_takes_no_memory() {
    // A vector of 2⁶⁰ origins, of which none follows.
    let mut bytes = vec![4, 0x83, 0x61, b'x', 0x9b];
    bytes.extend((1u64 << 60).to_be_bytes());
    assert!(Frame::decode(&bytes).is_err());
    let mut claims = vec![0x9b];
    claims.extend((1u64 << 60).to_be_bytes());
    let Some(Frame::Chunk(chunk)) = frames().pop() else { panic!("the last is a chunk") };
    assert!(Chunk { claims: zstd::bulk::compress(&claims, 1).unwrap(), ..chunk }.unpack().is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bent_frames_never_panic(which in 0..5usize, at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut bytes = frames()[which].encode();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        for bytes in [&bytes[..], &bytes[..cut.index(bytes.len())]] {
            if let Ok(Frame::Chunk(chunk)) = Frame::decode(bytes) {
                let _ = chunk.unpack();
            }
        }
    }
}
