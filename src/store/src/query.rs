//! Questions of screens, the console and exports.

use rusqlite::{Row, params};
use uketsuke_domain::code::{Municipality, Voucher, VoucherNumber};
use uketsuke_domain::facts::KnownFact;
use uketsuke_domain::fold::{GivenDose, fold};
use uketsuke_domain::ids::VenueNumber;
use uketsuke_domain::record::{DocumentId, RawRecord};
use uketsuke_domain::review::Review;
use uketsuke_domain::text::kana::SearchKey;
use uketsuke_domain::time::{Day, Moment};
use uketsuke_domain::verdict::OutcomeKind;

use crate::sql::Sql;
use crate::{Store, StoreError, records};

const PEOPLE_BY_KANA: &str = "SELECT document, municipality, voucher, name, kana, birth FROM person
     WHERE name_key >= ? AND name_key < ? ORDER BY name_key, birth DESC, document LIMIT ?";

/// A person's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    /// The record's id.
    pub document: DocumentId,
    /// The voucher.
    pub voucher: Voucher,
    /// 氏名（漢字）.
    pub name: Option<String>,
    /// 氏名（カナ）.
    pub kana: Option<String>,
    /// 生年月日.
    pub birth: Option<Day>,
}

/// A visit's row: a booking of the day, or somebody who came without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitRow {
    /// Whose; none when only facts are here and no voucher field yet.
    pub person: Option<PersonRow>,
    /// 予約番号, or how a visit without one is named.
    pub visit: String,
    /// The slot's start, minutes after midnight.
    pub start_minute: Option<u16>,
    /// The vaccine that is planned.
    pub product: Option<String>,
    /// The dose that is planned.
    pub dose: Option<u8>,
    /// The booking was cancelled.
    pub cancelled: bool,
    /// When the person was checked in.
    pub checked_in: Option<Moment>,
    /// The outcome and when it happened.
    pub outcome: Option<(OutcomeKind, Moment)>,
    /// The outcome is contradicted.
    pub unsettled: bool,
}

/// An open review and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenReview {
    /// Whose.
    pub person: Option<PersonRow>,
    /// The record that it was found in.
    pub record: RawRecord,
    /// What is to be decided.
    pub review: Review,
}

/// A dose that counts, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoseRow {
    /// Whose.
    pub person: PersonRow,
    /// The dose.
    pub dose: GivenDose,
}

/// Reads `document, municipality, voucher, name, kana, birth`, from a column on.
fn person_from(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<PersonRow>> {
    let Some(municipality) = row.get::<_, Option<String>>(at + 1)? else { return Ok(None) };
    let number: String = row.get(at + 2)?;
    let (Ok(municipality), Some(number)) = (Municipality::parse(&municipality), VoucherNumber::parse(&number)) else {
        return Ok(None);
    };
    Ok(Some(PersonRow {
        document: DocumentId(row.get(at)?),
        voucher: Voucher { municipality, number },
        name: row.get(at + 3)?,
        kana: row.get(at + 4)?,
        birth: row.get::<_, Option<String>>(at + 5)?.and_then(|text| Day::parse(&text)),
    }))
}

fn visit_from(row: &Row<'_>) -> rusqlite::Result<VisitRow> {
    let outcome_at: Option<i64> = row.get(6)?;
    let kind = match row.get::<_, Option<u8>>(5)? {
        Some(1) => Some(OutcomeKind::Vaccinated),
        Some(_) => Some(OutcomeKind::PrescreenOnly),
        None => None,
    };
    Ok(VisitRow {
        visit: row.get(0)?,
        start_minute: row.get(1)?,
        product: row.get(2)?,
        dose: row.get(3)?,
        checked_in: row.get::<_, Option<i64>>(4)?.map(Moment),
        outcome: kind.zip(outcome_at.map(Moment)),
        unsettled: row.get(7)?,
        cancelled: row.get(8)?,
        person: person_from(row, 9)?,
    })
}

impl Store {
    /// The people of a venue on a day, by time and kana.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn visits(&self, venue: &VenueNumber, day: Day) -> Result<Vec<VisitRow>, StoreError> {
        let sql = "SELECT v.visit, v.start, v.product, v.dose, v.checked_in, v.outcome, v.outcome_at, v.unsettled,
                 v.cancelled, v.document, p.municipality, p.voucher, p.name, p.kana, p.birth
             FROM visit v LEFT JOIN person p ON p.document = v.document
             WHERE v.venue = ? AND v.day = ? ORDER BY v.start, p.name_key, p.voucher, v.document, v.visit";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![venue.as_str(), day.to_string()], visit_from)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// People whose name begins with what was typed, by name and then the youngest first, as the booking system's list;
    /// at most `limit`. The index gives them in this order, so the cost is that of the rows answered.
    ///
    /// People without kana are found by their kanji name, and come after the others. An empty prefix starts with the
    /// first name.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn people_by_kana(&self, prefix: &SearchKey, limit: u32) -> Result<Vec<PersonRow>, StoreError> {
        // No name holds the last of all characters: what lies below it is what begins with the prefix.
        let beyond = format!("{prefix}{}", char::MAX);
        let mut statement = self.connection.prepare_cached(PEOPLE_BY_KANA)?;
        let rows = statement.query_map(params![prefix.as_str(), beyond, limit], |row| person_from(row, 0))?;
        Ok(rows.filter_map(Result::transpose).collect::<Result<_, _>>()?)
    }

    /// How many reviews are open.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn review_count(&self) -> Result<usize, StoreError> {
        let count: i64 = self.connection.query_row("SELECT count(*) FROM review", [], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// Open reviews, urgent first, then the oldest; at most `limit`.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn reviews(&self, limit: u32) -> Result<Vec<OpenReview>, StoreError> {
        let sql = "SELECT r.document, r.document, p.municipality, p.voucher, p.name, p.kana, p.birth, r.place
             FROM review r LEFT JOIN person p ON p.document = r.document
             ORDER BY r.urgent DESC, r.since, r.document, r.place LIMIT ?";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([limit])?;
        let mut reviews = Vec::new();
        while let Some(row) = rows.next()? {
            let record = records::record(&Sql(&self.connection), DocumentId(row.get(0)?))?;
            let place: i64 = row.get(7)?;
            let folded = fold(&record, self.settings());
            let review = usize::try_from(place).ok().and_then(|place| folded.reviews.get(place).cloned());
            if let Some(review) = review {
                reviews.push(OpenReview { person: person_from(row, 1)?, record, review });
            }
        }
        Ok(reviews)
    }

    /// All open reviews with the records that they were found in, by document.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn open_reviews(&self) -> Result<Vec<(DocumentId, Review)>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT document, place FROM review ORDER BY document, place")?;
        let mut rows = statement.query([])?;
        let mut open = Vec::new();
        while let Some(row) = rows.next()? {
            let document = DocumentId(row.get(0)?);
            let folded = fold(&self.record(document)?, self.settings());
            let place = usize::try_from(row.get::<_, i64>(1)?).unwrap_or(usize::MAX);
            open.extend(folded.reviews.get(place).map(|review| (document, review.clone())));
        }
        Ok(open)
    }

    /// Calls back with every dose that counts, by voucher: a row at a time, for there may be millions.
    ///
    /// # Errors
    /// When the disk can't be read, or the callback's.
    pub fn each_dose<E: From<StoreError>>(&self, mut each: impl FnMut(DoseRow) -> Result<(), E>) -> Result<(), E> {
        let sql =
            "SELECT document, municipality, voucher, name, kana, birth FROM person ORDER BY municipality, voucher";
        let mut statement = self.connection.prepare_cached(sql).map_err(StoreError::from)?;
        let mut rows = statement.query([]).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            let Some(person) = person_from(row, 0).map_err(StoreError::from)? else { continue };
            let record = records::record(&Sql(&self.connection), person.document)?;
            for dose in fold(&record, self.settings()).doses {
                each(DoseRow { person: person.clone(), dose })?;
            }
        }
        Ok(())
    }

    /// Calls back with every person, by record: a row at a time, for there may be millions.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn each_person(&self, mut each: impl FnMut(DocumentId)) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT document FROM person ORDER BY document")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(DocumentId(row.get(0)?));
        }
        Ok(())
    }

    /// How many people there are.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn person_count(&self) -> Result<u64, StoreError> {
        let count: i64 = self.connection.query_row("SELECT count(*) FROM person", [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}

impl Store {
    /// Calls back with every person's fact and whose record it is in: a row at a time.
    ///
    /// # Errors
    /// When the disk can't be read, or the callback's.
    pub fn each_fact<E: From<StoreError>>(
        &self,
        mut each: impl FnMut(DocumentId, KnownFact) -> Result<(), E>,
    ) -> Result<(), E> {
        let sql = "SELECT document, content FROM item WHERE kind = 0 AND what = 0 ORDER BY document, change";
        let mut statement = self.connection.prepare_cached(sql).map_err(StoreError::from)?;
        let mut rows = statement.query([]).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            let document = DocumentId(row.get(0).map_err(StoreError::from)?);
            let bytes: Vec<u8> = row.get(1).map_err(StoreError::from)?;
            match KnownFact::decode(&bytes) {
                Ok(fact) => each(document, fact)?,
                Err(why) => log::error!("a stored fact can't be read: {why}"),
            }
        }
        Ok(())
    }
}
