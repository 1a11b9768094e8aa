//! What became of a file.

use std::fmt;

use super::{Refusal, RowError};

/// A row with the line that it stood on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered<T> {
    /// The line as a text editor counts it: the header is line 1.
    pub line: u64,
    /// The row.
    pub row: T,
}

/// Something to tell that refused nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A column that this kind of file does not have: its cells were not read.
    UnknownColumn(String),
    /// The file was read as CP932 (`Shift_JIS`), not as UTF-8.
    ReadAsCp932,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownColumn(name) => write!(f, "列「{name}」は使わない列なので読みませんでした"),
            Self::ReadAsCp932 => f.write_str("文字コードを Shift_JIS（CP932）として読みました"),
        }
    }
}

/// How an import went. `Display` is what the command line prints: one line for each refused row.
///
/// Refusals quote cells, so a report is for the person who imports and not for a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// How many rows went in.
    pub accepted: usize,
    /// The rows that did not, in the order of the file.
    pub refused: Vec<RowError>,
    /// What else there is to tell.
    pub notices: Vec<Notice>,
}

impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "取り込んだ行: {}　取り込めなかった行: {}", self.accepted, self.refused.len())?;
        self.refused.iter().try_for_each(|refused| writeln!(f, "  {refused}"))?;
        self.notices.iter().try_for_each(|notice| writeln!(f, "  お知らせ: {notice}"))
    }
}

/// The rows that went in, and the report on all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<T> {
    /// The good rows, in the order of the file.
    pub rows: Vec<Numbered<T>>,
    /// What became of the file.
    pub report: ImportReport,
}

impl<T> Parsed<T> {
    /// Refuses the rows that don't fit what the centre holds ("no such venue"), which a file alone can't tell.
    ///
    /// `check` gives the column's header and the reason for a row to refuse.
    pub fn check(&mut self, mut check: impl FnMut(&T) -> Result<(), (&'static str, Refusal)>) {
        let mut refused = Vec::new();
        self.rows.retain(|numbered| match check(&numbered.row) {
            Ok(()) => true,
            Err((column, reason)) => {
                refused.push(RowError { line: numbered.line, column: column.to_owned(), reason });
                false
            }
        });
        self.report.refused.append(&mut refused);
        self.report.refused.sort_by_key(|refused| refused.line);
        self.report.accepted = self.rows.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_the_centre_can_not_place_are_refused_in_the_order_of_the_file() {
        let rows = (2..=4).map(|line| Numbered { line, row: line }).collect();
        let earlier = RowError { line: 5, column: "会場名".to_owned(), reason: Refusal::Empty };
        let report = ImportReport { accepted: 3, refused: vec![earlier], notices: vec![Notice::ReadAsCp932] };
        let mut parsed = Parsed { rows, report };
        parsed.check(|row| match row {
            3 => Err(("会場番号", Refusal::UnknownReference { what: "会場", found: "009".to_owned() })),
            _ => Ok(()),
        });
        assert_eq!(parsed.rows.iter().map(|numbered| numbered.row).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(
            parsed.report.to_string(),
            "取り込んだ行: 2　取り込めなかった行: 2\n  \
             3行目［会場番号］「009」という会場は登録されていません\n  \
             5行目［会場名］空欄です。値を入力してください\n  \
             お知らせ: 文字コードを Shift_JIS（CP932）として読みました\n"
        );
    }
}
