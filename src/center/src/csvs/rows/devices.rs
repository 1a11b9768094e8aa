//! devices.csv: 端末, the kiosks that may connect.

use std::fmt::Write as _;

use uketsuke_domain::ids::VenueNumber;
use uketsuke_domain::screen::Station;

use super::LONGEST_NAME;
use crate::csvs::values::{choice, id, key, text, word};
use crate::csvs::{Cells, Columns, CsvRow, Products, RowError};

const STATIONS: &[(&str, Station)] = &[
    ("entrance-self", Station::EntranceSelf),
    ("entrance-staffed", Station::EntranceStaffed),
    ("certificate-desk", Station::CertificateDesk),
    ("manager", Station::Manager),
];

/// A device. One public key is one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRow {
    /// 端末名, as people call it.
    pub name: String,
    /// 公開鍵: the bytes of an Ed25519 key. Whether they are a key is for the owner of the keys to say.
    pub public_key: [u8; 32],
    /// 会場番号.
    pub venue: VenueNumber,
    /// 受付種別.
    pub station: Station,
}

impl CsvRow for DeviceRow {
    const FILE: &'static str = "devices.csv";
    const TITLE: &'static str = "端末";
    const COLUMNS: Columns =
        Columns {
            required: &["端末名", "公開鍵", "会場番号", "受付種別"], optional: &[], key: "公開鍵"
        };
    type Key = [u8; 32];

    fn key(&self) -> [u8; 32] {
        self.public_key
    }

    fn read(cells: &Cells<'_>, _: Products<'_>) -> Result<Self, RowError> {
        Ok(Self {
            name: cells.required("端末名", text(LONGEST_NAME))?,
            public_key: cells.required("公開鍵", key)?,
            venue: cells.required("会場番号", id)?,
            station: cells.required("受付種別", choice(STATIONS))?,
        })
    }

    fn cells(&self) -> Vec<String> {
        let hex = self.public_key.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        vec![self.name.clone(), hex, self.venue.to_string(), word(STATIONS, &self.station)]
    }
}
