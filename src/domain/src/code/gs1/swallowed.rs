//! Where a separator may have been swallowed: see the module's own words on what is sound.

use super::Ai;
use super::ai::Spec;
use super::elements::{Element, Open};
use super::value::check_value;

/// The places at which an open value could end, longest first. Exactly the whole length when it is certain.
///
/// `seen` are the elements before. A code may say one thing twice (two symbols of one label, read as one), and never two
/// things of one identifier.
pub(super) fn possible_ends(open: Open<'_>, seen: &[Element]) -> Vec<usize> {
    let Open { spec, rest } = open;
    let may_follow = |ai: Ai, value: &str| {
        let agrees = seen.iter().all(|element| element.ai != ai || element.value == value);
        agrees && (ai != spec.ai || rest.starts_with(value))
    };
    let tails = rows_of_elements(rest, &may_follow);
    let longest = spec.max.min(rest.len());
    (spec.min..=longest)
        .rev()
        .filter(|end| tails.get(*end).copied().unwrap_or_default())
        .filter(|end| rest.get(..*end).is_some_and(|value| check_value(spec, value).is_ok()))
        .collect()
}

/// Whether an element of this identifier and value goes with those that came before.
type MayFollow<'f> = dyn Fn(Ai, &str) -> bool + 'f;

/// For each place of the text, whether the text from there on could be a row of assigned elements; the empty row counts.
/// A row that contradicts itself is let pass: that only adds doubt.
fn rows_of_elements(text: &str, may_follow: &MayFollow<'_>) -> Vec<bool> {
    let mut fits = vec![false; text.len() + 1];
    if let Some(end) = fits.last_mut() {
        *end = true;
    }
    for start in (0..text.len()).rev() {
        let could = element_could_start(text.get(start..).unwrap_or_default(), start, may_follow, &fits);
        if let Some(place) = fits.get_mut(start) {
            *place = could;
        }
    }
    fits
}

/// Whether an assigned element could stand at the beginning of `tail`, with a row of elements or nothing behind it.
fn element_could_start(tail: &str, start: usize, may_follow: &MayFollow<'_>, fits: &[bool]) -> bool {
    let Some(spec) = Spec::at(tail).filter(|spec| spec.is_assigned) else { return false };
    let body = tail.get(spec.ai_len()..).unwrap_or_default();
    let body_start = start + spec.ai_len();
    (spec.min..=spec.max.min(body.len())).any(|length| {
        fits.get(body_start + length).copied().unwrap_or_default()
            && body.get(..length).is_some_and(|value| check_value(spec, value).is_ok() && may_follow(spec.ai, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GTIN: (Ai, &str) = (Ai::GTIN, "09521234543213");

    fn ends(code: &str, seen: &[(Ai, &str)]) -> Vec<usize> {
        let spec = Spec::at(code).unwrap();
        let element = |(ai, value): &(Ai, &str)| Element { ai: *ai, value: (*value).to_owned() };
        let seen: Vec<Element> = seen.iter().map(element).collect();
        possible_ends(Open { spec, rest: &code[spec.ai_len()..] }, &seen)
    }

    #[test]
    fn a_tail_that_no_element_can_be_leaves_no_doubt() {
        for lot in ["ABC123", "FA7338", "123ABC", "EY10ABC", "AB17", "AB170001"] {
            assert_eq!(ends(&format!("10{lot}"), &[GTIN]), [lot.len()], "{lot}");
        }
    }

    #[test]
    fn a_tail_that_could_be_an_element_is_in_doubt() {
        assert_eq!(ends("10EP2163", &[GTIN]), [6, 2], "(21)63");
        assert_eq!(ends("10EP2163", &[GTIN, (Ai::SERIAL, "9")]), [6], "a serial number has been");
        assert_eq!(ends("10ABC17220131", &[GTIN]), [11, 5, 3], "(17)220131 or (22)0131");
        assert_eq!(
            ends("10ABC17991101", &[GTIN, (Ai::EXPIRY, "220131")]),
            [11, 6, 5],
            "an expiry date has been; (91)101"
        );
        assert_eq!(ends("10ABC1722013121XY", &[GTIN]), [15, 11, 5, 3], "rows of one and of two");
    }

    #[test]
    fn what_was_said_before_may_be_said_again() {
        let expiry = (Ai::EXPIRY, "991101");
        assert_eq!(ends("10ABC17991101", &[GTIN, expiry]), [11, 6, 5, 3], "the same expiry date, or (91)101");
        assert_eq!(ends("10ABC10ABC", &[GTIN]), [8, 3], "the same lot");
        assert_eq!(ends("10ABC10ABD", &[GTIN]), [8], "another lot");
    }

    #[test]
    fn a_value_that_is_too_long_can_only_end_earlier() {
        assert_eq!(ends("10ABCDEFGHIJKLMNOPQRS21XY", &[]), [19]);
        assert!(ends("10ABCDEFGHIJKLMNOPQRSTUVW", &[]).is_empty());
    }
}
