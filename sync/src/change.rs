//! Automerge changes, in exactly two shapes.
//!
//! A **fact change** is built on an empty document: no dependencies, one `put` of `f/<fact id>`, the fact's id as actor.
//! It can never wait for, or be hidden by, another change. A **field edit** puts `p/<field>`s and depends only on field
//! changes of its document. Every change has a fresh actor, so its sequence number is always 1 and no two devices, or
//! two lives of one device, can ever write the same (actor, seq).

use std::collections::BTreeMap;

use automerge::legacy::{Key, OpType};
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, Change, ROOT, ReadDoc, ScalarValue};
use uketsuke_domain::ids::FactId;
use uketsuke_domain::log::Digest32;
use uketsuke_domain::record::{Fields, Value};

use crate::field_shape;

/// Root keys of facts begin with this.
pub const FACT_PREFIX: &str = "f/";
/// Root keys of fields begin with this.
pub const FIELD_PREFIX: &str = "p/";
/// The longest change, in bytes: nobody admits a longer one, so nobody builds one.
pub const MAX_CHANGE_BYTES: usize = 64 * 1024;
/// The longest field name, in bytes.
pub(crate) const MAX_FIELD_NAME: usize = 64;
/// The most fields of one edit: ten times what a person has. Thousands would cost every other replica a document of
/// thousands of values at each look.
pub const MAX_FIELDS: usize = 256;

/// A change: its hash and its uncompressed bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// Automerge's own hash of the change.
    pub hash: Digest32,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Something that Automerge would not do. Not expected for changes that went through the gate.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Automerge refused.
    #[error("Automerge refused: {0}")]
    Automerge(#[from] automerge::AutomergeError),
    /// Stored bytes are no change.
    #[error("no change: {0}")]
    Load(String),
    /// The edit changes nothing.
    #[error("the edit changes nothing")]
    Empty,
    /// Longer than [`MAX_CHANGE_BYTES`]: every other replica would hold it.
    #[error("a change of {0} bytes")]
    TooLong(usize),
    /// A field's name that every other replica would hold.
    #[error("no name of a field: {0:?}")]
    Name(String),
    /// More than [`MAX_FIELDS`].
    #[error("an edit of {0} fields")]
    TooMany(usize),
}

impl From<&Change> for Built {
    fn from(change: &Change) -> Self {
        Self { hash: Digest32(change.hash().0), bytes: change.raw_bytes().to_vec() }
    }
}

/// Builds the change that carries a fact, as Automerge does it. [`crate::fact_shape::encode`] does the same without a
/// document and is what is used; this one says what is right.
///
/// # Errors
/// [`ChangeError`]: [`ChangeError::TooLong`] when the fact has too many bytes.
pub fn fact_change(id: FactId, payload: &[u8]) -> Result<Built, ChangeError> {
    let mut document = AutoCommit::new().with_actor(ActorId::from(id.0.to_vec()));
    document.put(ROOT, format!("{FACT_PREFIX}{id}"), payload.to_vec())?;
    short(&commit(&mut document, &[])?)
}

/// Builds an edit of fields on top of the document's field changes so far. `actor` is sixteen bytes that
/// no other edit has.
///
/// # Errors
/// [`ChangeError`]: [`ChangeError::Empty`] when nothing would change, [`ChangeError::TooLong`], [`ChangeError::Name`] and
/// [`ChangeError::TooMany`] for what nobody would admit.
pub fn field_edit(actor: [u8; 16], so_far: &[Vec<u8>], edits: &BTreeMap<String, Value>) -> Result<Built, ChangeError> {
    if so_far.is_empty() { field_shape::encode(actor, edits) } else { field_edit_as_automerge(actor, so_far, edits) }
}

/// What is no field's name, and edits of too many: nobody admits them, so nobody builds them.
pub(crate) fn check_names(edits: &BTreeMap<String, Value>) -> Result<(), ChangeError> {
    if edits.len() > MAX_FIELDS {
        return Err(ChangeError::TooMany(edits.len()));
    }
    match edits.keys().find(|name| name.is_empty() || name.len() > MAX_FIELD_NAME) {
        Some(name) => Err(ChangeError::Name(name.clone())),
        None => Ok(()),
    }
}

/// [`field_edit`] as Automerge builds it, the first edit of a document too: this one says what is right.
///
/// # Errors
/// As [`field_edit`].
pub fn field_edit_as_automerge(
    actor: [u8; 16],
    so_far: &[Vec<u8>],
    edits: &BTreeMap<String, Value>,
) -> Result<Built, ChangeError> {
    check_names(edits)?;
    let mut document = open_fields(so_far)?;
    document.set_actor(ActorId::from(actor.to_vec()));
    let heads = document.get_heads();
    let before = read_fields(&document)?;
    let mut picked = BTreeMap::new();
    for (name, value) in edits {
        let key = format!("{FIELD_PREFIX}{name}");
        match before.get(name).map(Vec::as_slice) {
            Some([only]) if only == value => {}
            Some([_, _, ..]) => {
                document.put(ROOT, key.as_str(), ScalarValue::Null)?;
                picked.insert(key, scalar(value));
            }
            _ => document.put(ROOT, key, scalar(value))?,
        }
    }
    let change = commit(&mut document, &heads)?;
    if picked.is_empty() { short(&change) } else { short(&put_picked(&change, &picked)) }
}

/// Where one of several values was picked, puts it in the place of the null that holds its place.
///
/// Automerge writes a pick of the value that already wins as a mere deletion of the others. Then a concurrent pick of
/// another value would win unseen, and both are to be kept until a person decides.
fn put_picked(change: &Change, picked: &BTreeMap<String, ScalarValue>) -> Change {
    let mut expanded = change.decode();
    for operation in &mut expanded.operations {
        if let Key::Map(key) = &operation.key
            && let Some(value) = picked.get(key.as_str())
        {
            operation.action = OpType::Put(value.clone());
        }
    }
    expanded.hash = None;
    Change::from(expanded)
}

fn commit(document: &mut AutoCommit, since: &[automerge::ChangeHash]) -> Result<Change, ChangeError> {
    // A fixed time, so that the bytes depend on the content alone; when it happened is in the fact.
    document.commit_with(CommitOptions::default().with_time(0));
    document.get_changes(since).into_iter().next().ok_or(ChangeError::Empty)
}

fn short(change: &Change) -> Result<Built, ChangeError> {
    let built = Built::from(change);
    if built.bytes.len() > MAX_CHANGE_BYTES { Err(ChangeError::TooLong(built.bytes.len())) } else { Ok(built) }
}

/// Opens a document from its field changes.
///
/// # Errors
/// [`ChangeError`] when a change can't be read or applied.
pub fn open_fields(changes: &[Vec<u8>]) -> Result<AutoCommit, ChangeError> {
    let mut document = AutoCommit::new();
    let read = |bytes: &Vec<u8>| Change::try_from(bytes.as_slice()).map_err(|why| ChangeError::Load(why.to_string()));
    let changes: Vec<Change> = changes.iter().map(read).collect::<Result<_, _>>()?;
    document.apply_changes(changes)?;
    Ok(document)
}

/// What field changes amount to. A first edit alone needs no document to say so.
///
/// # Errors
/// [`ChangeError`] when a change can't be read or applied.
pub fn fields_of(changes: &[Vec<u8>]) -> Result<Fields, ChangeError> {
    match changes {
        [only] if let Some(first) = field_shape::decode(only) => {
            Ok(first.edits.into_iter().map(|(name, value)| (name, vec![value])).collect())
        }
        changes => read_fields(&open_fields(changes)?),
    }
}

/// What a document's fields amount to: all values of a concurrent edit, in order.
///
/// # Errors
/// [`ChangeError`]; not expected.
pub fn read_fields(document: &AutoCommit) -> Result<Fields, ChangeError> {
    let mut fields = Fields::new();
    for key in document.keys(ROOT).collect::<Vec<_>>() {
        let Some(name) = key.strip_prefix(FIELD_PREFIX) else { continue };
        let all = document.get_all(ROOT, key.as_str())?;
        let mut values: Vec<Value> = all.into_iter().filter_map(|(value, _)| from_automerge(&value)).collect();
        values.sort();
        values.dedup();
        fields.insert(name.to_owned(), values);
    }
    Ok(fields)
}

fn scalar(value: &Value) -> ScalarValue {
    match value {
        Value::Text(text) => ScalarValue::Str(text.as_str().into()),
        Value::Bytes(bytes) => ScalarValue::Bytes(bytes.clone()),
    }
}

fn from_automerge(value: &automerge::Value<'_>) -> Option<Value> {
    from_scalar(value.as_scalar()?)
}

/// What a field may hold.
pub(crate) fn from_scalar(value: &ScalarValue) -> Option<Value> {
    match value {
        ScalarValue::Str(text) => Some(Value::Text(text.to_string())),
        ScalarValue::Bytes(bytes) => Some(Value::Bytes(bytes.clone())),
        _ => None,
    }
}
