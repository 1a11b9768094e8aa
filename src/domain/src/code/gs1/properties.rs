//! Laws of labels: what was built reads back, and a lost separator is never guessed.

use proptest::prelude::*;
use proptest::sample::subsequence;

use super::ai::Spec;
use super::*;
use crate::code::{Scanned, what_is};

/// Elements that a label may hold besides its GTIN, with values that often look like further elements.
fn element(ai: &'static str) -> BoxedStrategy<(&'static str, String)> {
    let text = |max: usize| {
        prop_oneof![
            proptest::string::string_regex(&format!("[A-Z0-9]{{1,{max}}}")).unwrap(),
            "(10|17220131|21|30|3|A|7){1,3}".prop_filter("too long", |text| !text.is_empty() && text.len() <= 6),
        ]
    };
    match ai {
        "10" | "21" => text(20).prop_map(move |value| (ai, value)).boxed(),
        "240" | "91" => text(30).prop_map(move |value| (ai, value)).boxed(),
        "30" | "37" => "[0-9]{1,8}".prop_map(move |value| (ai, value)).boxed(),
        "11" | "17" => (0..100, 1..13, 0..29).prop_map(move |(y, m, d)| (ai, format!("{y:02}{m:02}{d:02}"))).boxed(),
        _ => "[0-9]{6}".prop_map(move |value| (ai, value)).boxed(),
    }
}

fn gtin() -> impl Strategy<Value = (&'static str, String)> {
    "[0-9]{13}".prop_map(|head| {
        let right = (0..10).map(|digit| format!("{head}{digit}")).find(|gtin| check_digit_fits(gtin));
        ("01", right.unwrap())
    })
}

/// A GTIN and some others in any order.
fn elements() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let chosen = subsequence(vec!["10", "17", "21", "30", "37", "11", "240", "91", "3103"], 0..=6);
    let others = chosen.prop_flat_map(|ais| ais.into_iter().map(element).collect::<Vec<_>>());
    (gtin(), others).prop_map(|(gtin, others)| std::iter::once(gtin).chain(others).collect::<Vec<_>>()).prop_shuffle()
}

/// As a reader sends it; `always` puts a separator behind values of predefined length too.
fn sent(elements: &[(&str, String)], always: bool) -> String {
    let mut text = String::from("]C1\u{1d}");
    for (ai, value) in elements {
        text.push_str(ai);
        text.push_str(value);
        if always || !Spec::at(ai).unwrap().is_predefined {
            text.push('\u{1d}');
        }
    }
    text
}

fn told(elements: &[(&str, String)], wanted: &str) -> Option<String> {
    elements.iter().find(|(ai, _)| *ai == wanted).map(|(_, value)| value.clone())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn what_was_built_reads_back(elements in elements(), always: bool, brackets: bool) {
        let text = if brackets {
            elements.iter().map(|(ai, value)| format!("({ai}){value}")).collect::<Vec<_>>().concat()
        } else {
            sent(&elements, always)
        };
        let Scanned::Vaccine(label) = what_is(&text) else { panic!("{text:?}: {:?}", what_is(&text)) };
        prop_assert_eq!(Some(label.gtin.to_string()), told(&elements, "01"));
        prop_assert_eq!(label.lot.certain().map(|lot| lot.0.clone()), told(&elements, "10"));
        prop_assert_eq!(label.is_complete(), told(&elements, "10").is_some());
        prop_assert_eq!(label.expires, told(&elements, "17").and_then(|date| ExpiryDate::parse(&date)));
        prop_assert_eq!(label.serial, told(&elements, "21"));
        prop_assert_eq!(label.quantity.map(|count| count.to_string()), told(&elements, "30").map(|count| without_zeros(&count)));
        let others = label.others.iter().map(|element| (element.ai.to_string(), element.value.clone()));
        let known = ["01", "10", "17", "21", "30"];
        let expected = elements.iter().filter(|(ai, _)| !known.contains(ai)).map(|(ai, v)| ((*ai).to_owned(), v.clone()));
        prop_assert_eq!(others.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }

    #[test]
    fn a_swallowed_separator_never_makes_a_wrong_lot_certain(elements in elements()) {
        let text = sent(&elements, false).replace('\u{1d}', "");
        if let Scanned::Vaccine(label) = what_is(&text) {
            match &label.lot {
                Lot::Read(lot) => prop_assert_eq!(Some(lot.0.clone()), told(&elements, "10")),
                Lot::Missing => prop_assert_eq!(None, told(&elements, "10")),
                Lot::Doubtful(candidates) => {
                    let lot = told(&elements, "10");
                    prop_assert!(candidates.is_empty() || lot.is_none() || candidates.iter().any(|c| Some(&c.0) == lot.as_ref()));
                }
            }
            prop_assert!(label.serial.is_none() || label.serial == told(&elements, "21"));
            prop_assert!(label.expires.is_none() || label.expires == told(&elements, "17").and_then(|d| ExpiryDate::parse(&d)));
        }
    }

    #[test]
    fn no_text_panics(text in prop_oneof![any::<String>(), "[0-9A-C%()\u{1d}é]{0,200}", "(01|10|21|17|91|3){0,300}"]) {
        let _ = read_label(&text);
    }
}

fn without_zeros(digits: &str) -> String {
    digits.parse::<u32>().unwrap().to_string()
}
