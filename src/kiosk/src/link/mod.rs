//! The line to the centre: a thread of its own that connects, converses, and connects again.
//!
//! Nothing here can make a scan wait: it has its own connection to the database and writes in short transactions.

mod conversation;
mod replica;
mod status;

use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use uketsuke_domain::log::Topic;

use crate::config::CentreKey;
use crate::keeper::Keys;
use crate::{clock, driver};

pub use status::Status;

/// What the link needs to know.
#[derive(Clone, Debug)]
pub struct LinkConfig {
    /// The centre's sync address.
    pub url: String,
    /// The centre's public key.
    pub centre_key: CentreKey,
    /// The kiosk's folder.
    pub folder: PathBuf,
    /// Its keys.
    pub keys: Keys,
    /// What it subscribes to; the last one is where it writes.
    pub topics: Vec<Topic>,
}

/// The first wait before connecting again; it doubles up to the longest.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// The longest wait, without the jitter of up to half of it.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// A running link. Dropping it ends the thread and waits for it: a thread that outlived `main` would use the cipher's
/// library while the process takes it down.
#[derive(Debug)]
pub struct Link {
    commands: UnboundedSender<()>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Link {
    /// Starts the link.
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn start(config: LinkConfig, deliver: impl Fn(driver::Input) + Send + 'static) -> std::io::Result<Self> {
        let (commands, committed) = unbounded_channel();
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::Builder::new().name("link".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = stopped => {}
                    () = keep_connected(&config, &deliver, committed) => {}
                }
            });
        })?;
        Ok(Self { commands, stop: Some(stop), thread: Some(thread) })
    }

    /// A closure that tells the link of a commit.
    pub fn on_commit(&self) -> impl Fn() + Send + 'static {
        let commands = self.commands.clone();
        move || {
            // A link that has ended has nobody to tell.
            let _ = commands.send(());
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            log::error!("the link had ended in a panic");
        }
    }
}

/// Connects and converses for ever; ends when nobody is left to tell of commits.
async fn keep_connected(
    config: &LinkConfig,
    deliver: &(dyn Fn(driver::Input) + Send),
    mut committed: UnboundedReceiver<()>,
) {
    let mut status = Status::begin(config);
    let mut wait = FIRST_WAIT;
    loop {
        status.tell(deliver);
        let reached = match conversation::converse(config, &mut status, deliver, &mut committed).await {
            Ok(conversation::Ended::NobodyLeft) => return,
            Ok(conversation::Ended::Closed { reached, why }) => {
                log::info!("the line closed: {why}");
                reached
            }
            Err(why) => {
                log::info!("no line: {why:#}");
                if conversation::is_nonsense(&why) {
                    status.refused(clock::wall());
                } else {
                    status.unreachable(clock::wall());
                }
                status.was_open()
            }
        };
        status.disconnected(clock::wall());
        status.tell(deliver);
        wait = if reached { FIRST_WAIT } else { (wait * 2).min(LONGEST_WAIT) };
        if !pause(jittered(wait), &mut status, &mut committed, deliver).await {
            return;
        }
    }
}

/// Waits, and meanwhile counts what is committed. Answers false when nobody is left.
async fn pause(
    wait: Duration,
    status: &mut Status,
    committed: &mut UnboundedReceiver<()>,
    deliver: &(dyn Fn(driver::Input) + Send),
) -> bool {
    let end = tokio::time::Instant::now() + wait;
    loop {
        tokio::select! {
            () = tokio::time::sleep_until(end) => return true,
            command = committed.recv() => {
                if command.is_none() {
                    return false;
                }
                status.recount();
                status.tell(deliver);
            }
        }
    }
}

/// Up to half longer, so that thirty kiosks do not knock at one moment.
fn jittered(wait: Duration) -> Duration {
    let mut byte = [0; 1];
    // Without randomness there is no jitter, which harms nobody.
    let _ = getrandom::fill(&mut byte);
    wait + wait * u32::from(byte[0]) / 512
}
