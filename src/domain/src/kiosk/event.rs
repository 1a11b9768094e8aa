//! What can happen to a kiosk.

use super::effect::{DeadlineId, Ticket};
use super::{BoardSetting, Roster};
use crate::facts::FactKind;
use crate::ids::FactId;
use crate::review::ReviewKind;
use crate::screen::{
    Acknowledged, Bundle, Carried, CourierTrouble, Link, Press, ReviewLine, ScannerState, Stick, StickId, Trouble,
};
use crate::time::Moment;
use crate::verdict::Known;

/// One thing that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// A scanner or camera read a text.
    Scan(String),
    /// A scanner delivered something that is no text: cut, too long, or broken.
    Garbled,
    /// Somebody pressed.
    Press(Press),
    /// The answer to `Effect::LookUp`.
    LookedUp {
        /// Which question.
        ticket: Ticket,
        /// What storage knows.
        known: Box<Known>,
    },
    /// Storage could not be read.
    LookUpFailed {
        /// Which question.
        ticket: Ticket,
    },
    /// The answer to `Effect::Record`: the facts are durable.
    Recorded {
        /// Which request.
        ticket: Ticket,
        /// The facts, in the order of the drafts.
        facts: Vec<RecordedFact>,
    },
    /// The answer to `Effect::Record` with `IfChanged::AskAgain`: nothing was written, for the store held more than the
    /// screen had shown.
    RecordChanged {
        /// Which request.
        ticket: Ticket,
        /// What storage knows now.
        known: Box<Known>,
    },
    /// The write failed; nothing was recorded.
    RecordFailed {
        /// Which request.
        ticket: Ticket,
    },
    /// Settings, venues, doctors or lots changed.
    Roster(Box<Roster>),
    /// Doctor and lot as they were last set, after a start.
    Board(BoardSetting),
    /// The last acknowledged facts, newest first, after a start.
    Recent(Vec<Acknowledged>),
    /// The line to the centre, what it lacks of ours, and how old its data is.
    Link {
        /// The line.
        link: Link,
        /// Own entries that the centre has not confirmed.
        unsent: u64,
        /// When the centre's data was last complete here.
        data_as_of: Option<Moment>,
    },
    /// The scanner came or went.
    Scanner(ScannerState),
    /// How many reviews are open at this venue.
    ReviewCount(usize),
    /// The answer to `Effect::LoadReviews`.
    Reviews(Vec<ReviewLine>),
    /// The answer to `Effect::FindSticks`.
    Sticks(Vec<Stick>),
    /// The answer to `Effect::ListBundles`; empty when the stick is gone or holds nothing for this kiosk.
    Bundles {
        /// Which stick.
        stick: StickId,
        /// Its files, in any order.
        bundles: Vec<Bundle>,
    },
    /// A file is on its way.
    CourierProgress {
        /// Entries so far.
        done: u64,
        /// Entries in all.
        total: u64,
    },
    /// A file came to its end; what was written is durable on the stick.
    CourierEnded(Result<Carried, CourierTrouble>),
    /// Something is wrong with the kiosk itself.
    Trouble(Trouble),
    /// A deadline passed.
    Deadline(DeadlineId),
    /// The clock went on: sent every few seconds, so that the status line tells the time.
    Tick,
}

/// A fact that became durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedFact {
    /// Its id.
    pub id: FactId,
    /// Its kind: a draft may be left out when the store held more than the screen had shown.
    pub kind: FactKind,
    /// When it was recorded.
    pub recorded_at: Moment,
    /// The review that it opened, if it did.
    pub review: Option<ReviewKind>,
}
