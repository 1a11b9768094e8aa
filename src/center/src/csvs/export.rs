//! The results of vaccination for another system: the profile 「VRS互換風」, one row for each dose.
//!
//! The real upload layout of VRS is not public; names and widths of the columns are those of its *output*
//! (shared domain facts, §2.1 and §2.2). Compatibility is not claimed.

use std::io::{self, Write};

use uketsuke_domain::code::Voucher;
use uketsuke_domain::time::{Day, Moment};

use super::writer::guard;
use super::{Profile, Refusal};

/// The headers, in order.
pub const COLUMNS: [&str; 10] = [
    "自治体コード",
    "券番号",
    "接種回",
    "接種状況",
    "接種日",
    "会場名",
    "医師名",
    "メーカー",
    "ロット番号",
    "登録日時",
];

/// The columns that have a greatest width, in characters.
const WIDTHS: [(&str, usize); 4] = [("会場名", 30), ("医師名", 20), ("メーカー", 20), ("ロット番号", 20)];

/// 接種状況.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultStatus {
    /// 接種済.
    Vaccinated,
    /// 予診のみ: no dose.
    PrescreenOnly,
}

/// One outcome as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultRow {
    /// 自治体コード and 券番号: the row's key together with the dose.
    pub voucher: Voucher,
    /// 接種回.
    pub dose: u8,
    /// 接種状況.
    pub status: ResultStatus,
    /// 接種日.
    pub day: Day,
    /// 会場名, up to 30 characters.
    pub venue: String,
    /// 医師名, up to 20 characters.
    pub doctor: String,
    /// メーカー, up to 20 characters: the text that the receiving system expects (「ファイザー」).
    pub maker: String,
    /// ロット番号, up to 20 characters.
    pub lot: String,
    /// 登録日時.
    pub recorded_at: Moment,
}

/// A row that was left out, by its number and key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedResult {
    /// Which of the results it is, the first being 1.
    pub number: usize,
    /// Whose outcome.
    pub voucher: Voucher,
    /// 接種回.
    pub dose: u8,
    /// The column.
    pub column: &'static str,
    /// Why.
    pub reason: Refusal,
}

impl std::fmt::Display for RefusedResult {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}件目 {} {}回目［{}］{}", self.number, self.voucher, self.dose, self.column, self.reason)
    }
}

/// What went out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// How many rows were written.
    pub rows: usize,
    /// How many 予診のみ the profile leaves out.
    pub left_out: usize,
    /// The rows that could not be written as they are. Nothing is cut or replaced silently.
    pub refused: Vec<RefusedResult>,
}

/// Why an export broke off.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file or connection did not take the bytes: what was written is incomplete.
    #[error("書き出しが途中で止まりました: {0}")]
    Io(#[from] io::Error),
}

/// Writes results, header first.
///
/// # Errors
/// [`ExportError::Io`] alone; a row that does not fit is in [`Written::refused`], and the others are written.
pub fn write_results<'r>(
    rows: impl IntoIterator<Item = &'r ResultRow>,
    profile: Profile,
    out: &mut dyn Write,
) -> Result<Written, ExportError> {
    let mut written = Written::default();
    out.write_all(profile.mark())?;
    out.write_all(&profile.line(COLUMNS).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?)?;
    for (number, row) in (1..).zip(rows) {
        if row.status == ResultStatus::PrescreenOnly && !profile.include_prescreen {
            written.left_out += 1;
            continue;
        }
        match to_line(row, profile) {
            Ok(line) => {
                out.write_all(&line)?;
                written.rows += 1;
            }
            Err((column, reason)) => {
                let (voucher, dose) = (row.voucher, row.dose);
                written.refused.push(RefusedResult { number, voucher, dose, column, reason });
            }
        }
    }
    out.flush()?;
    Ok(written)
}

fn to_line(row: &ResultRow, profile: Profile) -> Result<Vec<u8>, (&'static str, Refusal)> {
    let cells = to_cells(row);
    for (column, cell) in COLUMNS.into_iter().zip(&cells) {
        check(column, cell).map_err(|reason| (column, reason))?;
    }
    profile.line(&cells).map_err(|(place, character)| {
        (COLUMNS.get(place).copied().unwrap_or_default(), Refusal::Unmappable { character })
    })
}

/// Widths count what is written: with the mark that guards against formulas.
fn check(column: &str, cell: &str) -> Result<(), Refusal> {
    if let Some(character) = cell.chars().find(|c| c.is_control()) {
        return Err(Refusal::Control { character });
    }
    let found = guard(cell).chars().count();
    match WIDTHS.iter().find(|(name, _)| *name == column) {
        Some(&(_, most)) if found > most => Err(Refusal::TooLong { found, most }),
        _ => Ok(()),
    }
}

fn to_cells(row: &ResultRow) -> [String; 10] {
    let status = match row.status {
        ResultStatus::Vaccinated => "接種済",
        ResultStatus::PrescreenOnly => "予診のみ",
    };
    [
        row.voucher.municipality.to_string(),
        row.voucher.number.to_string(),
        row.dose.to_string(),
        status.to_owned(),
        row.day.0.strftime("%Y%m%d").to_string(),
        row.venue.clone(),
        row.doctor.clone(),
        row.maker.clone(),
        row.lot.clone(),
        fourteen_digits(row.recorded_at),
    ]
}

/// `YYYYMMDDHHMMSS` in Japan.
fn fourteen_digits(at: Moment) -> String {
    let time = at.time_of_day();
    // The offset of Japan is whole hours, so the seconds of a minute are those of UTC.
    let seconds = at.0.rem_euclid(60_000) / 1000;
    format!("{}{:02}{:02}{seconds:02}", at.day().strftime("%Y%m%d"), time.hour(), time.minute())
}

#[cfg(test)]
mod tests;
