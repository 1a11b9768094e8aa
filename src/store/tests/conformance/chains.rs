//! Entries in their chains.

use std::collections::BTreeMap;

use uketsuke_domain::log::{BodyState, Digest32, Entry, EntryKind, Ledger, Log, Signature, Tip};
use uketsuke_store::{Options, StoreError};

use crate::common::{TRACKING, origin, topic, venue_topic};
use crate::makers::{entry, grow, hash, header, unsigned};
use crate::subject::Subject;

fn numbers(stretch: &(Option<Digest32>, Vec<Entry>)) -> Vec<u64> {
    stretch.1.iter().map(|entry| entry.number).collect()
}

pub(crate) fn a_chain_grows_one_by_one<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let all = [
        Entry { kind: EntryKind::Began, ..entry(&topic(), origin(2), 1) },
        unsigned(entry(&topic(), origin(2), 2)),
        Entry { kind: EntryKind::Unknown(77), body: None, ..entry(&topic(), origin(2), 3) },
    ];
    let mut put = |of: &Entry| store.write(|tx| tx.append(of, &BodyState::Applied, None));
    for number in [0, 2, 3, u64::MAX] {
        assert!(matches!(put(&entry(&topic(), origin(2), number)), Err(StoreError::Damaged(_))), "{number} first");
    }
    put(&all[0]).unwrap();
    for number in [0, 1, 3] {
        assert!(matches!(put(&entry(&topic(), origin(2), number)), Err(StoreError::Damaged(_))), "{number} second");
    }
    put(&all[1]).unwrap();
    put(&all[2]).unwrap();
    // Each topic and each origin has its own.
    put(&entry(&venue_topic("1"), origin(2), 1)).unwrap();
    put(&entry(&topic(), origin(3), 1)).unwrap();
    let held = store.stretch(&topic(), &origin(2), 1, usize::MAX).unwrap();
    assert_eq!(held, (None, all.to_vec()));
    assert_eq!(
        held.1.iter().map(|entry| &entry.body).collect::<Vec<_>>(),
        all.iter().map(|of| &of.body).collect::<Vec<_>>()
    );
    assert_eq!(store.entry_count(), 5);
}

pub(crate) fn tips_and_header_hashes_are_those_of_the_chain<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let tip = |number| Some(Tip { number, header_hash: header(origin(2), number) });
    store.put(|tx| {
        assert_eq!(tx.tip(&topic(), &origin(2))?, None);
        assert_eq!(tx.header_hash(&topic(), &origin(2), 1)?, None);
        for number in 1..=3 {
            grow(tx, &topic(), origin(2), 1)?;
            assert_eq!(tx.tip(&topic(), &origin(2))?, tip(number));
        }
        grow(tx, &venue_topic("1"), origin(3), 1)?;
        for number in 1..=3 {
            assert_eq!(tx.header_hash(&topic(), &origin(2), number)?, Some(header(origin(2), number)));
        }
        for number in [0, 4, u64::MAX] {
            assert_eq!(tx.header_hash(&topic(), &origin(2), number)?, None, "{number}");
        }
        assert_eq!(tx.tip(&topic(), &origin(3))?, None);
        assert_eq!(tx.tip(&venue_topic("1"), &origin(2))?, None);
        Ok(())
    });
    assert_eq!(store.tip(&topic(), &origin(2)).unwrap(), tip(3));
    assert_eq!(store.tip(&topic(), &origin(3)).unwrap(), None);
}

pub(crate) fn a_vector_is_of_one_topic<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    assert_eq!(store.vector(&topic()).unwrap(), BTreeMap::new());
    store.put(|tx| {
        grow(tx, &topic(), origin(9), 2)?;
        grow(tx, &topic(), origin(2), 3)?;
        grow(tx, &venue_topic("1"), origin(2), 1)
    });
    let tip = |of, number| (origin(of), Tip { number, header_hash: header(origin(of), number) });
    assert_eq!(store.vector(&topic()).unwrap(), BTreeMap::from([tip(2, 3), tip(9, 2)]));
    assert_eq!(store.vector(&venue_topic("1")).unwrap(), BTreeMap::from([tip(2, 1)]));
    assert_eq!(store.vector(&venue_topic("11")).unwrap(), BTreeMap::new());
}

pub(crate) fn a_stretch_ends_about_where_it_is_told<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    store.put(|tx| grow(tx, &topic(), origin(2), 10));
    // Twenty bytes of body and a hundred for the header each.
    for (from, bytes, expected) in [
        (1, 360, vec![1, 2, 3]),
        (1, 359, vec![1, 2]),
        (1, 0, vec![1]),
        (5, 1, vec![5]),
        (9, usize::MAX, vec![9, 10]),
        (10, 1, vec![10]),
        (11, 1, vec![]),
        (u64::MAX, usize::MAX, vec![]),
        // There is no entry 0: what follows it can't be given as following it.
        (0, usize::MAX, vec![]),
    ] {
        let found = store.stretch(&topic(), &origin(2), from, bytes).unwrap();
        assert_eq!(numbers(&found), expected, "from {from}, {bytes} bytes");
        let before = (2..=11).contains(&from).then(|| header(origin(2), from - 1));
        assert_eq!(found.0, before, "before {from}");
    }
    assert_eq!(store.stretch(&topic(), &origin(3), 1, 1).unwrap(), (None, vec![]));
}

pub(crate) fn a_stretch_ends_signed<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    // Signed are 3, 4 and 8.
    store.put(|tx| {
        (1..=8).try_for_each(|number| {
            let entry = entry(&topic(), origin(2), number);
            let is_signed = [3, 4, 8].contains(&number);
            tx.append(&if is_signed { entry } else { unsigned(entry) }, &BodyState::Applied, None)
        })
    });
    for (from, bytes, expected) in [
        (1, 1, vec![1, 2, 3]),
        (1, 360, vec![1, 2, 3]),
        (1, 480, vec![1, 2, 3, 4]),
        (1, 500, vec![1, 2, 3, 4]),
        (2, 1, vec![2, 3]),
        (4, 1, vec![4]),
        // A run is given whole, however long.
        (1, 600, vec![1, 2, 3, 4, 5, 6, 7, 8]),
        (5, 1, vec![5, 6, 7, 8]),
    ] {
        let found = store.stretch(&topic(), &origin(2), from, bytes).unwrap();
        assert_eq!(numbers(&found), expected, "from {from}, {bytes} bytes");
    }
}

pub(crate) fn a_run_without_its_end_is_given_to_nobody<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    store.put(|tx| {
        tx.append(&entry(&topic(), origin(2), 1), &BodyState::Applied, None)?;
        tx.append(&unsigned(entry(&topic(), origin(2), 2)), &BodyState::Applied, None)?;
        tx.append(&unsigned(entry(&topic(), origin(2), 3)), &BodyState::Applied, None)
    });
    assert_eq!(numbers(&store.stretch(&topic(), &origin(2), 1, usize::MAX).unwrap()), [1]);
    assert_eq!(numbers(&store.stretch(&topic(), &origin(2), 2, usize::MAX).unwrap()), [0u64; 0]);
}

pub(crate) fn what_is_signed_later_is_given_then<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    store.put(|tx| {
        (1..=3).try_for_each(|number| {
            tx.append(&unsigned(entry(&topic(), origin(2), number)), &BodyState::Applied, None)
        })?;
        tx.put_signature(&topic(), &origin(2), 3, Signature([7; 64]))?;
        // Of what is not here nothing is signed.
        tx.put_signature(&topic(), &origin(2), 4, Signature([7; 64]))?;
        tx.put_signature(&topic(), &origin(3), 1, Signature([7; 64]))
    });
    let (_, entries) = store.stretch(&topic(), &origin(2), 1, usize::MAX).unwrap();
    let signatures: Vec<_> = entries.iter().map(|entry| entry.signature).collect();
    assert_eq!(signatures, [None, None, Some(Signature([7; 64]))]);
    assert_eq!(store.entry_count(), 3);
}

pub(crate) fn the_newest_are_read_backwards<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    store.put(|tx| grow(tx, &topic(), origin(2), 4));
    let newest = |count| store.newest(&topic(), &origin(2), count).iter().map(|of| of.number).collect::<Vec<_>>();
    assert_eq!(newest(2), [4, 3]);
    assert_eq!(newest(9), [4, 3, 2, 1]);
    assert_eq!(newest(0), [0u64; 0]);
    assert_eq!(store.newest(&topic(), &origin(3), 9), []);
}

pub(crate) fn an_archived_chain_goes_on_from_its_end<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    store.put(|tx| grow(tx, &topic(), origin(2), 5));
    assert_eq!(store.put(|tx| tx.archive(&topic())), 5);
    let tip = |number| Some(Tip { number, header_hash: header(origin(2), number) });
    assert_eq!(store.entry_count(), 0);
    assert_eq!(store.vector(&topic()).unwrap().get(&origin(2)).copied(), tip(5));
    assert_eq!(store.tip(&topic(), &origin(2)).unwrap(), tip(5));
    store.put(|tx| {
        assert_eq!(tx.header_hash(&topic(), &origin(2), 5)?, Some(header(origin(2), 5)));
        assert_eq!(tx.header_hash(&topic(), &origin(2), 4)?, None);
        assert!(tx.append(&entry(&topic(), origin(2), 5), &BodyState::Applied, None).is_err());
        assert!(tx.append(&entry(&topic(), origin(2), 1), &BodyState::Applied, None).is_err());
        grow(tx, &topic(), origin(2), 2)
    });
    assert_eq!(store.tip(&topic(), &origin(2)).unwrap(), tip(7));
    assert_eq!(store.put(|tx| tx.ends(&topic())), store.vector(&topic()).unwrap());
    assert_eq!(store.newest(&topic(), &origin(2), 9).len(), 2);
    // Archived twice, and once more with nothing new.
    assert_eq!(store.put(|tx| tx.archive(&topic())), 2);
    assert_eq!(store.put(|tx| tx.archive(&topic())), 0);
    assert_eq!(store.tip(&topic(), &origin(2)).unwrap(), tip(7));
    assert_eq!(store.put(|tx| tx.header_hash(&topic(), &origin(2), 5)), None);
    assert_eq!(store.put(|tx| grow(tx, &topic(), origin(2), 1)), 8);
}

pub(crate) fn an_archived_topic_has_a_gap_and_the_others_do_not<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    store.put(|tx| {
        grow(tx, &topic(), origin(2), 3)?;
        grow(tx, &topic(), origin(3), 1)?;
        grow(tx, &venue_topic("1"), origin(2), 2)?;
        assert_eq!(tx.archive(&topic())?, 4);
        assert_eq!(tx.archive(&venue_topic("9"))?, 0);
        grow(tx, &topic(), origin(2), 2)
    });
    let stretch = |from| store.stretch(&topic(), &origin(2), from, usize::MAX).unwrap();
    for from in 1..=3 {
        assert_eq!(numbers(&stretch(from)), [0u64; 0], "{from} is gone, and what follows it can't be told from there");
    }
    assert_eq!((stretch(4).0, numbers(&stretch(4))), (Some(header(origin(2), 3)), vec![4, 5]));
    assert_eq!((stretch(3).0, stretch(1).0), (None, None));
    assert_eq!(store.stretch(&topic(), &origin(3), 1, usize::MAX).unwrap(), (None, vec![]));
    assert_eq!(numbers(&store.stretch(&venue_topic("1"), &origin(2), 1, usize::MAX).unwrap()), [1, 2]);
    assert_ne!(hash(1, 1), header(origin(2), 1), "the hashes of the makers differ");
}
