//! The floor: the same entries checked, applied with a stock Automerge and inserted, by one process without a network;
//! and the same changes compressed in one piece.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use automerge::{AutoCommit, Change};
use rusqlite::{Connection, TransactionBehavior, params};
use uketsuke_domain::log::{Digest32, Entry, EntryKind, Log, Origin, Tip, Topic};
use uketsuke_domain::record::DocumentId;
use uketsuke_store::Store;
use uketsuke_sync::body::{AnyBody, ChangeBody};
use uketsuke_sync::entry::{Claim, read};
use uketsuke_sync::frame::CHUNK_TARGET_BYTES;

use super::memory::busy;

const ZSTD_LEVEL: i32 = 3;
const SIGNATURE_BYTES: usize = 64;
/// One row an entry: what cannot be made again, and the document by which it is found.
const SCHEMA: &str = "CREATE TABLE entry (document BLOB NOT NULL, number INTEGER NOT NULL, header BLOB NOT NULL,
    signature BLOB, change BLOB NOT NULL, PRIMARY KEY (document, number)) WITHOUT ROWID";

/// What it costs at least.
#[derive(Clone, Copy, Debug)]
pub(super) struct Floor {
    pub(super) seconds: f64,
    /// Of those, with a processor.
    pub(super) busy: f64,
    pub(super) bytes: usize,
    pub(super) entries: usize,
}

/// A stretch of a chain: where, whose, and the number before its first.
pub(super) type Stretch = (Topic, Origin, u64);

/// Measures the floor of these stretches of a kiosk's file, each up to its end. `per_commit` entries share a transaction,
/// or else as many as a chunk holds.
pub(super) fn measure(
    store: &mut Store,
    scratch: &Path,
    stretches: &[Stretch],
    per_commit: Option<usize>,
) -> Result<Floor> {
    let mut database = open(&scratch.join("floor.db"))?;
    lay_in(store, &mut database, stretches)?;
    let mut entries: usize = 0;
    let (begun, busy_before) = (Instant::now(), busy(None)?);
    for (topic, origin, before) in stretches {
        let mut next = before + 1;
        loop {
            let (after, stretch) = store.stretch(topic, origin, next, CHUNK_TARGET_BYTES)?;
            let Some(last) = stretch.last().map(|entry| entry.number) else { break };
            let mut tip = after.map(|header_hash| Tip { number: next - 1, header_hash });
            next = last + 1;
            for part in stretch.chunks(per_commit.unwrap_or(usize::MAX)) {
                commit(&mut database, part, &mut tip, &mut entries)?;
            }
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    let busy = busy(None)? - busy_before;
    Ok(Floor { seconds, busy, bytes: bytes(store, stretches)?, entries })
}

/// A file with the same cipher and the same care.
fn open(path: &Path) -> Result<Connection> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        // It may never have been there.
        let _ = std::fs::remove_file(name);
    }
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "key", format!("x'{}'", "07".repeat(32)))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "cache_size", -8 * 1024)?;
    connection.execute_batch(SCHEMA)?;
    Ok(connection)
}

/// What the documents held before.
fn lay_in(store: &mut Store, database: &mut Connection, stretches: &[Stretch]) -> Result<()> {
    let mut documents = BTreeSet::new();
    for (topic, origin, before) in stretches.iter().filter(|(_, _, before)| *before > 0) {
        let mut next = before + 1;
        loop {
            let (_, stretch) = store.stretch(topic, origin, next, CHUNK_TARGET_BYTES)?;
            let Some(last) = stretch.last() else { break };
            next = last.number + 1;
            documents.extend(stretch.iter().filter_map(change).map(|change| change.document));
        }
    }
    let is_new = |entry: &Entry| {
        stretches
            .iter()
            .any(|(topic, origin, before)| entry.topic == *topic && entry.origin == *origin && entry.number > *before)
    };
    let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    store.write(|tx| -> Result<()> {
        for document in documents {
            for (place, (entry, _)) in tx.entries_of(document)?.into_iter().enumerate() {
                if is_new(&entry) {
                    continue;
                }
                let Some(change) = change(&entry) else { continue };
                let place = i64::try_from(place)? - 1_000_000;
                transaction.execute(
                    "INSERT INTO entry VALUES (?, ?, x'', NULL, ?)",
                    params![document.0, place, change.change],
                )?;
            }
        }
        Ok(())
    })?;
    Ok(transaction.commit()?)
}

/// One batch: the end of the chain goes on, and so does the count of rows.
fn commit(database: &mut Connection, entries: &[Entry], tip: &mut Option<Tip>, count: &mut usize) -> Result<()> {
    let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut select = transaction.prepare_cached("SELECT change FROM entry WHERE document = ?")?;
        let mut insert = transaction.prepare_cached("INSERT INTO entry VALUES (?, ?, ?, ?, ?)")?;
        for entry in entries {
            let checked = read(&entry.topic, entry.origin, *tip, Claim::from(entry.clone()))?;
            if checked.entry.signature.is_some() && !checked.is_signed() {
                bail!("entry {} is not its origin's", entry.number);
            }
            *tip = Some(Tip { number: entry.number, header_hash: checked.entry.header_hash });
            let (document, bytes) = match change(entry) {
                Some(change) => {
                    let before = select.query_map([change.document.0], |row| row.get(0))?;
                    apply(&before.collect::<Result<Vec<_>, _>>()?, &change.change)?;
                    (change.document, change.change)
                }
                // No document: a card, or what is said of the chain.
                None => (DocumentId(half(entry.body_hash)), entry.body.clone().unwrap_or_default()),
            };
            let signature = entry.signature.map(|signature| signature.0);
            *count += 1;
            insert.execute(params![document.0, i64::try_from(*count)?, checked.header, signature, bytes])?;
        }
    }
    Ok(transaction.commit()?)
}

fn half(hash: Digest32) -> [u8; 16] {
    hash.0.first_chunk().copied().unwrap_or_default()
}

/// The document with one change more.
fn apply(before: &[Vec<u8>], change: &[u8]) -> Result<AutoCommit> {
    let changes = before.iter().map(Vec::as_slice).chain([change]);
    let changes: Vec<Change> = changes.map(|bytes| Ok(Change::try_from(bytes)?)).collect::<Result<_>>()?;
    let mut document = AutoCommit::new();
    document.apply_changes(changes)?;
    Ok(document)
}

/// The change in an entry, be it carried.
fn change(entry: &Entry) -> Option<ChangeBody> {
    match AnyBody::decode(entry.kind, entry.body.as_ref()?).ok()? {
        AnyBody::Change(change) => Some(change),
        AnyBody::Carried(carried) => match AnyBody::decode(EntryKind::from_number(carried.kind), &carried.body).ok()? {
            AnyBody::Change(change) => Some(change),
            _ => None,
        },
        AnyBody::Card(_) | AnyBody::Began(_) | AnyBody::Control(_) | AnyBody::Unknown => None,
    }
}

/// All that is new, in one frame of zstd, with its signatures beside it.
fn bytes(store: &Store, stretches: &[Stretch]) -> Result<usize> {
    let (mut raw, mut signatures) = (Vec::new(), 0);
    for (topic, origin, before) in stretches {
        let mut next = before + 1;
        loop {
            let (_, stretch) = store.stretch(topic, origin, next, CHUNK_TARGET_BYTES)?;
            let Some(last) = stretch.last().map(|entry| entry.number) else { break };
            next = last + 1;
            for entry in &stretch {
                signatures += usize::from(entry.signature.is_some());
                match change(entry) {
                    Some(change) => raw.extend(change.change),
                    None => raw.extend(entry.body.iter().flatten()),
                }
            }
        }
    }
    Ok(zstd::bulk::compress(&raw, ZSTD_LEVEL)?.len() + SIGNATURE_BYTES * signatures)
}

/// The stretches of everything that a kiosk holds.
pub(super) fn everything(store: &Store, topics: &[Topic]) -> Result<Vec<Stretch>> {
    let mut all = Vec::new();
    for topic in topics {
        all.extend(store.vector(topic)?.into_keys().map(|origin| (topic.clone(), origin, 0)));
    }
    Ok(all)
}

/// The newest chain of a key in a topic.
pub(super) fn newest_of(store: &Store, topic: &Topic, key: [u8; 32]) -> Result<(Origin, Tip)> {
    let vector: BTreeMap<Origin, Tip> = store.vector(topic)?;
    let own = vector.into_iter().filter(|(origin, _)| origin.key() == key);
    own.max_by_key(|(_, tip)| tip.number).context("the kiosk has recorded nothing")
}
