//! What a kiosk wants done.

use super::BoardSetting;
use crate::authority::Permit;
use crate::code::Voucher;
use crate::facts::{Draft, Stamp};
use crate::ids::FactHash;
use crate::screen::{StickId, View};
use crate::time::Day;

/// Numbers questions to storage, so that a late answer to an old one is known as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// A deadline, and why it was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeadlineId {
    /// The screen that it belongs to; a later screen makes it void.
    pub generation: u64,
    /// For the log.
    pub reason: &'static str,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Show this.
    Show(Box<View>),
    /// Read what storage knows of a voucher.
    LookUp {
        /// Comes back with the answer.
        ticket: Ticket,
        /// The voucher.
        voucher: Voucher,
        /// The code held only the number: also tell whether another municipality has a record with it.
        short: bool,
    },
    /// Write facts, all or none, and answer after the commit.
    Record {
        /// Comes back with the answer.
        ticket: Ticket,
        /// What to write.
        request: Box<RecordRequest>,
    },
    /// Read the open reviews.
    LoadReviews,
    /// Keep doctor and lot for the next start.
    SaveBoard(BoardSetting),
    /// Look which sticks are there, and answer with `Event::Sticks`.
    FindSticks,
    /// Look which files of a stick are for this kiosk, and answer with `Event::Bundles`.
    ListBundles {
        /// The stick.
        stick: StickId,
    },
    /// Write what the centre lacks onto a stick. It takes its time: `Event::CourierProgress`, at last `Event::CourierEnded`.
    CourierOut {
        /// The stick.
        stick: StickId,
        /// Proof that whoever works here may.
        leave: Permit,
    },
    /// Take a file in, likewise.
    CourierIn {
        /// The stick.
        stick: StickId,
        /// The file's name.
        file: String,
        /// Proof that whoever works here may.
        leave: Permit,
    },
    /// Stop what is on its way; it ends as if it had failed.
    StopCourier,
    /// Sound and light.
    Signal(Signal),
    /// Send `Event::Deadline` after a while.
    Schedule {
        /// Milliseconds from now.
        after_ms: u64,
        /// Comes back with the event.
        deadline: DeadlineId,
    },
}

/// A distinct sound or light per state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// 受付できます.
    Proceed,
    /// 確認が必要です.
    Attention,
    /// 受付できません.
    Stop,
    /// Recorded.
    Done,
    /// Could not be read.
    Misread,
    /// 係員をお呼びください.
    CallStaff,
}

/// Facts to write about one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRequest {
    /// Whose record.
    pub voucher: Voucher,
    /// The birth date as it was typed: written when the record has none.
    pub birth: Option<Day>,
    /// The facts.
    pub drafts: Vec<Draft>,
    /// When, where, by whom.
    pub stamp: Stamp,
    /// Every fact that the screen showed.
    pub basis: Vec<FactHash>,
    /// What to do when the store holds more than that.
    pub if_changed: IfChanged,
}

/// What to do when the store holds facts that the screen had not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfChanged {
    /// The act is not yet done (a check-in): write nothing, decide again.
    AskAgain,
    /// The act is done (a jab): write it superseding nothing, and let a person decide.
    RecordAnyway,
}
