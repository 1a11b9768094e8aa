//! The tables, as `schema_2.sql` has them, and what reads of the log need of them.

use std::ops::RangeInclusive;
use std::sync::Arc;

use uketsuke_domain::facts::KnownFact;
use uketsuke_domain::log::{BodyState, Digest32, Entry, Fork, IncidentKind, Item, Origin, Tip, Topic};
use uketsuke_domain::record::{DocumentId, DocumentKind, Fields};
use uketsuke_domain::reference::{Card, CardKey};

use super::table::{Journal, Table};
use crate::project::{PersonColumns, ReviewColumns, VisitColumns};
use crate::trouble::IncidentRow;

/// A chain. Its end is its last entry, or the base where that was archived.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) struct ChainRow {
    pub(super) id: u64,
    pub(super) base: Option<Tip>,
    /// What the first entry says of the chain before it.
    pub(super) after: Option<(Origin, u64)>,
}

/// An entry with what became of its body.
#[derive(Clone, PartialEq)]
pub(super) struct EntryRow {
    pub(super) entry: Arc<Entry>,
    pub(super) state: BodyState,
    pub(super) document: Option<DocumentId>,
}

/// An item, and which entry first brought it.
#[derive(PartialEq)]
pub(super) struct ItemRow {
    pub(super) item: Item,
    /// The fact, where it is one that can be read.
    pub(super) fact: Option<KnownFact>,
    pub(super) chain: u64,
    pub(super) number: u64,
}

/// A card that stands: the higher of version and body's hash.
pub(super) type CardRow = (u64, Digest32, Card);

/// All that is stored.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Tables {
    pub(super) meta: Table<String, Vec<u8>>,
    pub(super) chains: Table<(Topic, Origin), ChainRow>,
    /// Chains in the order of their beginning, from 1.
    pub(super) chain_ids: Table<u64, (Topic, Origin)>,
    pub(super) entries: Table<(u64, u64), EntryRow>,
    pub(super) entries_about: Table<(DocumentId, u64, u64), ()>,
    pub(super) forks: Table<(Topic, Origin, u64, Digest32), Arc<Fork>>,
    pub(super) confirmed: Table<([u8; 32], Topic, Origin), u64>,
    pub(super) incidents: Table<(IncidentKind, [u8; 32], String), IncidentRow>,
    pub(super) items: Table<(DocumentId, Digest32), Arc<ItemRow>>,
    pub(super) placed: Table<(DocumentId, String, Digest32), ()>,
    pub(super) fields: Table<DocumentId, (DocumentKind, Arc<Fields>)>,
    /// The few documents that are no person's.
    pub(super) reference: Table<(DocumentKind, DocumentId), ()>,
    pub(super) cards: Table<CardKey, Arc<CardRow>>,
    pub(super) control: Table<(u8, Vec<u8>), Vec<u8>>,
    pub(super) people: Table<DocumentId, PersonColumns>,
    pub(super) people_by_name: Table<(String, Option<String>, DocumentId), ()>,
    pub(super) people_by_number: Table<(String, DocumentId), ()>,
    pub(super) visits: Table<(DocumentId, String), VisitColumns>,
    /// By venue and day.
    pub(super) visits_by_day: Table<(String, String, DocumentId, String), ()>,
    pub(super) reviews: Table<(DocumentId, usize), ReviewColumns>,
}

impl Tables {
    /// Every table: a new one that is forgotten here does not compile.
    fn all(&mut self) -> [&mut dyn Journal; 20] {
        let Self {
            meta,
            chains,
            chain_ids,
            entries,
            entries_about,
            forks,
            confirmed,
            incidents,
            items,
            placed,
            fields,
            reference,
            cards,
            control,
            people,
            people_by_name,
            people_by_number,
            visits,
            visits_by_day,
            reviews,
        } = self;
        [
            meta,
            chains,
            chain_ids,
            entries,
            entries_about,
            forks,
            confirmed,
            incidents,
            items,
            placed,
            fields,
            reference,
            cards,
            control,
            people,
            people_by_name,
            people_by_number,
            visits,
            visits_by_day,
            reviews,
        ]
    }

    pub(super) fn undo(&mut self) {
        self.all().into_iter().for_each(Journal::undo);
    }

    pub(super) fn keep(&mut self) {
        self.all().into_iter().for_each(Journal::keep);
    }

    pub(super) fn chain(&self, topic: &Topic, origin: &Origin) -> Option<ChainRow> {
        self.chains.get(&(topic.clone(), *origin)).copied()
    }

    /// A chain, and its end.
    pub(super) fn chain_and_tip(&self, topic: &Topic, origin: &Origin) -> Option<(u64, Tip)> {
        let chain = self.chain(topic, origin)?;
        Some((chain.id, self.tip_of(&chain)?))
    }

    pub(super) fn tip_of(&self, chain: &ChainRow) -> Option<Tip> {
        let last = self.entries.range(all_of(chain.id)).next_back();
        let tip = last.map(|(_, row)| Tip { number: row.entry.number, header_hash: row.entry.header_hash });
        tip.or(chain.base)
    }

    pub(super) fn header_hash(&self, topic: &Topic, origin: &Origin, number: u64) -> Option<Digest32> {
        let chain = self.chain(topic, origin)?;
        let held = self.entries.get(&(chain.id, number)).map(|row| row.entry.header_hash);
        held.or_else(|| chain.base.filter(|base| base.number == number).map(|base| base.header_hash))
    }

    /// The chains of a topic, by origin.
    pub(super) fn chains_in(&self, topic: &Topic) -> impl DoubleEndedIterator<Item = (&Origin, &ChainRow)> {
        self.chains_between(topic, Origin([0; 40]), Origin([255; 40]))
    }

    /// The chains of a key in a topic, by incarnation.
    pub(super) fn chains_of_key(&self, topic: &Topic, key: [u8; 32]) -> impl Iterator<Item = (&Origin, &ChainRow)> {
        self.chains_between(topic, Origin::new(key, 0), Origin::new(key, u64::MAX))
    }

    fn chains_between(
        &self,
        topic: &Topic,
        first: Origin,
        last: Origin,
    ) -> impl DoubleEndedIterator<Item = (&Origin, &ChainRow)> {
        let range = (topic.clone(), first)..=(topic.clone(), last);
        self.chains.range(range).map(|((_, origin), chain)| (origin, chain))
    }

    /// Entries about a document, in the order of the log.
    pub(super) fn about(&self, document: DocumentId) -> impl Iterator<Item = &EntryRow> {
        let range = (document, 0, 0)..=(document, u64::MAX, u64::MAX);
        self.entries_about.range(range).filter_map(|((_, chain, number), ())| self.entries.get(&(*chain, *number)))
    }

    pub(super) fn items_of(&self, document: DocumentId) -> impl Iterator<Item = &Arc<ItemRow>> {
        let range = (document, Digest32([0; 32]))..=(document, Digest32([255; 32]));
        self.items.range(range).map(|(_, item)| item)
    }
}

/// All entries of a chain.
pub(super) fn all_of(chain: u64) -> RangeInclusive<(u64, u64)> {
    (chain, 0)..=(chain, u64::MAX)
}
