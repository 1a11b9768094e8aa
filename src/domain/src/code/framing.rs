//! What a reader puts around a code: white space, an AIM identifier, the start and stop letters of NW-7.

use serde::Serialize;

use super::Unreadable;

/// How the code was printed, where the reader told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Symbology {
    /// NW-7 (Codabar): the voucher's bar code.
    Nw7,
    /// QR, model 2: the voucher's square code.
    Qr,
    /// Another symbology, or none was told.
    Other,
}

/// FNC1 between the elements of a GS1 code, as readers send it.
pub(super) const GS: char = '\u{1d}';

/// An AIM identifier without its `]`: a letter for the symbology and a modifier (domain facts §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Aim(char, char);

impl Aim {
    /// Whether it announces GS1 elements: GS1-128, `DataBar` and composites, GS1 `DataMatrix`, GS1 QR, GS1 `DotCode`; of
    /// the square codes also with ECI (4, 5).
    pub(super) fn is_gs1(self) -> bool {
        matches!(self, Self('C' | 'J', '1') | Self('e', _) | Self('d', '2' | '5') | Self('Q', '3' | '4'))
    }

    /// GS1 QR: where FNC1 may have been encoded as `%`.
    pub(super) fn is_gs1_qr(self) -> bool {
        matches!(self, Self('Q', '3' | '4'))
    }

    /// EAN/UPC: a shop's bar code.
    pub(super) fn is_ean(self) -> bool {
        matches!(self, Self('E', _))
    }
}

/// A text without what the reader put around it; NW-7's letters are still there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Framed<'t> {
    pub(super) aim: Option<Aim>,
    pub(super) payload: &'t str,
}

impl<'t> Framed<'t> {
    /// Strips white space and control characters (STX, CR …) and takes the AIM identifier off. GS stays: it is content.
    pub(super) fn of(text: &'t str) -> Self {
        let text = text.trim_matches(|c: char| c != GS && (c.is_whitespace() || c.is_control()));
        let mut chars = text.chars();
        match (chars.next(), chars.next(), chars.next()) {
            (Some(']'), Some(code), Some(modifier))
                if code.is_ascii_alphabetic() && modifier.is_ascii_alphanumeric() =>
            {
                Self { aim: Some(Aim(code, modifier)), payload: chars.as_str() }
            }
            _ => Self { aim: None, payload: text },
        }
    }

    /// The symbology, given whether NW-7 letters were found.
    pub(super) fn symbology(self, has_nw7_letters: bool) -> Symbology {
        match self.aim {
            Some(Aim('F', _)) => Symbology::Nw7,
            Some(Aim('Q', _)) => Symbology::Qr,
            None if has_nw7_letters => Symbology::Nw7,
            Some(_) | None => Symbology::Other,
        }
    }
}

/// NW-7 readers may send the start and stop letters A–D, in either case. Both or neither.
/// Answers whether they were there, and the text without them.
pub(super) fn strip_nw7_letters(text: &str) -> Result<(bool, &str), Unreadable> {
    let is_letter = |c: char| matches!(c.to_ascii_uppercase(), 'A'..='D');
    let starts = text.starts_with(is_letter);
    let ends = text.len() > 1 && text.ends_with(is_letter);
    let inner = text.trim_start_matches(is_letter).trim_end_matches(is_letter);
    let is_number = !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_digit());
    match (starts, ends) {
        (false, false) => Ok((false, text)),
        _ if !is_number => Ok((false, text)),
        (true, true) if text.len() == inner.len() + 2 => Ok((true, inner)),
        (true, true) => Err(Unreadable::Characters),
        // A label whose lot is such a letter, from a reader that tells nothing: its GTIN proves that it is one.
        _ if begins_with_gtin(inner) => Ok((false, text)),
        _ if text.len() == inner.len() + 1 && inner.len() <= 18 => Err(Unreadable::Cut),
        // Too long for a voucher: a vial's label whose lot ends in such letters.
        _ => Ok((false, text)),
    }
}

/// Whether a text begins with a GS1 element (01) whose check digit fits.
fn begins_with_gtin(text: &str) -> bool {
    text.strip_prefix("01").and_then(|rest| rest.get(..14)).is_some_and(super::gs1::check_digit_fits)
}
