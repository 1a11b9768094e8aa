//! USB sticks: file systems that come and go under a few folders.
//!
//! Whoever plugs a stick in has it mounted by the system (udisks, or a rule of udev); this module finds what is mounted. Its
//! simulated twin is a plain folder that is named as a stick.

mod mounts;
mod room;

use std::path::{Path, PathBuf};

use serde::Deserialize;

use mounts::{Mount, is_under, read_mounts};
pub use room::Room;

/// Where the kernel tells what is mounted.
const MOUNTS: &str = "/proc/self/mountinfo";

/// Where sticks are looked for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StickConfig {
    /// Folders under which the system mounts sticks, one or two levels down.
    pub folders: Vec<PathBuf>,
    /// A plain folder that plays a stick, for tests and demonstrations. It is there whenever the folder is.
    pub simulated: Option<PathBuf>,
}

impl Default for StickConfig {
    fn default() -> Self {
        Self { folders: ["/media", "/run/media", "/mnt"].map(PathBuf::from).into(), simulated: None }
    }
}

/// A stick that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stick {
    /// Its top folder.
    pub path: PathBuf,
    /// The last part of it: most often the name that its owner gave it.
    pub name: String,
    /// What it has room for.
    pub room: Room,
}

/// The sticks that are there now, by name. One that does not answer is left out.
pub fn find(config: &StickConfig) -> Vec<Stick> {
    let table = std::fs::read(MOUNTS).unwrap_or_else(|why| {
        log::error!("{MOUNTS}: {why}");
        Vec::new()
    });
    let mounted = read_mounts(&table).into_iter().filter(|mount| is_stick(mount, &config.folders));
    let paths = mounted.map(|mount| mount.at).chain(config.simulated.iter().filter(|path| path.is_dir()).cloned());
    let mut sticks: Vec<Stick> = paths.filter_map(|path| look(&path)).collect();
    sticks.sort_by(|a, b| a.path.cmp(&b.path));
    // What is mounted over something else is told twice.
    sticks.dedup_by(|a, b| a.path == b.path);
    sticks
}

/// A file system of a device: no network's, and none that lives in memory.
fn is_stick(mount: &Mount, folders: &[PathBuf]) -> bool {
    mount.source.starts_with("/dev/") && folders.iter().any(|folder| is_under(&mount.at, folder))
}

fn look(path: &Path) -> Option<Stick> {
    match Room::of(path) {
        Ok(room) => {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            Some(Stick { path: path.to_owned(), name, room })
        }
        Err(why) => {
            log::warn!("{}: {why}", path.display());
            None
        }
    }
}
