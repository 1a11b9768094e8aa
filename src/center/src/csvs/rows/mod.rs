//! The kinds of CSV files, one module each. The columns carry the seeds' words.

mod accounts;
mod bookings;
mod devices;
mod doctors;
mod doses;
mod lots;
mod paper;
mod residents;
mod slots;
mod venues;
mod vouchers;

pub use bookings::BookingRow;
pub use devices::DeviceRow;
pub use doses::DoseRow;
pub use paper::{PaperOutcome, PaperRow};
pub use residents::ResidentRow;
pub(crate) use slots::slot_id;
pub use vouchers::{TargetClass, VoucherRow, VoucherState};

use jiff::civil::Time;
use uketsuke_domain::ids::VenueNumber;
use uketsuke_domain::time::Moment;

/// The longest name of a person, a venue or a slot, in characters.
const LONGEST_NAME: usize = 100;

/// The column of 会場番号 joined by `;`.
fn joined(venues: &[VenueNumber]) -> String {
    venues.iter().map(VenueNumber::as_str).collect::<Vec<_>>().join(";")
}

/// Text of what may be missing.
fn or_empty<T: ToString>(value: Option<&T>) -> String {
    value.map(T::to_string).unwrap_or_default()
}

/// `2021-03-22 10:05`: date and time in Japan, to the minute.
fn to_the_minute(at: Moment) -> String {
    let time: Time = at.time_of_day();
    format!("{} {:02}:{:02}", at.day(), time.hour(), time.minute())
}

#[cfg(test)]
mod tests;
