//! One row's cells, found by the header's names.

use uketsuke_domain::code::Voucher;

use super::values::{self, fold};
use super::{Columns, FileRefusal, Refusal, RowError};

/// The header line: which known column stands where.
#[derive(Debug)]
pub(super) struct Header {
    names: Vec<String>,
    known: Vec<(&'static str, usize)>,
}

impl Header {
    /// Names are compared trimmed and without the difference between full and half width.
    pub(super) fn new(names: &[String], columns: &Columns) -> Result<Self, FileRefusal> {
        let names: Vec<String> = names.iter().map(|name| fold(name)).collect();
        let mut known = Vec::new();
        for column in columns.all() {
            let wanted = fold(column);
            let mut places = names.iter().enumerate().filter(|(_, name)| **name == wanted);
            if let Some((position, _)) = places.next() {
                known.push((column, position));
            }
            if places.next().is_some() {
                return Err(FileRefusal::RepeatedColumn { name: column.to_owned() });
            }
        }
        let is_known = |column: &&str| known.iter().any(|(name, _)| name == column);
        let missing: Vec<String> =
            columns.required.iter().filter(|column| !is_known(column)).map(|&column| column.to_owned()).collect();
        if missing.is_empty() {
            Ok(Self { names, known })
        } else {
            let found = names.into_iter().filter(|name| !name.is_empty()).collect();
            Err(FileRefusal::MissingColumns { missing, found })
        }
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// The header over a cell; empty beyond the last.
    pub(super) fn name(&self, position: usize) -> &str {
        self.names.get(position).map_or("", String::as_str)
    }

    /// Headers that this kind of file does not have; those without any text are left out.
    pub(super) fn unknown(&self) -> impl Iterator<Item = &str> {
        let is_known = |position| self.known.iter().any(|(_, known)| *known == position);
        self.names
            .iter()
            .enumerate()
            .filter(move |(at, name)| !is_known(*at) && !name.is_empty())
            .map(|(_, n)| n.as_str())
    }

    fn position(&self, column: &str) -> Option<usize> {
        self.known.iter().find(|(name, _)| *name == column).map(|(_, position)| *position)
    }
}

/// One row's cells. What a cell holds is read by the functions of `values`.
#[derive(Debug)]
pub struct Cells<'h> {
    line: u64,
    header: &'h Header,
    values: Vec<String>,
}

impl<'h> Cells<'h> {
    pub(super) fn new(line: u64, header: &'h Header, values: Vec<String>) -> Self {
        Self { line, header, values }
    }

    /// Whether every cell is empty: a row that a spreadsheet left behind.
    pub(super) fn is_blank(&self) -> bool {
        self.values.iter().all(|value| value.trim().is_empty())
    }

    /// The cell, trimmed and without the mark that guards against formulas; empty when the row or file lacks it.
    fn raw(&self, column: &str) -> &str {
        let value = self.header.position(column).and_then(|at| self.values.get(at)).map_or("", |value| value.trim());
        value.strip_prefix('\'').filter(|rest| super::writer::is_formula(rest)).unwrap_or(value)
    }

    /// Refuses this row.
    pub fn refuse(&self, column: &str, reason: Refusal) -> RowError {
        RowError { line: self.line, column: column.to_owned(), reason }
    }

    /// Reads a cell that must hold something.
    ///
    /// # Errors
    /// The row is refused when the cell is empty or `read` refuses it.
    pub fn required<T>(&self, column: &str, read: impl Fn(&str) -> Result<T, Refusal>) -> Result<T, RowError> {
        self.optional(column, read)?.ok_or_else(|| self.refuse(column, Refusal::Empty))
    }

    /// Reads a cell that may be empty.
    ///
    /// # Errors
    /// The row is refused when `read` refuses the cell.
    pub fn optional<T>(&self, column: &str, read: impl Fn(&str) -> Result<T, Refusal>) -> Result<Option<T>, RowError> {
        let text = self.raw(column);
        if text.is_empty() {
            return Ok(None);
        }
        let checked = values::visible(text).and_then(|()| read(text));
        checked.map(Some).map_err(|reason| self.refuse(column, reason))
    }

    /// Reads 自治体番号 and 接種券番号, a person's key.
    ///
    /// # Errors
    /// The row is refused when one of the two does not fit.
    pub fn voucher(&self) -> Result<Voucher, RowError> {
        Ok(Voucher {
            municipality: self.required("自治体番号", values::municipality)?,
            number: self.required("接種券番号", values::voucher_number)?,
        })
    }
}
