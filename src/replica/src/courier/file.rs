//! A file that is there whole, or not at all: a stick is pulled out at any moment.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// As much may be on its way to a stick that has not taken it yet.
const AHEAD_BYTES: usize = 4 << 20;

/// A file that waits for its stick every few megabytes. Without that the system takes all of it in no time, and who watches
/// a bar would see it full long before the stick has anything.
#[derive(Debug)]
pub struct Paced {
    file: File,
    ahead: usize,
}

impl Write for Paced {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.ahead += written;
        if self.ahead >= AHEAD_BYTES {
            self.ahead = 0;
            self.file.sync_data()?;
        }
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// Writes a file beside its place, makes it durable, and only then gives it its name.
///
/// # Errors
/// The closure's, or the file system's; then there is no new file, and an old one is as it was.
pub fn whole<T, E: From<std::io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<Paced>) -> Result<T, E>,
) -> Result<T, E> {
    let part = part_of(path);
    let written = (|| {
        let mut file = BufWriter::new(Paced { file: File::create(&part)?, ahead: 0 });
        let answer = write(&mut file)?;
        file.flush()?;
        file.get_ref().file.sync_all()?;
        std::fs::rename(&part, path)?;
        // The name is durable as well; a file system that has no such thing (a stick's) does without.
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
        }
        Ok(answer)
    })();
    if written.is_err() {
        // It may not even have been made.
        let _ = std::fs::remove_file(&part);
    }
    written
}

/// Where a file grows before it has its name.
fn part_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}
