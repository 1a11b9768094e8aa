//! Runs `tests/vectors/reviews.json`: what facts add up to, whatever their order, and what a person must decide.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use uketsuke_domain::facts::KnownFact;
use uketsuke_domain::fold::{BookingState, Folded, fold};
use uketsuke_domain::ids::TransferId;
use uketsuke_domain::record::{RawRecord, Value, field};
use uketsuke_domain::review::ReviewKind::{self, *};

use super::language::{Line, Told};
use super::typed;
use crate::common::{met, record, settings};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[expect(dead_code, reason = "for the people who check the cases; the loader wants it")]
    source: String,
    /// The day on which the voucher was deleted, or "1" where nobody wrote it down.
    deleted: Option<String>,
    /// The centre had everything of the person erased before.
    #[serde(default)]
    erased: bool,
    /// Fields with all their values.
    #[serde(default)]
    fields: BTreeMap<String, Vec<String>>,
    /// Transfers whose other half was found.
    #[serde(default)]
    met: Vec<u8>,
    facts: Vec<Line>,
    expect: Expected,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    reviews: Vec<Review>,
    #[serde(default)]
    doses: Vec<Dose>,
    /// All bookings, by their numbers.
    #[serde(default)]
    bookings: BTreeMap<String, Booking>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
struct Review {
    what: String,
    #[serde(default)]
    facts: BTreeSet<String>,
    field: Option<String>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dose {
    #[serde(rename = "dose")]
    number: u8,
    day: String,
    /// The fact that tells it.
    fact: String,
    #[serde(default)]
    unsettled: bool,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Booking {
    state: String,
    venue: String,
    day: String,
}

#[test]
fn facts_add_up_to_what_the_vectors_say_in_every_order() {
    for case in typed::<Case>("reviews") {
        let told = Told::of(&case.facts, &case.name);
        for facts in orders(&told.here) {
            let folded = fold(&case.record(&facts), Some(&settings()));
            case.compare(&folded, &told);
        }
    }
}

#[test]
fn every_kind_of_review_has_a_case_and_a_near_miss() {
    let cases = typed::<Case>("reviews");
    let told: BTreeSet<&str> =
        cases.iter().flat_map(|case| &case.expect.reviews).map(|review| review.what.as_str()).collect();
    // Too many people in a slot are found among records, not in one person's.
    let missing = ReviewKind::ALL.into_iter().filter(|kind| *kind != Overbooked && !told.contains(kind.code()));
    assert_eq!(missing.collect::<Vec<_>>(), []);
    let none = cases.iter().filter(|case| case.expect.reviews.is_empty()).count();
    assert!(none >= ReviewKind::ALL.len(), "{none} near misses");
}

/// The same facts forwards, backwards and from every start, with some of them twice.
fn orders(facts: &[KnownFact]) -> Vec<Vec<KnownFact>> {
    let mut orders = vec![facts.to_vec(), facts.iter().rev().cloned().collect()];
    for start in 1..facts.len() {
        let mut rotated = facts.to_vec();
        rotated.rotate_left(start);
        rotated.extend(facts.iter().take(start).cloned());
        orders.push(rotated);
    }
    orders
}

impl Case {
    fn record(&self, facts: &[KnownFact]) -> RawRecord {
        let mut record = record(facts);
        let texts = |texts: &[String]| texts.iter().cloned().map(Value::Text).collect();
        record.fields.extend(self.fields.iter().map(|(name, values)| (name.clone(), texts(values))));
        record.fields.extend(self.deleted.clone().map(|day| (field::DELETED.to_owned(), vec![Value::Text(day)])));
        record.erased = self.erased;
        record.met = met(self.met.iter().map(|transfer| TransferId([*transfer; 16])));
        record
    }

    fn compare(&self, folded: &Folded, told: &Told) {
        let Self { name, expect, .. } = self;
        let review = |review: &uketsuke_domain::review::Review| Review {
            what: review.kind.code().to_owned(),
            facts: review.sides.iter().map(|side| told.name_of(side.fact)).collect(),
            field: review.field.clone().map(|(field, _)| field),
        };
        let mut reviews: Vec<Review> = folded.reviews.iter().map(review).collect();
        reviews.sort();
        let mut expected: Vec<&Review> = expect.reviews.iter().collect();
        expected.sort();
        assert_eq!(reviews.iter().collect::<Vec<_>>(), expected, "{name}");
        let urgent: Vec<bool> = folded.reviews.iter().map(|review| !review.kind.is_urgent()).collect();
        assert!(urgent.is_sorted(), "{name}: urgent ones come first");
        let dose = |dose: &uketsuke_domain::fold::GivenDose| Dose {
            number: dose.dose,
            day: dose.day.to_string(),
            fact: told.name_of(dose.fact),
            unsettled: dose.unsettled,
        };
        let mut doses: Vec<Dose> = folded.doses.iter().map(dose).collect();
        doses.sort();
        let mut expected: Vec<&Dose> = expect.doses.iter().collect();
        expected.sort();
        assert_eq!(doses.iter().collect::<Vec<_>>(), expected, "{name}");
        let bookings: BTreeMap<String, Booking> = folded.bookings.iter().map(booking).collect();
        assert_eq!(bookings, expect.bookings, "{name}");
    }
}

fn booking(state: &BookingState) -> (String, Booking) {
    let word = match &state.cancelled {
        None => "有効",
        Some(cancelled) if cancelled.no_show => "来場なし",
        Some(_) => "キャンセル",
    };
    let booked = &state.booked;
    let told = Booking { state: word.to_owned(), venue: booked.venue.to_string(), day: booked.day.to_string() };
    (state.number.to_string(), told)
}
