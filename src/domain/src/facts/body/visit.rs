//! Bodies of what happens while a person is at the venue.

use minicbor::{Decode, Encode};
use serde::Serialize;

use super::Overruled;
use crate::ids::{DoctorId, FactHash, LotNumber, ProductId};
use crate::time::Day;

/// 受付.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct CheckedIn {
    /// The reasons that were overridden; empty for the usual check-in.
    #[n(0)]
    pub overridden: Vec<Overruled>,
    /// Why staff went on.
    #[n(1)]
    pub because: Option<String>,
    /// The number was typed, not scanned.
    #[n(2)]
    pub typed: bool,
    /// It was overridden in 管理者特別権限.
    #[n(3)]
    #[cbor(default)]
    pub special: bool,
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
    /// The reasons that were overridden.
    #[n(5)]
    pub overridden: Vec<Overruled>,
    /// Why staff went on.
    #[n(6)]
    pub because: Option<String>,
    /// The number was typed, not scanned.
    #[n(7)]
    #[cbor(default)]
    pub typed: bool,
    /// It was overridden in 管理者特別権限.
    #[n(8)]
    #[cbor(default)]
    pub special: bool,
}

/// A visit goes on after 予診のみ or 帰宅: what ended it is in `Fact::supersedes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Reopened {
    /// Why.
    #[n(0)]
    pub because: String,
}

/// 帰宅（未接種）: came, and left before seeing the doctor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct LeftBefore {
    /// Why, where the person said so.
    #[n(0)]
    pub because: Option<String>,
}

/// A verdict overridden without another fact that could say so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Overridden {
    /// The reasons.
    #[n(0)]
    pub overridden: Vec<Overruled>,
    /// Why.
    #[n(1)]
    pub because: String,
    /// In 管理者特別権限.
    #[n(2)]
    #[cbor(default)]
    pub special: bool,
}

/// 控え printed. When one of the outcomes that it shows no longer holds, the paper must come back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct CertificateIssued {
    /// The outcomes that the paper shows.
    #[n(0)]
    pub shows: Vec<FactHash>,
    /// It was printed before.
    #[n(1)]
    #[cbor(default)]
    pub again: bool,
}
