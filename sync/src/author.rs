//! Writes new entries.

use std::collections::BTreeMap;

use uketsuke_domain::facts::{BadFact, Fact, KnownFact};
use uketsuke_domain::log::{BodyState, Digest32, Entry, EntryKind, Item, ItemContent, Log, Topic};
use uketsuke_domain::record::{DocumentId, DocumentKind, Value};
use uketsuke_domain::reference::CardKeyed;

use crate::body::{AnyBody, CardBody, CarriedBody, ChangeBody, Salt, to_bytes};
use crate::change::{ChangeError, fact_change, field_edit, open_fields, read_fields};
use crate::entry::seal;
use crate::identity::Identity;

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum AuthorError<E: std::error::Error + 'static> {
    /// Storage refused.
    #[error(transparent)]
    Log(E),
    /// The change could not be built.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// No randomness is to be had.
    #[error("the system gives no randomness: {0}")]
    Random(String),
    /// Every other replica would hold the fact.
    #[error("the fact can't be read back: {0}")]
    Fact(#[from] BadFact),
    /// An entry without a body can't be carried.
    #[error("the entry has no body to carry")]
    NoBody,
}

/// Sixteen random bytes of the system.
///
/// # Errors
/// [`AuthorError::Random`] when the system has none.
pub fn random<E: std::error::Error>() -> Result<[u8; 16], AuthorError<E>> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|why| AuthorError::Random(why.to_string()))?;
    Ok(bytes)
}

/// Writes as one identity, into a transaction of the log.
#[derive(Debug)]
pub struct Author<'a, L> {
    identity: &'a Identity,
    log: &'a mut L,
}

impl<'a, L: Log> Author<'a, L> {
    /// Writes under this identity.
    pub fn new(identity: &'a Identity, log: &'a mut L) -> Self {
        Self { identity, log }
    }

    /// Writes one fact of one document. The fact's id must be sixteen fresh random bytes.
    ///
    /// # Errors
    /// [`AuthorError`]; then the transaction must be rolled back.
    pub fn fact(
        &mut self,
        topic: &Topic,
        document: (DocumentKind, DocumentId),
        fact: &KnownFact,
    ) -> Result<(), AuthorError<L::Error>> {
        let payload = fact.fact.encode();
        // What the gate of every other replica would hold is not written here either.
        Fact::decode(&payload)?;
        let built = fact_change(fact.fact.id, &payload)?;
        let item =
            Item { kind: document.0, document: document.1, change: built.hash, content: ItemContent::Fact(payload) };
        self.change(topic, &item, built.bytes)
    }

    /// Writes an edit of fields. Nothing is written when nothing would change; answers whether something was.
    ///
    /// # Errors
    /// [`AuthorError`]; then the transaction must be rolled back.
    pub fn fields(
        &mut self,
        topic: &Topic,
        (kind, document): (DocumentKind, DocumentId),
        edits: &BTreeMap<String, Value>,
    ) -> Result<bool, AuthorError<L::Error>> {
        let mut changes = self.log.field_changes(document).map_err(AuthorError::Log)?;
        let built = match field_edit(random()?, &changes, edits) {
            Err(ChangeError::Empty) => return Ok(false),
            built => built?,
        };
        changes.push(built.bytes.clone());
        let fields = read_fields(&open_fields(&changes)?)?;
        let content = ItemContent::Fields(built.bytes.clone());
        let item = Item { kind, document, change: built.hash, content };
        self.change(topic, &item, built.bytes)?;
        self.log.put_fields(kind, document, &fields).map_err(AuthorError::Log)?;
        Ok(true)
    }

    fn change(&mut self, topic: &Topic, item: &Item, change: Vec<u8>) -> Result<(), AuthorError<L::Error>> {
        let body = ChangeBody { salt: random()?, kind: item.kind, document: item.document, change };
        self.append(topic, EntryKind::Change, to_bytes(&body))?;
        self.log.put_item(item, topic).map_err(AuthorError::Log)?;
        Ok(())
    }

    /// Writes a card.
    ///
    /// # Errors
    /// [`AuthorError`]; then the transaction must be rolled back.
    pub fn card(&mut self, topic: &Topic, card: CardKeyed) -> Result<(), AuthorError<L::Error>> {
        let body = CardBody { salt: random::<L::Error>()?, card };
        let number = self.append(topic, EntryKind::Card, to_bytes(&body))?;
        self.log.put_card(&body.card, number).map_err(AuthorError::Log)
    }

    /// Brings another author's entry into a topic. What was carried before is carried on, not wrapped again.
    ///
    /// # Errors
    /// [`AuthorError`]; then the transaction must be rolled back.
    pub fn carry(&mut self, topic: &Topic, entry: &Entry, item: &Item) -> Result<(), AuthorError<L::Error>> {
        let original = entry.body.clone().ok_or(AuthorError::NoBody)?;
        let salt: Salt = random::<L::Error>()?;
        let body = match AnyBody::decode(entry.kind, &original) {
            Ok(AnyBody::Carried(carried)) => CarriedBody { salt, ..carried },
            _ => CarriedBody {
                salt,
                topic: entry.topic.clone(),
                origin: entry.origin,
                number: entry.number,
                previous: self.hash_before(entry)?,
                kind: entry.kind.number(),
                signature: entry.signature,
                body: original,
            },
        };
        self.append(topic, EntryKind::Carried, to_bytes(&body))?;
        self.log.put_item(item, topic).map_err(AuthorError::Log)?;
        Ok(())
    }

    /// The hash of the author's header before an entry.
    fn hash_before(&mut self, entry: &Entry) -> Result<Option<Digest32>, AuthorError<L::Error>> {
        match entry.number {
            0 | 1 => Ok(None),
            number => self.log.header_hash(&entry.topic, &entry.origin, number - 1).map_err(AuthorError::Log),
        }
    }

    fn append(&mut self, topic: &Topic, kind: EntryKind, body: Vec<u8>) -> Result<u64, AuthorError<L::Error>> {
        let tip = self.log.tip(topic, &self.identity.origin()).map_err(AuthorError::Log)?;
        let entry = seal(self.identity, topic, tip, kind, body);
        self.log.append(&entry, &BodyState::Applied).map_err(AuthorError::Log)?;
        Ok(entry.number)
    }
}
