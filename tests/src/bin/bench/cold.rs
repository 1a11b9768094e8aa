//! From the start of the process to the drawn Welcome screen, and the memory of the process after some scans.

use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::json;
use uketsuke_tests::harness::KioskProcess;

use crate::folder::Folder;
use crate::report::{Case, Report, quantile};

const STARTS: usize = 10;
const SCANS: usize = 50;

pub(crate) fn measure(folder: &Folder, residents: usize, report: &mut Report) -> Result<()> {
    let mut times = Vec::new();
    let mut rss_mb = None;
    for start in 0..STARTS {
        let begun = Instant::now();
        let mut kiosk = KioskProcess::start(&folder.kiosk, &folder.log)?;
        kiosk.wait("the venue's name", |seen| seen.screen() == "Welcome" && seen.body()["venue"] != "001")?;
        kiosk.frame(&folder.log.with_extension("png"))?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        if start + 1 == STARTS {
            for person in folder.cast.booked_here.iter().rev().take(SCANS) {
                kiosk.scan(&person.code18)?;
                kiosk.wait("the verdict", |seen| seen.number() == person.number)?;
                kiosk.press(&json!("home"))?;
            }
            rss_mb = Some(memory_mb(kiosk.id())?);
        }
        kiosk.stop()?;
    }
    let (p50_ms, p99_ms) = (quantile(&mut times, 0.5), quantile(&mut times, 0.99));
    report.put(&Case { case: "cold-start", residents, p50_ms, p99_ms, rss_mb, ..Case::default() });
    Ok(())
}

/// The most memory that a process ever held, in MB.
fn memory_mb(process: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kb: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kb / 1024.0)
}
