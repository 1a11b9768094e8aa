//! 予約番号 that a device makes without asking anybody.

use crate::ids::BookingNumber;

/// The first of the numbers: none begins with a zero, which a spreadsheet would drop.
const FIRST: u64 = 10_000_000_000;
/// How many there are: all of eleven digits.
const SPACE: u64 = 90_000_000_000;

/// A 予約番号 of twelve digits from random bytes: eleven digits and Luhn's check digit, which catches a
/// digit misheard on the telephone.
///
/// Facts are told apart within one person's record, so two people with one number harm nothing there; the number should
/// still name one booking when it is read out. Of 10,000 numbers made so, two are equal with a chance of 1 in 1,800; of
/// 100,000 with 1 in 19.
pub fn number_from(random: [u8; 16]) -> BookingNumber {
    let drawn = u128::from_be_bytes(random) % u128::from(SPACE) + u128::from(FIRST);
    let digits = format!("{drawn}");
    let check = luhn(digits.bytes().map(|byte| u32::from(byte - b'0')));
    BookingNumber(format!("{digits}{check}"))
}

/// Luhn's check digit: from the right every second digit is doubled and its digits summed.
fn luhn(digits: impl DoubleEndedIterator<Item = u32>) -> u32 {
    let weigh = |(place, digit): (usize, u32)| {
        let doubled = if place % 2 == 0 { digit * 2 } else { digit };
        doubled / 10 + doubled % 10
    };
    (10 - digits.rev().enumerate().map(weigh).sum::<u32>() % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_of_luhn() {
        assert_eq!(luhn([7, 9, 9, 2, 7, 3, 9, 8, 7, 1].into_iter()), 3);
    }

    #[test]
    fn twelve_digits_whatever_is_drawn() {
        for byte in [0, 1, 0x7f, 0xff] {
            let number = number_from([byte; 16]);
            assert_eq!(number.as_str().len(), 12, "{number}");
            assert!(!number.as_str().starts_with('0'), "{number}");
            let (head, check) = number.as_str().split_at(11);
            assert_eq!(luhn(head.bytes().map(|byte| u32::from(byte - b'0'))).to_string(), check);
        }
        assert_ne!(number_from([1; 16]), number_from([2; 16]));
    }
}
