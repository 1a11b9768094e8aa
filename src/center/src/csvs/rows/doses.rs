//! doses.csv: doses given before this system, or elsewhere.

use uketsuke_domain::code::Voucher;
use uketsuke_domain::ids::{LotNumber, ProductId};
use uketsuke_domain::time::Day;

use super::{LONGEST_NAME, or_empty};
use crate::csvs::values::{day, lot, number, product, text};
use crate::csvs::{Cells, Columns, CsvRow, Products, RowError};

/// An earlier dose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoseRow {
    /// Whose.
    pub voucher: Voucher,
    /// 接種回数, 1–9.
    pub dose: u8,
    /// 接種日.
    pub day: Day,
    /// ワクチン.
    pub product: ProductId,
    /// ロット番号, where it is known.
    pub lot: Option<LotNumber>,
    /// 会場名, where it is known: free text, it may be a place that the centre does not have.
    pub venue_name: Option<String>,
    /// 医師名, where it is known.
    pub doctor_name: Option<String>,
}

impl CsvRow for DoseRow {
    const FILE: &'static str = "doses.csv";
    const TITLE: &'static str = "接種歴";
    const COLUMNS: Columns = Columns {
        required: &["自治体番号", "接種券番号", "接種回数", "接種日", "ワクチン", "ロット番号", "会場名", "医師名"],
        optional: &[],
        key: "接種回数",
    };
    type Key = (Voucher, u8);

    fn key(&self) -> Self::Key {
        (self.voucher, self.dose)
    }

    fn read(cells: &Cells<'_>, products: Products<'_>) -> Result<Self, RowError> {
        Ok(Self {
            voucher: cells.voucher()?,
            dose: cells.required("接種回数", number(1..=9))?,
            day: cells.required("接種日", day)?,
            product: cells.required("ワクチン", product(products))?,
            lot: cells.optional("ロット番号", lot)?,
            venue_name: cells.optional("会場名", text(LONGEST_NAME))?,
            doctor_name: cells.optional("医師名", text(LONGEST_NAME))?,
        })
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.voucher.municipality.to_string(),
            self.voucher.number.to_string(),
            self.dose.to_string(),
            self.day.to_string(),
            self.product.to_string(),
            or_empty(self.lot.as_ref()),
            or_empty(self.venue_name.as_ref()),
            or_empty(self.doctor_name.as_ref()),
        ]
    }
}
