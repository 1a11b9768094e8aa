//! What the simulation asks of storage besides its port: copies, faults, and a look inside.

use uketsuke_domain::log::Storage;
use uketsuke_domain::record::{DocumentId, RawRecord};
use uketsuke_domain::review::ReviewKind;
use uketsuke_store::{MemoryStore, Options, StoreError};

/// A simulated disk.
pub trait Disk: Storage<Error = StoreError> + Sized {
    /// An empty one.
    ///
    /// # Errors
    /// Not expected.
    fn fresh(options: Options) -> Result<Self, StoreError>;

    /// An image of it: a backup, or a copied card.
    fn image(&self) -> Option<Self>;

    /// The n-th write from now fails; none: no more of that.
    fn fail_after(&mut self, writes: Option<u64>);

    /// After a power cut: what is there when the machine starts again.
    ///
    /// # Errors
    /// When what was committed can't be read: that is what must not happen.
    fn after_power_cut(self) -> Result<Self, StoreError>;

    /// A record.
    ///
    /// # Errors
    /// Not expected.
    fn record(&self, document: DocumentId) -> Result<RawRecord, StoreError>;

    /// The open reviews.
    ///
    /// # Errors
    /// Not expected.
    fn open_reviews(&self) -> Result<Vec<(DocumentId, ReviewKind)>, StoreError>;
}

impl Disk for MemoryStore {
    fn fresh(options: Options) -> Result<Self, StoreError> {
        Ok(Self::new(options))
    }

    fn image(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn fail_after(&mut self, writes: Option<u64>) {
        MemoryStore::fail_after(self, writes, || StoreError::Full);
    }

    fn after_power_cut(mut self) -> Result<Self, StoreError> {
        Disk::fail_after(&mut self, None);
        Ok(self)
    }

    fn record(&self, document: DocumentId) -> Result<RawRecord, StoreError> {
        MemoryStore::record(self, document)
    }

    fn open_reviews(&self) -> Result<Vec<(DocumentId, ReviewKind)>, StoreError> {
        Ok(MemoryStore::open_reviews(self)?.into_iter().map(|(document, review)| (document, review.kind)).collect())
    }
}
