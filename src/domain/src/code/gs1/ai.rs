//! Application identifiers: which digits name an element, and how long its value is.

use std::fmt;

use serde::Serialize;

use super::ai_table::ASSIGNED;

/// An application identifier: two to four digits that say what follows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ai {
    number: u16,
    digits: u8,
}

/// What a value may consist of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Digits only.
    Digits,
    /// The 82 characters of GS1.
    Text,
}

/// What GS1 says of one identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spec {
    pub(super) ai: Ai,
    pub(super) min: usize,
    pub(super) max: usize,
    pub(super) content: Content,
    /// The value ends by its length, without a separator.
    pub(super) is_predefined: bool,
    /// GS1 gave it a meaning that we know of.
    pub(super) is_assigned: bool,
}

/// The longest value of an identifier that we do not know (that of 91–99).
const LONGEST: usize = 90;

impl Ai {
    /// GTIN of the trade item.
    pub const GTIN: Self = Self { number: 1, digits: 2 };
    /// ロット番号.
    pub const LOT: Self = Self { number: 10, digits: 2 };
    /// 有効期限.
    pub const EXPIRY: Self = Self { number: 17, digits: 2 };
    /// 有効期限 with the hour, `YYMMDDhhmm`.
    pub const EXPIRY_TIME: Self = Self { number: 7003, digits: 4 };
    /// Serial number.
    pub const SERIAL: Self = Self { number: 21, digits: 2 };
    /// Number of units inside.
    pub const QUANTITY: Self = Self { number: 30, digits: 2 };

    /// Its first two digits: they decide how many digits it has, and whether its value's length is predefined.
    fn prefix(self) -> u16 {
        match self.digits {
            4 => self.number / 100,
            3 => self.number / 10,
            _ => self.number,
        }
    }

    /// The length of values whose end no separator marks, by the first two digits: a table that GS1 closed for ever.
    fn predefined(self) -> Option<usize> {
        match self.prefix() {
            0 | 4 => Some(if self.prefix() == 0 { 18 } else { 16 }),
            1..=3 => Some(14),
            11..=19 | 31..=36 => Some(6),
            20 => Some(2),
            41 => Some(13),
            _ => None,
        }
    }

    /// Whether the value is a date, YYMMDD, or begins with one.
    pub(super) fn is_date(self) -> bool {
        (self.digits == 2 && matches!(self.number, 11..=13 | 15..=17)) || self == Self::EXPIRY_TIME
    }

    /// Whether the value ends in GS1's check digit over all of it.
    pub(super) fn has_check_digit(self) -> bool {
        match self.digits {
            2 => self.number <= 3,
            3 => matches!(self.number, 402 | 410..=417),
            _ => matches!(self.number, 8017 | 8018),
        }
    }
}

/// How many digits an identifier has that begins with these two; `None` where GS1 neither assigned nor reserved one.
fn digits_of(prefix: u16) -> Option<u8> {
    match prefix {
        0..=4 | 10..=22 | 30 | 37 | 90..=99 => Some(2),
        23..=25 | 40..=42 | 71 => Some(3),
        31..=36 | 39 | 43 | 70 | 72 | 80..=82 => Some(4),
        _ => None,
    }
}

impl Spec {
    /// The identifier at the beginning of a text, with what is known of it; `None` when no identifier begins so.
    pub(super) fn at(text: &str) -> Option<Self> {
        let digits = digits_of(number(text.get(..2)?)?)?;
        let ai = Ai { number: number(text.get(..usize::from(digits))?)?, digits };
        let row = ASSIGNED.iter().find(|(first, last, of, ..)| *of == digits && (*first..=*last).contains(&ai.number));
        let (min, max, content) = match (row, ai.predefined()) {
            (Some(&(_, _, _, min, max, content)), _) => (min, max, content),
            (None, Some(length)) => (length, length, Content::Digits),
            (None, None) => (1, LONGEST, Content::Text),
        };
        Some(Self { ai, min, max, content, is_predefined: ai.predefined().is_some(), is_assigned: row.is_some() })
    }

    /// The number of digits of the identifier.
    pub(super) fn ai_len(self) -> usize {
        usize::from(self.ai.digits)
    }
}

fn number(digits: &str) -> Option<u16> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

impl fmt::Display for Ai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:0width$}", self.number, width = usize::from(self.digits))
    }
}

impl fmt::Debug for Ai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({self})")
    }
}

impl Serialize for Ai {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_the_digits_that_their_first_two_demand() {
        for (text, ai) in
            [("0109", "01"), ("10A", "10"), ("240X", "240"), ("3103001", "3103"), ("7181", "718"), ("81159", "8115")]
        {
            assert_eq!(Spec::at(text).unwrap().ai.to_string(), ai);
        }
        for bad in ["", "1", "0", "26", "AB", "24", "24A", "310", "é0", "+1", "05123"] {
            assert_eq!(Spec::at(bad), None, "{bad}");
        }
    }

    #[test]
    fn predefined_lengths_and_the_table_agree() {
        for (first, last, digits, min, max, content) in ASSIGNED {
            for number in *first..=*last {
                let ai = Ai { number, digits: *digits };
                let spec = Spec::at(&ai.to_string()).unwrap();
                assert_eq!((spec.ai, spec.is_assigned), (ai, true));
                if let Some(length) = ai.predefined() {
                    assert_eq!((*min, *max, *content), (length, length, Content::Digits), "{ai}");
                }
            }
        }
    }

    /// GS1's own table of the first two digits, which it will not change.
    #[test]
    fn only_these_end_by_their_length() {
        let cases = [
            ("00", Some(18)),
            ("01", Some(14)),
            ("11", Some(6)),
            ("17", Some(6)),
            ("20", Some(2)),
            ("3103", Some(6)),
            ("3690", Some(6)),
            ("410", Some(13)),
            ("417", Some(13)),
            ("10", None),
            ("21", None),
            ("37", None),
            ("402", None),
            ("421", None),
            ("7003", None),
            ("8005", None),
        ];
        for (text, length) in cases {
            let spec = Spec::at(text).unwrap();
            assert_eq!(spec.is_predefined.then_some(spec.max), length, "{text}");
        }
    }

    #[test]
    fn unassigned_identifiers_of_a_predefined_prefix_have_its_length() {
        let spec = Spec::at("19").unwrap();
        assert_eq!((spec.min, spec.max, spec.is_predefined, spec.is_assigned), (6, 6, true, false));
        assert_eq!(Spec::at("04").unwrap().max, 16);
    }
}
