//! Who may do what: the table, the check, a municipality's changes, the mode, and the document.

mod adjust;
mod check;
mod document;
mod special;
mod table;
