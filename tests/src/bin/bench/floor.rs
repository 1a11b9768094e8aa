//! The floor: one bare transaction with one row of a fact's size, with the same cipher, pragmas and disk.

use std::time::{Duration, Instant};

use anyhow::Result;
use uketsuke_store::{Key, Options, Store, StoreError};

use crate::folder::Folder;

/// About what a check-in adds to the log and its tables, in bytes.
const FACT_BYTES: usize = 700;

/// A database of its own.
pub(crate) struct Floor {
    store: Store,
    row: u64,
}

impl Floor {
    pub(crate) fn open(folder: &Folder) -> Result<Self> {
        let path = folder.log.with_file_name("floor.db");
        let store = Store::open(&path, &Key::new([7; 32]), Options::default())?;
        Ok(Self { store, row: uketsuke_kiosk::clock::wall().0.unsigned_abs() << 16 })
    }

    pub(crate) fn write(&mut self) -> Result<f64> {
        self.row += 1;
        let (key, value) = (self.row.to_string(), vec![7; FACT_BYTES]);
        let begun = Instant::now();
        self.store.write(|tx| -> Result<(), StoreError> { tx.put_meta(&key, &value) })?;
        Ok(ms(begun.elapsed()))
    }
}

/// Milliseconds.
pub(crate) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
