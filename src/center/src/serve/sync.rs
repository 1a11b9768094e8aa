//! The sync endpoint: one thread that owns the connection to the database, and all conversations.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::oneshot;
use uketsuke_line::{Happened, Inbox, Limits, LineKey, Next, Switchboard};
use uketsuke_replica::Node;
use uketsuke_replica::hub::{Hub, LineStatus, Out};
use uketsuke_store::Store;
use uketsuke_sync::frame::MAX_FRAME_BYTES;
use uketsuke_sync::session::Clocks;

use crate::centre::Centre;
use crate::clock;

/// How often the clock is told, and writes of other processes (an import) are looked for.
const TICK: Duration = Duration::from_millis(250);

/// A running endpoint. Dropping it ends the conversations and waits for the thread.
#[derive(Debug)]
pub(super) struct Endpoint {
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// The conversations, as they were last seen.
    pub(super) lines: Arc<Mutex<Vec<LineStatus>>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Endpoint {
    /// Listens.
    ///
    /// # Errors
    /// When the folder holds no centre, or the address can't be had.
    pub(super) fn start(folder: &Path, listen: SocketAddr) -> Result<Self> {
        let centre = Centre::open(folder)?;
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut lines = runtime.block_on(Lines::open(centre, listen))?;
        let (address, seen) = (lines.address, Arc::clone(&lines.status));
        let thread = std::thread::Builder::new().name("sync".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = stopped => {}
                    ended = lines.go_on() => {
                        if let Err(why) = ended {
                            log::error!("the sync endpoint ended: {why:#}");
                        }
                    }
                }
            });
        })?;
        Ok(Self { address, lines: seen, stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            log::error!("the sync endpoint had ended in a panic");
        }
    }
}

struct Lines {
    hub: Hub<Store>,
    board: Switchboard,
    inbox: Inbox,
    address: SocketAddr,
    /// The database as it was last seen: whatever else changed it.
    seen: i64,
    /// For the console.
    status: Arc<Mutex<Vec<LineStatus>>>,
}

impl Lines {
    async fn open(centre: Centre, listen: SocketAddr) -> Result<Self> {
        let key = LineKey::new(&centre.identity.secret())?;
        let (mut board, happened) = Switchboard::new(key, Limits::new(MAX_FRAME_BYTES));
        let address = board.listen(listen).await.with_context(|| format!("listening on {listen}"))?;
        let publisher = centre.publisher();
        let hub = Hub::new(Node::centre(centre.store, publisher), 0, now());
        let seen = hub.node.storage.data_version()?;
        Ok(Self { hub, board, inbox: Inbox::new(happened), address, seen, status: Arc::default() })
    }

    async fn go_on(&mut self) -> Result<()> {
        let mut tick = tokio::time::interval(TICK);
        loop {
            let out = tokio::select! {
                next = self.inbox.next(usize::MAX) => self.happen(next.context("the switchboard has ended")?),
                _ = tick.tick() => self.tick(),
            };
            match out {
                Ok(out) => self.perform(out),
                // A full disk, or an import that holds the database for long: nothing was taken in, and it is tried again.
                Err(why) => log::error!("sync: {why:#}"),
            }
        }
    }

    fn happen(&mut self, next: Next) -> Result<Vec<Out>> {
        let (line, done) = match next {
            Next::Frames { line, frames } => (line, self.hub.received_all(line, &frames, now())),
            Next::Other(Happened::Connected { line, peer, .. }) => (line, self.hub.connected(line, peer, false, now())),
            Next::Other(Happened::Gone { line }) => (line, self.hub.disconnected(line, now())),
            Next::Other(Happened::Frame { .. } | Happened::NotConnected { .. }) => return Ok(Vec::new()),
        };
        // A conversation that the disk refused something of begins anew.
        Ok(done.inspect_err(|_| self.board.close(line))?)
    }

    fn tick(&mut self) -> Result<Vec<Out>> {
        let mut out = self.hub.tick(now())?;
        *self.status.lock().unwrap_or_else(PoisonError::into_inner) = self.hub.status();
        let version = self.hub.node.storage.data_version()?;
        if std::mem::replace(&mut self.seen, version) != version {
            self.hub.node.storage.refresh_settings()?;
            out.extend(self.hub.reread(now())?);
        }
        Ok(out)
    }

    fn perform(&mut self, out: Vec<Out>) {
        for out in out {
            match out {
                Out::Send(line, bytes) => self.board.send(line, bytes),
                Out::Close(line, why) => {
                    log::info!("closing a line: {why}");
                    self.board.close(line);
                }
            }
        }
    }
}

fn now() -> Clocks {
    (clock::elapsed(), clock::now())
}
