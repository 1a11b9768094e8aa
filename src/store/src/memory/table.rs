//! A map that can go back to how it was when the transaction began.

use std::collections::BTreeMap;
use std::ops::{Deref, RangeBounds};

/// A map with a journal of what its keys held before. What a transaction costs is what it touches.
#[derive(Clone)]
pub(super) struct Table<K, V> {
    rows: BTreeMap<K, V>,
    before: Vec<(K, Option<V>)>,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), before: Vec::new() }
    }
}

impl<K: PartialEq, V: PartialEq> PartialEq for Table<K, V> {
    /// What a transaction in between may undo is no content.
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows
    }
}

impl<K, V> Deref for Table<K, V> {
    type Target = BTreeMap<K, V>;

    fn deref(&self) -> &BTreeMap<K, V> {
        &self.rows
    }
}

impl<K: Ord + Clone, V> Table<K, V> {
    pub(super) fn put(&mut self, key: K, value: V) {
        let old = self.rows.insert(key.clone(), value);
        self.before.push((key, old));
    }

    pub(super) fn take(&mut self, key: &K) {
        if let Some((key, old)) = self.rows.remove_entry(key) {
            self.before.push((key, Some(old)));
        }
    }

    pub(super) fn take_all(&mut self, range: impl RangeBounds<K>) -> u64 {
        let keys: Vec<K> = self.rows.range(range).map(|(key, _)| key.clone()).collect();
        for key in &keys {
            self.take(key);
        }
        keys.len() as u64
    }
}

/// What a transaction does with all tables alike.
pub(super) trait Journal {
    /// Back to how it was when the transaction began.
    fn undo(&mut self);

    /// It stays.
    fn keep(&mut self);
}

impl<K: Ord, V> Journal for Table<K, V> {
    fn undo(&mut self) {
        // The last change first: a key that changed twice ends with what it held at the beginning.
        while let Some((key, old)) = self.before.pop() {
            match old {
                Some(old) => self.rows.insert(key, old),
                None => self.rows.remove(&key),
            };
        }
    }

    fn keep(&mut self) {
        self.before.clear();
    }
}
