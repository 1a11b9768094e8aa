//! A durable check-in without the threads around it: what the disk and the signature cost, beside the bare transaction.

use std::time::Instant;

use anyhow::{Result, bail};
use uketsuke_domain::kiosk::{Effect, Event, Kiosk, RecordRequest};
use uketsuke_domain::screen::Press;
use uketsuke_kiosk::config::Config;
use uketsuke_kiosk::keeper::{Keeper, Keys};
use uketsuke_kiosk::{clock, roster};
use uketsuke_replica::record::Recorded;
use uketsuke_tests::harness::Member;

use crate::floor::{Floor, ms};
use crate::folder::{Folder, already_used, remember_used};
use crate::report::{Case, Report, quantile};

pub(crate) fn measure(folder: &Folder, residents: usize, count: usize, report: &mut Report) -> Result<()> {
    let config = Config::read(&folder.kiosk.folder)?;
    let keys = Keys::read(&folder.kiosk.folder, config.centre_key, [0; 32], this_start()?)?;
    let mut keeper = Keeper::new(keys.open(&folder.kiosk.folder)?, &keys, config.venue_topic());
    let mut kiosk = Kiosk::new(config.kiosk(), clock::now());
    let roster = roster::read(keeper.store(), &config.venue)?;
    kiosk.handle(Event::Roster(Box::new(roster)), clock::now());
    let mut floor = Floor::open(folder)?;
    let used = already_used(folder)?;
    let (mut own, mut bare, mut verdict) = (Vec::new(), Vec::new(), Vec::new());
    for person in folder.cast.booked_here.iter().skip(used).take(count) {
        let begun = Instant::now();
        look(person, &mut kiosk, &keeper)?;
        verdict.push(ms(begun.elapsed()));
        let request = press(&mut kiosk)?;
        let begun = Instant::now();
        let Recorded::Done(_) = keeper.record(&request)? else { bail!("the record changed meanwhile") };
        own.push(ms(begun.elapsed()));
        bare.push(floor.write()?);
        kiosk = Kiosk::new(config.kiosk(), clock::now());
        kiosk.handle(Event::Roster(Box::new(roster::read(keeper.store(), &config.venue)?)), clock::now());
    }
    remember_used(folder, used + count)?;
    let case = |case, samples: &mut [f64]| Case {
        case,
        residents,
        p50_ms: quantile(samples, 0.5),
        p99_ms: quantile(samples, 0.99),
        ..Case::default()
    };
    report.put(&case("verdict", &mut verdict));
    let (floor_p50_ms, floor_p99_ms) = (quantile(&mut bare, 0.5), quantile(&mut bare, 0.99));
    report.put(&Case { floor_p50_ms, floor_p99_ms, ..case("durable-check-in", &mut own) });
    Ok(())
}

/// From the scanned text to the verdict's screen as data: one look-up.
fn look(person: &Member, kiosk: &mut Kiosk, keeper: &Keeper) -> Result<()> {
    for effect in kiosk.handle(Event::Scan(person.code18.clone()), clock::now()) {
        if let Effect::LookUp { ticket, voucher, short } = effect {
            let known = Box::new(keeper.known(&voucher, short)?);
            kiosk.handle(Event::LookedUp { ticket, known }, clock::now());
        }
    }
    Ok(())
}

fn press(kiosk: &mut Kiosk) -> Result<RecordRequest> {
    for effect in kiosk.handle(Event::Press(Press::CheckIn), clock::now()) {
        if let Effect::Record { request, .. } = effect {
            return Ok(*request);
        }
    }
    bail!("no check-in is offered")
}

/// A chain of this run's own.
fn this_start() -> Result<u64> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|why| anyhow::anyhow!("no randomness: {why}"))?;
    Ok(u64::from_be_bytes(bytes))
}
