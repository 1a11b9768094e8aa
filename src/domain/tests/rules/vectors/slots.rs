//! `tests/vectors/slots.json`: which slots may be registered, and what is wrong with the others.

use serde::Deserialize;
use serde_json::Value;
use uketsuke_domain::booking::{check_pair, check_slot};
use uketsuke_domain::reference::{Audience, Conditions, DoseTarget, Slot, Visibility};
use uketsuke_domain::time::Day;

use super::cases;
use crate::common::settings;

/// A slot as the files write it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SlotCase {
    day: String,
    #[serde(default = "ten")]
    start: String,
    #[serde(default = "half_past_ten")]
    end: String,
    #[serde(default = "pfizer")]
    vaccine: String,
    #[serde(default = "five")]
    capacity: u16,
    conditions: Option<ConditionsCase>,
    visibility: Option<Visibility>,
    #[serde(default)]
    same_day: bool,
    pair: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionsCase {
    #[serde(default)]
    audience: Audience,
    #[serde(default)]
    doses: DoseTarget,
    months: Option<u8>,
    min_age: Option<u8>,
    max_age: Option<u8>,
}

fn ten() -> String {
    "10:00".to_owned()
}

fn half_past_ten() -> String {
    "10:30".to_owned()
}

fn pfizer() -> String {
    "comirnaty".to_owned()
}

fn five() -> u16 {
    5
}

pub(super) fn minute(text: &str) -> u16 {
    let (hour, minute) = text.split_once(':').unwrap();
    hour.parse::<u16>().unwrap() * 60 + minute.parse::<u16>().unwrap()
}

impl SlotCase {
    pub(super) fn slot(&self, id: &str) -> Slot {
        let conditions = self.conditions.as_ref().map(|given| Conditions {
            audience: given.audience,
            doses: given.doses,
            months: given.months,
            min_age: given.min_age,
            max_age: given.max_age,
        });
        Slot {
            id: id.into(),
            name: id.to_owned(),
            venue: "001".into(),
            day: Day::parse(&self.day).unwrap(),
            start_minute: minute(&self.start),
            end_minute: minute(&self.end),
            product: self.vaccine.as_str().into(),
            capacity: self.capacity,
            conditions,
            visibility: self.visibility,
            same_day: self.same_day,
            pair: self.pair.as_deref().map(Into::into),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[expect(dead_code, reason = "the loader checks that it is there")]
    source: String,
    slot: SlotCase,
    /// The second slot of a pair.
    second: Option<SlotCase>,
    /// What is wrong, or nothing.
    error: Option<String>,
}

#[test]
fn slots() {
    let settings = settings();
    let mut seen = std::collections::BTreeSet::new();
    for case in cases("slots") {
        let case: Case = serde_json::from_value(Value::Object(case)).unwrap();
        let mut first = case.slot.slot("a");
        let found = check_slot(&first, &settings).and_then(|()| match &case.second {
            Some(second) => {
                let mut second = second.slot("b");
                // Two slots of a pair name each other, unless a case says otherwise.
                first.pair.get_or_insert_with(|| "b".into());
                second.pair.get_or_insert_with(|| "a".into());
                check_pair(&first, &second, &settings)
            }
            None => Ok(()),
        });
        let found = found.err().map(|error| format!("{error:?}"));
        assert_eq!(found, case.error, "{}", case.name);
        seen.extend(found.map(|error| error.split('(').next().unwrap_or_default().to_owned()));
    }
    let all = [
        "Ages",
        "Audience",
        "ChildPresets",
        "Hours",
        "Interval",
        "NeedlessInterval",
        "NoInterval",
        "PairDays",
        "PairDoses",
        "PairInterval",
        "PairNames",
        "PairProducts",
        "UnknownProduct",
    ];
    assert_eq!(seen.iter().map(String::as_str).collect::<Vec<_>>(), all, "every error has a case");
}
