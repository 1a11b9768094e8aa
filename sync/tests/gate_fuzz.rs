//! Mutated changes with a repaired checksum against the gate. In a crate of its own, for it silences panics.
//!
//! Stock Automerge does worse than panic on a few of them: it panics again while it cleans up, and that ends the process
//! whatever catches panics. So the comparison with it is made only in the short version, whose mutants are always the same.
//!
//! The long version: `UKETSUKE_MUTANTS=3000000 cargo test -p uketsuke-sync --test gate_fuzz -- --ignored --nocapture`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use automerge::{AutoCommit, Change, ROOT, ReadDoc};
use common::*;
use uketsuke_domain::facts::FactKind;
use uketsuke_domain::ids::FactId;
use uketsuke_domain::log::ItemContent;
use uketsuke_sync::change::{fact_change, field_edit, open_fields, read_fields};
use uketsuke_sync::gate::{Held, admit};

/// Where mutations begin: after magic, checksum and type.
const DATA_AT: usize = 9;

#[derive(Debug, Default)]
struct Tally {
    mutants: u64,
    readable: u64,
    ungated_panics: u64,
    admitted: u64,
    /// Panics of Automerge that the gate caught.
    caught: u64,
    /// Panics that the gate let out.
    gate_panics: u64,
    later_panics: u64,
}

static PANICS: AtomicU64 = AtomicU64::new(0);

/// Honest changes to be bent, each with the field changes that are there before it.
fn seeds() -> Vec<(Vec<u8>, Vec<Vec<u8>>)> {
    let fact = fact([2; 16], FactKind::Vaccinated, 1_616_400_000_000, Vec::new());
    let fact = fact_change(FactId([2; 16]), &fact.fact.encode()).unwrap().bytes;
    let one = field_edit([3; 16], &[], &edits(&[("name", "花子"), ("birth", "1950-01-01")])).unwrap().bytes;
    let two = field_edit([4; 16], &[], &edits(&[("name", "華子")])).unwrap().bytes;
    let both = vec![one.clone(), two.clone()];
    let picked = field_edit([5; 16], &both, &edits(&[("name", "花子"), ("kana", "ハナコ")])).unwrap().bytes;
    let unseen = field_edit([6; 16], std::slice::from_ref(&one), &edits(&[("name", "花")])).unwrap().bytes;
    vec![(fact, both.clone()), (one, Vec::new()), (two.clone(), vec![two]), (picked, both.clone()), (unseen, both)]
}

fn mutant(dice: &mut Dice, seeds: &[(Vec<u8>, Vec<Vec<u8>>)]) -> (Vec<u8>, Vec<Vec<u8>>) {
    let (bytes, before) = &seeds[dice.below(seeds.len())];
    let mut bytes = bytes.clone();
    for _ in 0..=dice.below(3) {
        let at = DATA_AT + dice.below(bytes.len() - DATA_AT);
        match dice.below(5) {
            0 => bytes[at] = dice.byte(),
            1 => bytes[at] ^= 1 << dice.below(8),
            2 => bytes[at] = bytes[at].wrapping_add(1),
            3 => bytes.insert(at, dice.byte()),
            _ if bytes.len() > DATA_AT + 8 => drop(bytes.remove(at)),
            _ => {}
        }
    }
    repair(&mut bytes);
    (bytes, before.clone())
}

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
fn live_with(bytes: &[u8], before: &[Vec<u8>], content: &ItemContent) {
    let mut fields = before.to_vec();
    if matches!(content, ItemContent::Fields(_)) && !fields.iter().any(|known| known == bytes) {
        fields.push(bytes.to_vec());
    }
    read_fields(&open_fields(&fields).unwrap()).unwrap();
    let next = field_edit([99; 16], &fields, &edits(&[("name", "次"), ("new", "x")])).unwrap();
    admit(&next.bytes, &fields).unwrap();
    let mut stock = open_fields(&fields).unwrap();
    stock.apply_changes([Change::try_from(bytes).unwrap(), Change::try_from(next.bytes.as_slice()).unwrap()]).unwrap();
    let loaded = AutoCommit::load(&stock.save()).unwrap();
    assert_eq!(read_fields(&loaded).unwrap(), read_fields(&stock).unwrap());
    assert_eq!(loaded.keys(ROOT).count(), stock.keys(ROOT).count());
}

fn fuzz(seed: u64, mutants: u64, compare: bool) -> Tally {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {
        PANICS.fetch_add(1, Ordering::Relaxed);
    }));
    let (mut dice, seeds, mut tally) = (Dice::new(seed), seeds(), Tally::default());
    while tally.mutants < mutants {
        tally.mutants += 1;
        let (bytes, before) = mutant(&mut dice, &seeds);
        let panics = PANICS.load(Ordering::Relaxed);
        let answer = catch_unwind(AssertUnwindSafe(|| admit(&bytes, &before)));
        tally.caught += PANICS.load(Ordering::Relaxed) - panics;
        let expands = matches!(answer, Ok(Err(Held::Shape(why))) if why.contains("expand"));
        match answer {
            Err(_) => tally.gate_panics += 1,
            Ok(Err(_)) => {}
            Ok(Ok(admitted)) => {
                tally.admitted += 1;
                let lived = catch_unwind(AssertUnwindSafe(|| live_with(&bytes, &before, &admitted.content)));
                tally.later_panics += u64::from(lived.is_err());
            }
        }
        // Runs that would keep Automerge busy for years are the gate's business alone.
        if compare && !expands {
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
    assert!(tally.admitted > 0, "a gate that holds everything proves nothing: {tally:?}");
}

#[test]
fn mutants_neither_pass_the_gate_nor_break_it() {
    let tally = fuzz(1, 20_000, true);
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
