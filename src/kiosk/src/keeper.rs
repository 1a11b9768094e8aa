//! The kiosk's disk: looks people up, and makes facts durable.

use std::path::Path;

use uketsuke_domain::code::Voucher;
use uketsuke_domain::facts::Fact;
use uketsuke_domain::kiosk::{BoardSetting, RecordRequest, person_card};
use uketsuke_domain::log::{EntryKind, Topic};
use uketsuke_domain::record::{Value, field};
use uketsuke_domain::screen::{Acknowledged, AcknowledgedKind, PersonCard, ReviewLine};
use uketsuke_domain::verdict::Known;
use uketsuke_replica::ReplicaError;
use uketsuke_replica::record::{Desk, Recorded, record};
use uketsuke_store::{Key, KeyError, OpenReview, Options, Store, StoreError};
use uketsuke_sync::body::{AnyBody, ChangeBody};
use uketsuke_sync::certificate::Certificate;
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
    Replica(#[from] ReplicaError<StoreError>),
    /// A fact that was written can't be read back: a bug.
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
    /// Reads the keys of a folder; the database's is made when the database is not there yet. `incarnation` is drawn by
    /// lot at each start of the program.
    ///
    /// # Errors
    /// [`KeyError`]; a database without its key is never given a new one.
    pub fn read(folder: &Path, centre: CentreKey, fresh: [u8; 32], incarnation: u64) -> Result<Self, KeyError> {
        let key_file = folder.join("database.key");
        let database = if folder.join("kiosk.db").exists() {
            Key::read(&key_file)?
        } else {
            Key::read_or_create(&key_file, fresh)?
        };
        let identity = Identity::new(Key::read(&folder.join("device.key"))?.bytes(), incarnation)
            .with_certificate(certificate(&folder.join("device.cert")));
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
        let desk = Desk { identity, topic, card_secret };
        Ok(store.write(|tx| record(desk, tx, request))?)
    }

    /// The last facts that this kiosk recorded, newest first: what staff see after a power cut.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn recent(&self, count: usize) -> Result<Vec<Acknowledged>, KeeperError> {
        let own = self.identity.public_key();
        let mut recent = Vec::new();
        // Each start wrote a chain of its own.
        for origin in self.store.vector(&self.topic)?.into_keys().filter(|origin| origin.key() == own) {
            for entry in self.store.newest(&self.topic, &origin, NEWEST_ENTRIES)? {
                let Some(body) = entry.body.filter(|_| entry.kind == EntryKind::Change) else { continue };
                let Ok(AnyBody::Change(body)) = AnyBody::decode(entry.kind, &body) else { continue };
                recent.extend(self.acknowledged(&body)?);
            }
        }
        recent.sort_by_key(|acknowledged| std::cmp::Reverse(acknowledged.recorded_at));
        recent.truncate(count);
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

/// The centre's leave. Without it the kiosk reads and shows, and can't write: what is wrong is told where it writes.
fn certificate(path: &Path) -> Option<Certificate> {
    let bytes = std::fs::read(path).map_err(|why| log::error!("{}: {why}", path.display())).ok()?;
    Certificate::decode(&bytes).map_err(|why| log::error!("{}: {why}", path.display())).ok()
}
