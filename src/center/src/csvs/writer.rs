//! Tables as CSV bytes: all cells quoted, formulas guarded, in the encoding that the reader of the file expects.

use std::io::{self, Write};

use encoding_rs::SHIFT_JIS;

use super::CsvRow;

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

    /// One line. The error is the first character that the encoding lacks.
    pub(super) fn line<S: AsRef<str>>(self, cells: impl IntoIterator<Item = S>) -> Result<Vec<u8>, char> {
        let quoted: Vec<String> =
            cells.into_iter().map(|cell| format!("\"{}\"", guard(cell.as_ref()).replace('"', "\"\""))).collect();
        let end = match self.newline {
            Newline::CrLf => "\r\n",
            Newline::Lf => "\n",
        };
        let line = quoted.join(",") + end;
        if self.encoding == TextEncoding::Cp932 { to_cp932(&line) } else { Ok(line.into_bytes()) }
    }
}

/// Writes rows of one kind, header first.
///
/// # Errors
/// The writer's own, and `InvalidData` with the character when CP932 lacks one.
pub fn write<'r, R: CsvRow + 'r>(
    rows: impl IntoIterator<Item = &'r R>,
    profile: Profile,
    out: &mut dyn Write,
) -> io::Result<()> {
    let unmappable = |character| io::Error::new(io::ErrorKind::InvalidData, super::Refusal::Unmappable { character });
    out.write_all(profile.mark())?;
    out.write_all(&profile.line(R::COLUMNS.all()).map_err(unmappable)?)?;
    for row in rows {
        out.write_all(&profile.line(row.cells()).map_err(unmappable)?)?;
    }
    out.flush()
}

/// Whether a spreadsheet would take the cell for a formula. Full-width forms count in a Japanese one.
pub(super) fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// A cell that no spreadsheet runs as a formula.
pub(super) fn guard(cell: &str) -> String {
    if is_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// CP932 bytes. Three look-alikes are mapped first (shared domain facts, §8.1); the error is the first character left
/// without a byte. Yen sign and overline would become `\` and `~`: they count as lacking.
fn to_cp932(text: &str) -> Result<Vec<u8>, char> {
    let mapped: String = text
        .chars()
        .map(|c| match c {
            '\u{301c}' => '\u{ff5e}',
            '\u{2014}' => '\u{2015}',
            '\u{2212}' => '\u{ff0d}',
            other => other,
        })
        .collect();
    let lacks = |c: &char| matches!(c, '\u{a5}' | '\u{203e}') || SHIFT_JIS.encode(c.encode_utf8(&mut [0; 4])).2;
    let (bytes, _, _) = SHIFT_JIS.encode(&mapped);
    mapped.chars().find(lacks).map_or_else(|| Ok(bytes.into_owned()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_formulas_guarded() {
        let line = Profile::default().line(["a\"b", "=1+1", "", "－5", "x-1"]).unwrap();
        assert_eq!(String::from_utf8(line).unwrap(), "\"a\"\"b\",\"'=1+1\",\"\",\"'－5\",\"x-1\"\r\n");
        let lf = Profile { newline: Newline::Lf, ..Profile::default() };
        assert_eq!(lf.line(["\tx"]).unwrap(), b"\"'\tx\"\n");
    }

    #[test]
    fn look_alikes_are_mapped_and_the_rest_is_named() {
        assert_eq!(to_cp932("〜—髙﨑").unwrap(), b"\x81\x60\x81\x5c\xfb\xfc\xfa\xb1");
        for lacking in ['𠮷', '¥', '‾', '\u{e0100}', '😀'] {
            assert_eq!(to_cp932(&format!("山{lacking}田")), Err(lacking));
        }
    }
}
