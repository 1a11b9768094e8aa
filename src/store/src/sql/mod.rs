//! The look-ups and rows of a record, in SQL. What they amount to is in [`crate::records`] and [`crate::project`].

mod records;
mod rows;

use rusqlite::Connection;

/// A connection, inside a transaction or not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sql<'c>(pub(crate) &'c Connection);
