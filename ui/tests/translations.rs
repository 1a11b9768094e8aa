//! A half-translated screen is worse than none: every sentence of the sources has its English, and nothing else has.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod samples;

use std::collections::BTreeSet;
use std::path::Path;

use uketsuke_ui::{Headless, Language, set_language};

#[test]
fn every_sentence_is_translated_and_none_is_left_over() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = BTreeSet::new();
    collect_sentences(&root.join("slint"), &mut sources);
    assert!(sources.len() > 150, "the search finds the sentences: {}", sources.len());

    let catalogue = std::fs::read_to_string(root.join("lang/en/LC_MESSAGES/uketsuke-ui.po")).unwrap();
    let entries = read_entries(&catalogue);
    let translated: BTreeSet<String> = entries.iter().map(|(source, _)| source.clone()).collect();
    let missing: Vec<_> = sources.difference(&translated).collect();
    let left_over: Vec<_> = translated.difference(&sources).collect();
    assert!(missing.is_empty(), "without English: {missing:#?}");
    assert!(left_over.is_empty(), "no longer in the sources: {left_over:#?}");
    for (source, english) in entries {
        assert!(!english.is_empty(), "no English for {source}");
        for hole in ["{}", "{0}", "{1}", "{2}", "{3}"] {
            assert_eq!(source.contains(hole), english.contains(hole), "{hole} of {source}");
        }
        let japanese = english.chars().find(|letter| ('ぁ'..='ヿ').contains(letter) || ('一'..='龥').contains(letter));
        assert_eq!(japanese, None, "Japanese is left in {english}");
    }
}

#[test]
fn the_language_changes_at_once_and_back() {
    let headless = Headless::new(1024, 600).unwrap();
    headless.show(&samples::named("welcome"));
    let japanese = headless.frame();
    set_language(Language::English).unwrap();
    let english = headless.frame();
    assert!(japanese != english);
    set_language(Language::Japanese).unwrap();
    assert!(japanese == headless.frame());
}

fn collect_sentences(folder: &Path, into: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_sentences(&path, into);
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            for part in text.split("@tr(").skip(1) {
                let quoted = part.strip_prefix('"').and_then(|rest| rest.split_once('"'));
                let (sentence, _) = quoted.unwrap_or_else(|| panic!("no plain sentence in {}", path.display()));
                into.insert(sentence.to_owned());
            }
        }
    }
}

/// Entries of one line each, which is how the catalogue is written.
fn read_entries(catalogue: &str) -> Vec<(String, String)> {
    let quoted = |line: &str, key: &str| Some(line.strip_prefix(key)?.trim().trim_matches('"').to_owned());
    let mut entries = Vec::new();
    let mut source = None;
    for line in catalogue.lines() {
        if let Some(text) = quoted(line, "msgid ") {
            source = Some(text);
        } else if let Some(english) = quoted(line, "msgstr ") {
            entries.extend(source.take().filter(|source| !source.is_empty()).map(|source| (source, english)));
        }
    }
    entries
}
