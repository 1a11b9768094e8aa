//! Facts that a kiosk recorded while it was alone, and the memory that the centre needs to take them in.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::filling::filled;
use super::linked::{Linked, runtime};
use super::memory::{Memory, busy};
use super::place::{Opened, Place, copy};
use super::{floor, people};
use crate::report::{Case, Report, mean};

const PATIENCE: Duration = Duration::from_mins(10);

pub(super) fn measure(place: &Place, facts: usize, repeats: usize, report: &mut Report) -> Result<()> {
    let recorded = recorded(place, facts)?;
    for _ in 0..repeats {
        let run = send(place, facts, &recorded)?;
        report.put(&Case { rss_mb: None, ..run.clone() });
        report.put(&Case {
            case: "memory",
            residents: run.residents,
            facts: run.facts,
            rss_mb: run.rss_mb,
            idle_mb: run.idle_mb,
            ..Case::default()
        });
    }
    Ok(())
}

/// A kiosk that was filled and then recorded so many facts alone.
fn recorded(place: &Place, facts: usize) -> Result<PathBuf> {
    let full = filled(place, 1)?;
    place.kept(&format!("recorded-{facts}"), |to| {
        copy(&full, to)?;
        let kiosk = Opened::new(to)?;
        let mut keeper = kiosk.keeper()?;
        let people = place.cast.booked_here.get(..facts.div_ceil(2)).context("too few people are booked here")?;
        for person in people {
            people::check_in(&kiosk, &mut keeper, person)?;
        }
        for person in people.iter().take(facts / 2) {
            people::outcome(&kiosk, &mut keeper, person)?;
        }
        Ok(())
    })
}

fn send(place: &Place, facts: usize, recorded: &std::path::Path) -> Result<Case> {
    let kiosk = Opened::new(&place.copy(recorded, "kiosk")?)?;
    let mut store = kiosk.keys.open(&kiosk.folder)?;
    let (origin, _) = floor::newest_of(&store, &kiosk.topic(), kiosk.keys.identity.public_key())?;
    let stretch = [(kiosk.topic(), origin, 0)];
    let floor = floor::measure(&mut store, &place.scratch(), &stretch, None)?;
    drop(store);
    let centre = place.serve()?;
    let memory = Memory::of(centre.id())?;
    let (seconds, busy, (received, sent), handshake) = runtime()?.block_on(async {
        let mut linked = Linked::new(&kiosk)?;
        let topic = kiosk.topic();
        let (begun, kiosk_busy, centre_busy) = (Instant::now(), busy(None)?, busy(Some(centre.id()))?);
        linked.dial(&centre.sync, kiosk.keys.centre);
        let confirmed = |linked: &mut Linked| Ok(linked.hub.unsent(&topic)? == 0);
        linked.until("the centre's confirmation", PATIENCE, confirmed).await?;
        let seconds = begun.elapsed().as_secs_f64();
        let busy = (busy(None)? - kiosk_busy, busy(Some(centre.id()))? - centre_busy);
        anyhow::Ok((seconds, busy, linked.traffic(), linked.handshake))
    })?;
    let rss_mb = Some(memory.above_mb()?);
    let idle_mb = Some(memory.idle_mb());
    centre.kill()?;
    Ok(Case {
        case: "offline-facts",
        residents: place.residents,
        facts: Some(facts),
        seconds: Some(seconds),
        busy: Some(busy),
        floor_busy: Some(floor.busy),
        bytes: Some(mean(received + sent, 1)),
        received: Some(received),
        sent: Some(sent),
        handshake_bytes: Some(handshake),
        entries: Some(floor.entries),
        rss_mb,
        idle_mb,
        floor_seconds: Some(floor.seconds),
        floor_bytes: Some(floor.bytes),
        ..Case::default()
    })
}
