//! Splits a scanned text into elements.

use std::borrow::Cow;

use serde::Serialize;

use super::ai::Spec;
use super::value::{check_value, is_gs1_character};
use super::{Ai, LabelFault};
use crate::code::framing::GS;

/// One element: what it is, and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Element {
    /// What the value is.
    pub ai: Ai,
    /// The value, of GS1's characters.
    pub value: String,
}

/// A value of variable length that runs to the end of a code without any separator.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open<'t> {
    pub(super) spec: Spec,
    pub(super) rest: &'t str,
}

/// The elements of a code: those whose end is certain, and the one whose end is not.
#[derive(Debug)]
pub(super) struct Split<'t> {
    pub(super) elements: Vec<Element>,
    pub(super) open: Option<Open<'t>>,
}

/// Splits a text that was sent without brackets.
pub(super) fn split(text: &str) -> Result<Split<'_>, LabelFault> {
    if !text.chars().all(|c| c == GS || is_gs1_character(c)) {
        return Err(LabelFault::Characters);
    }
    let carries_separators = text.contains(GS);
    let mut elements = Vec::new();
    let mut rest = text.trim_matches(GS);
    while !rest.is_empty() {
        let spec = Spec::at(rest).ok_or(LabelFault::UnknownIdentifier)?;
        let body = rest.get(spec.ai_len()..).unwrap_or_default();
        let is_fixed = spec.min == spec.max;
        if !is_fixed && !carries_separators {
            return Ok(Split { elements, open: Some(Open { spec, rest: body }) });
        }
        let by_length = spec.is_predefined || !carries_separators;
        let end = if by_length { spec.max } else { body.find(GS).unwrap_or(body.len()) };
        let (value, after) = body.split_at_checked(end).ok_or(LabelFault::Value(spec.ai))?;
        check_value(spec, value)?;
        elements.push(Element { ai: spec.ai, value: value.to_owned() });
        rest = after.trim_start_matches(GS);
    }
    Ok(Split { elements, open: None })
}

/// The alphanumeric mode of a GS1 QR code writes FNC1 as `%` and a real `%` as `%%`. Readers ought to send GS for it;
/// some do not. So `%` counts as a separator in a text that holds no GS. A lot with a `%` of its own from such a reader
/// would be cut there; medicines' lots are letters and digits (domain facts §5).
pub(in crate::code) fn percent_as_separator(text: &str) -> Cow<'_, str> {
    if text.contains(GS) || !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let parts: Vec<String> = text.split("%%").map(|part| part.replace('%', "\u{1d}")).collect();
    Cow::Owned(parts.join("%"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_sign_separates_only_where_no_separator_came() {
        assert_eq!(percent_as_separator("10A%21B"), "10A\u{1d}21B");
        assert_eq!(percent_as_separator("10A%%B%21C"), "10A%B\u{1d}21C");
        assert_eq!(percent_as_separator("10A%B\u{1d}21C"), "10A%B\u{1d}21C");
    }

    #[test]
    fn predefined_lengths_need_no_separator_and_tolerate_one() {
        for text in ["17220131112101013103001234", "17220131\u{1d}11210101\u{1d}\u{1d}3103001234\u{1d}"] {
            let split = split(text).unwrap();
            let values: Vec<String> = split.elements.iter().map(|e| format!("({}){}", e.ai, e.value)).collect();
            assert_eq!(values.concat(), "(17)220131(11)210101(3103)001234");
            assert!(split.open.is_none());
        }
    }

    #[test]
    fn an_identifier_that_we_do_not_know_reads_to_the_separator() {
        let split = split("81154X\u{1d}10A").unwrap();
        assert_eq!((split.elements[0].ai.to_string(), split.elements[0].value.as_str()), ("8115".to_owned(), "4X"));
        assert_eq!(split.elements[1].value, "A");
    }
}
