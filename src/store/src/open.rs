//! Opening: key, pragmas, schema.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use uketsuke_domain::log::{ControlKind, Digest32, Entry, Origin, Tip, Topic, Vector};
use uketsuke_domain::reference::Settings;

use crate::{Key, StoreError, Tx};

/// The schema of a new file. Frozen: later versions are migrations from it.
const SCHEMA: &str = include_str!("sql/schema_2.sql");
/// Migrations in order: the first leads from [`OLDEST`] to the version after it.
const MIGRATIONS: [&str; 0] = [];
/// The oldest version that can be read. Version 1 was never given to anybody.
const OLDEST: i64 = 2;
/// The version that this program writes.
const VERSION: i64 = 2;
/// Pages of the file that a connection keeps deciphered, in KiB: the same however many residents there are.
const CACHE_KIB: i64 = 8 * 1024;
/// Pages that the centre lets gather beside its file before they are copied into it: 16 MiB. What one kiosk brings after
/// a day alone touches the same pages again and again, and is copied once.
const CENTRE_CHECKPOINT_PAGES: i64 = 4096;
/// SQLCipher's page: no database is shorter.
const PAGE_BYTES: u64 = 4096;
/// A write waits for another writer this often, a millisecond at a time. SQLite's own waiting slows down to a look every
/// 100 ms, and would miss the short pauses that whoever fills the database leaves for a check-in.
const WAITS: i32 = 10_000;

fn wait_for_writer(waited: i32) -> bool {
    std::thread::sleep(Duration::from_millis(1));
    waited < WAITS
}

/// How a store is used.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Keep where each item is available: only the centre, which carries records into other topics, needs it.
    pub track_places: bool,
    /// The centre's public key: what only the centre may write is held when somebody else wrote it.
    pub centre: Option<[u8; 32]>,
}

/// One connection to a database file.
#[derive(Debug)]
pub struct Store {
    pub(crate) connection: Connection,
    pub(crate) options: Options,
    pub(crate) settings: Option<Settings>,
}

impl Store {
    /// Opens a file, creating it when there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::NotADatabase`] when it is none or the key is wrong; nothing is changed then.
    pub fn open(path: &Path, key: &Key, options: Options) -> Result<Self, StoreError> {
        // SQLite would take a file of a few bytes for an empty database, and write over it.
        if std::fs::metadata(path).is_ok_and(|file| (1..PAGE_BYTES).contains(&file.len())) {
            return Err(StoreError::NotADatabase);
        }
        Self::prepare(Connection::open(path)?, Some(key), options)
    }

    /// A store in memory: for tests and simulation.
    ///
    /// # Errors
    /// Not expected.
    pub fn in_memory(options: Options) -> Result<Self, StoreError> {
        Self::prepare(Connection::open_in_memory()?, None, options)
    }

    fn prepare(mut connection: Connection, key: Option<&Key>, options: Options) -> Result<Self, StoreError> {
        if let Some(key) = key {
            connection.pragma_update(None, "key", key.pragma())?;
        }
        connection.busy_handler(Some(wait_for_writer))?;
        connection.set_prepared_statement_cache_capacity(64);
        let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version > VERSION {
            return Err(StoreError::Newer { found: version, known: VERSION });
        }
        if version != 0 && version < OLDEST {
            return Err(StoreError::Older { found: version, known: OLDEST });
        }
        // Readers never wait for a writer, and a commit is on the disk when it returns.
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
        if options.track_places {
            connection.pragma_update(None, "wal_autocheckpoint", CENTRE_CHECKPOINT_PAGES)?;
        }
        let mut store = Self { connection, options, settings: None };
        if version < VERSION {
            // Otherwise nothing is written: a full disk or a long import elsewhere keeps nobody from opening.
            store.migrate()?;
        }
        store.settings = store.read_settings()?;
        Ok(store)
    }

    fn migrate(&mut self) -> Result<(), StoreError> {
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Read inside the transaction: two processes may open a new file at the same moment.
        let version: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version == 0 {
            tx.execute_batch(SCHEMA)?;
        }
        let done = usize::try_from(version.max(OLDEST) - OLDEST).unwrap_or(MIGRATIONS.len());
        for migration in MIGRATIONS.iter().skip(done) {
            tx.execute_batch(migration)?;
        }
        tx.pragma_update(None, "user_version", VERSION)?;
        tx.commit()?;
        Ok(())
    }

    /// The municipality's settings as they were when the store was opened or [`Store::refresh_settings`] was called.
    pub fn settings(&self) -> Option<&Settings> {
        self.settings.as_ref()
    }

    /// Reads the settings anew: after a transaction that changed them.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn refresh_settings(&mut self) -> Result<(), StoreError> {
        self.settings = self.read_settings()?;
        Ok(())
    }

    /// Writes: all or nothing, durable when it returns. What the closure touched is projected before the commit.
    ///
    /// # Errors
    /// The closure's, or storage's; then nothing was written.
    pub fn write<T, E: From<StoreError>>(&mut self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
        let mut tx = Tx::new(transaction, self.options, self.settings.as_ref());
        let answer = work(&mut tx)?;
        tx.commit()?;
        Ok(answer)
    }

    /// A counter that changes whenever another connection has written.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn data_version(&self) -> Result<i64, StoreError> {
        Ok(self.connection.pragma_query_value(None, "data_version", |row| row.get(0))?)
    }
}

impl uketsuke_domain::log::Storage for Store {
    type Error = StoreError;
    type Tx<'a> = Tx<'a>;

    fn write<T, E: From<StoreError>>(&mut self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        Store::write(self, work)
    }

    fn vector(&self, topic: &Topic) -> Result<Vector, StoreError> {
        Store::vector(self, topic)
    }

    fn stretch(
        &self,
        topic: &Topic,
        origin: &Origin,
        from: u64,
        max_bytes: usize,
    ) -> Result<(Option<Digest32>, Vec<Entry>), StoreError> {
        Store::stretch(self, topic, origin, from, max_bytes)
    }

    fn tip(&self, topic: &Topic, origin: &Origin) -> Result<Option<Tip>, StoreError> {
        Ok(crate::read::chain(&self.connection, topic, origin)?.map(|(_, tip)| tip))
    }

    fn control(&self, kind: ControlKind, subject: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        crate::read::control(&self.connection, kind, subject)
    }

    fn confirmed(&self, peer: &[u8; 32], topic: &Topic) -> Result<Vec<(Origin, u64)>, StoreError> {
        Store::confirmed(self, peer, topic)
    }

    fn refresh_settings(&mut self) -> Result<(), StoreError> {
        Store::refresh_settings(self)
    }
}

#[cfg(test)]
mod tests;
