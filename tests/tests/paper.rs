//! Outcomes that were written on paper and came in later count from when they happened.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::path::Path;

use uketsuke_domain::time::{Day, Moment};
use uketsuke_tests::harness::{Cast, CentreFolder, CentreProcess, KioskProcess, KioskSpec, Member, Seen};

const COLUMNS: &str =
    "自治体番号,接種券番号,会場番号,接種結果,接種回数,接種日時,ワクチン,ロット番号,医師番号,ブース,記入者,予約番号";

fn row(person: &Member, outcome: &str, at: &str, lot: &str) -> String {
    format!("132080,{},001,{outcome},1,{at},ファイザー,{lot},D01,3,S01,", person.number)
}

/// A lot of the sample's first vaccine.
fn lot(folder: &Path) -> String {
    let lots = std::fs::read_to_string(folder.join("sample/lots.csv")).unwrap();
    let cells = |line: &str| line.split(',').map(|cell| cell.trim_matches('"').to_owned()).collect::<Vec<_>>();
    let of_pfizer = lots.lines().map(cells).find(|cells| cells[0] == "comirnaty");
    of_pfizer.unwrap()[1].clone()
}

fn import(centre: &CentreFolder, folder: &Path, rows: &[String]) {
    let file = folder.join("paper.csv");
    std::fs::write(&file, format!("{COLUMNS}\r\n{}\r\n", rows.join("\r\n"))).unwrap();
    centre.run("import", &[file.to_str().unwrap()]).unwrap();
}

#[test]
fn a_paper_outcome_counts_from_when_it_happened() {
    let folder = tempfile::tempdir().unwrap();
    let centre = CentreFolder::make(folder.path(), 300, 5).unwrap();
    let cast = Cast::read(&folder.path().join("sample/cast.json")).unwrap();
    let mut first_timers = cast.no_booking.iter().filter(|person| person.dose == 1);
    let (jab, screened) = (first_timers.next().unwrap(), first_timers.next().unwrap());
    let five_days_ago = Day(uketsuke_kiosk::clock::wall().day()).plus_days(-5);
    let lot = lot(folder.path());
    let rows = [
        row(jab, "接種済み", &format!("{five_days_ago} 10:05"), &lot),
        row(screened, "予診のみ", &format!("{five_days_ago} 10:20"), &lot),
    ];
    import(&centre, folder.path(), &rows);
    let facts = centre.facts().unwrap();
    let paper = |kind: &str| {
        let mut found = facts.iter().filter(|fact| {
            let happened = Moment(fact["stamp"]["happened_at"].as_i64().unwrap());
            fact["kind"] == kind && fact["stamp"]["source"] == "Paper" && Day(happened.day()) == five_days_ago
        });
        (found.next().cloned().unwrap(), found.count())
    };
    let ((vaccinated, _), (_, _)) = (paper("Vaccinated"), paper("PrescreenOnly"));
    let (happened, recorded) = (&vaccinated["stamp"]["happened_at"], &vaccinated["stamp"]["recorded_at"]);
    assert!(recorded.as_i64().unwrap() > happened.as_i64().unwrap() + 4 * 86_400_000);
    assert_eq!(vaccinated["stamp"]["booth"], "3");
    // The same sheet once more changes nothing.
    import(&centre, folder.path(), &rows);
    assert_eq!(centre.facts().unwrap().len(), facts.len());
    exported(&centre, folder.path(), (jab, screened), five_days_ago);
    interval_at_the_door(&centre, folder.path(), jab, five_days_ago);
}

/// One row for the dose, with its own day; none for 予診のみ.
fn exported(centre: &CentreFolder, folder: &Path, (jab, screened): (&Member, &Member), day: Day) {
    let out = folder.join("results.csv");
    centre.run("export", &["--out", out.to_str().unwrap()]).unwrap();
    let text = std::fs::read_to_string(&out).unwrap();
    let of = |person: &Member| text.lines().filter(|line| line.contains(&person.number)).collect::<Vec<_>>();
    let digits = day.to_string().replace('-', "");
    assert_eq!(of(jab).len(), 1);
    assert!(of(jab)[0].contains(&digits), "{:?}", of(jab));
    assert!(of(screened).is_empty(), "予診のみ never counts as a dose");
}

/// The kiosk never saw the day, and its verdict counts from it all the same: first through the card alone.
fn interval_at_the_door(centre: &CentreFolder, folder: &Path, jab: &Member, last: Day) {
    let server = CentreProcess::start(centre, 0, &folder.join("center.log")).unwrap();
    let spec =
        KioskSpec { name: "受付1", station: "entrance-staffed", staff: "S01", folder: folder.join("entrance") };
    spec.enrol(centre, &server.sync).unwrap();
    let mut kiosk = KioskProcess::start(&spec, &folder.join("kiosk.log")).unwrap();
    kiosk.wait("the first filling", Seen::is_connected).unwrap();
    kiosk.scan(&jab.code18).unwrap();
    let seen = kiosk.wait_for("Verdict", &jab.number).unwrap();
    let reasons = seen.body()["reasons"].as_array().unwrap();
    let interval = reasons.iter().find_map(|reason| reason.get("IntervalTooShort")).unwrap();
    assert_eq!(interval["last"], last.to_string());
    assert_eq!(interval["earliest"], last.plus_days(19).to_string());
    kiosk.stop().unwrap();
}
