//! The one shape of a first edit of fields: one that has seen no other, written and read without a document.
//!
//! Nearly every resident at the centre begins and ends with one, so a kiosk that is filled takes in as many of them as
//! there are residents. Laid down by hand ([`crate::change::field_edit_as_automerge`] says what is right, and a property
//! holds that the two agree) they cost the gate a tenth of a rebuilt document and its trial.

use std::collections::BTreeMap;

use uketsuke_domain::log::Digest32;
use uketsuke_domain::record::Value;

use crate::change::{Built, ChangeError, FIELD_PREFIX, MAX_FIELDS, check_names};
use crate::shape::{self, Puts, literal, read_runs, read_signed, read_unsigned, runs_of, unsigned};

/// Types in a value's length.
const TEXT: u64 = 6;
const BYTES: u64 = 7;

/// A first edit, read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstEdit {
    /// Whose change it is: no other edit has the same.
    pub actor: [u8; 16],
    /// The fields that it puts: at least one.
    pub edits: BTreeMap<String, Value>,
    /// Automerge's own hash of the change.
    pub hash: Digest32,
}

/// Builds a first edit. The same edit always gives the same bytes.
///
/// # Errors
/// [`ChangeError::Empty`], [`ChangeError::Name`], [`ChangeError::TooMany`] and [`ChangeError::TooLong`] for what nobody
/// would admit.
pub fn encode(actor: [u8; 16], edits: &BTreeMap<String, Value>) -> Result<Built, ChangeError> {
    check_names(edits)?;
    if edits.is_empty() {
        return Err(ChangeError::Empty);
    }
    let (mut keys, mut values, mut metas) = (Vec::new(), Vec::new(), Vec::with_capacity(edits.len()));
    literal(&mut keys, edits.len());
    for (name, value) in edits {
        unsigned(&mut keys, (FIELD_PREFIX.len() + name.len()) as u64);
        keys.extend(FIELD_PREFIX.bytes());
        keys.extend(name.bytes());
        let (bytes, kind) = match value {
            Value::Text(text) => (text.as_bytes(), TEXT),
            Value::Bytes(bytes) => (bytes.as_slice(), BYTES),
        };
        metas.push((bytes.len() as u64) << 4 | kind);
        values.extend(bytes);
    }
    let puts = Puts { count: edits.len() as u64, keys: &keys, metas: &runs_of(&metas), values: &values };
    shape::encode(actor, &puts)
}

/// Reads a change that has exactly this shape. None for anything else, whatever the bytes.
pub fn decode(bytes: &[u8]) -> Option<FirstEdit> {
    let read = shape::read(bytes)?;
    let mut values = read.values;
    let mut edits = BTreeMap::new();
    let names = names(read.keys)?;
    let metas = read_runs(read.metas, names.len())?;
    for (name, meta) in names.iter().zip(metas) {
        let (value, rest) = values.split_at_checked(usize::try_from(meta >> 4).ok()?)?;
        values = rest;
        let value = match meta & 0xf {
            TEXT => Value::Text(std::str::from_utf8(value).ok()?.to_owned()),
            BYTES => Value::Bytes(value.to_vec()),
            _ => return None,
        };
        edits.insert((*name).to_owned(), value);
    }
    let built = encode(read.actor, &edits).ok()?;
    (built.bytes == bytes).then_some(FirstEdit { actor: read.actor, edits, hash: built.hash })
}

/// The fields' names in a column of keys.
fn names(mut column: &[u8]) -> Option<Vec<&str>> {
    let count = usize::try_from(read_signed(&mut column)?.checked_neg()?).ok()?;
    if count > MAX_FIELDS {
        return None;
    }
    let mut names = Vec::with_capacity(count);
    for _ in 0..count {
        let length = usize::try_from(read_unsigned(&mut column)?).ok()?;
        let (key, rest) = column.split_at_checked(length)?;
        column = rest;
        names.push(std::str::from_utf8(key).ok()?.strip_prefix(FIELD_PREFIX)?);
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::field_edit_as_automerge;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            ".{0,12}".prop_map(Value::Text),
            "[あ-ん]{0,80}".prop_map(Value::Text),
            // Equal lengths side by side, for runs.
            "[a-z]{3}".prop_map(Value::Text),
            proptest::collection::vec(any::<u8>(), 0..300).prop_map(Value::Bytes),
        ]
    }

    fn edits(most: usize) -> impl Strategy<Value = BTreeMap<String, Value>> {
        proptest::collection::btree_map("[a-z_あ-ん]{1,12}", value(), 1..most)
    }

    proptest! {
        #[test]
        fn the_bytes_are_those_that_automerge_builds(
            actor in any::<[u8; 16]>(),
            edits in prop_oneof![9 => edits(40), 1 => edits(MAX_FIELDS)],
        ) {
            let ours = encode(actor, &edits).unwrap();
            prop_assert_eq!(&ours, &field_edit_as_automerge(actor, &[], &edits).unwrap());
            prop_assert_eq!(decode(&ours.bytes), Some(FirstEdit { actor, edits, hash: ours.hash }));
        }

        #[test]
        fn nothing_else_is_taken_for_it(
            edits in edits(8),
            at in any::<prop::sample::Index>(),
            change in 1u8..,
            cut in any::<bool>(),
        ) {
            let mut bytes = encode([3; 16], &edits).unwrap().bytes;
            let at = at.index(bytes.len());
            if cut { bytes.truncate(at) } else { bytes[at] ^= change }
            prop_assert_eq!(decode(&bytes), None);
        }
    }

    #[test]
    fn an_edit_of_nothing_is_none() {
        assert!(matches!(encode([1; 16], &BTreeMap::new()), Err(ChangeError::Empty)));
    }
}
