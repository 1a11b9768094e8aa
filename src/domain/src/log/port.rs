//! The port through which replication writes to storage, inside one transaction.

use super::{BodyState, ControlKind, Digest32, Entry, Origin, Signature, Tip, Topic};
use crate::record::{DocumentId, DocumentKind, Fields};
use crate::reference::{CardKey, CardKeyed};

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

/// A validly signed entry that has the number of another one: somebody writes under a name that is written under
/// elsewhere. Both are kept; this one is never applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fork {
    /// The entry that is not in the chain.
    pub entry: Entry,
    /// The hash of the header that it follows.
    pub previous: Digest32,
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

    /// The newest of a key's chains in a topic, with its end: what a new incarnation says it comes after.
    fn last_of_key(&mut self, topic: &Topic, key: &[u8; 32]) -> Result<Option<(Origin, Tip)>, Self::Error>;

    /// How many chains of a key a topic holds.
    fn chains_of_key(&mut self, topic: &Topic, key: &[u8; 32]) -> Result<u64, Self::Error>;

    /// Adds the next entry of its chain. The caller has checked chain and signature. `document` is the one that the body
    /// is about, if it is about one.
    fn append(&mut self, entry: &Entry, state: &BodyState, document: Option<DocumentId>) -> Result<(), Self::Error>;

    /// Signs an entry that was appended without a signature: the last of a run.
    fn put_signature(
        &mut self,
        topic: &Topic,
        origin: &Origin,
        number: u64,
        signature: Signature,
    ) -> Result<(), Self::Error>;

    /// Puts down what the first entry of a chain says of the chain before it.
    fn put_began(&mut self, topic: &Topic, origin: &Origin, after: Option<(Origin, Tip)>) -> Result<(), Self::Error>;

    /// Keeps the other entry of a number, so many of an origin at most. Answers whether it was new.
    fn put_fork(&mut self, fork: &Fork) -> Result<bool, Self::Error>;

    /// Drops the bodies with these hashes from what is kept beside chains.
    fn strip_forks(&mut self, bodies: &[Digest32]) -> Result<(), Self::Error>;

    /// All entries about a document, in the order of their arrival.
    fn entries_of(&mut self, document: DocumentId) -> Result<Vec<(Entry, BodyState)>, Self::Error>;

    /// The documents that entries of a chain beyond a number are about.
    fn documents_beyond(&mut self, topic: &Topic, origin: &Origin, number: u64)
    -> Result<Vec<DocumentId>, Self::Error>;

    /// The chains of a key, in every topic.
    fn chains_of(&mut self, key: &[u8; 32]) -> Result<Vec<(Topic, Origin)>, Self::Error>;

    /// Drops an entry's body and says why it is absent.
    fn drop_body(&mut self, entry: &Entry, state: &BodyState) -> Result<(), Self::Error>;

    /// Forgets what a document's entries amounted to, before they are applied again. Where the document is available
    /// stays known.
    fn forget_document(&mut self, kind: DocumentKind, document: DocumentId) -> Result<(), Self::Error>;

    /// Where a record may be left to the centre: false at the centre, which keeps everything.
    fn may_drop(&self) -> bool {
        false
    }

    /// What the centre's words about a subject come to.
    fn control(&mut self, kind: ControlKind, subject: &[u8]) -> Result<Option<Vec<u8>>, Self::Error>;

    /// Keeps it.
    fn put_control(&mut self, kind: ControlKind, subject: &[u8], value: &[u8]) -> Result<(), Self::Error>;

    /// The entries whose field edits wait for this document to grow.
    fn waiting(&mut self, document: DocumentId) -> Result<Vec<Entry>, Self::Error>;

    /// Changes what became of a body.
    fn set_state(&mut self, entry: &Entry, state: &BodyState, document: Option<DocumentId>) -> Result<(), Self::Error>;

    /// Adds an item that an entry brought. Answers whether it was new.
    fn put_item(&mut self, item: &Item, topic: &Topic) -> Result<bool, Self::Error>;

    /// A topic's kiosks dropped an item: it is not available there any more, and is brought again when it is needed.
    fn displace(&mut self, item: &Item, topic: &Topic) -> Result<(), Self::Error>;

    /// The field edits of a document, in no particular order.
    fn field_changes(&mut self, document: DocumentId) -> Result<Vec<Vec<u8>>, Self::Error>;

    /// Replaces what the fields of a document amount to.
    fn put_fields(&mut self, kind: DocumentKind, document: DocumentId, fields: &Fields) -> Result<(), Self::Error>;

    /// Keeps a card. Of two cards of one key the one with the higher version stands, and of one version the one whose
    /// entry has the higher body hash.
    fn put_card(&mut self, card: &CardKeyed, body_hash: Digest32) -> Result<(), Self::Error>;

    /// The version of the card that stands; 0 where there is none.
    fn card_version(&mut self, key: CardKey) -> Result<u64, Self::Error>;
}
