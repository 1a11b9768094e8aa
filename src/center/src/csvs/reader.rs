//! One file of one kind: header, then row by row.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use uketsuke_domain::ids::ProductId;

use super::cells::{Cells, Header};
use super::decode::{Encoding, decode, detect};
use super::records::{BadQuotes, Fields, Records};
use super::{FileRefusal, ImportReport, Notice, Numbered, Parsed, Refusal, RowError};

/// The largest file that is read: 256 MB, some four million rows.
pub const MOST_BYTES: usize = 256 * 1024 * 1024;

/// Finds the vaccine that a cell names, by its id or its Japanese name.
pub type Products<'a> = &'a dyn Fn(&str) -> Option<ProductId>;

/// The columns of a kind of file, in the order in which they are written.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    /// Headers that must be there.
    pub required: &'static [&'static str],
    /// Headers that may be there.
    pub optional: &'static [&'static str],
    /// The column to name when a row repeats another's key.
    pub key: &'static str,
}

impl Columns {
    /// All headers, the required ones first.
    pub fn all(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }
}

/// A kind of CSV file: how one row is read, written and told from another.
pub trait CsvRow: Sized {
    /// The file's name by custom ("venues.csv").
    const FILE: &'static str;
    /// What the file holds, in Japanese.
    const TITLE: &'static str;
    /// Its columns.
    const COLUMNS: Columns;
    /// What may stand only once in a file.
    type Key: Eq + Hash;

    /// This row's key.
    fn key(&self) -> Self::Key;

    /// Reads one row.
    ///
    /// # Errors
    /// The first cell that does not fit.
    fn read(cells: &Cells<'_>, products: Products<'_>) -> Result<Self, RowError>;

    /// The row's cells in the order of [`Columns::all`], in a form that [`CsvRow::read`] reads back.
    fn cells(&self) -> Vec<String>;
}

/// Reads a whole file. Good rows go in; others are refused by line. Of two rows with one key the first goes in.
///
/// # Errors
/// [`FileRefusal`] when nothing can be read from the file at all.
pub fn parse<R: CsvRow>(bytes: &[u8], products: Products<'_>) -> Result<Parsed<R>, FileRefusal> {
    check_container(bytes)?;
    let (encoding, bytes) = detect(bytes);
    let mut records = Records::new(bytes);
    let header = read_header(records.next(), encoding, &R::COLUMNS)?;
    let mut parsed = Parsed { rows: Vec::new(), report: ImportReport::default() };
    if encoding == Encoding::Cp932 {
        parsed.report.notices.push(Notice::ReadAsCp932);
    }
    parsed.report.notices.extend(header.unknown().map(|name| Notice::UnknownColumn(name.to_owned())));
    let mut seen = HashMap::new();
    for (line, fields) in records {
        let row = match to_cells(line, fields, encoding, &header) {
            Ok(cells) if cells.is_blank() => continue,
            Ok(cells) => R::read(&cells, products).and_then(|row| once(&mut seen, line, row)),
            Err(refused) => Err(refused),
        };
        match row {
            Ok(row) => parsed.rows.push(Numbered { line, row }),
            Err(refused) => parsed.report.refused.push(refused),
        }
    }
    parsed.report.accepted = parsed.rows.len();
    Ok(parsed)
}

fn check_container(bytes: &[u8]) -> Result<(), FileRefusal> {
    if bytes.len() > MOST_BYTES {
        return Err(FileRefusal::TooLarge { bytes: bytes.len() });
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(FileRefusal::Utf16);
    }
    Ok(())
}

fn read_header(
    record: Option<(u64, Result<Fields<'_>, BadQuotes>)>,
    encoding: Encoding,
    columns: &Columns,
) -> Result<Header, FileRefusal> {
    let (_, fields) = record.ok_or(FileRefusal::Empty)?;
    let fields = fields.map_err(|BadQuotes| FileRefusal::Header)?;
    let names: Option<Vec<String>> = fields.iter().map(|field| decode(encoding, field).map(Cow::into_owned)).collect();
    Header::new(&names.ok_or(FileRefusal::Header)?, columns)
}

fn to_cells<'h>(
    line: u64,
    fields: Result<Fields<'_>, BadQuotes>,
    encoding: Encoding,
    header: &'h Header,
) -> Result<Cells<'h>, RowError> {
    let whole = |reason| RowError { line, column: String::new(), reason };
    let fields = fields.map_err(|BadQuotes| whole(Refusal::Quotes))?;
    let beyond = fields.iter().skip(header.len()).any(|field| !field.is_empty());
    if beyond {
        return Err(whole(Refusal::TooManyCells { found: fields.len(), expected: header.len() }));
    }
    let mut values = Vec::with_capacity(fields.len());
    for (position, field) in fields.iter().enumerate() {
        let garbled = || RowError { line, column: header.name(position).to_owned(), reason: Refusal::Garbled };
        values.push(decode(encoding, field).ok_or_else(garbled)?.into_owned());
    }
    Ok(Cells::new(line, header, values))
}

fn once<R: CsvRow>(seen: &mut HashMap<R::Key, u64>, line: u64, row: R) -> Result<R, RowError> {
    match seen.entry(row.key()) {
        Entry::Vacant(place) => {
            place.insert(line);
            Ok(row)
        }
        Entry::Occupied(first) => {
            let reason = Refusal::Duplicate { line: *first.get() };
            Err(RowError { line, column: R::COLUMNS.key.to_owned(), reason })
        }
    }
}

#[cfg(test)]
mod tests;
