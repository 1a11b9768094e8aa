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
    /// Two check-ins of one booking, neither knowing the other: one visit all the same.
    DoubleCheckIn,
    /// The booking was cancelled, and the person came.
    CancelledButCame,
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
    /// Whether it concerns what a body received: shown first, and in red.
    pub fn is_urgent(self) -> bool {
        matches!(self, Self::OutcomeConflict | Self::DoubleVaccination)
    }

    /// A short stable name, for tables and exports.
    pub fn code(self) -> &'static str {
        match self {
            Self::OutcomeConflict => "outcome-conflict",
            Self::DoubleVaccination => "double-vaccination",
            Self::DoubleCheckIn => "double-check-in",
            Self::CancelledButCame => "cancelled-but-came",
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
