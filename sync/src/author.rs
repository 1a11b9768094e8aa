//! Writes new entries.

use std::collections::BTreeMap;

use uketsuke_domain::facts::{BadFact, Fact, KnownFact};
use uketsuke_domain::ids::FactId;
use uketsuke_domain::log::{BodyState, Control, Digest32, Entry, EntryKind, Item, ItemContent, Log, Tip, Topic};
use uketsuke_domain::record::{DocumentId, DocumentKind, Value};
use uketsuke_domain::reference::{Card, CardKey, CardKeyed};

use crate::body::{AnyBody, BeganBody, CardBody, CarriedBody, ChangeBody, ControlBody, to_bytes};
use crate::change::{ChangeError, field_edit, fields_of};
use crate::entry::{next_number, prepare};
use crate::fact_shape;
use crate::identity::Identity;
use crate::ingest::{IngestError, obey};

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum AuthorError<E: std::error::Error + 'static> {
    /// Storage refused.
    #[error(transparent)]
    Log(E),
    /// The change could not be built.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// Every other replica would hold the fact.
    #[error("the fact can't be read back: {0}")]
    Fact(#[from] BadFact),
    /// An entry without a body or a signature can't be carried.
    #[error("the entry has no body, or no signature of its own, to carry")]
    NotWhole,
    /// A device without the centre's leave to write here: every other replica would refuse the chain.
    #[error("no leave of the centre to write in {0}")]
    NoLeave(Topic),
    /// What the centre said could not be done here.
    #[error(transparent)]
    Ingest(#[from] IngestError<E>),
}

/// Entries of a run at most: what a reader takes in before it knows them to be true.
const RUN_ENTRIES: u32 = 64;
/// Bytes of bodies of a run, about.
const RUN_BYTES: usize = 64 * 1024;

/// The end of a chain whose signature is due.
#[derive(Debug)]
struct Open {
    number: u64,
    header: Vec<u8>,
    entries: u32,
    bytes: usize,
}

/// Writes as one identity, into a transaction of the log.
#[derive(Debug)]
pub struct Author<'a, L> {
    identity: &'a Identity,
    log: &'a mut L,
    /// Whether entries are signed in runs.
    runs: bool,
    open: BTreeMap<Topic, Open>,
}

impl<'a, L: Log> Author<'a, L> {
    /// Writes under this identity.
    pub fn new(identity: &'a Identity, log: &'a mut L) -> Self {
        Self { identity, log, runs: false, open: BTreeMap::new() }
    }

    /// Writes many entries of the centre's at once: the chain binds each to the next, and the last of a run is signed. What
    /// others must be able to carry on alone (a device's facts) is still signed one by one.
    ///
    /// # Errors
    /// The closure's, or [`AuthorError`]; then the transaction must be rolled back.
    pub fn run<T, E: From<AuthorError<L::Error>>>(
        mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.runs = true;
        let answer = work(&mut self)?;
        for (topic, open) in std::mem::take(&mut self.open) {
            self.sign(&topic, &open)?;
        }
        Ok(answer)
    }

    /// The transaction.
    pub fn log(&mut self) -> &mut L {
        self.log
    }

    /// The id of a new fact in a document: nobody else can foresee it, and other content has another.
    pub fn fact_id(&self, document: DocumentId, fact: &Fact) -> FactId {
        FactId(self.identity.derive("fact", &[&document.0, &fact.encode()]))
    }

    /// Writes one fact of one document. The fact's id must be its own: [`Author::fact_id`], or sixteen random bytes.
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
        let built = fact_shape::encode(fact.fact.id, &payload)?;
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
        let tip = self.log.tip(topic, &self.identity.origin()).map_err(AuthorError::Log)?;
        let actor = self.actor(document, &changes, edits, tip);
        let built = match field_edit(actor, &changes, edits) {
            Err(ChangeError::Empty) => return Ok(false),
            built => built?,
        };
        changes.push(built.bytes.clone());
        let fields = fields_of(&changes)?;
        let content = ItemContent::Fields(built.bytes.clone());
        let item = Item { kind, document, change: built.hash, content };
        self.change(topic, &item, built.bytes)?;
        self.log.put_fields(kind, document, &fields).map_err(AuthorError::Log)?;
        Ok(true)
    }

    /// An actor for an edit of a document that has these changes: no other edit has the same, nor this one at another place
    /// of the chain (what was erased may be written again).
    fn actor(
        &self,
        document: DocumentId,
        changes: &[Vec<u8>],
        edits: &BTreeMap<String, Value>,
        tip: Option<Tip>,
    ) -> [u8; 16] {
        let (edits, tip) = (to_bytes(edits), to_bytes(&tip));
        let mut parts: Vec<&[u8]> = vec![&document.0, &edits, &tip];
        parts.extend(changes.iter().map(Vec::as_slice));
        self.identity.derive("actor", &parts)
    }

    fn change(&mut self, topic: &Topic, item: &Item, change: Vec<u8>) -> Result<(), AuthorError<L::Error>> {
        let body = ChangeBody { kind: item.kind, document: item.document, change };
        self.append(topic, EntryKind::Change, to_bytes(&body), Some(item.document), true)?;
        self.log.put_item(item, topic).map_err(AuthorError::Log)?;
        Ok(())
    }

    /// Writes a card, one version after the one that stands.
    ///
    /// # Errors
    /// [`AuthorError`]; then the transaction must be rolled back.
    pub fn card(&mut self, topic: &Topic, key: CardKey, card: Card) -> Result<(), AuthorError<L::Error>> {
        let version = self.log.card_version(key).map_err(AuthorError::Log)?.saturating_add(1);
        let card = CardKeyed { key, card, version };
        let salt = self.identity.derive("card", &[&to_bytes(&card)]);
        let body = CardBody { salt, card };
        let (_, hash) = self.append(topic, EntryKind::Card, to_bytes(&body), None, false)?;
        self.log.put_card(&body.card, hash).map_err(AuthorError::Log)
    }

    /// Brings another author's entry into a topic. What was carried before is carried on, not wrapped again, and the
    /// writer's own words are simply said again.
    ///
    /// # Errors
    /// [`AuthorError`]; then the transaction must be rolled back.
    pub fn carry(&mut self, topic: &Topic, entry: &Entry, item: &Item) -> Result<(), AuthorError<L::Error>> {
        let original = entry.body.clone().ok_or(AuthorError::NotWhole)?;
        let document = Some(item.document);
        match AnyBody::decode(entry.kind, &original) {
            Ok(AnyBody::Carried(_)) => self.append(topic, EntryKind::Carried, original, document, false)?,
            _ if entry.origin.key() == self.identity.public_key() => {
                self.append(topic, entry.kind, original, document, false)?
            }
            _ => {
                let body = CarriedBody {
                    topic: entry.topic.clone(),
                    origin: entry.origin,
                    number: entry.number,
                    previous: self.hash_before(entry)?,
                    kind: entry.kind.number(),
                    signature: entry.signature.ok_or(AuthorError::NotWhole)?,
                    body: original,
                };
                self.append(topic, EntryKind::Carried, to_bytes(&body), document, false)?
            }
        };
        self.log.put_item(item, topic).map_err(AuthorError::Log)?;
        Ok(())
    }

    /// Says a word about the log, as the centre, and does here what it asks of everybody.
    ///
    /// # Errors
    /// [`AuthorError`]; then the transaction must be rolled back.
    pub fn control(&mut self, topic: &Topic, control: Control) -> Result<(), AuthorError<L::Error>> {
        let salt = self.identity.derive("control", &[topic.as_str().as_bytes(), &to_bytes(&control)]);
        let body = ControlBody { salt, control };
        self.append(topic, EntryKind::Control, to_bytes(&body), None, true)?;
        obey(self.log, topic, &body.control, &mut crate::ingest::Ingested::default())?;
        Ok(())
    }

    /// The hash of the author's header before an entry.
    fn hash_before(&mut self, entry: &Entry) -> Result<Option<Digest32>, AuthorError<L::Error>> {
        match entry.number {
            0 | 1 => Ok(None),
            number => self.log.header_hash(&entry.topic, &entry.origin, number - 1).map_err(AuthorError::Log),
        }
    }

    /// Appends a body; answers the entry's number and the body's hash.
    fn append(
        &mut self,
        topic: &Topic,
        kind: EntryKind,
        body: Vec<u8>,
        document: Option<DocumentId>,
        alone: bool,
    ) -> Result<(u64, Digest32), AuthorError<L::Error>> {
        let tip = match self.log.tip(topic, &self.identity.origin()).map_err(AuthorError::Log)? {
            None => self.begin(topic)?,
            tip => tip,
        };
        self.put(topic, tip, kind, body, document, alone).map(|entry| (entry.number, entry.body_hash))
    }

    /// Begins a chain with who writes it. Where no centre is known anybody may write, and nothing is said.
    fn begin(&mut self, topic: &Topic) -> Result<Option<Tip>, AuthorError<L::Error>> {
        let Some(centre) = self.log.centre() else { return Ok(None) };
        let key = self.identity.public_key();
        let certificate = self.identity.certificate().filter(|given| given.is_of(&centre, &key)).cloned();
        let has_leave = certificate.as_ref().is_some_and(|given| given.leave.writes == *topic);
        if centre != key && !has_leave {
            return Err(AuthorError::NoLeave(topic.clone()));
        }
        let after = self.log.last_of_key(topic, &key).map_err(AuthorError::Log)?;
        let body = to_bytes(&BeganBody { certificate, after });
        let entry = self.put(topic, None, EntryKind::Began, body, None, true)?;
        self.log.put_began(topic, &entry.origin, after).map_err(AuthorError::Log)?;
        Ok(Some(Tip { number: entry.number, header_hash: entry.header_hash }))
    }

    fn put(
        &mut self,
        topic: &Topic,
        tip: Option<Tip>,
        kind: EntryKind,
        body: Vec<u8>,
        document: Option<DocumentId>,
        alone: bool,
    ) -> Result<Entry, AuthorError<L::Error>> {
        let bytes = body.len();
        let mut new = prepare(self.identity, topic, tip, kind, body);
        let before = self.open.remove(topic);
        let (entries, bytes) = before.map_or((1, bytes), |open| (open.entries + 1, open.bytes + bytes));
        // The centre's own changes are carried by saying them again: they need no signature of their own.
        let is_centre = self.log.centre() == Some(self.identity.public_key());
        let due = !self.runs || (alone && !is_centre) || entries >= RUN_ENTRIES || bytes >= RUN_BYTES;
        if due {
            new.entry.signature = Some(self.identity.sign(&new.header));
        }
        self.log.append(&new.entry, &BodyState::Applied, document).map_err(AuthorError::Log)?;
        if !due {
            let open = Open { number: next_number(tip), header: new.header, entries, bytes };
            self.open.insert(topic.clone(), open);
        }
        Ok(new.entry)
    }

    fn sign(&mut self, topic: &Topic, open: &Open) -> Result<(), AuthorError<L::Error>> {
        let signature = self.identity.sign(&open.header);
        let origin = self.identity.origin();
        self.log.put_signature(topic, &origin, open.number, signature).map_err(AuthorError::Log)
    }
}
