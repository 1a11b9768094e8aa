//! venues.csv: 会場.

use uketsuke_domain::ids::VenueNumber;
use uketsuke_domain::reference::Venue;

use super::LONGEST_NAME;
use crate::csvs::values::{choice, id, text, word};
use crate::csvs::{Cells, Columns, CsvRow, Products, RowError};

const KINDS: &[(&str, bool)] = &[("集団", true), ("個別", false)];
const VISIBILITY: &[(&str, bool)] = &[("公開", true), ("非公開", false)];

impl CsvRow for Venue {
    const FILE: &'static str = "venues.csv";
    const TITLE: &'static str = "会場";
    const COLUMNS: Columns =
        Columns {
            required: &["会場番号", "会場名", "エリア", "種別", "公開設定"], optional: &[], key: "会場番号"
        };
    type Key = VenueNumber;

    fn key(&self) -> VenueNumber {
        self.number.clone()
    }

    fn read(cells: &Cells<'_>, _: Products<'_>) -> Result<Self, RowError> {
        Ok(Self {
            number: cells.required("会場番号", id)?,
            name: cells.required("会場名", text(LONGEST_NAME))?,
            area: cells.optional("エリア", text(LONGEST_NAME))?.unwrap_or_default(),
            mass: cells.required("種別", choice(KINDS))?,
            public: cells.required("公開設定", choice(VISIBILITY))?,
        })
    }

    fn cells(&self) -> Vec<String> {
        let (kind, visibility) = (word(KINDS, &self.mass), word(VISIBILITY, &self.public));
        vec![self.number.to_string(), self.name.clone(), self.area.clone(), kind, visibility]
    }
}
