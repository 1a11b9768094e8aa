//! What only the connection itself can tell: its pragmas, its plans, and how it fares when the file may not grow.

use rusqlite::Connection;
use uketsuke_domain::code::{Municipality, Voucher, VoucherNumber};

use super::*;

fn opened(folder: &tempfile::TempDir) -> Store {
    Store::open(&folder.path().join("test.db"), &Key::new([7; 32]), Options::default()).unwrap()
}

#[test]
fn commits_are_on_the_disk_and_readers_do_not_wait() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let store = opened(&folder);
        let pragma = |name| store.connection.pragma_query_value::<i64, _>(None, name, |row| row.get(0)).unwrap();
        assert_eq!(pragma("synchronous"), 2, "FULL");
        assert_eq!(pragma("user_version"), VERSION);
        let journal: String = store.connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(journal, "wal");
        let cipher: String = store.connection.pragma_query_value(None, "cipher_version", |row| row.get(0)).unwrap();
        assert!(!cipher.is_empty());
    }
}

/// How SQLite goes about a query.
fn plan(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let count = statement.parameter_count();
    let nulls = rusqlite::params_from_iter(vec![rusqlite::types::Null; count]);
    statement.query_map(nulls, |row| row.get(3)).unwrap().map(Result::unwrap).collect()
}

/// Every statement that the work prepares, as it is sent to SQLite.
fn statements(store: &mut Store, work: impl FnOnce(&mut Store)) -> Vec<String> {
    use rusqlite::trace::{TraceEvent, TraceEventCodes};
    use std::cell::RefCell;
    thread_local! { static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) }; }
    SEEN.take();
    let note = |event: TraceEvent<'_>| {
        if let TraceEvent::Stmt(_, sql) = event {
            SEEN.with_borrow_mut(|seen| seen.push(sql.to_owned()));
        }
    };
    store.connection.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(note)).unwrap();
    work(store);
    store.connection.trace_v2(TraceEventCodes::empty(), None::<fn(TraceEvent<'_>)>).unwrap();
    SEEN.take().into_iter().filter(|sql| sql.starts_with("SELECT") || sql.starts_with("INSERT")).collect()
}

#[test]
fn a_scan_reads_by_key_whatever_the_number_of_residents() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = opened(&folder);
    let municipality = Municipality::parse("132080").unwrap();
    let voucher = Voucher { municipality, number: VoucherNumber::parse("1111111113").unwrap() };
    let document = uketsuke_domain::record::DocumentId::visit(&voucher);
    // With a name, so that the search for namesakes is made as well.
    store
        .connection
        .execute(
            "INSERT INTO fields VALUES (?, 0, ?)",
            rusqlite::params![
                document.0,
                minicbor::to_vec(uketsuke_domain::record::Fields::from([("kana", "カ"), ("birth", "1950-01-01")].map(
                    |(name, text)| { (name.to_owned(), vec![uketsuke_domain::record::Value::Text(text.to_owned())]) }
                )))
                .unwrap()
            ],
        )
        .unwrap();
    let asked = statements(&mut store, |store| drop(store.known(&voucher, true, &[1; 32]).unwrap()));
    // Facts, fields, whether they were erased, the card, the number elsewhere, the name elsewhere.
    assert_eq!(asked.len(), 6, "{asked:#?}");
    let namesake = plan(&store.connection, asked.iter().find(|sql| sql.contains("name_key")).unwrap());
    assert!(namesake.iter().any(|step| step.contains("person_name (name_key=? AND birth=?)")), "{namesake:?}");
    for sql in &asked {
        let plan = plan(&store.connection, sql);
        assert!(plan.iter().any(|step| step.contains("SEARCH")), "{sql}: {plan:?}");
        assert!(!plan.iter().any(|step| step.contains("SCAN") && !step.contains("CONSTANT")), "{sql}: {plan:?}");
    }
}

#[test]
fn a_search_by_name_reads_the_index_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = opened(&folder);
    let key = uketsuke_domain::text::kana::SearchKey::of("ﾌｼﾞ");
    let asked = statements(&mut store, |store| drop(store.people_by_kana(&key, 20).unwrap()));
    let [sql] = asked.as_slice() else { panic!("{asked:?}") };
    // One step: no sorting of what was found, and so no more rows read than are answered.
    let plan = plan(&store.connection, sql);
    assert_eq!(plan, ["SEARCH person USING INDEX person_name (name_key>? AND name_key<?)"]);
}

#[test]
fn documents_of_a_kind_are_found_by_their_index() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = opened(&folder);
    let asked = statements(&mut store, |store| {
        drop(store.documents(uketsuke_domain::record::DocumentKind::Settings).unwrap());
    });
    let [sql] = asked.as_slice() else { panic!("{asked:?}") };
    let plan = plan(&store.connection, sql);
    assert!(plan.iter().any(|step| step.contains("USING INDEX fields_reference")), "{plan:?}");
}

#[test]
fn what_every_commit_and_every_exchange_asks_is_found_by_index() {
    use uketsuke_domain::log::{ControlKind, Ledger, Log, Origin, Topic};
    use uketsuke_domain::record::DocumentId;
    use uketsuke_domain::reference::CardKey;
    let folder = tempfile::tempdir().unwrap();
    let mut store = opened(&folder);
    let topic = Topic::municipality(Municipality::parse("132080").unwrap());
    let (origin, document) = (Origin::new([1; 32], 0), DocumentId([1; 16]));
    let asked = statements(&mut store, |store| {
        store.vector(&topic).unwrap();
        store.stretch(&topic, &origin, 2, 1).unwrap();
        store.newest(&topic, &origin, 3).unwrap();
        store.held(10).unwrap();
        store.body_states().unwrap();
        store.confirmed(&[1; 32], &topic).unwrap();
        store
            .write(|tx| {
                tx.tip(&topic, &origin)?;
                tx.header_hash(&topic, &origin, 1)?;
                tx.last_of_key(&topic, &[1; 32])?;
                tx.chains_of_key(&topic, &[1; 32])?;
                tx.control(ControlKind::Revoked, &[1; 32])?;
                tx.card_version(CardKey([1; 16]))?;
                tx.entries_of(document)?;
                tx.waiting(document)?;
                tx.field_changes(document)?;
                tx.unplaced(document, &topic)?;
                tx.places(document)?;
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
    assert_eq!(asked.len(), 21, "{asked:#?}");
    for sql in &asked {
        let plan = plan(&store.connection, sql);
        assert!(!plan.iter().any(|step| step.contains("SCAN")), "{sql}: {plan:?}");
        let of_states = sql.contains("state <> 0");
        assert_eq!(plan.iter().any(|step| step.contains("entry_state")), of_states, "{sql}: {plan:?}");
    }
}

#[test]
fn a_file_that_may_not_grow_says_full_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = opened(&folder);
    store.write(|tx| tx.put_meta("before", b"kept")).unwrap();
    let pages: i64 = store.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    store.connection.pragma_update(None, "max_page_count", pages + 2).unwrap();
    let big = vec![1; 200_000];
    let full = store.write(|tx| {
        tx.put_meta("half", b"half")?;
        tx.put_meta("big", &big)
    });
    assert!(matches!(full, Err(StoreError::Full)), "{full:?}");
    assert_eq!(store.meta("half").unwrap(), None);
    assert_eq!(store.meta("before").unwrap(), Some(b"kept".to_vec()));
    store.write(|tx| tx.put_meta("small", b"fits")).unwrap();
    store.connection.pragma_update(None, "max_page_count", pages + 1000).unwrap();
    store.write(|tx| tx.put_meta("big", &big)).unwrap();
    drop(store);
    let store = opened(&folder);
    assert_eq!(store.meta("big").unwrap(), Some(big));
    assert_eq!(store.meta("small").unwrap(), Some(b"fits".to_vec()));
}
