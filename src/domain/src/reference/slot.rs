//! 予約枠: a place in time, and the conditions under which it may be booked.
//!
//! Source: the booking management manual (004 ⑦, ⑰-1), with 受付停止, which is ours.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::ids::{ProductId, SlotId, VenueNumber};
use crate::time::Day;

/// 予約枠.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Slot {
    /// Its id within the municipality.
    #[n(0)]
    pub id: SlotId,
    /// 予約枠名.
    #[n(1)]
    pub name: String,
    /// Where.
    #[n(2)]
    pub venue: VenueNumber,
    /// The day.
    #[n(3)]
    pub day: Day,
    /// Start, minutes after midnight, 0–1439.
    #[n(4)]
    pub start_minute: u16,
    /// End, minutes after midnight, 1–1440.
    #[n(5)]
    pub end_minute: u16,
    /// Which vaccine.
    #[n(6)]
    pub product: ProductId,
    /// How many people.
    #[n(7)]
    pub capacity: u16,
    /// For whom. Absent for a slot of which nothing was said: then nobody is refused by it.
    #[n(8)]
    pub conditions: Option<Conditions>,
    /// 公開, 非公開 or 受付停止. Absent means 公開.
    #[n(9)]
    pub visibility: Option<Visibility>,
    /// 当日枠設定: may be booked on the day itself. Without it a slot can be booked up to the day before.
    #[n(10)]
    #[cbor(default)]
    pub same_day: bool,
    /// セット予約枠: the slot, on another day, that is booked together with this one.
    #[n(11)]
    pub pair: Option<SlotId>,
}

impl Slot {
    /// 公開, 非公開 or 受付停止.
    pub fn visibility(&self) -> Visibility {
        self.visibility.unwrap_or_default()
    }
}

/// For whom a slot is. A booking keeps those of its slot, so that the door can judge without the slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct Conditions {
    /// 大人用 or 小児用.
    #[n(0)]
    pub audience: Audience,
    /// 対象接種回数.
    #[n(1)]
    pub doses: DoseTarget,
    /// 接種間隔 since the dose before, months, 5–8: due for the third and the fourth dose, absent for the first two.
    #[n(2)]
    pub months: Option<u8>,
    /// ○歳以上, by the age attained on the day of the slot.
    #[n(3)]
    pub min_age: Option<u8>,
    /// ○歳以下, by the age attained on the day of the slot.
    #[n(4)]
    pub max_age: Option<u8>,
}

/// 大人用 or 小児用.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Audience {
    /// 大人用.
    #[default]
    #[n(0)]
    Adult,
    /// 小児用: 5 to 11 years, by the age at the first dose; first and second dose only.
    #[n(1)]
    Child,
}

/// 対象接種回数.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum DoseTarget {
    /// 1-2回目.
    #[default]
    #[n(0)]
    FirstAndSecond,
    /// 3回目.
    #[n(1)]
    Third,
    /// 4回目.
    #[n(2)]
    Fourth,
}

impl DoseTarget {
    /// The first of the doses that are meant.
    pub fn first(self) -> u8 {
        match self {
            Self::FirstAndSecond => 1,
            Self::Third => 3,
            Self::Fourth => 4,
        }
    }

    /// Whether a dose, 1–9, is meant.
    pub fn includes(self, dose: u8) -> bool {
        match self {
            Self::FirstAndSecond => (1..=2).contains(&dose),
            Self::Third => dose == 3,
            Self::Fourth => dose == 4,
        }
    }
}

/// Who may book a slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Visibility {
    /// 公開: residents and staff.
    #[default]
    #[n(0)]
    Public,
    /// 非公開: staff only.
    #[n(1)]
    StaffOnly,
    /// 受付停止: nobody, for the time being.
    #[n(2)]
    Closed,
}
