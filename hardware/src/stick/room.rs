//! What a file system has room for.

use std::path::Path;

use nix::sys::statvfs::{FsFlags, statvfs};
use nix::unistd::{AccessFlags, access};

/// How much may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Bytes that are free.
    pub free: u64,
    /// Whether this program may write: not where the stick's switch, or its owner, says otherwise.
    pub writable: bool,
}

impl Room {
    /// Asks the file system.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn of(path: &Path) -> nix::Result<Self> {
        let told = statvfs(path)?;
        let free = told.blocks_available().saturating_mul(told.fragment_size());
        let may = access(path, AccessFlags::W_OK | AccessFlags::X_OK).is_ok();
        Ok(Self { free, writable: may && !told.flags().contains(FsFlags::ST_RDONLY) })
    }
}
