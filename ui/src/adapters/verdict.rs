//! 判定.

use slint::ComponentHandle;
use uketsuke_domain::reference::Role;
use uketsuke_domain::screen::{BookingLine, NextStep as DomainStep, Station, VerdictScreen};
use uketsuke_domain::time::{Day, Moment};
use uketsuke_domain::verdict::{Level, Reason};

use super::Setting;
use super::convert::{
    map_data_age, map_day, map_dose_line, map_minutes_to_hours, map_person, map_role, map_station, model,
};
use super::reasons::{is_for_bystanders, map_reason};
use crate::generated::{Booking, Freshness, MainWindow, NextStep, Person, ScreenKind, Tone, VerdictAdapter};

pub(super) fn show(ui: &MainWindow, screen: &VerdictScreen, setting: Setting) -> ScreenKind {
    let adapter = ui.global::<VerdictAdapter>();
    adapter.set_station(map_station(setting.station));
    adapter.set_tone(map_level_to_tone(screen.level, setting.station));
    show_reasons(&adapter, screen, setting);
    adapter.set_person(map_person_beside_reasons(screen, setting));
    adapter.set_has_booking(screen.booking.is_some());
    adapter.set_booking(screen.booking.as_ref().map(|line| map_booking(line, setting.now)).unwrap_or_default());
    // What was given to a person before is nobody else's business at a station without staff.
    let history = screen.history.iter().filter(|_| !setting.hides_names());
    adapter.set_history(model(history.map(map_dose_line)));
    adapter.set_next(map_next_step(screen.next));
    if let DomainStep::GoOn { role, special } = screen.next {
        adapter.set_role(map_role(role));
        adapter.set_special(special);
    }
    adapter.set_needs_role(matches!(screen.next, DomainStep::GoOn { role, .. } if role != Role::VenueStaff));
    adapter.set_offers_outcome(screen.offers_outcome);
    adapter.set_age(map_data_age(screen.data_as_of, setting.now));
    adapter.set_busy(screen.busy);
    ScreenKind::Verdict
}

/// What stops a person, what is only told, and whether something is kept from bystanders.
fn show_reasons(adapter: &VerdictAdapter<'_>, screen: &VerdictScreen, setting: Setting) {
    let (shown, withheld): (Vec<&Reason>, Vec<&Reason>) =
        screen.reasons.iter().partition(|reason| !setting.hides_names() || is_for_bystanders(reason));
    // The line about the data's age says it in its own words; once is enough.
    let age_is_said = map_data_age(screen.data_as_of, setting.now).freshness != Freshness::Fresh;
    let is_told = |note: &&Reason| !(setting.hides_names() || age_is_said && matches!(note, Reason::DataStale { .. }));
    let map = |reason: &Reason| map_reason(reason, setting.now);
    adapter.set_reasons(model(shown.into_iter().map(map)));
    adapter.set_notes(model(screen.notes.iter().filter(is_told).map(map)));
    adapter.set_withheld(!withheld.is_empty());
}

/// 同姓同名 is said once: by the reason, where there is one.
fn map_person_beside_reasons(screen: &VerdictScreen, setting: Setting) -> Person {
    let person = map_person(&screen.person, setting);
    let is_said = screen.reasons.contains(&Reason::SameName);
    Person { same_name: person.same_name && !is_said, ..person }
}

/// A visitor alone is not told that something needs checking, but to call someone who can.
fn map_level_to_tone(level: Level, station: Station) -> Tone {
    match level {
        Level::Proceed => Tone::Ok,
        Level::Attention | Level::Stop if station == Station::EntranceSelf => Tone::Staff,
        Level::Attention => Tone::Attention,
        Level::Stop => Tone::Stop,
    }
}

fn map_booking(line: &BookingLine, now: Moment) -> Booking {
    Booking {
        day: map_day(line.day),
        today: line.day == Day(now.day()),
        hours: map_minutes_to_hours(line.minutes).into(),
        venue: line.venue.as_str().into(),
        product: line.product.as_str().into(),
        dose: line.dose.into(),
        number: line.number.as_str().into(),
    }
}

fn map_next_step(next: DomainStep) -> NextStep {
    match next {
        DomainStep::CheckIn => NextStep::CheckIn,
        DomainStep::ToOutcome => NextStep::ToOutcome,
        DomainStep::GoOn { .. } => NextStep::GoOn,
        DomainStep::CallManager => NextStep::CallManager,
        DomainStep::NextPerson => NextStep::NextPerson,
    }
}
