//! The thread that keeps a multicast DNS daemon running, and hears what it says.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use mdns_sd::{IfKind, Receiver, RecvTimeoutError, ServiceDaemon, ServiceEvent, ServiceInfo};

use super::roster::Roster;
use super::{Announcement, Found, Reach, Shared};

/// What is announced and looked for.
const SERVICE: &str = "_uketsuke._tcp.local.";
/// How long it waits before it starts a daemon that ended, or could not be started, again.
const AGAIN_AFTER: Duration = Duration::from_secs(2);
/// How often it looks how much the daemon remembers.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How often it asks anew who is here. A daemon left alone asks ever more rarely, up to an hour apart; and what it asks
/// when a network comes may be lost, over a radio or because an IPv6 address is not ready yet.
const ASK_EVERY: Duration = Duration::from_mins(1);
/// More DNS records than this in the daemon's memory, and it is started anew. It sets itself no limit, and anyone on the
/// network can send it what it will remember for hours. A room with 256 kiosks needs about 2000.
const MAX_RECORDS: i64 = 8192;
/// How long an ending daemon may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(1);

/// A running daemon.
#[derive(Clone)]
pub(super) struct Daemon(ServiceDaemon);

impl std::fmt::Debug for Daemon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Daemon")
    }
}

impl Daemon {
    fn start(announcement: &Announcement) -> Result<(Self, Receiver<ServiceEvent>), mdns_sd::Error> {
        let daemon = Self(ServiceDaemon::new()?);
        match daemon.announce(announcement) {
            Ok(news) => Ok((daemon, news)),
            Err(why) => {
                daemon.end();
                Err(why)
            }
        }
    }

    fn announce(&self, announcement: &Announcement) -> Result<Receiver<ServiceEvent>, mdns_sd::Error> {
        match announcement.reach {
            Reach::Room => self.0.disable_interface(vec![IfKind::LoopbackV4, IfKind::LoopbackV6])?,
            Reach::ThisMachine => {
                self.0.disable_interface(IfKind::All)?;
                self.0.enable_interface(IfKind::LoopbackV4)?;
            }
        }
        let instance = &announcement.instance;
        // The host's own name stays at home: the random one serves as a host's name as well.
        let host = format!("{instance}.local.");
        let properties = [("g", announcement.group.as_str())];
        let mut service =
            ServiceInfo::new(SERVICE, instance, &host, "", announcement.port, &properties[..])?.enable_addr_auto();
        // A random name needs no asking whether it is taken; and whoever answered that it is could have it changed.
        service.set_requires_probe(false);
        self.0.register(service)?;
        self.0.browse(SERVICE)
    }

    /// Says goodbye and ends the daemon's thread.
    pub(super) fn end(self) {
        // An error says that it has ended already.
        if let Ok(ended) = self.0.shutdown() {
            let _ = ended.recv_timeout(GOODBYE);
        }
    }

    fn remembers_too_much(&self) -> bool {
        let Ok(Ok(metrics)) = self.0.get_metrics().map(|answer| answer.recv_timeout(GOODBYE)) else { return false };
        metrics.iter().filter(|(name, _)| name.starts_with("cached-")).map(|(_, records)| records).sum::<i64>()
            > MAX_RECORDS
    }
}

/// Runs until the finder is dropped.
pub(super) fn run(announcement: &Announcement, shared: &Shared, deliver: &dyn Fn(Found)) {
    let mut roster = Roster::new(announcement);
    while !shared.is_stopped() {
        match Daemon::start(announcement) {
            Ok((daemon, news)) => {
                if !shared.keep(&daemon) {
                    daemon.end();
                    return;
                }
                hear(&daemon, news, shared, &mut roster, deliver);
                daemon.end();
            }
            Err(why) => log::warn!("can't look for other kiosks: {why}"),
        }
        // Who is still here will be heard again from a new daemon.
        if !shared.is_stopped() {
            roster.clear().into_iter().for_each(deliver);
        }
        shared.wait(AGAIN_AFTER);
    }
}

/// Hears a daemon's news until it ends or has to be ended.
fn hear(
    daemon: &Daemon,
    mut news: Receiver<ServiceEvent>,
    shared: &Shared,
    roster: &mut Roster,
    deliver: &dyn Fn(Found),
) {
    let (mut looked, mut asked) = (Instant::now(), Instant::now());
    while !shared.is_stopped() {
        match news.recv_timeout(LOOK_EVERY) {
            Ok(event) => roster.heard(&event).into_iter().for_each(deliver),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                log::warn!("the search for other kiosks begins anew");
                return;
            }
        }
        if looked.elapsed() < LOOK_EVERY {
            continue;
        }
        looked = Instant::now();
        if daemon.remembers_too_much() {
            log::warn!("somebody floods the network with announcements; the search begins anew");
            return;
        }
        // Whoever was turned away for lack of room is told of once more only if somebody asks once more.
        if roster.has_room_again() || asked.elapsed() >= ASK_EVERY {
            asked = Instant::now();
            let Ok(again) = daemon.0.browse(SERVICE) else { return };
            // Once the new search has begun, nothing more comes of the old one; what came is still news.
            let begun = again.recv_timeout(GOODBYE);
            news.drain().chain(begun).filter_map(|event| roster.heard(&event)).for_each(deliver);
            news = again;
        }
    }
}

impl Shared {
    /// Keeps a daemon for whoever stops the finder, unless that has happened.
    fn keep(&self, daemon: &Daemon) -> bool {
        let mut state = self.lock();
        if !state.is_stopped {
            state.daemon = Some(daemon.clone());
        }
        !state.is_stopped
    }

    /// Waits, or until the finder is stopped.
    fn wait(&self, at_most: Duration) {
        let waiting = self.changed.wait_timeout_while(self.lock(), at_most, |state| !state.is_stopped);
        drop(waiting.unwrap_or_else(PoisonError::into_inner));
    }
}
