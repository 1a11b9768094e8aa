//! What is given of a chain at once.

use uketsuke_domain::log::Entry;

/// Consecutive entries, about so many bytes of bodies and at least one, ending with one that is signed.
#[derive(Debug)]
pub(crate) struct Stretching {
    next: u64,
    max_bytes: usize,
    bytes: usize,
    entries: Vec<Entry>,
}

/// What an entry costs besides its body.
const HEADER_BYTES: usize = 100;

impl Stretching {
    pub(crate) fn new(from: u64, max_bytes: usize) -> Self {
        Self { next: from, max_bytes, bytes: 0, entries: Vec::new() }
    }

    /// Takes the next entry, or says that it is enough.
    pub(crate) fn take(&mut self, entry: Entry) -> bool {
        if entry.number != self.next {
            // Archived here: nobody can be given the rest from this disk.
            return false;
        }
        self.bytes = self.bytes.saturating_add(entry.body.as_ref().map_or(0, Vec::len) + HEADER_BYTES);
        if self.bytes > self.max_bytes && self.entries.last().is_some_and(|last| last.signature.is_some()) {
            return false;
        }
        self.next = self.next.saturating_add(1);
        self.entries.push(entry);
        true
    }

    /// What was taken, up to the last that is signed: a run without its end proves nothing to anybody.
    pub(crate) fn done(mut self) -> Vec<Entry> {
        let signed = self.entries.iter().rposition(|entry| entry.signature.is_some());
        self.entries.truncate(signed.map_or(0, |last| last + 1));
        self.entries
    }
}
