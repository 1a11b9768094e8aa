//! What a person can press. A press means something only on the screens that offer it.

use serde::{Deserialize, Serialize};

use crate::verdict::OutcomeKind;

/// A press on the touch screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Press {
    /// Back to 待機, from anywhere.
    Home,
    /// One step back.
    Back,
    /// 受付する.
    CheckIn,
    /// このまま受付 / このまま記録: go on in spite of the verdict; a reason is asked for.
    GoOn,
    /// The reason for going on.
    Because(OverrideReason),
    /// 接種結果へ.
    ToOutcome,
    /// 手入力.
    OpenKeypad,
    /// A digit, 0–9.
    Digit(u8),
    /// One digit back.
    Erase,
    /// The number or date is complete.
    Enter,
    /// 接種済み or 予診のみ.
    Choose(OutcomeKind),
    /// Another dose number than the one proposed, 1–9.
    SetDose(u8),
    /// 記録する, after the read-back.
    Confirm,
    /// ブースの設定.
    OpenBoard,
    /// A doctor of the board's list, by its place in the list.
    PickDoctor(usize),
    /// A lot of the board's list, by its place in the list.
    PickLot(usize),
    /// 要確認.
    OpenReviews,
    /// データ運搬.
    OpenCourier,
    /// A stick, by its place in the list.
    PickStick(usize),
    /// 本部へ書き出す.
    CourierOut,
    /// 読み込む: which file, is asked next.
    CourierIn,
    /// A file of the stick, by its place in the list.
    PickBundle(usize),
    /// 中止.
    StopCourier,
    /// 係員を呼ぶ.
    CallStaff,
}

/// Why staff go on in spite of a verdict. Recorded with the fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OverrideReason {
    /// 本人確認書類で確認した.
    DocumentsSeen,
    /// 接種記録書などで接種歴を確認した.
    HistorySeen,
    /// 会場責任者の指示.
    ManagerDecided,
    /// 本部に電話で確認した.
    CentrePhoned,
}

impl OverrideReason {
    /// All of them, in the order in which a screen offers them.
    pub const ALL: [Self; 4] = [Self::DocumentsSeen, Self::HistorySeen, Self::ManagerDecided, Self::CentrePhoned];

    /// A short stable name for the record.
    pub fn code(self) -> &'static str {
        match self {
            Self::DocumentsSeen => "documents-seen",
            Self::HistorySeen => "history-seen",
            Self::ManagerDecided => "manager-decided",
            Self::CentrePhoned => "centre-phoned",
        }
    }
}
