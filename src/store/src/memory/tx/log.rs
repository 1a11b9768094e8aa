//! The port of replication itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use uketsuke_domain::facts::KnownFact;
use uketsuke_domain::log::{
    BodyState, ControlKind, Digest32, Entry, Fork, Item, ItemContent, Log, Origin, Signature, Tip, Topic,
};
use uketsuke_domain::record::{DocumentId, DocumentKind, Fields};
use uketsuke_domain::reference::{CardKey, CardKeyed};

use super::{MemoryTx, state_of};
use crate::memory::tables::{ChainRow, EntryRow, ItemRow};
use crate::read::kept;
use crate::tx::found_by;
use crate::{MOST_FORKS, StoreError, records};

impl Log for MemoryTx<'_> {
    type Error = StoreError;

    fn centre(&self) -> Option<[u8; 32]> {
        self.options.centre
    }

    fn tip(&mut self, topic: &Topic, origin: &Origin) -> Result<Option<Tip>, StoreError> {
        Ok(self.tables.chain_and_tip(topic, origin).map(|(_, tip)| tip))
    }

    fn header_hash(&mut self, topic: &Topic, origin: &Origin, number: u64) -> Result<Option<Digest32>, StoreError> {
        Ok(self.tables.header_hash(topic, origin, number))
    }

    fn last_of_key(&mut self, topic: &Topic, key: &[u8; 32]) -> Result<Option<(Origin, Tip)>, StoreError> {
        let newest = self.tables.chains_of_key(topic, *key).max_by_key(|(_, chain)| chain.id);
        Ok(newest.and_then(|(origin, chain)| Some((*origin, self.tables.tip_of(chain)?))))
    }

    fn chains_of_key(&mut self, topic: &Topic, key: &[u8; 32]) -> Result<u64, StoreError> {
        Ok(self.tables.chains_of_key(topic, *key).count() as u64)
    }

    fn append(&mut self, entry: &Entry, state: &BodyState, document: Option<DocumentId>) -> Result<(), StoreError> {
        self.operation()?;
        let chain = self.next_in_chain(entry)?;
        let document = found_by(state, document);
        if let Some(document) = document {
            self.tables.entries_about.put((document, chain, entry.number), ());
        }
        let row = EntryRow { entry: Arc::new(entry.clone()), state: state.clone(), document };
        self.tables.entries.put((chain, entry.number), row);
        self.current = (chain, entry.number);
        Ok(())
    }

    fn put_signature(
        &mut self,
        topic: &Topic,
        origin: &Origin,
        number: u64,
        signature: Signature,
    ) -> Result<(), StoreError> {
        self.operation()?;
        let Some(chain) = self.tables.chain(topic, origin) else { return Ok(()) };
        self.replace((chain.id, number), |row| {
            let entry = Arc::new(Entry { signature: Some(signature), ..(*row.entry).clone() });
            EntryRow { entry, ..row }
        });
        Ok(())
    }

    fn put_began(&mut self, topic: &Topic, origin: &Origin, after: Option<(Origin, Tip)>) -> Result<(), StoreError> {
        self.operation()?;
        let (Some((after, tip)), Some(chain)) = (after, self.tables.chain(topic, origin)) else { return Ok(()) };
        let chain = ChainRow { after: Some((after, kept(tip.number))), ..chain };
        self.tables.chains.put((topic.clone(), *origin), chain);
        Ok(())
    }

    fn put_fork(&mut self, fork: &Fork) -> Result<bool, StoreError> {
        self.operation()?;
        let Fork { entry, .. } = fork;
        let at = |number, header_hash| (entry.topic.clone(), entry.origin, number, header_hash);
        let of_chain = at(0, Digest32([0; 32]))..=at(u64::MAX, Digest32([255; 32]));
        let at = at(kept(entry.number), entry.header_hash);
        if self.tables.forks.contains_key(&at) || self.tables.forks.range(of_chain).count() >= MOST_FORKS {
            return Ok(false);
        }
        self.tables.forks.put(at, Arc::new(fork.clone()));
        Ok(true)
    }

    fn strip_forks(&mut self, bodies: &[Digest32]) -> Result<(), StoreError> {
        self.operation()?;
        let is_listed = |fork: &Fork| fork.entry.body.is_some() && bodies.contains(&fork.entry.body_hash);
        let listed = self.tables.forks.iter().filter(|(_, fork)| is_listed(fork));
        for (at, fork) in listed.map(|(at, fork)| (at.clone(), fork.clone())).collect::<Vec<_>>() {
            let entry = Entry { body: None, ..fork.entry.clone() };
            self.tables.forks.put(at, Arc::new(Fork { entry, previous: fork.previous }));
        }
        Ok(())
    }

    fn entries_of(&mut self, document: DocumentId) -> Result<Vec<(Entry, BodyState)>, StoreError> {
        Ok(self.tables.about(document).map(|row| ((*row.entry).clone(), state_of(row, document))).collect())
    }

    fn documents_beyond(&mut self, topic: &Topic, origin: &Origin, number: u64) -> Result<Vec<DocumentId>, StoreError> {
        let (Some(chain), Some(first)) = (self.tables.chain(topic, origin), number.checked_add(1)) else {
            return Ok(Vec::new());
        };
        let beyond = self.tables.entries.range((chain.id, first)..=(chain.id, u64::MAX));
        Ok(beyond.filter_map(|(_, row)| row.document).collect::<BTreeSet<_>>().into_iter().collect())
    }

    fn chains_of(&mut self, key: &[u8; 32]) -> Result<Vec<(Topic, Origin)>, StoreError> {
        let chains = self.tables.chain_ids.values();
        Ok(chains.filter(|(_, origin)| origin.key() == *key).cloned().collect())
    }

    fn drop_body(&mut self, entry: &Entry, state: &BodyState) -> Result<(), StoreError> {
        self.operation()?;
        let Some(chain) = self.chain_id(entry) else { return Ok(()) };
        self.replace((chain, entry.number), |row| {
            let entry = Arc::new(Entry { body: None, ..(*row.entry).clone() });
            EntryRow { entry, state: state.clone(), ..row }
        });
        Ok(())
    }

    fn forget_document(&mut self, kind: DocumentKind, document: DocumentId) -> Result<(), StoreError> {
        self.operation()?;
        // Another record may speak of what goes: of the other half of 取り違え, of doses under another number.
        for other in records::beside(self.tables, document)? {
            self.touch(other, DocumentKind::Visit);
        }
        self.tables.items.take_all((document, Digest32([0; 32]))..=(document, Digest32([255; 32])));
        self.tables.drop_fields(document);
        self.tables.drop_person(document);
        self.tables.drop_visits(document, |_| true);
        self.tables.reviews.take_all((document, 0)..=(document, usize::MAX));
        self.touch(document, kind);
        Ok(())
    }

    fn may_drop(&self) -> bool {
        !self.options.track_places
    }

    fn control(&mut self, kind: ControlKind, subject: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.tables.control.get(&(kind as u8, subject.to_owned())).cloned())
    }

    fn put_control(&mut self, kind: ControlKind, subject: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.operation()?;
        self.tables.control.put((kind as u8, subject.to_owned()), value.to_owned());
        Ok(())
    }

    fn waiting(&mut self, document: DocumentId) -> Result<Vec<Entry>, StoreError> {
        let waiting = self.tables.about(document).filter(|row| matches!(row.state, BodyState::Waiting(_)));
        Ok(waiting.map(|row| (*row.entry).clone()).collect())
    }

    fn set_state(&mut self, entry: &Entry, state: &BodyState, document: Option<DocumentId>) -> Result<(), StoreError> {
        self.operation()?;
        let Some(chain) = self.chain_id(entry) else { return Ok(()) };
        self.replace((chain, entry.number), |row| EntryRow {
            document: row.document.or(found_by(state, document)),
            state: state.clone(),
            ..row
        });
        self.current = (chain, entry.number);
        Ok(())
    }

    fn put_item(&mut self, item: &Item, topic: &Topic) -> Result<bool, StoreError> {
        self.operation()?;
        let at = (item.document, item.change);
        let is_new = !self.tables.items.contains_key(&at);
        if is_new {
            let (chain, number) = self.current;
            let row = ItemRow { item: item.clone(), fact: fact_of(&item.content), chain, number };
            self.tables.items.put(at, Arc::new(row));
        }
        if self.options.track_places {
            self.tables.placed.put((item.document, topic.to_string(), item.change), ());
        }
        if is_new {
            self.touch(item.document, item.kind);
        }
        Ok(is_new)
    }

    fn displace(&mut self, item: &Item, topic: &Topic) -> Result<(), StoreError> {
        self.operation()?;
        self.tables.placed.take(&(item.document, topic.to_string(), item.change));
        Ok(())
    }

    fn field_changes(&mut self, document: DocumentId) -> Result<Vec<Vec<u8>>, StoreError> {
        let changes = self.tables.items_of(document).filter_map(|row| match &row.item.content {
            ItemContent::Fields(change) => Some(change.clone()),
            ItemContent::Fact(_) => None,
        });
        Ok(changes.collect())
    }

    fn put_fields(&mut self, kind: DocumentKind, document: DocumentId, fields: &Fields) -> Result<(), StoreError> {
        self.operation()?;
        self.tables.put_fields(kind, document, fields);
        self.touch(document, kind);
        Ok(())
    }

    fn put_card(&mut self, card: &CardKeyed, body_hash: Digest32) -> Result<(), StoreError> {
        self.operation()?;
        let version = kept(card.version);
        let stands = self.tables.cards.get(&card.key);
        if stands.is_none_or(|row| (version, body_hash) > (row.0, row.1)) {
            self.tables.cards.put(card.key, Arc::new((version, body_hash, card.card.clone())));
        }
        Ok(())
    }

    fn card_version(&mut self, key: CardKey) -> Result<u64, StoreError> {
        Ok(self.tables.cards.get(&key).map_or(0, |row| row.0))
    }
}

fn fact_of(content: &ItemContent) -> Option<KnownFact> {
    let ItemContent::Fact(bytes) = content else { return None };
    KnownFact::decode(bytes).inspect_err(|why| log::error!("a fact can't be read: {why}")).ok()
}
