//! A kiosk is killed again and again, at any moment: while it starts, recovers, records, or speaks to the centre. What a
//! screen said is recorded must be there in the end.
//!
//! `UKETSUKE_KILLS` says how often (25 without it), `UKETSUKE_SEED` when. SIGKILL takes the program and leaves the
//! system's caches: what a lost flush would do belongs to the simulation's disks.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;
use uketsuke_center::centre::Centre;
use uketsuke_domain::log::{EntryKind, IncidentKind};
use uketsuke_kiosk::config::Config;
use uketsuke_kiosk::keeper::Keys;
use uketsuke_store::{BodyStates, Store, StoreError};
use uketsuke_tests::harness::{Cast, CentreFolder, CentreProcess, KioskProcess, KioskSpec, Member, Seen, agreement};

const KILLS: usize = 25;
/// A kill comes within so many milliseconds of a start: the program takes a few hundred to be ready.
const WITHIN_MS: u64 = 1500;

#[test]
fn what_was_acknowledged_outlives_kills_at_any_moment() {
    let kills = number("UKETSUKE_KILLS").map_or(KILLS, |kills| usize::try_from(kills).unwrap());
    let seed = number("UKETSUKE_SEED").unwrap_or_else(|| fastrand::u64(..));
    println!("crash: kills={kills} seed={seed}");
    let (folder, begun) = (tempfile::tempdir().unwrap(), Instant::now());
    let folder = folder.path();
    let centre = CentreFolder::make(folder, (20 * kills).clamp(500, 5000), seed).unwrap();
    let mut server = Some(CentreProcess::start(&centre, 0, &folder.join("center.log")).unwrap());
    let port = server.as_ref().unwrap().port().unwrap();
    let (spec, log) = (spec(folder), folder.join("kiosk.log"));
    spec.enrol(&centre, &format!("127.0.0.1:{port}")).unwrap();
    KioskProcess::start(&spec, &log).unwrap().wait("the first filling", Seen::is_connected).unwrap();

    let cast = Cast::read(&folder.join("sample/cast.json")).unwrap();
    let mut people = cast.booked_here.iter().cycle();
    let mut dice = fastrand::Rng::with_seed(seed);
    let mut acknowledged = BTreeSet::new();
    let mut fruitful_starts = 0;
    for at in 0..kills {
        // With the centre for one half, so that what is killed is a conversation, too; without it for the other.
        if at == kills / 2 {
            server.take().unwrap().kill().unwrap();
        }
        let facts = one_life(&spec, &log, Duration::from_millis(dice.u64(0..WITHIN_MS)), &mut people);
        fruitful_starts += usize::from(!facts.is_empty());
        acknowledged.extend(facts);
    }
    let took = begun.elapsed();
    assert!(acknowledged.len() > kills, "hardly anything was recorded: {}", acknowledged.len());

    let chains = {
        let kiosk = open(&spec.folder);
        let lost = acknowledged.difference(&facts(&kiosk)).count();
        assert_eq!(lost, 0, "of {} acknowledged facts the kiosk lost {lost}", acknowledged.len());
        whole_chains(&kiosk, &spec.folder)
    };
    assert!((fruitful_starts..=kills).contains(&chains), "{chains} chains, {fruitful_starts} starts that wrote");

    let server = CentreProcess::start(&centre, port, &folder.join("center.log")).unwrap();
    let kiosk = KioskProcess::start(&spec, &log).unwrap();
    kiosk.wait("everything sent", |seen| seen.is_connected() && seen.unsent() == 0).unwrap();
    kiosk.stop().unwrap();
    server.kill().unwrap();
    let at_centre = Centre::open(&centre.path).unwrap().store;
    let lost = acknowledged.difference(&facts(&at_centre)).count();
    println!(
        "crash: kills={kills} acknowledged={} lost={lost} chains={chains} seconds={:.1}",
        acknowledged.len(),
        took.as_secs_f64()
    );
    assert_eq!(lost, 0);
    // The centre checked every chain's hashes and signatures when it took them in: its ends are the kiosk's.
    let agreed = agreement(&centre.path, &[&spec.folder]).unwrap();
    assert!(agreed.is_whole(), "{agreed:?}");
    for store in [&at_centre, &open(&spec.folder)] {
        is_sound(store);
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

fn spec(folder: &Path) -> KioskSpec {
    KioskSpec { name: "受付1", station: "entrance-staffed", staff: "S01", folder: folder.join("kiosk") }
}

/// From a start to a kill, with as many check-ins as go in between. Answers the facts that were acknowledged.
fn one_life(
    spec: &KioskSpec,
    log: &Path,
    killed_after: Duration,
    people: &mut dyn Iterator<Item = &Member>,
) -> BTreeSet<String> {
    let mut kiosk = KioskProcess::spawn(spec, log).unwrap();
    let pid = Pid::from_raw(i32::try_from(kiosk.id()).unwrap());
    let killer = std::thread::spawn(move || {
        std::thread::sleep(killed_after);
        kill(pid, Signal::SIGKILL).unwrap();
    });
    let why = work(&mut kiosk, people).expect_err("work ends with the kiosk");
    killer.join().unwrap();
    let (status, acknowledged) = kiosk.ended().unwrap();
    assert_eq!(status.signal(), Some(Signal::SIGKILL as i32), "it ended by itself ({status}) when {why:#}");
    acknowledged.into_iter().map(|acknowledged| acknowledged.fact).collect()
}

/// Scans, and checks in who may be checked in, until the kiosk is gone.
fn work(kiosk: &mut KioskProcess, people: &mut dyn Iterator<Item = &Member>) -> Result<()> {
    kiosk.wait_until_ready()?;
    for person in people {
        kiosk.scan(&person.code18)?;
        let seen = kiosk.wait_for("Verdict", &person.number)?;
        // Whoever was checked in before a kill, or just when it came, is told so.
        if seen.body()["next"] == "CheckIn" {
            kiosk.press(&json!("check-in"))?;
            kiosk.wait_for("Done", &person.number)?;
        }
    }
    Ok(())
}

fn open(folder: &Path) -> Store {
    keys(folder).open(folder).unwrap()
}

fn keys(folder: &Path) -> Keys {
    let config = Config::read(folder).unwrap();
    Keys::read(folder, config.centre_key, [0; 32], 0).unwrap()
}

fn facts(store: &Store) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    let each = store.each_fact(|_, known| -> Result<(), StoreError> {
        facts.insert(known.fact.id.to_string());
        Ok(())
    });
    each.unwrap();
    facts
}

/// Every start that wrote has a chain of its own, which begins with a Began and has no gap. Answers how many.
fn whole_chains(store: &Store, folder: &Path) -> usize {
    let (own, topic) = (keys(folder).identity.public_key(), Config::read(folder).unwrap().venue_topic());
    let vector = store.vector(&topic).unwrap();
    let chains = vector.into_iter().filter(|(origin, _)| origin.key() == own);
    chains
        .map(|(origin, tip)| {
            let (_, entries) = store.stretch(&topic, &origin, 1, usize::MAX).unwrap();
            assert!(entries.iter().map(|entry| entry.number).eq(1..=tip.number), "a gap in {origin}");
            assert_eq!(entries.last().map(|entry| entry.header_hash), Some(tip.header_hash));
            let began = entries.iter().position(|entry| entry.kind == EntryKind::Began);
            assert_eq!(began, Some(0));
            assert!(entries[1..].iter().all(|entry| entry.kind == EntryKind::Change && entry.body.is_some()));
        })
        .count()
}

/// Nothing was held, nothing went on twice, and nobody was blamed.
fn is_sound(store: &Store) {
    assert_eq!(store.body_states().unwrap(), BodyStates::default());
    assert_eq!((store.forks().unwrap(), store.restored().unwrap()), (vec![], vec![]));
    let incidents = store.incidents().unwrap();
    let blamed = |kind| {
        use IncidentKind::{BadEntry, Copied, Flood, Forked, Misbehaviour};
        matches!(kind, Misbehaviour | Flood | BadEntry | Forked | Copied)
    };
    assert!(!incidents.iter().any(|incident| blamed(incident.kind)), "{incidents:?}");
}
