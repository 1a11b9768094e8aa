//! Changes without a dependency, laid down byte by byte as Automerge's own builder lays them down.
//!
//! All of them begin alike, and their columns are the same six: key, insert, action, length of the value, value, and how
//! many operations each replaces. [`crate::fact_shape`] and [`crate::field_shape`] say what stands in these.

use sha2::{Digest, Sha256};
use uketsuke_domain::log::Digest32;

use crate::change::{Built, ChangeError, MAX_CHANGE_BYTES};

/// What every chunk of Automerge begins with.
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
/// The chunk's type: an uncompressed change.
const CHANGE: u8 = 1;
/// No dependency; an actor of sixteen bytes follows.
const BEFORE_ACTOR: [u8; 2] = [0, 16];
/// Sequence 1, first operation 1, time 0, no message, no other actor.
const AFTER_ACTOR: [u8; 5] = [1, 1, 0, 0, 0];
/// The columns' numbers, in their order.
const KEY: u8 = 0x15;
const INSERT: u8 = 0x34;
const ACTION: u8 = 0x42;
const VALUE_META: u8 = 0x56;
const VALUE: u8 = 0x57;
const REPLACES: u8 = 0x70;
/// The action: put.
const PUT: u64 = 1;

/// The columns of puts at the root that replace nothing.
pub(crate) struct Puts<'a> {
    /// How many there are.
    pub count: u64,
    /// The key column: all differ, so it is one literal run.
    pub keys: &'a [u8],
    /// The column of the values' types and lengths.
    pub metas: &'a [u8],
    /// The values, one after the other.
    pub values: &'a [u8],
}

/// Lays a change down.
///
/// # Errors
/// [`ChangeError::TooLong`].
pub(crate) fn encode(actor: [u8; 16], puts: &Puts<'_>) -> Result<Built, ChangeError> {
    let mut insert = Vec::new();
    unsigned(&mut insert, puts.count);
    let columns: [(u8, &[u8]); 6] = [
        (KEY, puts.keys),
        (INSERT, &insert),
        (ACTION, &all_alike(puts.count, PUT)),
        (VALUE_META, puts.metas),
        (VALUE, puts.values),
        (REPLACES, &all_alike(puts.count, 0)),
    ];
    let mut data = Vec::with_capacity(puts.keys.len() + puts.values.len() + 64);
    data.extend(BEFORE_ACTOR);
    data.extend(actor);
    data.extend(AFTER_ACTOR);
    let filled = || columns.iter().filter(|(_, column)| !column.is_empty());
    unsigned(&mut data, filled().count() as u64);
    for (number, column) in filled() {
        data.push(*number);
        unsigned(&mut data, column.len() as u64);
    }
    filled().for_each(|(_, column)| data.extend(*column));
    chunk(&data)
}

fn chunk(data: &[u8]) -> Result<Built, ChangeError> {
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

/// What stands where actor, keys, types and values do in bytes that may have this shape. Only when the same is laid down
/// again, byte for byte, do they have it.
pub(crate) struct Read<'a> {
    pub actor: [u8; 16],
    pub keys: &'a [u8],
    pub metas: &'a [u8],
    pub values: &'a [u8],
}

/// Reads what may have this shape, whatever the bytes.
pub(crate) fn read(bytes: &[u8]) -> Option<Read<'_>> {
    let mut rest = bytes.strip_prefix(&MAGIC)?.get(5..)?;
    let _length = read_unsigned(&mut rest)?;
    let (actor, rest) = rest.strip_prefix(&BEFORE_ACTOR)?.split_first_chunk()?;
    let mut rest = rest.strip_prefix(&AFTER_ACTOR)?;
    let count = read_unsigned(&mut rest)?;
    let mut lengths = [0usize; 6];
    for _ in 0..count {
        let (number, after) = rest.split_first()?;
        rest = after;
        let place = [KEY, INSERT, ACTION, VALUE_META, VALUE, REPLACES].iter().position(|known| known == number)?;
        *lengths.get_mut(place)? = usize::try_from(read_unsigned(&mut rest)?).ok()?;
    }
    let mut columns = lengths.into_iter().map(|length| {
        let (column, after) = rest.split_at_checked(length)?;
        rest = after;
        Some(column)
    });
    let (keys, _insert, _action) = (columns.next()??, columns.next()??, columns.next()??);
    let (metas, values) = (columns.next()??, columns.next()??);
    Some(Read { actor: *actor, keys, metas, values })
}

/// A column in which one number stands so many times.
fn all_alike(count: u64, number: u64) -> Vec<u8> {
    let mut column = Vec::new();
    if count == 1 {
        literal(&mut column, 1);
    } else {
        signed(&mut column, count.cast_signed());
    }
    unsigned(&mut column, number);
    column
}

/// A column of numbers: those that stand alone as literals, equal neighbours as a run.
pub(crate) fn runs_of(numbers: &[u64]) -> Vec<u8> {
    let mut column = Vec::new();
    let mut alone: Vec<u64> = Vec::new();
    let flush = |alone: &mut Vec<u64>, column: &mut Vec<u8>| {
        if !alone.is_empty() {
            literal(column, alone.len());
            alone.drain(..).for_each(|number| unsigned(column, number));
        }
    };
    for same in numbers.chunk_by(|one, other| one == other) {
        match same {
            [one] => alone.push(*one),
            [one, ..] => {
                flush(&mut alone, &mut column);
                signed(&mut column, (same.len() as u64).cast_signed());
                unsigned(&mut column, *one);
            }
            [] => {}
        }
    }
    flush(&mut alone, &mut column);
    column
}

/// Reads a column of numbers, `limit` of them at most.
pub(crate) fn read_runs(mut column: &[u8], limit: usize) -> Option<Vec<u64>> {
    let mut numbers = Vec::new();
    while !column.is_empty() {
        let run = read_signed(&mut column)?;
        let length = usize::try_from(run.unsigned_abs()).ok()?;
        if length == 0 || numbers.len().checked_add(length)? > limit {
            return None;
        }
        if run > 0 {
            let number = read_unsigned(&mut column)?;
            numbers.extend(std::iter::repeat_n(number, length));
        } else {
            for _ in 0..length {
                numbers.push(read_unsigned(&mut column)?);
            }
        }
    }
    Some(numbers)
}

/// Says that so many literals follow.
pub(crate) fn literal(to: &mut Vec<u8>, count: usize) {
    signed(to, -(count as u64).cast_signed());
}

pub(crate) fn unsigned(to: &mut Vec<u8>, mut number: u64) {
    loop {
        let byte = number.to_le_bytes()[0] & 0x7f;
        number >>= 7;
        if number == 0 {
            return to.push(byte);
        }
        to.push(byte | 0x80);
    }
}

fn signed(to: &mut Vec<u8>, mut number: i64) {
    loop {
        let byte = number.to_le_bytes()[0] & 0x7f;
        number >>= 7;
        let is_last = if byte & 0x40 == 0 { number == 0 } else { number == -1 };
        if is_last {
            return to.push(byte);
        }
        to.push(byte | 0x80);
    }
}

pub(crate) fn read_unsigned(from: &mut &[u8]) -> Option<u64> {
    read_number(from).map(|(number, ..)| number)
}

pub(crate) fn read_signed(from: &mut &[u8]) -> Option<i64> {
    let (number, bits, is_negative) = read_number(from)?;
    let extended = if is_negative && bits < u64::BITS { number | u64::MAX << bits } else { number };
    Some(extended.cast_signed())
}

/// A LEB128 number: its bits, how many there are, and whether the sign's is set.
fn read_number(from: &mut &[u8]) -> Option<(u64, u32, bool)> {
    let (mut number, mut shift) = (0u64, 0);
    loop {
        let (byte, rest) = from.split_first()?;
        *from = rest;
        number |= u64::from(byte & 0x7f).checked_shl(shift)?;
        shift += 7;
        if byte & 0x80 == 0 {
            return Some((number, shift, byte & 0x40 != 0));
        }
    }
}
