//! The chains of a key, and what shows that a name is written under on two disks.

use std::collections::BTreeSet;

use uketsuke_domain::log::{BodyState, Entry, Fork, Ledger, Log, Origin, Tip};
use uketsuke_store::{Options, Restored, RestoredRow};

use crate::common::{TRACKING, origin, topic, venue_topic};
use crate::makers::{about, documents, fork_of, grow, hash, header};
use crate::subject::Subject;

/// Keys that lie beside each other, in every way that a comparison may get wrong.
fn keys() -> [[u8; 32]; 5] {
    let mut next = [7; 32];
    next[31] = 8;
    let mut before = [7; 32];
    before[31] = 6;
    [[7; 32], next, before, [0; 32], [255; 32]]
}

pub(crate) fn chains_of_a_key_are_those_and_no_others<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    store.put(|tx| {
        for key in keys() {
            for incarnation in [5, 0, u64::MAX] {
                grow(tx, &topic(), Origin::new(key, incarnation), 1)?;
            }
        }
        grow(tx, &venue_topic("1"), Origin::new([7; 32], 6), 2)?;
        for key in keys() {
            assert_eq!(tx.chains_of_key(&topic(), &key)?, 3);
            assert_eq!(tx.chains_of_key(&venue_topic("1"), &key)?, u64::from(key == [7; 32]));
            let here = [5, 0, u64::MAX].map(|incarnation| (topic(), Origin::new(key, incarnation)));
            let there = (key == [7; 32]).then(|| (venue_topic("1"), Origin::new(key, 6)));
            let expected: Vec<_> = here.into_iter().chain(there).collect();
            assert_eq!(tx.chains_of(&key)?, expected, "in the order of their beginning");
        }
        assert_eq!(tx.chains_of_key(&topic(), &[1; 32])?, 0);
        assert_eq!(tx.chains_of(&[1; 32])?, []);
        Ok(())
    });
}

pub(crate) fn the_last_of_a_key_is_the_one_that_began_last<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let last = |store: &mut S, key: [u8; 32]| store.put(|tx| tx.last_of_key(&topic(), &key));
    assert_eq!(last(&mut store, [7; 32]), None);
    let tip = |origin, number| Some((origin, Tip { number, header_hash: header(origin, number) }));
    for (incarnation, count) in [(5, 2), (u64::MAX, 1), (0, 3)] {
        let origin = Origin::new([7; 32], incarnation);
        store.put(|tx| grow(tx, &topic(), origin, count));
        assert_eq!(last(&mut store, [7; 32]), tip(origin, count));
    }
    let newest = Origin::new([7; 32], 0);
    store.put(|tx| {
        // Neither another key, nor another topic, nor an older chain that grows.
        grow(tx, &topic(), Origin::new(keys()[1], 1), 1)?;
        grow(tx, &topic(), Origin::new(keys()[2], 1), 1)?;
        grow(tx, &venue_topic("1"), Origin::new([7; 32], 9), 1)?;
        grow(tx, &topic(), Origin::new([7; 32], 5), 4)?;
        Ok(())
    });
    assert_eq!(last(&mut store, [7; 32]), tip(newest, 3));
    store.put(|tx| tx.archive(&topic()));
    assert_eq!(last(&mut store, [7; 32]), tip(newest, 3), "also where its entries are archived");
    assert_eq!(last(&mut store, [255; 32]), None);
}

pub(crate) fn documents_beyond_a_number_are_named_once<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let [one, two, three] = documents();
    store.put(|tx| {
        for document in [one, two, one, three, three] {
            about(tx, (&topic(), origin(2)), document, &BodyState::Applied)?;
        }
        grow(tx, &topic(), origin(2), 1)?;
        about(tx, (&topic(), origin(3)), two, &BodyState::Applied)?;
        for (number, expected) in [
            (0, vec![one, two, three]),
            (1, vec![one, two, three]),
            (2, vec![one, three]),
            (3, vec![three]),
            (5, vec![]),
        ] {
            let found = tx.documents_beyond(&topic(), &origin(2), number)?;
            assert_eq!(found.len(), expected.len(), "beyond {number}");
            assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected.into_iter().collect(), "beyond {number}");
        }
        assert_eq!(tx.documents_beyond(&topic(), &origin(3), 0)?, [two]);
        assert_eq!(tx.documents_beyond(&venue_topic("1"), &origin(2), 0)?, []);
        Ok(())
    });
}

pub(crate) fn forks_are_kept_up_to_a_limit_of_each_chain<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let put = |store: &mut S, fork: &Fork| store.put(|tx| tx.put_fork(fork));
    for other in 0..64 {
        let fork = fork_of(&topic(), origin(2), 1 + other % 3, other);
        assert!(put(&mut store, &fork), "{other}");
        assert!(!put(&mut store, &fork), "it is known");
    }
    assert!(!put(&mut store, &fork_of(&topic(), origin(2), 1, 64)), "one too many");
    assert!(put(&mut store, &fork_of(&topic(), origin(3), 1, 64)));
    assert!(put(&mut store, &fork_of(&venue_topic("1"), origin(2), 1, 64)));
    let forks = store.forks();
    assert_eq!(forks.len(), 66);
    let of_two = forks.iter().filter(|row| (row.topic.as_str(), row.origin) == (topic().as_str(), origin(2)));
    let found: Vec<_> = of_two.map(|row| (row.number, row.header_hash)).collect();
    let mut expected: Vec<_> = (0..64).map(|other| (1 + other % 3, hash(other, 9))).collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
    // They are beside the chain: nothing of them is given to anybody.
    assert_eq!((store.entry_count(), store.vector(&topic()).unwrap().len()), (0, 0));
}

pub(crate) fn the_body_of_a_fork_goes_and_its_header_stays<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    store.put(|tx| {
        grow(tx, &topic(), origin(2), 3)?;
        for (number, other) in [(1, 1), (1, 2), (2, 3)] {
            tx.put_fork(&fork_of(&topic(), origin(2), number, other))?;
        }
        tx.put_fork(&fork_of(&venue_topic("1"), origin(3), 1, 1))
    });
    let bodies = |store: &S| store.forks().iter().map(|row| row.has_body).collect::<Vec<_>>();
    store.put(|tx| tx.strip_forks(&[]));
    assert_eq!(bodies(&store), [true; 4]);
    // The maker gives the entries of one number one body.
    store.put(|tx| tx.strip_forks(&[hash(9, 1), hash(1, 1)]));
    assert_eq!(bodies(&store), [false, false, true, false], "wherever it is");
    store.put(|tx| tx.strip_forks(&[hash(1, 1)]));
    assert_eq!(bodies(&store), [false, false, true, false]);
    assert!(!store.put(|tx| tx.put_fork(&fork_of(&topic(), origin(2), 1, 1))), "and it does not come again");
    assert_eq!(bodies(&store), [false, false, true, false]);
    let (_, entries) = store.stretch(&topic(), &origin(2), 1, usize::MAX).unwrap();
    assert!(entries.iter().all(|entry| entry.body.is_some()), "what is in the chain is another matter");
}

fn chain(store: &mut impl Subject, incarnation: u64, length: u64, after: Option<(u64, u64)>) -> Origin {
    let of = |incarnation| Origin::new([7; 32], incarnation);
    let after = after.map(|(before, number)| (of(before), Tip { number, header_hash: header(of(before), number) }));
    store.put(|tx| {
        grow(tx, &topic(), of(incarnation), length)?;
        tx.put_began(&topic(), &of(incarnation), after)
    });
    of(incarnation)
}

pub(crate) fn a_disk_that_was_put_back_is_seen<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let first = chain(&mut store, 1, 5, None);
    chain(&mut store, 2, 2, Some((1, 5)));
    assert_eq!(store.restored(), [], "a program that was started again");
    let third = chain(&mut store, 3, 1, Some((1, 3)));
    let row = RestoredRow { key: [7; 32], topic: topic().to_string(), how: Restored::PutBack, origins: (first, third) };
    assert_eq!(store.restored(), std::slice::from_ref(&row));
    // Also when the other end of the story comes later, and when it is archived.
    chain(&mut store, 4, 1, Some((8, 2)));
    assert_eq!(store.restored().len(), 1, "the chain before it is not here");
    chain(&mut store, 8, 2, None);
    assert_eq!(store.restored().len(), 1, "and now it is");
    store.put(|tx| tx.archive(&topic()));
    assert_eq!(store.restored(), [row]);
    store.put(|tx| grow(tx, &topic(), Origin::new([7; 32], 8), 1));
    assert_eq!(store.restored().len(), 2, "it went on beyond what the fourth knew");
}

pub(crate) fn a_disk_that_was_copied_is_seen<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    chain(&mut store, 1, 5, None);
    let one = chain(&mut store, 9, 1, Some((1, 5)));
    let other = chain(&mut store, 2, 1, Some((1, 5)));
    let row = |origins| RestoredRow { key: [7; 32], topic: topic().to_string(), how: Restored::Copied, origins };
    assert_eq!(store.restored(), [row((one, other))]);
    let third = chain(&mut store, 3, 1, Some((1, 5)));
    assert_eq!(store.restored(), [row((one, other)), row((other, third))]);
    store.put(|tx| tx.put_began(&topic(), &origin(99), Some((one, Tip { number: 1, header_hash: hash(1, 1) }))));
    assert_eq!(store.restored().len(), 2, "a chain that is not here says nothing");
}

pub(crate) fn numbers_beyond_all_are_no_others<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let [document, ..] = documents();
    let far = Tip { number: u64::MAX, header_hash: hash(1, 1) };
    store.put(|tx| {
        let held = about(tx, (&topic(), origin(2)), document, &BodyState::Applied)?;
        assert_eq!(tx.documents_beyond(&topic(), &origin(2), u64::MAX)?, []);
        tx.put_began(&topic(), &origin(2), Some((origin(3), far)))?;
        grow(tx, &topic(), origin(3), 1)?;
        let absent = Entry { number: u64::MAX, ..held };
        tx.set_state(&absent, &BodyState::Withheld, None)?;
        tx.put_confirmed(&[1; 32], &topic(), &[(origin(2), u64::MAX)])?;
        Ok(())
    });
    assert_eq!(store.restored(), []);
    assert_eq!(store.body_states().withheld, 0);
    let [(_, number)] = store.confirmed(&[1; 32], &topic()).unwrap()[..] else { panic!("one chain") };
    assert!(number >= i64::MAX.unsigned_abs(), "{number}");
}
