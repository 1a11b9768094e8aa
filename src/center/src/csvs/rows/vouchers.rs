//! vouchers.csv: 有効接種券, the vouchers that are valid.

use uketsuke_domain::code::Voucher;
use uketsuke_domain::time::{Day, Moment};

use crate::csvs::values::{choice, day, voucher_number, word};
use crate::csvs::{Cells, Columns, CsvRow, Products, Refusal, RowError};

/// 接種対象区分.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TargetClass {
    /// 医療従事者.
    HealthWorker,
    /// 高齢者施設従事者.
    CareWorker,
    /// 高齢者.
    Elderly,
    /// 基礎疾患保有者.
    UnderlyingCondition,
    /// その他.
    Other,
}

const CLASSES: &[(&str, TargetClass)] = &[
    ("医療従事者", TargetClass::HealthWorker),
    ("高齢者施設従事者", TargetClass::CareWorker),
    ("高齢者", TargetClass::Elderly),
    ("基礎疾患保有者", TargetClass::UnderlyingCondition),
    ("その他", TargetClass::Other),
];
const STATES: &[(&str, bool)] = &[("有効", true), ("削除", false)];
const COUPON: &[(&str, bool)] = &[("あり", true), ("なし", false)];

/// A valid voucher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoucherRow {
    /// Municipality and number. The municipality may be another one (住所地外接種).
    pub voucher: Voucher,
    /// 生年月日.
    pub birth: Day,
    /// クーポンあり (true) or なし: decides the billing table.
    pub coupon: bool,
    /// 接種対象区分, where it is known.
    pub class: Option<TargetClass>,
    /// Whether it is valid; none where the file does not say: then it stays as it is.
    pub state: Option<VoucherState>,
    /// 再発行前の接種券番号: the number whose place this one takes.
    pub replaces: Option<Voucher>,
}

/// Whether a voucher is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoucherState {
    /// 有効, also after it was deleted by mistake.
    Valid,
    /// 削除 (転出, or registered by mistake; 004 ⑫), and the day of it where the file says so.
    Deleted(Option<Day>),
}

impl VoucherState {
    /// Whether it was deleted on a day that has not come.
    pub fn is_after(self, now: Moment) -> bool {
        matches!(self, Self::Deleted(Some(day)) if day > Day(now.day()))
    }
}

impl TargetClass {
    /// The word in files and on screens.
    pub fn word(self) -> String {
        word(CLASSES, &self)
    }
}

impl CsvRow for VoucherRow {
    const FILE: &'static str = "vouchers.csv";
    const TITLE: &'static str = "有効接種券";
    const COLUMNS: Columns = Columns {
        required: &["自治体番号", "接種券番号", "生年月日", "クーポン", "接種対象区分"],
        optional: &["状態", "削除日", "再発行前の接種券番号"],
        key: "接種券番号",
    };
    type Key = Voucher;

    fn key(&self) -> Voucher {
        self.voucher
    }

    fn read(cells: &Cells<'_>, _: Products<'_>) -> Result<Self, RowError> {
        let voucher = cells.voucher()?;
        let replaces =
            cells.optional("再発行前の接種券番号", voucher_number)?.map(|number| Voucher { number, ..voucher });
        if replaces == Some(voucher) {
            return Err(cells.refuse("再発行前の接種券番号", Refusal::SameNumber));
        }
        Ok(Self {
            voucher,
            state: state(cells)?,
            replaces,
            birth: cells.required("生年月日", day)?,
            coupon: cells.required("クーポン", choice(COUPON))?,
            class: cells.optional("接種対象区分", choice(CLASSES))?,
        })
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.voucher.municipality.to_string(),
            self.voucher.number.to_string(),
            self.birth.to_string(),
            word(COUPON, &self.coupon),
            self.class.map(TargetClass::word).unwrap_or_default(),
            self.state.map(|state| word(STATES, &matches!(state, VoucherState::Valid))).unwrap_or_default(),
            match self.state {
                Some(VoucherState::Deleted(Some(day))) => day.to_string(),
                Some(VoucherState::Deleted(None) | VoucherState::Valid) | None => String::new(),
            },
            self.replaces.map(|voucher| voucher.number.to_string()).unwrap_or_default(),
        ]
    }
}

/// 状態 and 削除日. A day alone deletes, too.
fn state(cells: &Cells<'_>) -> Result<Option<VoucherState>, RowError> {
    let valid = cells.optional("状態", choice(STATES))?;
    let deleted_on = cells.optional("削除日", day)?;
    match (valid, deleted_on) {
        (Some(true), Some(_)) => Err(cells.refuse("削除日", Refusal::ValidAndDeleted)),
        (Some(true), None) => Ok(Some(VoucherState::Valid)),
        (Some(false), day) => Ok(Some(VoucherState::Deleted(day))),
        (None, Some(day)) => Ok(Some(VoucherState::Deleted(Some(day)))),
        (None, None) => Ok(None),
    }
}
