//! What only the twin can do: fail like a disk, and be copied.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::*;
use uketsuke_domain::facts::FactKind;
use uketsuke_domain::log::{BodyState, ControlKind, Incident, IncidentKind, Ledger, Log};
use uketsuke_domain::record::{DocumentId, DocumentKind};
use uketsuke_store::{MemoryStore, MemoryTx, StoreError};

/// A day's worth of operations of every kind.
fn work(tx: &mut MemoryTx<'_>) -> Result<(), StoreError> {
    let person = voucher("1111111113");
    let document = DocumentId::visit(&person);
    put_person(tx, &person, "カ", "1950-01-01")?;
    put_fact(tx, &venue_topic("1"), origin(2), document, &known(&fact(1, FactKind::Vaccinated, "100", 0)))?;
    tx.project(document)?;
    put_fact(tx, &venue_topic("1"), origin(2), document, &known(&fact(2, FactKind::PrescreenOnly, "100", 1)))?;
    append(tx, &topic(), origin(3), b"held", &BodyState::Held("why".to_owned()))?;
    tx.put_control(ControlKind::Closed, b"topic", b"day")?;
    tx.put_confirmed(&[1; 32], &topic(), &[(origin(2), 1)])?;
    let (kind, topic) = (IncidentKind::Flood, String::new());
    tx.note(&Incident { kind, who: [1; 32], topic, detail: String::new(), at: MORNING })?;
    let other = DocumentId::visit(&voucher("1111111114"));
    put_fact(tx, &venue_topic("2"), origin(2), other, &known(&fact(3, FactKind::CheckedIn, "", 0)))?;
    tx.forget_document(DocumentKind::Visit, other)?;
    tx.unplace(other, &venue_topic("2"))?;
    tx.archive(&venue_topic("2")).map(drop)
}

#[test]
fn whichever_operation_fails_nothing_is_left_and_the_next_try_succeeds() {
    let mut plain = MemoryStore::new(TRACKING);
    plain.write(work).unwrap();
    let empty = MemoryStore::new(TRACKING);
    assert_ne!(plain, empty);
    let mut failures = 0;
    for n in 1.. {
        let mut store = MemoryStore::new(TRACKING);
        store.fail_after(Some(n), || StoreError::Busy);
        match store.write(work) {
            Ok(()) => {
                assert_eq!(store, plain);
                break;
            }
            Err(why) => assert!(matches!(why, StoreError::Busy), "{why:?}"),
        }
        failures += 1;
        assert_eq!(store, empty, "operation {n}");
        // It fails once: whoever tries again goes on.
        store.write(work).unwrap();
        assert_eq!(store, plain);
    }
    // Seventeen of the work itself, the rows of two people, and the commit.
    assert_eq!(failures, 20);
}

fn one(tx: &mut MemoryTx<'_>) -> Result<u64, StoreError> {
    append(tx, &topic(), origin(1), b"body", &BodyState::Applied)
}

#[test]
fn the_commit_itself_can_fail() {
    let mut store = MemoryStore::new(TRACKING);
    store.fail_after(Some(2), || StoreError::Full);
    let mut inside = false;
    let failed = store.write(|tx| {
        let number = one(tx)?;
        inside = true;
        Ok::<_, StoreError>(number)
    });
    assert!(inside && matches!(failed, Err(StoreError::Full)), "{failed:?}");
    assert_eq!(store.entry_count().unwrap(), 0);
    assert_eq!(store.write(one).unwrap(), 1);
}

#[test]
fn an_error_that_is_passed_over_still_undoes_everything() {
    let mut store = MemoryStore::new(TRACKING);
    store.fail_after(Some(2), || StoreError::Full);
    let failed: Result<(), StoreError> = store.write(|tx| {
        append(tx, &topic(), origin(1), b"one", &BodyState::Applied)?;
        let second = append(tx, &topic(), origin(1), b"two", &BodyState::Applied);
        assert!(matches!(second, Err(StoreError::Full)), "{second:?}");
        let third = append(tx, &topic(), origin(1), b"three", &BodyState::Applied);
        assert!(matches!(third, Err(StoreError::Full)), "{third:?}");
        Ok(())
    });
    assert!(matches!(failed, Err(StoreError::Full)), "{failed:?}");
    assert_eq!(store.entry_count().unwrap(), 0);
}

#[test]
fn reading_never_fails_and_the_plan_can_be_taken_back() {
    let mut store = MemoryStore::new(TRACKING);
    store.write(|tx| append(tx, &topic(), origin(1), b"one", &BodyState::Applied)).unwrap();
    store.fail_after(Some(1), || StoreError::Full);
    store.write(|tx| Log::tip(tx, &topic(), &origin(1))).unwrap();
    assert_eq!(store.vector(&topic()).unwrap().len(), 1);
    let mut copy = store.clone();
    copy.write(|tx| append(tx, &topic(), origin(1), b"two", &BodyState::Applied)).unwrap();
    store.fail_after(None, || StoreError::Full);
    store.write(|tx| append(tx, &topic(), origin(1), b"two", &BodyState::Applied)).unwrap();
}

#[test]
fn a_copy_goes_its_own_way() {
    let mut store = MemoryStore::new(TRACKING);
    store.write(work).unwrap();
    assert!(!format!("{store:?}").contains("花子"), "people stay out of logs");
    let (mut copy, before) = (store.clone(), store.clone());
    copy.write(|tx| append(tx, &topic(), origin(1), b"there", &BodyState::Applied)).unwrap();
    assert_eq!(store, before);
    assert_ne!(copy, before);
    let number = store.write(|tx| append(tx, &topic(), origin(1), b"here", &BodyState::Applied)).unwrap();
    assert_eq!(number, 2, "both wrote the second entry of one chain");
    let newest = |store: &MemoryStore| store.newest(&topic(), &origin(1), 1).unwrap().remove(0).body;
    assert_eq!((newest(&copy), newest(&store)), (Some(b"there".to_vec()), Some(b"here".to_vec())));
}
