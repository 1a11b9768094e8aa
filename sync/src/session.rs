//! One conversation with one peer: events in, outputs out. The same for kiosk and centre.
//!
//! Both sides say hello and prove that they hold their keys. Then each tells how far it holds every origin of the shared
//! topics, and sends exactly what the other lacks, in order, in chunks, never more than a few unconfirmed. A chunk is
//! confirmed by the vector that follows its commit, so a line that breaks anywhere resumes where the other side's disk
//! is.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use uketsuke_domain::log::{Entry, Origin, Topic, Vector};
use uketsuke_domain::time::{Elapsed, Moment};

use crate::entry::Claim;
use crate::frame::{CHUNK_TARGET_BYTES, Chunk, Frame, Hello, PROTOCOL, Proof, Refusal, VectorFrame, proof_message};
use crate::identity::{Identity, verify};
use crate::ingest::Blame;

/// A line on which nothing was heard for this long is given up, in milliseconds.
pub const SILENCE_MS: u64 = 30_000;
/// A vector is sent at least this often, in milliseconds, so that the other side knows its data to be fresh.
pub const HEARTBEAT_MS: u64 = 5_000;
/// Unconfirmed chunks at most, over all origins of a session.
pub const WINDOW_CHUNKS: usize = 4;
/// Topics that a peer may ask for.
const MAX_TOPICS: usize = 64;

/// What a session wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Send this.
    Send(Frame),
    /// The peer proved who it is: answer with [`PeerSession::authorised`] or [`PeerSession::refuse`].
    Authorise {
        /// Who it is.
        device: Origin,
        /// What it wants.
        topics: Vec<Topic>,
    },
    /// Read how far origins are held: answer with [`PeerSession::holds`].
    ReadVector(Topic),
    /// Read entries from a number on: answer with [`PeerSession::entries`].
    ReadEntries {
        /// The topic.
        topic: Topic,
        /// Who wrote them.
        origin: Origin,
        /// The first.
        from: u64,
        /// About how many bytes of bodies.
        max_bytes: usize,
    },
    /// Take in entries and commit: answer with [`PeerSession::ingested`].
    Ingest {
        /// The topic.
        topic: Topic,
        /// Who wrote them.
        origin: Origin,
        /// The first one's number.
        first: u64,
        /// The claims.
        claims: Vec<Claim>,
    },
    /// The peer holds more of an own origin than this side does: the device was restored from an old copy.
    Restored(Topic),
    /// Close the line.
    Close(Closed),
}

/// Why a line is closed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Closed {
    /// The other side refused.
    #[error("the other side refused: {0:?}")]
    RefusedBy(Refusal),
    /// This side refused.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// Nothing was heard.
    #[error("nothing was heard for {SILENCE_MS} ms")]
    Silent,
    /// The peer brought something bad.
    #[error("the peer brought something bad: {0}")]
    Blamed(Blame),
}

/// Whose entries this side sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forward {
    /// Only its own: a kiosk to the centre.
    Own,
    /// All that it holds: the centre.
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Greeting,
    Proving { device: Origin },
    Waiting { device: Origin },
    Open,
    Closed,
}

/// What is known of one topic.
#[derive(Clone, Debug, Default)]
struct Shared {
    mine: Vector,
    theirs: Vector,
    /// Up to where entries were sent.
    sent: Vector,
    /// The other side's first vector has come.
    told: bool,
    /// This side's first vector was sent.
    announced: bool,
    /// [`Output::Restored`] was said.
    restored: bool,
}

/// One conversation with one peer.
#[derive(Debug)]
pub struct PeerSession {
    identity: Identity,
    forward: Forward,
    wanted: Vec<Topic>,
    nonce: [u8; 16],
    phase: Phase,
    peer_topics: Vec<Topic>,
    topics: BTreeMap<Topic, Shared>,
    /// Chunks that were sent and not confirmed: topic, origin and last number.
    in_flight: Vec<(Topic, Origin, u64)>,
    /// Reads that are under way.
    reading: BTreeSet<(Topic, Origin)>,
    /// Chunks that are being taken in, in order.
    ingesting: VecDeque<Origin>,
    heard: Elapsed,
    told: Elapsed,
    wall: Moment,
}

impl PeerSession {
    /// Begins a conversation: `topics` are those that this side wants or serves; `nonce` is fresh and random.
    pub fn new(
        identity: Identity,
        forward: Forward,
        topics: Vec<Topic>,
        nonce: [u8; 16],
        (now, wall): (Elapsed, Moment),
    ) -> (Self, Vec<Output>) {
        let hello = Hello { protocol: PROTOCOL, device: identity.origin(), nonce, topics: topics.clone(), now: wall };
        let session = Self {
            identity,
            forward,
            wanted: topics,
            nonce,
            phase: Phase::Greeting,
            peer_topics: Vec::new(),
            topics: BTreeMap::new(),
            in_flight: Vec::new(),
            reading: BTreeSet::new(),
            ingesting: VecDeque::new(),
            heard: now,
            told: now,
            wall,
        };
        (session, vec![Output::Send(Frame::Hello(hello))])
    }

    /// Takes one frame.
    pub fn receive(&mut self, frame: Frame, (now, wall): (Elapsed, Moment)) -> Vec<Output> {
        (self.heard, self.wall) = (now, wall);
        match (self.phase, frame) {
            (Phase::Closed, _) | (_, Frame::Unknown(_)) => Vec::new(),
            (_, Frame::Refused(refusal)) => self.close(Closed::RefusedBy(refusal)),
            (Phase::Greeting, Frame::Hello(hello)) => self.greeted(hello),
            (Phase::Proving { device }, Frame::Proof(proof)) => self.proved(device, &proof),
            (Phase::Open | Phase::Waiting { .. }, Frame::Vector(frame)) => self.told(&frame),
            (Phase::Open, Frame::Chunk(chunk)) => self.chunk(&chunk),
            _ => self.refuse(Refusal::Misbehaviour),
        }
    }

    fn greeted(&mut self, hello: Hello) -> Vec<Output> {
        if hello.protocol != PROTOCOL {
            return self.refuse(Refusal::Protocol);
        }
        // The one that serves names every venue; the one that asks names its few.
        if self.forward == Forward::All && hello.topics.len() > MAX_TOPICS {
            return self.refuse(Refusal::Misbehaviour);
        }
        if hello.device.key() == self.identity.public_key() {
            // Whoever takes this side's own name would only have to send its own proof back.
            return self.refuse(Refusal::BadProof);
        }
        self.phase = Phase::Proving { device: hello.device };
        self.peer_topics = hello.topics.into_iter().filter(|topic| self.wanted.contains(topic)).collect();
        let message = proof_message(self.identity.origin(), &hello.nonce, hello.device);
        vec![Output::Send(Frame::Proof(Proof { signature: self.identity.sign(&message) }))]
    }

    fn proved(&mut self, device: Origin, proof: &Proof) -> Vec<Output> {
        let message = proof_message(device, &self.nonce, self.identity.origin());
        if !verify(&device.key(), &message, &proof.signature) {
            return self.refuse(Refusal::BadProof);
        }
        self.phase = Phase::Waiting { device };
        vec![Output::Authorise { device, topics: self.peer_topics.clone() }]
    }

    /// The peer may have these topics; those that both sides named are opened.
    pub fn authorised(&mut self, allowed: &BTreeSet<Topic>) -> Vec<Output> {
        if !matches!(self.phase, Phase::Waiting { .. }) {
            return Vec::new();
        }
        self.phase = Phase::Open;
        let both = self.wanted.iter().filter(|topic| self.peer_topics.contains(topic) && allowed.contains(topic));
        let both: Vec<Topic> = both.cloned().collect();
        // A vector may have come before the answer; only what is allowed stays.
        self.topics.retain(|topic, _| both.contains(topic));
        for topic in &both {
            self.topics.entry(topic.clone()).or_default();
        }
        both.into_iter().map(Output::ReadVector).collect()
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

    /// This side holds this much of a topic now. Tells the peer what changed, and sends what it lacks.
    pub fn holds(&mut self, topic: &Topic, vector: Vector) -> Vec<Output> {
        // Nothing is told before the peer is known to be allowed to hear it.
        if self.phase != Phase::Open {
            return Vec::new();
        }
        let Some(shared) = self.topics.get_mut(topic) else { return Vec::new() };
        let first = !std::mem::replace(&mut shared.announced, true);
        let changed: Vec<(Origin, u64)> = vector
            .iter()
            .filter(|(origin, number)| shared.mine.get(origin) != Some(number))
            .map(|(o, n)| (*o, *n))
            .collect();
        shared.mine = vector;
        let mut outputs = Vec::new();
        if first || !changed.is_empty() {
            outputs.push(self.vector_frame(topic.clone(), changed));
        }
        outputs.extend(self.restored(topic));
        outputs.extend(self.pump());
        outputs
    }

    /// Says once that the peer holds more of an own origin than this side does, as soon as both have told.
    fn restored(&mut self, topic: &Topic) -> Option<Output> {
        let own = self.identity.origin();
        let shared = self.topics.get_mut(topic)?;
        let of = |vector: &Vector| vector.get(&own).copied().unwrap_or_default();
        let news = shared.announced && !shared.restored && of(&shared.theirs) > of(&shared.mine);
        shared.restored |= news;
        news.then(|| Output::Restored(topic.clone()))
    }

    fn vector_frame(&self, topic: Topic, held: Vec<(Origin, u64)>) -> Output {
        Output::Send(Frame::Vector(VectorFrame { topic, held, now: self.wall }))
    }

    fn told(&mut self, frame: &VectorFrame) -> Vec<Output> {
        if !(self.wanted.contains(&frame.topic) && self.peer_topics.contains(&frame.topic)) {
            return self.refuse(Refusal::Misbehaviour);
        }
        // A vector may overtake this side's own authorisation; until then it is kept. The peer cannot know which of the
        // topics that both named it may not have: what it tells about those is passed over.
        if self.phase == Phase::Open && !self.topics.contains_key(&frame.topic) {
            return Vec::new();
        }
        let shared = self.topics.entry(frame.topic.clone()).or_default();
        let first = !std::mem::replace(&mut shared.told, true);
        for (origin, number) in &frame.held {
            let before = shared.theirs.insert(*origin, *number);
            // Only what changed is told. An origin that did not grow is told because a chunk did not fit: go on from there.
            if !first && *number <= before.unwrap_or_default() {
                shared.sent.insert(*origin, *number);
                self.in_flight.retain(|(topic, other, _)| *topic != frame.topic || other != origin);
            }
        }
        let shared = &*shared;
        self.in_flight.retain(|(topic, origin, last)| {
            *topic != frame.topic || shared.theirs.get(origin).is_none_or(|number| number < last)
        });
        let mut outputs: Vec<Output> = self.restored(&frame.topic).into_iter().collect();
        outputs.extend(self.pump());
        outputs
    }

    fn chunk(&mut self, chunk: &Chunk) -> Vec<Output> {
        if !self.topics.contains_key(&chunk.topic) {
            return self.refuse(Refusal::Misbehaviour);
        }
        match chunk.unpack() {
            Ok(claims) if !numbered(chunk.first, claims.len()) => self.refuse(Refusal::Misbehaviour),
            Err(why) => {
                log::warn!("a chunk of {} that can't be read: {why}", chunk.topic);
                self.refuse(Refusal::Misbehaviour)
            }
            Ok(claims) => {
                let (topic, origin, first) = (chunk.topic.clone(), chunk.origin, chunk.first);
                self.ingesting.push_back(origin);
                vec![Output::Ingest { topic, origin, first, claims }]
            }
        }
    }

    /// A chunk was committed (or refused): this side now holds this much.
    pub fn ingested(&mut self, topic: &Topic, vector: Vector, blame: Option<Blame>) -> Vec<Output> {
        let origin = self.ingesting.pop_front();
        if self.phase != Phase::Open {
            return Vec::new();
        }
        let mut outputs = self.holds(topic, vector);
        match blame {
            None => {}
            // A gap is no crime: say where to go on, though that number has been told before.
            Some(Blame::Gap { .. }) => {
                let held = |origin| self.topics.get(topic).and_then(|shared| shared.mine.get(&origin).copied());
                let again = origin.map(|origin| (origin, held(origin).unwrap_or_default()));
                outputs.push(self.vector_frame(topic.clone(), again.into_iter().collect()));
            }
            Some(blame) => {
                outputs.push(Output::Send(Frame::Refused(Refusal::Misbehaviour)));
                outputs.extend(self.close(Closed::Blamed(blame)));
            }
        }
        outputs
    }

    /// Asks for what the peer lacks, as far as the window allows.
    fn pump(&mut self) -> Vec<Output> {
        if self.phase != Phase::Open {
            return Vec::new();
        }
        let own = self.identity.origin();
        let mut outputs = Vec::new();
        for (topic, shared) in self.topics.iter().filter(|(_, shared)| shared.told) {
            for (&origin, &mine) in &shared.mine {
                if self.forward == Forward::Own && origin.key() != own.key() {
                    continue;
                }
                let theirs = shared.theirs.get(&origin).copied().unwrap_or_default();
                let sent = shared.sent.get(&origin).copied().unwrap_or_default().max(theirs);
                let busy = self.reading.contains(&(topic.clone(), origin));
                if sent >= mine || busy || self.in_flight.len() + self.reading.len() >= WINDOW_CHUNKS {
                    continue;
                }
                self.reading.insert((topic.clone(), origin));
                let (topic, from) = (topic.clone(), sent + 1);
                outputs.push(Output::ReadEntries { topic, origin, from, max_bytes: CHUNK_TARGET_BYTES });
            }
        }
        outputs
    }

    /// The entries that were asked for, consecutive, in order.
    pub fn entries(&mut self, topic: &Topic, origin: Origin, entries: Vec<Entry>) -> Vec<Output> {
        self.reading.remove(&(topic.clone(), origin));
        if self.phase != Phase::Open {
            return Vec::new();
        }
        let mut outputs: Vec<Output> = self.send(topic, origin, entries).into_iter().collect();
        outputs.extend(self.pump());
        outputs
    }

    /// Sends what was read, unless the peer has come to hold it in the meantime.
    fn send(&mut self, topic: &Topic, origin: Origin, entries: Vec<Entry>) -> Option<Output> {
        let shared = self.topics.get_mut(topic)?;
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
            // Not asked for again until more is held.
            let mine = shared.mine.get(&origin).copied().unwrap_or_default();
            log::error!("{topic}: entries of {origin} up to {mine} are counted and can't be read");
            shared.sent.insert(origin, mine);
            return None;
        };
        let (first, last) = (first.number, last.number);
        shared.sent.insert(origin, last);
        if shared.theirs.get(&origin).is_some_and(|theirs| *theirs >= last) {
            return None;
        }
        let claims = entries.into_iter().map(Claim::from).collect();
        match Chunk::pack(topic.clone(), origin, first, claims) {
            Ok(chunk) => {
                self.in_flight.push((topic.clone(), origin, last));
                Some(Output::Send(Frame::Chunk(chunk)))
            }
            Err(why) => {
                log::error!("a chunk could not be packed: {why}");
                None
            }
        }
    }

    /// The clock went on: keeps the line warm, and gives it up when nothing is heard.
    pub fn tick(&mut self, (now, wall): (Elapsed, Moment)) -> Vec<Output> {
        self.wall = wall;
        if self.phase == Phase::Closed {
            return Vec::new();
        }
        if now.0.saturating_sub(self.heard.0) > SILENCE_MS {
            return self.close(Closed::Silent);
        }
        if self.phase != Phase::Open || now.0.saturating_sub(self.told.0) < HEARTBEAT_MS {
            return Vec::new();
        }
        self.told = now;
        self.topics.keys().map(|topic| self.vector_frame(topic.clone(), Vec::new())).collect()
    }

    /// Entries held here and entries that the peer has, over all shared topics; none until the peer has told.
    pub fn progress(&self) -> Option<(u64, u64)> {
        if self.phase != Phase::Open || self.topics.is_empty() || self.topics.values().any(|shared| !shared.told) {
            return None;
        }
        let mut progress: (u64, u64) = (0, 0);
        for shared in self.topics.values() {
            for (origin, &theirs) in &shared.theirs {
                let mine = shared.mine.get(origin).copied().unwrap_or_default();
                progress = (progress.0.saturating_add(mine.min(theirs)), theirs.saturating_add(progress.1));
            }
        }
        Some(progress)
    }

    /// How far the peer holds an origin in a topic.
    pub fn confirmed(&self, topic: &Topic, origin: Origin) -> u64 {
        self.topics.get(topic).and_then(|shared| shared.theirs.get(&origin)).copied().unwrap_or_default()
    }

    /// The topics that both sides opened.
    pub fn topics(&self) -> impl Iterator<Item = &Topic> {
        self.topics.keys()
    }
}

/// Whether so many entries can be numbered from `first` on.
fn numbered(first: u64, count: usize) -> bool {
    first > 0 && u64::try_from(count).is_ok_and(|count| first.checked_add(count).is_some())
}
