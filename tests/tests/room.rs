//! Two kiosks in a room without a centre: they find each other, and behave as one.

#![allow(clippy::unwrap_used, reason = "a test")]

use serde_json::json;
use uketsuke_tests::harness::{Cast, CentreFolder, CentreProcess, KioskProcess, KioskSpec, Seen};

const RESIDENTS: usize = 300;
/// Within this time the same code is one that was read twice.
const DOUBLE_READS: std::time::Duration = std::time::Duration::from_millis(1600);

#[test]
fn whoever_was_checked_in_at_one_door_is_refused_at_the_other_without_a_centre() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let centre = CentreFolder::make(folder, RESIDENTS, 5).unwrap();
    let server = CentreProcess::start(&centre, 0, &folder.join("center.log")).unwrap();
    let spec = |name, at: &str| {
        let spec = KioskSpec { name, station: "entrance-staffed", staff: "S01", folder: folder.join(at) };
        spec.enrol_in_room(&centre, &server.sync, &["--discover", "this-machine"]).unwrap();
        spec
    };
    let (north, south) = (spec("受付1", "north"), spec("受付2", "south"));
    let mut north = KioskProcess::start(&north, &folder.join("north.log")).unwrap();
    let mut south = KioskProcess::start(&south, &folder.join("south.log")).unwrap();
    north.wait("the first filling", Seen::is_connected).unwrap();
    south.wait("the first filling", Seen::is_connected).unwrap();
    server.kill().unwrap();
    north.wait("a lost centre", |seen| !seen.is_connected()).unwrap();
    south.wait("a lost centre", |seen| !seen.is_connected()).unwrap();
    let cast = Cast::read(&folder.join("sample/cast.json")).unwrap();
    for (at, person) in cast.booked_here.iter().take(6).enumerate() {
        let (first, second) = if at % 2 == 0 { (&mut north, &mut south) } else { (&mut south, &mut north) };
        first.scan(&person.code18).unwrap();
        first.wait_for("Verdict", &person.number).unwrap();
        first.press(&json!("check-in")).unwrap();
        first.wait_for("Done", &person.number).unwrap();
        // The bench measures how long it takes; here it must come at all.
        let told = |seen: &Seen| seen.body()["reasons"].to_string().contains("AlreadyCheckedIn");
        let mut tries = 0;
        loop {
            second.scan(&person.code18).unwrap();
            let seen = second.wait_for("Verdict", &person.number).unwrap();
            if told(&seen) {
                assert_eq!(seen.body()["next"], "NextPerson", "nothing is left to do: {}", seen.body());
                break;
            }
            tries += 1;
            assert!(tries < 40, "the other door never heard of it: {}", seen.body());
            second.press(&json!("home")).unwrap();
            second.wait("idle", |seen| seen.screen() == "Welcome").unwrap();
            // Sooner the scanner would take the same code for one that was read twice.
            std::thread::sleep(DOUBLE_READS);
        }
    }
    north.stop().unwrap();
    south.stop().unwrap();
}
