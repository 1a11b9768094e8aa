//! Parts that several screens share.

use serde::{Deserialize, Serialize};

use super::courier::CourierLine;
use crate::code::Voucher;
use crate::facts::FactKind;
use crate::ids::FactId;
use crate::review::ReviewKind;
use crate::time::{Day, Moment};
use crate::verdict::OutcomeKind;

/// What a kiosk is configured as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Station {
    /// The visitor scans; names are masked.
    EntranceSelf,
    /// 受付係 scans.
    EntranceStaffed,
    /// 接種済証発行係.
    CertificateDesk,
    /// 会場責任者.
    Manager,
}

/// The line that staff always see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatusLine {
    /// The venue's name.
    pub venue: String,
    /// The station's name, as people call it ("受付1").
    pub station_name: String,
    /// What the station does.
    pub station: Station,
    /// The staff member at it.
    pub staff: String,
    /// The line to the centre.
    pub link: Link,
    /// Own facts that the centre has not confirmed to hold.
    pub unsent: u64,
    /// When the centre's data last arrived whole; none before the first time.
    pub data_as_of: Option<Moment>,
    /// The scanner.
    pub scanner: ScannerState,
    /// Open reviews of this venue.
    pub reviews: usize,
    /// データ運搬.
    pub courier: CourierLine,
    /// Somebody pressed 呼ぶ on this screen: it answers, for there is no bell yet.
    pub called: bool,
    /// The time that the kiosk believes it is: people notice a wrong one.
    pub now: Moment,
}

/// The line to the centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Link {
    /// 本部と接続.
    Connected {
        /// Since when.
        since: Moment,
    },
    /// The first filling, or what was missed, is coming in.
    Receiving {
        /// Entries that have arrived.
        held: u64,
        /// Entries that the centre has.
        total: u64,
    },
    /// 本部と切断.
    Disconnected {
        /// Since when.
        since: Moment,
    },
    /// The centre answered something that makes no sense, or refused this device.
    Refused {
        /// Since when.
        since: Moment,
    },
}

/// The scanner as the status line shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ScannerState {
    /// None is configured.
    Absent,
    /// It is there.
    Ready,
    /// It was unplugged or cannot be opened; it is tried again and again.
    Lost,
}

/// A person as a screen names them. A name may be missing on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonCard {
    /// 氏名（漢字）.
    pub name: Option<String>,
    /// 氏名（カナ）.
    pub kana: Option<String>,
    /// 生年月日.
    pub birth: Option<Day>,
    /// The voucher.
    pub voucher: Voucher,
    /// The issuing municipality's name, where the settings know it.
    pub municipality_name: Option<String>,
    /// Another person here has the same name and birth date: 同姓同名あり.
    pub same_name: bool,
    /// How much of this person is held here: what is not shown may be missing, or merely not here.
    pub held: Held,
}

/// How much of a person is held here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Held {
    /// The record: what it does not say is not on record.
    Record,
    /// The nameless card alone: name and details are elsewhere, doses and bookings are known.
    Card,
    /// Nothing: earlier doses may have been given.
    Nothing,
}

/// The booking in one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BookingLine {
    /// The day.
    pub day: Day,
    /// Start and end, minutes after midnight.
    pub minutes: (u16, u16),
    /// The venue's name.
    pub venue: String,
    /// The product's name ("ファイザー").
    pub product: String,
    /// 1回目, 2回目, …
    pub dose: u8,
    /// 予約番号.
    pub number: String,
}

/// A dose given earlier, in one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DoseLine {
    /// 1回目, 2回目, …
    pub dose: u8,
    /// The day.
    pub day: Day,
    /// The product's name; what the record says when the settings do not know it.
    pub product: String,
    /// The lot, where it is known here.
    pub lot: Option<String>,
}

/// What the desk knows of the check-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum CheckInLine {
    /// It is here.
    Arrived {
        /// When.
        at: Moment,
        /// At which station.
        station: String,
    },
    /// 「受付の記録は未着です」: the desk goes on without it.
    NotArrived,
}

/// A fact that the disk holds and the screen has confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Acknowledged {
    /// Its id.
    pub id: FactId,
    /// What it says.
    pub kind: AcknowledgedKind,
    /// When it was recorded.
    pub recorded_at: Moment,
    /// Last four digits of the voucher.
    pub last_four: String,
    /// The person's kana name, where it is held.
    pub kana: Option<String>,
    /// Whether the commit found something that the screen had not shown, so that a person must look.
    pub review: Option<ReviewKind>,
}

/// What an acknowledged fact says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum AcknowledgedKind {
    /// 受付.
    CheckedIn,
    /// 接種済み or 予診のみ.
    Outcome(OutcomeKind),
    /// 再開: a visit reopened after 予診のみ.
    Reopened,
}

impl AcknowledgedKind {
    /// What a fact of this kind says on the strip of recent facts; none for kinds that a kiosk does not write.
    pub fn of(kind: FactKind) -> Option<Self> {
        match kind {
            FactKind::CheckedIn => Some(Self::CheckedIn),
            FactKind::Vaccinated => Some(Self::Outcome(OutcomeKind::Vaccinated)),
            FactKind::PrescreenOnly => Some(Self::Outcome(OutcomeKind::PrescreenOnly)),
            FactKind::VisitReopened => Some(Self::Reopened),
            FactKind::Booked
            | FactKind::Moved
            | FactKind::Cancelled
            | FactKind::Reinstated
            | FactKind::LeftBefore
            | FactKind::NoShow
            | FactKind::Corrected
            | FactKind::Misfiled
            | FactKind::Filed
            | FactKind::Resolved
            | FactKind::Overridden
            | FactKind::CertificateIssued
            | FactKind::VoucherReplaced
            | FactKind::Observation
            | FactKind::AdverseReaction
            | FactKind::VialOpened
            | FactKind::VialDiscarded
            | FactKind::Unknown(_) => None,
        }
    }
}
