//! slots.csv: 予約枠. Date and times stand in columns of their own, as in the manual (004 ⑦-2). Its columns of conditions
//! may be left out: then nobody is refused by them.

use uketsuke_domain::ids::{ProductId, SlotId, VenueNumber};
use uketsuke_domain::reference::{Audience, Conditions, DoseTarget, Slot, Visibility};
use uketsuke_domain::time::Day;

use super::LONGEST_NAME;
use crate::csvs::values::{choice, civil, id, number, product, text, word};
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
        optional: &[
            "予約枠番号",
            "区分",
            "対象接種回数",
            "接種間隔",
            "年齢下限",
            "年齢上限",
            "公開設定",
            "当日枠",
            "セット予約枠番号",
        ],
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
        let pair = cells.optional("セット予約枠番号", id)?;
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
            conditions: conditions(cells)?,
            visibility: cells.optional("公開設定", choice(VISIBILITY))?,
            same_day: cells.optional("当日枠", choice(SAME_DAY))?.unwrap_or(false),
            pair,
        })
    }

    fn cells(&self) -> Vec<String> {
        let (date, start, end) = (self.day.0, self.start_minute, self.end_minute);
        let given = self.conditions;
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
            given.map(|given| word(AUDIENCES, &given.audience)).unwrap_or_default(),
            given.map(|given| word(TARGETS, &given.doses)).unwrap_or_default(),
            figure(given.and_then(|given| given.months)),
            figure(given.and_then(|given| given.min_age)),
            figure(given.and_then(|given| given.max_age)),
            self.visibility.map(|visibility| word(VISIBILITY, &visibility)).unwrap_or_default(),
            word(SAME_DAY, &self.same_day),
            self.pair.as_ref().map(ToString::to_string).unwrap_or_default(),
        ]
    }
}

const AUDIENCES: &[(&str, Audience)] = &[("大人用", Audience::Adult), ("小児用", Audience::Child)];
const TARGETS: &[(&str, DoseTarget)] =
    &[("1-2", DoseTarget::FirstAndSecond), ("3", DoseTarget::Third), ("4", DoseTarget::Fourth)];
const VISIBILITY: &[(&str, Visibility)] =
    &[("公開", Visibility::Public), ("非公開", Visibility::StaffOnly), ("受付停止", Visibility::Closed)];
const SAME_DAY: &[(&str, bool)] = &[("なし", false), ("あり", true)];

fn figure(value: Option<u8>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// The conditions, if any column of them says something.
fn conditions(cells: &Cells<'_>) -> Result<Option<Conditions>, RowError> {
    let audience = cells.optional("区分", choice(AUDIENCES))?;
    let doses = cells.optional("対象接種回数", choice(TARGETS))?;
    let months = cells.optional("接種間隔", number(0..=24))?;
    let min_age = cells.optional("年齢下限", number(0..=120))?;
    let max_age = cells.optional("年齢上限", number(0..=120))?;
    let says = audience.is_some() || doses.is_some() || months.or(min_age).or(max_age).is_some();
    Ok(says.then(|| Conditions {
        audience: audience.unwrap_or_default(),
        doses: doses.unwrap_or_default(),
        months,
        min_age,
        max_age,
    }))
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
