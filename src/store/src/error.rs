//! What can go wrong in storage.

/// What can go wrong in storage.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is no database, or the key is not its key: the two can't be told apart.
    #[error("the file is no database, or the key is not its key")]
    NotADatabase,
    /// The file was written by a newer version.
    #[error("the file has version {found}; this program reads up to {known}")]
    Newer {
        /// The file's version.
        found: i64,
        /// The newest that is known.
        known: i64,
    },
    /// The file was written by a version that nobody reads any more.
    #[error("the file has version {found}; this program reads from {known} on")]
    Older {
        /// The file's version.
        found: i64,
        /// The oldest that is read.
        known: i64,
    },
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// Another process holds the file for longer than is waited for.
    #[error("another process holds the database")]
    Busy,
    /// What is stored can't be read: a bug or a damaged disk.
    #[error("stored data can't be read: {0}")]
    Damaged(&'static str),
    /// Anything else that SQLite reports.
    #[error("database: {0}")]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NotADatabase,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Sqlite(error),
        }
    }
}
