//! The link's loop: what happens on lines goes to the hub, what the hub wants goes to the lines.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::Instant;
use uketsuke_domain::log::{Topic, Vector};
use uketsuke_line::{Happened, Inbox, Limits, LineKey, Next, Switchboard};
use uketsuke_replica::Node;
use uketsuke_replica::hub::{Hub, Out};
use uketsuke_store::Store;
use uketsuke_sync::frame::MAX_FRAME_BYTES;
use uketsuke_sync::session::Closed;

use super::LinkConfig;
use super::dialer::Dialer;
use super::room::Neighbours;
use super::status::Status;
use crate::clock;
use crate::driver::Input;

/// Entries that share a transaction, before a check-in has its turn.
const ENTRIES_PER_COMMIT: usize = 48;
/// The pause after each transaction: longer than a waiting check-in takes to look again.
const PAUSE: Duration = Duration::from_millis(3);
/// How often the clock is told.
const TICK: Duration = Duration::from_millis(250);
/// A kiosk that never heard of its municipality gives its neighbours so long to be found, before it asks the centre for
/// everything over a line that may be thin.
const NEIGHBOURS_FIRST: Duration = Duration::from_secs(2);
/// The wait before everything is tried anew, where the disk or the network refused altogether.
const AGAIN: Duration = Duration::from_secs(5);

type Deliver<'a> = &'a (dyn Fn(Input) + Send);

/// Converses for ever; ends when nobody is left to tell of commits.
pub(super) async fn run(config: &LinkConfig, deliver: Deliver<'_>, mut committed: UnboundedReceiver<()>) {
    loop {
        match Lines::open(config).await {
            Ok(mut lines) => match lines.go_on(deliver, &mut committed).await {
                Ok(()) => return,
                Err(why) => log::error!("the lines ended: {why:#}"),
            },
            Err(why) => log::error!("no lines: {why:#}"),
        }
        tokio::time::sleep(AGAIN).await;
    }
}

struct Lines {
    hub: Hub<Store>,
    board: Switchboard,
    inbox: Inbox,
    dialer: Dialer,
    neighbours: Neighbours,
    status: Status,
    topic: Topic,
    /// Lines that were open.
    opened: BTreeSet<u64>,
    started: Instant,
    is_new: bool,
    /// The database as it was last seen: whatever else changed it.
    seen: i64,
    municipality: Topic,
    /// The municipality's topic as it was last seen.
    known: Vector,
}

impl Lines {
    async fn open(config: &LinkConfig) -> Result<Self> {
        let store = config.keys.open(&config.folder)?;
        let is_new = store.settings().is_none();
        let identity = config.keys.identity.clone();
        let key = LineKey::new(&identity.secret())?;
        let (mut board, happened) = Switchboard::new(key, Limits::new(MAX_FRAME_BYTES));
        let local = board.listen(config.room.listen).await.context("listening for other kiosks");
        let port = match local {
            Ok(local) => {
                log::info!("listening for other kiosks on {local}");
                local.port()
            }
            Err(why) => {
                // The centre is reached all the same, and those that this kiosk dials.
                log::error!("{why:#}");
                0
            }
        };
        let node = Node::kiosk(store, identity, config.keys.centre, ENTRIES_PER_COMMIT, || std::thread::sleep(PAUSE));
        let mut jitter = [0; 1];
        // Without randomness there is no jitter, which harms nobody.
        let _ = getrandom::fill(&mut jitter);
        let hub = Hub::new(node, jitter[0], now());
        Ok(Self {
            status: Status::begin(&hub, &config.topic),
            seen: hub.node.storage.data_version()?,
            known: hub.node.storage.vector(&config.municipality)?,
            municipality: config.municipality.clone(),
            hub,
            board,
            inbox: Inbox::new(happened),
            dialer: Dialer::new(&config.centre, config.keys.centre, &config.room.peers),
            neighbours: Neighbours::look(config, port),
            topic: config.topic.clone(),
            opened: BTreeSet::new(),
            started: Instant::now(),
            is_new,
        })
    }

    async fn go_on(&mut self, deliver: Deliver<'_>, committed: &mut UnboundedReceiver<()>) -> Result<()> {
        let mut tick = tokio::time::interval(TICK);
        self.dial();
        loop {
            self.status.tell(&mut self.hub, deliver);
            tokio::select! {
                biased;
                command = committed.recv() => {
                    if command.is_none() {
                        return Ok(());
                    }
                    let out = self.hub.wrote(&self.topic, now())?;
                    self.perform(out);
                }
                next = self.inbox.next(1) => {
                    self.happen(next.context("the switchboard has ended")?)?;
                    self.tell_driver(deliver);
                }
                found = self.neighbours.next() => {
                    self.neighbours.tell(found, &mut self.dialer);
                    self.dial();
                }
                _ = tick.tick() => {
                    let out = self.hub.tick(now())?;
                    self.perform(out);
                    self.tell_driver(deliver);
                    self.look_at_disk(deliver)?;
                    self.dial();
                }
            }
        }
    }

    fn happen(&mut self, next: Next) -> Result<()> {
        let out = match next {
            Next::Other(Happened::Connected { line, peer, dialled, .. }) => {
                if let Some(attempt) = dialled {
                    self.dialer.connected(attempt, line, peer);
                }
                self.hub.connected(line, peer, dialled.is_some(), now())?
            }
            Next::Other(Happened::NotConnected { attempt, why }) => {
                log::debug!("no line: {why}");
                if attempt == super::dialer::CENTRE {
                    self.status.unreachable(clock::wall(), &why);
                }
                self.dialer.failed(attempt);
                Vec::new()
            }
            Next::Frames { line, frames } => {
                let out = self.hub.received_all(line, &frames, now())?;
                if self.hub.is_open(line) {
                    self.opened.insert(line);
                }
                out
            }
            Next::Other(Happened::Frame { .. }) => Vec::new(),
            Next::Other(Happened::Gone { line }) => {
                self.dialer.gone(line, self.opened.remove(&line));
                self.hub.disconnected(line, now())?
            }
        };
        self.perform(out);
        Ok(())
    }

    fn perform(&mut self, out: Vec<Out>) {
        for out in out {
            match out {
                Out::Send(line, bytes) => self.board.send(line, bytes),
                Out::Close(line, why) => {
                    log::info!("closing a line: {why}");
                    let is_refusal = matches!(why, Closed::RefusedBy(_) | Closed::Refused(_) | Closed::Blamed(_));
                    if is_refusal {
                        // Who was refused knocks ever more slowly, even when the line had been open.
                        self.opened.remove(&line);
                    }
                    if is_refusal && self.dialer.is_centre(line) {
                        self.status.refused(clock::wall());
                    }
                    self.board.close(line);
                }
            }
        }
    }

    fn dial(&mut self) {
        let gives_time = self.is_new && self.started.elapsed() < NEIGHBOURS_FIRST;
        let may_dial_centre = !self.hub.is_filling() && !gives_time;
        let lines = self.hub.status();
        let has = |key: &[u8; 32]| lines.iter().any(|line| line.peer == *key && line.open);
        for (attempt, place, expected) in self.dialer.due(may_dial_centre, has) {
            self.board.dial(attempt, place, expected);
        }
    }

    /// A courier's bundle is taken in by a program of its own.
    fn look_at_disk(&mut self, deliver: Deliver<'_>) -> Result<()> {
        let version = self.hub.node.storage.data_version()?;
        if std::mem::replace(&mut self.seen, version) != version {
            self.hub.node.storage.refresh_settings()?;
            let out = self.hub.reread(now())?;
            self.perform(out);
            // The kiosk's own commits are seen here as well; they leave the municipality's topic alone.
            let municipality = self.hub.node.storage.vector(&self.municipality)?;
            let roster = self.known != municipality;
            self.known = municipality;
            deliver(Input::TookIn { roster });
        }
        Ok(())
    }

    /// What was taken in is news for the screens.
    fn tell_driver(&mut self, deliver: Deliver<'_>) {
        let said = self.hub.node.said();
        if said.added > 0 || said.dropped > 0 {
            deliver(Input::TookIn { roster: said.roster });
        }
    }
}

fn now() -> uketsuke_sync::session::Clocks {
    (clock::elapsed(), clock::wall())
}
