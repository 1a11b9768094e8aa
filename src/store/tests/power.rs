//! Kill -9, torn files and full disks: what was acknowledged is there afterwards.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::*;
use uketsuke_domain::facts::FactKind;
use uketsuke_domain::log::{BodyState, Origin};
use uketsuke_domain::record::DocumentId;
use uketsuke_store::{Options, Store, StoreError};

/// Names the database that a child process writes to until it is killed.
const CHILD: &str = "UKETSUKE_STORE_CHILD";

/// Writes facts and says on standard output which are durable: one line each, after the commit.
fn write_until_killed(path: &Path) {
    let mut store = open(path);
    let document = DocumentId::visit(&voucher("1111111113"));
    let mut out = std::io::stdout().lock();
    for _ in 0..100_000 {
        let number = store
            .write(|tx| {
                let id = u8::try_from(tx.record(document)?.facts.len() % 200).unwrap();
                let fact = fact(id, FactKind::CheckedIn, "", i64::from(id));
                put_fact(tx, &topic(), origin(1), document, &known(&fact))?;
                // Sometimes much at once, so that the kill meets checkpoints and long writes.
                let body = vec![id; if id % 7 == 0 { 60_000 } else { 100 }];
                append(tx, &topic(), origin(2), &body, &BodyState::Applied)
            })
            .unwrap();
        writeln!(out, "durable {number}").unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn child_that_is_killed() {
    if let Ok(path) = std::env::var(CHILD) {
        write_until_killed(Path::new(&path));
    }
}

/// The last number of a chain that is held.
fn held(store: &Store, origin: Origin) -> u64 {
    store.vector(&topic()).unwrap().get(&origin).map(|tip| tip.number).unwrap_or_default()
}

#[test]
fn what_was_acknowledged_survives_kill_9() {
    let home = Home::new();
    let mut last = 0;
    for round in 0..20u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["child_that_is_killed", "--exact", "--nocapture", "--test-threads=1"])
            .env(CHILD, home.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let reader = std::thread::spawn(move || {
            let numbers =
                lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("durable ")?.parse::<u64>().ok());
            numbers.last()
        });
        // From the very first moment on, also while the file is being made or recovered.
        std::thread::sleep(Duration::from_millis(round * round % 23 * 8));
        child.kill().unwrap();
        child.wait().unwrap();
        let acknowledged = reader.join().unwrap().unwrap_or(last);
        let store = home.open();
        let held = held(&store, origin(2));
        assert!(held >= acknowledged, "round {round}: {acknowledged} acknowledged, {held} held");
        assert!(held <= acknowledged + 1 || acknowledged == last, "round {round}: at most one was not yet told");
        for origin in [origin(1), origin(2)] {
            let (_, entries) = store.stretch(&topic(), &origin, 1, usize::MAX).unwrap();
            assert!(entries.iter().map(|entry| entry.number).eq(1..=held), "the chain is whole");
        }
        let person = DocumentId::visit(&voucher("1111111113"));
        assert!(store.record(person).unwrap().facts.len() as u64 >= held.min(200));
        last = held;
    }
    assert!(last > 20, "only {last} writes in all: the test shows little");
}

/// A database as a power cut leaves it: the files, while the store is still open.
fn cut(home: &Home, to: &Home) {
    for suffix in ["", "-wal"] {
        let file = |home: &Home| format!("{}{suffix}", home.path().display());
        fs::copy(file(home), file(to)).unwrap();
    }
}

/// Forty commits, none of them in the database file yet.
fn forty(home: &Home) -> Store {
    drop(home.open());
    let mut store = home.open();
    for _ in 0..40 {
        store.write(|tx| append(tx, &topic(), origin(1), &[5; 500], &BodyState::Applied)).unwrap();
    }
    store
}

#[test]
fn a_log_torn_anywhere_keeps_what_was_committed_before_the_tear() {
    let home = Home::new();
    let _open = forty(&home);
    let whole = fs::metadata(format!("{}-wal", home.path().display())).unwrap().len();
    let mut held_before = 0;
    let mut dice = 1u64;
    for step in 0..=60 {
        let torn = Home::new();
        cut(&home, &torn);
        let wal = format!("{}-wal", torn.path().display());
        let length = whole * step / 60;
        let mut content = fs::read(&wal).unwrap();
        content.truncate(usize::try_from(length).unwrap());
        // The rest of the last page is what happened to be on the disk.
        content.extend((0..1500).map(|_| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            dice.to_le_bytes()[5]
        }));
        fs::write(&wal, content).unwrap();
        let mut store = torn.open();
        let held = held(&store, origin(1));
        let (_, entries) = store.stretch(&topic(), &origin(1), 1, usize::MAX).unwrap();
        assert!(entries.iter().map(|entry| entry.number).eq(1..=held));
        assert!(held >= held_before, "a later tear loses less");
        held_before = held;
        store.write(|tx| append(tx, &topic(), origin(1), b"goes on", &BodyState::Applied)).unwrap();
    }
    assert_eq!(held_before, 40);
}

#[test]
fn a_damaged_database_file_is_an_error_and_no_panic() {
    let home = Home::new();
    drop(forty(&home));
    let whole = fs::read(home.path()).unwrap();
    for page in 0..whole.len() / 4096 {
        let torn = Home::new();
        let mut content = whole.clone();
        content[page * 4096 + 2000..(page + 1) * 4096].fill(0);
        fs::write(torn.path(), content).unwrap();
        let opened = Store::open(&torn.path(), &key(), Options::default());
        let read = opened.and_then(|store| {
            store.vector(&topic())?;
            store.stretch(&topic(), &origin(1), 1, usize::MAX)
        });
        // SQLCipher seals every page: damage is never read as data.
        assert!(read.is_err() || read.is_ok_and(|(_, entries)| entries.len() == 40), "page {page}");
    }
}

fn mount(folder: &Path) -> bool {
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(folder).output();
    mounted.is_ok_and(|output| output.status.success())
}

#[test]
fn a_full_disk_says_so_and_loses_nothing() {
    let home = Home::new();
    let folder = home.folder.path().to_owned();
    if !mount(&folder) {
        println!("skipped: mounting a small file system is not permitted here");
        return;
    }
    let outcome = std::panic::catch_unwind(|| fill(&home));
    // A lazy one, in case a failed test still holds a file.
    Command::new("umount").arg("-l").arg(&folder).status().unwrap();
    if let Err(why) = outcome {
        std::panic::resume_unwind(why);
    }
}

fn fill(home: &Home) {
    let ballast = home.folder.path().join("ballast");
    fs::write(&ballast, vec![0; 400_000]).unwrap();
    let mut store = home.open();
    let mut acknowledged = 0;
    let full = loop {
        match store.write(|tx| append(tx, &topic(), origin(1), &[5; 3000], &BodyState::Applied)) {
            Ok(number) => acknowledged = number,
            Err(why) => break why,
        }
        assert!(acknowledged < 1000, "the disk never fills");
    };
    assert!(matches!(full, StoreError::Full), "{full:?}");
    assert!(acknowledged > 10);
    let held = |store: &Store| store.stretch(&topic(), &origin(1), 1, usize::MAX).unwrap().1.len() as u64;
    assert_eq!(held(&store), acknowledged);
    // The kiosk starts on a full disk, and shows what is there.
    drop(store);
    let mut store = home.open();
    assert_eq!(held(&store), acknowledged);
    let again = store.write(|tx| append(tx, &topic(), origin(1), &vec![5; 300_000], &BodyState::Applied));
    assert!(matches!(again, Err(StoreError::Full)), "{again:?}");
    fs::remove_file(&ballast).unwrap();
    let number = store.write(|tx| append(tx, &topic(), origin(1), &[5; 3000], &BodyState::Applied)).unwrap();
    assert_eq!((number, held(&store)), (acknowledged + 1, acknowledged + 1));
}
