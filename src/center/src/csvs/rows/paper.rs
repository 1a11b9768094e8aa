//! paper.csv: outcomes that were written on paper while a kiosk was out of order.

use uketsuke_domain::code::Voucher;
use uketsuke_domain::ids::{BookingNumber, Booth, DoctorId, LotNumber, ProductId, StaffCode, VenueNumber};
use uketsuke_domain::time::Moment;

use super::{or_empty, to_the_minute};
use crate::csvs::values::{choice, id, lot, moment, number, product, word};
use crate::csvs::{Cells, Columns, CsvRow, Products, RowError};

/// Whether a dose was given: 接種済み (true) or 予診のみ.
const OUTCOMES: &[(&str, bool)] = &[("接種済み", true), ("予診のみ", false)];

/// What the paper says. 予診のみ has no vaccine, so that it can't be taken for a dose.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PaperOutcome {
    /// 接種済み.
    Vaccinated {
        /// ワクチン.
        product: ProductId,
        /// ロット番号.
        lot: LotNumber,
    },
    /// 予診のみ. Vaccine and lot are not read.
    PrescreenOnly,
}

/// An outcome from paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperRow {
    /// Whose.
    pub voucher: Voucher,
    /// 会場番号.
    pub venue: VenueNumber,
    /// 接種結果.
    pub outcome: PaperOutcome,
    /// 接種回数, 1–9: of 予診のみ the dose that it would have been.
    pub dose: u8,
    /// 接種日時.
    pub at: Moment,
    /// 医師番号.
    pub doctor: DoctorId,
    /// ブース.
    pub booth: Option<Booth>,
    /// 記入者.
    pub written_by: StaffCode,
    /// 予約番号.
    pub booking: Option<BookingNumber>,
}

impl CsvRow for PaperRow {
    const FILE: &'static str = "paper.csv";
    const TITLE: &'static str = "紙の接種結果";
    const COLUMNS: Columns = Columns {
        required: &[
            "自治体番号",
            "接種券番号",
            "会場番号",
            "接種結果",
            "接種回数",
            "接種日時",
            "ワクチン",
            "ロット番号",
            "医師番号",
            "ブース",
            "記入者",
            "予約番号",
        ],
        optional: &[],
        key: "接種券番号",
    };
    type Key = (Voucher, u8, Moment, PaperOutcome);

    fn key(&self) -> Self::Key {
        (self.voucher, self.dose, self.at, self.outcome.clone())
    }

    fn read(cells: &Cells<'_>, products: Products<'_>) -> Result<Self, RowError> {
        let outcome = if cells.required("接種結果", choice(OUTCOMES))? {
            PaperOutcome::Vaccinated {
                product: cells.required("ワクチン", product(products))?,
                lot: cells.required("ロット番号", lot)?,
            }
        } else {
            PaperOutcome::PrescreenOnly
        };
        Ok(Self {
            voucher: cells.voucher()?,
            venue: cells.required("会場番号", id)?,
            outcome,
            dose: cells.required("接種回数", number(1..=9))?,
            at: cells.required("接種日時", moment)?,
            doctor: cells.required("医師番号", id)?,
            booth: cells.optional("ブース", id)?,
            written_by: cells.required("記入者", id)?,
            booking: cells.optional("予約番号", id)?,
        })
    }

    fn cells(&self) -> Vec<String> {
        let (given, product, lot) = match &self.outcome {
            PaperOutcome::Vaccinated { product, lot } => (true, product.to_string(), lot.to_string()),
            PaperOutcome::PrescreenOnly => (false, String::new(), String::new()),
        };
        vec![
            self.voucher.municipality.to_string(),
            self.voucher.number.to_string(),
            self.venue.to_string(),
            word(OUTCOMES, &given),
            self.dose.to_string(),
            to_the_minute(self.at),
            product,
            lot,
            self.doctor.to_string(),
            or_empty(self.booth.as_ref()),
            self.written_by.to_string(),
            or_empty(self.booking.as_ref()),
        ]
    }
}
