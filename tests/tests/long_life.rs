//! A venue that is over, with real processes: closed and archived at the centre, dropped by its kiosks, and whatever one of
//! them still had to tell counts.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use uketsuke_center::centre::Centre;
use uketsuke_domain::log::Topic;
use uketsuke_kiosk::config::Config;
use uketsuke_kiosk::keeper::Keys;
use uketsuke_replica::admin;
use uketsuke_tests::harness::{Cast, CentreFolder, CentreProcess, KioskProcess, KioskSpec, Member, Seen};

const RESIDENTS: usize = 300;
/// What peers confirmed is kept every 20 s, and a closed line is dialled again after 15 s at most.
const PATIENCE: Duration = Duration::from_mins(2);

#[test]
fn an_archived_venue_leaves_its_kiosks_and_a_late_check_in_still_counts() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let centre = CentreFolder::make(folder, RESIDENTS, 21).unwrap();
    let server = CentreProcess::start(&centre, 0, &folder.join("center.log")).unwrap();
    let port = server.port().unwrap();
    let spec = |name, at: &str| {
        let spec = KioskSpec { name, station: "entrance-staffed", staff: "S01", folder: folder.join(at) };
        spec.enrol_in_room(&centre, &server.sync, &["--discover", "off"]).unwrap();
        spec
    };
    let (north_spec, south_spec) = (spec("受付1", "north"), spec("受付2", "south"));
    let mut north = KioskProcess::start(&north_spec, &folder.join("north.log")).unwrap();
    let south = KioskProcess::start(&south_spec, &folder.join("south.log")).unwrap();
    let cast = Cast::read(&folder.join("sample/cast.json")).unwrap();
    north.wait("the first filling", Seen::is_connected).unwrap();
    check_in(&mut north, &cast.booked_here[0]);
    for kiosk in [&north, &south] {
        kiosk.wait("everything sent", |seen| seen.is_connected() && seen.unsent() == 0).unwrap();
    }
    assert!(holdings(&north_spec.folder).1 > 0 && holdings(&south_spec.folder).1 > 0);

    let out = folder.join("venue.archive");
    let archive = || centre.run("archive", &["--venue", "001", "--out", out.to_str().unwrap()]);
    let refused = archive().unwrap_err().to_string();
    assert!(refused.contains("まだ閉じられていません"), "{refused}");
    centre.run("close", &["--venue", "001"]).unwrap();
    until("both kiosks' confirmation", || unconfirmed(&centre, &[&north_spec, &south_spec]) == 0);
    north.stop().unwrap();
    archive().unwrap();
    assert!(out.exists());
    until("a kiosk without the venue", || holdings(&south_spec.folder) == (0, 0));
    server.kill().unwrap();

    // The other one was off, has not heard of it, and somebody still comes.
    let mut north = KioskProcess::start(&north_spec, &folder.join("north.log")).unwrap();
    check_in(&mut north, &cast.booked_here[1]);
    let late = north.acknowledged().last().unwrap().fact.clone();
    let server = CentreProcess::start(&centre, port, &folder.join("center.log")).unwrap();
    until("the late fact at the centre", || centre.facts().unwrap().iter().any(|fact| fact["id"] == late.as_str()));
    assert!(holdings(&north_spec.folder).1 > 0, "what only it held was not dropped");
    until("the next archive", || archive_may_follow(&archive));
    let specs = [&north_spec, &south_spec];
    until("both kiosks without the venue", || specs.iter().all(|spec| holdings(&spec.folder) == (0, 0)));
    assert_eq!(
        centre.facts().unwrap().iter().filter(|fact| fact["kind"] == "CheckedIn").count(),
        2,
        "the centre keeps all"
    );
    let incidents = Centre::open(&centre.path).unwrap().store.incidents().unwrap();
    assert!(incidents.is_empty(), "{incidents:?}");
    for kiosk in [north, south] {
        kiosk.stop().unwrap();
    }
    server.kill().unwrap();
}

/// How many of these kiosks the centre does not know to hold all of the venue.
fn unconfirmed(centre: &CentreFolder, kiosks: &[&KioskSpec]) -> usize {
    let store = Centre::open(&centre.path).unwrap().store;
    let opened = kiosks.iter().map(|spec| {
        let config = Config::read(&spec.folder).unwrap();
        let keys = Keys::read(&spec.folder, config.centre_key, [0; 32], 0).unwrap();
        (config.venue_topic(), keys.identity.public_key())
    });
    let (topics, keys): (Vec<Topic>, Vec<[u8; 32]>) = opened.unzip();
    admin::unconfirmed(&store, &topics[0], keys).unwrap().len()
}

/// People and entries of the venue that a kiosk's disk holds.
fn holdings(folder: &Path) -> (u64, usize) {
    let config = Config::read(folder).unwrap();
    let keys = Keys::read(folder, config.centre_key, [0; 32], 0).unwrap();
    let store = keys.open(folder).unwrap();
    let topic = config.venue_topic();
    let chains = store.vector(&topic).unwrap();
    let entries =
        chains.into_iter().map(|(origin, tip)| store.stretch(&topic, &origin, tip.number, 1).unwrap().1.len());
    (store.person_count().unwrap(), entries.sum())
}

/// Archives, or says that somebody's confirmation is still waited for.
fn archive_may_follow(archive: &impl Fn() -> anyhow::Result<String>) -> bool {
    match archive() {
        Ok(_) => true,
        Err(why) => {
            assert!(why.to_string().contains("記録がそろっていません"), "{why}");
            false
        }
    }
}

fn check_in(kiosk: &mut KioskProcess, person: &Member) {
    kiosk.scan(&person.code18).unwrap();
    kiosk.wait_for("Verdict", &person.number).unwrap();
    kiosk.press(&json!("check-in")).unwrap();
    kiosk.wait_for("Done", &person.number).unwrap();
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < end, "{what} was waited for in vain");
        std::thread::sleep(Duration::from_millis(300));
    }
}
