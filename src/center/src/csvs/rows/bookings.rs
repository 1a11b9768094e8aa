//! bookings.csv: 予約.

use uketsuke_domain::code::Voucher;
use uketsuke_domain::ids::{BookingNumber, SlotId, StaffCode};
use uketsuke_domain::time::Moment;

use super::{or_empty, to_the_minute};
use crate::csvs::values::{choice, id, moment, number, word};
use crate::csvs::{Cells, Columns, CsvRow, Products, RowError};

const STATES: &[(&str, bool)] = &[("予約中", false), ("キャンセル済み", true)];

/// A booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingRow {
    /// 予約番号.
    pub number: BookingNumber,
    /// Whose.
    pub voucher: Voucher,
    /// 予約枠番号.
    pub slot: SlotId,
    /// 接種回数, 1–9.
    pub dose: u8,
    /// 予約状況: キャンセル済み (true) or 予約中.
    pub cancelled: bool,
    /// 最終更新者.
    pub updated_by: Option<StaffCode>,
    /// 最終更新日時.
    pub updated_at: Option<Moment>,
}

impl CsvRow for BookingRow {
    const FILE: &'static str = "bookings.csv";
    const TITLE: &'static str = "予約";
    const COLUMNS: Columns = Columns {
        required: &[
            "予約番号",
            "自治体番号",
            "接種券番号",
            "予約枠番号",
            "接種回数",
            "予約状況",
            "最終更新者",
            "最終更新日時",
        ],
        optional: &[],
        key: "予約番号",
    };
    type Key = BookingNumber;

    fn key(&self) -> BookingNumber {
        self.number.clone()
    }

    fn read(cells: &Cells<'_>, _: Products<'_>) -> Result<Self, RowError> {
        Ok(Self {
            number: cells.required("予約番号", id)?,
            voucher: cells.voucher()?,
            slot: cells.required("予約枠番号", id)?,
            dose: cells.required("接種回数", number(1..=9))?,
            cancelled: cells.required("予約状況", choice(STATES))?,
            updated_by: cells.optional("最終更新者", id)?,
            updated_at: cells.optional("最終更新日時", moment)?,
        })
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.number.to_string(),
            self.voucher.municipality.to_string(),
            self.voucher.number.to_string(),
            self.slot.to_string(),
            self.dose.to_string(),
            word(STATES, &self.cancelled),
            or_empty(self.updated_by.as_ref()),
            self.updated_at.map(to_the_minute).unwrap_or_default(),
        ]
    }
}
