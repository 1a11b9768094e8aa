//! Where a separator may have been swallowed: see the module's own words on what is sound.

use super::Ai;
use super::ai::Spec;
use super::elements::Open;
use super::value::check_value;

/// The places at which an open value could end, longest first. Exactly the whole length when it is certain.
///
/// `seen` are the identifiers of the elements before: GS1 allows none twice in a code.
pub(super) fn possible_ends(open: Open<'_>, seen: &[Ai]) -> Vec<usize> {
    let Open { spec, rest } = open;
    let mut used = seen.to_vec();
    used.push(spec.ai);
    let tails = rows_of_elements(rest, &used);
    let longest = spec.max.min(rest.len());
    (spec.min..=longest)
        .rev()
        .filter(|end| tails.get(*end).copied().unwrap_or_default())
        .filter(|end| rest.get(..*end).is_some_and(|value| check_value(spec, value).is_ok()))
        .collect()
}

/// For each place of the text, whether the text from there on could be a row of assigned elements; the empty row counts.
/// A row that names one identifier twice is let pass: that only adds doubt.
fn rows_of_elements(text: &str, used: &[Ai]) -> Vec<bool> {
    let mut fits = vec![false; text.len() + 1];
    if let Some(end) = fits.last_mut() {
        *end = true;
    }
    for start in (0..text.len()).rev() {
        let could = element_could_start(text.get(start..).unwrap_or_default(), start, used, &fits);
        if let Some(place) = fits.get_mut(start) {
            *place = could;
        }
    }
    fits
}

/// Whether an assigned element could stand at the beginning of `tail`, with a row of elements or nothing behind it.
fn element_could_start(tail: &str, start: usize, used: &[Ai], fits: &[bool]) -> bool {
    let Some(spec) = Spec::at(tail).filter(|spec| spec.is_assigned && !used.contains(&spec.ai)) else { return false };
    let body = tail.get(spec.ai_len()..).unwrap_or_default();
    let body_start = start + spec.ai_len();
    (spec.min..=spec.max.min(body.len())).any(|length| {
        fits.get(body_start + length).copied().unwrap_or_default()
            && body.get(..length).is_some_and(|value| check_value(spec, value).is_ok())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(code: &str, seen: &[Ai]) -> Vec<usize> {
        let spec = Spec::at(code).unwrap();
        possible_ends(Open { spec, rest: &code[spec.ai_len()..] }, seen)
    }

    #[test]
    fn a_tail_that_no_element_can_be_leaves_no_doubt() {
        for lot in ["ABC123", "FA7338", "123ABC", "EY10ABC", "AB17", "AB170001"] {
            assert_eq!(ends(&format!("10{lot}"), &[Ai::GTIN]), [lot.len()], "{lot}");
        }
    }

    #[test]
    fn a_tail_that_could_be_an_element_is_in_doubt() {
        assert_eq!(ends("10EP2163", &[Ai::GTIN]), [6, 2], "(21)63");
        assert_eq!(ends("10EP2163", &[Ai::GTIN, Ai::SERIAL]), [6], "a serial number has been");
        assert_eq!(ends("10ABC17220131", &[Ai::GTIN]), [11, 5, 3], "(17)220131 or (22)0131");
        assert_eq!(ends("10ABC17991101", &[Ai::GTIN, Ai::EXPIRY]), [11, 6, 5], "an expiry date has been; (91)101");
        assert_eq!(ends("10ABC1722013121XY", &[Ai::GTIN]), [15, 11, 5, 3], "rows of one and of two");
    }

    #[test]
    fn a_value_that_is_too_long_can_only_end_earlier() {
        assert_eq!(ends("10ABCDEFGHIJKLMNOPQRS21XY", &[]), [19]);
        assert!(ends("10ABCDEFGHIJKLMNOPQRSTUVW", &[]).is_empty());
    }
}
