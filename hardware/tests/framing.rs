//! The framer: what it makes of each way to mark a scan, and what holds for every stream of bytes.

use proptest::collection::vec;
use proptest::prelude::*;
use uketsuke_hardware::scanner::{Frame, Framer, FramingConfig, GarbledKind, Terminator, Unterminated};

fn text(text: &str) -> Frame {
    Frame::Text(text.to_owned())
}

fn config(terminator: Terminator) -> FramingConfig {
    FramingConfig { terminator, ..FramingConfig::default() }
}

fn frames(config: FramingConfig, bytes: &[u8]) -> Vec<Frame> {
    Framer::new(config).feed(bytes, 0)
}

const CUT: Frame = Frame::Garbled(GarbledKind::Cut);
const TOO_LONG: Frame = Frame::Garbled(GarbledKind::TooLong);

#[test]
fn a_configured_terminator_leaves_the_others_in_the_payload() {
    assert_eq!(frames(config(Terminator::Cr), b"1\n2\r\n3\r"), [text("1\n2"), text("3")]);
    assert_eq!(frames(config(Terminator::Lf), b"1\r2\n3\n"), [text("1\r2"), text("3")]);
    assert_eq!(frames(config(Terminator::CrLf), b"1\r2\n3\r\n4\r\n"), [text("1\r2\n3"), text("4")]);
    assert_eq!(frames(config(Terminator::Etx), b"\x021\r\n2\x03"), [text("1\r\n2")]);
    assert_eq!(frames(config(Terminator::None), b"12"), []);
}

#[test]
fn a_new_start_cuts_what_came_before() {
    assert_eq!(frames(FramingConfig::default(), b"\x02123\x02\x02456\r"), [CUT, text("456")]);
}

#[test]
fn silence_counts_from_the_last_byte() {
    let mut framer = Framer::new(FramingConfig::default());
    assert_eq!(framer.next_deadline_ms(), None);
    assert_eq!(framer.feed(b"12", 1000), []);
    assert_eq!(framer.feed(b"34", 1099), []);
    assert_eq!(framer.next_deadline_ms(), Some(1199));
    assert_eq!(framer.tick(1198), []);
    assert_eq!(framer.tick(1199), [text("1234")]);
    assert_eq!(framer.next_deadline_ms(), None);
    assert_eq!(framer.tick(u64::MAX), []);
}

#[test]
fn late_bytes_do_not_cut_a_scan() {
    let mut framer = Framer::new(FramingConfig::default());
    assert_eq!(framer.feed(b"12", 0), []);
    assert_eq!(framer.feed(b"34\r", 5000), [text("1234")]);
}

#[test]
fn what_silence_leaves_is_dropped_where_a_terminator_is_due() {
    let drop = |terminator| FramingConfig { unterminated: Unterminated::Drop, ..config(terminator) };
    for (config, left) in [
        (drop(Terminator::Cr), CUT),
        (drop(Terminator::None), text("12")),
        (config(Terminator::CrLf), text("12")),
        (FramingConfig { bcc: true, ..config(Terminator::Auto) }, text("12")),
    ] {
        let mut framer = Framer::new(config);
        assert_eq!(framer.feed(b"12", 0), []);
        assert_eq!(framer.tick(100), [left]);
    }
    let mut half = Framer::new(config(Terminator::CrLf));
    assert_eq!(half.feed(b"12\r", 0), []);
    assert_eq!(half.tick(100), [text("12")], "half a terminator is no payload");
    let mut unchecked = Framer::new(FramingConfig { bcc: true, ..config(Terminator::Etx) });
    assert_eq!(unchecked.feed(b"\x0212\x03", 0), []);
    assert_eq!(unchecked.tick(100), [CUT], "what was not checked is not delivered");
}

#[test]
fn too_long_is_said_once_and_skipped_to_its_end() {
    let short = |terminator| FramingConfig { max_payload_bytes: 4, ..config(terminator) };
    assert_eq!(frames(short(Terminator::Auto), b"1234\r12345678901234\r12\r"), [text("1234"), TOO_LONG, text("12")]);
    assert_eq!(frames(short(Terminator::CrLf), b"1234\r\n12345\r\n12\r\n"), [text("1234"), TOO_LONG, text("12")]);
    assert_eq!(frames(short(Terminator::CrLf), b"1234\r5\r\n12\r\n"), [TOO_LONG, text("12")]);
    assert_eq!(frames(short(Terminator::Auto), b"12345\x0212\r"), [TOO_LONG, text("12")]);
    let checked = FramingConfig { bcc: true, ..short(Terminator::Etx) };
    assert_eq!(frames(checked, b"\x0212345\x03A\x021\x032"), [TOO_LONG, text("1")]);
    let mut silenced = Framer::new(short(Terminator::Auto));
    assert_eq!(silenced.feed(b"12345", 0), [TOO_LONG]);
    assert_eq!(silenced.tick(100), []);
    assert_eq!(silenced.feed(b"12\r", 100), [text("12")]);
}

#[test]
fn a_check_byte_may_look_like_anything() {
    let checked = |terminator| FramingConfig { bcc: true, ..config(terminator) };
    for payload in ["1", "12", "\u{1}", "\u{e}", "0123456789", "接種券"] {
        let mut bytes = vec![2];
        bytes.extend_from_slice(payload.as_bytes());
        bytes.push(3);
        bytes.push(bytes.iter().skip(1).fold(0, |check, byte| check ^ byte));
        let twice = [bytes.clone(), bytes].concat();
        assert_eq!(frames(checked(Terminator::Etx), &twice), [text(payload), text(payload)]);
        assert_eq!(frames(checked(Terminator::Auto), &twice), [text(payload), text(payload)]);
    }
    let wrong = frames(checked(Terminator::Auto), b"\x0212\x03\x7f13\r");
    assert_eq!(wrong, [Frame::Garbled(GarbledKind::BadCheck), text("13")]);
}

fn any_config() -> impl Strategy<Value = FramingConfig> {
    let terminator = prop_oneof![
        Just(Terminator::Auto),
        Just(Terminator::Cr),
        Just(Terminator::Lf),
        Just(Terminator::CrLf),
        Just(Terminator::Etx),
        Just(Terminator::None),
    ];
    (terminator, any::<bool>(), any::<bool>(), 0_usize..12).prop_map(|(terminator, drop, bcc, max_payload_bytes)| {
        let unterminated = if drop { Unterminated::Drop } else { Unterminated::Deliver };
        FramingConfig { terminator, unterminated, bcc, max_payload_bytes, inter_byte_timeout_ms: 100 }
    })
}

/// Mostly bytes that mean something to a framer.
fn any_byte() -> impl Strategy<Value = u8> {
    prop_oneof![4 => Just(b'7'), 1 => Just(2), 1 => Just(3), 2 => Just(b'\r'), 2 => Just(b'\n'), 1 => any::<u8>()]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_split_of_a_stream_gives_the_same_frames(
        config in any_config(),
        chunks in vec((vec(any_byte(), 0..8), 0_u64..1000), 0..20),
    ) {
        let whole: Vec<u8> = chunks.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
        let mut at_once = Framer::new(config.clone());
        let mut expected = at_once.feed(&whole, 0);
        expected.extend(at_once.tick(100));
        let mut split = Framer::new(config);
        let mut now_ms = 0;
        let mut got = Vec::new();
        for (bytes, pause_ms) in chunks {
            now_ms += pause_ms;
            got.extend(split.feed(&bytes, now_ms));
        }
        got.extend(split.tick(now_ms + 100));
        prop_assert_eq!(got, expected);
    }

    #[test]
    fn whatever_comes_memory_is_bounded_and_the_next_scan_after_a_silence_is_whole(
        config in any_config(),
        steps in vec((vec(any_byte(), 0..40), any::<u64>()), 0..20),
    ) {
        let limit = config.max_payload_bytes;
        let mut framer = Framer::new(config);
        for (bytes, time_ms) in steps {
            for frame in framer.feed(&bytes, time_ms) {
                prop_assert!(!matches!(frame, Frame::Text(text) if text.is_empty() || text.len() > limit));
            }
            prop_assert!(framer.held_bytes() <= limit + 1);
            framer.tick(time_ms / 2);
        }
        framer.tick(u64::MAX);
        prop_assert_eq!(framer.held_bytes(), 0);
        let next = framer.feed(&[b'7'; 2], 0).into_iter().chain(framer.tick(100)).collect::<Vec<_>>();
        prop_assert!(limit < 2 || next.contains(&text("77")) || next == [CUT]);
    }

    #[test]
    fn scans_arrive_as_they_were_sent(payloads in vec("[0-9A-D\\]ぁ-ん]{1,30}", 1..10), ending in 0_usize..4) {
        let ending = ["\r", "\n", "\r\n", "\u{3}"][ending];
        let sent: String = payloads.iter().flat_map(|payload| [payload, ending]).collect();
        let got = frames(FramingConfig::default(), sent.as_bytes());
        prop_assert_eq!(got, payloads.into_iter().map(Frame::Text).collect::<Vec<_>>());
    }
}
