//! What the facts of one visit say against each other.

use super::contradictions::{Found, Hashed, came, of_kind};
use crate::facts::FactKind;
use crate::review::ReviewKind;

/// The contradictions within one visit.
pub(super) fn contradictions(facts: &[Hashed<'_>]) -> Vec<Found> {
    let of = |kind| of_kind(facts, kind);
    let (vaccinated, prescreened) = (of(FactKind::Vaccinated), of(FactKind::PrescreenOnly));
    let (check_ins, left) = (of(FactKind::CheckedIn), of(FactKind::LeftBefore));
    let treated = &vaccinated | &prescreened;
    let came = came(facts);
    let mut found = Vec::new();
    if check_ins.len() > 1 {
        found.push((ReviewKind::DoubleCheckIn, check_ins));
    }
    if !vaccinated.is_empty() && !prescreened.is_empty() {
        found.push((ReviewKind::OutcomeConflict, treated.clone()));
    }
    if !left.is_empty() && !treated.is_empty() {
        found.push((ReviewKind::LeftButTreated, &left | &treated));
    }
    // Who takes a cancellation back names it; then it stands no more and this is no contradiction.
    let absent = [(FactKind::Cancelled, ReviewKind::CancelledButCame), (FactKind::NoShow, ReviewKind::NoShowButCame)];
    for (kind, review) in absent {
        let absent = of(kind);
        if !absent.is_empty() && !came.is_empty() {
            found.push((review, &absent | &came));
        }
    }
    found
}
