//! GTIN: which product, in which packaging.

use std::fmt;

use serde::Serialize;

/// A product's number of fourteen digits with a right check digit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gtin([u8; 14]);

/// What the first digit of a GTIN says on medicines in Japan (domain facts §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum PackagingLevel {
    /// 0, 個装: one vial or one box as it is dispensed.
    Unit,
    /// 1, 中箱.
    Inner,
    /// 2, 外箱.
    Outer,
    /// 3–9: no meaning that we know.
    Other(u8),
}

impl Gtin {
    /// Reads fourteen ASCII digits; `None` when there are not fourteen or the check digit is wrong.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: [u8; 14] = text.as_bytes().try_into().ok()?;
        (digits.iter().all(u8::is_ascii_digit) && check_digit_fits(text)).then_some(Self(digits))
    }

    /// The fourteen digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Which packaging carries the code.
    pub fn level(&self) -> PackagingLevel {
        let [first, ..] = self.0;
        match first.wrapping_sub(b'0') {
            0 => PackagingLevel::Unit,
            1 => PackagingLevel::Inner,
            2 => PackagingLevel::Outer,
            other => PackagingLevel::Other(other),
        }
    }
}

/// GS1's check digit, for numbers of any length: weights 1, 3, 1, 3 … from the right, and the sum is a multiple of ten.
pub(in crate::code) fn check_digit_fits(digits: &str) -> bool {
    let sum: u32 =
        digits.bytes().rev().zip([1, 3].into_iter().cycle()).map(|(d, weight)| u32::from(d & 15) * weight).sum();
    sum.is_multiple_of(10)
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Gtin {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_digit_is_always_found() {
        let good = "09521234543213";
        assert_eq!(Gtin::parse(good).map(|gtin| gtin.to_string()), Some(good.to_owned()));
        for at in 0..14 {
            for digit in ('0'..='9').filter(|digit| !good[at..].starts_with(*digit)) {
                let mut wrong = good.to_owned();
                wrong.replace_range(at..=at, &digit.to_string());
                assert_eq!(Gtin::parse(&wrong), None, "{wrong}");
            }
        }
        for bad in ["", "0952123454321", "095212345432130", "０９５２１２３", "0952123454321x"] {
            assert_eq!(Gtin::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_first_digit_is_the_packaging() {
        let level = |text: &str| Gtin::parse(text).unwrap().level();
        assert_eq!(level("09521234543213"), PackagingLevel::Unit);
        assert_eq!(level("19521234543210"), PackagingLevel::Inner);
        assert_eq!(level("29521234543217"), PackagingLevel::Outer);
        assert_eq!(level("99521234543216"), PackagingLevel::Other(9));
    }
}
