//! Which voucher plays which part, for demos and tests (`cast.json`).

use serde::Serialize;
use uketsuke_domain::code::{Municipality, VoucherNumber};
use uketsuke_domain::ids::{BookingNumber, VenueNumber};
use uketsuke_domain::time::Day;

/// One voucher with what a demo or test needs to know of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Member {
    /// 自治体番号.
    pub municipality: Municipality,
    /// 券番号.
    pub number: VoucherNumber,
    /// Name in writing; none for the nameless and for unknown vouchers.
    pub name: Option<String>,
    /// Name in kana.
    pub kana: Option<String>,
    /// 生年月日.
    pub birth: Day,
    /// What the sticker's QR code says: 券種, dose, municipality, number.
    pub code18: String,
    /// The dose that is due.
    pub dose: u8,
    /// The booked day.
    pub day: Option<Day>,
    /// The booked venue.
    pub venue: Option<VenueNumber>,
    /// Start of the booked slot, minutes after midnight.
    pub start_minute: Option<u16>,
    /// 予約番号.
    pub booking: Option<BookingNumber>,
    /// Day of the earlier dose.
    pub earlier_dose: Option<Day>,
}

/// The parts. Every member is in one list alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cast {
    /// Booked at 001 on the day; some for dose 2, long enough after dose 1.
    pub booked_here: Vec<Member>,
    /// Booked at 002 on the day.
    pub elsewhere: Vec<Member>,
    /// Booked at 001 on another day, before or after.
    pub another_day: Vec<Member>,
    /// Booked at 001 on the day, and cancelled.
    pub cancelled: Vec<Member>,
    /// A resident without a booking.
    pub no_booking: Vec<Member>,
    /// Booked at 001 on the day for dose 2, ten days after dose 1 of ファイザー.
    pub too_soon: Vec<Member>,
    /// Booked at 001 on the day, without any name on record.
    pub nameless: Vec<Member>,
    /// Two people with one name and birth date, both booked at 001 on the day.
    pub same_name: Vec<Member>,
    /// Another municipality's voucher, booked at 001 on the day.
    pub foreign: Vec<Member>,
    /// Booked at 001 on the day before; the outcome is in paper.csv.
    pub on_paper: Vec<Member>,
    /// Vouchers that look right and have no record: in no CSV file.
    pub unknown: Vec<Member>,
}

impl Cast {
    /// The lists with their names, in the order of the file.
    pub fn parts(&self) -> [(&'static str, &[Member]); 11] {
        [
            ("booked_here", &self.booked_here),
            ("elsewhere", &self.elsewhere),
            ("another_day", &self.another_day),
            ("cancelled", &self.cancelled),
            ("no_booking", &self.no_booking),
            ("too_soon", &self.too_soon),
            ("nameless", &self.nameless),
            ("same_name", &self.same_name),
            ("foreign", &self.foreign),
            ("on_paper", &self.on_paper),
            ("unknown", &self.unknown),
        ]
    }
}
