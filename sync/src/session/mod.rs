//! One conversation with one peer: events in, outputs out. The same between kiosk and centre and between two kiosks.
//!
//! The line says whose key is at its other end. Both sides say hello and show the centre's leave. Then each tells a
//! summary of every shared topic; where the two differ, how far it holds each origin; and sends exactly what the other
//! lacks, in order, in chunks, never more than a few unconfirmed. A chunk is confirmed by the vector that follows its
//! commit, so a line that breaks anywhere resumes where the other side's disk is.

mod flow;
mod hear;
mod limits;
mod output;
mod shared;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use uketsuke_domain::log::{Origin, Topic, Vector};
use uketsuke_domain::time::{Elapsed, Moment};

use crate::frame::{Beat, Frame, Hello, PROTOCOL, Refusal, Summary};
use crate::identity::Identity;

use limits::Limits;
use shared::Shared;

pub use limits::{FRAMES_AT_ONCE, FRAMES_PER_SECOND, MAX_ORIGINS, USELESS_CHUNKS};
pub use output::{Claimed, Closed, Forward, Output, Stretch};

/// A line on which nothing was heard for this long is given up, in milliseconds.
pub const SILENCE_MS: u64 = 30_000;
/// Something is said at least this often, in milliseconds, so that the other side knows its data to be fresh. News that
/// nobody waits for go along.
pub const HEARTBEAT_MS: u64 = 5_000;
/// Unconfirmed chunks of others' entries at most, over all origins of a session: one under way while another is taken in.
/// More would only stand before a check-in that comes after them.
pub const WINDOW_CHUNKS: usize = 2;
/// Unconfirmed chunks at most where own entries are among them: whoever takes in many at once commits less often.
pub const WINDOW_WITH_OWN: usize = 6;
/// Topics that a peer may ask for.
const MAX_TOPICS: usize = 64;

/// Both clocks: the monotonic one, by which durations go, and the wall's, which is only told.
pub type Clocks = (Elapsed, Moment);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Greeting,
    Waiting,
    Open,
    Closed,
}

/// A conversation that is about to begin.
#[derive(Clone, Debug)]
pub struct Begin {
    /// Who this side is.
    pub identity: Identity,
    /// Whose key the line has proved to be at its other end.
    pub peer: [u8; 32],
    /// What this side sends.
    pub forward: Forward,
    /// What this side wants; empty for all that may be had.
    pub topics: Vec<Topic>,
}

/// One conversation with one peer.
#[derive(Debug)]
pub struct PeerSession {
    identity: Identity,
    peer: [u8; 32],
    forward: Forward,
    wanted: Vec<Topic>,
    phase: Phase,
    topics: BTreeMap<Topic, Shared>,
    /// What came before this side knew what the peer may have.
    early: Vec<Frame>,
    /// Chunks that were sent and not confirmed: topic, origin and last number.
    in_flight: Vec<(Topic, Origin, u64)>,
    /// Reads that are under way.
    reading: BTreeSet<(Topic, Origin)>,
    /// Chunks that are being taken in, in order, and whether the peer was told before that they are here.
    ingesting: VecDeque<(Topic, Origin, bool)>,
    limits: Limits,
    /// Topics in which somebody else writes under this program's name, as was said.
    doubled: BTreeSet<Topic>,
    opened: Elapsed,
    heard: Elapsed,
    told: Elapsed,
    now: Elapsed,
    wall: Moment,
    clock_off_ms: i64,
}

impl PeerSession {
    /// Begins a conversation.
    pub fn new(begin: Begin, (now, wall): Clocks) -> (Self, Vec<Output>) {
        let Begin { identity, peer, forward, topics } = begin;
        let certificate = identity.certificate().cloned();
        let hello =
            Hello { protocol: PROTOCOL, device: identity.origin(), topics: topics.clone(), now: wall, certificate };
        let session = Self {
            identity,
            peer,
            forward,
            wanted: topics,
            phase: Phase::Greeting,
            topics: BTreeMap::new(),
            early: Vec::new(),
            in_flight: Vec::new(),
            reading: BTreeSet::new(),
            ingesting: VecDeque::new(),
            limits: Limits::new(now),
            doubled: BTreeSet::new(),
            opened: now,
            heard: now,
            told: now,
            now,
            wall,
            clock_off_ms: 0,
        };
        (session, vec![Output::Send(Frame::Hello(hello))])
    }

    /// Takes one frame.
    pub fn receive(&mut self, frame: Frame, (now, wall): Clocks) -> Vec<Output> {
        (self.heard, self.now, self.wall) = (now, now, wall);
        if self.phase == Phase::Closed {
            return Vec::new();
        }
        if !self.limits.frame(now) {
            return self.refuse(Refusal::Flood);
        }
        match (self.phase, frame) {
            (_, Frame::Unknown(_)) => Vec::new(),
            (_, Frame::Refused(refusal)) => self.close(Closed::RefusedBy(refusal)),
            (Phase::Greeting, Frame::Hello(hello)) => self.greeted(hello),
            (_, Frame::Hello(_)) | (Phase::Greeting, _) => self.refuse(Refusal::Misbehaviour),
            (Phase::Waiting, frame) => self.keep_early(frame),
            (_, frame) => self.heard(frame),
        }
    }

    fn greeted(&mut self, hello: Hello) -> Vec<Output> {
        if hello.protocol != PROTOCOL {
            return self.refuse(Refusal::Protocol);
        }
        if hello.topics.len() > MAX_TOPICS {
            return self.refuse(Refusal::Misbehaviour);
        }
        if hello.device.key() != self.peer || self.peer == self.identity.public_key() {
            // A device that meets its own key has met its copy: that is told by whoever owns the line.
            return self.refuse(Refusal::BadProof);
        }
        self.phase = Phase::Waiting;
        self.clock_off_ms = hello.now.0.saturating_sub(self.wall.0);
        let Hello { device, topics, certificate, .. } = hello;
        vec![Output::Authorise(Claimed { device, topics, certificate, clock_off_ms: self.clock_off_ms })]
    }

    /// The peer may not have heard yet what it may have: what it says is kept until this side knows.
    fn keep_early(&mut self, frame: Frame) -> Vec<Output> {
        if self.early.len() >= 4 * MAX_TOPICS {
            return self.refuse(Refusal::Flood);
        }
        self.early.push(frame);
        Vec::new()
    }

    /// The peer may have these topics; those that this side wants are opened.
    pub fn authorised(&mut self, allowed: &BTreeSet<Topic>) -> Vec<Output> {
        if self.phase != Phase::Waiting {
            return Vec::new();
        }
        self.phase = Phase::Open;
        self.opened = self.now;
        let opened = allowed.iter().filter(|topic| self.wanted.is_empty() || self.wanted.contains(topic));
        self.topics = opened.map(|topic| (topic.clone(), Shared::default())).collect();
        let mut outputs: Vec<Output> = self.topics.keys().cloned().map(Output::ReadVector).collect();
        for frame in std::mem::take(&mut self.early) {
            outputs.extend(self.heard(frame));
        }
        outputs
    }

    fn heard(&mut self, frame: Frame) -> Vec<Output> {
        if self.phase != Phase::Open {
            return Vec::new();
        }
        match frame {
            Frame::Summary(summary) => self.summary(&summary),
            Frame::Vector(vector) => self.vector(&vector),
            Frame::Chunk(chunk) => self.chunk(&chunk),
            Frame::Beat(beat) => self.beat(&beat),
            Frame::Fill(fill) => self.fill(&fill.topic),
            Frame::Hello(_) | Frame::Refused(_) | Frame::Unknown(_) => Vec::new(),
        }
    }

    /// Ends the conversation and says why.
    pub fn refuse(&mut self, refusal: Refusal) -> Vec<Output> {
        let mut outputs = vec![Output::Send(Frame::Refused(refusal))];
        outputs.extend(self.close(Closed::Refused(refusal)));
        outputs
    }

    fn close(&mut self, why: Closed) -> Vec<Output> {
        self.phase = Phase::Closed;
        vec![Output::Close(why)]
    }

    /// The clock went on: tells news, keeps the line warm, and gives it up when nothing is heard.
    pub fn tick(&mut self, (now, wall): Clocks) -> Vec<Output> {
        (self.now, self.wall) = (now, wall);
        if self.phase == Phase::Closed {
            return Vec::new();
        }
        if now.0.saturating_sub(self.heard.0) > SILENCE_MS {
            return self.close(Closed::Silent);
        }
        let mut outputs = Vec::new();
        if self.phase == Phase::Open && now.0.saturating_sub(self.told.0) >= HEARTBEAT_MS {
            self.told = now;
            for (topic, shared) in &mut self.topics {
                outputs.extend(shared.news(topic, wall).map(|news| Output::Send(Frame::Vector(news))));
            }
            if outputs.is_empty() {
                outputs.push(Output::Send(Frame::Beat(Beat { now: wall })));
            }
        }
        outputs.extend(self.pump());
        outputs
    }

    /// Whether the conversation is open.
    pub fn is_open(&self) -> bool {
        self.phase == Phase::Open
    }

    /// Whether the conversation has been open for so long, and the peer was heard within so long, in milliseconds.
    pub fn is_lively(&self, open_ms: u64, heard_ms: u64) -> bool {
        let since = |then: Elapsed| self.now.0.saturating_sub(then.0);
        self.is_open() && since(self.opened) >= open_ms && since(self.heard) <= heard_ms
    }

    /// Whose key is at the other end.
    pub fn peer(&self) -> [u8; 32] {
        self.peer
    }

    /// The peer's wall clock less this side's, in milliseconds, as last told.
    pub fn clock_off_ms(&self) -> i64 {
        self.clock_off_ms
    }

    /// The topics that both sides opened.
    pub fn topics(&self) -> impl Iterator<Item = &Topic> {
        self.topics.keys()
    }
}

/// The summary of a vector, as a frame.
fn summary_frame(topic: &Topic, vector: &Vector, now: Moment) -> Output {
    Output::Send(Frame::Summary(Summary { topic: topic.clone(), digest: crate::frame::summary_of(vector), now }))
}
