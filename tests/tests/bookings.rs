//! A booking list that is imported again says what is true now.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::path::Path;

use uketsuke_tests::harness::CentreFolder;

const COLUMNS: &str = "予約番号,自治体番号,接種券番号,予約枠番号,接種回数,予約状況,最終更新者,最終更新日時";

fn import(centre: &CentreFolder, folder: &Path, number: &str, slot: &str, state: &str, at: &str) {
    let file = folder.join("bookings.csv");
    std::fs::write(&file, format!("{COLUMNS}\r\nT1,132080,{number},{slot},1,{state},C01,{at}\r\n")).unwrap();
    centre.run("import", &[file.to_str().unwrap()]).unwrap();
}

fn kinds(centre: &CentreFolder) -> Vec<String> {
    let facts = centre.facts().unwrap();
    let of_booking = facts.iter().filter(|fact| fact["booking"] == "T1");
    let mut kinds: Vec<String> = of_booking.map(|fact| fact["kind"].as_str().unwrap().to_owned()).collect();
    kinds.sort();
    kinds
}

#[test]
fn cancelled_taken_up_again_and_moved() {
    let folder = tempfile::tempdir().unwrap();
    let centre = CentreFolder::make(folder.path(), 300, 9).unwrap();
    let cast = uketsuke_tests::harness::Cast::read(&folder.path().join("sample/cast.json")).unwrap();
    let person = cast.no_booking.iter().find(|person| person.dose == 1).unwrap();
    let today = uketsuke_kiosk::clock::wall().day().to_string().replace('-', "");
    let slot = |time: &str| format!("001-{today}-{time}-comirnaty");
    let say = |slot: &str, state: &str, at: &str| import(&centre, folder.path(), &person.number, slot, state, at);
    say(&slot("0900"), "予約中", "2021-03-01 09:00");
    say(&slot("0900"), "予約中", "2021-03-01 09:00");
    assert_eq!(kinds(&centre), ["Booked"], "the same list again changes nothing");
    say(&slot("0900"), "キャンセル済み", "2021-03-02 09:00");
    assert_eq!(kinds(&centre), ["Booked", "Cancelled"]);
    say(&slot("0900"), "予約中", "2021-03-01 09:00");
    assert_eq!(kinds(&centre), ["Booked", "Cancelled"], "an older list does not undo a cancellation");
    say(&slot("0900"), "予約中", "2021-03-03 09:00");
    say(&slot("0930"), "予約中", "2021-03-04 09:00");
    assert_eq!(kinds(&centre), ["Booked", "Booked", "Booked", "Cancelled"]);
    let state = state(&centre, &person.number);
    assert_eq!(state, [(Some(570), false)], "one booking, moved, and not cancelled any more");
}

/// Start and cancellation of the person's visits today.
fn state(centre: &CentreFolder, number: &str) -> Vec<(Option<u16>, bool)> {
    use uketsuke_store::{Key, Options, Store};
    let key = Key::read(&centre.path.join("database.key")).unwrap();
    let store = Store::open(&centre.path.join("center.db"), &key, Options::default()).unwrap();
    let today = uketsuke_domain::time::Day(uketsuke_kiosk::clock::wall().day());
    let visits = store.visits(&"001".into(), today).unwrap();
    let of_person = visits
        .iter()
        .filter(|visit| visit.person.as_ref().is_some_and(|person| person.voucher.number.as_str() == number));
    of_person.map(|visit| (visit.start_minute, visit.cancelled)).collect()
}
