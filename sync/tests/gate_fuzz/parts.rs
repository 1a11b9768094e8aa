//! A change taken apart, and put together again.

use super::*;

/// An uncompressed change, taken apart: numbers are LEB128 as they stand.
#[derive(Clone, Default)]
pub(super) struct Parts {
    /// Dependencies, actor, sequence, first operation, time, message, other actors: numbers and what they are lengths of.
    pub(super) head: Vec<Vec<u8>>,
    /// Specification, told length, data.
    pub(super) columns: Vec<(Vec<u8>, Vec<u8>, Vec<u8>)>,
    /// What no column claims.
    pub(super) tail: Vec<u8>,
}

impl Parts {
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.get(9..)?;
        number(&mut rest)?;
        let mut parts = Self::default();
        let (raw, dependencies) = number(&mut rest)?;
        parts.head.push(raw);
        parts.head.push(take(&mut rest, dependencies.checked_mul(32)?)?);
        parts.text(&mut rest)?;
        for _ in 0..3 {
            parts.head.push(number(&mut rest)?.0);
        }
        parts.text(&mut rest)?;
        let (raw, others) = number(&mut rest)?;
        parts.head.push(raw);
        (0..others).try_for_each(|_| parts.text(&mut rest))?;
        let (_, count) = number(&mut rest)?;
        let metas: Option<Vec<_>> = (0..count).map(|_| Some((number(&mut rest)?.0, number(&mut rest)?))).collect();
        for (specification, (told, length)) in metas? {
            parts.columns.push((specification, told, take(&mut rest, length)?));
        }
        parts.tail = rest.to_vec();
        Some(parts)
    }

    pub(super) fn text(&mut self, rest: &mut &[u8]) -> Option<()> {
        let (raw, length) = number(rest)?;
        self.head.push(raw);
        self.head.push(take(rest, length)?);
        Some(())
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut data = self.head.concat();
        data.extend(leb(self.columns.len() as u64));
        for (specification, told, _) in &self.columns {
            data.extend(specification);
            data.extend(told);
        }
        self.columns.iter().for_each(|(.., column)| data.extend(column));
        data.extend(&self.tail);
        chunk(1, &data)
    }

    pub(super) fn column<'a>(&'a mut self, dice: &mut Dice) -> Option<&'a mut (Vec<u8>, Vec<u8>, Vec<u8>)> {
        let at = dice.below(self.columns.len().max(1));
        self.columns.get_mut(at)
    }
}

pub(super) fn chunk(kind: u8, data: &[u8]) -> Vec<u8> {
    [&[0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, kind][..], &leb(data.len() as u64), data].concat()
}

pub(super) fn take(rest: &mut &[u8], length: u64) -> Option<Vec<u8>> {
    let (taken, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *rest = after;
    Some(taken.to_vec())
}

pub(super) fn number(rest: &mut &[u8]) -> Option<(Vec<u8>, u64)> {
    let length = rest.iter().position(|byte| byte & 0x80 == 0)? + 1;
    let raw = take(rest, length as u64)?;
    let value = raw
        .iter()
        .rev()
        .try_fold(0u64, |value, byte| value.checked_mul(128).map(|value| value | u64::from(byte & 0x7f)))?;
    Some((raw, value))
}

pub(super) fn leb(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value > 0x7f {
        bytes.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
    bytes
}

/// Numbers at the ends of what fits, signed and not, longer than they need be, and without an end.
pub(super) fn extreme(dice: &mut Dice) -> Vec<u8> {
    const VALUES: [u64; 14] = [
        0,
        1,
        0x3f,
        0x40,
        0x7f,
        0x80,
        0xffff,
        16 * 1024,
        16 * 1024 + 1,
        u32::MAX as u64,
        1 << 40,
        1 << 62,
        1 << 63,
        u64::MAX,
    ];
    match dice.below(8) {
        0 => [vec![0x80; dice.below(12)], vec![0]].concat(),
        1 => vec![0xff; dice.below(12)],
        2 => [vec![0xff; 9], vec![dice.byte()]].concat(),
        3 => vec![0x7f],                           // −1
        4 => [vec![0x80; 9], vec![0x7f]].concat(), // the least of 64 bits
        _ => leb(VALUES[dice.below(VALUES.len())].wrapping_add(dice.next() % 2)),
    }
}

/// DEFLATE's fixed codes by hand: zeros that take 13 bits for each 258 bytes.
pub(super) fn deflated_zeros(runs: usize) -> Vec<u8> {
    let mut bits = vec![true, true, false]; // the last block, fixed codes
    let code = |bits: &mut Vec<bool>, value: u16, length: u32| {
        bits.extend((0..length).rev().map(|at| value >> at & 1 == 1));
    };
    code(&mut bits, 0b0011_0000, 8); // a zero
    for _ in 0..runs {
        code(&mut bits, 0b1100_0101, 8); // 258 more
        code(&mut bits, 0, 5); // of the byte before
    }
    code(&mut bits, 0, 7); // the end
    let byte = |bits: &[bool]| bits.iter().enumerate().fold(0, |byte, (at, bit)| byte | u8::from(*bit) << at);
    bits.chunks(8).map(byte).collect()
}

/// DEFLATE without compression.
pub(super) fn stored(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    [&[1][..], &length.to_le_bytes(), &(!length).to_le_bytes(), &bytes[..usize::from(length)]].concat()
}
