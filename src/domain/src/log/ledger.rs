//! Storage as a whole replica sees it: what a transaction on people's records can do besides the log, and how one is had.

use super::{ControlKind, Digest32, Entry, Item, Log, Origin, Tip, Topic, Vector};
use crate::code::Voucher;
use crate::fold::Folded;
use crate::record::{DocumentId, DocumentKind, RawRecord};
use crate::reference::{Card, CardKey, Settings};
use crate::time::Moment;
use crate::verdict::Known;

/// A write transaction on people's records.
pub trait Ledger: Log {
    /// The municipality's settings.
    fn settings(&self) -> Option<&Settings>;

    /// A person's record as this transaction sees it.
    fn record(&mut self, document: DocumentId) -> Result<RawRecord, Self::Error>;

    /// What is known of a voucher, as this transaction sees it.
    fn known(&mut self, voucher: &Voucher, short: bool, card_secret: &[u8; 32]) -> Result<Known, Self::Error>;

    /// A record and what its facts add up to; where there are tables for queries, they are made now instead of at the
    /// commit.
    fn project(&mut self, document: DocumentId) -> Result<(RawRecord, Folded), Self::Error>;

    /// The documents that were touched so far.
    fn touched(&self) -> Vec<(DocumentKind, DocumentId)>;

    /// The items of a document that a topic lacks, each with the entry that first brought it.
    fn unplaced(&mut self, document: DocumentId, topic: &Topic) -> Result<Vec<(Item, Entry)>, Self::Error>;

    /// The topics in which something of a document is.
    fn places(&mut self, document: DocumentId) -> Result<Vec<Topic>, Self::Error>;

    /// A topic lacks a document again, all of it.
    fn unplace(&mut self, document: DocumentId, topic: &Topic) -> Result<(), Self::Error>;

    /// A card as this transaction sees it.
    fn card(&mut self, key: CardKey) -> Result<Option<Card>, Self::Error>;

    /// Keeps how far a peer holds chains of a topic.
    fn put_confirmed(&mut self, peer: &[u8; 32], topic: &Topic, held: &[(Origin, u64)]) -> Result<(), Self::Error>;

    /// Puts down that something went wrong.
    fn note(&mut self, incident: &Incident) -> Result<(), Self::Error>;

    /// How far each chain of a topic is held, as this transaction sees it.
    fn ends(&mut self, topic: &Topic) -> Result<Vector, Self::Error>;

    /// Drops the entries of a topic and what is kept beside its chains, and keeps the ends of these. Answers how many
    /// entries there were.
    fn archive(&mut self, topic: &Topic) -> Result<u64, Self::Error>;
}

/// How transactions are had.
pub trait Storage {
    /// What can go wrong.
    type Error: std::error::Error + Send + Sync + 'static;
    /// A write transaction.
    type Tx<'a>: Ledger<Error = Self::Error>
    where
        Self: 'a;

    /// Writes: all or nothing, durable when it returns.
    ///
    /// # Errors
    /// The closure's, or storage's; then nothing was written.
    fn write<T, E: From<Self::Error>>(&mut self, work: impl FnOnce(&mut Self::Tx<'_>) -> Result<T, E>) -> Result<T, E>;

    /// What is held of a topic.
    fn vector(&self, topic: &Topic) -> Result<Vector, Self::Error>;

    /// Consecutive entries from a number on, about `max_bytes` of bodies and at least one when there is one, ending with one
    /// that is signed; with the hash of the header before the first.
    fn stretch(
        &self,
        topic: &Topic,
        origin: &Origin,
        from: u64,
        max_bytes: usize,
    ) -> Result<(Option<Digest32>, Vec<Entry>), Self::Error>;

    /// The end of a chain; none when nothing of it is held.
    fn tip(&self, topic: &Topic, origin: &Origin) -> Result<Option<Tip>, Self::Error>;

    /// What the centre's words about a subject come to.
    fn control(&self, kind: ControlKind, subject: &[u8]) -> Result<Option<Vec<u8>>, Self::Error>;

    /// How far a peer was last known to hold the chains of a topic.
    fn confirmed(&self, peer: &[u8; 32], topic: &Topic) -> Result<Vec<(Origin, u64)>, Self::Error>;

    /// Reads the settings anew: after a transaction that changed them.
    fn refresh_settings(&mut self) -> Result<(), Self::Error>;
}

/// What can go wrong between replicas. Numbers are for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum IncidentKind {
    /// A peer brought what is not its origin's: forged, or broken on the way.
    BadEntry = 1,
    /// One name wrote on two disks.
    Forked = 2,
    /// A peer sent more than anybody has reason to.
    Flood = 3,
    /// A peer sent what makes no sense.
    Misbehaviour = 4,
    /// A device without leave, or whose leave was taken back, tried to speak.
    NotEnrolled = 5,
    /// A clock is off by more than a few minutes.
    ClockOff = 6,
    /// A peer counts entries that nobody can give.
    Gap = 7,
    /// Two programs speak under one device's key at the same time: its card was copied.
    Copied = 8,
}

impl IncidentKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::BadEntry,
        Self::Forked,
        Self::Flood,
        Self::Misbehaviour,
        Self::NotEnrolled,
        Self::ClockOff,
        Self::Gap,
        Self::Copied,
    ];

    /// The kind of a number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == number)
    }
}

/// Something that went wrong between replicas: one line for each kind, device and topic, however often it happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// What.
    pub kind: IncidentKind,
    /// Whose doing: a public key.
    pub who: [u8; 32],
    /// Where; empty where it is about a whole line.
    pub topic: String,
    /// In English, for whoever looks into it; no personal data.
    pub detail: String,
    /// When.
    pub at: Moment,
}
