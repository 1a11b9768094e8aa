//! `uketsuke-simulate`: plays many days, and says what they came to in one line.

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Result;
use clap::{Parser, ValueEnum};
use uketsuke_simulation::{Break, MemoryStore, Report, SqliteDisk, simulate};

/// Plays days of seeds.
#[derive(Debug, Parser)]
struct Cli {
    /// So many seeds.
    #[arg(long, default_value_t = 200)]
    seeds: u64,
    /// From this number on.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// One seed alone, with all that it says.
    #[arg(long)]
    seed: Option<u64>,
    /// Every n-th seed is played on `SQLite` files with torn ends as well; 0 for none.
    #[arg(long, default_value_t = 20)]
    sqlite_every: u64,
    /// Something broken on purpose: the oracles must see it.
    #[arg(long = "break")]
    broken: Option<Broken>,
    /// Threads: each plays whole days.
    #[arg(long, default_value_t = 2)]
    threads: u64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Broken {
    AckBeforeCommit,
    DropKind,
    LastWriter,
    NoPublishing,
}

#[derive(Debug, Default)]
struct Totals {
    steps: u64,
    acknowledged: usize,
    lost: usize,
    diverged: usize,
    silent: usize,
    bad: Vec<u64>,
}

#[expect(clippy::print_stdout, reason = "a command line answers on standard output")]
fn main() -> Result<ExitCode> {
    let cli = Cli::parse();
    let level = if cli.seed.is_some() { "debug,automerge=warn" } else { "off" };
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or(level)).init();
    let broken = cli.broken.map(what);
    if let Some(seed) = cli.seed {
        let report = play(seed, broken, false)?;
        let again = play(seed, broken, false)?;
        println!("{report:#?}");
        println!("played again: {}", if report == again { "the same" } else { "NOT THE SAME" });
        return Ok(if report.verdict.is_good() && report == again { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let next = AtomicU64::new(cli.from);
    let totals = Mutex::new(Totals::default());
    let failed: Mutex<Option<anyhow::Error>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..cli.threads.max(1) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= cli.from.saturating_add(cli.seeds) {
                        return;
                    }
                    let on_files = cli.sqlite_every > 0 && seed.is_multiple_of(cli.sqlite_every);
                    match play(seed, broken, on_files) {
                        Ok(report) => add(&totals, seed, &report),
                        Err(why) => {
                            if let Ok(mut failed) = failed.lock() {
                                *failed = Some(why.context(format!("seed {seed}")));
                            }
                            return;
                        }
                    }
                }
            });
        }
    });
    if let Some(why) = failed.into_inner()? {
        return Err(why);
    }
    let Totals { steps, acknowledged, lost, diverged, silent, mut bad } = totals.into_inner()?;
    bad.sort_unstable();
    for seed in bad.iter().take(20) {
        println!("simulate: bad seed={seed}");
    }
    println!("simulate: acknowledged={acknowledged}");
    println!("simulate: seeds={} steps={steps} lost={lost} diverged={diverged} silent={silent}", cli.seeds);
    Ok(if bad.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn what(broken: Broken) -> Break {
    match broken {
        Broken::AckBeforeCommit => Break::AckBeforeCommit,
        Broken::DropKind => Break::DropKind,
        Broken::LastWriter => Break::LastWriter,
        Broken::NoPublishing => Break::NoPublishing,
    }
}

fn play(seed: u64, broken: Option<Break>, on_files: bool) -> Result<Report> {
    if on_files { simulate::<SqliteDisk>(seed, broken) } else { simulate::<MemoryStore>(seed, broken) }
}

fn add(totals: &Mutex<Totals>, seed: u64, report: &Report) {
    let Ok(mut totals) = totals.lock() else { return };
    totals.steps += report.steps;
    totals.acknowledged += report.acknowledged;
    totals.lost += report.verdict.lost.len();
    totals.diverged += report.verdict.diverged.len();
    totals.silent += report.verdict.silent.len();
    if !report.verdict.is_good() {
        totals.bad.push(seed);
    }
}
