//! 要確認: what two truths left for a person to decide.

use serde::Serialize;

use crate::facts::FactKind;
use crate::ids::FactHash;
use crate::time::Moment;
use crate::verdict::Place;

/// What kind of decision is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum ReviewKind {
    /// 接種済み and 予診のみ for one visit. Counts as vaccinated for safety, as unsettled in exports.
    OutcomeConflict,
    /// Two doses of one number, or two doses closer than the interval allows.
    DoubleVaccination,
    /// A later dose lies before an earlier one.
    DoseOrder,
    /// Two check-ins of one booking, neither knowing the other: one visit all the same.
    DoubleCheckIn,
    /// 帰宅（未接種） and an outcome for one visit. Counts as vaccinated for safety.
    LeftButTreated,
    /// A fact moved to or from another person's record, whose other half is not here: 取り違え put right by half.
    HalfTransfer,
    /// The booking was cancelled, and the person came.
    CancelledButCame,
    /// Marked キャンセル（来場なし）, and the person came.
    NoShowButCame,
    /// The booking was moved elsewhere, and the person came to the place that it had.
    MovedButCame,
    /// The voucher was deleted or replaced, and the person came with it.
    InvalidButCame,
    /// The centre had everything of the person erased, and something they did came after that.
    ErasedButCame,
    /// One booking has two places, neither given up for the other.
    RivalPlacements,
    /// Two bookings for one dose, made without knowing of each other.
    RivalBookings,
    /// セット予約: the first dose was not given, and the booking of the second still stands.
    PairedDoseWaits,
    /// The 控え shows an outcome that no longer holds.
    CertificateRecall,
    /// More people are booked in a slot than it has places. Found among records, not by the fold of one.
    Overbooked,
    /// Two corrections of one fact, neither knowing the other.
    RivalCorrections,
    /// Two decisions of one review that differ.
    RivalResolutions,
    /// A correction of something that is not here (yet).
    DanglingCorrection,
    /// Two different values of one personal field, entered without knowing of each other.
    PersonalData,
}

impl ReviewKind {
    /// All kinds, also the one that is found among records.
    pub const ALL: [Self; 20] = [
        Self::OutcomeConflict,
        Self::DoubleVaccination,
        Self::DoseOrder,
        Self::DoubleCheckIn,
        Self::LeftButTreated,
        Self::HalfTransfer,
        Self::CancelledButCame,
        Self::NoShowButCame,
        Self::MovedButCame,
        Self::InvalidButCame,
        Self::ErasedButCame,
        Self::RivalPlacements,
        Self::RivalBookings,
        Self::PairedDoseWaits,
        Self::CertificateRecall,
        Self::Overbooked,
        Self::RivalCorrections,
        Self::RivalResolutions,
        Self::DanglingCorrection,
        Self::PersonalData,
    ];

    /// Whether it concerns what a body received: shown first, and in red.
    pub fn is_urgent(self) -> bool {
        matches!(
            self,
            Self::OutcomeConflict
                | Self::DoubleVaccination
                | Self::DoseOrder
                | Self::LeftButTreated
                | Self::HalfTransfer
        )
    }

    /// A short stable name, for tables and exports.
    pub fn code(self) -> &'static str {
        match self {
            Self::OutcomeConflict => "outcome-conflict",
            Self::DoubleVaccination => "double-vaccination",
            Self::DoseOrder => "dose-order",
            Self::DoubleCheckIn => "double-check-in",
            Self::LeftButTreated => "left-but-treated",
            Self::HalfTransfer => "half-transfer",
            Self::CancelledButCame => "cancelled-but-came",
            Self::NoShowButCame => "no-show-but-came",
            Self::MovedButCame => "moved-but-came",
            Self::InvalidButCame => "invalid-but-came",
            Self::ErasedButCame => "erased-but-came",
            Self::RivalPlacements => "rival-placements",
            Self::RivalBookings => "rival-bookings",
            Self::PairedDoseWaits => "paired-dose-waits",
            Self::CertificateRecall => "certificate-recall",
            Self::Overbooked => "overbooked",
            Self::RivalCorrections => "rival-corrections",
            Self::RivalResolutions => "rival-resolutions",
            Self::DanglingCorrection => "dangling-correction",
            Self::PersonalData => "personal-data",
        }
    }
}

/// One open review: all sides that the facts name, none preferred.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Review {
    /// What is to be decided.
    pub kind: ReviewKind,
    /// The facts that stand against each other, in the order of their hashes.
    pub sides: Vec<Side>,
    /// For `PersonalData`: the field and its values.
    pub field: Option<(String, Vec<String>)>,
}

/// One of the truths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Side {
    /// The fact.
    pub fact: FactHash,
    /// Its kind.
    pub kind: FactKind,
    /// The dose, where it has one.
    pub dose: Option<u8>,
    /// When it happened.
    pub happened_at: Moment,
    /// When it was recorded.
    pub recorded_at: Moment,
    /// Where.
    pub place: Place,
    /// Who recorded it.
    pub staff: String,
}

impl Review {
    /// When the newest of its facts was recorded; none for a review about a field.
    pub fn since(&self) -> Option<Moment> {
        self.sides.iter().map(|side| side.recorded_at).max()
    }
}
