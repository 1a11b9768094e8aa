//! 自治体番号 (全国地方公共団体コード): six digits, the last of them a check digit.

use std::fmt;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// A municipality's six-digit code with a right check digit. Leading zeros count (北海道 is `01…`), so it is text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Municipality(#[cbor(n(0), with = "minicbor::bytes")] [u8; 6]);

/// Why a text is no municipality code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MunicipalityError {
    /// It is not six ASCII digits.
    #[error("a municipality code has six digits")]
    NotSixDigits,
    /// The sixth digit is not the one that the first five demand: most often a misread.
    #[error("check digit is {found}, but the first five digits demand {expected}")]
    CheckDigit {
        /// The digit that was read, 0–9.
        found: u8,
        /// The digit that the rule gives, 0–9.
        expected: u8,
    },
}

impl Municipality {
    /// Reads six digits and checks the last.
    ///
    /// # Errors
    /// [`MunicipalityError`] when the text is not six digits or the check digit is wrong.
    pub fn parse(text: &str) -> Result<Self, MunicipalityError> {
        let digits: [u8; 6] = text
            .as_bytes()
            .try_into()
            .ok()
            .filter(|bytes: &[u8; 6]| bytes.iter().all(u8::is_ascii_digit))
            .ok_or(MunicipalityError::NotSixDigits)?;
        let [head @ .., found] = digits.map(|digit| digit - b'0');
        let expected = check_digit(head);
        if found == expected { Ok(Self(digits)) } else { Err(MunicipalityError::CheckDigit { found, expected }) }
    }

    /// The six digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The check digit of the MIC rule: `S = 6a + 5b + 4c + 3d + 2e`, then the last digit of `11 − S mod 11`.
fn check_digit(digits: [u8; 5]) -> u8 {
    let sum: u32 = digits.iter().zip([6, 5, 4, 3, 2]).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    u8::try_from((11 - sum % 11) % 10).unwrap_or_default()
}

impl fmt::Display for Municipality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Municipality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Municipality {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Municipality {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Published codes: 調布市 (the manual's own), Tokyo wards, and 北海道 with its leading zero.
    const KNOWN: [&str; 8] = ["132080", "131016", "131032", "011002", "341002", "271004", "141003", "472018"];

    #[test]
    fn known_codes_are_accepted() {
        for code in KNOWN {
            assert_eq!(Municipality::parse(code).map(|m| m.to_string()), Ok(code.to_owned()));
        }
    }

    #[test]
    fn every_other_check_digit_is_refused_with_the_one_expected() {
        for code in KNOWN {
            let (head, expected) = code.split_at(5);
            for digit in 0..=9u8 {
                let got = Municipality::parse(&format!("{head}{digit}"));
                if digit.to_string() == expected {
                    assert!(got.is_ok());
                } else {
                    let expected = expected.parse().unwrap();
                    assert_eq!(got, Err(MunicipalityError::CheckDigit { found: digit, expected }));
                }
            }
        }
    }

    #[test]
    fn anything_but_six_ascii_digits_is_refused() {
        for bad in ["", "13208", "1320800", "13208O", "１３２０８０", "13 080"] {
            assert_eq!(Municipality::parse(bad), Err(MunicipalityError::NotSixDigits), "{bad}");
        }
    }
}
