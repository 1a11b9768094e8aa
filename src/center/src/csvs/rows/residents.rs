//! residents.csv: 住民. Every name may be missing; number and birth date are the minimum.

use std::fmt;

use uketsuke_domain::code::Voucher;
use uketsuke_domain::time::Day;

use super::{LONGEST_NAME, or_empty};
use crate::csvs::values::{code, day, text};
use crate::csvs::{Cells, Columns, CsvRow, Products, RowError};

/// The longest 住所, in characters.
const LONGEST_ADDRESS: usize = 200;

/// A resident. Names are kept letter for letter as the file has them.
#[derive(Clone, PartialEq, Eq)]
pub struct ResidentRow {
    /// Municipality and number.
    pub voucher: Voucher,
    /// 生年月日.
    pub birth: Day,
    /// 姓.
    pub family: Option<String>,
    /// 名.
    pub given: Option<String>,
    /// セイ.
    pub family_kana: Option<String>,
    /// メイ.
    pub given_kana: Option<String>,
    /// 電話番号.
    pub phone: Option<String>,
    /// 住所.
    pub address: Option<String>,
    /// 利用者コード: who books for this resident.
    pub registrant: Option<String>,
}

impl fmt::Debug for ResidentRow {
    /// Names and addresses stay out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResidentRow").field("voucher", &self.voucher).finish_non_exhaustive()
    }
}

impl CsvRow for ResidentRow {
    const FILE: &'static str = "residents.csv";
    const TITLE: &'static str = "住民";
    const COLUMNS: Columns = Columns {
        required: &["自治体番号", "接種券番号", "生年月日"],
        optional: &["姓", "名", "セイ", "メイ", "電話番号", "住所", "利用者コード"],
        key: "接種券番号",
    };
    type Key = Voucher;

    fn key(&self) -> Voucher {
        self.voucher
    }

    fn read(cells: &Cells<'_>, _: Products<'_>) -> Result<Self, RowError> {
        let name = text(LONGEST_NAME);
        Ok(Self {
            voucher: cells.voucher()?,
            birth: cells.required("生年月日", day)?,
            family: cells.optional("姓", &name)?,
            given: cells.optional("名", &name)?,
            family_kana: cells.optional("セイ", &name)?,
            given_kana: cells.optional("メイ", &name)?,
            phone: cells.optional("電話番号", code)?,
            address: cells.optional("住所", text(LONGEST_ADDRESS))?,
            registrant: cells.optional("利用者コード", code)?,
        })
    }

    fn cells(&self) -> Vec<String> {
        let texts = [
            &self.family,
            &self.given,
            &self.family_kana,
            &self.given_kana,
            &self.phone,
            &self.address,
            &self.registrant,
        ];
        let key = [self.voucher.municipality.to_string(), self.voucher.number.to_string(), self.birth.to_string()];
        key.into_iter().chain(texts.into_iter().map(|text| or_empty(text.as_ref()))).collect()
    }
}
