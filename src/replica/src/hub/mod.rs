//! All conversations of one replica: frames in, frames out. Who owns sockets feeds it; the simulation does so as well.

mod admit;
mod bans;
mod fill;
mod status;
mod watch;

use std::collections::{BTreeMap, BTreeSet};

use uketsuke_domain::log::{Incident, IncidentKind, Ledger, Origin, Storage, Tip, Topic};
use uketsuke_sync::frame::{Frame, Refusal};
use uketsuke_sync::ingest::Blame;
use uketsuke_sync::replica::{Performed, perform};
use uketsuke_sync::session::{Begin, Clocks, Closed, Forward, Output, PeerSession};

use crate::{Node, ReplicaError, Role};

use bans::Bans;
use fill::Filling;

pub use status::LineStatus;

/// A line, as its owner numbers it.
pub type LineId = u64;

/// How often what peers confirmed is kept, in milliseconds.
const REMEMBER_MS: u64 = 20_000;
/// A clock that is off by more than this is told, in milliseconds.
const CLOCK_OFF_MS: u64 = 5 * 60_000;

/// What the owner of the lines has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Out {
    /// Send this.
    Send(LineId, Vec<u8>),
    /// Close the line, after what was sent.
    Close(LineId, Closed),
}

/// One line.
#[derive(Debug)]
pub(crate) struct Line {
    session: PeerSession,
    /// This side dialled.
    dialled: bool,
    /// The peer's name, once it has said hello.
    device: Option<Origin>,
    /// 端末名 of the peer, once it has shown its leave.
    name: Option<String>,
    /// Closed, and its owner has not said yet that it is gone.
    closed: bool,
    /// What is held here of what the peer has, since when it is so, and whether that was put down.
    behind: Option<((u64, u64), u64, bool)>,
}

/// All conversations of one replica.
#[derive(Debug)]
pub struct Hub<S: Storage> {
    /// Storage.
    pub node: Node<S>,
    lines: BTreeMap<LineId, Line>,
    bans: Bans,
    filling: Filling,
    jitter: u8,
    remembered: u64,
    now: Clocks,
    /// Lines that another one to the same peer took the place of.
    spare: Vec<LineId>,
    /// Keys under which two programs were heard.
    copies: BTreeSet<[u8; 32]>,
    /// Something came, or this is the start: a topic may be archived now, and a peer revoked.
    has_news: bool,
}

impl<S: Storage> Hub<S> {
    /// No line yet. `jitter` is drawn by lot, so that thirty kiosks do not act at one moment.
    pub fn new(node: Node<S>, jitter: u8, now: Clocks) -> Self {
        let (bans, filling) = (Bans::default(), Filling::default());
        let mut node = node;
        node.is_new = matches!(node.role, Role::Kiosk) && node.is_empty();
        Self {
            node,
            lines: BTreeMap::new(),
            bans,
            filling,
            jitter,
            remembered: now.0.0,
            now,
            spare: Vec::new(),
            copies: BTreeSet::new(),
            has_news: true,
        }
    }

    /// A line is there, and whose key is at its other end was proved.
    ///
    /// # Errors
    /// Storage's.
    pub fn connected(
        &mut self,
        line: LineId,
        peer: [u8; 32],
        dialled: bool,
        now: Clocks,
    ) -> Result<Vec<Out>, ReplicaError<S::Error>> {
        self.now = now;
        let forward = match (&self.node.role, peer == self.node.centre) {
            (Role::Centre(_), _) => Forward::ALL,
            (Role::Kiosk, true) => Forward::UPLINK,
            (Role::Kiosk, false) => Forward::room(self.jitter),
        };
        let identity = self.node.identity.clone();
        let (mut session, outputs) = PeerSession::new(Begin { identity, peer, forward, topics: Vec::new() }, now);
        let outputs = match self.bans.left(&peer, now.0) {
            None => outputs,
            // It is told why at once, and nothing of it is read.
            Some(_) => session.refuse(Refusal::Misbehaviour),
        };
        self.lines.insert(line, Line { session, dialled, device: None, name: None, closed: false, behind: None });
        self.act(line, outputs)
    }

    /// A frame came.
    ///
    /// # Errors
    /// Storage's; the line should be closed then, and nothing of the frame was kept.
    pub fn received(&mut self, line: LineId, bytes: &[u8], now: Clocks) -> Result<Vec<Out>, ReplicaError<S::Error>> {
        self.received_all(line, &[bytes], now)
    }

    /// Frames came on a line, one after the other. What they bring is taken in together where nobody waits for less.
    ///
    /// # Errors
    /// Storage's; the line should be closed then. What was not confirmed comes again on the next.
    pub fn received_all(
        &mut self,
        line: LineId,
        frames: &[impl AsRef<[u8]>],
        now: Clocks,
    ) -> Result<Vec<Out>, ReplicaError<S::Error>> {
        self.now = now;
        let mut outputs = Vec::new();
        for bytes in frames {
            let Some(of) = self.lines.get_mut(&line).filter(|of| !of.closed) else { break };
            match Frame::decode(bytes.as_ref()) {
                Ok(frame) => outputs.extend(of.session.receive(frame, now)),
                Err(why) => {
                    log::warn!("a frame that can't be read: {why}");
                    outputs.extend(of.session.refuse(Refusal::Misbehaviour));
                    break;
                }
            }
        }
        self.act(line, outputs)
    }

    /// The line is gone.
    ///
    /// # Errors
    /// Storage's.
    pub fn disconnected(&mut self, line: LineId, now: Clocks) -> Result<Vec<Out>, ReplicaError<S::Error>> {
        self.now = now;
        self.remember()?;
        self.lines.remove(&line);
        self.filling.gone(line);
        self.fill()
    }

    /// The clock went on.
    ///
    /// # Errors
    /// Storage's.
    pub fn tick(&mut self, now: Clocks) -> Result<Vec<Out>, ReplicaError<S::Error>> {
        self.now = now;
        let lines: Vec<LineId> = self.lines.keys().copied().collect();
        let mut out = Vec::new();
        for line in lines {
            let Some(of) = self.lines.get_mut(&line) else { continue };
            let outputs = of.session.tick(now);
            out.extend(self.act(line, outputs)?);
        }
        if now.0.0.saturating_sub(self.remembered) >= REMEMBER_MS {
            self.remember()?;
        }
        self.look_for_copies()?;
        self.look_for_gaps()?;
        if std::mem::take(&mut self.has_news) {
            self.node.drop_archived()?;
            out.extend(self.shut_out()?);
        }
        out.extend(self.fill()?);
        Ok(out)
    }

    /// This program committed entries of its own through another connection.
    ///
    /// # Errors
    /// Storage's.
    pub fn wrote(&mut self, topic: &Topic, now: Clocks) -> Result<Vec<Out>, ReplicaError<S::Error>> {
        self.now = now;
        let own = self.node.identity.origin();
        match self.node.storage.tip(topic, &own)? {
            Some(tip) => self.spread(None, vec![(topic.clone(), own, tip)]),
            None => Ok(Vec::new()),
        }
    }

    /// Another program wrote: everything is read anew.
    ///
    /// # Errors
    /// Storage's.
    pub fn reread(&mut self, now: Clocks) -> Result<Vec<Out>, ReplicaError<S::Error>> {
        self.now = now;
        self.has_news = true;
        let mut out = Vec::new();
        let lines: Vec<LineId> = self.lines.keys().copied().collect();
        for line in lines {
            let topics: Vec<Topic> =
                self.lines.get(&line).map(|of| of.session.topics().cloned().collect()).unwrap_or_default();
            for topic in topics {
                let vector = self.node.storage.vector(&topic)?;
                let Some(of) = self.lines.get_mut(&line) else { continue };
                let outputs = of.session.holds(&topic, vector);
                out.extend(self.act(line, outputs)?);
            }
        }
        Ok(out)
    }

    /// Performs what a session wants, and tells the other lines what grew.
    fn act(&mut self, line: LineId, outputs: Vec<Output>) -> Result<Vec<Out>, ReplicaError<S::Error>> {
        let Self { lines, node, .. } = self;
        let Some(of) = lines.get_mut(&line) else { return Ok(Vec::new()) };
        let mut performed = perform(&mut of.session, outputs, node)?;
        let mut out = emit(line, &mut performed);
        if let Some(claimed) = performed.authorise.take() {
            let outputs = self.admit(line, &claimed)?;
            out.extend(self.act(line, outputs)?);
            for spare in std::mem::take(&mut self.spare) {
                out.push(Out::Send(spare, Frame::Refused(Refusal::Twice).encode()));
                out.push(Out::Close(spare, Closed::Refused(Refusal::Twice)));
            }
            out.extend(self.fill()?);
        }
        if performed.doubled {
            let own = self.node.identity.public_key();
            self.note(IncidentKind::Copied, own, "", "somebody else writes under this very program's name")?;
        }
        for (topic, origin) in &performed.forked {
            self.note(IncidentKind::Forked, origin.key(), topic.as_str(), "two different chains of one name")?;
        }
        if let Some(why) = &performed.close {
            self.closed(line, why)?;
        }
        let mut grown = performed.grown;
        self.has_news |= !grown.is_empty();
        grown.extend(self.node.published());
        out.extend(self.spread(Some(line), grown)?);
        Ok(out)
    }

    /// Tells every line what grew; the one that brought it knows.
    fn spread(
        &mut self,
        from: Option<LineId>,
        grown: Vec<(Topic, Origin, Tip)>,
    ) -> Result<Vec<Out>, ReplicaError<S::Error>> {
        let mut out = Vec::new();
        for (topic, origin, tip) in grown {
            let is_own = origin.key() == self.node.identity.public_key();
            let bearer = from.and_then(|line| self.lines.get(&line)).map(|of| of.session.peer());
            let relayed = bearer.is_some_and(|bearer| bearer != origin.key());
            let lines: Vec<LineId> = self.lines.keys().copied().filter(|line| is_own || Some(*line) != from).collect();
            for line in lines {
                let Some(of) = self.lines.get_mut(&line) else { continue };
                let outputs = of.session.grew(&topic, origin, tip, relayed);
                out.extend(self.act(line, outputs)?);
            }
        }
        Ok(out)
    }

    /// A conversation ended: what the peer did is put down, and it waits before the next.
    fn closed(&mut self, line: LineId, why: &Closed) -> Result<(), ReplicaError<S::Error>> {
        let Some(of) = self.lines.get_mut(&line) else { return Ok(()) };
        of.closed = true;
        let peer = of.session.peer();
        let kind = match why {
            Closed::Blamed(Blame::BadEntry { .. }) => IncidentKind::BadEntry,
            Closed::Refused(Refusal::Flood) => IncidentKind::Flood,
            Closed::Blamed(_) | Closed::Refused(Refusal::Misbehaviour | Refusal::BadProof | Refusal::Protocol) => {
                IncidentKind::Misbehaviour
            }
            Closed::Refused(Refusal::NotEnrolled) => IncidentKind::NotEnrolled,
            Closed::Refused(Refusal::Twice | Refusal::Unknown(_)) | Closed::RefusedBy(_) | Closed::Silent => {
                return Ok(());
            }
        };
        if self.bans.left(&peer, self.now.0).is_some() {
            return Ok(());
        }
        if kind != IncidentKind::NotEnrolled {
            self.bans.ban(peer, self.now.0);
        }
        self.note(kind, peer, "", &why.to_string())
    }

    pub(crate) fn note(
        &mut self,
        kind: IncidentKind,
        who: [u8; 32],
        topic: &str,
        detail: &str,
    ) -> Result<(), ReplicaError<S::Error>> {
        log::warn!("{kind:?} {topic}: {detail}");
        let incident = Incident { kind, who, topic: topic.to_owned(), detail: detail.to_owned(), at: self.now.1 };
        self.node.storage.write(|tx| -> Result<(), ReplicaError<S::Error>> { Ok(tx.note(&incident)?) })
    }
}

/// What a session wants sent, and closed.
fn emit(line: LineId, performed: &mut Performed) -> Vec<Out> {
    let mut out: Vec<Out> = performed.send.drain(..).map(|frame| Out::Send(line, frame.encode())).collect();
    out.extend(performed.close.clone().map(|why| Out::Close(line, why)));
    out
}
