//! An empty kiosk is filled by a centre; and whether its bar tells the truth meanwhile.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;
use uketsuke_domain::log::Topic;

use super::floor;
use super::linked::{ENTRIES_PER_COMMIT, Linked, runtime};
use super::memory::{Memory, busy};
use super::place::{Opened, Place, copy};
use crate::report::{Case, Report, mean};

/// The first filling may take this long.
const FILLING: Duration = Duration::from_mins(30);

/// What a filling came to.
#[derive(Debug)]
struct Filled {
    seconds: f64,
    /// Seconds with a processor: the kiosk, the centre.
    busy: (f64, f64),
    /// Received and sent.
    traffic: (u64, u64),
    handshake: u64,
    bar: Bar,
    centre_mb: f64,
}

/// What the bar showed.
#[derive(Debug, Default)]
struct Bar {
    last: Option<(u64, u64)>,
    /// How often it went back: less held, or a smaller part.
    backwards: usize,
}

impl Bar {
    fn see(&mut self, now: Option<(u64, u64)>) {
        if let (Some((held, total)), Some((before, of))) = (now, self.last) {
            let shrank = u128::from(held) * u128::from(of) < u128::from(before) * u128::from(total);
            self.backwards += usize::from(held < before || shrank);
        }
        if now.is_none() && self.last.is_some() {
            self.backwards += 1;
        }
        self.last = now.or(self.last);
    }
}

pub(super) fn measure(place: &Place, repeats: usize, report: &mut Report) -> Result<()> {
    let mut runs = Vec::new();
    for _ in 0..repeats {
        let folder = place.copy(&place.empty_kiosk(1), "kiosk")?;
        runs.push(fill(place, &folder)?);
        place.kept("filled-1", |to| copy(&folder, to))?;
    }
    let folder = place.copy(&filled(place, 1)?, "floor")?;
    let kiosk = Opened::new(&folder)?;
    let mut store = kiosk.keys.open(&folder)?;
    let topics = [Topic::municipality(kiosk.config.municipality), kiosk.topic()];
    let everything = floor::everything(&store, &topics)?;
    let floor = floor::measure(&mut store, &place.scratch(), &everything, Some(ENTRIES_PER_COMMIT))?;
    for run in runs {
        let (received, sent) = run.traffic;
        report.put(&Case {
            case: "first-filling",
            residents: place.residents,
            seconds: Some(run.seconds),
            busy: Some(run.busy),
            floor_busy: Some(floor.busy),
            bytes: Some(mean(received + sent, 1)),
            received: Some(received),
            sent: Some(sent),
            handshake_bytes: Some(run.handshake),
            rss_mb: Some(run.centre_mb),
            entries: Some(floor.entries),
            held_of: run.bar.last,
            backwards: Some(run.bar.backwards),
            floor_seconds: Some(floor.seconds),
            floor_bytes: Some(floor.bytes),
            ..Case::default()
        });
    }
    Ok(())
}

/// A kiosk that holds all that the centre has for it.
pub(super) fn filled(place: &Place, number: usize) -> Result<PathBuf> {
    place.kept(&format!("filled-{number}"), |to| {
        copy(&place.empty_kiosk(number), to)?;
        fill(place, to).map(drop)
    })
}

/// Fills a kiosk's folder.
fn fill(place: &Place, folder: &Path) -> Result<Filled> {
    let kiosk = Opened::new(folder)?;
    let centre = place.serve()?;
    let memory = Memory::of(centre.id())?;
    let filled = runtime()?.block_on(async {
        let mut linked = Linked::new(&kiosk)?;
        let mut bar = Bar::default();
        let (begun, kiosk_busy, centre_busy) = (Instant::now(), busy(None)?, busy(Some(centre.id()))?);
        linked.dial(&centre.sync, kiosk.keys.centre);
        linked
            .until("a full kiosk", FILLING, |linked| {
                bar.see(linked.progress());
                Ok(linked.is_even())
            })
            .await?;
        let seconds = begun.elapsed().as_secs_f64();
        let busy = (busy(None)? - kiosk_busy, busy(Some(centre.id()))? - centre_busy);
        let (traffic, handshake) = (linked.traffic(), linked.handshake);
        anyhow::Ok(Filled { seconds, busy, traffic, handshake, bar, centre_mb: memory.above_mb()? })
    })?;
    centre.kill()?;
    Ok(filled)
}
