//! Facts by hash, in a row: a record is read, folded and let go, so a sorted row serves better than a tree.

use std::borrow::Cow;

use super::contradictions::Hashed;
use crate::facts::Fact;
use crate::ids::FactHash;

/// Facts, each once, in the order of their hashes.
#[derive(Clone, Debug, Default)]
pub(super) struct Row<'s>(Vec<Hashed<'s>>);

/// Facts that stand, some of them as corrections made them. In the order of their hashes.
pub(super) type Made<'a> = Vec<(FactHash, Cow<'a, Fact>)>;

impl<'s> FromIterator<Hashed<'s>> for Row<'s> {
    fn from_iter<I: IntoIterator<Item = Hashed<'s>>>(facts: I) -> Self {
        let mut facts: Vec<Hashed<'s>> = facts.into_iter().collect();
        facts.sort_unstable_by_key(|(hash, _)| *hash);
        facts.dedup_by_key(|(hash, _)| *hash);
        Self(facts)
    }
}

impl<'s> Row<'s> {
    /// What was made, by reference.
    pub(super) fn of(made: &'s Made<'_>) -> Self {
        made.iter().map(|(hash, fact)| (*hash, fact.as_ref())).collect()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Hashed<'s>> {
        self.0.iter().copied()
    }

    pub(super) fn facts(&self) -> impl Iterator<Item = &'s Fact> {
        self.0.iter().map(|(_, fact)| *fact)
    }

    pub(super) fn get(&self, hash: &FactHash) -> Option<&'s Fact> {
        let place = self.0.binary_search_by_key(hash, |(hash, _)| *hash).ok()?;
        self.0.get(place).map(|(_, fact)| *fact)
    }

    pub(super) fn contains(&self, hash: &FactHash) -> bool {
        self.get(hash).is_some()
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&FactHash) -> bool) {
        self.0.retain(|(hash, _)| keep(hash));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
