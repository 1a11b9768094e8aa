//! What befalls the world.

use std::collections::BTreeSet;

use uketsuke_domain::record::DocumentId;
use uketsuke_replica::ReplicaError;
use uketsuke_replica::admin::{self, Revoking, revoke};
use uketsuke_replica::publish::Publisher;
use uketsuke_store::StoreError;
use uketsuke_sync::identity::Identity;

use crate::device::Device;
use crate::disk::Disk;
use crate::net::DeviceId;
use crate::world::{CENTRE, Happens, World};

/// One misfortune, or its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The power of a device goes; it comes back after so many milliseconds.
    PowerCut(DeviceId, u64),
    /// A device starts.
    Start(DeviceId),
    /// A device's disk refuses the n-th write from now, for so many milliseconds.
    DiskRefuses(DeviceId, u64, u64),
    /// A disk takes everything again.
    DiskTakes(DeviceId),
    /// Two devices cannot reach each other, for so many milliseconds.
    Cut(DeviceId, DeviceId, u64),
    /// They can again.
    Mended(DeviceId, DeviceId),
    /// Nobody reaches the centre, for so many milliseconds.
    UplinkCut(u64),
    /// An image is made of a kiosk's disk.
    Image(DeviceId),
    /// The disk is replaced by its image: a backup is put back.
    PutBack(DeviceId),
    /// The image goes on as a second device with the same secret.
    CloneCard(DeviceId),
    /// A kiosk's leave is taken back.
    Revoke(DeviceId),
    /// A bundle is made by one device for another, and arrives so much later, perhaps twice.
    Courier(DeviceId, DeviceId, u64),
    /// The record of a resident, by place in the list, is erased.
    Erase(usize),
    /// A resident has no business any more at a kiosk's venue.
    Leave(usize, DeviceId),
}

impl<S: Disk> World<S> {
    pub(crate) fn befall(&mut self, fault: Fault) {
        log::debug!("{}: {fault:?}", self.now);
        match fault {
            Fault::PowerCut(id, after) => {
                self.power_cut(id);
                self.at(self.now + after, Happens::Fault(Fault::Start(id)));
            }
            Fault::Start(id) => self.start(id),
            Fault::DiskRefuses(id, writes, after) => {
                if let Some(storage) = self.devices.get_mut(id).and_then(|device| device.storage_mut()) {
                    storage.fail_after(Some(writes));
                }
                self.at(self.now + after, Happens::Fault(Fault::DiskTakes(id)));
            }
            Fault::DiskTakes(id) => {
                if let Some(storage) = self.devices.get_mut(id).and_then(|device| device.storage_mut()) {
                    storage.fail_after(None);
                }
            }
            Fault::Cut(a, b, after) => {
                self.net.cut.insert((a.min(b), a.max(b)));
                self.at(self.now + after, Happens::Fault(Fault::Mended(a, b)));
            }
            Fault::Mended(a, b) => {
                self.net.cut.remove(&(a.min(b), a.max(b)));
            }
            Fault::UplinkCut(after) => {
                for id in 1..self.devices.len() {
                    self.befall(Fault::Cut(CENTRE, id, after));
                }
            }
            Fault::Image(id) => self.take_image(id),
            Fault::PutBack(id) => self.put_back(id),
            Fault::CloneCard(id) => self.clone_card(id),
            Fault::Revoke(id) => self.revoke(id),
            Fault::Courier(from, to, after) => self.send_courier(from, to, after),
            Fault::Erase(resident) => self.erase(resident),
            Fault::Leave(resident, id) => self.leave(resident, id),
        }
    }

    pub(crate) fn power_cut(&mut self, id: DeviceId) {
        let lines = self.devices.get_mut(id).map(Device::power_cut).unwrap_or_default();
        self.screens.remove(&id);
        for line in lines {
            if let Some(of) = self.net.lines.get_mut(&line) {
                of.broken = true;
            }
            self.noticed_later(line);
        }
    }

    /// Sometimes the power goes at the very moment of a write.
    pub(crate) fn cut_power_now(&mut self, id: DeviceId) -> bool {
        let cut = self.dice.in_thousand(15);
        if cut {
            let after = self.dice.between(500, 20_000);
            self.befall(Fault::PowerCut(id, after));
        }
        cut
    }

    /// A disk refused while a hub was at work: the program lives on, its lines are closed, or the machine goes down.
    pub(crate) fn after_trouble(&mut self, id: DeviceId) {
        let after = self.dice.between(500, 10_000);
        self.befall(Fault::PowerCut(id, after));
    }

    fn take_image(&mut self, id: DeviceId) {
        let now = self.now;
        if let Some(device) = self.devices.get_mut(id)
            && let Some(image) = device.storage().and_then(Disk::image)
        {
            device.image = Some((image, now));
        }
    }

    fn put_back(&mut self, id: DeviceId) {
        let Some(made) = self.devices.get(id).and_then(|device| device.image.as_ref().map(|(_, made)| *made)) else {
            return;
        };
        // What only this disk held goes with it, and nobody can know it: not a loss of ours.
        self.excuse_what_only(id, made);
        self.power_cut(id);
        if let Some(device) = self.devices.get_mut(id)
            && let Some((image, _)) = device.image.take()
        {
            device.disk = Some(image);
        }
        self.start(id);
    }

    fn clone_card(&mut self, id: DeviceId) {
        let Some(device) = self.devices.get_mut(id) else { return };
        let Some((image, _)) = device.image.take() else { return };
        let copy = crate::device::Device {
            secret: device.secret,
            certificate: device.certificate.clone(),
            venue: device.venue.clone(),
            station: device.station,
            wall_off: device.wall_off,
            // A start number that the other will hardly have: boots are counted by each machine.
            life: 1_000_000,
            disk: Some(image),
            running: None,
            image: None,
            revoked: device.revoked,
        };
        self.devices.push(copy);
        let new = self.devices.len() - 1;
        self.oracle.clones.push((id, new));
        self.start(new);
    }

    /// The centre takes back a kiosk's leave: what it holds of the kiosk's counts, and nothing beyond.
    fn revoke(&mut self, id: DeviceId) {
        let Some(key) = self.devices.get(id).map(|device| Identity::new(&device.secret, 0).public_key()) else {
            return;
        };
        let revoking = Revoking { key: &key, because: "紛失", lost: true };
        if self.as_centre(|publisher, tx| revoke(publisher, tx, revoking)) {
            for device in &mut self.devices {
                device.revoked |= Identity::new(&device.secret, 0).public_key() == key;
            }
            self.oracle.revoked.insert(key);
        }
    }

    fn send_courier(&mut self, from: DeviceId, to: DeviceId, after: u64) {
        let Some(receiver) = self.devices.get(to) else { return };
        let key = Identity::new(&receiver.secret, 0).public_key();
        let certificate = receiver.certificate.clone();
        let now = self.base.plus_ms(self.now.cast_signed());
        let Some(sender) = self.devices.get_mut(from).and_then(|device| device.running.as_mut()) else { return };
        let mut bundle = Vec::new();
        let node = &mut sender.hub.node;
        let written = node.bundle_out(key, certificate.as_ref(), now, &mut bundle, &mut |_, _| {});
        if written.is_ok() {
            self.at(self.now + after, Happens::Bundle(to, bundle.clone()));
            if self.dice.in_thousand(300) {
                self.at(self.now + 2 * after, Happens::Bundle(to, bundle));
            }
        }
    }

    /// A bundle arrives; nothing of a device that is down is changed by it.
    pub(crate) fn take_bundle(&mut self, id: DeviceId, bundle: &[u8]) {
        let Some(running) = self.devices.get_mut(id).and_then(|device| device.running.as_mut()) else { return };
        if let Err(why) = running.hub.node.bundle_in(bundle, &mut |_, _| {}) {
            log::debug!("a bundle: {why}");
        }
        self.reread(id);
    }

    fn erase(&mut self, resident: usize) {
        let Some(voucher) = self.town.residents.get(resident).copied() else { return };
        let document = DocumentId::visit(&voucher);
        self.excuse_what_the_centre_holds(document);
        self.as_centre(|publisher, tx| {
            admin::erase(publisher, tx, document)?;
            admin::empty_card(publisher, tx, &voucher)
        });
    }

    fn leave(&mut self, resident: usize, id: DeviceId) {
        let Some(voucher) = self.town.residents.get(resident).copied() else { return };
        let Some(topic) = self.devices.get(id).map(|device| device.topic(&self.town)) else { return };
        self.as_centre(|publisher, tx| admin::leave(publisher, tx, DocumentId::visit(&voucher), &topic));
    }

    /// The centre's staff do something, and kiosks hear of it.
    pub(crate) fn as_centre(
        &mut self,
        work: impl FnOnce(&Publisher, &mut S::Tx<'_>) -> Result<(), ReplicaError<StoreError>>,
    ) -> bool {
        let Some(centre) = self.devices.get_mut(CENTRE) else { return false };
        let Some(publisher) = centre.publisher() else { return false };
        let Some(storage) = centre.storage_mut() else { return false };
        let done = storage.write(|tx| work(&publisher, tx)).is_ok();
        if done {
            self.reread(CENTRE);
        }
        done
    }

    /// Everything is mended: nobody is cut off, every disk takes everything, every device is up.
    pub(crate) fn mend(&mut self) {
        self.net.cut.clear();
        self.net.bad = 0;
        let all: BTreeSet<DeviceId> = (0..self.devices.len()).collect();
        for id in all {
            self.befall(Fault::DiskTakes(id));
            self.start(id);
        }
    }
}
