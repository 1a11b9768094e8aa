//! The kiosk's disk: looks people up, and makes facts durable.

use std::collections::BTreeMap;
use std::path::Path;

use uketsuke_domain::code::Voucher;
use uketsuke_domain::facts::{Fact, FactKind, KnownFact};
use uketsuke_domain::ids::{FactHash, FactId};
use uketsuke_domain::kiosk::{BoardSetting, Draft, IfChanged, RecordRequest, RecordedFact, person_card};
use uketsuke_domain::log::{EntryKind, Topic};
use uketsuke_domain::record::{DocumentId, DocumentKind, RawRecord, Value, field};
use uketsuke_domain::screen::{Acknowledged, AcknowledgedKind, PersonCard, ReviewLine};
use uketsuke_domain::verdict::Known;
use uketsuke_store::{Key, KeyError, OpenReview, Options, Store, StoreError, Tx};
use uketsuke_sync::author::{Author, AuthorError, random};
use uketsuke_sync::body::{AnyBody, ChangeBody};
use uketsuke_sync::gate::admit;
use uketsuke_sync::identity::Identity;

use crate::config::CentreKey;

/// The kiosk's disk.
#[derive(Debug)]
pub struct Keeper {
    store: Store,
    identity: Identity,
    card_secret: [u8; 32],
    topic: Topic,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// Durable.
    Done(Vec<RecordedFact>),
    /// Nothing was written: the store held more than the screen had shown.
    Changed(Box<Known>),
}

/// Why the disk did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum KeeperError {
    /// A key file.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A fact could not be written.
    #[error(transparent)]
    Author(#[from] AuthorError<StoreError>),
    /// A fact that this program built can't be read back: a bug.
    #[error("a fact that can't be read back: {0}")]
    Fact(#[from] uketsuke_domain::facts::BadFact),
}

/// Reviews on one screen at most.
const MOST_REVIEWS: u32 = 100;
/// Own entries that are looked through for the last acknowledged facts.
const NEWEST_ENTRIES: u32 = 12;
const BOARD: &str = "board";

/// The keys of a kiosk's folder.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Under which the kiosk writes.
    pub identity: Identity,
    /// The secret of the cards' keys.
    pub card_secret: [u8; 32],
    /// The database's key.
    pub database: Key,
    /// The centre's public key.
    pub centre: [u8; 32],
}

impl Keys {
    /// Reads the keys of a folder; the database's is made when the database is not there yet.
    ///
    /// # Errors
    /// [`KeyError`]; a database without its key is never given a new one.
    pub fn read(folder: &Path, centre: CentreKey, fresh: [u8; 32]) -> Result<Self, KeyError> {
        let key_file = folder.join("database.key");
        let database = if folder.join("kiosk.db").exists() {
            Key::read(&key_file)?
        } else {
            Key::read_or_create(&key_file, fresh)?
        };
        let identity = Identity::new(Key::read(&folder.join("device.key"))?.bytes(), 0);
        let card_secret = *Key::read(&folder.join("card.key"))?.bytes();
        Ok(Self { identity, card_secret, database, centre: centre.0 })
    }

    /// Opens a connection to the folder's database.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(&self, folder: &Path) -> Result<Store, StoreError> {
        let options = Options { centre: Some(self.centre), ..Options::default() };
        Store::open(&folder.join("kiosk.db"), &self.database, options)
    }
}

impl Keeper {
    /// Keeps in a store, writing in the venue's topic.
    pub fn new(store: Store, keys: &Keys, topic: Topic) -> Self {
        Self { store, identity: keys.identity.clone(), card_secret: keys.card_secret, topic }
    }

    /// The connection, for reading.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Reads the settings anew.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn refresh_settings(&mut self) -> Result<(), KeeperError> {
        Ok(self.store.refresh_settings()?)
    }

    /// What is known of a voucher.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn known(&self, voucher: &Voucher, short: bool) -> Result<Known, KeeperError> {
        Ok(self.store.known(voucher, short, &self.card_secret)?)
    }

    /// Makes facts durable, all or none, and answers after the commit.
    ///
    /// # Errors
    /// [`KeeperError`]: then nothing was written.
    pub fn record(&mut self, request: &RecordRequest) -> Result<Recorded, KeeperError> {
        let Self { store, identity, card_secret, topic } = self;
        store.write(|tx| {
            let document = DocumentId::visit(&request.voucher);
            let before = tx.record(document)?;
            let is_new = |known: &KnownFact| !request.basis.contains(&known.hash);
            let of_kin = before.kin.values().flat_map(|kin| &kin.facts);
            let changed = before.facts.iter().chain(of_kin).any(is_new);
            if changed && request.if_changed == IfChanged::AskAgain {
                return Ok(Recorded::Changed(Box::new(tx.known(&request.voucher, false, card_secret)?)));
            }
            let mut author = Author::new(identity, tx);
            introduce(&mut author, topic, request, &before)?;
            let mut written = Vec::new();
            for draft in drafts(request, changed) {
                let fact = KnownFact::decode(&fact_of(draft, request)?.encode())?;
                author.fact(topic, (DocumentKind::Visit, document), &fact)?;
                written.push(fact);
            }
            Ok(Recorded::Done(answers(tx, document, &written)?))
        })
    }

    /// The last facts that this kiosk recorded, newest first: what staff see after a power cut.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn recent(&self, count: usize) -> Result<Vec<Acknowledged>, KeeperError> {
        let mut recent = Vec::new();
        for entry in self.store.newest(&self.topic, &self.identity.origin(), NEWEST_ENTRIES)? {
            let Some(body) = entry.body.filter(|_| entry.kind == EntryKind::Change) else { continue };
            let Ok(AnyBody::Change(body)) = AnyBody::decode(entry.kind, &body) else { continue };
            recent.extend(self.acknowledged(&body)?);
            if recent.len() == count {
                break;
            }
        }
        Ok(recent)
    }

    fn acknowledged(&self, body: &ChangeBody) -> Result<Option<Acknowledged>, KeeperError> {
        use uketsuke_domain::log::ItemContent;
        let Ok(ItemContent::Fact(payload)) = admit(&body.change, &[]).map(|admitted| admitted.content) else {
            return Ok(None);
        };
        let fact = Fact::decode(&payload)?;
        let Some(kind) = AcknowledgedKind::of(fact.kind) else { return Ok(None) };
        let fields = self.store.fields(body.document)?;
        let text = |name: &str| fields.get(name).and_then(|values| values.first()).and_then(Value::as_text);
        let voucher = text(field::VOUCHER).unwrap_or_default();
        Ok(Some(Acknowledged {
            id: fact.id,
            kind,
            recorded_at: fact.stamp.recorded_at,
            last_four: voucher.get(voucher.len().saturating_sub(4)..).unwrap_or_default().to_owned(),
            kana: text(field::KANA).map(str::to_owned),
            review: None,
        }))
    }

    /// Open reviews with the people that they concern.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn reviews(&self) -> Result<Vec<ReviewLine>, KeeperError> {
        let open = self.store.reviews(MOST_REVIEWS)?;
        Ok(open.into_iter().filter_map(|open| self.review_line(open)).collect())
    }

    fn review_line(&self, open: OpenReview) -> Option<ReviewLine> {
        let OpenReview { person, record, review } = open;
        let person: PersonCard = person_card(&person?.voucher, &record, self.store.settings());
        Some(ReviewLine { person, review })
    }

    /// Doctor and lot as they were last set.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn board(&self) -> Result<BoardSetting, KeeperError> {
        let bytes = self.store.meta(BOARD)?.unwrap_or_default();
        let (doctor, lot): (Option<String>, Option<String>) = minicbor::decode(&bytes).unwrap_or_default();
        Ok(BoardSetting {
            doctor: doctor.map(uketsuke_domain::ids::DoctorId),
            lot: lot.map(uketsuke_domain::ids::LotNumber),
        })
    }

    /// Keeps doctor and lot for the next start.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn save_board(&mut self, board: &BoardSetting) -> Result<(), KeeperError> {
        let doctor = board.doctor.as_ref().map(ToString::to_string);
        let lot = board.lot.as_ref().map(ToString::to_string);
        let bytes = minicbor::to_vec((doctor, lot)).unwrap_or_default();
        self.store.write(|tx| Ok(tx.put_meta(BOARD, &bytes)?))
    }
}

/// A person whom no field change has introduced here yet gets the voucher's number, so that the record is whole.
fn introduce(
    author: &mut Author<'_, Tx<'_>>,
    topic: &Topic,
    request: &RecordRequest,
    before: &RawRecord,
) -> Result<(), KeeperError> {
    if before.text(field::VOUCHER).is_some() {
        return Ok(());
    }
    let mut edits = BTreeMap::from([(field::VOUCHER.to_owned(), Value::Text(request.voucher.to_string()))]);
    if let Some(birth) = request.birth {
        edits.insert(field::BIRTH.to_owned(), Value::Text(birth.to_string()));
    }
    author.fields(topic, (DocumentKind::Visit, DocumentId::visit(&request.voucher)), &edits)?;
    Ok(())
}

/// What is written. When the store held more than the screen showed, an act already done supersedes nothing, and what
/// only made sense against the screen (a visit reopened) is left out: a person will decide.
fn drafts(request: &RecordRequest, changed: bool) -> impl Iterator<Item = Draft> {
    let takes_back = |draft: &&Draft| matches!(draft.kind, FactKind::VisitReopened | FactKind::Reinstated);
    request.drafts.iter().filter(move |draft| !changed || !takes_back(draft)).map(move |draft| {
        let supersedes = if changed { Vec::new() } else { draft.supersedes.clone() };
        Draft { supersedes, ..draft.clone() }
    })
}

fn fact_of(draft: Draft, request: &RecordRequest) -> Result<Fact, KeeperError> {
    Ok(Fact {
        id: FactId(random::<StoreError>()?),
        kind: draft.kind,
        booking: draft.booking,
        dose: draft.dose,
        supersedes: draft.supersedes,
        weight: draft.weight,
        stamp: request.stamp.clone(),
        body: draft.body,
    })
}

/// What the screen is told: each fact, and the review that it stands in.
fn answers(tx: &mut Tx<'_>, document: DocumentId, written: &[KnownFact]) -> Result<Vec<RecordedFact>, KeeperError> {
    let folded = tx.project(document)?;
    let review_of = |hash: FactHash| {
        let mut reviews = folded.reviews.iter();
        reviews.find(|review| review.sides.iter().any(|side| side.fact == hash)).map(|review| review.kind)
    };
    let answer = |fact: &KnownFact| RecordedFact {
        id: fact.fact.id,
        kind: fact.fact.kind,
        recorded_at: fact.fact.stamp.recorded_at,
        review: review_of(fact.hash),
    };
    Ok(written.iter().map(answer).collect())
}
