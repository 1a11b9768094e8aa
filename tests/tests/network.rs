//! Real processes on a bad network: a centre and three kiosks, each in a network namespace of its own. The kiosks share a
//! LAN, and one bad uplink to the centre that loses, is cut and flaps. Where namespaces or TUN devices are not permitted,
//! it says so and tests nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;
use uketsuke_center::centre::Centre;
use uketsuke_domain::log::IncidentKind;
use uketsuke_kiosk::config::Config;
use uketsuke_kiosk::keeper::Keys;
use uketsuke_store::{Store, StoreError};
use uketsuke_tests::harness::{
    Carried, Cast, CentreFolder, CentreProcess, KioskProcess, KioskSpec, Member, Quality, Seen, Venue, agreement,
};

const RESIDENTS: usize = 300;
/// Longer than anything should take over such a line, what waits for 30 s of silence included.
const PATIENCE: Duration = Duration::from_mins(5);
/// How often what nobody tells is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Within this time the same code is one that was read twice.
const DOUBLE_READS: Duration = Duration::from_millis(1600);

/// A venue at work. Programs end before their networks, and these before their disks.
struct Site {
    kiosks: Vec<KioskProcess>,
    server: CentreProcess,
    venue: Venue,
    centre: CentreFolder,
    specs: Vec<KioskSpec>,
    cast: Cast,
    folder: TempDir,
}

#[test]
fn one_filling_over_a_bad_uplink_serves_the_room_and_all_comes_back_over_it() {
    let Some(mut site) = Site::build(Quality::BAD, 11) else { return };
    let (filling, begun) = (site.filling_bytes(), Instant::now());
    // At one moment: nobody in the room has anything yet.
    (0..3).for_each(|at| site.switch_on(at));
    site.wait_all("the first fillings", Seen::is_connected);
    let (all, took_all) = (site.venue.uplink.carried(), begun.elapsed());
    println!("network: all three filled={took_all:.1?} bytes={all:?}, one filling={filling}");
    assert!(all.down > filling, "this is no filling: {all:?}");
    assert!(all.down < filling * 3 / 2, "the others were filled over the uplink, too: {filling}, then {all:?}");

    for at in 0..30 {
        site.check_in(at % 3, at);
    }
    // One who is out of sight of the others can't know.
    site.venue.pull(2).unwrap();
    site.check_in(0, 30);
    site.check_in(2, 30);
    site.check_in(2, 31);
    site.venue.plug(2).unwrap();
    let end = site.close();
    println!("network: all agree after {:.1?}, bytes={:?}", begun.elapsed(), end.bytes);
    assert!(end.bytes.lost_packets > 0, "the uplink was not bad: {:?}", end.bytes);
    assert_eq!((end.acknowledged, end.lost), (33, 0));
    assert_eq!(end.reviews, ["DoubleCheckIn"]);
}

#[test]
fn a_room_that_is_cut_off_stays_one_room_and_a_neighbour_brings_what_one_cannot() {
    let Some(mut site) = Site::build_filled(12) else { return };
    site.venue.uplink.cut();
    for at in 0..6 {
        let (first, second) = (at % 3, (at + 1) % 3);
        site.check_in(first, at);
        site.is_refused_the_second_time(second, at);
    }
    assert!(site.acknowledged().is_disjoint(&site.facts_at_centre()), "the uplink was not cut");
    site.venue.uplink.shut_out(Venue::address(2));
    site.venue.uplink.mend();
    site.check_in(2, 6);
    let begun = Instant::now();
    let acknowledged = site.acknowledged();
    until("every fact at the centre", || acknowledged.is_subset(&site.facts_at_centre()));
    println!("network: a neighbour brought all to the centre after {:.1?}", begun.elapsed());
    assert!(site.kiosks[2].seen().unsent() > 0, "it had no line of its own");
    site.venue.uplink.let_all_in();
    let end = site.close();
    assert_eq!((end.acknowledged, end.lost), (7, 0));
    assert_eq!(end.reviews, [""; 0]);
}

#[test]
fn over_a_flapping_uplink_everything_arrives_and_nobody_is_blamed() {
    let Some(mut site) = Site::build_filled(13) else { return };
    let mut checked_in = 0;
    let wire = site.venue.uplink.clone();
    let flapping = std::thread::spawn(move || {
        for _ in 0..4 {
            std::thread::sleep(Duration::from_secs(3));
            wire.cut();
            std::thread::sleep(Duration::from_secs(2));
            wire.mend();
        }
    });
    while !flapping.is_finished() {
        site.check_in(checked_in % 3, checked_in);
        checked_in += 1;
        // At the speed of three quick entrances; as fast as can be, the sample would be through before the first cut.
        std::thread::sleep(Duration::from_millis(250));
    }
    flapping.join().unwrap();
    let begun = Instant::now();
    let end = site.close();
    println!(
        "network: {checked_in} check-ins, all agree {:.1?} after the last flap, bytes={:?}",
        begun.elapsed(),
        end.bytes
    );
    assert_eq!((end.acknowledged, end.lost), (checked_in, 0));
    assert_eq!(end.reviews, [""; 0]);
}

/// Waits for what nobody tells.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < end, "{what} was waited for in vain");
        std::thread::sleep(LOOK_EVERY);
    }
}

/// What came of it, once all have come to rest and agree.
#[derive(Debug)]
struct Closing {
    acknowledged: usize,
    /// Of these, those that the centre does not hold.
    lost: usize,
    reviews: Vec<String>,
    bytes: Carried,
}

impl Site {
    /// Builds the networks, makes a centre with a sample municipality, starts it, and enrols kiosks that are not yet on.
    fn build(quality: Quality, seed: u64) -> Option<Self> {
        let venue = Venue::build(3, quality, seed).unwrap()?;
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let centre = CentreFolder::make(at, RESIDENTS, seed).unwrap();
        let spec = |(number, name): (usize, &'static str)| {
            let folder = at.join(format!("kiosk{number}"));
            let spec = KioskSpec { name, station: "entrance-staffed", staff: "S01", folder };
            spec.enrol_in_room(&centre, Venue::CENTRE, &["--listen", "0.0.0.0:0", "--discover", "room"]).unwrap();
            spec
        };
        let specs = ["受付1", "受付2", "受付3"].into_iter().enumerate().map(spec).collect();
        let start = || CentreProcess::start_at(&centre, Venue::CENTRE, &at.join("center.log"));
        let server = venue.centre.enter(start).unwrap();
        let cast = Cast::read(&at.join("sample/cast.json")).unwrap();
        Some(Self { kiosks: Vec::new(), server, venue, centre, specs, cast, folder })
    }

    /// The same with kiosks that are on and were filled over a good line, which is bad from now on.
    fn build_filled(seed: u64) -> Option<Self> {
        let mut site = Self::build(Quality::GOOD, seed)?;
        (0..3).for_each(|number| site.switch_on(number));
        site.wait_all("the first filling", Seen::is_connected);
        site.venue.uplink.set_quality(Quality::BAD);
        Some(site)
    }

    /// What one kiosk is sent that has nothing: as many bytes as a bundle for it has.
    fn filling_bytes(&self) -> u64 {
        let (out, centre) = (self.folder.path().join("filling.bundle"), Centre::open(&self.centre.path).unwrap());
        uketsuke_center::devices::bundle_out(centre, self.specs[0].name, &out, &mut |_, _| {}).unwrap();
        std::fs::metadata(&out).unwrap().len()
    }

    fn switch_on(&mut self, number: usize) {
        let (spec, log) = (&self.specs[number], self.folder.path().join(format!("kiosk{number}.log")));
        let kiosk = self.venue.at_kiosk(number, || KioskProcess::start(spec, &log)).unwrap();
        self.kiosks.push(kiosk);
    }

    fn wait_all(&self, what: &str, fits: impl Fn(&Seen) -> bool) {
        for kiosk in &self.kiosks {
            kiosk.wait_within(PATIENCE, what, &fits).unwrap();
        }
    }

    fn person(&self, at: usize) -> Member {
        self.cast.booked_here.get(at).expect("the sample has enough people").clone()
    }

    fn check_in(&mut self, kiosk: usize, person: usize) {
        let (person, kiosk) = (self.person(person), &mut self.kiosks[kiosk]);
        kiosk.scan(&person.code18).unwrap();
        kiosk.wait_for("Verdict", &person.number).unwrap();
        kiosk.press(&json!("check-in")).unwrap();
        kiosk.wait_for("Done", &person.number).unwrap();
    }

    /// Scans until the check-in at another door is known here: a moment later, and without a centre.
    fn is_refused_the_second_time(&mut self, kiosk: usize, person: usize) {
        let (person, kiosk) = (self.person(person), &mut self.kiosks[kiosk]);
        until("a refusal at the second door", || {
            kiosk.scan(&person.code18).unwrap();
            let seen = kiosk.wait_for("Verdict", &person.number).unwrap();
            let is_refused = seen.reasons().iter().any(|reason| reason == "AlreadyCheckedIn");
            assert!(!is_refused || seen.body()["next"] == "NextPerson", "nothing is left to do: {}", seen.body());
            kiosk.press(&json!("home")).unwrap();
            kiosk.wait("待機", |seen| seen.screen() == "Welcome").unwrap();
            if !is_refused {
                // A scanner passes over the same code for a while; a person would hold it there again as well.
                std::thread::sleep(DOUBLE_READS);
            }
            is_refused
        });
    }

    /// The facts that screens said are recorded.
    fn acknowledged(&self) -> BTreeSet<String> {
        self.kiosks.iter().flat_map(KioskProcess::acknowledged).map(|acknowledged| acknowledged.fact).collect()
    }

    fn facts_at_centre(&self) -> BTreeSet<String> {
        let mut facts = BTreeSet::new();
        let store = Centre::open(&self.centre.path).unwrap().store;
        let each = store.each_fact(|_, known| -> Result<(), StoreError> {
            facts.insert(known.fact.id.to_string());
            Ok(())
        });
        each.unwrap();
        facts
    }

    /// Waits until everything has arrived everywhere, and ends all. Nobody may have been blamed for the network.
    fn close(self) -> Closing {
        self.wait_all("everything sent", |seen| seen.is_connected() && seen.unsent() == 0);
        let folders: Vec<&Path> = self.specs.iter().map(|spec| spec.folder.as_path()).collect();
        until("agreement", || agreement(&self.centre.path, &folders).unwrap().is_whole());
        let acknowledged = self.acknowledged();
        let bytes = self.venue.uplink.carried();
        for folder in &folders {
            let config = Config::read(folder).unwrap();
            blames_nobody(&Keys::read(folder, config.centre_key, [0; 32], 0).unwrap().open(folder).unwrap());
        }
        blames_nobody(&Centre::open(&self.centre.path).unwrap().store);
        let lost = acknowledged.difference(&self.facts_at_centre()).count();
        let reviews = self.centre.reviews().unwrap();
        for kiosk in self.kiosks {
            kiosk.stop().unwrap();
        }
        self.server.kill().unwrap();
        let reviews = reviews.iter().map(|review| review["kind"].as_str().unwrap().to_owned()).collect();
        Closing { acknowledged: acknowledged.len(), lost, reviews, bytes }
    }
}

fn blames_nobody(store: &Store) {
    let incidents = store.incidents().unwrap();
    let blamed = |kind| matches!(kind, IncidentKind::Misbehaviour | IncidentKind::Flood | IncidentKind::BadEntry);
    assert!(!incidents.iter().any(|incident| blamed(incident.kind)), "{incidents:?}");
}
