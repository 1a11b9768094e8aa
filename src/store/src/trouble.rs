//! What went wrong, for whoever looks into it: bodies that are in no record, incidents, names under which two disks wrote.

use std::collections::BTreeMap;

use uketsuke_domain::log::{Digest32, IncidentKind, Origin};
use uketsuke_domain::time::Moment;

use crate::{Store, StoreError};

/// An entry whose body is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRow {
    /// The topic.
    pub topic: String,
    /// Who wrote it, in hexadecimal.
    pub origin: String,
    /// Its number.
    pub number: u64,
    /// Why it is held.
    pub reason: String,
}

/// How many bodies are in no record, by why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BodyStates {
    /// Stored and shown, never applied.
    pub held: u64,
    /// Field edits that build on what is not here yet.
    pub waiting: u64,
    /// The header came without it, or it was dropped.
    pub withheld: u64,
    /// The centre had it erased.
    pub erased: u64,
}

/// Something that went wrong between replicas: one row for each kind, device and topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentRow {
    /// What.
    pub kind: IncidentKind,
    /// Whose doing: a public key.
    pub who: [u8; 32],
    /// Where; empty where it is about a whole line.
    pub topic: String,
    /// What was noted last, in English.
    pub detail: String,
    /// How often.
    pub times: u64,
    /// When it was noted first.
    pub first: Moment,
    /// When it was noted last.
    pub last: Moment,
}

/// An entry that has the number of another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForkRow {
    /// The topic.
    pub topic: String,
    /// Under whose name.
    pub origin: Origin,
    /// The number that both have.
    pub number: u64,
    /// The hash of the header that is not in the chain.
    pub header_hash: Digest32,
    /// Its body is kept as well.
    pub has_body: bool,
}

/// How it is known that a disk is not the only one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Restored {
    /// A chain says that it came after another one's entry, and that one went on: the disk was put back to how it was then.
    PutBack,
    /// Two chains say that they came after the same entry: two disks went on from one state.
    Copied,
}

/// A device whose disk was put back to an earlier state, or copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoredRow {
    /// The device's public key.
    pub key: [u8; 32],
    /// The topic.
    pub topic: String,
    /// How it is known.
    pub how: Restored,
    /// The two chains: the one that was here first, or that the other one says it came after, and the other one.
    pub origins: (Origin, Origin),
}

/// What chains with a predecessor show: each with topic, origin, the end that it says it came after, and whether more than
/// that is held of the chain before it; in the order of their beginning here.
pub(crate) fn chains_gone_on(chains: impl Iterator<Item = (String, Origin, (Origin, u64), bool)>) -> Vec<RestoredRow> {
    let mut rows = Vec::new();
    let mut ends = BTreeMap::new();
    for (topic, origin, end, beyond) in chains {
        let row = |how, other| RestoredRow { key: origin.key(), topic: topic.clone(), how, origins: (other, origin) };
        if beyond {
            rows.push(row(Restored::PutBack, end.0));
        }
        if let Some(other) = ends.insert((topic.clone(), end), origin) {
            rows.push(row(Restored::Copied, other));
        }
    }
    rows
}

impl Store {
    /// Entries whose bodies are held: nothing bad is hidden.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn held(&self, limit: u32) -> Result<Vec<HeldRow>, StoreError> {
        let sql = "SELECT c.topic, hex(c.origin), e.number, e.reason FROM entry e JOIN chain c ON c.id = e.chain
             WHERE e.state <> 0 AND e.state = 1 ORDER BY e.chain, e.number LIMIT ?";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([limit], |row| {
            Ok(HeldRow {
                topic: row.get(0)?,
                origin: row.get(1)?,
                number: row.get::<_, i64>(2)?.unsigned_abs(),
                reason: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many bodies are in no record, by why: counted in an index that holds them alone.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn body_states(&self) -> Result<BodyStates, StoreError> {
        let sql = "SELECT count(*) FROM entry WHERE state <> 0 AND state = ?";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut count = |state: i64| statement.query_row([state], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs);
        Ok(BodyStates { held: count(1)?, waiting: count(2)?, withheld: count(3)?, erased: count(4)? })
    }

    /// What went wrong between replicas, what happened last first.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn incidents(&self) -> Result<Vec<IncidentRow>, StoreError> {
        let sql = "SELECT kind, who, topic, detail, times, first, last FROM incident
             ORDER BY last DESC, kind, who, topic";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            // A kind of a newer version is none that this one can show.
            let Some(kind) = IncidentKind::from_number(row.get(0)?) else { return Ok(None) };
            Ok(Some(IncidentRow {
                kind,
                who: row.get(1)?,
                topic: row.get(2)?,
                detail: row.get(3)?,
                times: row.get::<_, i64>(4)?.unsigned_abs(),
                first: Moment(row.get(5)?),
                last: Moment(row.get(6)?),
            }))
        })?;
        Ok(rows.filter_map(Result::transpose).collect::<Result<_, _>>()?)
    }

    /// Entries beside a chain: what another disk wrote under the same name.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn forks(&self) -> Result<Vec<ForkRow>, StoreError> {
        let sql = "SELECT topic, origin, number, header_hash, body IS NOT NULL FROM fork ORDER BY topic, origin, number, header_hash";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            Ok(ForkRow {
                topic: row.get(0)?,
                origin: Origin(row.get(1)?),
                number: row.get::<_, i64>(2)?.unsigned_abs(),
                header_hash: Digest32(row.get(3)?),
                has_body: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Devices whose disk was put back to an earlier state, or copied.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn restored(&self) -> Result<Vec<RestoredRow>, StoreError> {
        let sql = "SELECT c.topic, c.origin, c.after_origin, c.after_number, EXISTS (SELECT 1 FROM chain a
                 WHERE a.topic = c.topic AND a.origin = c.after_origin AND c.after_number <
                     coalesce((SELECT max(number) FROM entry WHERE chain = a.id), a.base_number))
             FROM chain c WHERE c.after_origin IS NOT NULL ORDER BY c.id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            let end = (Origin(row.get(2)?), row.get::<_, i64>(3)?.unsigned_abs());
            Ok((row.get(0)?, Origin(row.get(1)?), end, row.get(4)?))
        })?;
        let chains: Vec<_> = rows.collect::<Result<_, _>>()?;
        Ok(chains_gone_on(chains.into_iter()))
    }
}
