//! Bookings: who may book which slot, and the facts that come of it.
//!
//! * [`check_slot`] says whether a slot makes sense before anybody books it.
//! * [`Occupancy`] counts places from facts; nothing stores how many are taken.
//! * [`ask`] answers whether a person may have a place: a [`Leave`], or every reason against it at once.
//! * [`Plan`] holds the facts of one operation, to be written in one commit. It takes a [`Leave`] to make one.
//!
//! Sources: the booking management manual (004 ⑦, ⑰-1, ⑱) and the manual of rebookings (000, steps 5–20).

mod ask;
mod leave;
mod number;
mod occupancy;
mod plan;
mod slot;
mod walk_in;
mod week;

pub use ask::{Request, VoucherState, ask};
pub use leave::{Asker, Leave, Refusal, Refused};
pub use number::number_from;
pub use occupancy::{Occupancy, Overbooked, Seat};
pub use plan::{Plan, PlanError, book, book_pair, cancel, rebook, reinstate};
pub use slot::{SlotError, check_pair, check_slot, child_conditions};
pub use walk_in::{Offer, offers};
pub use week::{Fullness, Week, WeekCell, fullness, week};
