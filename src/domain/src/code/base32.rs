//! Crockford's base 32: digits and letters without I, L, O and U, which people take for others.

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The character for five bits; higher bits are ignored.
pub(super) fn character(five_bits: u8) -> char {
    ALPHABET.get(usize::from(five_bits & 31)).copied().map_or('0', char::from)
}

/// The five bits of a character in its canonical form ([`canonical`]).
pub(super) fn bits(character: char) -> Option<u8> {
    let place = ALPHABET.iter().position(|known| char::from(*known) == character)?;
    u8::try_from(place).ok()
}

/// Upper case, with O for zero and I and L for one put right: what a hand may have typed.
pub(super) fn canonical(character: char) -> char {
    match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    }
}

/// The lowest `5 * count` bits of a number, highest first.
pub(super) fn encode(number: u128, count: u32) -> String {
    let five = |at: u32| u8::try_from(number.checked_shr(5 * at).unwrap_or_default() & 31).unwrap_or_default();
    (0..count).rev().map(|at| character(five(at))).collect()
}

/// Reads canonical characters; `None` for a foreign character or a number beyond 128 bits.
pub(super) fn decode(text: &str) -> Option<u128> {
    text.chars().try_fold(0u128, |number, c| Some(number.checked_mul(32)? | u128::from(bits(c)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn foreign_characters_and_large_numbers_are_refused() {
        for bad in ["U", "I", "a", "é", "-", &format!("8{}", "0".repeat(25))] {
            assert_eq!(decode(bad), None, "{bad}");
        }
        assert_eq!(decode(&format!("7{}", "Z".repeat(25))), Some(u128::MAX));
    }

    proptest! {
        #[test]
        fn a_number_reads_back(number: u128) {
            prop_assert_eq!(decode(&encode(number, 26)), Some(number));
        }
    }
}
