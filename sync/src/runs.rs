//! Counts what a change would expand to, without expanding it.
//!
//! The columns of an uncompressed change are still run-length encoded: a run of 2⁴⁰ operations takes a dozen bytes, and
//! Automerge walks all of them while it reads the change. So the runs are counted here, before Automerge sees a byte.

/// Where the length of the chunk's data stands: after magic, checksum and type.
const LENGTH_AT: usize = 9;
/// Bytes of a change's hash.
const HASH_BYTES: u64 = 32;

/// Whether no column of a change has more than `limit` rows. False as well for what can't be walked.
pub(crate) fn at_most(bytes: &[u8], limit: u64) -> bool {
    Walk { rest: bytes }.change(limit).is_some()
}

struct Walk<'a> {
    rest: &'a [u8],
}

impl<'a> Walk<'a> {
    fn change(mut self, limit: u64) -> Option<()> {
        self.skip(LENGTH_AT as u64)?;
        self.unsigned()?;
        let dependencies = self.unsigned()?;
        self.skip(dependencies.checked_mul(HASH_BYTES)?)?;
        self.skip_text()?; // actor
        self.unsigned()?; // sequence
        self.unsigned()?; // first operation
        self.signed()?; // time
        self.skip_text()?; // message
        let actors = self.unsigned()?;
        for _ in 0..actors {
            self.skip_text()?;
        }
        let count = self.unsigned()?;
        let mut columns = Vec::new();
        for _ in 0..count {
            columns.push((self.unsigned()?, self.unsigned()?));
        }
        for (specification, length) in columns {
            let column = Walk { rest: self.skip(length)? };
            column.rows(specification & 0b111, limit)?;
        }
        Some(())
    }

    /// Walks one column of a type.
    fn rows(mut self, kind: u64, limit: u64) -> Option<()> {
        match kind {
            4 => {
                let mut total = 0u64;
                while !self.rest.is_empty() {
                    total = total.checked_add(self.unsigned()?).filter(|total| *total <= limit)?;
                }
                Some(())
            }
            7 => Some(()), // raw bytes: as long as they are
            _ => self.runs(kind, limit),
        }
    }

    fn runs(mut self, kind: u64, limit: u64) -> Option<()> {
        let (mut rows, mut grouped) = (0u64, 0u64);
        while !self.rest.is_empty() {
            let run = self.signed()?;
            let (values, times) = match run {
                0 => (0, self.unsigned()?),
                1.. => (1, run.unsigned_abs()),
                _ => (run.unsigned_abs(), 1),
            };
            rows = rows.checked_add(times.checked_mul(values.max(1))?).filter(|rows| *rows <= limit)?;
            for _ in 0..values {
                let value = self.value(kind)?;
                if kind == 0 {
                    // A group's value says how many rows of other columns belong to one row.
                    grouped = grouped.checked_add(value.checked_mul(times)?).filter(|rows| *rows <= limit)?;
                }
            }
        }
        Some(())
    }

    fn value(&mut self, kind: u64) -> Option<u64> {
        match kind {
            3 => self.signed().map(i64::unsigned_abs),
            5 => self.skip_text().map(|()| 0),
            _ => self.unsigned(),
        }
    }

    fn skip(&mut self, length: u64) -> Option<&'a [u8]> {
        let (skipped, rest) = self.rest.split_at_checked(usize::try_from(length).ok()?)?;
        self.rest = rest;
        Some(skipped)
    }

    fn skip_text(&mut self) -> Option<()> {
        let length = self.unsigned()?;
        self.skip(length).map(|_| ())
    }

    /// A LEB128 number: its value's bits, how many there are, and whether its sign bit is set.
    fn number(&mut self) -> Option<(u64, u32, bool)> {
        let (mut value, mut shift) = (0u64, 0u32);
        loop {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            if shift > 63 {
                return None;
            }
            value |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                return Some((value, shift, byte & 0x40 != 0));
            }
        }
    }

    fn unsigned(&mut self) -> Option<u64> {
        self.number().map(|(value, ..)| value)
    }

    fn signed(&mut self) -> Option<i64> {
        let (value, bits, negative) = self.number()?;
        let extended = if negative && bits < 64 { value | (u64::MAX << bits) } else { value };
        Some(extended.cast_signed())
    }
}
