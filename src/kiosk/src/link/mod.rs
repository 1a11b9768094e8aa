//! The lines: a thread of its own that listens, finds, dials, and lets replicas converse.
//!
//! Nothing here can make a scan wait: it has its own connection to the database and writes in short transactions.

mod dialer;
mod room;
mod run;
mod status;

pub(crate) use status::AS_OF;

use std::path::PathBuf;
use std::thread::JoinHandle;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use uketsuke_domain::log::Topic;

use crate::config::Room;
use crate::driver;
use crate::keeper::Keys;

/// What the link needs to know.
#[derive(Clone, Debug)]
pub struct LinkConfig {
    /// The centre's sync address, `host:port`.
    pub centre: String,
    /// The kiosk's folder.
    pub folder: PathBuf,
    /// Its keys.
    pub keys: Keys,
    /// Where it writes.
    pub topic: Topic,
    /// Where the municipality writes.
    pub municipality: Topic,
    /// The other kiosks of the venue.
    pub room: Room,
}

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
                    () = run::run(&config, &deliver, committed) => {}
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
