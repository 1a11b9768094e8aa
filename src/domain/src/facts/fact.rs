//! The outer part of a fact, its stamp, and its bytes.

use minicbor::{Decode, Encode};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Body, FactKind};
use crate::ids::{BookingNumber, Booth, FactHash, FactId, StaffCode, VenueNumber};
use crate::reference::Role;
use crate::time::{Day, Moment};

/// One thing that happened to one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// Random; also the Automerge actor of the change that carries the fact.
    pub id: FactId,
    /// What kind of thing.
    pub kind: FactKind,
    /// The booking that it belongs to, where there is one.
    pub booking: Option<BookingNumber>,
    /// The dose, 1–9, where it has one.
    pub dose: Option<u8>,
    /// Exactly the facts that the screen showed and a person chose to put right. Nothing else is causality.
    pub supersedes: Vec<FactHash>,
    /// How much attention an old version owes to a kind that it does not know.
    pub weight: Weight,
    /// When, where, by whom.
    pub stamp: Stamp,
    /// What belongs to the kind.
    pub body: Body,
}

/// How much attention a fact is due from a version that does not know its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Encode, Decode)]
#[cbor(index_only)]
pub enum Weight {
    /// A note: nothing depends on it.
    #[n(0)]
    Note,
    /// It changes what should be done next.
    #[n(1)]
    Ordinary,
    /// It concerns what a body received.
    #[n(2)]
    Medical,
}

/// Where a fact came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
#[cbor(index_only)]
pub enum Source {
    /// Pressed on a screen as it happened.
    #[n(0)]
    Screen,
    /// Written on paper first, entered later.
    #[n(1)]
    Paper,
    /// Brought from another system.
    #[n(2)]
    Import,
}

/// What was known of the clock when the fact was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
#[cbor(index_only)]
pub enum ClockState {
    /// Set by the centre, a battery clock or a person.
    #[n(0)]
    Trusted,
    /// Nobody has confirmed it since the machine started.
    #[n(1)]
    Doubtful,
}

/// When, where and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Stamp {
    /// When it happened: intervals, ages and exports use this.
    #[n(0)]
    pub happened_at: Moment,
    /// When it was written down.
    #[n(1)]
    pub recorded_at: Moment,
    /// Screen, paper or import.
    #[n(2)]
    pub source: Source,
    /// What was known of the clock.
    #[n(3)]
    pub clock: ClockState,
    /// Identifies the boot of the device; with `boot_ms` a wrong clock can be put right later.
    #[n(4)]
    pub boot: u64,
    /// The monotonic clock of that boot, in milliseconds.
    #[n(5)]
    pub boot_ms: u64,
    /// The venue.
    #[n(6)]
    pub venue: VenueNumber,
    /// The station's name ("受付1").
    #[n(7)]
    pub station: String,
    /// The booth, where the act has one.
    #[n(8)]
    pub booth: Option<Booth>,
    /// Who acted.
    #[n(9)]
    pub staff: StaffCode,
    /// In which role.
    #[n(10)]
    pub role: Role,
}

/// A fact with the hash of its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KnownFact {
    /// SHA-256 of the encoded fact.
    pub hash: FactHash,
    /// The fact.
    pub fact: Fact,
}

/// Why bytes are no fact.
#[derive(Debug, thiserror::Error)]
#[error("no readable fact: {0}")]
pub struct BadFact(#[from] minicbor::decode::Error);

/// The encoded form. New fields get new numbers; a reader skips those that it does not know.
#[derive(Encode, Decode)]
struct Wire<'a> {
    #[n(0)]
    id: FactId,
    #[n(1)]
    kind: FactKind,
    #[n(2)]
    booking: Option<BookingNumber>,
    #[n(3)]
    dose: Option<u8>,
    #[n(4)]
    supersedes: Vec<FactHash>,
    #[n(5)]
    weight: Weight,
    #[n(6)]
    stamp: Stamp,
    #[cbor(b(7), with = "minicbor::bytes")]
    body: &'a [u8],
}

impl Fact {
    /// The id of an encoded fact: the one thing that every version reads, whatever else it knows.
    pub fn id_of(bytes: &[u8]) -> Option<FactId> {
        let mut decoder = minicbor::Decoder::new(bytes);
        let _fields = decoder.array().ok()?;
        decoder.decode().ok()
    }

    /// The bytes that are stored, hashed and sent.
    pub fn encode(&self) -> Vec<u8> {
        let body = self.body.encode();
        let wire = Wire {
            id: self.id,
            kind: self.kind,
            booking: self.booking.clone(),
            dose: self.dose,
            supersedes: self.supersedes.clone(),
            weight: self.weight,
            stamp: self.stamp.clone(),
            body: &body,
        };
        to_bytes(&wire)
    }

    /// Reads encoded bytes. A body of an unknown kind is kept as it is.
    ///
    /// # Errors
    /// [`BadFact`] when the outer part, or the body of a known kind, can't be read.
    pub fn decode(bytes: &[u8]) -> Result<Self, BadFact> {
        let wire: Wire<'_> = minicbor::decode(bytes)?;
        if wire.dose.is_some_and(|dose| !(1..=9).contains(&dose)) {
            return Err(minicbor::decode::Error::message("a dose is 1 to 9").into());
        }
        Ok(Self {
            id: wire.id,
            kind: wire.kind,
            booking: wire.booking,
            dose: wire.dose,
            supersedes: wire.supersedes,
            weight: wire.weight,
            stamp: wire.stamp,
            body: Body::decode(wire.kind, wire.body)?,
        })
    }
}

impl Fact {
    /// The dose that the fact tells of, whether or not it stands: its number, where the fact says it, and its day. None for
    /// everything but 接種済み, however it is wrapped.
    pub fn told_dose(&self) -> Option<(Option<u8>, Day)> {
        let of = |kind: FactKind, body: &Body| {
            let Body::Outcome(outcome) = body else { return None };
            (kind == FactKind::Vaccinated).then_some((self.dose, outcome.day))
        };
        let wrapped = |kind: FactKind, bytes: &[u8]| of(kind, &Body::decode(kind, bytes).ok()?);
        if let Body::Corrected(body) = &self.body {
            return body.replacement.as_ref().and_then(|by| wrapped(by.kind, &by.body));
        }
        if let Body::Filed(body) = &self.body {
            return wrapped(body.kind, &body.body);
        }
        of(self.kind, &self.body)
    }
}

impl KnownFact {
    /// Reads encoded bytes and remembers their hash.
    ///
    /// # Errors
    /// As [`Fact::decode`].
    pub fn decode(bytes: &[u8]) -> Result<Self, BadFact> {
        Ok(Self { hash: hash_of(bytes), fact: Fact::decode(bytes)? })
    }
}

/// The hash that `supersedes` names.
fn hash_of(bytes: &[u8]) -> FactHash {
    FactHash(Sha256::digest(bytes).into())
}

/// Encodes into memory, which cannot fail.
pub(crate) fn to_bytes<T: Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).unwrap_or_default()
}
