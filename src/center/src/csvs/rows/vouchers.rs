//! vouchers.csv: 有効接種券, the vouchers that are valid.

use uketsuke_domain::code::Voucher;
use uketsuke_domain::time::Day;

use crate::csvs::values::{choice, day, word};
use crate::csvs::{Cells, Columns, CsvRow, Products, RowError};

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
        optional: &[],
        key: "接種券番号",
    };
    type Key = Voucher;

    fn key(&self) -> Voucher {
        self.voucher
    }

    fn read(cells: &Cells<'_>, _: Products<'_>) -> Result<Self, RowError> {
        Ok(Self {
            voucher: cells.voucher()?,
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
        ]
    }
}
