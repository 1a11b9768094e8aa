//! A kiosk's folder that was filled by a real centre.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use uketsuke_tests::harness::{Cast, CentreFolder, CentreProcess, KioskProcess, KioskSpec};

/// Where everything is.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) kiosk: KioskSpec,
    pub(crate) cast: Cast,
    pub(crate) log: PathBuf,
}

/// The first filling may take this long.
const FILLING: Duration = Duration::from_mins(30);

/// Makes the folder, or takes the one that was made today.
pub(crate) fn prepare(residents: usize) -> Result<Folder> {
    let today = uketsuke_kiosk::clock::wall().day();
    let at = PathBuf::from(format!("target/bench/{residents}-{today}"));
    let done = at.join("filled");
    if !done.exists() {
        if at.exists() {
            std::fs::remove_dir_all(&at)?;
        }
        std::fs::create_dir_all(&at)?;
        fill(&at.canonicalize()?, residents)?;
        std::fs::write(&done, "")?;
    }
    let at = at.canonicalize()?;
    Ok(Folder { kiosk: spec(&at), cast: Cast::read(&at.join("sample/cast.json"))?, log: at.join("kiosk.log") })
}

fn spec(at: &Path) -> KioskSpec {
    KioskSpec { name: "受付1", station: "entrance-staffed", staff: "S01", folder: at.join("kiosk") }
}

#[expect(clippy::print_stderr, reason = "a word on what takes long")]
fn fill(at: &Path, residents: usize) -> Result<()> {
    let begun = Instant::now();
    eprintln!("making a centre with {residents} residents …");
    let centre = CentreFolder::make(at, residents, 1)?;
    let server = CentreProcess::start(&centre, 0, &at.join("center.log"))?;
    let kiosk = spec(at);
    kiosk.enrol(&centre, &server.sync)?;
    eprintln!("filling the kiosk, after {:.0} s …", begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    let process = KioskProcess::start(&kiosk, &at.join("kiosk.log"))?;
    while !process.seen().is_connected() {
        if begun.elapsed() > FILLING {
            bail!("the kiosk was not filled");
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    process.stop()?;
    eprintln!("filled after {:.0} s", begun.elapsed().as_secs_f64());
    let config = kiosk.folder.join("kiosk.toml");
    // Nobody answers at this address: what is measured is the kiosk alone.
    let text = std::fs::read_to_string(&config)?;
    let port = server.sync.rsplit(':').next().context("a port")?.to_owned();
    std::fs::write(&config, text.replace(&format!(":{port}/"), ":9/"))?;
    server.kill()
}

/// People whose check-in an earlier run of today recorded.
pub(crate) fn already_used(folder: &Folder) -> Result<usize> {
    match std::fs::read_to_string(folder.log.with_file_name("used")) {
        Ok(text) => Ok(text.trim().parse()?),
        Err(_) => Ok(0),
    }
}

pub(crate) fn remember_used(folder: &Folder, used: usize) -> Result<()> {
    Ok(std::fs::write(folder.log.with_file_name("used"), used.to_string())?)
}
