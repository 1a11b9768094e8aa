//! The port through which replication writes to storage, inside one transaction.

use super::{BodyState, Digest32, Entry, Origin, Tip, Topic};
use crate::record::{DocumentId, DocumentKind, Fields};
use crate::reference::CardKeyed;

/// One change of one document, as it was admitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The document's kind.
    pub kind: DocumentKind,
    /// The document.
    pub document: DocumentId,
    /// The change's hash; the same change is one item, however many ways it came.
    pub change: Digest32,
    /// What the change holds.
    pub content: ItemContent,
}

/// What a change holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemContent {
    /// One encoded fact.
    Fact(Vec<u8>),
    /// A field edit: the whole change, for the fields are read through Automerge.
    Fields(Vec<u8>),
}

/// Storage as replication sees it: a transaction that is committed or rolled back as a whole by its owner.
pub trait Log {
    /// What can go wrong in storage.
    type Error: std::error::Error + Send + Sync + 'static;

    /// The centre's public key: it alone writes cards, carries, and edits documents that are no person's. None where
    /// everybody may (tests of replication itself).
    fn centre(&self) -> Option<[u8; 32]> {
        None
    }

    /// The end of a chain; none when nothing of it is held.
    fn tip(&mut self, topic: &Topic, origin: &Origin) -> Result<Option<Tip>, Self::Error>;

    /// The header hash of an entry that is held.
    fn header_hash(&mut self, topic: &Topic, origin: &Origin, number: u64) -> Result<Option<Digest32>, Self::Error>;

    /// Adds the next entry of its chain. The caller has checked chain and signature.
    fn append(&mut self, entry: &Entry, state: &BodyState) -> Result<(), Self::Error>;

    /// The entries whose field edits wait for this document to grow.
    fn waiting(&mut self, document: DocumentId) -> Result<Vec<Entry>, Self::Error>;

    /// Changes what became of a body.
    fn set_state(&mut self, entry: &Entry, state: &BodyState) -> Result<(), Self::Error>;

    /// Adds an item that an entry brought. Answers whether it was new.
    fn put_item(&mut self, item: &Item, topic: &Topic) -> Result<bool, Self::Error>;

    /// The field edits of a document, in no particular order.
    fn field_changes(&mut self, document: DocumentId) -> Result<Vec<Vec<u8>>, Self::Error>;

    /// Replaces what the fields of a document amount to.
    fn put_fields(&mut self, kind: DocumentKind, document: DocumentId, fields: &Fields) -> Result<(), Self::Error>;

    /// Keeps a card. Cards of one key replace each other in the order of their numbers.
    fn put_card(&mut self, card: &CardKeyed, number: u64) -> Result<(), Self::Error>;
}
