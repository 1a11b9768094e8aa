//! Looking up what a record is made of.

use uketsuke_domain::code::Voucher;
use uketsuke_domain::facts::KnownFact;
use uketsuke_domain::ids::{SlotId, VenueNumber};
use uketsuke_domain::log::ControlKind;
use uketsuke_domain::record::{DocumentId, DocumentKind, Fields};
use uketsuke_domain::reference::{Card, CardKey};
use uketsuke_domain::text::kana::SearchKey;
use uketsuke_domain::time::Day;

use super::tables::Tables;
use crate::StoreError;
use crate::project::VisitColumns;
use crate::records::Records;

/// Below and above all documents.
const FIRST: DocumentId = DocumentId([0; 16]);
const LAST: DocumentId = DocumentId([255; 16]);

impl Records for Tables {
    fn facts(&self, document: DocumentId) -> Result<Vec<KnownFact>, StoreError> {
        Ok(self.items_of(document).filter_map(|row| row.fact.clone()).collect())
    }

    fn fields(&self, document: DocumentId) -> Result<Fields, StoreError> {
        Ok(self.fields.get(&document).map(|(_, fields)| (**fields).clone()).unwrap_or_default())
    }

    fn erased(&self, document: DocumentId) -> Result<bool, StoreError> {
        Ok(self.control.contains_key(&(ControlKind::Erased as u8, document.0.to_vec())))
    }

    fn documents(&self, kind: DocumentKind) -> Result<Vec<Fields>, StoreError> {
        let documents = self.reference.range((kind, FIRST)..=(kind, LAST));
        documents.map(|((_, document), ())| Records::fields(self, *document)).collect()
    }

    fn card(&self, key: CardKey) -> Result<Option<Card>, StoreError> {
        Ok(self.cards.get(&key).map(|row| row.2.clone()))
    }

    fn namesake(&self, document: DocumentId, name: &SearchKey, birth: &str) -> Result<bool, StoreError> {
        let at = |document| (name.as_str().to_owned(), Some(birth.to_owned()), document);
        let mut people = self.people_by_name.range(at(FIRST)..=at(LAST));
        Ok(people.any(|((_, _, other), ())| *other != document))
    }

    fn number_elsewhere(&self, voucher: &Voucher) -> Result<bool, StoreError> {
        let at = |document| (voucher.number.as_str().to_owned(), document);
        let people = self.people_by_number.range(at(FIRST)..=at(LAST));
        let mut people = people.filter_map(|((_, document), ())| self.people.get(document));
        Ok(people.any(|person| person.municipality != voucher.municipality.as_str()))
    }

    fn taken(&self, venue: &VenueNumber, day: Day, slot: &SlotId) -> Result<u32, StoreError> {
        let visits = self.visits_on(venue, day).map(|(_, visit)| visit);
        let taken = visits.filter(|visit| !visit.cancelled && visit.slot.as_deref() == Some(slot.as_str()));
        Ok(u32::try_from(taken.count()).unwrap_or(u32::MAX))
    }
}

impl Tables {
    /// The visits of a venue on a day, by document.
    pub(super) fn visits_on(&self, venue: &VenueNumber, day: Day) -> impl Iterator<Item = (DocumentId, &VisitColumns)> {
        let at = (venue.to_string(), day.to_string());
        let from = (at.0.clone(), at.1.clone(), FIRST, String::new());
        let here = self.visits_by_day.range(from..).map(|(key, ())| key);
        let here = here.take_while(move |(venue, day, ..)| (venue, day) == (&at.0, &at.1));
        here.filter_map(|(_, _, document, visit)| Some((*document, self.visits.get(&(*document, visit.clone()))?)))
    }
}
