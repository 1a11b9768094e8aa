//! CSV files: what a municipality brings in, and what it takes out.
//!
//! [`parse`] reads one file of one kind ([`rows`]): every good row goes in, every other is refused with its line, its
//! column and a reason that a clerk can act on. [`write`] writes the same kinds for the downloads, [`export`] the
//! results of vaccination. What spreadsheets do to CSV files (exponents, lost zeros, CP932) is the reason for most of
//! what is here; the sources are the shared domain facts, §8.

mod cells;
mod decode;
pub mod export;
mod reader;
mod records;
mod refusal;
mod report;
pub mod rows;
mod values;
mod writer;

pub use cells::Cells;
pub use reader::{Columns, CsvRow, MOST_BYTES, Products, parse};
pub use refusal::{FileRefusal, Refusal, RowError};
pub use report::{ImportReport, Notice, Numbered, Parsed};
pub use writer::{Newline, Profile, TextEncoding, write};
