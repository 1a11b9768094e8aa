//! Projections: what queries read, made from one record's fold.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};
use uketsuke_domain::fold::{Folded, VisitKey, VisitState, fold, halves};
use uketsuke_domain::record::{DocumentId, RawRecord, field};
use uketsuke_domain::reference::Settings;
use uketsuke_domain::text::kana::SearchKey;
use uketsuke_domain::verdict::OutcomeKind;

use crate::{Store, StoreError, read};

/// Makes the rows of one person anew.
pub(crate) fn project(
    connection: &Connection,
    document: DocumentId,
    settings: Option<&Settings>,
) -> Result<Folded, StoreError> {
    let record = read::record(connection, document)?;
    let folded = rows(connection, document, &record, settings)?;
    // One half of 取り違え put right is the other record's business too, and so are doses under another number.
    let halves = halves(&record.facts).map(|half| half.other);
    for other in halves.chain(record.kin.keys().copied()).collect::<BTreeSet<_>>() {
        let record = read::record(connection, other)?;
        if !record.is_empty() {
            rows(connection, other, &record, settings)?;
        }
    }
    Ok(folded)
}

fn rows(
    connection: &Connection,
    document: DocumentId,
    record: &RawRecord,
    settings: Option<&Settings>,
) -> Result<Folded, StoreError> {
    let folded = fold(record, settings);
    person(connection, document, record)?;
    visits(connection, document, &folded)?;
    reviews(connection, document, &folded)?;
    Ok(folded)
}

fn person(connection: &Connection, document: DocumentId, record: &RawRecord) -> Result<(), StoreError> {
    let Some((municipality, voucher)) = record.text(field::VOUCHER).and_then(|text| text.split_once('-')) else {
        return Ok(());
    };
    // The row rarely changes while facts come in: it is written only when it does.
    let sql = "INSERT INTO person VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (document) DO UPDATE SET
             municipality = ?2, voucher = ?3, name = ?4, kana = ?5, birth = ?6, name_key = ?7
         WHERE (municipality, voucher, name, kana, birth, name_key) IS NOT (?2, ?3, ?4, ?5, ?6, ?7)";
    let key = record.name_key();
    connection.prepare_cached(sql)?.execute(params![
        document.0,
        municipality,
        voucher,
        record.text(field::NAME),
        record.text(field::KANA),
        record.text(field::BIRTH),
        key.as_ref().map(SearchKey::as_str),
    ])?;
    Ok(())
}

fn visits(connection: &Connection, document: DocumentId, folded: &Folded) -> Result<(), StoreError> {
    let mut written = BTreeSet::new();
    for booking in &folded.bookings {
        let visit = folded.visit(&VisitKey::Booking(booking.number.clone()));
        let row = VisitColumns {
            visit: booking.number.as_str(),
            venue: booking.booked.venue.as_str(),
            day: booking.booked.day.to_string(),
            start: Some(booking.booked.start_minute),
            slot: Some(booking.booked.slot.as_str()),
            product: Some(booking.booked.product.as_str()),
            dose: booking.dose,
            cancelled: booking.cancelled.is_some(),
        };
        write_visit(connection, document, &row, visit)?;
        written.insert(booking.number.to_string());
    }
    for visit in &folded.visits {
        let (name, venue, day) = match &visit.key {
            VisitKey::WalkIn(venue, day) => (format!("walk-in/{venue}/{day}"), venue, day),
            VisitKey::Former(number, venue, day) => (format!("{number}/{venue}/{day}"), venue, day),
            // The visit of a booking that is not here (yet): shown where it happened.
            VisitKey::Booking(number) if !folded.bookings.iter().any(|booking| booking.number == *number) => {
                let Some((venue, day)) = place_of(visit) else { continue };
                write_visit(connection, document, &VisitColumns::bare(number.as_str(), &venue, day), Some(visit))?;
                written.insert(number.to_string());
                continue;
            }
            VisitKey::Booking(_) => continue,
        };
        let row = VisitColumns::bare(&name, venue.as_str(), day.to_string());
        write_visit(connection, document, &row, Some(visit))?;
        written.insert(name);
    }
    remove_others(connection, document, &written)
}

/// A visit that was corrected away, or whose booking now says another place, leaves no row behind.
fn remove_others(connection: &Connection, document: DocumentId, written: &BTreeSet<String>) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached("SELECT visit FROM visit WHERE document = ?")?;
    let rows: Vec<String> = statement.query_map([document.0], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for visit in rows.iter().filter(|visit| !written.contains(*visit)) {
        let mut statement = connection.prepare_cached("DELETE FROM visit WHERE document = ? AND visit = ?")?;
        statement.execute(params![document.0, visit])?;
    }
    Ok(())
}

fn place_of(visit: &VisitState) -> Option<(String, String)> {
    let check_in = visit.check_in.as_ref().map(|check_in| (&check_in.place, check_in.at));
    let outcome = visit.outcome.as_ref().map(|outcome| (&outcome.place, outcome.at));
    let (place, at) = check_in.or(outcome)?;
    Some((place.venue.to_string(), at.day().to_string()))
}

struct VisitColumns<'a> {
    visit: &'a str,
    venue: &'a str,
    day: String,
    start: Option<u16>,
    slot: Option<&'a str>,
    product: Option<&'a str>,
    dose: Option<u8>,
    cancelled: bool,
}

impl<'a> VisitColumns<'a> {
    fn bare(visit: &'a str, venue: &'a str, day: String) -> Self {
        Self { visit, venue, day, start: None, slot: None, product: None, dose: None, cancelled: false }
    }
}

fn write_visit(
    connection: &Connection,
    document: DocumentId,
    row: &VisitColumns<'_>,
    visit: Option<&VisitState>,
) -> Result<(), StoreError> {
    let check_in = visit.and_then(|visit| visit.check_in.as_ref());
    let outcome = visit.and_then(|visit| visit.outcome.as_ref());
    // Only what changed is written: a check-in leaves the day's index and the person's other visits alone.
    let sql = "INSERT INTO visit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
         ON CONFLICT (document, visit) DO UPDATE SET venue = ?3, day = ?4, start = ?5, slot = ?6, product = ?7, dose = ?8,
             cancelled = ?9, checked_in = ?10, outcome = ?11, outcome_at = ?12, unsettled = ?13
         WHERE (venue, day, start, slot, product, dose, cancelled, checked_in, outcome, outcome_at, unsettled)
             IS NOT (?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    connection.prepare_cached(sql)?.execute(params![
        document.0,
        row.visit,
        row.venue,
        row.day,
        row.start,
        row.slot,
        row.product,
        row.dose,
        row.cancelled,
        check_in.map(|check_in| check_in.at.0),
        outcome.map(|outcome| outcome_number(outcome.kind)),
        outcome.map(|outcome| outcome.at.0),
        outcome.is_some_and(|outcome| outcome.unsettled),
    ])?;
    Ok(())
}

pub(crate) fn outcome_number(kind: OutcomeKind) -> u8 {
    match kind {
        OutcomeKind::Vaccinated => 1,
        OutcomeKind::PrescreenOnly => 2,
    }
}

fn reviews(connection: &Connection, document: DocumentId, folded: &Folded) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM review WHERE document = ?")?.execute([document.0])?;
    for (place, review) in folded.reviews.iter().enumerate() {
        connection.prepare_cached("INSERT INTO review VALUES (?, ?, ?, ?, ?)")?.execute(params![
            document.0,
            i64::try_from(place).unwrap_or(i64::MAX),
            review.kind.code(),
            review.kind.is_urgent(),
            review.since().map(|since| since.0),
        ])?;
    }
    Ok(())
}

impl Store {
    /// Makes every person's rows anew from the admitted items. Answers how many people there are.
    ///
    /// # Errors
    /// When the disk can't be read or written; then nothing changed.
    pub fn rebuild(&mut self, mut progress: impl FnMut(u64)) -> Result<u64, StoreError> {
        let settings = self.settings.clone();
        let tx = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        tx.execute_batch("DELETE FROM person; DELETE FROM visit; DELETE FROM review;")?;
        let mut done = 0;
        {
            let mut statement = tx.prepare("SELECT DISTINCT document FROM item WHERE kind = 0")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                project(&tx, DocumentId(row.get(0)?), settings.as_ref())?;
                done += 1;
                progress(done);
            }
        }
        tx.commit()?;
        Ok(done)
    }
}
