//! CI's slice of the simulation; `make simulate SEEDS=20000` is the whole.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test")]

use uketsuke_simulation::{Break, MemoryStore, SqliteDisk, Verdict, simulate};

/// Half of the days on each thread of a test machine.
fn play(seeds: impl Iterator<Item = u64>) {
    let mut bad = Vec::new();
    for seed in seeds {
        let report = simulate::<MemoryStore>(seed, None).unwrap();
        if !report.verdict.is_good() {
            bad.push((seed, report.verdict));
        }
    }
    assert!(bad.is_empty(), "play it again with `make simulate SEED=…`: {bad:#?}");
}

#[test]
fn a_hundred_days_end_well() {
    play((1..=200).step_by(2));
}

#[test]
fn another_hundred_days_end_well() {
    play((2..=200).step_by(2));
}

#[test]
fn days_on_files_with_torn_ends_end_well() {
    for seed in [11, 23, 47, 95] {
        let report = simulate::<SqliteDisk>(seed, None).unwrap();
        assert_eq!(report.verdict, Verdict::default(), "seed {seed}");
    }
}

#[test]
fn a_seed_gives_the_same_day_again() {
    for seed in [3, 103] {
        assert_eq!(simulate::<MemoryStore>(seed, None).unwrap(), simulate::<MemoryStore>(seed, None).unwrap());
    }
}

/// Each oracle sees what it is there for.
#[test]
fn what_is_broken_on_purpose_is_seen() {
    let seen = |broken, sees: fn(&Verdict) -> bool| {
        let seeds = 1..=150;
        let found = seeds.into_iter().find(|seed| sees(&simulate::<MemoryStore>(*seed, Some(broken)).unwrap().verdict));
        println!("{broken:?} is seen with seed {found:?}");
        found.is_some()
    };
    assert!(seen(Break::AckBeforeCommit, |verdict| !verdict.lost.is_empty()));
    assert!(seen(Break::DropKind, |verdict| !verdict.lost.is_empty()));
    assert!(seen(Break::LastWriter, |verdict| !verdict.silent.is_empty()));
    assert!(seen(Break::NoPublishing, |verdict| !verdict.diverged.is_empty()));
}
