//! Everything but the log can be made again from the log.

use rusqlite::params;
use uketsuke_domain::log::Entry;
use uketsuke_domain::record::DocumentId;

use crate::project::project;
use crate::sql::Sql;
use crate::{Store, StoreError, Tx, read};

/// Where in the log a reading has come to. The beginning is `Place::default()`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    chain: i64,
    number: i64,
}

impl Tx<'_> {
    /// Forgets everything that can be derived from the log. What replication then applies again, in this same
    /// transaction, takes its place; until the commit everybody else sees the old.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn forget_projections(&mut self) -> Result<(), StoreError> {
        let tables = ["item", "placed", "fields", "card", "control", "person", "visit", "review"];
        for table in tables {
            self.inner.execute(&format!("DELETE FROM {table}"), [])?;
        }
        // An entry that waits is tried again in its turn, and must not be found waiting before.
        self.inner.execute("UPDATE entry SET state = 0, reason = NULL WHERE state IN (1, 2)", [])?;
        Ok(())
    }

    /// The next entries of the log, chain by chain, and where to go on; empty at the end.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn log_from(&self, place: Place, limit: u32) -> Result<Vec<(Place, Entry)>, StoreError> {
        let sql = "SELECT chain, number FROM entry WHERE (chain, number) > (?, ?) ORDER BY chain, number LIMIT ?";
        let mut statement = self.inner.prepare_cached(sql)?;
        let rows = statement.query_map(params![place.chain, place.number, limit], |row| {
            Ok(Place { chain: row.get(0)?, number: row.get(1)? })
        })?;
        let mut found = Vec::new();
        for place in rows {
            let place = place?;
            if let Some(entry) = read::entry_at(&self.inner, place.chain, place.number)? {
                found.push((place, entry));
            }
        }
        Ok(found)
    }
}

impl Store {
    /// Makes every person's rows anew from the admitted items. Answers how many people there are.
    ///
    /// # Errors
    /// When the disk can't be read or written; then nothing changed.
    pub fn rebuild(&mut self, mut progress: impl FnMut(u64)) -> Result<u64, StoreError> {
        let settings = self.settings.clone();
        let tx = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        tx.execute_batch("DELETE FROM person; DELETE FROM visit; DELETE FROM review;")?;
        let mut done = 0;
        {
            let mut statement = tx.prepare("SELECT DISTINCT document FROM item WHERE kind = 0")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                project(&mut Sql(&tx), DocumentId(row.get(0)?), settings.as_ref())?;
                done += 1;
                progress(done);
            }
        }
        tx.commit()?;
        Ok(done)
    }

    /// How many entries the log holds.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn entry_count(&self) -> Result<u64, StoreError> {
        let count: i64 = self.connection.query_row("SELECT count(*) FROM entry", [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}
