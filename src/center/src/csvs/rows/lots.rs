//! lots.csv: ワクチンのロット. An empty 会場番号 means every venue; 有効期限 may be unknown.

use uketsuke_domain::ids::{LotNumber, ProductId};
use uketsuke_domain::reference::Lot;

use super::{joined, or_empty};
use crate::csvs::values::{day, lot, product, venues};
use crate::csvs::{Cells, Columns, CsvRow, Products, RowError};

impl CsvRow for Lot {
    const FILE: &'static str = "lots.csv";
    const TITLE: &'static str = "ロット";
    const COLUMNS: Columns =
        Columns {
            required: &["ワクチン", "ロット番号", "有効期限", "会場番号"], optional: &[], key: "ロット番号"
        };
    type Key = (ProductId, LotNumber);

    fn key(&self) -> Self::Key {
        (self.product.clone(), self.number.clone())
    }

    fn read(cells: &Cells<'_>, products: Products<'_>) -> Result<Self, RowError> {
        Ok(Self {
            product: cells.required("ワクチン", product(products))?,
            number: cells.required("ロット番号", lot)?,
            expires: cells.optional("有効期限", day)?,
            venues: cells.optional("会場番号", venues)?.unwrap_or_default(),
        })
    }

    fn cells(&self) -> Vec<String> {
        let expires = or_empty(self.expires.as_ref());
        vec![self.product.to_string(), self.number.to_string(), expires, joined(&self.venues)]
    }
}
