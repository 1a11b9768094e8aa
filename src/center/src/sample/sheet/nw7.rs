//! NW-7 (Codabar), the bar code of vouchers.

/// A wide element in modules.
const WIDE: u32 = 3;

/// The seven elements of a character, bar first; 1 is wide.
fn pattern(character: char) -> Option<u8> {
    let pattern = match character {
        '0' => 0b000_0011,
        '1' => 0b000_0110,
        '2' => 0b000_1001,
        '3' => 0b110_0000,
        '4' => 0b001_0010,
        '5' => 0b100_0010,
        '6' => 0b010_0001,
        '7' => 0b010_0100,
        '8' => 0b011_0000,
        '9' => 0b100_1000,
        'A' => 0b001_1010,
        _ => return None,
    };
    Some(pattern)
}

/// The bar code of some digits between the letters A: widths in modules, bar and space in turn, a bar first and last.
/// None when a character is no digit.
pub(super) fn widths(digits: &str) -> Option<Vec<u32>> {
    let mut widths = Vec::new();
    for character in ['A'].into_iter().chain(digits.chars()).chain(['A']) {
        let pattern = pattern(character)?;
        widths.extend((0..7).rev().map(|bit| if pattern >> bit & 1 == 1 { WIDE } else { 1 }));
        widths.push(1);
    }
    widths.pop();
    Some(widths)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_digit_has_one_wide_bar_one_wide_space_and_a_pattern_of_its_own() {
        let patterns: BTreeSet<u8> = ('0'..='9').map(|digit| pattern(digit).unwrap()).collect();
        assert_eq!(patterns.len(), 10);
        let wide = |pattern: u8| ((pattern & 0b101_0101).count_ones(), (pattern & 0b010_1010).count_ones());
        assert!(patterns.iter().all(|pattern| wide(*pattern) == (1, 1)), "one wide bar, one wide space");
    }

    #[test]
    fn elements_of_a_digit_between_the_letters() {
        let expected = [1, 1, 3, 3, 1, 3, 1, 1, 1, 1, 1, 1, 1, 3, 3, 1, 1, 1, 3, 3, 1, 3, 1];
        assert_eq!(widths("0"), Some(expected.to_vec()));
        assert_eq!(widths("1x"), None);
    }

    #[test]
    fn ten_digits_are_as_wide_as_the_form_says() {
        // 147 modules of 3 dots at 300 dpi are 37.3 mm; the national form has 37.21 mm.
        assert_eq!(widths("1111111113").unwrap().iter().sum::<u32>(), 147);
    }
}
