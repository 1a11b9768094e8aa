//! A record is exactly what a stock Automerge opens: folding the log and folding the stock document of the same changes
//! give the same answer, whatever the order, the doubling and the grouping of what arrives.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use automerge::{AutoCommit, Change, ROOT, ReadDoc, ScalarValue};
use common::*;
use proptest::prelude::*;
use uketsuke_domain::facts::{FactKind, KnownFact};
use uketsuke_domain::fold::fold;
use uketsuke_domain::log::{BodyState, Entry, EntryKind};
use uketsuke_domain::record::{RawRecord, Value};
use uketsuke_sync::author::Author;
use uketsuke_sync::body::AnyBody;
use uketsuke_sync::change::{FACT_PREFIX, FIELD_PREFIX};

const AUTHORS: usize = 3;

/// What an author does: writes a fact or a field, or hears what another has written so far.
#[derive(Clone, Debug)]
enum Act {
    Fact(usize, u8, bool),
    Field(usize, u8, u8),
    Hear(usize, usize),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let author = 0..AUTHORS;
    let act = prop_oneof![
        3 => (author.clone(), 0..5u8, any::<bool>()).prop_map(|(who, kind, corrects)| Act::Fact(who, kind, corrects)),
        3 => (author.clone(), 0..3u8, 0..3u8).prop_map(|(who, name, value)| Act::Field(who, name, value)),
        2 => (author.clone(), author).prop_map(|(who, whom)| Act::Hear(who, whom)),
    ];
    proptest::collection::vec(act, 1..40)
}

fn kind(number: u8) -> FactKind {
    [FactKind::Booked, FactKind::CheckedIn, FactKind::Vaccinated, FactKind::PrescreenOnly, FactKind::CheckedIn]
        [usize::from(number)]
}

/// The logs of authors who wrote and heard.
fn play(acts: &[Act], dice: &mut Dice) -> Vec<Memory> {
    let mut logs = vec![Memory::default(); AUTHORS];
    for (at, act) in (1..).zip(acts) {
        match *act {
            Act::Fact(who, number, corrects) => {
                let seen = logs[who].record(document("a")).facts;
                let supersedes = seen.first().filter(|_| corrects).map(|fact| fact.hash);
                let fact = fact(dice.bytes(), kind(number), at, supersedes.into_iter().collect());
                Author::new(&identity_of(who), &mut logs[who]).fact(&topic(), (VISIT, document("a")), &fact).unwrap();
            }
            Act::Field(who, name, value) => {
                let edits =
                    edits(&[(["name", "kana", "birth"][usize::from(name)], ["a", "b", "c"][usize::from(value)])]);
                Author::new(&identity_of(who), &mut logs[who])
                    .fields(&topic(), (VISIT, document("a")), &edits)
                    .unwrap();
            }
            Act::Hear(who, whom) => {
                for author in 0..AUTHORS {
                    let origin = identity_of(author).origin();
                    let claims = logs[whom].all(&topic(), origin);
                    assert_eq!(logs[who].take(&topic(), origin, 1, claims).1, None);
                }
            }
        }
    }
    logs
}

fn identity_of(author: usize) -> uketsuke_sync::identity::Identity {
    identity(u8::try_from(author).unwrap() + 1)
}

/// Everything that was written, each author's entries in order.
fn written(logs: &[Memory]) -> Vec<Vec<Entry>> {
    let own = logs.iter().enumerate().map(|(author, log)| {
        let chain = log.chains.get(&(topic(), identity_of(author).origin()));
        chain.into_iter().flatten().map(|(entry, _)| entry.clone()).collect()
    });
    own.collect()
}

/// Feeds a new log in a random order, some of it twice: chains of different authors interleave at random.
fn fed(written: &[Vec<Entry>], dice: &mut Dice) -> Memory {
    let mut log = Memory::default();
    let mut at = vec![0; written.len()];
    while at.iter().zip(written).any(|(at, chain)| *at < chain.len()) {
        let author = dice.below(written.len());
        let chain = &written[author];
        let from = at[author] - dice.below(at[author] + 1).min(2);
        let to = (at[author] + dice.below(4)).min(chain.len());
        let claims = claims(&chain[from..to]);
        let (done, blame) = log.take(&topic(), identity_of(author).origin(), from as u64 + 1, claims);
        let (added, known) = (to - at[author], at[author] - from);
        assert_eq!((done.added, done.known, blame), (added as u64, known as u64, None));
        assert_eq!(done.held, Vec::new());
        at[author] = to;
    }
    log
}

/// What a stock Automerge shows.
fn shown(document: &AutoCommit) -> RawRecord {
    let mut record = RawRecord::default();
    for key in document.keys(ROOT) {
        let values = document.get_all(ROOT, key.as_str()).unwrap().into_iter().map(|(value, _)| value);
        let scalars = values.map(|value| value.into_scalar().unwrap());
        if let Some(name) = key.strip_prefix(FIELD_PREFIX) {
            let mut texts: Vec<Value> =
                scalars.map(|scalar| Value::Text(scalar.as_str().unwrap().to_owned())).collect();
            texts.sort();
            texts.dedup();
            record.fields.insert(name.to_owned(), texts);
        } else {
            assert!(key.starts_with(FACT_PREFIX));
            record.facts.extend(scalars.map(|scalar| match scalar {
                ScalarValue::Bytes(bytes) => KnownFact::decode(&bytes).unwrap(),
                other => panic!("{other:?}"),
            }));
        }
    }
    record
}

fn changes_of(written: &[Vec<Entry>]) -> Vec<Change> {
    let bodies = written.iter().flatten().map(|entry| entry.body.as_ref().unwrap());
    let changes = bodies.map(|body| match AnyBody::decode(EntryKind::Change, body).unwrap() {
        AnyBody::Change(body) => Change::try_from(body.change.as_slice()).unwrap(),
        other => panic!("{other:?}"),
    });
    changes.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_log_and_the_stock_document_fold_alike(acts in acts(), seed in any::<u64>()) {
        let mut dice = Dice::new(seed);
        let written = written(&play(&acts, &mut dice));
        let (log, other) = (fed(&written, &mut dice), fed(&written, &mut dice));
        prop_assert_eq!((&log.items, &log.fields), (&other.items, &other.fields), "two logs converge");
        prop_assert!(log.chains.values().flatten().all(|(_, state)| *state == BodyState::Applied));

        let mut changes = changes_of(&written);
        dice.shuffle(&mut changes);
        let mut stock = AutoCommit::new();
        for change in changes {
            stock.apply_changes([change]).unwrap();
        }
        let loaded = AutoCommit::load(&stock.save()).unwrap();
        let record = log.record(document("a"));
        let folded = fold(&record, None);
        for document in [&stock, &loaded] {
            let shown = shown(document);
            prop_assert_eq!(&shown.fields, &record.fields);
            prop_assert_eq!(shown.facts.len(), record.facts.len());
            prop_assert_eq!(&fold(&shown, None), &folded);
        }
    }
}
