//! A room of kiosks: each has a line to each other one, a log, and nothing else; and a clock that all see.

use std::collections::{BTreeMap, VecDeque};

use uketsuke_domain::facts::FactKind;
use uketsuke_domain::log::{Log, Origin, Tip, Topic};
use uketsuke_sync::author::Author;
use uketsuke_sync::frame::Frame;
use uketsuke_sync::identity::Identity;
use uketsuke_sync::replica::perform;
use uketsuke_sync::session::{Begin, Clocks, Closed, Forward, Output, PeerSession};

use super::line::at;
use super::{Memory, VISIT, document, fact, identity, topic};

/// How often a kiosk looks at its clock, in milliseconds.
const TICK_MS: u64 = 250;

#[derive(Debug)]
struct Node {
    identity: Identity,
    log: Memory,
    lines: BTreeMap<usize, PeerSession>,
}

/// The room.
#[derive(Debug)]
pub(crate) struct Mesh {
    nodes: Vec<Node>,
    now: u64,
    under_way: VecDeque<(usize, usize, Vec<u8>)>,
    /// Chunks that were sent: from, to, and when.
    pub(crate) chunks: Vec<(usize, usize, u64)>,
    pub(crate) closed: Vec<(usize, usize, Closed)>,
}

impl Mesh {
    /// So many kiosks that hold nothing yet, with a line between each two that `has_line` says. `jitter` of each is its own.
    pub(crate) fn new(count: u8, jitter: impl Fn(u8) -> u8, has_line: impl Fn(usize, usize) -> bool) -> Self {
        let forward = |who: usize| Forward::room(jitter(u8::try_from(who).unwrap()));
        Self::with(vec![Memory::default(); usize::from(count)], forward, has_line)
    }

    /// Kiosks that hold these logs.
    pub(crate) fn with(
        logs: Vec<Memory>,
        forward: impl Fn(usize) -> Forward,
        has_line: impl Fn(usize, usize) -> bool,
    ) -> Self {
        let node = |(seed, log)| Node { identity: identity(seed), log, lines: BTreeMap::new() };
        let nodes: Vec<Node> = (1..).zip(logs).map(node).collect();
        let count = nodes.len();
        let mut mesh = Self { nodes, now: 0, under_way: VecDeque::new(), chunks: Vec::new(), closed: Vec::new() };
        for a in 0..count {
            for b in (0..count).filter(|b| *b != a && has_line(a.min(*b), a.max(*b))) {
                let begin = Begin {
                    identity: mesh.nodes[a].identity.clone(),
                    peer: mesh.nodes[b].identity.public_key(),
                    forward: forward(a),
                    topics: vec![topic()],
                };
                let (session, outputs) = PeerSession::new(begin, mesh.clock());
                mesh.nodes[a].lines.insert(b, session);
                mesh.act(a, b, outputs);
            }
        }
        mesh.deliver();
        mesh
    }

    fn clock(&self) -> Clocks {
        at(self.now)
    }

    fn act(&mut self, who: usize, peer: usize, outputs: Vec<Output>) {
        let Node { log, lines, .. } = &mut self.nodes[who];
        let session = lines.get_mut(&peer).unwrap();
        let Ok(done) = perform(session, outputs, log);
        for frame in done.send {
            if matches!(frame, Frame::Chunk(_)) {
                self.chunks.push((who, peer, self.now));
            }
            self.under_way.push_back((who, peer, frame.encode()));
        }
        self.closed.extend(done.close.map(|why| (who, peer, why)));
        if done.authorise.is_some() {
            let outputs = self.nodes[who].lines.get_mut(&peer).unwrap().authorised(&[topic()].into());
            self.act(who, peer, outputs);
        }
        for (topic, origin, tip) in done.grown {
            self.spread(who, Some(peer), &topic, origin, tip);
        }
    }

    /// Tells the other lines of a kiosk what grew there.
    fn spread(&mut self, who: usize, from: Option<usize>, topic: &Topic, origin: Origin, tip: Tip) {
        let lines: Vec<usize> = self.nodes[who].lines.keys().copied().filter(|line| Some(*line) != from).collect();
        for line in lines {
            let relayed = from.is_some_and(|from| self.nodes[from].identity.origin() != origin);
            let outputs = self.nodes[who].lines.get_mut(&line).unwrap().grew(topic, origin, tip, relayed);
            self.act(who, line, outputs);
        }
    }

    fn deliver(&mut self) {
        while let Some((from, to, bytes)) = self.under_way.pop_front() {
            let now = self.clock();
            let outputs = self.nodes[to].lines.get_mut(&from).unwrap().receive(Frame::decode(&bytes).unwrap(), now);
            self.act(to, from, outputs);
        }
    }

    /// The clock goes on to then.
    pub(crate) fn until(&mut self, ms: u64) {
        while self.now < ms {
            self.now = ms.min(self.now + TICK_MS);
            for who in 0..self.nodes.len() {
                for peer in self.nodes[who].lines.keys().copied().collect::<Vec<_>>() {
                    let now = self.clock();
                    let outputs = self.nodes[who].lines.get_mut(&peer).unwrap().tick(now);
                    self.act(who, peer, outputs);
                }
            }
            self.deliver();
        }
    }

    /// Somebody is checked in at a kiosk.
    pub(crate) fn write(&mut self, who: usize, id: u8) {
        let Node { identity, log, .. } = &mut self.nodes[who];
        let origin = identity.origin();
        let fact = fact([id; 16], FactKind::CheckedIn, 1, Vec::new());
        Author::new(identity, log).fact(&topic(), (VISIT, document("a")), &fact).unwrap();
        let Ok(tip) = log.tip(&topic(), &origin);
        self.spread(who, None, &topic(), origin, tip.unwrap());
        self.deliver();
    }

    /// What a kiosk holds.
    pub(crate) fn log(&self, who: usize) -> &Memory {
        &self.nodes[who].log
    }

    /// How many facts a kiosk knows.
    pub(crate) fn facts(&self, who: usize) -> usize {
        self.nodes[who].log.record(document("a")).facts.len()
    }

    /// All kiosks know so many facts.
    pub(crate) fn all_know(&self, facts: usize) -> bool {
        (0..self.nodes.len()).all(|who| self.facts(who) == facts)
    }
}
