//! What a process needs while something happens: memory above what it held before, and time on a processor, which says
//! more than the clock on a machine that others use as well.

use anyhow::{Context, Result};

/// A process whose memory is watched.
#[derive(Debug)]
pub(super) struct Memory {
    process: u32,
    idle_kb: f64,
}

impl Memory {
    /// From now on.
    pub(super) fn of(process: u32) -> Result<Self> {
        // What was held at the start, before it was idle, does not count.
        std::fs::write(format!("/proc/{process}/clear_refs"), "5")?;
        Ok(Self { process, idle_kb: read(process, "VmRSS:")? })
    }

    pub(super) fn idle_mb(&self) -> f64 {
        self.idle_kb / 1024.0
    }

    /// The most that was held since then, less what was held then.
    pub(super) fn above_mb(&self) -> Result<f64> {
        Ok((read(self.process, "VmHWM:")? - self.idle_kb) / 1024.0)
    }
}

fn read(process: u32, name: &str) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no such line")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// Seconds that a process has had a processor so far; of this one, where none is named.
pub(super) fn busy(process: Option<u32>) -> Result<f64> {
    let process = process.map_or_else(|| "self".to_owned(), |process| process.to_string());
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name stands in brackets and may hold spaces; after it, the 12th and 13th are ticks of user and system.
    let (_, rest) = stat.rsplit_once(')').context("no name")?;
    let ticks = rest.split_whitespace().skip(11).take(2).map(str::parse::<u32>);
    let ticks: u32 = ticks.sum::<Result<_, _>>()?;
    Ok(f64::from(ticks) / 100.0)
}
