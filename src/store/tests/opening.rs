//! Opening: what is a database, whose, and what is left alone.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::fs;
use std::time::{Duration, Instant};

use common::*;
use uketsuke_domain::facts::FactKind;
use uketsuke_domain::record::DocumentId;
use uketsuke_store::{Key, KeyError, Options, Store, StoreError};

#[test]
fn what_was_written_is_there_after_reopening() {
    let home = Home::new();
    let person = voucher("1111111113");
    let mut store = home.open();
    store.write(|tx| put_person(tx, &person, "チョウフハナコ", "1950-01-01")).unwrap();
    write(&mut store, &person, &[known(&fact(1, FactKind::CheckedIn, "100", 0))]);
    let before = (store.record(DocumentId::visit(&person)).unwrap(), store.vector(&topic()).unwrap());
    drop(store);
    let store = home.open();
    assert_eq!((store.record(DocumentId::visit(&person)).unwrap(), store.vector(&topic()).unwrap()), before);
    assert_eq!(before.0.facts.len(), 1);
    assert_eq!(store.person_count().unwrap(), 1);
}

/// Every file of the folder, by name.
fn files(home: &Home) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(home.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn a_wrong_key_changes_nothing() {
    let home = Home::new();
    write(&mut home.open(), &voucher("1111111113"), &[known(&fact(1, FactKind::CheckedIn, "", 0))]);
    let before = files(&home);
    for _ in 0..2 {
        let opened = Store::open(&home.path(), &Key::new([8; 32]), Options::default());
        assert!(matches!(opened, Err(StoreError::NotADatabase)), "{opened:?}");
    }
    assert_eq!(files(&home), before);
    assert_eq!(home.open().record(DocumentId::visit(&voucher("1111111113"))).unwrap().facts.len(), 1);
}

#[test]
fn a_file_that_is_no_database_stays_as_it_is() {
    let long = vec![65; 100_000];
    for content in [&b"x"[..], b"not a database", &[0; 511], &[0; 512], &[0; 4096], &[65; 5000], &long] {
        let home = Home::new();
        fs::write(home.path(), content).unwrap();
        let opened = Store::open(&home.path(), &key(), Options::default());
        assert!(matches!(opened, Err(StoreError::NotADatabase)), "{} bytes: {opened:?}", content.len());
        assert_eq!(files(&home), [("test.db".to_owned(), content.to_vec())]);
    }
}

#[test]
fn a_plain_sqlite_file_is_none_of_ours() {
    let home = Home::new();
    let plain = rusqlite::Connection::open(home.path()).unwrap();
    plain.execute_batch("CREATE TABLE a (b); INSERT INTO a VALUES (1);").unwrap();
    drop(plain);
    let before = files(&home);
    assert!(matches!(Store::open(&home.path(), &key(), Options::default()), Err(StoreError::NotADatabase)));
    assert_eq!(files(&home), before);
}

/// A connection beside the store's, with the same key.
fn raw(home: &Home) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(home.path()).unwrap();
    let text: String = std::iter::repeat_n("07", 32).collect();
    connection.execute_batch(&format!("PRAGMA key = \"x'{text}'\";")).unwrap();
    connection
}

#[test]
fn a_newer_file_is_refused_and_left_alone() {
    let home = Home::new();
    drop(home.open());
    raw(&home).execute_batch("PRAGMA user_version = 3").unwrap();
    let before = files(&home);
    let opened = Store::open(&home.path(), &key(), Options::default());
    assert!(matches!(opened, Err(StoreError::Newer { found: 3, known: 2 })), "{opened:?}");
    assert_eq!(files(&home), before);
}

/// A file as version 1 wrote it.
fn version_1(home: &Home) -> rusqlite::Connection {
    let connection = raw(home);
    connection.execute_batch("PRAGMA journal_mode = wal").unwrap();
    connection.execute_batch(include_str!("fixtures/schema_1.sql")).unwrap();
    let some = "INSERT INTO meta VALUES ('board', x'01'); INSERT INTO chain VALUES (1, 'centre/132080', x'01');
         PRAGMA user_version = 1;";
    connection.execute_batch(some).unwrap();
    connection
}

#[test]
fn a_file_of_version_1_is_refused_and_left_alone() {
    let home = Home::new();
    drop(version_1(&home));
    let before = files(&home);
    assert_eq!(before.len(), 1);
    for _ in 0..2 {
        let opened = Store::open(&home.path(), &key(), Options::default());
        assert!(matches!(opened, Err(StoreError::Older { found: 1, known: 2 })), "{opened:?}");
        assert_eq!(files(&home), before);
    }
    assert_eq!(chains(&home), 1);
}

fn chains(home: &Home) -> i64 {
    raw(home).query_row("SELECT count(*) FROM chain", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_refused_file_keeps_what_was_only_in_its_write_ahead_log() {
    let (home, copy) = (Home::new(), Home::new());
    let writer = version_1(&home);
    // As a power cut leaves it: nothing of the log is in the file yet.
    for suffix in ["", "-wal"] {
        fs::copy(format!("{}{suffix}", home.path().display()), format!("{}{suffix}", copy.path().display())).unwrap();
    }
    drop(writer);
    let opened = Store::open(&copy.path(), &key(), Options::default());
    assert!(matches!(opened, Err(StoreError::Older { found: 1, known: 2 })), "{opened:?}");
    assert_eq!(chains(&copy), 1);
}

#[test]
fn opening_waits_for_nobody_who_writes() {
    let home = Home::new();
    drop(home.open());
    let other = raw(&home);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let begun = Instant::now();
    drop(home.open());
    assert!(begun.elapsed() < Duration::from_secs(5), "an import elsewhere kept the store closed");
}

#[test]
fn no_personal_data_is_in_the_files() {
    let home = Home::new();
    let person = voucher("1111111113");
    let mut store = home.open();
    store.write(|tx| put_person(tx, &person, "チョウフハナコ", "1950-01-01")).unwrap();
    write(&mut store, &person, &[known(&fact(1, FactKind::CheckedIn, "100", 0))]);
    // While it is open, and after: the log of the database is a file of its own.
    let open = files(&home);
    assert!(open.iter().any(|(name, content)| name.ends_with("-wal") && !content.is_empty()));
    drop(store);
    for (name, content) in open.into_iter().chain(files(&home)) {
        for word in ["花子", "チョウフ", "1111111113", "1950-01-01", "受付1", "132080", "SQLite format"] {
            assert!(!content.windows(word.len()).any(|window| window == word.as_bytes()), "{word} in {name}");
        }
    }
}

#[test]
fn a_key_file_is_made_once_whole_and_for_its_owner() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let path = home.folder.path().join("database.key");
    assert_eq!(Key::read_or_create(&path, [1; 32]).unwrap().bytes(), &[1; 32]);
    assert_eq!(Key::read_or_create(&path, [2; 32]).unwrap().bytes(), &[1; 32]);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(files(&home).len(), 1, "nothing half-made is left beside it");
    fs::write(&path, "01").unwrap();
    assert!(matches!(Key::read_or_create(&path, [3; 32]), Err(KeyError::Malformed(_))));
    assert_eq!(fs::read(&path).unwrap(), b"01", "a malformed key is never overwritten");
    let nowhere = home.folder.path().join("no such folder/database.key");
    assert!(matches!(Key::read_or_create(&nowhere, [3; 32]), Err(KeyError::Io { .. })));
}
