//! Two sessions over in-memory logs, and the line between them.

use std::collections::{BTreeSet, VecDeque};

use uketsuke_domain::facts::FactKind;
use uketsuke_domain::log::{EntryKind, Origin, Topic};
use uketsuke_domain::time::{Elapsed, Moment};
use uketsuke_sync::author::Author;
use uketsuke_sync::frame::{Frame, Refusal};
use uketsuke_sync::identity::Identity;
use uketsuke_sync::replica::{Replica, perform};
use uketsuke_sync::session::{Begin, Claimed, Clocks, Closed, Forward, Output, PeerSession};

use super::{Memory, VISIT, chain, claims, document, fact, identity, topic};

pub(crate) const NOW: Clocks = (Elapsed(0), Moment(0));

pub(crate) fn at(ms: u64) -> Clocks {
    (Elapsed(ms), Moment(i64::try_from(ms).unwrap()))
}

/// One end of a line.
#[derive(Debug)]
pub(crate) struct Side {
    pub(crate) identity: Identity,
    pub(crate) session: PeerSession,
    pub(crate) log: Memory,
    pub(crate) now: Clocks,
    /// What the peer may have; nobody is enrolled without it.
    pub(crate) allowed: Option<BTreeSet<Topic>>,
    pub(crate) out: VecDeque<Vec<u8>>,
    /// What was ever said.
    pub(crate) said: Vec<Frame>,
    pub(crate) closed: Option<Closed>,
    pub(crate) doubled: u32,
    /// Chains that were told to be two, as often as that was told.
    pub(crate) forked: Vec<(Topic, Origin)>,
    pub(crate) claimed: Option<Claimed>,
}

impl Side {
    pub(crate) fn new(seed: u8, peer: u8, forward: Forward, topics: &[Topic], log: Memory) -> Self {
        Self::with(identity(seed), identity(peer).public_key(), forward, topics, log)
    }

    pub(crate) fn with(identity: Identity, peer: [u8; 32], forward: Forward, topics: &[Topic], log: Memory) -> Self {
        let begin = Begin { identity: identity.clone(), peer, forward, topics: topics.to_vec() };
        let (session, outputs) = PeerSession::new(begin, NOW);
        let mut side = Self {
            identity,
            session,
            log,
            now: NOW,
            allowed: Some(topics.iter().cloned().collect()),
            out: VecDeque::new(),
            said: Vec::new(),
            closed: None,
            doubled: 0,
            forked: Vec::new(),
            claimed: None,
        };
        side.act(outputs);
        side
    }

    pub(crate) fn origin(&self) -> Origin {
        self.identity.origin()
    }

    pub(crate) fn act(&mut self, outputs: Vec<Output>) {
        let Ok(done) = perform(&mut self.session, outputs, &mut self.log);
        self.out.extend(done.send.iter().map(Frame::encode));
        self.said.extend(done.send);
        self.closed = self.closed.take().or(done.close);
        self.doubled += u32::from(done.doubled);
        self.forked.extend(done.forked);
        if let Some(claimed) = done.authorise {
            self.claimed = Some(claimed);
            let outputs = match &self.allowed {
                Some(allowed) => self.session.authorised(&allowed.clone()),
                None => self.session.refuse(Refusal::NotEnrolled),
            };
            self.act(outputs);
        }
    }

    pub(crate) fn take(&mut self, frame: Frame) {
        let outputs = self.session.receive(frame, self.now);
        self.act(outputs);
    }

    /// The clock stands there now.
    pub(crate) fn tick(&mut self, ms: u64) {
        self.now = at(ms);
        let outputs = self.session.tick(self.now);
        self.act(outputs);
    }

    /// Records a check-in, and tells the session.
    pub(crate) fn record(&mut self, topic: &Topic, id: [u8; 16]) {
        write(&mut self.log, &self.identity, topic, id);
        let Ok(vector) = self.log.vector(topic);
        let outputs = self.session.holds(topic, vector);
        self.act(outputs);
    }

    /// How far the peer is known to hold this side's own entries.
    pub(crate) fn confirmed(&self, topic: &Topic) -> Option<u64> {
        let mut held = self.session.confirmed(topic)?;
        Some(held.find(|(origin, _)| *origin == self.origin()).map_or(0, |(_, number)| number))
    }

    /// What is under way from here.
    pub(crate) fn frames(&self) -> Vec<Frame> {
        self.out.iter().map(|bytes| Frame::decode(bytes).unwrap()).collect()
    }

    /// Chunks that are under way from here.
    pub(crate) fn chunks(&self) -> usize {
        self.frames().iter().filter(|frame| matches!(frame, Frame::Chunk(_))).count()
    }

    /// Chunks that were ever sent from here.
    pub(crate) fn chunks_said(&self) -> usize {
        self.said.iter().filter(|frame| matches!(frame, Frame::Chunk(_))).count()
    }
}

pub(crate) fn write(log: &mut Memory, identity: &Identity, topic: &Topic, id: [u8; 16]) {
    let fact = fact(id, FactKind::CheckedIn, i64::from(id[0]), Vec::new());
    Author::new(identity, log).fact(topic, (VISIT, document("a")), &fact).unwrap();
}

/// A log with big entries of an origin: not two fit into a chunk.
pub(crate) fn bulky(seed: u8, count: u8) -> Memory {
    let mut log = Memory::default();
    add_bulky(&mut log, seed, count);
    log
}

pub(crate) fn add_bulky(log: &mut Memory, seed: u8, count: u8) {
    let mut dice = super::Dice::new(u64::from(seed));
    let mut body = || (0..40_000).map(|_| dice.byte()).collect::<Vec<u8>>();
    let bodies = (0..count).map(|_| (EntryKind::Unknown(9), body())).collect();
    let entries = chain(&identity(seed), &topic(), bodies);
    assert_eq!(log.take(&topic(), identity(seed).origin(), 1, claims(&entries)).1, None);
}

/// Delivers frames, one from each side in turn, until both are quiet or so many were delivered. Answers how many.
pub(crate) fn deliver(a: &mut Side, b: &mut Side, most: usize) -> usize {
    let mut delivered = 0;
    while delivered < most && a.closed.is_none() && b.closed.is_none() {
        let turn = if delivered % 2 == 0 { !a.out.is_empty() } else { b.out.is_empty() };
        let (from, to) = if turn { (&mut *a, &mut *b) } else { (&mut *b, &mut *a) };
        let Some(bytes) = from.out.pop_front() else { break };
        to.take(Frame::decode(&bytes).unwrap());
        delivered += 1;
        assert!(delivered < 100_000, "the two never come to rest");
    }
    delivered
}

pub(crate) fn until_quiet(a: &mut Side, b: &mut Side) -> usize {
    let delivered = deliver(a, b, usize::MAX);
    assert_eq!((&a.closed, &b.closed), (&None, &None));
    delivered
}

/// Lets both clocks go on, in steps, and delivers what is said.
pub(crate) fn pass(a: &mut Side, b: &mut Side, from_ms: u64, until_ms: u64) {
    let mut now = from_ms;
    while now < until_ms {
        now = until_ms.min(now + 250);
        a.tick(now);
        b.tick(now);
        until_quiet(a, b);
    }
}

/// Both hold the same entries, byte for byte.
pub(crate) fn assert_same(a: &Memory, b: &Memory) {
    let entries = |log: &Memory| -> Vec<_> { log.chains.values().flatten().map(|(entry, _)| entry.clone()).collect() };
    assert_eq!(entries(a), entries(b));
    assert_eq!(a.items, b.items);
}
