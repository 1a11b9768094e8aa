//! Bad input: each gives a clear message and harms nothing else.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;

use serde_json::json;
use uketsuke_tests::harness::{Cast, CentreFolder, CentreProcess, KioskProcess, KioskSpec, Seen};

const RESIDENTS: usize = 300;

fn spec(folder: &Path) -> KioskSpec {
    KioskSpec { name: "受付1", station: "entrance-staffed", staff: "S01", folder: folder.join("entrance") }
}

/// A kiosk that a centre has filled; the centre is gone again.
fn filled(folder: &Path, url: Option<&str>) -> (KioskSpec, Cast) {
    let centre = CentreFolder::make(folder, RESIDENTS, 3).unwrap();
    let server = CentreProcess::start(&centre, 0, &folder.join("center.log")).unwrap();
    let spec = spec(folder);
    let address = server.sync.clone();
    spec.enrol(&centre, &address).unwrap();
    let kiosk = KioskProcess::start(&spec, &folder.join("kiosk.log")).unwrap();
    kiosk.wait("the first filling", Seen::is_connected).unwrap();
    kiosk.stop().unwrap();
    server.kill().unwrap();
    if let Some(url) = url {
        let config = spec.folder.join("kiosk.toml");
        let text = std::fs::read_to_string(&config).unwrap();
        std::fs::write(&config, text.replace(&address, url)).unwrap();
    }
    (spec, Cast::read(&folder.join("sample/cast.json")).unwrap())
}

fn check_in(kiosk: &mut KioskProcess, person: &uketsuke_tests::harness::Member) {
    kiosk.scan(&person.code18).unwrap();
    kiosk.wait_for("Verdict", &person.number).unwrap();
    kiosk.press(&json!("check-in")).unwrap();
    kiosk.wait_for("Done", &person.number).unwrap();
}

#[test]
fn wrong_cut_and_foreign_codes_and_a_scanner_that_is_unplugged() {
    let folder = tempfile::tempdir().unwrap();
    let (spec, cast) = filled(folder.path(), None);
    let mut kiosk = KioskProcess::start(&spec, &folder.path().join("kiosk.log")).unwrap();
    let cases = [
        ("21132080111111111", json!({"NotAVoucher": {"Length": 17}})),
        ("211320811111111113", json!({"NotAVoucher": "CheckDigit"})),
        ("A1111111113", json!({"NotAVoucher": "Cut"})),
        ("]C10109521234543213", json!({"NotAVoucher": {"Known": "VaccineLabel"}})),
        ("https://example.jp/", json!({"NotAVoucher": {"Known": "WebAddress"}})),
    ];
    for (at, (code, trouble)) in cases.into_iter().enumerate() {
        kiosk.scan(code).unwrap();
        let seen = kiosk.wait(code, |seen| seen.body()["trouble"] == trouble).unwrap();
        assert_eq!(seen.body()["offer_keypad"], json!(at >= 1), "the keypad is offered after two failed reads");
    }
    kiosk.scanner().write_raw(&[0xff, 0xfe, b'\r']).unwrap();
    kiosk.wait("bytes that are no text", |seen| seen.body()["trouble"] == "Garbled").unwrap();
    kiosk.scanner().write_raw(&[b'7'; 5000]).unwrap();
    kiosk.scanner().write_raw(b"\r").unwrap();
    check_in(&mut kiosk, &cast.booked_here[0]);
    // Unplugged in the middle of a line: nothing of it may leak into the next.
    kiosk.scanner().write_raw(b"21132080").unwrap();
    kiosk.scanner().unplug();
    kiosk.wait("a lost scanner", |seen| seen.0["status"]["scanner"] == "Lost").unwrap();
    kiosk.scanner().plug().unwrap();
    kiosk.wait("the scanner again", |seen| seen.0["status"]["scanner"] == "Ready").unwrap();
    check_in(&mut kiosk, &cast.booked_here[1]);
    kiosk.stop().unwrap();
}

#[test]
fn a_database_that_is_none_or_has_another_key_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (spec, _) = filled(folder.path(), None);
    let (database, key) = (spec.folder.join("kiosk.db"), spec.folder.join("database.key"));
    let good_key = std::fs::read(&key).unwrap();
    let shows = |trouble: &str| {
        let shown = headless_view(&spec);
        assert_eq!(shown["view"]["screen"]["Trouble"], trouble, "{shown}");
    };
    let before = std::fs::read(&database).unwrap();
    std::fs::write(&key, "0".repeat(64)).unwrap();
    shows("DatabaseUnreadable");
    std::fs::write(&key, "no key").unwrap();
    shows("KeyMissing");
    std::fs::remove_file(&key).unwrap();
    shows("KeyMissing");
    assert!(!key.exists(), "a database without its key is never given a new one");
    assert_eq!(std::fs::read(&database).unwrap(), before);
    std::fs::write(&key, good_key).unwrap();
    std::fs::write(&database, b"this is no database, whatever its name says".repeat(100)).unwrap();
    let before = std::fs::read(&database).unwrap();
    shows("DatabaseUnreadable");
    assert_eq!(std::fs::read(&database).unwrap(), before);
}

/// The first view of a kiosk that can't open its disk.
fn headless_view(spec: &KioskSpec) -> serde_json::Value {
    use std::process::{Command, Stdio};
    let mut child = Command::new(uketsuke_tests::harness::binary("uketsuke-kiosk").unwrap())
        .args(["run", "--headless", "--dir"])
        .arg(&spec.folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut line).unwrap();
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    serde_json::from_str(&line).unwrap()
}

#[test]
fn a_centre_that_answers_rubbish_harms_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = listener.local_addr().unwrap().to_string();
    let (spec, cast) = filled(folder.path(), Some(&url));
    std::thread::spawn(move || {
        for (at, stream) in listener.incoming().enumerate() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let answers: [&[u8]; 3] =
                [b"\xff\xfe\x00", b"HTTP/1.1 200 OK\r\n\r\nhello", b"HTTP/1.1 101 Ok\r\n\r\n\xff"];
            let _ = stream.write_all(answers[at % answers.len()]);
        }
    });
    let mut kiosk = KioskProcess::start(&spec, &folder.path().join("kiosk.log")).unwrap();
    check_in(&mut kiosk, &cast.booked_here[0]);
    kiosk.wait("one fact unsent", |seen| !seen.is_connected() && seen.unsent() == 1).unwrap();
    kiosk.wait("a word on the nonsense", |seen| seen.0["status"]["link"].get("Refused").is_some()).unwrap();
    kiosk.stop().unwrap();
}

/// A centre that is the right one by its key, and then says what makes no sense: the kiosk closes the line, says so, and
/// goes on.
#[test]
fn a_line_that_speaks_nonsense_is_refused_and_shown() {
    use uketsuke_line::{Limits, LineKey, Listener};
    let folder = tempfile::tempdir().unwrap();
    let (spec, cast) = filled(folder.path(), Some("127.0.0.1:1"));
    let secret = std::fs::read_to_string(folder.path().join("centre/identity.key")).unwrap();
    let secret = uketsuke_domain::log::Digest32::from_hex(secret.trim()).unwrap().0;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let key = LineKey::new(&secret).unwrap();
    let any = "127.0.0.1:0".parse().unwrap();
    let mut listener = runtime.block_on(Listener::bind(any, &key, Limits::new(1 << 20))).unwrap();
    let config = spec.folder.join("kiosk.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("127.0.0.1:1\"", &format!("{}\"", listener.local_addr().unwrap()))).unwrap();
    runtime.spawn(async move {
        for at in 0.. {
            let (mut sending, mut receiving) = listener.accept().await.split();
            let nonsense: &[u8] = [&b"\x01rubbish"[..], b"\x05\xff\xff\xff", b"\x04\xa0", b"\x03"][at % 4];
            let _ = sending.send(&[nonsense.to_vec()]).await;
            while let Ok(Some(_)) = receiving.recv().await {}
        }
    });
    let mut kiosk = KioskProcess::start(&spec, &folder.path().join("kiosk.log")).unwrap();
    kiosk.wait("a refused line", |seen| seen.0["status"]["link"].get("Refused").is_some()).unwrap();
    check_in(&mut kiosk, &cast.booked_here[0]);
    kiosk.stop().unwrap();
}

#[test]
fn bad_rows_are_named_and_the_good_ones_go_in() {
    let folder = tempfile::tempdir().unwrap();
    let centre = CentreFolder::make(folder.path(), RESIDENTS, 3).unwrap();
    let file = folder.path().join("vouchers.csv");
    let text = "自治体番号,接種券番号,生年月日,クーポン,接種対象区分\r\n\
                132080,1.11111E+09,1980-01-01,あり,\r\n\
                132080,9999999901,1980-01-01,あり,高齢者\r\n\
                132081,9999999902,1980-01-01,あり,\r\n\
                132080,9999999903,1980-02-30,あり,\r\n\
                132080,9999999904,1980-01-01,なし,\r\n";
    std::fs::write(&file, text).unwrap();
    let output = import(&centre, &file);
    assert_eq!(output.status.code(), Some(2), "refused rows are told by the status");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("取り込んだ行: 2") && said.contains("取り込めなかった行: 3"), "{said}");
    for part in ["2行目［接種券番号］", "1.11111E+09", "4行目［自治体番号］", "5行目［生年月日］"]
    {
        assert!(said.contains(part), "{part} is missing in {said}");
    }
    std::fs::write(&file, "自治体番号,生年月日\r\n132080,1980-01-01\r\n").unwrap();
    let output = import(&centre, &file);
    assert_eq!(output.status.code(), Some(1), "a file without its columns is refused whole");
    assert!(String::from_utf8(output.stderr).unwrap().contains("接種券番号"));
}

fn import(centre: &CentreFolder, file: &Path) -> std::process::Output {
    std::process::Command::new(uketsuke_tests::harness::binary("uketsuke-center").unwrap())
        .args(["import", "--dir"])
        .arg(&centre.path)
        .arg(file)
        .output()
        .unwrap()
}
