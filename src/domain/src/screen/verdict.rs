//! 判定 and 手入力.

use serde::Serialize;

use super::parts::{BookingLine, DoseLine, PersonCard};
use super::press::OverrideReason;
use crate::reference::Role;
use crate::time::{Day, Moment};
use crate::verdict::{Level, Reason};

/// 判定.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VerdictScreen {
    /// How grave it is; decides colour, icon, headline and sound together.
    pub level: Level,
    /// The reasons that are in the way, gravest first; none is hidden. Empty when all is well.
    pub reasons: Vec<Reason>,
    /// What is merely worth knowing: it stops nobody.
    pub notes: Vec<Reason>,
    /// The person. With nothing on record but the voucher, only that.
    pub person: PersonCard,
    /// The booking that the verdict speaks of.
    pub booking: Option<BookingLine>,
    /// Doses given before, oldest first.
    pub history: Vec<DoseLine>,
    /// The one next step, as the one large button.
    pub next: NextStep,
    /// Whether 接種結果へ is offered as a smaller button beside it.
    pub offers_outcome: bool,
    /// When the data behind this verdict last arrived; none when it never did.
    pub data_as_of: Option<Moment>,
    /// A write is under way; buttons rest until it is durable.
    pub busy: bool,
}

/// The one next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum NextStep {
    /// 受付する (`Press::CheckIn`).
    CheckIn,
    /// 接種結果へ (`Press::ToOutcome`).
    ToOutcome,
    /// このまま受付, 会場責任者の許可で (`Press::GoOn`): the staff member's role suffices.
    GoOn {
        /// The role that it needs.
        role: Role,
        /// It takes 管理者特別権限.
        special: bool,
    },
    /// 会場責任者を呼んでください: the role does not suffice, or nobody may go on.
    CallManager,
    /// 次の方へ (`Press::Home`): there is nothing to do.
    NextPerson,
}

/// A reason is chosen for going on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OverrideScreen {
    /// The reasons that are overridden.
    pub reasons: Vec<Reason>,
    /// The person.
    pub person: PersonCard,
    /// Going on takes 管理者特別権限, and choosing a reason enters it for this one act.
    pub special: bool,
    /// What may be chosen.
    pub choices: Vec<OverrideReason>,
}

/// 手入力.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KeypadScreen {
    /// The municipality's code and its name.
    pub municipality: (String, String),
    /// What is being typed.
    pub phase: KeypadPhase,
    /// The digits so far.
    pub digits: String,
    /// How many digits are due.
    pub wanted: usize,
    /// What is wrong with them, if something is.
    pub trouble: Option<KeypadTrouble>,
}

/// What is being typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum KeypadPhase {
    /// 券番号, ten digits.
    Number,
    /// 生年月日, eight digits (西暦). The number is echoed, for it has no check digit.
    BirthDate {
        /// The number as typed.
        number: String,
    },
}

/// What is wrong with what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum KeypadTrouble {
    /// Fewer digits than are due.
    TooShort,
    /// No such day.
    NoSuchDay,
    /// The day lies in the future.
    Future {
        /// Today.
        today: Day,
    },
    /// The birth date on record is another: number or date was mistyped.
    BirthDateDiffers,
}
