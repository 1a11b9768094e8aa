//! A made-up municipality for demos, tests and benchmarks: all CSV files, who plays which part, and voucher sheets.
//!
//! Everything follows from the options: the same seed gives the same bytes. Nobody in it is real; the names are the
//! commonest of the country put together by chance.

mod cast;
mod details;
mod files;
mod names;
mod people;
mod plan;
pub mod sheet;
mod site;
mod slots;
mod sticker;

#[cfg(test)]
mod tests;

use fastrand::Rng;
use uketsuke_domain::code::Municipality;
use uketsuke_domain::ids::ProductId;
use uketsuke_domain::reference::{Account, Doctor, Lot, Slot, Venue};
use uketsuke_domain::time::Day;

use crate::csvs::rows::{BookingRow, DoseRow, PaperRow, ResidentRow, VoucherRow};

pub use cast::{Cast, Member};
pub use files::{WriteError, write};
pub use sticker::{ASSUMED_DOSE_KIND, ASSUMED_PRESCREEN_KIND, code18};

/// The fewest residents that give every part its people.
pub const FEWEST_RESIDENTS: usize = 300;

/// The made-up municipality's name.
pub const MUNICIPALITY_NAME: &str = "見本市";

/// What to make up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SampleOptions {
    /// Whose 自治体番号 the vouchers carry.
    pub municipality: Municipality,
    /// How many residents; at least [`FEWEST_RESIDENTS`] are made.
    pub residents: usize,
    /// Everything random follows from it.
    pub seed: u64,
    /// The day that is to be played.
    pub day: Day,
}

/// A made-up municipality: the rows of every file, and the cast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// 会場: 001 and 002 (集団), 003 (個別).
    pub venues: Vec<Venue>,
    /// 職員 of all four roles.
    pub accounts: Vec<Account>,
    /// 医師.
    pub doctors: Vec<Doctor>,
    /// Lots, one of them expired on the day.
    pub lots: Vec<Lot>,
    /// 予約枠: 15 minutes each, 9:00–17:00, and after those one of each special kind (当日枠, 非公開, 小児用, 3回目, セット).
    pub slots: Vec<Slot>,
    /// 有効接種券.
    pub vouchers: Vec<VoucherRow>,
    /// 住民.
    pub residents: Vec<ResidentRow>,
    /// 予約.
    pub bookings: Vec<BookingRow>,
    /// Earlier doses.
    pub doses: Vec<DoseRow>,
    /// Outcomes on paper, of the day before.
    pub paper: Vec<PaperRow>,
    /// Which voucher plays which part.
    pub cast: Cast,
}

/// Makes up a municipality.
pub fn generate(options: &SampleOptions) -> Sample {
    let mut rng = Rng::with_seed(options.seed);
    let people = people::make_up(options, &mut rng);
    plan::lay_out(options, &people, &mut rng)
}

/// Finds a vaccine of the sample by its id or Japanese name: what [`crate::csvs::parse`] asks for.
pub fn product(name: &str) -> Option<ProductId> {
    match name {
        "comirnaty" | "ファイザー" => Some(ProductId::from("comirnaty")),
        "spikevax" | "モデルナ" => Some(ProductId::from("spikevax")),
        "comirnaty-5-11" | "ファイザー社(5から11歳用)" => Some(ProductId::from("comirnaty-5-11")),
        _ => None,
    }
}
