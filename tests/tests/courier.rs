//! A site without any line: the venue manager fills a kiosk from a USB stick, and carries its records back on one, from the
//! kiosk's own screen. The stick is a plain folder that `kiosk.toml` names.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use uketsuke_tests::harness::{Cast, CentreFolder, KioskProcess, KioskSpec, Seen};

const RESIDENTS: usize = 1500;
/// Nobody listens there: the kiosk never reaches its centre.
const NOWHERE: &str = "127.0.0.1:9";

/// A site: its centre's folder, its one kiosk, and the stick between them.
struct Site {
    home: tempfile::TempDir,
    centre: CentreFolder,
    spec: KioskSpec,
    stick: PathBuf,
}

impl Site {
    fn make(seed: u64, staff: &'static str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let centre = CentreFolder::make(home.path(), RESIDENTS, seed).unwrap();
        let spec = KioskSpec { name: "受付1", station: "entrance-staffed", staff, folder: home.path().join("kiosk") };
        spec.enrol(&centre, NOWHERE).unwrap();
        let stick = home.path().join("運搬A");
        let mut config = fs::OpenOptions::new().append(true).open(spec.folder.join("kiosk.toml")).unwrap();
        writeln!(config, "\n[courier]\nfolders = []\nsimulated = {:?}", stick.to_str().unwrap()).unwrap();
        Self { home, centre, spec, stick }
    }

    /// What the centre has for the kiosk.
    fn bundle_for_kiosk(&self, file: &Path) {
        self.centre.run("bundle-out", &["--to", self.spec.name, "--out", file.to_str().unwrap()]).unwrap();
    }

    fn start(&self) -> KioskProcess {
        KioskProcess::start(&self.spec, &self.home.path().join("kiosk.log")).unwrap()
    }

    fn cast(&self) -> Cast {
        Cast::read(&self.home.path().join("sample/cast.json")).unwrap()
    }

    fn files(&self) -> Vec<PathBuf> {
        fs::read_dir(&self.stick).unwrap().map(|entry| entry.unwrap().path()).collect()
    }
}

/// The step that the courier's screen shows ("Sticks"), and what it holds.
fn step(seen: &Seen) -> (&str, &Value) {
    let step = seen.body().as_object().and_then(|step| step.iter().next());
    match step {
        Some((name, held)) if seen.screen() == "Courier" => (name, held),
        _ => ("", &Value::Null),
    }
}

fn wait_step(kiosk: &KioskProcess, name: &str) -> Value {
    let seen = kiosk.wait(&format!("the courier's {name}"), |seen| step(seen).0 == name).unwrap();
    step(&seen).1.clone()
}

/// Opens the courier and waits until the stick is found.
fn open(kiosk: &mut KioskProcess) {
    kiosk.press(&json!("open-courier")).unwrap();
    kiosk.wait("a stick", |seen| step(seen).0 == "Sticks" && step(seen).1["chosen"] == 0).unwrap();
}

fn open_files(kiosk: &mut KioskProcess) -> Value {
    open(kiosk);
    kiosk.press(&json!("courier-in")).unwrap();
    let seen = kiosk.wait("the stick's files", |seen| step(seen).1["bundles"].is_array()).unwrap();
    step(&seen).1["bundles"].clone()
}

/// What comes next must not be told by what the screen showed before.
fn leave(kiosk: &mut KioskProcess, press: &str) {
    kiosk.press(&json!(press)).unwrap();
    kiosk.wait("idle", |seen| seen.screen() == "Welcome").unwrap();
}

fn take_in(kiosk: &mut KioskProcess) -> Value {
    let files = open_files(kiosk);
    assert_eq!(files.as_array().unwrap().len(), 1, "{files}");
    kiosk.press(&json!("confirm")).unwrap();
    wait_step(kiosk, "Done")
}

fn check_in(kiosk: &mut KioskProcess, person: &uketsuke_tests::harness::Member) {
    kiosk.scan(&person.code18).unwrap();
    kiosk.wait_for("Verdict", &person.number).unwrap();
    kiosk.press(&json!("check-in")).unwrap();
    kiosk.wait_for("Done", &person.number).unwrap();
    leave(kiosk, "home");
}

#[test]
fn a_site_without_a_line_lives_from_a_stick() {
    let site = Site::make(11, "M01");
    let mut kiosk = site.start();
    // The stick comes while the screen waits for it.
    kiosk.press(&json!("open-courier")).unwrap();
    kiosk.wait("no stick", |seen| step(seen).0 == "Sticks" && step(seen).1["sticks"] == json!([])).unwrap();
    fs::create_dir(&site.stick).unwrap();
    site.bundle_for_kiosk(&site.stick.join("会場001あて.bundle"));
    kiosk.wait("a stick", |seen| step(seen).1["chosen"] == 0).unwrap();
    leave(&mut kiosk, "home");

    let done = take_in(&mut kiosk);
    let carried = &done["carried"]["TakenIn"];
    assert!(carried["added"].as_u64().unwrap() > 500 && carried["gaps"] == false, "{done}");
    assert_eq!((&carried["entries"], &done["run"]["done"]), (&done["run"]["total"], &done["run"]["total"]));
    assert!(kiosk.seen().0["status"]["data_as_of"].is_i64(), "the status line tells how old the data is");
    leave(&mut kiosk, "confirm");

    // The kiosk knows its people now, and works as if it had a line.
    kiosk.wait("a roster", |seen| seen.0["status"]["venue"] != "001").unwrap();
    let people = site.cast().booked_here;
    for person in people.iter().take(3) {
        check_in(&mut kiosk, person);
    }
    kiosk.wait("three facts that nobody has", |seen| seen.unsent() > 0).unwrap();

    open(&mut kiosk);
    kiosk.press(&json!("courier-out")).unwrap();
    let done = wait_step(&kiosk, "Done");
    let file = site.stick.join(done["carried"]["Written"]["file"].as_str().unwrap());
    assert!(file.is_file(), "{done}");
    assert_eq!(site.files().len(), 2, "the centre's, ours, and nothing half");
    leave(&mut kiosk, "confirm");
    let before = check_ins(&site);
    site.centre.run("bundle-in", &[file.to_str().unwrap()]).unwrap();
    assert_eq!(check_ins(&site) - before, 3);

    // What the centre holds now comes back on the stick, and nothing is left to carry.
    for file in site.files() {
        fs::remove_file(file).unwrap();
    }
    site.bundle_for_kiosk(&site.stick.join("back.bundle"));
    take_in(&mut kiosk);
    leave(&mut kiosk, "confirm");
    kiosk.wait("nothing unsent", |seen| seen.unsent() == 0).unwrap();
    open(&mut kiosk);
    kiosk.press(&json!("courier-out")).unwrap();
    assert_eq!(wait_step(&kiosk, "Done")["carried"], "NothingToWrite");
    assert_eq!(site.files().len(), 1, "no file was made");
    kiosk.stop().unwrap();
}

fn check_ins(site: &Site) -> usize {
    site.centre.facts().unwrap().iter().filter(|fact| fact["kind"] == "CheckedIn").count()
}

#[test]
fn people_are_received_while_a_file_is_on_its_way() {
    let site = Site::make(12, "M01");
    fs::create_dir(&site.stick).unwrap();
    site.bundle_for_kiosk(&site.stick.join("first.bundle"));
    let mut kiosk = site.start();
    take_in(&mut kiosk);
    leave(&mut kiosk, "confirm");
    kiosk.wait("a roster", |seen| seen.0["status"]["venue"] != "001").unwrap();

    let person = &site.cast().booked_here[0];
    open_files(&mut kiosk);
    kiosk.press(&json!("confirm")).unwrap();
    kiosk.wait("progress", |seen| matches!(step(seen).0, "Running" | "Done")).unwrap();
    kiosk.scan(&person.code18).unwrap();
    kiosk.wait_for("Verdict", &person.number).unwrap();
    kiosk.wait("the end, told by the line", |seen| seen.0["status"]["courier"]["Ended"]["well"] == true).unwrap();
    assert_eq!(kiosk.seen().number(), person.number, "nobody is pushed aside");
    kiosk.press(&json!("check-in")).unwrap();
    kiosk.wait_for("Done", &person.number).unwrap();
    kiosk.press(&json!("open-courier")).unwrap();
    let done = wait_step(&kiosk, "Done");
    assert_eq!(done["carried"]["TakenIn"]["added"], 0, "it was taken in before: {done}");
    kiosk.stop().unwrap();
}

#[test]
fn a_bad_file_is_told_and_harms_nothing() {
    let site = Site::make(13, "M01");
    fs::create_dir(&site.stick).unwrap();
    let good = site.home.path().join("good.bundle");
    site.bundle_for_kiosk(&good);
    let whole = fs::read(&good).unwrap();
    let mut kiosk = site.start();

    // What is no bundle, or not for us, or has lost its head, is not offered.
    fs::write(site.stick.join("photo.jpg"), [0xff; 4096]).unwrap();
    fs::write(site.stick.join("empty.bundle"), "").unwrap();
    fs::write(site.stick.join("head.bundle"), &whole[..60]).unwrap();
    assert_eq!(open_files(&mut kiosk), json!([]));
    leave(&mut kiosk, "home");

    // A file that is cut keeps its head, and fails where the cut is.
    let cut = site.stick.join("cut.bundle");
    fs::write(&cut, &whole[..whole.len() * 3 / 4]).unwrap();
    assert_eq!(open_files(&mut kiosk).as_array().unwrap().len(), 1);
    kiosk.press(&json!("confirm")).unwrap();
    assert_eq!(wait_step(&kiosk, "Failed")["trouble"], "Damaged");
    kiosk.frame(&site.home.path().join("failed.png")).unwrap();

    // The stick is pulled out between the list and the press.
    kiosk.press(&json!("back")).unwrap();
    kiosk.wait("a stick", |seen| step(seen).1["chosen"] == 0).unwrap();
    kiosk.press(&json!("courier-in")).unwrap();
    kiosk.wait("the stick's files", |seen| step(seen).1["bundles"].is_array()).unwrap();
    fs::remove_file(&cut).unwrap();
    kiosk.press(&json!("confirm")).unwrap();
    assert_eq!(wait_step(&kiosk, "Failed")["trouble"], "StickGone");

    // The whole file goes in afterwards, as if nothing had been.
    leave(&mut kiosk, "confirm");
    fs::copy(&good, site.stick.join("good.bundle")).unwrap();
    let done = take_in(&mut kiosk);
    assert_eq!(done["carried"]["TakenIn"]["gaps"], false, "{done}");
    leave(&mut kiosk, "confirm");
    kiosk.wait("a roster", |seen| seen.0["status"]["venue"] != "001").unwrap();
    check_in(&mut kiosk, &site.cast().booked_here[0]);
    kiosk.stop().unwrap();
}

#[test]
fn staff_without_the_right_are_offered_no_courier() {
    let site = Site::make(14, "S01");
    fs::create_dir(&site.stick).unwrap();
    let mut kiosk = site.start();
    assert_eq!(kiosk.seen().0["status"]["courier"], "Absent");
    kiosk.press(&json!("open-courier")).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(kiosk.seen().screen(), "Welcome");
    kiosk.stop().unwrap();
}
