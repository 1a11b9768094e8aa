//! The day of a seed: how many kiosks, who comes when, what befalls whom.

use anyhow::{Context, Result};
use uketsuke_domain::code::{Voucher, VoucherNumber};
use uketsuke_domain::screen::Station;
use uketsuke_domain::verdict::OutcomeKind;
use uketsuke_replica::ReplicaError;

use crate::DAY_MS;
use crate::disk::Disk;
use crate::faults::Fault;
use crate::net::DeviceId;
use crate::people::{Act, Errand};
use crate::world::{Break, CENTRE, Happens, World};

/// Disks that refuse on a day on which that is to show.
const REFUSALS: u64 = 20;
/// A year, in milliseconds.
const YEAR_MS: i64 = 365 * 86_400_000;

/// Makes the world of a seed.
///
/// # Errors
/// When the town can't be founded: a bug.
pub(crate) fn plan<S: Disk>(seed: u64, broken: Option<Break>) -> Result<World<S>> {
    let mut dice = crate::dice::Dice::new(seed.rotate_left(32) ^ 0x5eed);
    let kiosks = usize::try_from(dice.between(2, 8))?;
    let venues = if kiosks >= 4 && dice.in_thousand(500) { 2 } else { 1 };
    let residents = dice.between(6, 30);
    let mut world = World::new(seed, kiosks, venues, residents, broken)?;
    world.net.bad = if dice.in_thousand(500) { 0 } else { dice.between(1, 12) };
    world.start(CENTRE);
    found(&mut world)?;
    if broken == Some(Break::NoPublishing)
        && let Some(running) = world.devices.get_mut(CENTRE).and_then(|device| device.running.as_mut())
    {
        running.hub.node.role = uketsuke_replica::Role::Kiosk;
    }
    for id in 1..=kiosks {
        let device = world.devices.get_mut(id).context("no device")?;
        device.station = if (id / venues) % 2 == 0 { Station::CertificateDesk } else { Station::EntranceStaffed };
        device.wall_off = match dice.below(100) {
            0..3 => {
                if dice.in_thousand(500) {
                    YEAR_MS
                } else {
                    -YEAR_MS
                }
            }
            3..18 => i64::try_from(dice.below(12 * 3_600_000))? - 6 * 3_600_000,
            _ => 0,
        };
        // Some come late in the day: they are filled while others work.
        let start = if dice.in_thousand(800) { dice.below(5_000) } else { dice.below(DAY_MS / 2) };
        world.at(start, Happens::Fault(Fault::Start(id)));
    }
    people(&mut world, &mut dice, kiosks)?;
    faults(&mut world, &mut dice, kiosks)?;
    Ok(world)
}

fn found<S: Disk>(world: &mut World<S>) -> Result<()> {
    let now = world.base;
    let town = world.town.clone();
    let centre = world.devices.get_mut(CENTRE).context("no centre")?;
    let publisher = centre.publisher().context("no publisher")?;
    let mut dice = world.dice.clone();
    let storage = centre.storage_mut().context("no disk")?;
    storage.write(|tx| -> Result<(), ReplicaError<uketsuke_store::StoreError>> {
        town.found(tx, &publisher, now, &mut dice)
    })?;
    storage.refresh_settings()?;
    world.dice = dice;
    Ok(())
}

fn people<S: Disk>(world: &mut World<S>, dice: &mut crate::dice::Dice, kiosks: usize) -> Result<()> {
    let mut comers = world.town.residents.clone();
    for stranger in 0..dice.below(4) {
        let number = VoucherNumber::parse(&format!("3{stranger:09}")).context("no number")?;
        comers.push(Voucher { municipality: world.town.municipality, number });
    }
    for voucher in comers {
        let times = if dice.in_thousand(300) { 2 } else { 1 };
        let at = dice.between(10_000, DAY_MS - 120_000);
        for nth in 0..times {
            // Twice at nearly the same moment, at two doors; or again later.
            let at =
                if nth == 0 || dice.in_thousand(700) { at + dice.below(4_000) } else { dice.between(10_000, DAY_MS) };
            let door = any_kiosk(dice, kiosks);
            world.at(at, Happens::Person(door, voucher, errand(Act::CheckIn, dice.in_thousand(300))));
            if dice.in_thousand(800) {
                let kind = if dice.in_thousand(800) { OutcomeKind::Vaccinated } else { OutcomeKind::PrescreenOnly };
                let desk = any_kiosk(dice, kiosks);
                let after = at + dice.between(500, 60_000);
                world.at(after, Happens::Person(desk, voucher, errand(Act::Outcome(kind), dice.in_thousand(600))));
            }
        }
    }
    Ok(())
}

fn errand(act: Act, stubborn: bool) -> Errand {
    Errand { act, stubborn, patience: 6 }
}

fn any_kiosk(dice: &mut crate::dice::Dice, kiosks: usize) -> DeviceId {
    usize::try_from(dice.between(1, kiosks as u64)).unwrap_or(1)
}

fn faults<S: Disk>(world: &mut World<S>, dice: &mut crate::dice::Dice, kiosks: usize) -> Result<()> {
    let wild = dice.below(4);
    for _ in 0..wild * 3 {
        let at = dice.below(DAY_MS);
        let id = any_kiosk(dice, kiosks);
        let other = usize::try_from(dice.below(kiosks as u64 + 1))?;
        let lasts = dice.between(1_000, DAY_MS / 2);
        let fault = match dice.below(10) {
            0..3 => Fault::PowerCut(id, dice.between(500, 60_000)),
            3 => Fault::PowerCut(CENTRE, dice.between(500, 60_000)),
            4 => Fault::DiskRefuses(if dice.in_thousand(200) { CENTRE } else { id }, dice.below(60), lasts / 4),
            5..7 if other != id => Fault::Cut(id, other, lasts),
            _ => Fault::UplinkCut(lasts),
        };
        world.at(at, Happens::Fault(fault));
    }
    if world.broken == Some(Break::AckBeforeCommit) {
        // It shows only where a disk refuses just when somebody presses: a bad day for disks.
        for _ in 0..REFUSALS {
            let refuses = Fault::DiskRefuses(any_kiosk(dice, kiosks), dice.below(8), 5_000);
            world.at(dice.below(DAY_MS), Happens::Fault(refuses));
        }
    }
    if dice.in_thousand(200) {
        let id = any_kiosk(dice, kiosks);
        let image = dice.below(DAY_MS / 2);
        world.at(image, Happens::Fault(Fault::Image(id)));
        let then = if dice.in_thousand(500) { Fault::PutBack(id) } else { Fault::CloneCard(id) };
        world.at(image + dice.below(DAY_MS / 2), Happens::Fault(then));
    }
    for _ in 0..dice.below(4) {
        let (from, to) = (any_kiosk(dice, kiosks), usize::try_from(dice.below(kiosks as u64 + 1))?);
        let (from, to) = if dice.in_thousand(300) { (CENTRE, from) } else { (from, to) };
        let courier = Fault::Courier(from, to, dice.between(5_000, DAY_MS));
        world.at(dice.below(DAY_MS), Happens::Fault(courier));
    }
    if dice.in_thousand(250) {
        let resident = usize::try_from(dice.below(world.town.residents.len() as u64))?;
        world.at(dice.below(DAY_MS), Happens::Fault(Fault::Erase(resident)));
    }
    for _ in 0..dice.below(3) {
        let resident = usize::try_from(dice.below(world.town.residents.len() as u64))?;
        let leave = Fault::Leave(resident, any_kiosk(dice, kiosks));
        world.at(dice.below(DAY_MS), Happens::Fault(leave));
    }
    if dice.in_thousand(120) {
        let id = any_kiosk(dice, kiosks);
        world.at(dice.between(DAY_MS / 4, DAY_MS), Happens::Fault(Fault::Revoke(id)));
    }
    Ok(())
}
