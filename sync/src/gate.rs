//! The ingest gate: what every change passes before it is applied anywhere.
//!
//! A correctly hashed but hostile change can crash Automerge or inflate 194 KB to 200 MB, and a durable log would turn
//! that into a crash at every start. So: uncompressed changes only, at most 64 KiB and so many rows, byte for byte one of
//! the two shapes that [`crate::change`] builds, then a trial apply, read, save and load. What fails is *held*: stored,
//! numbered, shown, never applied.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::legacy::{Key, ObjectId, OpType};
use automerge::{AutoCommit, Change, ChangeHash, ROOT, ReadDoc, ScalarValue};
use uketsuke_domain::facts::Fact;
use uketsuke_domain::log::{Digest32, ItemContent};

use uketsuke_domain::record::Value;

use crate::change::{
    FACT_PREFIX, FIELD_PREFIX, MAX_FIELD_NAME, MAX_FIELDS, field_edit, from_scalar, open_fields, read_fields,
};
use crate::{fact_shape, field_shape, runs};

pub use crate::change::MAX_CHANGE_BYTES;

/// The most rows of one column: operations, or what they replace.
const MAX_ROWS: u64 = 16 * 1024;
/// Where the chunk's type stands: after four bytes of magic and four of checksum.
const CHUNK_TYPE_AT: usize = 8;
/// The chunk type of an uncompressed change.
const UNCOMPRESSED_CHANGE: u8 = 1;

/// A change that may be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// Automerge's own hash.
    pub hash: Digest32,
    /// What it holds.
    pub content: ItemContent,
}

/// Why a change is held.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Held {
    /// Longer than [`MAX_CHANGE_BYTES`].
    #[error("the change has {0} bytes")]
    TooLong(usize),
    /// Compressed, or no change at all.
    #[error("no uncompressed change")]
    NotUncompressed,
    /// Automerge can't read it.
    #[error("no readable change")]
    Unreadable,
    /// It is neither a fact change nor a field edit.
    #[error("neither a fact nor a field edit: {0}")]
    Shape(&'static str),
    /// The fact inside can't be read.
    #[error("no readable fact")]
    Fact,
    /// A field edit builds on field changes that are not here yet. Tried again when more arrive.
    #[error("builds on field changes that are not here")]
    Waiting,
    /// The trial failed: it would have crashed, or lost something.
    #[error("the trial failed")]
    Trial,
}

/// Looks at a change. `field_changes` are those of its document that were admitted before.
///
/// # Errors
/// [`Held`] with the reason. Never panics, whatever the bytes.
pub fn admit(bytes: &[u8], field_changes: &[Vec<u8>]) -> Result<Admitted, Held> {
    if bytes.len() > MAX_CHANGE_BYTES {
        return Err(Held::TooLong(bytes.len()));
    }
    if bytes.get(CHUNK_TYPE_AT) != Some(&UNCOMPRESSED_CHANGE) {
        return Err(Held::NotUncompressed);
    }
    if !runs::at_most(bytes, MAX_ROWS) {
        return Err(Held::Shape("columns that cannot be walked, or expand too far"));
    }
    // Byte for byte what our own builder makes of a payload: nothing is left for Automerge to be surprised by, and no trial
    // is due. A record of such changes opens in a stock Automerge (`tests/fold_of_the_stock_document.rs`).
    if let Some((id, payload, hash)) = fact_shape::decode(bytes) {
        let fact = Fact::decode(payload).map_err(|_| Held::Fact)?;
        if fact.id != id {
            return Err(Held::Shape("the fact's id is not its actor"));
        }
        return Ok(Admitted { hash, content: ItemContent::Fact(payload.to_vec()) });
    }
    // So with the first edit of a document's fields. Beside others it is tried: two contents under one actor are possible.
    if field_changes.is_empty()
        && let Some(first) = field_shape::decode(bytes)
    {
        return Ok(Admitted { hash: first.hash, content: ItemContent::Fields(bytes.to_vec()) });
    }
    // Automerge may panic on crafted bytes, in reading as well as in applying.
    catch_unwind(AssertUnwindSafe(|| look(bytes, field_changes))).unwrap_or(Err(Held::Trial))
}

fn look(bytes: &[u8], field_changes: &[Vec<u8>]) -> Result<Admitted, Held> {
    let change = Change::try_from(bytes).map_err(|_| Held::Unreadable)?;
    if change.raw_bytes() != bytes {
        return Err(Held::NotUncompressed);
    }
    let actor: [u8; 16] =
        change.actor_id().to_bytes().try_into().map_err(|_| Held::Shape("the actor has not sixteen bytes"))?;
    if change.seq() != 1 {
        return Err(Held::Shape("the sequence is not 1"));
    }
    if change.len() > MAX_FIELDS {
        return Err(Held::Shape("too many fields"));
    }
    let expanded = change.decode();
    let mut keys = Vec::new();
    for operation in &expanded.operations {
        match (&operation.obj, &operation.key, &operation.action) {
            (ObjectId::Root, Key::Map(key), OpType::Put(value)) => keys.push((key.to_string(), value.clone())),
            _ => return Err(Held::Shape("an operation is not a put at the root")),
        }
    }
    let hash = Digest32(change.hash().0);
    match keys.as_slice() {
        [(key, _), ..] if key.starts_with(FACT_PREFIX) => Err(Held::Shape("not encoded as a fact change")),
        [] => Err(Held::Shape("no operation")),
        fields => {
            admit_fields(&change, actor, fields, field_changes)?;
            Ok(Admitted { hash, content: ItemContent::Fields(bytes.to_vec()) })
        }
    }
}

/// A field edit is byte for byte what [`field_edit`] builds on the changes that it depends on: so no counter that leaves
/// no room for the next edit, no overwriting of what it has not seen, and no strange encoding is possible.
fn admit_fields(
    change: &Change,
    actor: [u8; 16],
    fields: &[(String, ScalarValue)],
    field_changes: &[Vec<u8>],
) -> Result<(), Held> {
    let mut edits = BTreeMap::new();
    for (key, value) in fields {
        let Some(name) = key.strip_prefix(FIELD_PREFIX) else { return Err(Held::Shape("a key is no field")) };
        if name.is_empty() || name.len() > MAX_FIELD_NAME {
            return Err(Held::Shape("a field's name"));
        }
        let Some(value) = from_scalar(value) else {
            return Err(Held::Shape("a field is neither text nor bytes"));
        };
        if edits.insert(name.to_owned(), value).is_some() {
            return Err(Held::Shape("a field is put twice"));
        }
    }
    let before = seen_by(change, field_changes)?;
    if !is_rebuilt(change, actor, &before, &edits) {
        return Err(Held::Shape("not encoded as a field edit"));
    }
    trial(field_changes, change.raw_bytes())
}

fn is_rebuilt(change: &Change, actor: [u8; 16], before: &[Vec<u8>], edits: &BTreeMap<String, Value>) -> bool {
    field_edit(actor, before, edits).is_ok_and(|rebuilt| rebuilt.bytes == change.raw_bytes())
}

/// The field changes that a change had seen: those that it depends on, and theirs.
fn seen_by(change: &Change, field_changes: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, Held> {
    let mut known = BTreeMap::new();
    for bytes in field_changes {
        let read = Change::try_from(bytes.as_slice()).map_err(|_| Held::Trial)?;
        known.insert(read.hash(), (bytes, read));
    }
    let mut seen: BTreeSet<ChangeHash> = BTreeSet::new();
    let mut open: Vec<ChangeHash> = change.deps().to_vec();
    let mut before = Vec::new();
    while let Some(hash) = open.pop() {
        let Some((bytes, read)) = known.get(&hash) else { return Err(Held::Waiting) };
        if seen.insert(hash) {
            open.extend_from_slice(read.deps());
            before.push((*bytes).clone());
        }
    }
    Ok(before)
}

/// Apply, read, save, load and read again: both readings must agree.
fn trial(before: &[Vec<u8>], bytes: &[u8]) -> Result<(), Held> {
    let mut all = before.to_vec();
    all.push(bytes.to_vec());
    let attempt = || {
        let mut document = open_fields(&all).ok()?;
        if !document.get_missing_deps(&[]).is_empty() {
            return None;
        }
        let first = (document.keys(ROOT).collect::<Vec<_>>(), read_fields(&document).ok()?);
        let loaded = AutoCommit::load(&document.save()).ok()?;
        let second = (loaded.keys(ROOT).collect::<Vec<_>>(), read_fields(&loaded).ok()?);
        (first == second).then_some(())
    };
    attempt().ok_or(Held::Trial)
}
