//! Runs `tests/vectors/cp932.json`.

use serde::Deserialize;
use uketsuke_domain::text::cp932::{Malformed, Unmappable, decode, encode};

use super::load_text::cases;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    text: Option<String>,
    bytes: Option<String>,
    back: Option<String>,
    refused: Option<char>,
    position: Option<usize>,
    malformed: Option<usize>,
    source: String,
}

fn bytes(hexadecimal: &str) -> Vec<u8> {
    hexadecimal.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).expect("a byte")).collect()
}

#[test]
fn bytes_and_text_are_as_the_vectors_say() {
    for case in cases::<Case>("cp932.json") {
        assert!(!case.source.is_empty(), "{}", case.name);
        let found = case.bytes.as_deref().map(bytes);
        match (&case.text, found, case.refused, case.position, case.malformed) {
            (Some(text), Some(bytes), None, None, None) => {
                assert_eq!(encode(text).as_ref(), Ok(&bytes), "{}", case.name);
                assert_eq!(decode(&bytes).as_ref(), Ok(case.back.as_ref().unwrap_or(text)), "{}", case.name);
            }
            (Some(text), None, Some(character), Some(position), None) => {
                assert_eq!(encode(text), Err(Unmappable { character, position }), "{}", case.name);
            }
            (None, Some(bytes), None, None, Some(offset)) => {
                assert_eq!(decode(&bytes), Err(Malformed { offset }), "{}", case.name);
            }
            _ => panic!("{}: neither text and bytes, nor a refusal", case.name),
        }
    }
}
