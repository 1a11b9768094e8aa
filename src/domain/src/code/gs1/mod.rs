//! GS1 element strings: what the label of a vial or its box says (domain facts §5).
//!
//! A code is a row of elements: an application identifier (AI), then its value. Values of predefined length end where
//! they must; all others end at a separator (FNC1, sent as GS 0x1D) or at the end of the code. [`read_label`] accepts
//! that, and the form with brackets that people read.
//!
//! **What is sound when separators may be lost.** A keyboard wedge swallows GS. Then `10ABC<GS>21X` arrives as
//! `10ABC21X`, which is also how the lot `ABC21X` looks. Nothing in the text decides it. So a value of variable length
//! that runs to the end of the code is believed only
//!
//! * when the same code held a separator (this line carries them), or it came in brackets, or
//! * when no tail of it can be a row of further elements: identifiers that GS1 assigned, each with a value of a right
//!   length, content, check digit and date that does not contradict what the code said before.
//!
//! Otherwise the lot is [`Lot::Doubtful`] and carries the candidates. This errs to one side only: a lot such as
//! `EP2163` is in doubt although no separator was due (`21` + `63` would be a serial number), and no lot that is
//! wrong is believed. Which of the candidates it is, the lots that the venue holds can tell ([`Lot::among`]), or a person.

mod ai;
mod ai_table;
mod brackets;
mod elements;
mod expiry;
mod gtin;
mod label;
mod lot;
mod swallowed;
mod value;

#[cfg(test)]
mod properties;

pub use ai::Ai;
pub use elements::Element;
pub use expiry::ExpiryDate;
pub use gtin::{Gtin, PackagingLevel};
pub use label::{LabelFault, VaccineLabel, read_label};
pub use lot::Lot;

pub(super) use brackets::is_bracketed;
pub(super) use elements::percent_as_separator;
pub(super) use gtin::check_digit_fits;
