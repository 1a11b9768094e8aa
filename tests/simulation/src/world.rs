//! The world: devices, network, people and what befalls them, one event after another. No threads, no sleep, no clock.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use anyhow::{Context, Result};
use uketsuke_domain::code::Voucher;
use uketsuke_domain::log::Topic;
use uketsuke_domain::screen::{Screen, Station};
use uketsuke_domain::time::Moment;
use uketsuke_replica::hub::Out;
use uketsuke_store::Options;
use uketsuke_sync::certificate::{Certificate, Leave};
use uketsuke_sync::identity::Identity;

use crate::device::Device;
use crate::dice::Dice;
use crate::disk::Disk;
use crate::faults::Fault;
use crate::net::{DeviceId, End, Fate, Net};
use crate::oracle::Oracle;
use crate::people::Errand;
use crate::town::Town;

/// The centre.
pub(crate) const CENTRE: DeviceId = 0;
/// How often a device's clock is told, in milliseconds.
const TICK_MS: u64 = 1_000;
/// A device dials another so often at most, in milliseconds.
const REDIAL_MS: u64 = 3_000;
/// The centre looks at what has come after this at the latest, in milliseconds.
const BUSY_MS: u64 = 300;
/// An end that hears nothing any more notices at the latest after this, in milliseconds.
const NOTICE_MS: u64 = 40_000;

/// What is broken on purpose, to show that the oracles see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// A fact is acknowledged though the disk refused it.
    AckBeforeCommit,
    /// 予診のみ is acknowledged and not written.
    DropKind,
    /// Whoever writes last supersedes what the screen did not show.
    LastWriter,
    /// The centre holds what it is sent, and publishes nothing of it.
    NoPublishing,
}

/// One event.
#[derive(Debug)]
pub(crate) enum Happens {
    /// A device's clock goes on; of this life of it.
    Tick(DeviceId, u64),
    /// A frame arrives at an end of a line.
    Frame(u64, usize, Vec<u8>),
    /// An end looks at what has come.
    Look(u64, usize),
    /// An end notices that its line is gone.
    Gone(u64, usize),
    /// Somebody comes.
    Person(DeviceId, Voucher, Errand),
    /// Staff press.
    Press(DeviceId, Errand),
    /// A courier arrives.
    Bundle(DeviceId, Vec<u8>),
    /// Something befalls the world.
    Fault(Fault),
}

/// The world.
#[derive(Debug)]
pub(crate) struct World<S: Disk> {
    pub(crate) dice: Dice,
    pub(crate) now: u64,
    pub(crate) base: Moment,
    pub(crate) town: Town,
    pub(crate) devices: Vec<Device<S>>,
    pub(crate) net: Net,
    pub(crate) screens: BTreeMap<DeviceId, Screen>,
    pub(crate) oracle: Oracle,
    pub(crate) broken: Option<Break>,
    pub(crate) card_secret: [u8; 32],
    pub(crate) centre_key: [u8; 32],
    pub(crate) steps: u64,
    queue: BinaryHeap<Reverse<(u64, u64)>>,
    waiting: BTreeMap<u64, Happens>,
    numbered: u64,
}

impl<S: Disk> World<S> {
    /// A world with a centre and so many kiosks, all down, and nobody in it yet.
    ///
    /// # Errors
    /// Not expected.
    pub(crate) fn new(seed: u64, kiosks: usize, venues: usize, residents: u64, broken: Option<Break>) -> Result<Self> {
        let mut dice = Dice::new(seed);
        // 2021-05-24 09:00 in Japan.
        let base = Moment(1_621_814_400_000);
        let town = Town::new(residents, venues, base)?;
        let secret = dice.key();
        let centre_key = Identity::new(&secret, 0).public_key();
        let mut world = Self {
            card_secret: dice.key(),
            now: 0,
            base,
            devices: Vec::new(),
            net: Net::default(),
            screens: BTreeMap::new(),
            oracle: Oracle::default(),
            broken,
            centre_key,
            steps: 0,
            queue: BinaryHeap::new(),
            waiting: BTreeMap::new(),
            numbered: 0,
            town,
            dice,
        };
        let options = Options { track_places: true, centre: Some(centre_key) };
        world.devices.push(device(secret, None, None, S::fresh(options)?));
        let centre = Identity::new(&secret, 0);
        for number in 0..kiosks {
            let venue = world.town.venues.get(number % venues).cloned().context("no venue")?;
            let secret = world.dice.key();
            let key = Identity::new(&secret, 0).public_key();
            let writes = world.town.topic(&venue);
            let topics = vec![Topic::municipality(world.town.municipality), writes.clone()];
            let leave = Leave { key, name: format!("端末{}", number + 1), topics, writes };
            let certificate = Certificate::sign(&centre, leave);
            let disk = S::fresh(Options { centre: Some(centre_key), ..Options::default() })?;
            world.devices.push(device(secret, Some(certificate), Some(venue), disk));
        }
        Ok(world)
    }

    /// Puts an event into the future.
    pub(crate) fn at(&mut self, when: u64, what: Happens) {
        self.numbered += 1;
        self.queue.push(Reverse((when, self.numbered)));
        self.waiting.insert(self.numbered, what);
    }

    /// Lets time pass until a moment.
    pub(crate) fn run_until(&mut self, end: u64) {
        while let Some(Reverse((when, number))) = self.queue.peek().copied() {
            if when > end {
                break;
            }
            self.queue.pop();
            let Some(what) = self.waiting.remove(&number) else { continue };
            self.now = when.max(self.now);
            self.steps += 1;
            self.happen(what);
        }
        self.now = end.max(self.now);
    }

    fn happen(&mut self, what: Happens) {
        match what {
            Happens::Tick(id, life) => self.tick(id, life),
            Happens::Frame(line, side, bytes) => self.arrive(line, side, bytes),
            Happens::Look(line, side) => self.read(line, side),
            Happens::Gone(line, side) => self.notice(line, side),
            Happens::Person(id, voucher, errand) => self.serve(id, &voucher, errand),
            Happens::Press(id, errand) => self.press(id, errand),
            Happens::Bundle(id, bundle) => self.take_bundle(id, &bundle),
            Happens::Fault(fault) => self.befall(fault),
        }
    }

    /// Switches a device on.
    pub(crate) fn start(&mut self, id: DeviceId) {
        let incarnation = self.dice.next();
        let about = (&self.town, self.centre_key, self.base);
        let Some(device) = self.devices.get_mut(id) else { return };
        if device.running.is_some() {
            return;
        }
        device.start((id, self.now), about, incarnation, self.card_secret);
        if self.broken == Some(Break::NoPublishing)
            && self.now > 0
            && let Some(running) = &mut device.running
        {
            running.hub.node.role = uketsuke_replica::Role::Kiosk;
        }
        let life = device.life;
        let first = self.now + self.dice.below(TICK_MS);
        self.at(first, Happens::Tick(id, life));
    }

    fn tick(&mut self, id: DeviceId, life: u64) {
        let Some(device) = self.devices.get_mut(id).filter(|device| device.life == life) else { return };
        let clocks = device.clocks(self.now, self.base);
        let Some(running) = &mut device.running else { return };
        let out = running.hub.tick(clocks);
        self.perform(id, out);
        self.dial(id);
        self.at(self.now + TICK_MS, Happens::Tick(id, life));
    }

    /// A kiosk dials the centre, and those of its venue that it has no line to; the smaller number dials.
    fn dial(&mut self, id: DeviceId) {
        if id == CENTRE {
            return;
        }
        let targets: Vec<DeviceId> = (0..self.devices.len())
            .filter(|other| *other < id && (*other == CENTRE || self.same_venue(id, *other)))
            .filter(|other| self.devices.get(*other).is_some_and(|device| device.running.is_some()))
            .filter(|other| self.net.reaches(id, *other))
            .collect();
        for other in targets {
            let Some(running) = self.devices.get_mut(id).and_then(|device| device.running.as_mut()) else { return };
            let has = running.lines.values().any(|to| *to == other);
            let last = running.dialled.get(&other).copied();
            if has || last.is_some_and(|last| self.now < last + REDIAL_MS) {
                continue;
            }
            running.dialled.insert(other, self.now);
            self.connect(id, other);
        }
    }

    fn same_venue(&self, a: DeviceId, b: DeviceId) -> bool {
        let venue = |id: DeviceId| self.devices.get(id).and_then(|device| device.venue.as_ref());
        venue(a) == venue(b)
    }

    fn connect(&mut self, from: DeviceId, to: DeviceId) {
        let end = |id: DeviceId| End { device: id, life: self.devices.get(id).map_or(0, |device| device.life) };
        let latency = if to == CENTRE { self.dice.between(20, 400) } else { self.dice.between(1, 20) };
        let line = self.net.connect(end(from), end(to), latency);
        for (id, other, dialled) in [(from, to, true), (to, from, false)] {
            let Some(peer) = self.devices.get(other).map(|device| Identity::new(&device.secret, 0).public_key()) else {
                return;
            };
            let Some(device) = self.devices.get_mut(id) else { return };
            let clocks = device.clocks(self.now, self.base);
            let Some(running) = &mut device.running else { return };
            running.lines.insert(line, other);
            let out = running.hub.connected(line, peer, dialled, clocks);
            self.perform(id, out);
        }
    }

    /// Sends and closes what a hub wants sent and closed. A disk that refused costs the line, as in the real thing.
    pub(crate) fn perform<E: std::fmt::Display>(&mut self, id: DeviceId, out: Result<Vec<Out>, E>) {
        let out = match out {
            Ok(out) => out,
            Err(why) => {
                log::debug!("device {id}: {why}");
                self.after_trouble(id);
                return;
            }
        };
        for out in out {
            match out {
                Out::Send(line, bytes) => self.send(id, line, bytes),
                Out::Close(line, why) => {
                    log::debug!("device {id} closes {line}: {why}");
                    self.hang_up(id, line);
                }
            }
        }
    }

    fn send(&mut self, id: DeviceId, line: u64, bytes: Vec<u8>) {
        let Some(side) = self.net.side(line, id) else { return };
        let other = 1 - side;
        match self.net.send(line, other, bytes.len(), self.now, &mut self.dice) {
            Fate::Arrives(when, again) => {
                if let Some(again) = again {
                    self.at(again, Happens::Frame(line, other, bytes.clone()));
                }
                self.at(when, Happens::Frame(line, other, bytes));
            }
            Fate::Lost => self.noticed_later(line),
        }
    }

    /// Both ends notice, each in its own time.
    pub(crate) fn noticed_later(&mut self, line: u64) {
        for side in 0..2 {
            let when = self.now + self.dice.below(NOTICE_MS);
            self.at(when, Happens::Gone(line, side));
        }
    }

    /// An end hangs up: the other one hears it after what was sent before.
    fn hang_up(&mut self, id: DeviceId, line: u64) {
        let Some(side) = self.net.side(line, id) else { return };
        self.notice(line, side);
        let last = self.net.lines.get(&line).and_then(|of| of.last.get(1 - side).copied()).unwrap_or_default();
        self.at(last.max(self.now) + 5, Happens::Gone(line, 1 - side));
    }

    fn end(&self, line: u64, side: usize) -> Option<End> {
        let end = *self.net.lines.get(&line)?.ends.get(side)?;
        self.devices.get(end.device).filter(|device| device.life == end.life && device.running.is_some())?;
        Some(end)
    }

    fn arrive(&mut self, line: u64, side: usize, bytes: Vec<u8>) {
        let Some(end) = self.end(line, side) else { return };
        if self.net.lines.get(&line).is_some_and(|of| of.broken) {
            return;
        }
        let Some(device) = self.devices.get_mut(end.device) else { return };
        let Some(running) = device.running.as_mut().filter(|running| running.lines.contains_key(&line)) else { return };
        let inbox = running.inbox.entry(line).or_default();
        inbox.push(bytes);
        if inbox.len() > 1 {
            return;
        }
        // The centre may be busy: what comes meanwhile is taken in together.
        if end.device == CENTRE && self.dice.in_thousand(500) {
            let when = self.now + self.dice.below(BUSY_MS);
            self.at(when, Happens::Look(line, side));
        } else {
            self.read(line, side);
        }
    }

    fn read(&mut self, line: u64, side: usize) {
        let Some(end) = self.end(line, side) else { return };
        let Some(device) = self.devices.get_mut(end.device) else { return };
        let clocks = device.clocks(self.now, self.base);
        let Some(running) = &mut device.running else { return };
        let frames = running.inbox.remove(&line).unwrap_or_default();
        if frames.is_empty() {
            return;
        }
        let out = running.hub.received_all(line, &frames, clocks);
        self.perform(end.device, out);
    }

    fn notice(&mut self, line: u64, side: usize) {
        self.read(line, side);
        let is_first = match self.net.lines.get_mut(&line).and_then(|of| of.gone.get_mut(side)) {
            Some(gone) => !std::mem::replace(gone, true),
            None => false,
        };
        if let Some(end) = self.end(line, side).filter(|_| is_first)
            && let Some(device) = self.devices.get_mut(end.device)
        {
            let clocks = device.clocks(self.now, self.base);
            if let Some(running) = &mut device.running {
                running.lines.remove(&line);
                let out = running.hub.disconnected(line, clocks);
                self.perform(end.device, out);
            }
        }
        if self.net.lines.get(&line).is_some_and(|of| of.gone == [true; 2]) {
            self.net.lines.remove(&line);
        }
    }

    /// What a device wrote itself goes out.
    pub(crate) fn spread_own(&mut self, id: DeviceId, topic: &Topic) {
        let Some(device) = self.devices.get_mut(id) else { return };
        let clocks = device.clocks(self.now, self.base);
        let Some(running) = &mut device.running else { return };
        let out = running.hub.wrote(topic, clocks);
        self.perform(id, out);
    }

    /// Another program wrote on a device's disk.
    pub(crate) fn reread(&mut self, id: DeviceId) {
        let Some(device) = self.devices.get_mut(id) else { return };
        let clocks = device.clocks(self.now, self.base);
        let Some(running) = &mut device.running else { return };
        let out = running.hub.reread(clocks);
        self.perform(id, out);
    }

    pub(crate) fn screen(&self, id: DeviceId) -> Option<&Screen> {
        self.screens.get(&id)
    }
}

fn device<S: Disk>(
    secret: [u8; 32],
    certificate: Option<Certificate>,
    venue: Option<uketsuke_domain::ids::VenueNumber>,
    disk: S,
) -> Device<S> {
    Device {
        secret,
        certificate,
        venue,
        station: Station::EntranceStaffed,
        wall_off: 0,
        life: 0,
        disk: Some(disk),
        running: None,
        image: None,
        revoked: false,
    }
}
