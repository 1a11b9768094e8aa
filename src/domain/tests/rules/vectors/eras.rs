//! Runs `tests/vectors/eras.json`.

use std::iter::repeat_n;

use serde::Deserialize;
use uketsuke_domain::text::era::{self, EraDay, EraError};
use uketsuke_domain::time::Day;

use super::load_text::cases;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    written: Vec<String>,
    day: Option<String>,
    printed: Option<String>,
    refused: Option<String>,
    belongs: Option<String>,
    #[serde(default)]
    belongs_each: Vec<String>,
    source: String,
}

fn word(error: EraError) -> (&'static str, Option<String>) {
    match error {
        EraError::Unreadable => ("読めない", None),
        EraError::NoSuchDay => ("暦にない日", None),
        EraError::OtherEra { belongs, .. } => ("別の元号", Some(belongs.to_string())),
        EraError::OldCalendar => ("旧暦", None),
        EraError::BeforeMeiji => ("明治より前", None),
    }
}

fn refused(case: &Case, reason: &str) {
    let one = repeat_n(case.belongs.clone(), case.written.len());
    let each: Vec<Option<String>> = if case.belongs_each.is_empty() {
        one.collect()
    } else {
        case.belongs_each.iter().cloned().map(Some).collect()
    };
    assert_eq!(each.len(), case.written.len(), "{}", case.name);
    for (written, belongs) in case.written.iter().zip(each) {
        assert_eq!(era::parse(written).map_err(word), Err((reason, belongs)), "{}: {written}", case.name);
    }
    if let Some(day) = case.day.as_deref().map(|day| Day::parse(day).expect("a day")) {
        assert_eq!(EraDay::of(day).map_err(word), Err((reason, None)), "{}", case.name);
    }
    assert!(case.day.is_some() || !case.written.is_empty(), "{} tests nothing", case.name);
}

fn read_and_printed(case: &Case) {
    let day = case.day.as_deref().and_then(Day::parse).unwrap_or_else(|| panic!("{}: a day", case.name));
    let printed = case.printed.as_ref().unwrap_or_else(|| panic!("{}: printed", case.name));
    for written in &case.written {
        assert_eq!(era::parse(written), Ok(day), "{}: {written}", case.name);
    }
    assert_eq!(EraDay::of(day).map(|day| day.to_string()).as_ref(), Ok(printed), "{}", case.name);
}

#[test]
fn days_of_eras_are_read_and_printed_as_the_vectors_say() {
    for case in cases::<Case>("eras.json") {
        assert!(!case.source.is_empty(), "{}", case.name);
        match &case.refused {
            Some(reason) => refused(&case, reason),
            None => read_and_printed(&case),
        }
    }
}
