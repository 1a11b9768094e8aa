//! A day, played by a seed: a centre and up to eight kiosks, a network that breaks, disks that refuse, power that goes,
//! clocks that are wrong, people who scan twice. The real replication, storage and rules; everything else is simulated,
//! so that a seed gives the same day every time.

#![forbid(unsafe_code)]

mod after;
mod device;
mod dice;
pub mod disk;
mod faults;
mod net;
mod oracle;
mod people;
mod plan;
mod sqlite;
mod town;
mod world;

use anyhow::Result;

pub use oracle::Verdict;
pub use sqlite::SqliteDisk;
pub use uketsuke_store::MemoryStore;
pub use world::Break;

use disk::Disk;
use world::World;

/// What a day came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Events.
    pub steps: u64,
    /// Facts of which a screen said that they are recorded.
    pub acknowledged: usize,
    /// Facts that only a lost disk held.
    pub excused: usize,
    /// What is wrong.
    pub verdict: Verdict,
    /// A hash of all that every replica holds: the same for the same seed.
    pub digest: u64,
}

/// The day lasts so long, in milliseconds.
const DAY_MS: u64 = 8 * 60_000;
/// After everything is mended, all must be even within this, in milliseconds: the longest wait of a peer that was taken
/// for a bad one, and some.
const SETTLE_MS: u64 = 25 * 60_000;
const SETTLE_STEP_MS: u64 = 15_000;
/// After every so many days the venues are archived.
const ARCHIVED: u64 = 3;
/// The word of it reaches all that can talk within this, in milliseconds.
const ARCHIVE_MS: u64 = 60_000;

/// Plays the day of a seed.
///
/// # Errors
/// When the world can't be made: a bug.
pub fn simulate<S: Disk>(seed: u64, broken: Option<Break>) -> Result<Report> {
    let mut world: World<S> = plan::plan(seed, broken)?;
    world.run_until(DAY_MS);
    world.mend();
    let mut settled = 0;
    // Twice in a row: what is even may still be about to change.
    let mut even = 0;
    while settled < SETTLE_MS && even < 2 {
        settled += SETTLE_STEP_MS;
        world.run_until(DAY_MS + settled);
        even = if world.is_even() { even + 1 } else { 0 };
    }
    let mut verdict = world.judge();
    if verdict.is_good()
        && broken.is_none()
        && seed.is_multiple_of(ARCHIVED)
        && let Some(archived) = world.archive()
    {
        world.run_until(DAY_MS + settled + ARCHIVE_MS);
        verdict = world.judge_archive(&archived);
    }
    Ok(Report {
        steps: world.steps,
        acknowledged: world.oracle.acknowledged.len(),
        excused: world.oracle.excused.len(),
        verdict,
        digest: world.digest(),
    })
}
