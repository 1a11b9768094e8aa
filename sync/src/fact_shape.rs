//! The one shape of a change that carries a fact, written and read without a document.
//!
//! A fact change has no dependency, one operation and the fact's id as actor, so its bytes follow from the fact: they
//! are laid down here as Automerge's own builder lays them down ([`crate::change::fact_change`] is that builder, and a
//! property holds that the two agree). That saves 30 µs an entry when a fact is written or taken in, and on the line the
//! fact goes without the 87 bytes around it.

use sha2::{Digest, Sha256};
use uketsuke_domain::ids::FactId;
use uketsuke_domain::log::Digest32;

use crate::change::{Built, ChangeError, FACT_PREFIX, MAX_CHANGE_BYTES};

/// What every chunk of Automerge begins with.
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
/// The chunk's type: an uncompressed change.
const CHANGE: u8 = 1;
/// No dependency; an actor of sixteen bytes follows.
const BEFORE_ACTOR: [u8; 2] = [0, 16];
/// Sequence 1, first operation 1, time 0, no message, no other actor.
const AFTER_ACTOR: [u8; 5] = [1, 1, 0, 0, 0];
/// Columns of a put, each with its number and how many bytes it has: the key (36), insert (1), action (2).
const FIRST_COLUMNS: [u8; 6] = [0x15, 0x24, 0x34, 1, 0x42, 2];
/// The columns of the value's length and of the value, and of how many operations it replaces (2).
const VALUE_META: u8 = 0x56;
const VALUE: u8 = 0x57;
const REPLACES: [u8; 2] = [0x70, 2];
/// One literal text of 34 bytes: the key.
const KEY: [u8; 2] = [0x7f, 34];
/// One "no insert"; one literal action: put.
const PUT: [u8; 3] = [1, 0x7f, 1];
/// One literal that follows.
const LITERAL: u8 = 0x7f;
/// The type of bytes in a value's length.
const BYTES: u64 = 7;

/// Builds the change that carries a fact. The same fact always gives the same bytes.
///
/// # Errors
/// [`ChangeError::TooLong`] when the fact has too many bytes.
pub fn encode(id: FactId, payload: &[u8]) -> Result<Built, ChangeError> {
    let mut meta = vec![LITERAL];
    unsigned(&mut meta, (payload.len() as u64) << 4 | BYTES);
    let mut data = Vec::with_capacity(payload.len() + 96);
    data.extend(BEFORE_ACTOR);
    data.extend(id.0);
    data.extend(AFTER_ACTOR);
    data.push(if payload.is_empty() { 5 } else { 6 });
    data.extend(FIRST_COLUMNS);
    data.push(VALUE_META);
    unsigned(&mut data, meta.len() as u64);
    if !payload.is_empty() {
        data.push(VALUE);
        unsigned(&mut data, payload.len() as u64);
    }
    data.extend(REPLACES);
    data.extend(KEY);
    data.extend(FACT_PREFIX.bytes());
    data.extend(id.to_string().bytes());
    data.extend(PUT);
    data.extend(meta);
    data.extend(payload);
    data.extend([LITERAL, 0]);
    let mut chunk = vec![CHANGE];
    unsigned(&mut chunk, data.len() as u64);
    chunk.extend(data);
    let hash: [u8; 32] = Sha256::digest(&chunk).into();
    let checksum = hash.first_chunk::<4>().copied().unwrap_or_default();
    let bytes = [&MAGIC[..], &checksum, &chunk].concat();
    if bytes.len() > MAX_CHANGE_BYTES {
        Err(ChangeError::TooLong(bytes.len()))
    } else {
        Ok(Built { hash: Digest32(hash), bytes })
    }
}

/// Reads a change that has exactly this shape: the fact's id, the payload and Automerge's own hash of the change. None
/// for anything else, whatever the bytes.
pub fn decode(bytes: &[u8]) -> Option<(FactId, &[u8], Digest32)> {
    let mut rest = bytes.strip_prefix(&MAGIC)?.get(5..)?;
    let _length = read_unsigned(&mut rest)?;
    let id = FactId::from_slice(rest.strip_prefix(&BEFORE_ACTOR)?.get(..16)?)?;
    // The value is what stands before the last two bytes, as long as its column says: only the whole comparison counts.
    let mut columns = rest.get(18..)?.strip_prefix(&AFTER_ACTOR)?.get(1..)?.strip_prefix(&FIRST_COLUMNS)?;
    columns = columns.strip_prefix(&[VALUE_META])?;
    read_unsigned(&mut columns)?;
    let length = match columns.strip_prefix(&[VALUE]) {
        None => 0,
        Some(mut value) => usize::try_from(read_unsigned(&mut value)?).ok()?,
    };
    let end = bytes.len().checked_sub(2)?;
    let payload = bytes.get(end.checked_sub(length)?..end)?;
    let built = encode(id, payload).ok()?;
    (built.bytes == bytes).then_some((id, payload, built.hash))
}

fn unsigned(to: &mut Vec<u8>, mut number: u64) {
    loop {
        let byte = number.to_le_bytes()[0] & 0x7f;
        number >>= 7;
        if number == 0 {
            return to.push(byte);
        }
        to.push(byte | 0x80);
    }
}

fn read_unsigned(from: &mut &[u8]) -> Option<u64> {
    let (mut number, mut shift) = (0u64, 0);
    loop {
        let (byte, rest) = from.split_first()?;
        *from = rest;
        number |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
        shift += 7;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::fact_change;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_bytes_are_those_that_automerge_builds(
            id in any::<[u8; 16]>(),
            payload in prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..2200),
                (0usize..65_300, any::<u8>()).prop_map(|(length, byte)| vec![byte; length]),
            ],
        ) {
            let ours = encode(FactId(id), &payload).unwrap();
            prop_assert_eq!(&ours, &fact_change(FactId(id), &payload).unwrap());
            prop_assert_eq!(decode(&ours.bytes), Some((FactId(id), payload.as_slice(), ours.hash)));
        }

        #[test]
        fn nothing_else_is_taken_for_it(
            payload in proptest::collection::vec(any::<u8>(), 0..200),
            at in any::<prop::sample::Index>(),
            change in 1u8..,
            cut in any::<bool>(),
        ) {
            let mut bytes = encode(FactId([3; 16]), &payload).unwrap().bytes;
            let at = at.index(bytes.len());
            if cut { bytes.truncate(at) } else { bytes[at] ^= change }
            prop_assert_eq!(decode(&bytes), None);
        }
    }
}
