//! A fact that is about to be written.

use super::{Body, FactKind, Weight};
use crate::ids::{BookingNumber, FactHash};

/// A fact without its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its kind.
    pub kind: FactKind,
    /// The booking.
    pub booking: Option<BookingNumber>,
    /// The dose.
    pub dose: Option<u8>,
    /// What it puts right: only what the screen showed.
    pub supersedes: Vec<FactHash>,
    /// How much it matters.
    pub weight: Weight,
    /// Its body.
    pub body: Body,
}
