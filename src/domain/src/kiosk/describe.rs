//! Turns what is known into the lines of a screen.

use super::{Kiosk, Subject};
use crate::fold::BookingState;
use crate::ids::{ProductId, VenueNumber};
use crate::screen::{BookingLine, DoseLine};
use crate::verdict::venue_name;

impl Kiosk {
    pub(super) fn venue_name(&self, venue: &VenueNumber) -> String {
        venue_name(&self.roster.venue_names, venue)
    }

    pub(super) fn product_name(&self, product: &ProductId) -> String {
        self.roster.settings.as_ref().map_or_else(|| product.to_string(), |settings| settings.product_name(product))
    }

    pub(super) fn booking_line(&self, booking: &BookingState) -> BookingLine {
        BookingLine {
            day: booking.booked.day,
            minutes: (booking.booked.start_minute, booking.booked.end_minute),
            venue: self.venue_name(&booking.booked.venue),
            product: self.product_name(&booking.booked.product),
            dose: booking.dose.unwrap_or(1),
            number: booking.number.to_string(),
        }
    }

    /// Doses given before, oldest first: of the record, of the person's other numbers, and of the card as far as neither has
    /// heard of them.
    pub(super) fn history(&self, subject: &Subject) -> Vec<DoseLine> {
        let product = |product: Option<&ProductId>| product.map(|id| self.product_name(id)).unwrap_or_default();
        let folded = &subject.verdict.folded;
        let recorded = folded.doses.iter().chain(&folded.kin_doses).map(|dose| DoseLine {
            dose: dose.dose,
            day: dose.day,
            product: product(dose.product.as_ref()),
            lot: dose.lot.as_ref().map(ToString::to_string),
        });
        let on_card = subject.known.doses_of_card(folded).map(|dose| DoseLine {
            dose: dose.dose,
            day: dose.day,
            product: product(dose.product.as_ref()),
            lot: None,
        });
        let mut lines: Vec<DoseLine> = recorded.chain(on_card).collect();
        lines.sort_by_key(|line| (line.day, line.dose));
        lines
    }
}
