//! CP932, Windows' `Shift_JIS`: what a Japanese spreadsheet writes as "CSV", and what older systems read.
//!
//! Source: shared domain facts, §8.1, measured with `encoding_rs`, whose `SHIFT_JIS` is CP932. Left to itself it writes
//! `&#12316;` for what it lacks; here that is an error that names the character.

use encoding_rs::{DecoderResult, EncoderResult, SHIFT_JIS};

/// A character that CP932 lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("CP932 has no U+{:04X} (character {position} of the text, from 0)", u32::from(*.character))]
pub struct Unmappable {
    /// The character.
    pub character: char,
    /// How many characters stand before it.
    pub position: usize,
}

/// Bytes that are no CP932.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not CP932 at byte {offset}")]
pub struct Malformed {
    /// How many bytes stand before them.
    pub offset: usize,
}

/// Turns text into bytes.
///
/// Three look-alikes are mapped first, because Windows knows the other of the two: `〜` U+301C to U+FF5E, `—` U+2014 to
/// U+2015, `−` U+2212 to U+FF0D. All else comes back from [`decode`] as it was.
///
/// # Errors
/// [`Unmappable`], the first character that CP932 lacks. `¥` U+00A5 and `‾` U+203E count as lacking: they would come
/// back as `\` and `~`.
pub fn encode(text: &str) -> Result<Vec<u8>, Unmappable> {
    let mapped: String = text.chars().map(known_look_alike).collect();
    let able = mapped.split(would_change).next().unwrap_or_default();
    let bytes = encode_able(able)?;
    match mapped.chars().find(|&c| would_change(c)) {
        Some(character) => Err(Unmappable { character, position: able.chars().count() }),
        None => Ok(bytes),
    }
}

fn known_look_alike(c: char) -> char {
    match c {
        '\u{301c}' => '\u{ff5e}',
        '\u{2014}' => '\u{2015}',
        '\u{2212}' => '\u{ff0d}',
        other => other,
    }
}

fn would_change(c: char) -> bool {
    matches!(c, '\u{a5}' | '\u{203e}')
}

fn encode_able(text: &str) -> Result<Vec<u8>, Unmappable> {
    let mut encoder = SHIFT_JIS.new_encoder();
    // No character is longer in CP932 than in UTF-8; the encoder asks for a little room beyond.
    let mut bytes = Vec::with_capacity(text.len() + 8);
    let mut rest = text;
    loop {
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            EncoderResult::InputEmpty => return Ok(bytes),
            EncoderResult::OutputFull => bytes.reserve(rest.len() + 8),
            EncoderResult::Unmappable(character) => {
                let position = text.chars().count() - rest.chars().count() - 1;
                return Err(Unmappable { character, position });
            }
        }
    }
}

/// Turns bytes into text.
///
/// # Errors
/// [`Malformed`], the first bytes that are no character; nothing stands in for them.
pub fn decode(bytes: &[u8]) -> Result<String, Malformed> {
    let mut decoder = SHIFT_JIS.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len() * 2 + 8);
    let mut read = 0;
    loop {
        let rest = bytes.get(read..).unwrap_or_default();
        let (result, taken) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
        read += taken;
        match result {
            DecoderResult::InputEmpty => return Ok(text),
            DecoderResult::OutputFull => text.reserve(rest.len() * 3 + 8),
            DecoderResult::Malformed(length, after) => {
                let offset = read.saturating_sub(usize::from(length) + usize::from(after));
                return Err(Malformed { offset });
            }
        }
    }
}
