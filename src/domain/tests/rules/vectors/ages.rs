//! Runs `tests/vectors/ages.json`: ages on the days around birthdays.

use serde::Deserialize;
use uketsuke_domain::age::{attained, day_of_attaining, is_child_at_first_dose, last_day_of};

use super::language::day_of;
use super::typed;
use crate::common::settings;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[expect(dead_code, reason = "for the people who check the cases; the loader wants it")]
    source: String,
    born: String,
    on: String,
    /// The age on that day; null before the birth.
    age: Option<u8>,
    /// The first and the last day of that age.
    first_day: Option<String>,
    last_day: Option<String>,
    /// Whether a first dose on that day is of the vaccine for children.
    child: bool,
}

#[test]
fn ages_are_as_the_vectors_say() {
    for Case { name, born, on, age, first_day, last_day, child, .. } in typed("ages") {
        let (born, on) = (day_of(&born), day_of(&on));
        assert_eq!(attained(born, on), age, "{name}");
        assert_eq!(is_child_at_first_dose(born, on, settings().child_ages()), child, "{name}");
        let Some(age) = age else { continue };
        let first = first_day.map(|day| day_of(&day));
        assert!(first.is_none_or(|first| first == day_of_attaining(born, age)), "{name}: first day");
        let last = last_day.map(|day| day_of(&day));
        assert!(last.is_none_or(|last| last == last_day_of(born, age)), "{name}: last day");
    }
}
