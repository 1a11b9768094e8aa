//! The vectors in `tests/vectors`: cases that a municipality's person can read and extend, and their runners.

mod language;
mod load_text;

mod ages;
mod bookings;
mod codes;
mod cp932;
mod eras;
mod intervals;
mod kana;
mod permissions;
mod reviews;
mod slots;
mod verdicts;

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// A file of cases.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VectorFile {
    about: String,
    source: String,
    /// How to read the cases, for the people who check them.
    notes: Option<Vec<String>>,
    cases: Vec<Map<String, Value>>,
}

/// The cases of `tests/vectors/<name>.json`. Every case is an object with a `name` that is its own and a `source`.
pub(crate) fn cases(name: &str) -> Vec<Map<String, Value>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors");
    let path = format!("{folder}/{name}.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let file: VectorFile = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    assert!(!file.about.is_empty() && !file.source.is_empty() && !file.cases.is_empty(), "{path}");
    assert!(file.notes.is_none_or(|notes| !notes.is_empty()), "{path}");
    let mut names = BTreeSet::new();
    for case in &file.cases {
        assert!(names.insert(text_of(case, "name").to_owned()), "{path}: twice: {}", text_of(case, "name"));
        assert!(!text_of(case, "source").is_empty(), "{path}: {}", text_of(case, "name"));
    }
    file.cases
}

/// A text of a case that has to be there.
pub(crate) fn text_of<'c>(case: &'c Map<String, Value>, key: &str) -> &'c str {
    case.get(key).and_then(Value::as_str).unwrap_or_else(|| panic!("{key} is missing: {case:?}"))
}

/// The cases of `tests/vectors/<name>.json`, read. A misspelt word in one is an error, not a case that tests nothing.
fn typed<C: DeserializeOwned>(name: &str) -> Vec<C> {
    let read = |case: Map<String, Value>| {
        let of = text_of(&case, "name").to_owned();
        serde_json::from_value(Value::Object(case)).unwrap_or_else(|why| panic!("{name}: {of}: {why}"))
    };
    cases(name).into_iter().map(read).collect()
}
