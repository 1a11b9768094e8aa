//! Bodies of what happens to a booking.

use minicbor::{Decode, Encode};
use serde::Serialize;

use super::Overruled;
use crate::ids::{BookingNumber, FactHash, ProductId, SlotId, VenueNumber};
use crate::reference::{Conditions, Slot};
use crate::time::Day;

/// 予約: the slot as it was when booked, so that a kiosk needs no second lookup to name it or to judge by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Booked {
    /// The slot.
    #[n(0)]
    pub slot: SlotId,
    /// Its venue.
    #[n(1)]
    pub venue: VenueNumber,
    /// Its day.
    #[n(2)]
    pub day: Day,
    /// Its start and end, minutes after midnight.
    #[n(3)]
    pub start_minute: u16,
    /// See `start_minute`.
    #[n(4)]
    pub end_minute: u16,
    /// The vaccine that is planned.
    #[n(5)]
    pub product: ProductId,
    /// The slot's conditions, where it had any.
    #[n(6)]
    pub conditions: Option<Conditions>,
    /// セット予約: the booking of the other dose, made together with this one.
    #[n(7)]
    pub pair: Option<BookingNumber>,
    /// What was irregular about it, if something was.
    #[n(8)]
    pub irregular: Option<Irregular>,
}

impl Booked {
    /// A place in a slot as the slot is now, with nothing irregular about it.
    pub fn in_slot(slot: &Slot) -> Self {
        Self {
            slot: slot.id.clone(),
            venue: slot.venue.clone(),
            day: slot.day,
            start_minute: slot.start_minute,
            end_minute: slot.end_minute,
            product: slot.product.clone(),
            conditions: slot.conditions,
            pair: None,
            irregular: None,
        }
    }
}

/// A booking moved to another slot in one step. It supersedes the place that it gives up, and keeps its 予約番号.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Moved {
    /// The new place.
    #[n(0)]
    pub to: Booked,
    /// Why, where somebody said so.
    #[n(1)]
    pub because: Option<String>,
    /// What had happened at the old place, as the screen showed it: the person had come and could not be served, say.
    #[n(2)]
    #[cbor(default)]
    pub seen: Vec<FactHash>,
}

/// キャンセル.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Cancelled {
    /// Who asked for it, as far as is known.
    #[n(0)]
    pub by: Option<String>,
    /// Why, where somebody said so.
    #[n(1)]
    pub because: Option<String>,
}

/// A cancellation or a no-show taken back: both are in `Fact::supersedes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Reinstated {
    /// Why.
    #[n(0)]
    pub because: String,
    /// What was irregular about it (the place had been given away), if something was.
    #[n(1)]
    pub irregular: Option<Irregular>,
}

/// キャンセル（来場なし）.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct NoShow {
    /// A remark.
    #[n(0)]
    pub because: Option<String>,
}

/// An irregular operation. The role is in the fact's stamp.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Irregular {
    /// Codes of the operations that were irregular ("overbook").
    #[n(0)]
    pub what: Vec<String>,
    /// Why.
    #[n(1)]
    pub because: String,
    /// It was done in 管理者特別権限.
    #[n(2)]
    #[cbor(default)]
    pub special: bool,
    /// What spoke against the person and the place, as it was shown: the door does not ask it again.
    #[n(3)]
    #[cbor(default)]
    pub overruled: Vec<Overruled>,
}
