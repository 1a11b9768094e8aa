//! The other kiosks of the venue: found on the network, told to the dialer.

use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use uketsuke_line::{Announcement, Finder, Found, Place, Reach};
use uketsuke_sync::room::room_name;

use super::LinkConfig;
use super::dialer::Dialer;
use crate::config::Discover;

/// Of two that find each other the one with the smaller name dials at once; the other waits so long, in case that it was
/// not found itself.
const OTHERS_DIAL: Duration = Duration::from_secs(5);

/// Who else is there.
#[derive(Debug)]
pub(super) struct Neighbours {
    finder: Option<Finder>,
    instance: String,
    found: UnboundedReceiver<Found>,
}

impl Neighbours {
    /// Looks for others, and tells them that this kiosk listens at a port. Without a network there is nobody: that is no
    /// trouble of the kiosk's.
    pub(super) fn look(config: &LinkConfig, port: u16) -> Self {
        let (deliver, found) = unbounded_channel();
        let mut name = [0; 16];
        let has_name = getrandom::fill(&mut name).is_ok();
        let instance = hex(&name);
        let reach = match config.room.discover {
            Discover::Off => None,
            _ if !has_name => None,
            Discover::Room => Some(Reach::Room),
            Discover::ThisMachine => Some(Reach::ThisMachine),
        };
        let finder = reach.and_then(|reach| {
            let group = room_name(&config.keys.card_secret, &config.topic);
            let announcement = Announcement { group, instance: instance.clone(), port, reach };
            let told = Finder::start(announcement, move |found| {
                // The link is ending.
                let _ = deliver.send(found);
            });
            told.map_err(|why| log::warn!("other kiosks can't be looked for: {why}")).ok()
        });
        Self { finder, instance, found }
    }

    /// The next news; never, where nobody is looked for.
    pub(super) async fn next(&mut self) -> Found {
        if self.finder.is_none() {
            return std::future::pending().await;
        }
        match self.found.recv().await {
            Some(found) => found,
            None => std::future::pending().await,
        }
    }

    /// Tells the dialer.
    pub(super) fn tell(&self, found: Found, dialer: &mut Dialer) {
        match found {
            Found::Here { instance, addresses } => {
                let after = if self.instance < instance { Duration::ZERO } else { OTHERS_DIAL };
                dialer.add(&instance, Place::Found(addresses), after);
            }
            Found::Gone { instance } => dialer.remove(&instance),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to memory cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
