//! Runs `tests/vectors/kana.json`.

use serde::Deserialize;
use uketsuke_domain::text::kana::SearchKey;

use super::load_text::cases;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    same: Vec<String>,
    key: Option<String>,
    #[serde(default)]
    different: Vec<String>,
    source: String,
}

#[test]
fn names_fold_as_the_vectors_say() {
    for case in cases::<Case>("kana.json") {
        assert!(!case.source.is_empty(), "{}", case.name);
        let first = SearchKey::of(case.same.first().expect("a spelling"));
        for spelling in &case.same {
            assert_eq!(SearchKey::of(spelling), first, "{}: {spelling}", case.name);
        }
        for spelling in &case.different {
            assert_ne!(SearchKey::of(spelling), first, "{}: {spelling}", case.name);
        }
        if let Some(key) = &case.key {
            assert_eq!(first.as_str(), key, "{}", case.name);
        }
    }
}
