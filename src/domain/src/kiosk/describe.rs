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

    /// Doses given before, of the record or else of the card.
    pub(super) fn history(&self, subject: &Subject) -> Vec<DoseLine> {
        let product = |product: Option<&ProductId>| product.map(|id| self.product_name(id)).unwrap_or_default();
        if subject.known.record.is_empty() {
            let doses = subject.known.card.iter().flat_map(|card| &card.doses);
            let line = |dose: &crate::reference::CardDose| DoseLine {
                dose: dose.dose,
                day: dose.day,
                product: product(dose.product.as_ref()),
                lot: None,
            };
            return doses.map(line).collect();
        }
        let doses = subject.verdict.folded.doses.iter();
        let line = |dose: &crate::fold::GivenDose| DoseLine {
            dose: dose.dose,
            day: dose.day,
            product: product(dose.product.as_ref()),
            lot: dose.lot.as_ref().map(ToString::to_string),
        };
        doses.map(line).collect()
    }
}

