//! Whether a value is one that its identifier allows.

use super::ai::{Content, Spec};
use super::{ExpiryDate, LabelFault, check_digit_fits};

/// GS1's 82 characters: letters, digits and twenty signs.
pub(super) fn is_gs1_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!\"%&'()*+,-./:;<=>?_".contains(c)
}

/// Says whether a value fits its identifier: length, characters, check digit, date.
pub(super) fn check_value(spec: Spec, value: &str) -> Result<(), LabelFault> {
    let is_right = match spec.content {
        Content::Digits => value.bytes().all(|byte| byte.is_ascii_digit()),
        Content::Text => value.chars().all(is_gs1_character),
    };
    if !is_right || !(spec.min..=spec.max).contains(&value.len()) {
        return Err(LabelFault::Value(spec.ai));
    }
    if spec.ai.has_check_digit() && !check_digit_fits(value) {
        return Err(LabelFault::CheckDigit(spec.ai));
    }
    if spec.ai.is_date() && value.get(..6).and_then(ExpiryDate::parse).is_none() {
        return Err(LabelFault::Date(spec.ai));
    }
    Ok(())
}
