//! 接種結果, its read-back, the booth's board, and what was recorded.

use serde::Serialize;

use super::parts::{Acknowledged, CheckInLine, DoseLine, PersonCard};
use crate::time::Day;
use crate::verdict::{OutcomeKind, Reason};

/// 接種結果: nothing is preselected.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomeScreen {
    /// The person.
    pub person: PersonCard,
    /// The check-in, or that it has not arrived.
    pub check_in: CheckInLine,
    /// What staff should know before choosing; most often nothing.
    pub notes: Vec<Reason>,
    /// Doses given before, oldest first.
    pub history: Vec<DoseLine>,
    /// The dose that will be recorded, 1–9.
    pub dose: u8,
    /// What is set at this booth.
    pub board: BoardLine,
    /// Whether 受付する is offered beside it, because no check-in is here.
    pub offers_check_in: bool,
}

/// What is set at a booth.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BoardLine {
    /// The booth's name.
    pub booth: String,
    /// The doctor's name; none when nobody was chosen.
    pub doctor: Option<String>,
    /// Lot, product name and last day of use; none when nothing was chosen.
    pub lot: Option<(String, String, Option<Day>)>,
}

/// The read-back: what will be recorded, before it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReadBackScreen {
    /// The person.
    pub person: PersonCard,
    /// 接種済み or 予診のみ.
    pub outcome: OutcomeKind,
    /// The dose.
    pub dose: u8,
    /// Doctor and lot; the lot only for 接種済み.
    pub board: BoardLine,
    /// The day that will be recorded.
    pub day: Day,
    /// A write is under way.
    pub busy: bool,
}

/// The booth's board.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BoardScreen {
    /// The booth's name.
    pub booth: String,
    /// The doctors of this venue.
    pub doctors: Vec<Choice>,
    /// The lots of this venue.
    pub lots: Vec<Choice>,
}

/// One line of a list to pick from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The first line ("EW0001").
    pub label: String,
    /// The second line ("ファイザー　2021-06-30 まで"), may be empty.
    pub detail: String,
    /// Whether it is the one in use.
    pub chosen: bool,
    /// Whether it can be picked (an expired lot can't).
    pub enabled: bool,
}

/// What was just recorded. Shown only after the commit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DoneScreen {
    /// The person.
    pub person: PersonCard,
    /// What was recorded.
    pub recorded: Recorded,
    /// The last acknowledged facts, newest first.
    pub recent: Vec<Acknowledged>,
}

/// What was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recorded {
    /// The fact.
    pub fact: Acknowledged,
    /// The dose, for outcomes.
    pub dose: Option<u8>,
    /// Whether something arrived between screen and disk, so that 要確認 will show it.
    pub to_review: bool,
}
