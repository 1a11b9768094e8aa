//! slots.csv: 予約枠. Date and times stand in columns of their own, as in the seed (004 ⑦-2).

use uketsuke_domain::ids::{ProductId, SlotId, VenueNumber};
use uketsuke_domain::reference::Slot;
use uketsuke_domain::time::Day;

use super::LONGEST_NAME;
use crate::csvs::values::{civil, id, number, product, text};
use crate::csvs::{Cells, Columns, CsvRow, Products, Refusal, RowError};

impl CsvRow for Slot {
    const FILE: &'static str = "slots.csv";
    const TITLE: &'static str = "予約枠";
    const COLUMNS: Columns = Columns {
        required: &[
            "予約枠名",
            "会場番号",
            "ワクチン",
            "予約開始年",
            "予約開始月",
            "予約開始日",
            "予約開始時間",
            "予約開始分",
            "予約終了時間",
            "予約終了分",
            "予約数",
        ],
        optional: &["予約枠番号"],
        key: "予約枠番号",
    };
    type Key = SlotId;

    fn key(&self) -> SlotId {
        self.id.clone()
    }

    fn read(cells: &Cells<'_>, products: Products<'_>) -> Result<Self, RowError> {
        let name = cells.required("予約枠名", text(LONGEST_NAME))?;
        let venue: VenueNumber = cells.required("会場番号", id)?;
        let product = cells.required("ワクチン", product(products))?;
        let day = read_day(cells)?;
        let start_minute = read_minute(cells, "予約開始時間", "予約開始分", 1439)?;
        let end_minute = read_minute(cells, "予約終了時間", "予約終了分", 1440)?;
        if end_minute <= start_minute {
            return Err(cells.refuse("予約終了時間", Refusal::EndsBeforeStart));
        }
        let capacity = cells.required("予約数", number(0..=u32::from(u16::MAX)))?;
        let id = cells.optional("予約枠番号", id)?.unwrap_or_else(|| slot_id(&venue, day, start_minute, &product));
        Ok(Self {
            id,
            name,
            venue,
            day,
            start_minute,
            end_minute,
            product,
            capacity,
            conditions: None,
            visibility: None,
            same_day: false,
            pair: None,
        })
    }

    fn cells(&self) -> Vec<String> {
        let (date, start, end) = (self.day.0, self.start_minute, self.end_minute);
        vec![
            self.name.clone(),
            self.venue.to_string(),
            self.product.to_string(),
            date.year().to_string(),
            date.month().to_string(),
            date.day().to_string(),
            (start / 60).to_string(),
            (start % 60).to_string(),
            (end / 60).to_string(),
            (end % 60).to_string(),
            self.capacity.to_string(),
            self.id.to_string(),
        ]
    }
}

/// The id of a slot that the file gives none: `{会場}-{YYYYMMDD}-{HHMM}-{vaccine}`.
pub(crate) fn slot_id(venue: &VenueNumber, day: Day, start_minute: u16, product: &ProductId) -> SlotId {
    let (hour, minute) = (start_minute / 60, start_minute % 60);
    SlotId(format!("{venue}-{}-{hour:02}{minute:02}-{product}", day.0.strftime("%Y%m%d")))
}

fn read_day(cells: &Cells<'_>) -> Result<Day, RowError> {
    let year = cells.required("予約開始年", number(1900..=2100))?;
    let month = cells.required("予約開始月", number(1..=12))?;
    let day = cells.required("予約開始日", number(1..=31))?;
    civil(year, month, day).map_err(|reason| cells.refuse("予約開始日", reason))
}

/// Minutes after midnight from an hour and a minute.
fn read_minute(cells: &Cells<'_>, hour: &str, minute: &str, most: u16) -> Result<u16, RowError> {
    let of_hour: u16 = cells.required(hour, number(0..=24))?;
    let of_minute: u16 = cells.required(minute, number(0..=59))?;
    let total = of_hour * 60 + of_minute;
    if total > most {
        let found = format!("{of_hour}:{of_minute:02}");
        let reason = Refusal::OutOfRange { found, least: 0, most: u32::from(most) / 60 };
        return Err(cells.refuse(hour, reason));
    }
    Ok(total)
}
