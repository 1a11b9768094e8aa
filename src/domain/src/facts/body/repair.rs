//! Bodies of facts about facts: corrections, decisions, and what was recorded of the wrong person.

use minicbor::{Decode, Encode};
use serde::Serialize;

use crate::code::Voucher;
use crate::facts::{FactKind, Stamp};
use crate::ids::{FactHash, TransferId};
use crate::record::DocumentId;
use crate::time::Moment;

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

/// 取り違え, in the record of the person of whom it was wrongly recorded. The fact is in `Fact::supersedes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Misfiled {
    /// The same in both halves.
    #[n(0)]
    pub transfer: TransferId,
    /// The record to which it belongs.
    #[n(1)]
    pub to: DocumentId,
    /// Why.
    #[n(2)]
    pub because: String,
}

/// 取り違え, in the record of the person to whom the fact belongs: it stands here as if it had been recorded here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Filed {
    /// The same in both halves.
    #[n(0)]
    pub transfer: TransferId,
    /// The record in which it was.
    #[n(1)]
    pub from: DocumentId,
    /// Its kind.
    #[n(2)]
    pub kind: FactKind,
    /// When, where and by whom it was recorded there.
    #[n(3)]
    pub stamp: Stamp,
    /// Its body, encoded as that kind's.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub body: Vec<u8>,
    /// Why.
    #[n(5)]
    pub because: String,
}

/// The voucher was reissued under a new number. Written in both records; nothing is merged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct VoucherReplaced {
    /// In the old voucher's record: the new voucher.
    #[n(0)]
    pub by: Option<Voucher>,
    /// In the new voucher's record: the old voucher.
    #[n(1)]
    pub replaces: Option<Voucher>,
    /// Why (紛失, 転入, …).
    #[n(2)]
    pub because: String,
}
