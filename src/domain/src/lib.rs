//! Uketsuke's rules. **Pure**: no clock, disk, network or window; time, randomness and data arrive as arguments.
//!
//! * [`code`] says what a scanned text is.
//! * [`age`] holds the two ages that rules go by.
//! * [`facts`] are what happened; [`fold`] derives everything else from them, the same everywhere.
//! * [`authority`] says who may do what: one table of operations, roles and scopes.
//! * [`booking`] says who may book which slot, and makes the facts of it.
//! * [`mod@reference`] holds what the municipality configured: venues, slots, products, settings, cards.
//! * [`verdict`] is the one function that decides whether a person may go on.
//! * [`kiosk`] is a kiosk's whole behaviour: events in, effects out. [`screen`] is what it shows.
//! * [`text`] folds names into keys, reads 和暦, and turns text into CP932 and back.
//! * [`log`] holds the plain data of the replicated log and the port that storage implements.

#![forbid(unsafe_code)]
#![warn(clippy::wildcard_enum_match_arm)]

pub mod age;
pub mod authority;
pub mod booking;
pub mod code;
pub mod facts;
pub mod fold;
pub mod ids;
pub mod kiosk;
pub mod log;
pub mod record;
pub mod reference;
pub mod review;
pub mod screen;
pub mod text;
pub mod time;
pub mod verdict;
