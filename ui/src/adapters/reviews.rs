//! 要確認.

use slint::{ComponentHandle, SharedString};
use uketsuke_domain::facts::FactKind as DomainFact;
use uketsuke_domain::review::Side as DomainSide;
use uketsuke_domain::screen::{ReviewLine, ReviewsScreen};
use uketsuke_domain::time::Moment;

use super::Setting;
use super::convert::{map_moment, map_person, map_review_kind, model};
use crate::generated::{FactKind, MainWindow, Review, ReviewsAdapter, ScreenKind, Side};

pub(super) fn show(ui: &MainWindow, screen: &ReviewsScreen, setting: Setting) -> ScreenKind {
    let adapter = ui.global::<ReviewsAdapter>();
    adapter.set_reviews(model(screen.reviews.iter().map(|line| map_review(line, setting))));
    ScreenKind::Reviews
}

fn map_review(line: &ReviewLine, setting: Setting) -> Review {
    let (field, values) = line.review.field.clone().unwrap_or_default();
    Review {
        kind: map_review_kind(line.review.kind),
        urgent: line.review.kind.is_urgent(),
        person: map_person(&line.person, setting),
        sides: model(line.review.sides.iter().map(|side| map_side(side, setting.now))),
        field: field.into(),
        values: model(values.into_iter().map(SharedString::from)),
    }
}

fn map_side(side: &DomainSide, now: Moment) -> Side {
    Side {
        fact: map_fact_kind(side.kind),
        dose: side.dose.unwrap_or_default().into(),
        happened: map_moment(side.happened_at, now),
        recorded: map_moment(side.recorded_at, now),
        station: side.place.station.as_str().into(),
        staff: side.staff.as_str().into(),
    }
}

fn map_fact_kind(kind: DomainFact) -> FactKind {
    match kind {
        DomainFact::Booked => FactKind::Booked,
        DomainFact::Moved => FactKind::Moved,
        DomainFact::Cancelled => FactKind::Cancelled,
        DomainFact::Reinstated => FactKind::Reinstated,
        DomainFact::CheckedIn => FactKind::CheckedIn,
        DomainFact::Vaccinated => FactKind::Vaccinated,
        DomainFact::PrescreenOnly => FactKind::PrescreenOnly,
        DomainFact::LeftBefore => FactKind::LeftBefore,
        DomainFact::VisitReopened => FactKind::VisitReopened,
        DomainFact::NoShow => FactKind::NoShow,
        DomainFact::Corrected => FactKind::Corrected,
        DomainFact::Misfiled => FactKind::Misfiled,
        DomainFact::Filed => FactKind::Filed,
        DomainFact::Resolved => FactKind::Resolved,
        DomainFact::Overridden => FactKind::Overridden,
        DomainFact::CertificateIssued => FactKind::CertificateIssued,
        DomainFact::VoucherReplaced => FactKind::VoucherReplaced,
        // Reserved kinds are not written yet; they get words when they are.
        DomainFact::Observation
        | DomainFact::AdverseReaction
        | DomainFact::VialOpened
        | DomainFact::VialDiscarded
        | DomainFact::Unknown(_) => FactKind::Other,
    }
}
