//! Which files of a stick are for this kiosk, and what a new one is called.

use std::fs::{DirEntry, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use uketsuke_domain::ids::VenueNumber;
use uketsuke_domain::screen::Bundle;
use uketsuke_domain::time::Moment;
use uketsuke_replica::courier::label;

use crate::keeper::Keys;

/// What a sealed file begins with (an age file).
const SEALED: &[u8] = b"age-encryption.org/";
/// Entries of a stick's top folder that are looked at: a stick full of photographs is not read to its end.
const MOST_ENTRIES: usize = 2000;

/// The files in a stick's top folder that this kiosk can open. What can't be read is no bundle, and no error.
pub(super) fn list(stick: &Path, keys: &Keys) -> Vec<Bundle> {
    let entries = match std::fs::read_dir(stick) {
        Ok(entries) => entries,
        Err(why) => {
            log::warn!("{}: {why}", stick.display());
            return Vec::new();
        }
    };
    entries.take(MOST_ENTRIES).filter_map(|entry| look(&entry.ok()?, keys)).collect()
}

fn look(entry: &DirEntry, keys: &Keys) -> Option<Bundle> {
    // A name that is no text can't be shown, and half a file is no file.
    let is_part = entry.path().extension().is_some_and(|extension| extension.eq_ignore_ascii_case("part"));
    let file = entry.file_name().into_string().ok().filter(|_| !is_part)?;
    let about = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let mut start = Vec::new();
    File::open(entry.path()).ok()?.take(SEALED.len() as u64).read_to_end(&mut start).ok()?;
    if start != SEALED {
        return None;
    }
    match label(&keys.identity, &keys.centre, BufReader::new(File::open(entry.path()).ok()?)) {
        Ok(told) => {
            let (made_at, from, entries) = (told.made_at, told.from, told.entries);
            Some(Bundle { file, bytes: about.len(), made_at, from, entries })
        }
        Err(why) => {
            log::info!("{file}: {why}");
            None
        }
    }
}

/// A name that no other file of the stick has: venue, the first digits of the device's key, day and time. Plain letters: a
/// stick's file system may know no others.
pub(super) fn new_file(stick: &Path, venue: &VenueNumber, key: [u8; 32], now: Moment) -> PathBuf {
    let plain: String =
        venue.to_string().chars().map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '-' }).collect();
    let [first, second, ..] = key;
    let (day, time) = (now.day(), now.time_of_day());
    let stem = format!(
        "uketsuke-{plain}-{first:02x}{second:02x}-{:04}{:02}{:02}-{:02}{:02}",
        day.year(),
        day.month(),
        day.day(),
        time.hour(),
        time.minute()
    );
    // Twice in a minute, or a clock that was put back.
    let names =
        std::iter::once(format!("{stem}.bundle")).chain((2..1000).map(|again| format!("{stem}-{again}.bundle")));
    let mut paths = names.map(|name| stick.join(name));
    paths.find(|path| !path.exists()).unwrap_or_else(|| stick.join(format!("{stem}.bundle")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::unwrap_used, reason = "a test")]
    fn no_file_of_a_stick_is_written_over() {
        let stick = tempfile::tempdir().unwrap();
        // 2021-03-22 10:24 in Japan.
        let now = Moment(1_616_338_800_000 + (10 * 60 + 24) * 60_000);
        let name = || {
            let path = new_file(stick.path(), &VenueNumber("00/1".to_owned()), [0xa3; 32], now);
            std::fs::write(&path, "").unwrap();
            path.file_name().unwrap().to_string_lossy().into_owned()
        };
        assert_eq!(name(), "uketsuke-00-1-a3a3-20210322-1024.bundle");
        assert_eq!(name(), "uketsuke-00-1-a3a3-20210322-1024-2.bundle");
        assert_eq!(name(), "uketsuke-00-1-a3a3-20210322-1024-3.bundle");
    }
}
