//! accounts.csv: 職員. An empty 担当会場 means the whole municipality, for 管理者 and コールセンター一般. Those who work at a
//! venue are told of which.

use uketsuke_domain::ids::StaffCode;
use uketsuke_domain::reference::{Account, Role};

use super::{LONGEST_NAME, joined};
use crate::csvs::values::{choice, id, text, venues, word};
use crate::csvs::{Cells, Columns, CsvRow, Products, RowError};

const ROLES: &[(&str, Role)] = &[
    ("管理者", Role::Administrator),
    ("コールセンター一般", Role::CallCentre),
    ("会場責任者", Role::VenueManager),
    ("会場一般", Role::VenueStaff),
];

impl CsvRow for Account {
    const FILE: &'static str = "accounts.csv";
    const TITLE: &'static str = "職員";
    const COLUMNS: Columns =
        Columns {
            required: &["職員コード", "名前", "権限", "担当会場"], optional: &[], key: "職員コード"
        };
    type Key = StaffCode;

    fn key(&self) -> StaffCode {
        self.code.clone()
    }

    fn read(cells: &Cells<'_>, _: Products<'_>) -> Result<Self, RowError> {
        let role = cells.required("権限", choice(ROLES))?;
        let venues = match role {
            Role::VenueStaff | Role::VenueManager => cells.required("担当会場", venues)?,
            Role::CallCentre | Role::Administrator => cells.optional("担当会場", venues)?.unwrap_or_default(),
        };
        Ok(Self {
            code: cells.required("職員コード", id)?,
            name: cells.required("名前", text(LONGEST_NAME))?,
            role,
            venues,
        })
    }

    fn cells(&self) -> Vec<String> {
        vec![self.code.to_string(), self.name.clone(), word(ROLES, &self.role), joined(&self.venues)]
    }
}
