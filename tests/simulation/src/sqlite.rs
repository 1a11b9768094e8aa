//! The real storage on real files, and what a power cut leaves of them: the last write torn, or a stretch of garbage where
//! the next one had begun.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;
use uketsuke_domain::log::{ControlKind, Digest32, Entry, Origin, Storage, Tip, Topic, Vector};
use uketsuke_domain::record::{DocumentId, RawRecord};
use uketsuke_domain::review::ReviewKind;
use uketsuke_store::{Key, Options, Store, StoreError, Tx};

use crate::dice::Dice;
use crate::disk::Disk;

/// A database file in a folder of its own.
#[derive(Debug)]
pub struct SqliteDisk {
    store: Store,
    folder: TempDir,
    options: Options,
    /// Writes from now until one is refused.
    refuses_in: Option<u64>,
    cuts: u64,
}

const NAME: &str = "simulated.db";

fn key() -> Key {
    Key::new([7; 32])
}

fn folder() -> Result<TempDir, StoreError> {
    TempDir::new().map_err(|_| StoreError::Damaged("no folder"))
}

impl SqliteDisk {
    fn open(folder: TempDir, options: Options) -> Result<Self, StoreError> {
        let store = Store::open(&folder.path().join(NAME), &key(), options)?;
        Ok(Self { store, folder, options, refuses_in: None, cuts: 0 })
    }

    fn file(folder: &TempDir, suffix: &str) -> PathBuf {
        folder.path().join(format!("{NAME}{suffix}"))
    }

    /// The files as they are on the disk, copied elsewhere while the store is open.
    fn copy(&self) -> Result<TempDir, StoreError> {
        let to = folder()?;
        for suffix in ["", "-wal"] {
            let from = Self::file(&self.folder, suffix);
            if from.exists() {
                fs::copy(from, Self::file(&to, suffix)).map_err(|_| StoreError::Damaged("no copy"))?;
            }
        }
        Ok(to)
    }
}

impl Storage for SqliteDisk {
    type Error = StoreError;
    type Tx<'a> = Tx<'a>;

    fn write<T, E: From<StoreError>>(&mut self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        if let Some(left) = &mut self.refuses_in {
            match left.checked_sub(1) {
                // The whole transaction is refused at its end: by then everything was tried.
                None => {
                    return self.store.write(|tx| {
                        work(tx)?;
                        Err(StoreError::Full.into())
                    });
                }
                Some(fewer) => *left = fewer,
            }
        }
        self.store.write(work)
    }

    fn vector(&self, topic: &Topic) -> Result<Vector, StoreError> {
        self.store.vector(topic)
    }

    fn stretch(
        &self,
        topic: &Topic,
        origin: &Origin,
        from: u64,
        max_bytes: usize,
    ) -> Result<(Option<Digest32>, Vec<Entry>), StoreError> {
        self.store.stretch(topic, origin, from, max_bytes)
    }

    fn tip(&self, topic: &Topic, origin: &Origin) -> Result<Option<Tip>, StoreError> {
        Storage::tip(&self.store, topic, origin)
    }

    fn control(&self, kind: ControlKind, subject: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Storage::control(&self.store, kind, subject)
    }

    fn confirmed(&self, peer: &[u8; 32], topic: &Topic) -> Result<Vec<(Origin, u64)>, StoreError> {
        self.store.confirmed(peer, topic)
    }

    fn refresh_settings(&mut self) -> Result<(), StoreError> {
        self.store.refresh_settings()
    }
}

impl Disk for SqliteDisk {
    fn fresh(options: Options) -> Result<Self, StoreError> {
        Self::open(folder()?, options)
    }

    fn image(&self) -> Option<Self> {
        Self::open(self.copy().ok()?, self.options).ok()
    }

    fn fail_after(&mut self, writes: Option<u64>) {
        self.refuses_in = writes;
    }

    /// What stood behind the last commit is torn: cut anywhere in a page that was being written, or garbage.
    fn after_power_cut(self) -> Result<Self, StoreError> {
        let copy = self.copy()?;
        let wal = Self::file(&copy, "-wal");
        let mut content = fs::read(&wal).unwrap_or_default();
        let mut dice = Dice::new(content.len() as u64 ^ self.cuts.rotate_left(17));
        let torn = dice.below(9_000);
        if !content.is_empty() {
            // A frame that had begun: something like a header, then whatever was on the disk before.
            let begin = content.len().saturating_sub(4_120);
            let like: Vec<u8> = content.get(begin..).unwrap_or_default().iter().copied().take(24).collect();
            content.extend(like);
            content.extend((0..torn).map(|_| dice.next().to_le_bytes()[0]));
            fs::write(&wal, &content).map_err(|_| StoreError::Damaged("no copy"))?;
        }
        let cuts = self.cuts + 1;
        let options = self.options;
        // The old process is gone without a word to its files.
        std::mem::forget(self.store);
        drop(self.folder);
        Ok(Self { cuts, ..Self::open(copy, options)? })
    }

    fn record(&self, document: DocumentId) -> Result<RawRecord, StoreError> {
        self.store.record(document)
    }

    fn open_reviews(&self) -> Result<Vec<(DocumentId, ReviewKind)>, StoreError> {
        let open = self.store.reviews(u32::MAX)?;
        let voucher = |record: &RawRecord| record.voucher().map(|voucher| DocumentId::visit(&voucher));
        Ok(open.into_iter().filter_map(|open| Some((voucher(&open.record)?, open.review.kind))).collect())
    }
}
