//! The one shape of a change that carries a fact, written and read without a document.
//!
//! A fact change has no dependency, one operation and the fact's id as actor, so its bytes follow from the fact: they
//! are laid down here as Automerge's own builder lays them down ([`crate::change::fact_change`] is that builder, and a
//! property holds that the two agree). That saves 30 µs an entry when a fact is written or taken in, and on the line the
//! fact goes without the 87 bytes around it.

use uketsuke_domain::ids::FactId;
use uketsuke_domain::log::Digest32;

use crate::change::{Built, ChangeError, FACT_PREFIX};
use crate::shape::{self, Puts, literal, runs_of, unsigned};

/// The type of bytes in a value's length.
const BYTES: u64 = 7;

/// Builds the change that carries a fact. The same fact always gives the same bytes.
///
/// # Errors
/// [`ChangeError::TooLong`] when the fact has too many bytes.
pub fn encode(id: FactId, payload: &[u8]) -> Result<Built, ChangeError> {
    let key = format!("{FACT_PREFIX}{id}");
    let mut keys = Vec::with_capacity(key.len() + 2);
    literal(&mut keys, 1);
    unsigned(&mut keys, key.len() as u64);
    keys.extend(key.bytes());
    let metas = runs_of(&[(payload.len() as u64) << 4 | BYTES]);
    shape::encode(id.0, &Puts { count: 1, keys: &keys, metas: &metas, values: payload })
}

/// Reads a change that has exactly this shape: the fact's id, the payload and Automerge's own hash of the change. None
/// for anything else, whatever the bytes.
pub fn decode(bytes: &[u8]) -> Option<(FactId, &[u8], Digest32)> {
    let read = shape::read(bytes)?;
    let id = FactId(read.actor);
    let built = encode(id, read.values).ok()?;
    (built.bytes == bytes).then_some((id, read.values, built.hash))
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
