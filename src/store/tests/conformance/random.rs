//! A random life on two storages: whatever is done to both, both say the same.

use proptest::prelude::*;
use uketsuke_domain::log::Storage;
use uketsuke_store::{MemoryStore, Options, Store, StoreError};

use crate::everything::everything;
use crate::operations::{Op, op, perform};
use crate::subject::Subject;

/// A transaction: what it does, and how it ends.
#[derive(Clone, Debug)]
struct Life {
    operations: Vec<Op>,
    fails: bool,
    refreshes: bool,
}

fn life() -> impl Strategy<Value = Life> {
    (proptest::collection::vec(op(), 1..14), proptest::bool::weighted(0.3), proptest::bool::weighted(0.2))
        .prop_map(|(operations, fails, refreshes)| Life { operations, fails, refreshes })
}

/// What each operation of a transaction answered.
fn live<S: Subject>(store: &mut S, life: &Life) -> Vec<String> {
    let mut answers = Vec::new();
    let ended = store.write(|tx| {
        answers = life.operations.iter().map(|op| perform(tx, op)).collect();
        if life.fails { Err(StoreError::Damaged("on purpose")) } else { Ok(()) }
    });
    assert_eq!(ended.is_err(), life.fails);
    if life.refreshes {
        Storage::refresh_settings(store).unwrap();
    }
    answers
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_twin_says_what_sql_says(
        track_places in any::<bool>(),
        lives in proptest::collection::vec(life(), 1..8),
    ) {
        let options = Options { track_places, centre: None };
        let (mut sql, mut twin) = (Store::in_memory(options).unwrap(), MemoryStore::new(options));
        let mut before = everything(&mut twin);
        for life in lives {
            let answers = [live(&mut sql, &life), live(&mut twin, &life)];
            for ((op, one), other) in life.operations.iter().zip(&answers[0]).zip(&answers[1]) {
                prop_assert_eq!(one, other, "{:?}", op);
            }
            let copy = twin.clone();
            let (one, other) = (everything(&mut sql), everything(&mut twin));
            for (one, other) in one.lines().zip(other.lines()) {
                prop_assert_eq!(one, other);
            }
            prop_assert_eq!(&one, &other);
            prop_assert_eq!(&copy, &twin);
            prop_assert_eq!(&everything(&mut copy.clone()), &other, "a clone is the same");
            if life.fails && !life.refreshes {
                prop_assert_eq!(&other, &before, "a transaction that failed left something");
            }
            before = other;
        }
    }
}
