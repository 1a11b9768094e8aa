//! Runs `tests/vectors/intervals.json`: the first day on which a dose may follow another.

use serde::Deserialize;
use uketsuke_domain::reference::MonthEnd;

use super::language::{day_of, product};
use super::typed;
use crate::common::settings;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[expect(dead_code, reason = "for the people who check the cases; the loader wants it")]
    source: String,
    /// The day of the dose before.
    last: String,
    /// Its vaccine; "不明" where nobody wrote it down.
    vaccine: Option<String>,
    /// The dose that is to follow, by the settings.
    dose: Option<u8>,
    /// The months that a slot asks for.
    months: Option<u8>,
    /// The first day, where the month lacks the day: of the month after, or the month's last. Null when nothing is asked.
    first_of_next: Option<String>,
    last_day: Option<String>,
}

#[test]
fn intervals_are_as_the_vectors_say() {
    for case in typed::<Case>("intervals") {
        let policies = [(MonthEnd::FirstOfNext, &case.first_of_next), (MonthEnd::LastDay, &case.last_day)];
        for (policy, expected) in policies {
            let mut settings = settings();
            settings.doses.month_end = policy;
            let last = day_of(&case.last);
            let earliest = match (case.dose, case.months) {
                (Some(dose), None) => {
                    settings.earliest_after(dose, last, product(case.vaccine.as_deref()).as_ref(), None)
                }
                (None, Some(months)) => Some(settings.months_later(last, months)),
                _ => panic!("{}: a dose, or months", case.name),
            };
            assert_eq!(earliest, expected.as_deref().map(day_of), "{}: {policy:?}", case.name);
        }
    }
}
