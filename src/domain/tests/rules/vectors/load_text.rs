//! Reads a file of cases about text. A misspelt word in one is an error, not a case that tests nothing.

use serde::de::DeserializeOwned;

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File<C> {
    about: String,
    source: String,
    cases: Vec<C>,
}

/// The cases of `tests/vectors/<file>`.
pub(super) fn cases<C: DeserializeOwned>(file: &str) -> Vec<C> {
    let path = format!("{}/../../tests/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{path}: {why}"));
    let file: File<C> = serde_json::from_str(&text).unwrap_or_else(|why| panic!("{path}: {why}"));
    assert!(!file.about.is_empty() && !file.source.is_empty() && !file.cases.is_empty(), "{path}");
    file.cases
}
