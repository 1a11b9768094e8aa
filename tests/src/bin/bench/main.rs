//! `uketsuke-bench`: what a scan costs, and what replication costs, beside floors measured in the same run.
//!
//! `scan --residents N` and `sync --residents N` measure one size; `all` both. The folders with N residents are made once a day and kept in
//! `target/bench`.

mod cold;
mod floor;
mod folder;
mod record;
mod report;
mod rules;
mod scan;
mod sync;
mod wire;

use anyhow::Result;
use clap::{Parser, Subcommand};

use report::Report;

#[derive(Debug, Parser)]
struct Cli {
    /// One JSON object a line.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Scan to frame, scan to durable fact, cold start, memory, bytes on the wire.
    Scan {
        /// Residents of the municipality.
        #[arg(long, default_value_t = 5000)]
        residents: usize,
        /// Scans that are measured.
        #[arg(long, default_value_t = 400)]
        scans: usize,
    },
    /// Offline facts, first filling, an even line, pushes from door to door; bytes and memory.
    Sync(sync::Sync),
    /// The rules by themselves: a verdict, and the fold as facts grow.
    Rules,
    /// Everything, with 5,000 and with 200,000 residents.
    All,
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    let mut report = Report::new(cli.json);
    match cli.command {
        Command::Scan { residents, scans } => measure(residents, scans, &mut report),
        Command::Sync(what) => sync::measure(&what, &mut report),
        Command::Rules => rules::measure(&mut report),
        Command::All => {
            rules::measure(&mut report)?;
            measure(5000, 400, &mut report)?;
            measure(200_000, 400, &mut report)
        }
    }
}

fn measure(residents: usize, scans: usize, report: &mut Report) -> Result<()> {
    let folder = folder::prepare(residents)?;
    cold::measure(&folder, residents, report)?;
    record::measure(&folder, residents, scans, report)?;
    // A thread has one window system for its whole life, so each size draws in a thread of its own.
    let drawn = std::thread::scope(|scope| scope.spawn(|| scan::measure(&folder, residents, scans, report)).join());
    drawn.map_err(|_| anyhow::anyhow!("the bench of the screen panicked"))??;
    wire::measure(&folder, residents, report)
}
