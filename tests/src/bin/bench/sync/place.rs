//! The folders: a centre and two enrolled kiosks are made once a day and kept; every case works on copies of them.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use uketsuke_domain::log::Topic;
use uketsuke_kiosk::config::Config;
use uketsuke_kiosk::keeper::{Keeper, Keys};
use uketsuke_tests::harness::{Cast, CentreFolder, CentreProcess, KioskSpec};

/// Nobody answers there: the bench says whom to dial.
const NOWHERE: &str = "127.0.0.1:9";
/// 端末名 of the kiosks, with their folders.
const KIOSKS: [(&str, &str); 2] = [("受付1", "kiosk-1"), ("受付2", "kiosk-2")];

/// What is kept of a day: nothing in it is ever written to again.
#[derive(Debug)]
pub(super) struct Place {
    at: PathBuf,
    pub(super) residents: usize,
    pub(super) cast: Cast,
}

impl Place {
    /// Makes the folders, or takes those that were made today.
    pub(super) fn prepare(residents: usize) -> Result<Self> {
        let today = uketsuke_kiosk::clock::wall().day();
        let at = PathBuf::from(format!("target/bench/sync-{residents}-{today}"));
        if !at.join("made").exists() {
            if at.exists() {
                std::fs::remove_dir_all(&at)?;
            }
            std::fs::create_dir_all(&at)?;
            make(&at.canonicalize()?, residents)?;
        }
        let at = at.canonicalize()?;
        let cast = Cast::read(&at.join("sample/cast.json"))?;
        Ok(Self { at, residents, cast })
    }

    /// A part that is kept, made by `work` when it is not there yet. `work` is given where to make it.
    pub(super) fn kept(&self, name: &str, work: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
        let kept = self.at.join(name);
        if !kept.exists() {
            let unfinished = self.at.join(format!("{name}.unfinished"));
            remove(&unfinished)?;
            work(&unfinished)?;
            std::fs::rename(&unfinished, &kept)?;
        }
        Ok(kept)
    }

    /// The folder of a kiosk that was enrolled and holds nothing yet.
    pub(super) fn empty_kiosk(&self, number: usize) -> PathBuf {
        self.at.join(format!("kiosk-{number}"))
    }

    /// A fresh copy of a folder, under this name.
    pub(super) fn copy(&self, from: &Path, name: &str) -> Result<PathBuf> {
        let to = self.at.join("run").join(name);
        remove(&to)?;
        copy(from, &to)?;
        Ok(to)
    }

    /// A centre that serves a fresh copy of the folder.
    pub(super) fn serve(&self) -> Result<CentreProcess> {
        let path = self.copy(&self.at.join("centre"), "centre")?;
        CentreProcess::start(&CentreFolder { path }, 0, &self.at.join("center.log"))
    }

    /// Where a database of the floor may be.
    pub(super) fn scratch(&self) -> PathBuf {
        self.at.join("run")
    }
}

#[expect(clippy::print_stderr, reason = "a word on what takes long")]
fn make(at: &Path, residents: usize) -> Result<()> {
    let begun = Instant::now();
    eprintln!("making a centre with {residents} residents …");
    let centre = CentreFolder::make(at, residents, 1)?;
    for (name, folder) in KIOSKS {
        let kiosk = KioskSpec { name, station: "entrance-staffed", staff: "S01", folder: at.join(folder) };
        kiosk.enrol(&centre, NOWHERE)?;
    }
    eprintln!("made after {:.0} s", begun.elapsed().as_secs_f64());
    Ok(std::fs::write(at.join("made"), "")?)
}

/// Copies a folder of files, down to the disk: a flush of what is measured must not carry the copy with it.
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        std::fs::copy(entry.path(), &to)?;
        std::fs::File::open(&to)?.sync_all()?;
    }
    Ok(())
}

fn remove(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(why) if why.kind() != std::io::ErrorKind::NotFound => Err(why.into()),
        _ => Ok(()),
    }
}

/// A kiosk's folder, opened.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) folder: PathBuf,
    pub(super) config: Config,
    pub(super) keys: Keys,
}

impl Opened {
    /// Opens it, as a start of the program would.
    pub(super) fn new(folder: &Path) -> Result<Self> {
        let config = Config::read(folder)?;
        let fresh = uketsuke_center::centre::fresh_key()?;
        let lot = uketsuke_center::centre::fresh_key()?;
        let incarnation = lot.first_chunk().copied().map(u64::from_be_bytes).unwrap_or_default();
        let keys = Keys::read(folder, config.centre_key, fresh, incarnation)?;
        Ok(Self { folder: folder.to_owned(), config, keys })
    }

    pub(super) fn keeper(&self) -> Result<Keeper> {
        Ok(Keeper::new(self.keys.open(&self.folder)?, &self.keys, self.topic()))
    }

    /// Where it writes.
    pub(super) fn topic(&self) -> Topic {
        self.config.venue_topic()
    }
}
