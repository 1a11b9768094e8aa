//! Verdicts: whether a person may go on. One function decides, everywhere.
//!
//! Three kinds of "no" are different and look different: *not a voucher* ([`crate::code::NotAVoucher`], before anyone
//! is looked up), *not in my data* ([`Reason::HistoryNotHere`]) and *in my data but refused because …* (the rest).

mod booking;
mod decide;
mod fit;
mod known;
mod reason;
mod scan;
mod weigh;

pub(crate) use booking::venue_name;
pub use decide::{Next, Verdict, decide};
pub use fit::{DoseBefore, Person, Planned, misfits};
pub use known::{Context, Given, Known, Purpose};
pub use reason::{Level, OutcomeKind, Place, Reason};
pub use weigh::weigh;
