//! A kiosk's lines, joined as the kiosk's link joins them: what happens on the switchboard goes to the hub, what the hub
//! wants goes to the switchboard.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::time::Interval;
use uketsuke_kiosk::clock;
use uketsuke_line::{Happened, Inbox, Limits, LineKey, Next, Place, Switchboard, Traffic};
use uketsuke_replica::Node;
use uketsuke_replica::hub::{Hub, Out};
use uketsuke_store::Store;
use uketsuke_sync::frame::MAX_FRAME_BYTES;
use uketsuke_sync::session::Clocks;

use super::place::Opened;

/// As in `uketsuke_kiosk::link`, which keeps them to itself.
pub(super) const ENTRIES_PER_COMMIT: usize = 48;
const PAUSE: Duration = Duration::from_millis(3);
const TICK: Duration = Duration::from_millis(250);

/// A kiosk with one line.
#[derive(Debug)]
pub(super) struct Linked {
    pub(super) hub: Hub<Store>,
    board: Switchboard,
    inbox: Inbox,
    tick: Interval,
    line: Option<(u64, Arc<Traffic>)>,
    /// Bytes before the first frame: the handshake.
    pub(super) handshake: u64,
    /// Bytes of frames without what the line puts around them, and how many.
    pub(super) frames: (u64, u64),
}

impl Linked {
    /// No line yet. Must be called within a runtime.
    pub(super) fn new(kiosk: &Opened) -> Result<Self> {
        let (store, identity) = (kiosk.keys.open(&kiosk.folder)?, kiosk.keys.identity.clone());
        let (board, happened) = Switchboard::new(LineKey::new(&identity.secret())?, Limits::new(MAX_FRAME_BYTES));
        let pause = || std::thread::sleep(PAUSE);
        let node = Node::kiosk(store, identity, kiosk.keys.centre, ENTRIES_PER_COMMIT, pause);
        Ok(Self {
            hub: Hub::new(node, 0, now()),
            board,
            inbox: Inbox::new(happened),
            tick: tokio::time::interval(TICK),
            line: None,
            handshake: 0,
            frames: (0, 0),
        })
    }

    pub(super) async fn listen(&mut self) -> Result<SocketAddr> {
        Ok(self.board.listen(SocketAddr::from(([127, 0, 0, 1], 0))).await?)
    }

    pub(super) fn dial(&mut self, address: &str, key: [u8; 32]) {
        self.board.dial(1, Place::Name(address.to_owned()), Some(key));
    }

    /// One thing that happens. Answers whether it was a frame.
    pub(super) async fn step(&mut self) -> Result<bool> {
        let mut was_frame = false;
        let out = tokio::select! {
            biased;
            next = self.inbox.next(1) => match next.context("the switchboard has ended")? {
                Next::Other(Happened::Connected { line, peer, dialled, traffic }) => {
                    self.handshake = traffic.received() + traffic.sent();
                    self.line = Some((line, traffic));
                    self.hub.connected(line, peer, dialled.is_some(), now())?
                }
                Next::Other(Happened::NotConnected { why, .. }) => bail!("no line: {why}"),
                Next::Other(Happened::Frame { .. }) => Vec::new(),
                Next::Frames { line, frames } => {
                    was_frame = true;
                    for bytes in &frames {
                        self.count(bytes.len());
                    }
                    self.hub.received_all(line, &frames, now())?
                }
                Next::Other(Happened::Gone { line }) => {
                    self.line = None;
                    self.hub.disconnected(line, now())?
                }
            },
            _ = self.tick.tick() => self.hub.tick(now())?,
        };
        self.perform(out)?;
        Ok(was_frame)
    }

    /// Another connection of this kiosk has written.
    pub(super) fn wrote(&mut self, kiosk: &Opened) -> Result<()> {
        let out = self.hub.wrote(&kiosk.topic(), now())?;
        self.perform(out)
    }

    fn perform(&mut self, out: Vec<Out>) -> Result<()> {
        for out in out {
            match out {
                Out::Send(line, bytes) => {
                    self.count(bytes.len());
                    self.board.send(line, bytes);
                }
                Out::Close(_, why) => bail!("the line was closed: {why}"),
            }
        }
        Ok(())
    }

    fn count(&mut self, bytes: usize) {
        let (frames, total) = self.frames;
        self.frames = (frames + 1, total + bytes as u64);
    }

    /// Goes on until something holds.
    pub(super) async fn until(
        &mut self,
        what: &str,
        within: Duration,
        mut holds: impl FnMut(&mut Self) -> Result<bool>,
    ) -> Result<()> {
        let end = Instant::now() + within;
        while !holds(self)? {
            if Instant::now() > end {
                bail!("{what} was waited for in vain; {:?}", self.hub.status());
            }
            self.step().await?;
        }
        Ok(())
    }

    /// Entries held here and entries that the peer has.
    pub(super) fn progress(&self) -> Option<(u64, u64)> {
        self.hub.status().first().and_then(|line| line.progress)
    }

    /// Whether all that the peer has is held here.
    pub(super) fn is_even(&self) -> bool {
        self.progress().is_some_and(|(held, total)| held == total)
    }

    /// Bytes at the socket, received and sent.
    pub(super) fn traffic(&self) -> (u64, u64) {
        self.line.as_ref().map(|(_, traffic)| (traffic.received(), traffic.sent())).unwrap_or_default()
    }
}

/// A runtime like the link's.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

fn now() -> Clocks {
    (clock::elapsed(), clock::wall())
}
