//! The person of a verdict's case: what is on record, what is on a card, and what is not here.

use serde::Deserialize;
use uketsuke_domain::facts::KnownFact;
use uketsuke_domain::record::{DocumentId, Fields, RawRecord, Value, field};
use uketsuke_domain::reference::{Card, CardDose};
use uketsuke_domain::verdict::Known;

use crate::common::{record, voucher, voucher_of};
use crate::vectors::language::{Line, Told, day_of, product};

/// Born on 1950-04-01 and on record here, unless it is said otherwise.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Person {
    /// "不明" where nobody knows.
    birth: Option<String>,
    /// The day on which the voucher was deleted at the centre, or "1".
    deleted: Option<String>,
    /// The record is elsewhere: only what this kiosk wrote itself is here.
    elsewhere: bool,
    card: Option<OnCard>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OnCard {
    birth: Option<String>,
    #[serde(default)]
    doses: Vec<Dose>,
    #[serde(default)]
    bookings: Vec<Booking>,
    #[serde(default)]
    deleted: bool,
    replaced_by: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dose {
    #[serde(rename = "dose")]
    number: u8,
    vaccine: Option<String>,
    day: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Booking {
    venue: String,
    day: String,
}

impl Person {
    /// What storage knows of the person and these facts.
    pub(super) fn known(&self, facts: &[Line], earlier: &[Line], case: &str) -> Known {
        let facts = Told::of(facts, case).here;
        let raw = if self.elsewhere { self.elsewhere(facts) } else { self.here(record(&facts)) };
        let earlier = Some(earlier).filter(|lines| !lines.is_empty());
        let earlier = earlier.map(|lines| record(&Told::of(lines, case).here));
        Known {
            record: RawRecord { kin: earlier.map(|earlier| (old_number(), earlier)).into_iter().collect(), ..raw },
            card: self.card.as_ref().map(OnCard::read),
            ..Known::default()
        }
    }

    fn here(&self, mut record: RawRecord) -> RawRecord {
        match self.birth.as_deref() {
            None => {}
            Some("不明") => drop(record.fields.remove(field::BIRTH)),
            Some(birth) => set(&mut record.fields, field::BIRTH, &day_of(birth).to_string()),
        }
        if let Some(deleted) = &self.deleted {
            set(&mut record.fields, field::DELETED, deleted);
        }
        record
    }

    /// A kiosk that takes in somebody of another venue writes the voucher, the typed birth date and its own facts.
    fn elsewhere(&self, facts: Vec<KnownFact>) -> RawRecord {
        let mut fields = Fields::new();
        if !facts.is_empty() {
            set(&mut fields, field::VOUCHER, &voucher().to_string());
        }
        if let Some(birth) = &self.birth {
            set(&mut fields, field::BIRTH, &day_of(birth).to_string());
        }
        RawRecord { fields, facts, ..RawRecord::default() }
    }
}

impl OnCard {
    fn read(&self) -> Card {
        let dose = |given: &Dose| CardDose {
            dose: given.number,
            product: product(given.vaccine.as_deref()),
            day: day_of(&given.day),
        };
        Card {
            birth: self.birth.as_deref().map(day_of),
            doses: self.doses.iter().map(dose).collect(),
            bookings: self.bookings.iter().map(|at| (at.venue.as_str().into(), day_of(&at.day))).collect(),
            deleted: self.deleted,
            replaced_by: self.replaced_by.clone(),
        }
    }
}

fn old_number() -> DocumentId {
    DocumentId::visit(&voucher_of("1111111112"))
}

fn set(fields: &mut Fields, name: &str, text: &str) {
    fields.insert(name.to_owned(), vec![Value::Text(text.to_owned())]);
}
