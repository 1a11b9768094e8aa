//! Finding the other kiosks of a venue on the same network, by multicast DNS.

mod daemon;
mod roster;

use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use daemon::Daemon;

/// What a kiosk tells the room about itself. Nothing in it should tell anything to somebody who does not know already:
/// everyone on the network hears it.
#[derive(Debug, Clone)]
pub struct Announcement {
    /// The same for all kiosks that should find each other: a keyed digest, in hexadecimal, of what they share.
    pub group: String,
    /// A random name, in hexadecimal (0–9, a–f; at most 63), made anew at each start.
    pub instance: String,
    /// Where this kiosk's [`Listener`](crate::Listener) listens, on all of its addresses.
    pub port: u16,
    /// How far it goes.
    pub reach: Reach,
}

/// How far an announcement goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Over all networks that the machine is on, whichever come and go.
    Room,
    /// Not out of this machine: several kiosks on one, in a test or a demonstration.
    ThisMachine,
}

/// What a [`Finder`] has to tell. A claim by anyone on the network: who it is shows [`Line::peer`](crate::Line::peer).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A kiosk of the same group is here, or has other addresses now.
    Here {
        /// Its random name.
        instance: String,
        /// Where it may be reached, at most eight; IPv6 link-local ones with their scope.
        addresses: Vec<SocketAddr>,
    },
    /// It is not here any more: it said goodbye, or nothing was heard of it for two minutes.
    Gone {
        /// Its random name.
        instance: String,
    },
}

/// Why nothing can be found.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// The instance, the group or the port is not as [`Announcement`] says.
    #[error("this can't be announced")]
    BadAnnouncement,
    /// The system gives no thread.
    #[error("no thread: {0}")]
    Thread(#[source] std::io::Error),
}

/// Announces this kiosk and listens for others, until it is dropped.
#[derive(Debug)]
pub struct Finder {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Finder {
    /// Starts. `deliver` is called on a thread of the finder's own, and should not take long. There need be no network:
    /// one that comes later is used when it comes.
    pub fn start(announcement: Announcement, deliver: impl Fn(Found) + Send + 'static) -> Result<Self, FindError> {
        let is_fine = roster::is_name(&announcement.instance)
            && (1..=128).contains(&announcement.group.len())
            && announcement.group.bytes().all(|byte| byte.is_ascii_hexdigit())
            && announcement.port != 0;
        if !is_fine {
            return Err(FindError::BadAnnouncement);
        }
        let shared = Arc::new(Shared::default());
        let for_thread = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("finder".to_owned())
            .spawn(move || daemon::run(&announcement, &for_thread, &deliver))
            .map_err(FindError::Thread)?;
        Ok(Self { shared, thread: Some(thread) })
    }
}

impl Drop for Finder {
    /// Says goodbye to the room and waits for the threads; about a second at worst, if `deliver` returns.
    fn drop(&mut self) {
        self.shared.stop();
        if let Some(thread) = self.thread.take()
            // Dropped by `deliver` itself, it would wait for itself.
            && thread.thread().id() != std::thread::current().id()
        {
            // A panic of `deliver` was told when it happened.
            let _ = thread.join();
        }
    }
}

/// What a finder and its thread have in common.
#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    is_stopped: bool,
    /// Kept here so that whoever drops the finder can end it, which wakes the thread that waits for its news.
    daemon: Option<Daemon>,
}

impl Shared {
    fn stop(&self) {
        let mut state = self.lock();
        state.is_stopped = true;
        let daemon = state.daemon.take();
        drop(state);
        self.changed.notify_all();
        if let Some(daemon) = daemon {
            daemon.end();
        }
    }

    fn is_stopped(&self) -> bool {
        self.lock().is_stopped
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A flag and a handle can't be left in a state that means nothing.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
