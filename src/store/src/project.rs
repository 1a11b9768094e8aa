//! Projections: what queries read, made from one record's fold. SQL and the twin in memory keep the same rows.

use std::collections::BTreeSet;

use uketsuke_domain::fold::{Folded, VisitKey, VisitState, fold};
use uketsuke_domain::record::{DocumentId, RawRecord, field};
use uketsuke_domain::reference::Settings;
use uketsuke_domain::time::Moment;
use uketsuke_domain::verdict::OutcomeKind;

use crate::StoreError;
use crate::records::{self, Records};

/// Where rows are kept.
pub(crate) trait Projections: Records {
    /// Keeps a person's row.
    fn put_person(&mut self, document: DocumentId, row: PersonColumns) -> Result<(), StoreError>;

    /// Replaces a person's visits. A visit that was corrected away, or whose booking now says another place, leaves no row
    /// behind.
    fn put_visits(&mut self, document: DocumentId, rows: Vec<VisitColumns>) -> Result<(), StoreError>;

    /// Replaces a person's open reviews, in their order.
    fn put_reviews(&mut self, document: DocumentId, rows: Vec<ReviewColumns>) -> Result<(), StoreError>;
}

/// The columns of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PersonColumns {
    pub(crate) municipality: String,
    pub(crate) voucher: String,
    pub(crate) name: Option<String>,
    pub(crate) kana: Option<String>,
    pub(crate) birth: Option<String>,
    pub(crate) name_key: Option<String>,
}

/// The columns of a visit: of a booking, or of somebody who came without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VisitColumns {
    pub(crate) visit: String,
    pub(crate) venue: String,
    pub(crate) day: String,
    pub(crate) start: Option<u16>,
    pub(crate) slot: Option<String>,
    pub(crate) product: Option<String>,
    pub(crate) dose: Option<u8>,
    pub(crate) cancelled: bool,
    pub(crate) checked_in: Option<Moment>,
    pub(crate) outcome: Option<(OutcomeKind, Moment)>,
    pub(crate) unsettled: bool,
}

/// The columns of an open review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReviewColumns {
    pub(crate) kind: &'static str,
    pub(crate) urgent: bool,
    pub(crate) since: Option<Moment>,
}

/// Makes the rows of one person anew, and answers the record and what its facts add up to.
pub(crate) fn project(
    tables: &mut impl Projections,
    document: DocumentId,
    settings: Option<&Settings>,
) -> Result<(RawRecord, Folded), StoreError> {
    let record = records::record(tables, document)?;
    let folded = rows(tables, document, &record, settings)?;
    // One half of 取り違え put right is the other record's business too, and so are doses under another number.
    for other in records::related(&record) {
        let theirs = records::record(tables, other)?;
        if !theirs.is_empty() {
            rows(tables, other, &theirs, settings)?;
        }
    }
    Ok((record, folded))
}

fn rows(
    tables: &mut impl Projections,
    document: DocumentId,
    record: &RawRecord,
    settings: Option<&Settings>,
) -> Result<Folded, StoreError> {
    let folded = fold(record, settings);
    if let Some(row) = person(record) {
        tables.put_person(document, row)?;
    }
    tables.put_visits(document, visits(&folded))?;
    let reviews = folded.reviews.iter().map(|review| ReviewColumns {
        kind: review.kind.code(),
        urgent: review.kind.is_urgent(),
        since: review.since(),
    });
    tables.put_reviews(document, reviews.collect())?;
    Ok(folded)
}

fn person(record: &RawRecord) -> Option<PersonColumns> {
    let (municipality, voucher) = record.text(field::VOUCHER)?.split_once('-')?;
    let text = |name| record.text(name).map(str::to_owned);
    Some(PersonColumns {
        municipality: municipality.to_owned(),
        voucher: voucher.to_owned(),
        name: text(field::NAME),
        kana: text(field::KANA),
        birth: text(field::BIRTH),
        name_key: record.name_key().map(|key| key.as_str().to_owned()),
    })
}

fn visits(folded: &Folded) -> Vec<VisitColumns> {
    let mut rows = Vec::new();
    for booking in &folded.bookings {
        let visit = folded.visit(&VisitKey::Booking(booking.number.clone()));
        let booked = &booking.booked;
        rows.push(VisitColumns {
            start: Some(booked.start_minute),
            slot: Some(booked.slot.to_string()),
            product: Some(booked.product.to_string()),
            dose: booking.dose,
            cancelled: booking.cancelled.is_some(),
            ..VisitColumns::bare(booking.number.as_str(), booked.venue.as_str(), booked.day.to_string(), visit)
        });
    }
    let booked: BTreeSet<_> = folded.bookings.iter().map(|booking| &booking.number).collect();
    for visit in &folded.visits {
        let (name, venue, day) = match &visit.key {
            VisitKey::WalkIn(venue, day) => (format!("walk-in/{venue}/{day}"), venue.to_string(), day.to_string()),
            VisitKey::Former(number, venue, day) => {
                (format!("{number}/{venue}/{day}"), venue.to_string(), day.to_string())
            }
            VisitKey::Booking(number) if booked.contains(number) => continue,
            // The visit of a booking that is not here (yet): shown where it happened.
            VisitKey::Booking(number) => {
                let Some((venue, day)) = place_of(visit) else { continue };
                (number.to_string(), venue, day)
            }
        };
        rows.push(VisitColumns::bare(&name, &venue, day, Some(visit)));
    }
    rows
}

fn place_of(visit: &VisitState) -> Option<(String, String)> {
    let check_in = visit.check_in.as_ref().map(|check_in| (&check_in.place, check_in.at));
    let outcome = visit.outcome.as_ref().map(|outcome| (&outcome.place, outcome.at));
    let (place, at) = check_in.or(outcome)?;
    Some((place.venue.to_string(), at.day().to_string()))
}

impl VisitColumns {
    fn bare(name: &str, venue: &str, day: String, visit: Option<&VisitState>) -> Self {
        let outcome = visit.and_then(|visit| visit.outcome.as_ref());
        Self {
            visit: name.to_owned(),
            venue: venue.to_owned(),
            day,
            start: None,
            slot: None,
            product: None,
            dose: None,
            cancelled: false,
            checked_in: visit.and_then(|visit| visit.check_in.as_ref()).map(|check_in| check_in.at),
            outcome: outcome.map(|outcome| (outcome.kind, outcome.at)),
            unsettled: outcome.is_some_and(|outcome| outcome.unsettled),
        }
    }
}
