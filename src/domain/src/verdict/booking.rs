//! Which booking a scan is about.

use std::collections::BTreeMap;

use super::{Context, Known, Reason};
use crate::fold::{BookingState, Cancellation, Folded, VisitKey};
use crate::ids::VenueNumber;
use crate::reference::Card;
use crate::time::Day;

/// The booking that a verdict speaks of, and why it is not simply today's.
pub(super) struct Found {
    pub(super) booking: Option<BookingState>,
    pub(super) reasons: Vec<Reason>,
}

/// Today's booking here, or the nearest thing to it and the reason.
pub(super) fn find(folded: &Folded, context: &Context<'_>) -> Found {
    let today = context.today();
    let here = |booking: &&BookingState| booking.booked.venue == *context.venue;
    let on_day = |booking: &&BookingState| booking.booked.day == today;
    let valid = || folded.bookings.iter().filter(|booking| booking.cancelled.is_none());
    let is_open = |booking: &&BookingState| {
        let visit = folded.visit(&VisitKey::Booking(booking.number.clone()));
        visit.is_none_or(|visit| visit.outcome.is_none())
    };
    let today_here = || valid().filter(here).filter(on_day);
    if let Some(booking) = today_here().find(is_open).or_else(|| today_here().next_back()) {
        return Found { booking: Some(booking.clone()), reasons: Vec::new() };
    }
    let upcoming = || valid().filter(is_open).filter(|booking| booking.booked.day >= today);
    let next = upcoming().find(on_day).or_else(|| upcoming().next());
    let reason_of = |booking: &BookingState| place_reason(&booking.booked.venue, booking.booked.day, context);
    if let Some(booking) = folded.bookings.iter().filter(here).find(on_day) {
        // Cancelled, most often for the sake of another booking: both are told.
        let cancelled = booking.cancelled.clone().map(given_up);
        let reasons = cancelled.into_iter().chain(next.map(reason_of)).collect();
        return Found { booking: Some(booking.clone()), reasons };
    }
    if let Some(booking) = next {
        return Found { booking: Some(booking.clone()), reasons: vec![reason_of(booking)] };
    }
    // One that is past binds nobody: whoever missed it comes without a booking, and staff see that there was one.
    let came = |booking: &&BookingState| folded.visit(&VisitKey::Booking(booking.number.clone())).is_some();
    let missed = valid().rfind(|booking| booking.booked.day < today && !came(booking));
    let missed = missed.map(|booking| missed_at(&booking.booked.venue, booking.booked.day, context));
    Found { booking: None, reasons: std::iter::once(Reason::NoBookingToday).chain(missed).collect() }
}

fn missed_at(venue: &VenueNumber, day: Day, context: &Context<'_>) -> Reason {
    Reason::Missed { venue: venue_name(context.venue_names, venue), day }
}

fn given_up(ended: Cancellation) -> Reason {
    if ended.no_show { Reason::MarkedNoShow { at: ended.at } } else { Reason::Cancelled { at: ended.at, by: ended.by } }
}

/// Whether the place that a booking gave up was given to somebody else.
pub(super) fn place_taken(booking: Option<&BookingState>, known: &Known) -> Option<Reason> {
    let given_up = booking.filter(|booking| booking.cancelled.is_some())?;
    let (taken, capacity) = known.places.get(&given_up.booked.slot)?;
    (*taken >= u32::from(*capacity)).then_some(Reason::SlotFull { capacity: *capacity })
}

/// The reasons that a nameless card gives: of its nearest booking, today's before later ones.
pub(super) fn from_card(card: &Card, context: &Context<'_>) -> Vec<Reason> {
    let today = context.today();
    let upcoming = || card.bookings.iter().filter(|(_, day)| *day >= today);
    if upcoming().any(|(venue, day)| venue == context.venue && *day == today) {
        // Booked here today, and the record has not arrived.
        return vec![Reason::HistoryNotHere];
    }
    if let Some((venue, day)) = upcoming().min_by_key(|(_, day)| *day) {
        return vec![place_reason(venue, *day, context)];
    }
    let missed = card.bookings.iter().max_by_key(|(_, day)| *day).map(|(venue, day)| missed_at(venue, *day, context));
    std::iter::once(Reason::NoBookingToday).chain(missed).collect()
}

fn place_reason(venue: &VenueNumber, day: Day, context: &Context<'_>) -> Reason {
    if venue == context.venue {
        Reason::BookedAnotherDay { day }
    } else {
        Reason::BookedElsewhere { venue: venue_name(context.venue_names, venue), day }
    }
}

/// A venue's name, or its number when the name is not here.
pub(crate) fn venue_name(names: &BTreeMap<VenueNumber, String>, venue: &VenueNumber) -> String {
    names.get(venue).cloned().unwrap_or_else(|| venue.to_string())
}
