//! A simulated device: a disk that outlives power cuts, and while it runs a hub and, at a kiosk, the kiosk's behaviour.

use std::collections::BTreeMap;

use uketsuke_domain::facts::ClockState;
use uketsuke_domain::ids::VenueNumber;
use uketsuke_domain::kiosk::{BoardSetting, Config, Event, Kiosk, StaffMember};
use uketsuke_domain::log::Topic;
use uketsuke_domain::reference::Role as StaffRole;
use uketsuke_domain::screen::Station;
use uketsuke_domain::time::{Elapsed, Moment, Now};
use uketsuke_replica::hub::Hub;
use uketsuke_replica::publish::Publisher;
use uketsuke_replica::{Node, Role};
use uketsuke_sync::certificate::Certificate;
use uketsuke_sync::identity::Identity;
use uketsuke_sync::session::Clocks;

use crate::disk::Disk;
use crate::net::DeviceId;
use crate::town::{Town, doctor, lot};

/// Entries of a kiosk's transaction.
const ENTRIES_PER_COMMIT: usize = 48;

/// A device that is up.
#[derive(Debug)]
pub(crate) struct Running<S: Disk> {
    /// Its conversations and its storage.
    pub(crate) hub: Hub<S>,
    /// Its behaviour; the centre has none.
    pub(crate) kiosk: Option<Kiosk>,
    /// Its lines, and to whom.
    pub(crate) lines: BTreeMap<u64, DeviceId>,
    /// When it started.
    pub(crate) since: u64,
    /// When it last dialled whom.
    pub(crate) dialled: BTreeMap<DeviceId, u64>,
    /// Frames that have come on a line and were not looked at yet.
    pub(crate) inbox: BTreeMap<u64, Vec<Vec<u8>>>,
}

/// A device.
#[derive(Debug)]
pub(crate) struct Device<S: Disk> {
    /// Its secret.
    pub(crate) secret: [u8; 32],
    /// The centre's leave; none at the centre.
    pub(crate) certificate: Option<Certificate>,
    /// Where it stands; none at the centre.
    pub(crate) venue: Option<VenueNumber>,
    /// What it does.
    pub(crate) station: Station,
    /// How much its wall clock is off.
    pub(crate) wall_off: i64,
    /// Counts starts.
    pub(crate) life: u64,
    /// The disk, while it is down.
    pub(crate) disk: Option<S>,
    /// The rest, while it is up.
    pub(crate) running: Option<Running<S>>,
    /// An image of the disk, and when it was made.
    pub(crate) image: Option<(S, u64)>,
    /// Its leave was taken back.
    pub(crate) revoked: bool,
}

impl<S: Disk> Device<S> {
    /// Its clocks.
    pub(crate) fn clocks(&self, now: u64, base: Moment) -> Clocks {
        let since = self.running.as_ref().map_or(0, |running| running.since);
        (Elapsed(now - since + 1), base.plus_ms(now.cast_signed() + self.wall_off))
    }

    /// Its clocks, as its behaviour is told them.
    pub(crate) fn now(&self, now: u64, base: Moment) -> Now {
        let (elapsed, wall) = self.clocks(now, base);
        Now { wall, elapsed, boot: self.life, clock: ClockState::Doubtful }
    }

    /// The topic that it writes in.
    pub(crate) fn topic(&self, town: &Town) -> Topic {
        match &self.venue {
            Some(venue) => town.topic(venue),
            None => Topic::centre(town.municipality),
        }
    }

    /// Starts it: a fresh incarnation, as each start of a program is.
    pub(crate) fn start(
        &mut self,
        (id, now): (DeviceId, u64),
        (town, centre, base): (&Town, [u8; 32], Moment),
        incarnation: u64,
        card_secret: [u8; 32],
    ) {
        let Some(disk) = self.disk.take() else { return };
        self.life += 1;
        let identity = Identity::new(&self.secret, incarnation).with_certificate(self.certificate.clone());
        let node = match &self.venue {
            None => Node::centre(disk, Publisher { identity, card_secret, municipality: town.municipality }),
            Some(_) => Node::kiosk(disk, identity, centre, ENTRIES_PER_COMMIT, || {}),
        };
        let clocks = (Elapsed(1), base.plus_ms(now.cast_signed() + self.wall_off));
        let jitter = u8::try_from(incarnation % 256).unwrap_or_default();
        let hub = Hub::new(node, jitter, clocks);
        let (lines, dialled, inbox) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        self.running = Some(Running { hub, kiosk: None, lines, since: now, dialled, inbox });
        let at = self.now(now, base);
        let kiosk = self.venue.clone().map(|venue| self.behaviour(id, venue, town, at));
        if let Some(running) = &mut self.running {
            running.kiosk = kiosk;
        }
    }

    fn behaviour(&self, id: DeviceId, venue: VenueNumber, town: &Town, at: Now) -> Kiosk {
        let config = Config {
            station: self.station,
            station_name: format!("端末{id}"),
            venue,
            municipality: town.municipality,
            booth: Some("1".into()),
            staff: StaffMember { code: "S1".into(), name: "職員".to_owned(), role: StaffRole::VenueManager },
        };
        let mut kiosk = Kiosk::new(config, at);
        // Nobody looks at the first screens.
        kiosk.handle(Event::Roster(Box::new(town.roster())), at);
        kiosk.handle(Event::Board(BoardSetting { doctor: Some(doctor().id), lot: Some(lot().number) }), at);
        kiosk
    }

    /// The power is gone. Answers its lines: nobody at their other ends hears of it.
    pub(crate) fn power_cut(&mut self) -> Vec<u64> {
        let Some(running) = self.running.take() else { return Vec::new() };
        let disk = running.hub.node.storage;
        match disk.after_power_cut() {
            Ok(disk) => self.disk = Some(disk),
            Err(why) => log::error!("a disk is unreadable after a power cut: {why}"),
        }
        running.lines.into_keys().collect()
    }

    /// Storage, up or down.
    pub(crate) fn storage(&self) -> Option<&S> {
        self.running.as_ref().map(|running| &running.hub.node.storage).or(self.disk.as_ref())
    }

    /// Storage, up or down.
    pub(crate) fn storage_mut(&mut self) -> Option<&mut S> {
        match &mut self.running {
            Some(running) => Some(&mut running.hub.node.storage),
            None => self.disk.as_mut(),
        }
    }

    /// What the centre publishes with.
    pub(crate) fn publisher(&self) -> Option<Publisher> {
        match &self.running.as_ref()?.hub.node.role {
            Role::Centre(publisher) => Some(publisher.as_ref().clone()),
            Role::Kiosk => None,
        }
    }
}
