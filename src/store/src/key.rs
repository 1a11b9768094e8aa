//! The database's key, for now from a file; enrolment and hardware keys have their own issue.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A raw key of 32 bytes: no passphrase, so nothing is stretched and opening is quick.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl std::fmt::Debug for Key {
    /// The secret stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Why a key can't be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file can't be read or written.
    #[error("key file {path}: {why}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        why: io::Error,
    },
    /// The file is there and holds something else.
    #[error("key file {0}: not 64 hexadecimal digits")]
    Malformed(PathBuf),
}

impl Key {
    /// A key of 32 bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads a key file: 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let text = fs::read_to_string(path).map_err(|why| KeyError::Io { path: path.to_owned(), why })?;
        let text = text.trim();
        let digits = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let mut key = [0; 32];
        for (byte, pair) in key.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).unwrap_or_default();
            *byte = u8::from_str_radix(pair, 16).unwrap_or_default();
        }
        if digits { Ok(Self(key)) } else { Err(KeyError::Malformed(path.to_owned())) }
    }

    /// Reads the key file, or makes it from `fresh` (32 random bytes) when there is none. A new file is readable by its
    /// owner alone, and it has its name only once it is whole and on the disk: no power cut leaves half a key.
    ///
    /// # Errors
    /// [`KeyError`]; a malformed file is never overwritten.
    pub fn read_or_create(path: &Path, fresh: [u8; 32]) -> Result<Self, KeyError> {
        if path.exists() {
            return Self::read(path);
        }
        let io_error = |why| KeyError::Io { path: path.to_owned(), why };
        let half = path.with_added_extension(format!("{}.new", std::process::id()));
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&half);
        let written =
            file.as_mut().map_or(Ok(()), |file| file.write_all(hex(&fresh).as_bytes()).and_then(|()| file.sync_all()));
        file.map_err(io_error)?;
        // Unlike a rename, a link never takes the place of a key that somebody else made in the meantime.
        let linked = written.and_then(|()| fs::hard_link(&half, path));
        fs::remove_file(&half).map_err(io_error)?;
        match linked {
            Err(why) if why.kind() == io::ErrorKind::AlreadyExists => return Self::read(path),
            linked => linked.map_err(io_error)?,
        }
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(io_error)?;
        }
        Ok(Self(fresh))
    }

    /// As SQLCipher's `PRAGMA key` takes a raw key.
    pub(crate) fn pragma(&self) -> String {
        format!("x'{}'", hex(&self.0))
    }
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
