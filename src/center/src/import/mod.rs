//! Imports: rows that were read become documents and facts. A file that is imported twice changes nothing.

mod facts;
mod people;
mod site;

pub use site::{decode_all, device};

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use uketsuke_domain::ids::ProductId;
use uketsuke_domain::record::DocumentId;
use uketsuke_replica::publish::Publisher;
use uketsuke_store::Tx;

use crate::centre::Centre;
use crate::csvs::rows::{BookingRow, DeviceRow, DoseRow, PaperRow, ResidentRow, VoucherRow};
use crate::csvs::{CsvRow, ImportReport, Numbered, Parsed, RowError, parse};
use uketsuke_domain::reference::{Account, Doctor, Lot, Slot, Venue};

/// Rows that share a transaction: so that a kiosk's writes are not kept waiting, and a bar can move.
const ROWS_PER_COMMIT: usize = 500;

/// The pause after each transaction: longer than a waiting writer takes to look again.
const PAUSE: Duration = Duration::from_millis(3);

/// The kinds of files, in the order in which they should come: later ones refer to earlier ones.
pub const ORDER: [&str; 11] = [
    Venue::FILE,
    Account::FILE,
    Doctor::FILE,
    Lot::FILE,
    Slot::FILE,
    VoucherRow::FILE,
    ResidentRow::FILE,
    BookingRow::FILE,
    DoseRow::FILE,
    PaperRow::FILE,
    DeviceRow::FILE,
];

/// What became of one row.
pub(crate) enum Fate {
    /// It changed something.
    Changed,
    /// All of it was here already.
    Known,
    /// It cannot be.
    Refused(RowError),
}

/// Imports one file. Its kind is its name: `venues.csv`, `bookings.csv`, …
///
/// # Errors
/// When the file as a whole is refused or the disk refuses. Refused rows are in the report.
pub fn import_file(centre: &mut Centre, path: &Path, progress: &mut dyn FnMut(usize, usize)) -> Result<ImportReport> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let kind = ORDER.iter().find(|kind| name == **kind || name.ends_with(&format!("-{kind}")));
    match kind.copied() {
        Some(Venue::FILE) => import::<Venue>(centre, &bytes, progress),
        Some(Account::FILE) => import::<Account>(centre, &bytes, progress),
        Some(Doctor::FILE) => import::<Doctor>(centre, &bytes, progress),
        Some(Lot::FILE) => import::<Lot>(centre, &bytes, progress),
        Some(Slot::FILE) => import::<Slot>(centre, &bytes, progress),
        Some(VoucherRow::FILE) => import::<VoucherRow>(centre, &bytes, progress),
        Some(ResidentRow::FILE) => import::<ResidentRow>(centre, &bytes, progress),
        Some(BookingRow::FILE) => import::<BookingRow>(centre, &bytes, progress),
        Some(DoseRow::FILE) => import::<DoseRow>(centre, &bytes, progress),
        Some(PaperRow::FILE) => import::<PaperRow>(centre, &bytes, progress),
        Some(DeviceRow::FILE) => import::<DeviceRow>(centre, &bytes, progress),
        _ => bail!(
            "{name}: the kind of file is told by its name, one of {} (or ending in -{})",
            ORDER.join(", "),
            ORDER[0]
        ),
    }
}

/// A row that can be brought in.
pub(crate) trait Import: CsvRow {
    /// What rows of this kind look up while they come in.
    type Context;

    /// Reads what rows look up, once: at the centre, and in the file itself where its rows name each other.
    fn context(centre: &Centre, rows: &[Numbered<Self>]) -> Result<Self::Context>;

    /// Whose record the row belongs to. Rows come in by record and not by line: the tables are ordered by record, and
    /// neighbours are written together (200,000 rows by line rewrote each page some forty times).
    fn record(&self) -> Option<DocumentId> {
        None
    }

    /// Brings one row in.
    fn import(row: &Numbered<Self>, context: &Self::Context, to: &mut Into<'_, '_>) -> Result<Fate>;
}

/// Where a row goes.
pub(crate) struct Into<'a, 'tx> {
    pub(crate) tx: &'a mut Tx<'tx>,
    pub(crate) publisher: &'a Publisher,
    pub(crate) now: uketsuke_domain::time::Moment,
}

fn import<R: Import>(
    centre: &mut Centre,
    bytes: &[u8],
    progress: &mut dyn FnMut(usize, usize),
) -> Result<ImportReport> {
    let settings = centre.store.settings().cloned();
    let product = |text: &str| {
        let settings = settings.as_ref()?;
        let is_it =
            |(id, product): &(&String, &uketsuke_domain::reference::Product)| *id == text || product.name == text;
        settings.products.iter().find(is_it).map(|(id, _)| ProductId(id.clone()))
    };
    let Parsed { mut rows, mut report } = parse::<R>(bytes, &product)?;
    rows.sort_by_cached_key(|row| row.row.record());
    let context = R::context(centre, &rows)?;
    let publisher = centre.publisher();
    let total = rows.len();
    for (at, batch) in rows.chunks(ROWS_PER_COMMIT).enumerate() {
        let refused = centre.store.write(|tx| -> Result<Vec<RowError>> {
            let mut refused = Vec::new();
            for row in batch {
                let mut to = Into { tx, publisher: &publisher, now: crate::clock::now() };
                match R::import(row, &context, &mut to)? {
                    Fate::Changed | Fate::Known => {}
                    Fate::Refused(error) => refused.push(error),
                }
            }
            publisher.publish(tx)?;
            Ok(refused)
        })?;
        report.accepted -= refused.len();
        report.refused.extend(refused);
        // A kiosk's news may have been waiting.
        std::thread::sleep(PAUSE);
        progress((at * ROWS_PER_COMMIT + batch.len()).min(total), total);
    }
    report.refused.sort_by_key(|error| error.line);
    Ok(report)
}
