//! The sample as files.

use std::io;
use std::path::{Path, PathBuf};

use uketsuke_domain::code::Voucher;

use super::sheet::{Sheet, SheetError};
use super::{MUNICIPALITY_NAME, Member, Sample};
use crate::csvs::rows::DeviceRow;
use crate::csvs::{self, CsvRow, Profile};

/// How many of those booked here get a sheet; of every other part one does.
const SHEETS_OF_BOOKED: usize = 12;

/// Why the sample could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A file or folder.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A voucher sheet.
    #[error(transparent)]
    Sheet(#[from] SheetError),
}

/// Writes all CSV files, `cast.json` and `sheets/*.png` into a folder, which is made if need be. `devices.csv` has its
/// header alone: real devices bring real keys.
///
/// # Errors
/// The first file that could not be written. `progress` hears every file's name once it is there.
pub fn write(sample: &Sample, folder: &Path, progress: &mut dyn FnMut(&str)) -> Result<(), WriteError> {
    let sheets = folder.join("sheets");
    std::fs::create_dir_all(&sheets).map_err(|error| WriteError::File { path: sheets.clone(), error })?;
    let mut put = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).map_err(|error| WriteError::File { path, error })?;
        progress(name);
        Ok::<(), WriteError>(())
    };
    for (name, bytes) in tables(sample) {
        put(name, &bytes.map_err(|error| WriteError::File { path: folder.join(name), error })?)?;
    }
    let cast = serde_json::to_vec_pretty(&sample.cast).map_err(io::Error::from);
    put("cast.json", &cast.map_err(|error| WriteError::File { path: folder.join("cast.json"), error })?)?;
    for (name, member) in chosen(sample) {
        put(&format!("sheets/{name}.png"), &sheet_of(sample, member).to_png()?)?;
    }
    Ok(())
}

fn tables(sample: &Sample) -> [(&'static str, io::Result<Vec<u8>>); 11] {
    [
        table(&sample.venues),
        table(&sample.accounts),
        table(&sample.doctors),
        table(&sample.lots),
        table(&sample.slots),
        table(&sample.vouchers),
        table(&sample.residents),
        table(&sample.bookings),
        table(&sample.doses),
        table(&sample.paper),
        table::<DeviceRow>(&[]),
    ]
}

fn table<R: CsvRow>(rows: &[R]) -> (&'static str, io::Result<Vec<u8>>) {
    let mut bytes = Vec::new();
    // UTF-8 holds every character, so no row is refused.
    (R::FILE, csvs::write(rows, Profile::default(), &mut bytes).map(|_| bytes))
}

/// Whose sheets are drawn, with the files' names.
fn chosen(sample: &Sample) -> impl Iterator<Item = (String, &Member)> {
    sample.cast.parts().into_iter().flat_map(|(part, members)| {
        let most = if part == "booked_here" { SHEETS_OF_BOOKED } else { 1 };
        members.iter().take(most).enumerate().map(move |(index, member)| (format!("{part}-{:02}", index + 1), member))
    })
}

/// The sheet of a member of the cast.
fn sheet_of(sample: &Sample, member: &Member) -> Sheet {
    let own = sample.cast.booked_here.first().is_none_or(|first| first.municipality == member.municipality);
    let issuer = if own { MUNICIPALITY_NAME } else { "となり見本市" };
    Sheet {
        voucher: Voucher { municipality: member.municipality, number: member.number },
        issuer: issuer.to_owned(),
        name: member.name.clone(),
        birth: Some(member.birth),
        kinds: super::sheet::Kinds::default(),
    }
}
