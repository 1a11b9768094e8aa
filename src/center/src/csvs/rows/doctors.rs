//! doctors.csv: 医師. An empty 担当会場 means everywhere.

use uketsuke_domain::ids::DoctorId;
use uketsuke_domain::reference::Doctor;

use super::{LONGEST_NAME, joined};
use crate::csvs::values::{id, text, venues};
use crate::csvs::{Cells, Columns, CsvRow, Products, RowError};

impl CsvRow for Doctor {
    const FILE: &'static str = "doctors.csv";
    const TITLE: &'static str = "医師";
    const COLUMNS: Columns =
        Columns { required: &["医師番号", "医師名", "担当会場"], optional: &[], key: "医師番号" };
    type Key = DoctorId;

    fn key(&self) -> DoctorId {
        self.id.clone()
    }

    fn read(cells: &Cells<'_>, _: Products<'_>) -> Result<Self, RowError> {
        Ok(Self {
            id: cells.required("医師番号", id)?,
            name: cells.required("医師名", text(LONGEST_NAME))?,
            venues: cells.optional("担当会場", venues)?.unwrap_or_default(),
        })
    }

    fn cells(&self) -> Vec<String> {
        vec![self.id.to_string(), self.name.clone(), joined(&self.venues)]
    }
}
