//! The form that people read: identifiers in brackets, `(01)09521234543213(17)…(10)…`. It leaves nothing open.

use super::LabelFault;
use super::ai::Spec;
use super::elements::Element;
use super::value::check_value;

/// Whether a text begins with an identifier in brackets.
pub(in crate::code) fn is_bracketed(text: &str) -> bool {
    bracket(text).is_some()
}

/// Splits a text of which [`is_bracketed`] holds. White space between the elements does not count.
pub(super) fn split_bracketed(text: &str) -> Result<Vec<Element>, LabelFault> {
    let mut elements = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (spec, body) = bracket(rest).ok_or(LabelFault::UnknownIdentifier)?;
        let end = body.match_indices('(').map(|(at, _)| at).find(|at| body.get(*at..).is_some_and(is_bracketed));
        let (value, after) = body.split_at_checked(end.unwrap_or(body.len())).ok_or(LabelFault::Value(spec.ai))?;
        let value = value.trim();
        check_value(spec, value)?;
        elements.push(Element { ai: spec.ai, value: value.to_owned() });
        rest = after;
    }
    Ok(elements)
}

/// An identifier in brackets at the beginning, and what follows. Brackets around anything else are part of a value.
fn bracket(text: &str) -> Option<(Spec, &str)> {
    let (inside, after) = text.strip_prefix('(')?.split_once(')')?;
    let spec = Spec::at(inside)?;
    (spec.ai_len() == inside.len()).then_some((spec, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::gs1::Ai;

    /// Reads and writes the same form.
    fn again(text: &str) -> Result<String, LabelFault> {
        let elements = split_bracketed(text)?;
        let written: Vec<String> = elements.iter().map(|e| format!("({}){}", e.ai, e.value)).collect();
        Ok(written.concat())
    }

    #[test]
    fn brackets_leave_nothing_open() {
        assert_eq!(again("(10)AB21(21)7 (3103)001234").as_deref(), Ok("(10)AB21(21)7(3103)001234"));
        assert_eq!(again("(10)A(B)(ABC)").as_deref(), Ok("(10)A(B)(ABC)"), "these brackets belong to the lot");
    }

    #[test]
    fn values_are_checked_as_elsewhere() {
        assert_eq!(again("(17)221301"), Err(LabelFault::Date(Ai::EXPIRY)));
        assert_eq!(again("(10)"), Err(LabelFault::Value(Ai::LOT)));
        assert_eq!(again("(01)09521234543214"), Err(LabelFault::CheckDigit(Ai::GTIN)));
        for text in ["", "(", "(1)2", "(123)4", "10A", "(AB)"] {
            assert!(!is_bracketed(text), "{text}");
        }
    }
}
