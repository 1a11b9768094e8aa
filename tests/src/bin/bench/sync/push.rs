//! From one kiosk's disk to another's, over a real line between the two.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use uketsuke_domain::log::{Origin, Storage, Topic};
use uketsuke_store::{Key, Options, Store, StoreError};

use super::filling::filled;
use super::linked::{Linked, runtime};
use super::people;
use super::place::{Opened, Place};
use crate::report::{Case, Report, quantile};

const PATIENCE: Duration = Duration::from_secs(30);
/// Between two check-ins: about as often as a busy door, and not so often that one waits for the other.
const EVERY: Duration = Duration::from_millis(25);
/// About what a check-in adds, in bytes.
const FACT_BYTES: usize = 700;

/// What a kiosk's thread tells.
#[derive(Debug)]
enum Told {
    Listens(String),
    /// Something was taken in, or the line came up: how far the other's chain is held, and whether all is.
    Holds {
        number: u64,
        even: bool,
        at: Instant,
    },
}

/// A kiosk whose lines have a thread of their own.
#[derive(Debug)]
struct Side {
    wrote: UnboundedSender<()>,
    told: Receiver<Told>,
    thread: JoinHandle<Result<()>>,
}

pub(super) fn measure(place: &Place, count: usize, report: &mut Report) -> Result<()> {
    let full = place.copy(&filled(place, 2)?, "kiosk-2")?;
    one(place, &full, ("push-latency-idle", true), count, report)?;
    let empty = place.copy(&place.empty_kiosk(2), "kiosk-2")?;
    one(place, &empty, ("push-latency-filling", false), count, report)
}

/// Pushes from a full kiosk to the one of a folder; `waits` until the two are even first.
fn one(place: &Place, to: &Path, (case, waits): (&'static str, bool), count: usize, report: &mut Report) -> Result<()> {
    let from = Opened::new(&place.copy(&filled(place, 1)?, "kiosk-1")?)?;
    let to = Opened::new(to)?;
    let (topic, origin) = (from.topic(), from.keys.identity.origin());
    let mut keeper = from.keeper()?;
    let mut floor = Store::open(&place.scratch().join("push-floor.db"), &Key::new([7; 32]), Options::default())?;
    let key = from.keys.identity.public_key();
    let same_start = Opened { folder: from.folder.clone(), config: from.config.clone(), keys: from.keys.clone() };
    let pusher = Side::start(same_start, None, (topic.clone(), origin))?;
    let Told::Listens(address) = pusher.told.recv_timeout(PATIENCE)? else { bail!("it does not listen") };
    let taker = Side::start(to, Some((address, key)), (topic.clone(), origin))?;
    let mut even = taker.wait(PATIENCE, |_, even| even || !waits)?.1;
    let (mut samples, mut bare) = (Vec::new(), Vec::new());
    for person in place.cast.booked_here.iter().rev().take(count) {
        if !waits && even {
            // Filled: what comes after would be measured on an idle kiosk.
            break;
        }
        let next = Instant::now() + EVERY;
        people::check_in(&from, &mut keeper, person)?;
        let durable = Instant::now();
        pusher.wrote.send(())?;
        let number = keeper.store().tip(&topic, &origin)?.context("nothing was recorded")?.number;
        let (at, now_even) = taker.wait(PATIENCE, |held, _| held >= number)?;
        even = now_even;
        samples.push((at - durable).as_secs_f64() * 1e3);
        if waits {
            bare.push(bare_write(&mut floor, samples.len())?);
        }
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    taker.stop()?;
    pusher.stop()?;
    report.put(&Case {
        case,
        residents: place.residents,
        facts: Some(samples.len()),
        p50_ms: quantile(&mut samples, 0.5),
        p99_ms: quantile(&mut samples, 0.99),
        max_ms: quantile(&mut samples, 1.0),
        floor_p50_ms: quantile(&mut bare, 0.5),
        floor_p99_ms: quantile(&mut bare, 0.99),
        ..Case::default()
    });
    Ok(())
}

/// One bare transaction: the least that the other disk has to do.
fn bare_write(store: &mut Store, row: usize) -> Result<f64> {
    let begun = Instant::now();
    store.write(|tx| -> Result<(), StoreError> { tx.put_meta(&row.to_string(), &[7; FACT_BYTES]) })?;
    Ok(begun.elapsed().as_secs_f64() * 1e3)
}

impl Side {
    fn start(kiosk: Opened, dials: Option<(String, [u8; 32])>, watched: (Topic, Origin)) -> Result<Self> {
        let (tell, told) = channel();
        let (wrote, written) = unbounded_channel();
        let thread = std::thread::Builder::new()
            .name("link".to_owned())
            .spawn(move || runtime()?.block_on(converse(&kiosk, dials, &watched, &tell, written)))?;
        Ok(Self { wrote, told, thread })
    }

    fn wait(&self, within: Duration, holds: impl Fn(u64, bool) -> bool) -> Result<(Instant, bool)> {
        let end = Instant::now() + within;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.told.recv_timeout(left).context("the other kiosk does not hold it")? {
                Told::Holds { number, even, at } if holds(number, even) => return Ok((at, even)),
                Told::Holds { .. } | Told::Listens(_) => {}
            }
        }
    }

    fn stop(self) -> Result<()> {
        drop(self.wrote);
        self.thread.join().map_err(|_| anyhow!("a kiosk's lines panicked"))?
    }
}

async fn converse(
    kiosk: &Opened,
    dials: Option<(String, [u8; 32])>,
    (topic, origin): &(Topic, Origin),
    tell: &Sender<Told>,
    mut written: UnboundedReceiver<()>,
) -> Result<()> {
    let mut linked = Linked::new(kiosk)?;
    match dials {
        Some((address, key)) => linked.dial(&address, key),
        // The bench may have ended meanwhile.
        None => drop(tell.send(Told::Listens(linked.listen().await?.to_string()))),
    }
    loop {
        tokio::select! {
            biased;
            command = written.recv() => match command {
                None => return Ok(()),
                Some(()) => linked.wrote(kiosk)?,
            },
            stepped = linked.step() => {
                stepped?;
                let number = linked.hub.node.storage.tip(topic, origin)?.map_or(0, |tip| tip.number);
                let even = linked.is_even();
                let _ = tell.send(Told::Holds { number, even, at: Instant::now() });
            }
        }
    }
}
