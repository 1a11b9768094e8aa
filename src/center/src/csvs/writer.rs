//! Tables as CSV bytes: all cells quoted, formulas guarded, in the encoding that the reader of the file expects.

use std::io::{self, Write};

use uketsuke_domain::text::cp932;

use super::{CsvRow, Refusal, RowError};

/// How text becomes bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextEncoding {
    /// UTF-8 without a byte order mark: what systems read.
    #[default]
    Utf8,
    /// UTF-8 with a byte order mark: what a spreadsheet opens without garbling.
    Utf8Bom,
    /// Windows' `Shift_JIS`, for older systems.
    Cp932,
}

/// How lines end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Newline {
    /// CR LF.
    #[default]
    CrLf,
    /// LF alone.
    Lf,
}

/// The form of a CSV file that goes out. The default is UTF-8 without a mark, CR LF, and 予診のみ left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// How text becomes bytes.
    pub encoding: TextEncoding,
    /// How lines end.
    pub newline: Newline,
    /// Whether an export of results holds 予診のみ too. Left out by default, for it must never count as a dose.
    pub include_prescreen: bool,
}

impl Profile {
    pub(super) fn mark(self) -> &'static [u8] {
        if self.encoding == TextEncoding::Utf8Bom { b"\xef\xbb\xbf" } else { b"" }
    }

    /// One line.
    ///
    /// # Errors
    /// The place of the first cell that the encoding can't hold, and the character that it lacks.
    pub(super) fn line<S: AsRef<str>>(self, cells: impl IntoIterator<Item = S>) -> Result<Vec<u8>, (usize, char)> {
        let mut line = Vec::new();
        for (place, cell) in cells.into_iter().enumerate() {
            let quoted = format!("\"{}\"", guard(cell.as_ref()).replace('"', "\"\""));
            if place > 0 {
                line.push(b',');
            }
            line.extend(self.bytes(quoted).map_err(|character| (place, character))?);
        }
        line.extend_from_slice(match self.newline {
            Newline::CrLf => b"\r\n",
            Newline::Lf => b"\n",
        });
        Ok(line)
    }

    fn bytes(self, text: String) -> Result<Vec<u8>, char> {
        match self.encoding {
            TextEncoding::Utf8 | TextEncoding::Utf8Bom => Ok(text.into_bytes()),
            TextEncoding::Cp932 => cp932::encode(&text).map_err(|lacking| lacking.character),
        }
    }
}

/// Writes rows of one kind, header first. Answers the rows that the encoding can't hold: they are left out, by the line
/// that they would have stood on if all had gone out, and nothing stands in for a character.
///
/// # Errors
/// The writer's own.
pub fn write<'r, R: CsvRow + 'r>(
    rows: impl IntoIterator<Item = &'r R>,
    profile: Profile,
    out: &mut dyn Write,
) -> io::Result<Vec<RowError>> {
    let mut refused = Vec::new();
    out.write_all(profile.mark())?;
    let header = profile.line(R::COLUMNS.all());
    out.write_all(&header.map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?)?;
    for (line, row) in (2..).zip(rows) {
        match profile.line(row.cells()) {
            Ok(bytes) => out.write_all(&bytes)?,
            Err((place, character)) => {
                let column = R::COLUMNS.all().nth(place).unwrap_or_default().to_owned();
                refused.push(RowError { line, column, reason: Refusal::Unmappable { character } });
            }
        }
    }
    out.flush()?;
    Ok(refused)
}

/// Whether a spreadsheet would take the cell for a formula. Full-width forms count in a Japanese one.
pub(super) fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// A cell that no spreadsheet runs as a formula.
pub(super) fn guard(cell: &str) -> String {
    if is_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use uketsuke_domain::reference::Doctor;

    use super::*;

    #[test]
    fn cells_are_quoted_and_formulas_guarded() {
        let line = Profile::default().line(["a\"b", "=1+1", "", "－5", "x-1"]).unwrap();
        assert_eq!(String::from_utf8(line).unwrap(), "\"a\"\"b\",\"'=1+1\",\"\",\"'－5\",\"x-1\"\r\n");
        let lf = Profile { newline: Newline::Lf, ..Profile::default() };
        assert_eq!(lf.line(["\tx"]).unwrap(), b"\"'\tx\"\n");
    }
    #[test]
    fn a_row_that_the_encoding_lacks_is_named_and_the_others_go_out() {
        let doctor = |id: &str, name: &str| Doctor { id: id.into(), name: name.to_owned(), venues: Vec::new() };
        let rows = [doctor("D1", "髙﨑〜"), doctor("D2", "𠮷田"), doctor("D3", "山¥田"), doctor("D4", "見本")];
        let profile = Profile { encoding: TextEncoding::Cp932, ..Profile::default() };
        let mut out = Vec::new();
        let refused = write(&rows, profile, &mut out).unwrap();
        let sentences: Vec<String> = refused.iter().map(ToString::to_string).collect();
        assert_eq!(
            sentences,
            [
                "3行目［医師名］文字「𠮷」（U+20BB7）はこの文字コードで表せません",
                "4行目［医師名］文字「¥」（U+00A5）はこの文字コードで表せません",
            ]
        );
        let text = cp932::decode(&out).unwrap();
        assert!(
            text.contains("髙﨑～") && text.contains("\"D4\"") && !text.contains("D2") && !text.contains("&#"),
            "{text}"
        );
        assert_eq!(write(&rows, Profile::default(), &mut Vec::new()).unwrap(), []);
    }
}
