//! What belongs to each kind of fact.

mod booking;
mod overruled;
mod repair;
mod visit;

pub use booking::{Booked, Cancelled, Irregular, Moved, NoShow, Reinstated};
pub use overruled::Overruled;
pub use repair::{Corrected, Filed, Misfiled, Replacement, Resolved, VoucherReplaced};
pub use visit::{CertificateIssued, CheckedIn, LeftBefore, Outcome, Overridden, Reopened};

use serde::Serialize;

use super::FactKind;
use super::fact::to_bytes;

/// The part of a fact that belongs to its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Body {
    /// 予約.
    Booked(Booked),
    /// A booking in another place.
    Moved(Moved),
    /// キャンセル.
    Cancelled(Cancelled),
    /// A cancellation taken back.
    Reinstated(Reinstated),
    /// キャンセル（来場なし）.
    NoShow(NoShow),
    /// 受付.
    CheckedIn(CheckedIn),
    /// 接種済み and 予診のみ.
    Outcome(Outcome),
    /// 帰宅（未接種）.
    LeftBefore(LeftBefore),
    /// A visit goes on.
    Reopened(Reopened),
    /// A fact put right.
    Corrected(Corrected),
    /// A review decided.
    Resolved(Resolved),
    /// A fact that belongs to another person.
    Misfiled(Misfiled),
    /// A fact that came from another person's record.
    Filed(Filed),
    /// A verdict overridden.
    Overridden(Overridden),
    /// 控え printed.
    CertificateIssued(CertificateIssued),
    /// The voucher has a new number.
    VoucherReplaced(VoucherReplaced),
    /// A kind whose body this version does not read: kept as it came.
    Opaque(Opaque),
}

/// Bytes that are kept and passed on unread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Opaque(pub Vec<u8>);

impl Body {
    /// The body's bytes.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Booked(body) => to_bytes(body),
            Self::Moved(body) => to_bytes(body),
            Self::Cancelled(body) => to_bytes(body),
            Self::Reinstated(body) => to_bytes(body),
            Self::NoShow(body) => to_bytes(body),
            Self::CheckedIn(body) => to_bytes(body),
            Self::Outcome(body) => to_bytes(body),
            Self::LeftBefore(body) => to_bytes(body),
            Self::Reopened(body) => to_bytes(body),
            Self::Corrected(body) => to_bytes(body),
            Self::Resolved(body) => to_bytes(body),
            Self::Misfiled(body) => to_bytes(body),
            Self::Filed(body) => to_bytes(body),
            Self::Overridden(body) => to_bytes(body),
            Self::CertificateIssued(body) => to_bytes(body),
            Self::VoucherReplaced(body) => to_bytes(body),
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
            FactKind::Moved => Self::Moved(minicbor::decode(bytes)?),
            FactKind::Cancelled => Self::Cancelled(minicbor::decode(bytes)?),
            FactKind::Reinstated => Self::Reinstated(minicbor::decode(bytes)?),
            FactKind::NoShow => Self::NoShow(minicbor::decode(bytes)?),
            FactKind::CheckedIn => Self::CheckedIn(minicbor::decode(bytes)?),
            FactKind::Vaccinated | FactKind::PrescreenOnly => Self::Outcome(minicbor::decode(bytes)?),
            FactKind::LeftBefore => Self::LeftBefore(minicbor::decode(bytes)?),
            FactKind::VisitReopened => Self::Reopened(minicbor::decode(bytes)?),
            FactKind::Corrected => Self::Corrected(minicbor::decode(bytes)?),
            FactKind::Resolved => Self::Resolved(minicbor::decode(bytes)?),
            FactKind::Misfiled => Self::Misfiled(minicbor::decode(bytes)?),
            FactKind::Filed => Self::Filed(minicbor::decode(bytes)?),
            FactKind::Overridden => Self::Overridden(minicbor::decode(bytes)?),
            FactKind::CertificateIssued => Self::CertificateIssued(minicbor::decode(bytes)?),
            FactKind::VoucherReplaced => Self::VoucherReplaced(minicbor::decode(bytes)?),
            FactKind::Observation
            | FactKind::AdverseReaction
            | FactKind::VialOpened
            | FactKind::VialDiscarded
            | FactKind::Unknown(_) => Self::Opaque(Opaque(bytes.to_vec())),
        })
    }

    /// The reasons that a person went on in spite of with this fact.
    pub fn overridden(&self) -> &[Overruled] {
        match self {
            Self::CheckedIn(body) => &body.overridden,
            Self::Outcome(body) => &body.overridden,
            Self::Overridden(body) => &body.overridden,
            // What is irregular about a booking are operations, not reasons of a verdict.
            Self::Booked(_)
            | Self::Moved(_)
            | Self::Reinstated(_)
            | Self::Cancelled(_)
            | Self::NoShow(_)
            | Self::LeftBefore(_)
            | Self::Reopened(_)
            | Self::Corrected(_)
            | Self::Resolved(_)
            | Self::Misfiled(_)
            | Self::Filed(_)
            | Self::CertificateIssued(_)
            | Self::VoucherReplaced(_)
            | Self::Opaque(_) => &[],
        }
    }

    /// The place that it gives a booking, if it gives it one.
    pub fn placement(&self) -> Option<&Booked> {
        match self {
            Self::Booked(booked) => Some(booked),
            Self::Moved(moved) => Some(&moved.to),
            Self::Cancelled(_)
            | Self::Reinstated(_)
            | Self::NoShow(_)
            | Self::CheckedIn(_)
            | Self::Outcome(_)
            | Self::LeftBefore(_)
            | Self::Reopened(_)
            | Self::Corrected(_)
            | Self::Resolved(_)
            | Self::Misfiled(_)
            | Self::Filed(_)
            | Self::Overridden(_)
            | Self::CertificateIssued(_)
            | Self::VoucherReplaced(_)
            | Self::Opaque(_) => None,
        }
    }
}
