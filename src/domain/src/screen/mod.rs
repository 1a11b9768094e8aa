//! Screens as plain data, before they are pixels. `ui` shows them and decides nothing.
//!
//! Nothing here is a finished sentence: screens carry what a sentence needs, and the words are `ui`'s, so that they
//! pass through translation.

mod courier;
mod outcome;
mod parts;
mod press;
mod verdict;

pub use courier::{
    Bundle, BundlesScreen, Carried, CourierLine, CourierRun, CourierScreen, CourierTrouble, CourierWay, Stick, StickId,
    SticksScreen,
};
pub use outcome::{BoardLine, BoardScreen, Choice, DoneScreen, OutcomeScreen, ReadBackScreen, Recorded};
pub use parts::{
    Acknowledged, AcknowledgedKind, BookingLine, CheckInLine, DoseLine, Held, Link, PersonCard, ScannerState, Station,
    StatusLine,
};
pub use press::{OverrideReason, Press};
pub use verdict::{KeypadPhase, KeypadScreen, KeypadTrouble, NextStep, OverrideScreen, VerdictScreen};

use serde::Serialize;

use crate::code::NotAVoucher;
use crate::review::Review;

/// Everything that a window shows at one moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct View {
    /// The line that staff always see.
    pub status: StatusLine,
    /// The screen under it.
    pub screen: Screen,
}

/// The screens.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Screen {
    /// 待機: waiting for a voucher.
    Welcome(WelcomeScreen),
    /// 判定: the verdict on one voucher.
    Verdict(VerdictScreen),
    /// A reason is chosen for going on in spite of a verdict.
    Override(OverrideScreen),
    /// 手入力: a number, then the birth date.
    Keypad(KeypadScreen),
    /// 接種結果: 接種済み or 予診のみ.
    Outcome(OutcomeScreen),
    /// The read-back before an outcome is recorded.
    ReadBack(ReadBackScreen),
    /// Which doctor and which lot at this booth.
    Board(BoardScreen),
    /// データ運搬: files on a USB stick.
    Courier(CourierScreen),
    /// What was just recorded: shown only after the commit.
    Done(DoneScreen),
    /// 要確認: what the merge left to decide. Read only for now.
    Reviews(ReviewsScreen),
    /// Something is wrong with the kiosk itself; staff are told what to do.
    Trouble(Trouble),
}

/// 待機.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WelcomeScreen {
    /// The venue's name.
    pub venue: String,
    /// Whether the certificate desk's words are due ("次の方の接種券") rather than the entrance's.
    pub station: Station,
    /// Why the last read led nowhere, if it did: shown in place of the hint.
    pub trouble: Option<ReadTrouble>,
    /// After two failed reads the keypad is offered in large.
    pub offer_keypad: bool,
    /// The last acknowledged facts, newest first, at most three: so that staff know after a power cut what was kept.
    pub recent: Vec<Acknowledged>,
}

/// Why a read led to no person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum ReadTrouble {
    /// The code is no voucher, and this is why.
    NotAVoucher(NotAVoucher),
    /// The scanner delivered a line that was cut, too long or not text.
    Garbled,
    /// The record could not be read from the disk.
    Disk,
}

/// 要確認, read only.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReviewsScreen {
    /// Urgent first, then oldest first.
    pub reviews: Vec<ReviewLine>,
}

/// One review with the person that it concerns.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReviewLine {
    /// The person's name, or the birth date and last four digits where no name is held.
    pub person: PersonCard,
    /// What is to be decided, with both truths.
    pub review: Review,
}

/// What stops the kiosk as a whole, in a form that staff can act on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Trouble {
    /// The database can't be opened with this key, or is no database.
    DatabaseUnreadable,
    /// The disk does not take writes (full, worn out): nothing more is acknowledged.
    DiskRefuses,
    /// The key file is missing or malformed.
    KeyMissing,
    /// The settings of this municipality have not arrived yet.
    NoSettings,
    /// The device may not connect: it is not enrolled at this centre.
    NotEnrolled,
}
