//! What replication costs: facts of an offline day, a first filling, an even line, a push from door to door; each beside
//! a floor that was measured in the same run.

mod filling;
mod floor;
mod linked;
mod memory;
mod offline;
mod people;
mod place;
mod push;
mod quiet;

use anyhow::Result;
use clap::Args;

use crate::report::Report;
use place::Place;

/// What is measured.
#[derive(Clone, Debug, Args)]
pub(crate) struct Sync {
    /// Residents of the municipality.
    #[arg(long, default_value_t = 5000)]
    residents: usize,
    /// Facts that were recorded offline.
    #[arg(long, default_value_t = 5000)]
    facts: usize,
    /// Check-ins that are pushed.
    #[arg(long, default_value_t = 500)]
    pushes: usize,
    /// How often a filling and an offline day are measured.
    #[arg(long, default_value_t = 3)]
    repeats: usize,
    /// These cases alone: first-filling, offline-facts (with memory), nothing-to-send, push-latency.
    #[arg(long)]
    only: Vec<String>,
}

pub(crate) fn measure(what: &Sync, report: &mut Report) -> Result<()> {
    let place = Place::prepare(what.residents)?;
    let wanted = |case: &str| what.only.is_empty() || what.only.iter().any(|only| only == case);
    if wanted("first-filling") {
        filling::measure(&place, what.repeats, report)?;
    }
    if wanted("offline-facts") {
        offline::measure(&place, what.facts, what.repeats, report)?;
    }
    if wanted("nothing-to-send") {
        quiet::measure(&place, report)?;
    }
    if wanted("push-latency") {
        push::measure(&place, what.pushes, report)?;
    }
    Ok(())
}
