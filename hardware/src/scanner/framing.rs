//! Cuts the byte stream of a serial scanner into scans. Pure: bytes and milliseconds in, frames out.
//!
//! A frame is `[STX] payload terminator [BCC]`. Three rules that are not obvious:
//!
//! * **Silence is told by [`Framer::tick`] alone.** `feed` never cuts, however late it is called, because late bytes
//!   may have lain in the kernel's buffer while the reader was busy. So every split of a stream gives the same frames.
//! * **What a silence leaves unterminated** is delivered as text, or reported as [`GarbledKind::Cut`], as
//!   [`Unterminated`] says. Delivering is the default: scanners without a terminator exist, and whoever interprets the
//!   text checks its length anyway.
//! * CR, LF and ETX are dropped in front of a payload. That makes CRLF one terminator, in one read or in two.
//!
//! The payload is passed on untouched: AIM identifiers (`]F0`) and the start and stop letters of NW-7 are for the
//! domain to strip.

use serde::Deserialize;

use super::event::GarbledKind;

const STX: u8 = 0x02;
const ETX: u8 = 0x03;
const LF: u8 = b'\n';
const CR: u8 = b'\r';

/// What ends a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Terminator {
    /// Whichever of CR, LF, CRLF or ETX comes first. None of them can then be part of a payload.
    #[default]
    Auto,
    /// CR. An LF inside the payload is kept.
    Cr,
    /// LF. A CR inside the payload is kept.
    Lf,
    /// CR followed by LF. Either of them alone is part of the payload.
    #[serde(rename = "crlf")]
    CrLf,
    /// ETX. CR and LF inside the payload are kept.
    Etx,
    /// Nothing but silence.
    None,
}

/// What becomes of bytes that silence followed instead of a terminator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unterminated {
    /// They are a scan. Always so with [`Terminator::None`].
    #[default]
    Deliver,
    /// They are reported as [`GarbledKind::Cut`] and thrown away: for a scanner that is known to send a terminator.
    Drop,
}

/// How a scanner marks where a scan begins and ends.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FramingConfig {
    /// What ends a scan.
    pub terminator: Terminator,
    /// What becomes of a scan without a terminator.
    pub unterminated: Unterminated,
    /// Whether one check byte (BCC) follows the terminator: the XOR of everything after STX up to and including the
    /// terminator. With [`Terminator::Auto`] it follows ETX only; with [`Terminator::None`] there is none. A scan whose
    /// check byte never comes is [`GarbledKind::Cut`].
    pub bcc: bool,
    /// The silence after which a scan is over.
    pub inter_byte_timeout_ms: u64,
    /// The longest payload. A smart health card's numeric QR code is up to 2395 characters.
    pub max_payload_bytes: usize,
}

impl Default for FramingConfig {
    fn default() -> Self {
        Self {
            terminator: Terminator::Auto,
            unterminated: Unterminated::Deliver,
            bcc: false,
            inter_byte_timeout_ms: 100,
            max_payload_bytes: 3000,
        }
    }
}

/// One scan, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// A payload, never empty.
    Text(String),
    /// Bytes arrived that are not a scan.
    Garbled(GarbledKind),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Collecting a payload, or waiting for one.
    Payload,
    /// The terminator has come, the check byte has not.
    CheckByte,
    /// An over-long payload: waiting for its end.
    Skip,
    /// The check byte of an over-long payload.
    SkipCheckByte,
}

/// The state machine. It holds at most [`FramingConfig::max_payload_bytes`] bytes.
#[derive(Debug, Clone)]
pub struct Framer {
    config: FramingConfig,
    state: State,
    payload: Vec<u8>,
    /// The last byte of an over-long payload: CRLF needs two.
    skipped_last: u8,
    check: u8,
    last_byte_ms: u64,
}

impl Framer {
    /// A framer that has seen nothing.
    pub fn new(config: FramingConfig) -> Self {
        Self { config, state: State::Payload, payload: Vec::new(), skipped_last: 0, check: 0, last_byte_ms: 0 }
    }

    /// Takes bytes that arrived, in order, and gives the frames that they complete.
    pub fn feed(&mut self, bytes: &[u8], now_ms: u64) -> Vec<Frame> {
        if !bytes.is_empty() {
            self.last_byte_ms = now_ms;
        }
        let mut frames = Vec::new();
        for &byte in bytes {
            if let Some(frame) = self.take(byte) {
                frames.push(frame);
            }
        }
        frames
    }

    /// Says that nothing arrived up to `now_ms`: at the deadline, what is there is over.
    pub fn tick(&mut self, now_ms: u64) -> Vec<Frame> {
        if self.next_deadline_ms().is_none_or(|deadline_ms| now_ms < deadline_ms) {
            return Vec::new();
        }
        let deliver = self.config.unterminated == Unterminated::Deliver || self.config.terminator == Terminator::None;
        let whole = self.state == State::Payload && deliver;
        if whole && self.config.terminator == Terminator::CrLf && self.payload.last() == Some(&CR) {
            self.payload.pop();
        }
        if whole { self.finish() } else { self.abandon() }.into_iter().collect()
    }

    /// When to call [`Framer::tick`] unless bytes come first; `None` while no frame has begun.
    pub fn next_deadline_ms(&self) -> Option<u64> {
        let waiting = self.state != State::Payload || !self.payload.is_empty();
        waiting.then(|| self.last_byte_ms.saturating_add(self.config.inter_byte_timeout_ms))
    }

    /// Throws away what has begun, as after an unplug: [`GarbledKind::Cut`] if there was any.
    pub fn abandon(&mut self) -> Option<Frame> {
        let any = !self.payload.is_empty();
        self.restart();
        any.then_some(Frame::Garbled(GarbledKind::Cut))
    }

    /// How many payload bytes are held.
    pub fn held_bytes(&self) -> usize {
        self.payload.len()
    }

    fn take(&mut self, byte: u8) -> Option<Frame> {
        match self.state {
            State::CheckByte if byte == self.check => self.finish(),
            State::CheckByte => {
                let any = !self.payload.is_empty();
                self.restart();
                any.then_some(Frame::Garbled(GarbledKind::BadCheck))
            }
            State::SkipCheckByte => {
                self.restart();
                None
            }
            State::Payload | State::Skip if byte == STX => self.abandon(),
            State::Skip => {
                self.skip(byte);
                None
            }
            State::Payload => self.collect(byte),
        }
    }

    fn skip(&mut self, byte: u8) {
        let ends = self.ends(byte, self.skipped_last);
        self.skipped_last = byte;
        if ends && self.has_check(byte) {
            self.state = State::SkipCheckByte;
        } else if ends {
            self.restart();
        }
    }

    fn collect(&mut self, byte: u8) -> Option<Frame> {
        if self.payload.is_empty() && matches!(byte, CR | LF | ETX) {
            return None;
        }
        self.check ^= byte;
        let previous = self.payload.last().copied().unwrap_or_default();
        if self.ends(byte, previous) {
            if self.config.terminator == Terminator::CrLf {
                self.payload.pop();
            }
            if self.has_check(byte) {
                self.state = State::CheckByte;
                return None;
            }
            return self.finish();
        }
        // One byte of grace: with CRLF the CR is collected until the LF shows that it was none of the payload.
        let limit = self.config.max_payload_bytes;
        let half_terminator = self.config.terminator == Terminator::CrLf && byte == CR;
        if self.payload.len() > limit || (self.payload.len() == limit && !half_terminator) {
            self.restart();
            self.state = State::Skip;
            self.skipped_last = byte;
            return Some(Frame::Garbled(GarbledKind::TooLong));
        }
        self.payload.push(byte);
        None
    }

    fn ends(&self, byte: u8, previous: u8) -> bool {
        match self.config.terminator {
            Terminator::Auto => matches!(byte, CR | LF | ETX),
            Terminator::Cr => byte == CR,
            Terminator::Lf => byte == LF,
            Terminator::CrLf => byte == LF && previous == CR,
            Terminator::Etx => byte == ETX,
            Terminator::None => false,
        }
    }

    fn has_check(&self, terminator: u8) -> bool {
        self.config.bcc && (terminator == ETX || self.config.terminator != Terminator::Auto)
    }

    fn finish(&mut self) -> Option<Frame> {
        let payload = std::mem::take(&mut self.payload);
        self.restart();
        if payload.is_empty() {
            return None;
        }
        Some(String::from_utf8(payload).map_or(Frame::Garbled(GarbledKind::NotText), Frame::Text))
    }

    fn restart(&mut self) {
        self.state = State::Payload;
        self.payload.clear();
        self.check = 0;
    }
}
