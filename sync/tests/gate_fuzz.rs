//! Mutated changes with a repaired checksum against the gate. In a crate of its own, for it silences panics and counts
//! what is allocated.
//!
//! Each mutant follows from its number alone, so one that is reported can be made again. What the gate may use for one is
//! bounded: [`MOST_AT_ONCE`], [`MOST_IN_ALL`] and [`MOST_TIME`].
//!
//! Stock Automerge does worse than panic on a few of them: it panics again while it cleans up, and that ends the process
//! whatever catches panics. So the comparison with it is made only in the short version, whose mutants are always the same,
//! and only where single bytes were bent.
//!
//! The long version: `UKETSUKE_MUTANTS=10000000 cargo test -p uketsuke-sync --test gate_fuzz -- --ignored --nocapture`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]
#![allow(unsafe_code, reason = "an allocator that counts")]

mod common;
#[path = "gate_fuzz/memory.rs"]
mod memory;
#[path = "gate_fuzz/parts.rs"]
mod parts;
#[path = "gate_fuzz/seeds.rs"]
mod seeds;
#[path = "gate_fuzz/ways.rs"]
mod ways;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, Change, ObjType, ROOT, ReadDoc, ScalarValue};
use common::{Dice, edits, fact, repair};
use memory::*;
use parts::*;
use seeds::*;
use uketsuke_domain::facts::{Fact, FactKind};
use uketsuke_domain::ids::{FactHash, FactId};
use uketsuke_domain::log::ItemContent;
use uketsuke_domain::record::Value;
use uketsuke_sync::change::{FACT_PREFIX, MAX_FIELDS, fact_change, field_edit, open_fields, read_fields};
use uketsuke_sync::fact_shape;
use uketsuke_sync::gate::{Admitted, Held, MAX_CHANGE_BYTES, admit};
use ways::*;

/// Memory that the gate may hold at once for one change, in bytes.
const MOST_AT_ONCE: u64 = 4 * 1024 * 1024;
/// All that the gate may allocate for one change, freed or not, in bytes.
const MOST_IN_ALL: u64 = 16 * 1024 * 1024;
/// The same for living with an admitted change: the document is built, saved and loaded several times.
const MOST_IN_ALL_LATER: u64 = 32 * 1024 * 1024;
/// How long the gate may take for one change, on CI's slow machines.
const MOST_TIME: Duration = Duration::from_secs(3);
/// A mutant that makes somebody ask for more ends the run at once, before the machine suffers.
const TOO_MANY_BYTES: u64 = 4 * 1024 * 1024 * 1024;

#[derive(Debug, Default)]
struct Tally {
    mutants: u64,
    admitted: u64,
    /// Panics of Automerge that the gate caught.
    caught: u64,
    /// Panics that the gate let out.
    gate_panics: u64,
    later_panics: u64,
    /// The most that the gate held at once and allocated in all for a mutant, in bytes, and for which.
    most_at_once: (i64, u64),
    most_in_all: (u64, u64),
    most_in_all_later: (u64, u64),
    /// The longest that the gate took for a mutant, and for which.
    slowest: (Duration, u64),
    held: BTreeMap<String, u64>,
    /// By how it was bent: mutants, and those admitted.
    ways: BTreeMap<&'static str, (u64, u64)>,
    /// Of those that stock Automerge was tried with: read at all, and panicked over.
    readable: u64,
    ungated_panics: u64,
}

/// Panics since this was last set to nothing.
static PANICS: AtomicU64 = AtomicU64::new(0);
/// For whoever looks for what ended the process.
static MUTANT: AtomicU64 = AtomicU64::new(0);

/// What stock Automerge does with it: true when it panics.
fn ungated(bytes: &[u8], before: &[Vec<u8>]) -> bool {
    let run = || {
        let mut document = open_fields(before).ok()?;
        document.apply_changes([Change::try_from(bytes).ok()?]).ok()?;
        let _ = (document.keys(ROOT).count(), read_fields(&document));
        AutoCommit::load(&document.save()).ok()
    };
    catch_unwind(AssertUnwindSafe(run)).is_err()
}

/// What the product does with an admitted change, and a stock Automerge with the document of all.
fn live_with(bytes: &[u8], before: &[Vec<u8>], admitted: &Admitted) {
    let mut fields = before.to_vec();
    if let ItemContent::Fields(content) = &admitted.content {
        assert_eq!(content, bytes);
        if !fields.iter().any(|known| known == bytes) {
            fields.push(bytes.to_vec());
        }
    }
    let read = read_fields(&open_fields(&fields).unwrap()).unwrap();
    let reversed: Vec<_> = fields.iter().rev().cloned().collect();
    assert_eq!(read_fields(&open_fields(&reversed).unwrap()).unwrap(), read, "the order of coming");
    let next = field_edit([99; 16], &fields, &edits(&[("name", "次"), ("new", "x")])).unwrap();
    admit(&next.bytes, &fields).unwrap();
    let mut stock = open_fields(&fields).unwrap();
    stock.apply_changes([Change::try_from(bytes).unwrap(), Change::try_from(next.bytes.as_slice()).unwrap()]).unwrap();
    let loaded = AutoCommit::load(&stock.save()).unwrap();
    assert_eq!(read_fields(&loaded).unwrap(), read_fields(&stock).unwrap());
    assert_eq!(loaded.keys(ROOT).collect::<Vec<_>>(), stock.keys(ROOT).collect::<Vec<_>>());
    let hash = automerge::ChangeHash(admitted.hash.0);
    assert_eq!(loaded.get_change_by_hash(&hash).unwrap().raw_bytes(), bytes);
    if let ItemContent::Fact(payload) = &admitted.content {
        let fact = Fact::decode(payload).unwrap();
        assert_eq!(Fact::decode(&fact.encode()).unwrap(), fact);
        let (value, _) = loaded.get(ROOT, format!("{FACT_PREFIX}{}", fact.id)).unwrap().unwrap();
        assert_eq!(value.as_bytes(), Some(payload.as_slice()));
    }
}

fn why(held: &Held) -> String {
    match held {
        Held::TooLong(_) => "too long".to_owned(),
        other => other.to_string(),
    }
}

/// Runs the gate once: its answer, what it allocated, how long it took.
fn gate(bytes: &[u8], before: &[Vec<u8>]) -> (std::thread::Result<Result<Admitted, Held>>, Memory, Duration) {
    PANICS.store(0, Ordering::Relaxed);
    MEMORY.set(Memory::default());
    let start = Instant::now();
    let answer = catch_unwind(AssertUnwindSafe(|| admit(bytes, before)));
    (answer, MEMORY.get(), start.elapsed())
}

fn fuzz(seed: u64, mutants: u64, compare: bool) -> Tally {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {
        if PANICS.fetch_add(1, Ordering::Relaxed) > 0 {
            eprintln!("mutant {}: a panic after a panic", MUTANT.load(Ordering::Relaxed));
        }
    }));
    let (seeds, mut tally) = (seeds(), Tally::default());
    while tally.mutants < mutants {
        let number = tally.mutants;
        MUTANT.store(number, Ordering::Relaxed);
        tally.mutants += 1;
        let (way, bytes, before) = mutant(seed, number, &seeds);
        let (answer, memory, mut elapsed) = gate(&bytes, &before);
        tally.caught += PANICS.load(Ordering::Relaxed);
        if elapsed > tally.slowest.0 {
            // Others run on this machine, too: what is slow is slow again.
            elapsed = elapsed.min(gate(&bytes, &before).2).min(gate(&bytes, &before).2);
        }
        tally.slowest = tally.slowest.max((elapsed, number));
        tally.most_at_once = tally.most_at_once.max((memory.at_once, number));
        tally.most_in_all = tally.most_in_all.max((memory.in_all, number));
        let counts = tally.ways.entry(way).or_default();
        counts.0 += 1;
        let expands = matches!(answer, Ok(Err(Held::Shape(why))) if why.contains("expand"));
        match answer {
            Err(_) => tally.gate_panics += 1,
            Ok(Err(held)) => *tally.held.entry(why(&held)).or_default() += 1,
            Ok(Ok(admitted)) => {
                tally.admitted += 1;
                counts.1 += 1;
                PANICS.store(0, Ordering::Relaxed);
                MEMORY.set(Memory::default());
                let lived = catch_unwind(AssertUnwindSafe(|| live_with(&bytes, &before, &admitted)));
                tally.later_panics += u64::from(lived.is_err());
                if lived.is_err() {
                    eprintln!("mutant {number} ({way}) was admitted, and then: {bytes:02x?}");
                }
                tally.most_in_all_later = tally.most_in_all_later.max((MEMORY.get().in_all, number));
            }
        }
        // Runs that would keep Automerge busy for years are the gate's business alone.
        if compare && way == WAYS[0].0 && !expands {
            PANICS.store(0, Ordering::Relaxed);
            let panics = ungated(&bytes, &before);
            tally.ungated_panics += u64::from(panics);
            tally.readable += u64::from(panics || Change::try_from(bytes.as_slice()).is_ok());
        }
    }
    std::panic::set_hook(hook);
    tally
}

fn judge(tally: &Tally) {
    assert_eq!((tally.gate_panics, tally.later_panics), (0, 0), "{tally:?}");
    assert!(tally.most_at_once.0.unsigned_abs() <= MOST_AT_ONCE, "inflated: {tally:?}");
    assert!(
        tally.most_in_all.0 <= MOST_IN_ALL && tally.most_in_all_later.0 <= MOST_IN_ALL_LATER,
        "wasteful: {tally:?}"
    );
    assert!(tally.slowest.0 <= MOST_TIME, "slow: {tally:?}");
    // A gate that holds everything proves nothing.
    for way in ["bytes", "payload", "edit"] {
        assert!(tally.ways[way].1 > 0, "nothing admitted of {way}: {tally:?}");
    }
    assert_eq!(tally.ways.len(), WAYS.len(), "{tally:?}");
}

#[test]
fn seeds_come_apart_and_together_again() {
    let Seeds { small, large } = seeds();
    let too_many = too_many(&fields(HOSTILE));
    for seed in small.iter().chain(&large) {
        assert!(seed.bytes.len() <= MAX_CHANGE_BYTES);
        let mut again = Parts::of(&seed.bytes).unwrap().bytes();
        repair(&mut again);
        assert_eq!(again, seed.bytes);
    }
    for seed in &large {
        let (answer, memory, elapsed) = gate(&seed.bytes, &seed.before);
        println!("{} bytes: {memory:?}, {elapsed:?}", seed.bytes.len());
        let is_hostile = seed.bytes == too_many;
        assert_eq!(answer.unwrap().is_ok(), !is_hostile);
    }
    let honest = small.iter().chain(&large).filter(|seed| admit(&seed.bytes, &seed.before).is_ok()).count();
    assert!(honest >= 15 && honest < small.len(), "{honest} of {}", small.len());
}

#[test]
fn mutants_neither_pass_the_gate_nor_break_it() {
    let tally = fuzz(1, 20_000, true);
    println!("{tally:?}");
    assert!(tally.ungated_panics > 0, "mutants that harm nobody prove nothing: {tally:?}");
    judge(&tally);
}

#[test]
#[ignore = "minutes: run by hand"]
fn many_more_mutants() {
    let mutants = std::env::var("UKETSUKE_MUTANTS").ok().and_then(|text| text.parse().ok()).unwrap_or(2_000_000);
    let tally = fuzz(2, mutants, false);
    println!("{tally:?}");
    judge(&tally);
}
