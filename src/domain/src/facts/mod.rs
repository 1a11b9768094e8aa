//! Facts: what happened, never overwritten.
//!
//! A fact has an outer part that every version can read ([`Fact`]) and a body whose meaning belongs to its kind
//! ([`Body`]). It says *when it happened* apart from *when it was recorded*.

mod body;
mod draft;
mod fact;
mod kind;

pub use body::{
    Body, Booked, Cancelled, CertificateIssued, CheckedIn, Corrected, Filed, Irregular, LeftBefore, Misfiled, Moved,
    NoShow, Opaque, Outcome, Overridden, Overruled, Reinstated, Reopened, Replacement, Resolved, VoucherReplaced,
};
pub use draft::Draft;
pub use fact::{BadFact, ClockState, Fact, KnownFact, Source, Stamp, Weight};
pub use kind::FactKind;
