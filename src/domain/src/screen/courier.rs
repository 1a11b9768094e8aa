//! データ運搬: what a line would carry, on a USB stick.

use serde::Serialize;

use crate::time::Moment;

/// The courier's screen, step by step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum CourierScreen {
    /// A stick is chosen, and what to do with it.
    Sticks(SticksScreen),
    /// A file of the stick is chosen.
    Bundles(BundlesScreen),
    /// A file is being written or taken in.
    Running(CourierRun),
    /// It went well.
    Done {
        /// What was done.
        run: CourierRun,
        /// What came of it.
        carried: Carried,
    },
    /// It did not.
    Failed {
        /// What was tried.
        run: CourierRun,
        /// Why it failed.
        trouble: CourierTrouble,
    },
}

/// Which sticks are there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SticksScreen {
    /// The sticks; none while they are looked for the first time.
    pub sticks: Option<Vec<Stick>>,
    /// The chosen one, by its place in the list.
    pub chosen: Option<usize>,
    /// Whether 書き出す may be pressed: a stick is chosen that can be written, by somebody who may.
    pub can_write: bool,
    /// Whether 読み込む may be pressed.
    pub can_read: bool,
}

/// A USB stick. Its id means something to whoever found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stick {
    /// Which one it is.
    pub id: StickId,
    /// What people call it.
    pub name: String,
    /// Bytes that are free on it.
    pub free: u64,
    /// Whether it takes writes.
    pub writable: bool,
}

/// Which stick.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StickId(pub String);

/// What a stick holds for this kiosk.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BundlesScreen {
    /// The stick.
    pub stick: Stick,
    /// The files, newest first; none while the stick is being read.
    pub bundles: Option<Vec<Bundle>>,
    /// The chosen one, by its place in the list.
    pub chosen: usize,
}

/// A file that this kiosk can open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bundle {
    /// The file's name.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// When it was made.
    pub made_at: Moment,
    /// 端末名 of the kiosk that made it; none for the centre.
    pub from: Option<String>,
    /// Entries in it.
    pub entries: u64,
}

/// A file on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CourierRun {
    /// Which way.
    pub way: CourierWay,
    /// The stick's name.
    pub stick: String,
    /// Entries so far.
    pub done: u64,
    /// Entries in all.
    pub total: u64,
}

/// Which way a file goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum CourierWay {
    /// 書き出し, for the centre.
    Out,
    /// 読み込み.
    In,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Carried {
    /// A file was written, and is durable on the stick.
    Written {
        /// Its name.
        file: String,
        /// Entries in it.
        entries: u64,
    },
    /// The centre is known to hold everything: no file was made.
    NothingToWrite,
    /// A file was taken in.
    TakenIn {
        /// Its name.
        file: String,
        /// Entries in it.
        entries: u64,
        /// Of those, new here.
        added: u64,
        /// An earlier file is missing: what builds on it was left for later.
        gaps: bool,
        /// When it was made, where the centre made it and nothing was left out: so old is the centre's data here at most.
        as_of: Option<Moment>,
    },
}

/// Why a file was not written or taken in, in a form that staff can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum CourierTrouble {
    /// The stick was pulled out, or can't be read any more.
    StickGone,
    /// The stick is full.
    StickFull,
    /// The stick takes no writes.
    StickReadOnly,
    /// The file is for another device, is damaged from its first byte on, or is no bundle.
    NotForUs,
    /// The sender has no leave of the centre.
    Stranger,
    /// The file was made with a newer version.
    Newer,
    /// A part of the file can't be read; what came before it was taken in.
    Damaged,
    /// The kiosk's own disk.
    OwnDisk,
    /// Somebody pressed 中止.
    Stopped,
}

/// What the status line says of the courier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum CourierLine {
    /// Nothing: it is not for whoever works here.
    Absent,
    /// It can be opened.
    Offered,
    /// A file is on its way.
    Running {
        /// Entries so far.
        done: u64,
        /// Entries in all.
        total: u64,
    },
    /// It ended, and nobody has closed that screen yet.
    Ended {
        /// Whether it went well.
        well: bool,
    },
}
