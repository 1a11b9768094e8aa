//! Keeping the rows that queries read.

use std::collections::BTreeSet;

use uketsuke_domain::record::{DocumentId, DocumentKind, Fields};

use super::tables::Tables;
use crate::StoreError;
use crate::project::{PersonColumns, Projections, ReviewColumns, VisitColumns};

impl Projections for Tables {
    fn put_person(&mut self, document: DocumentId, row: PersonColumns) -> Result<(), StoreError> {
        if self.people.get(&document) == Some(&row) {
            return Ok(());
        }
        self.drop_person(document);
        if let Some(name) = &row.name_key {
            self.people_by_name.put((name.clone(), row.birth.clone(), document), ());
        }
        self.people_by_number.put((row.voucher.clone(), document), ());
        self.people.put(document, row);
        Ok(())
    }

    fn put_visits(&mut self, document: DocumentId, rows: Vec<VisitColumns>) -> Result<(), StoreError> {
        let kept: BTreeSet<String> = rows.iter().map(|row| row.visit.clone()).collect();
        for row in rows {
            let at = (document, row.visit.clone());
            if self.visits.get(&at) != Some(&row) {
                self.drop_visit(&at);
                self.visits_by_day.put((row.venue.clone(), row.day.clone(), document, row.visit.clone()), ());
                self.visits.put(at, row);
            }
        }
        self.drop_visits(document, |visit| !kept.contains(visit));
        Ok(())
    }

    fn put_reviews(&mut self, document: DocumentId, rows: Vec<ReviewColumns>) -> Result<(), StoreError> {
        self.reviews.take_all((document, 0)..=(document, usize::MAX));
        for (place, row) in rows.into_iter().enumerate() {
            self.reviews.put((document, place), row);
        }
        Ok(())
    }
}

impl Tables {
    pub(super) fn put_fields(&mut self, kind: DocumentKind, document: DocumentId, fields: &Fields) {
        self.drop_fields(document);
        if kind > DocumentKind::Contact {
            self.reference.put((kind, document), ());
        }
        self.fields.put(document, (kind, fields.clone().into()));
    }

    pub(super) fn drop_fields(&mut self, document: DocumentId) {
        if let Some((kind, _)) = self.fields.get(&document) {
            let at = (*kind, document);
            self.reference.take(&at);
            self.fields.take(&document);
        }
    }

    pub(super) fn drop_person(&mut self, document: DocumentId) {
        let Some(row) = self.people.get(&document) else { return };
        if let Some(name) = &row.name_key {
            self.people_by_name.take(&(name.clone(), row.birth.clone(), document));
        }
        self.people_by_number.take(&(row.voucher.clone(), document));
        self.people.take(&document);
    }

    /// Drops the visits of a person that are of no use.
    pub(super) fn drop_visits(&mut self, document: DocumentId, is_over: impl Fn(&str) -> bool) {
        let stored = self.visits.range((document, String::new())..).map(|(at, _)| at);
        let stored = stored.take_while(|(of, _)| *of == document);
        let over: Vec<_> = stored.filter(|(_, visit)| is_over(visit)).cloned().collect();
        for at in &over {
            self.drop_visit(at);
        }
    }

    fn drop_visit(&mut self, at: &(DocumentId, String)) {
        if let Some(row) = self.visits.get(at) {
            self.visits_by_day.take(&(row.venue.clone(), row.day.clone(), at.0, at.1.clone()));
            self.visits.take(at);
        }
    }
}
