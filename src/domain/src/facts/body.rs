//! What belongs to each kind of fact.

use minicbor::{Decode, Encode};
use serde::Serialize;

use super::FactKind;
use super::fact::to_bytes;
use crate::ids::{DoctorId, FactHash, LotNumber, ProductId, SlotId, VenueNumber};
use crate::time::{Day, Moment};

/// The part of a fact that belongs to its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Body {
    /// 予約.
    Booked(Booked),
    /// キャンセル.
    Cancelled(Cancelled),
    /// 受付.
    CheckedIn(CheckedIn),
    /// 接種済み and 予診のみ.
    Outcome(Outcome),
    /// A visit goes on after 予診のみ.
    Reopened(Reopened),
    /// A fact put right.
    Corrected(Corrected),
    /// A review decided.
    Resolved(Resolved),
    /// A kind whose body this version does not read: kept as it came.
    Opaque(Opaque),
}

/// Bytes that are kept and passed on unread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Opaque(pub Vec<u8>);

/// 予約: the slot as it was when booked, so that a kiosk needs no second lookup to name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Booked {
    /// The slot.
    #[n(0)]
    pub slot: SlotId,
    /// Its venue.
    #[n(1)]
    pub venue: VenueNumber,
    /// Its day.
    #[n(2)]
    pub day: Day,
    /// Its start and end, minutes after midnight.
    #[n(3)]
    pub start_minute: u16,
    /// See `start_minute`.
    #[n(4)]
    pub end_minute: u16,
    /// The vaccine that is planned.
    #[n(5)]
    pub product: ProductId,
}

/// キャンセル.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Cancelled {
    /// Who asked for it, as far as is known.
    #[n(0)]
    pub by: Option<String>,
}

/// 受付.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct CheckedIn {
    /// Codes of the reasons that were overridden; empty for the usual check-in.
    #[n(0)]
    pub overridden: Vec<String>,
    /// Why staff went on.
    #[n(1)]
    pub because: Option<String>,
    /// The number was typed, not scanned.
    #[n(2)]
    pub typed: bool,
}

/// 接種済み (product and lot are due) or 予診のみ (they are not).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Outcome {
    /// The vaccination date, a field of its own: a person confirms it while the clock is in doubt.
    #[n(0)]
    pub day: Day,
    /// The vaccine given.
    #[n(1)]
    pub product: Option<ProductId>,
    /// Its lot.
    #[n(2)]
    pub lot: Option<LotNumber>,
    /// The doctor, by number; none for an earlier dose that was imported without.
    #[n(3)]
    pub doctor: Option<DoctorId>,
    /// Where it was given, as another system named it: only for imported history.
    #[n(4)]
    pub place: Option<String>,
    /// Codes of the reasons that were overridden.
    #[n(5)]
    pub overridden: Vec<String>,
    /// Why staff went on.
    #[n(6)]
    pub because: Option<String>,
}

/// A visit goes on after 予診のみ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Reopened {
    /// Why.
    #[n(0)]
    pub because: String,
}

/// A fact put right. The facts that it replaces are in `Fact::supersedes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Corrected {
    /// What stands in their place; none when they should never have been recorded.
    #[n(0)]
    pub replacement: Option<Replacement>,
    /// Why.
    #[n(1)]
    pub because: String,
}

/// What stands in the place of a corrected fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Replacement {
    /// Its kind.
    #[n(0)]
    pub kind: FactKind,
    /// When it happened.
    #[n(1)]
    pub happened_at: Moment,
    /// Its body, encoded as that kind's.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub body: Vec<u8>,
}

/// A review decided: it settles exactly the set that it names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Resolved {
    /// The facts that stood against each other, all of them.
    #[n(0)]
    pub settles: Vec<FactHash>,
    /// Those that hold; empty when none does.
    #[n(1)]
    pub keeps: Vec<FactHash>,
    /// Why.
    #[n(2)]
    pub because: String,
}

impl Body {
    /// The body's bytes.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Booked(body) => to_bytes(body),
            Self::Cancelled(body) => to_bytes(body),
            Self::CheckedIn(body) => to_bytes(body),
            Self::Outcome(body) => to_bytes(body),
            Self::Reopened(body) => to_bytes(body),
            Self::Corrected(body) => to_bytes(body),
            Self::Resolved(body) => to_bytes(body),
            Self::Opaque(Opaque(bytes)) => bytes.clone(),
        }
    }

    /// Reads the body of a kind.
    ///
    /// # Errors
    /// When the kind is known and the bytes are not its body.
    pub fn decode(kind: FactKind, bytes: &[u8]) -> Result<Self, minicbor::decode::Error> {
        Ok(match kind {
            FactKind::Booked => Self::Booked(minicbor::decode(bytes)?),
            FactKind::Cancelled => Self::Cancelled(minicbor::decode(bytes)?),
            FactKind::CheckedIn => Self::CheckedIn(minicbor::decode(bytes)?),
            FactKind::Vaccinated | FactKind::PrescreenOnly => Self::Outcome(minicbor::decode(bytes)?),
            FactKind::VisitReopened => Self::Reopened(minicbor::decode(bytes)?),
            FactKind::Corrected => Self::Corrected(minicbor::decode(bytes)?),
            FactKind::Resolved => Self::Resolved(minicbor::decode(bytes)?),
            FactKind::Moved
            | FactKind::Reinstated
            | FactKind::LeftBefore
            | FactKind::NoShow
            | FactKind::Misfiled
            | FactKind::Filed
            | FactKind::Overridden
            | FactKind::CertificateIssued
            | FactKind::VoucherReplaced
            | FactKind::Observation
            | FactKind::AdverseReaction
            | FactKind::VialOpened
            | FactKind::VialDiscarded
            | FactKind::Unknown(_) => Self::Opaque(Opaque(bytes.to_vec())),
        })
    }
}
