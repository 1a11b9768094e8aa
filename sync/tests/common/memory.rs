//! A log in memory: the whole port, as simply as it can be done. Also remembers whether it was asked to write out of order.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use uketsuke_domain::facts::KnownFact;
use uketsuke_domain::log::{
    BodyState, ControlKind, Digest32, Entry, Fork, Item, ItemContent, Log, Origin, Signature, Tip, Topic, Vector,
};
use uketsuke_domain::record::{DocumentId, DocumentKind, Fields, RawRecord};
use uketsuke_domain::reference::{Card, CardKey, CardKeyed};
use uketsuke_sync::entry::Claim;
use uketsuke_sync::ingest::{Batch, Blame, Ingested, ingest};
use uketsuke_sync::replica::{Replica, Taken};
use uketsuke_sync::session::Stretch;

/// Forks of an origin at most, as the store keeps them.
pub(crate) const MOST_FORKS: usize = 64;

#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    /// Whose words count where only the centre's do.
    pub(crate) centre: Option<[u8; 32]>,
    /// A kiosk: records may be left to the centre.
    pub(crate) drops: bool,
    pub(crate) chains: BTreeMap<(Topic, Origin), Vec<(Entry, BodyState)>>,
    /// All entries in the order of their arrival, each with the document that it is about.
    pub(crate) arrived: Vec<(Topic, Origin, u64, Option<DocumentId>)>,
    pub(crate) items: BTreeMap<(DocumentId, Digest32), Item>,
    pub(crate) placed: BTreeSet<(DocumentId, Topic, Digest32)>,
    pub(crate) fields: BTreeMap<DocumentId, (DocumentKind, Fields)>,
    pub(crate) cards: BTreeMap<CardKey, (u64, Digest32, Card)>,
    pub(crate) forks: Vec<Fork>,
    pub(crate) controls: BTreeMap<(ControlKind, Vec<u8>), Vec<u8>>,
    pub(crate) began: BTreeMap<(Topic, Origin), Option<(Origin, Tip)>>,
}

impl Log for Memory {
    type Error = Infallible;

    fn centre(&self) -> Option<[u8; 32]> {
        self.centre
    }

    fn tip(&mut self, topic: &Topic, origin: &Origin) -> Result<Option<Tip>, Infallible> {
        let last = self.chains.get(&(topic.clone(), *origin)).and_then(|chain| chain.last());
        Ok(last.map(|(entry, _)| super::tip_of(entry)))
    }

    fn header_hash(&mut self, topic: &Topic, origin: &Origin, number: u64) -> Result<Option<Digest32>, Infallible> {
        let entry = self.entry(topic, *origin, number);
        Ok(entry.map(|(entry, _)| entry.header_hash))
    }

    fn last_of_key(&mut self, topic: &Topic, key: &[u8; 32]) -> Result<Option<(Origin, Tip)>, Infallible> {
        let newest = self
            .arrived
            .iter()
            .rev()
            .find(|(of, origin, number, _)| of == topic && origin.key() == *key && *number == 1);
        let Some(origin) = newest.map(|(_, origin, ..)| *origin) else { return Ok(None) };
        Ok(self.tip(topic, &origin)?.map(|tip| (origin, tip)))
    }

    fn chains_of_key(&mut self, topic: &Topic, key: &[u8; 32]) -> Result<u64, Infallible> {
        let (first, last) = (Origin::new(*key, 0), Origin::new(*key, u64::MAX));
        Ok(self.chains.range((topic.clone(), first)..=(topic.clone(), last)).count() as u64)
    }

    fn append(&mut self, entry: &Entry, state: &BodyState, document: Option<DocumentId>) -> Result<(), Infallible> {
        let chain = self.chains.entry((entry.topic.clone(), entry.origin)).or_default();
        assert_eq!(entry.number, chain.len() as u64 + 1, "entries come in their order");
        chain.push((entry.clone(), state.clone()));
        self.arrived.push((entry.topic.clone(), entry.origin, entry.number, document));
        Ok(())
    }

    fn put_signature(
        &mut self,
        topic: &Topic,
        origin: &Origin,
        number: u64,
        signature: Signature,
    ) -> Result<(), Infallible> {
        let entry = self.entry_mut(topic, *origin, number);
        assert_eq!(entry.0.signature, None, "signed once");
        entry.0.signature = Some(signature);
        Ok(())
    }

    fn put_began(&mut self, topic: &Topic, origin: &Origin, after: Option<(Origin, Tip)>) -> Result<(), Infallible> {
        self.began.insert((topic.clone(), *origin), after);
        Ok(())
    }

    fn put_fork(&mut self, fork: &Fork) -> Result<bool, Infallible> {
        let of = |known: &&Fork| known.entry.topic == fork.entry.topic && known.entry.origin == fork.entry.origin;
        let mut known = self.forks.iter().filter(of);
        let is_known = known.any(|known| known.entry.header_hash == fork.entry.header_hash);
        let is_new = !is_known && self.forks.iter().filter(of).count() < MOST_FORKS;
        if is_new {
            self.forks.push(fork.clone());
        }
        Ok(is_new)
    }

    fn strip_forks(&mut self, bodies: &[Digest32]) -> Result<(), Infallible> {
        for fork in self.forks.iter_mut().filter(|fork| bodies.contains(&fork.entry.body_hash)) {
            fork.entry.body = None;
        }
        Ok(())
    }

    fn entries_of(&mut self, document: DocumentId) -> Result<Vec<(Entry, BodyState)>, Infallible> {
        let about = self.arrived.iter().filter(|(.., about)| *about == Some(document));
        Ok(about.map(|(topic, origin, number, _)| self.entry(topic, *origin, *number).unwrap().clone()).collect())
    }

    fn documents_beyond(&mut self, topic: &Topic, origin: &Origin, number: u64) -> Result<Vec<DocumentId>, Infallible> {
        let beyond = self.arrived.iter().filter(|(of, by, at, _)| of == topic && by == origin && *at > number);
        let documents: BTreeSet<DocumentId> = beyond.filter_map(|(.., document)| *document).collect();
        Ok(documents.into_iter().collect())
    }

    fn chains_of(&mut self, key: &[u8; 32]) -> Result<Vec<(Topic, Origin)>, Infallible> {
        Ok(self.chains.keys().filter(|(_, origin)| origin.key() == *key).cloned().collect())
    }

    fn drop_body(&mut self, entry: &Entry, state: &BodyState) -> Result<(), Infallible> {
        let (entry, was) = self.entry_mut(&entry.topic, entry.origin, entry.number);
        entry.body = None;
        *was = state.clone();
        Ok(())
    }

    fn forget_document(&mut self, _kind: DocumentKind, document: DocumentId) -> Result<(), Infallible> {
        self.items.retain(|(of, _), _| *of != document);
        self.fields.remove(&document);
        Ok(())
    }

    fn may_drop(&self) -> bool {
        self.drops
    }

    fn control(&mut self, kind: ControlKind, subject: &[u8]) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(self.controls.get(&(kind, subject.to_vec())).cloned())
    }

    fn put_control(&mut self, kind: ControlKind, subject: &[u8], value: &[u8]) -> Result<(), Infallible> {
        self.controls.insert((kind, subject.to_vec()), value.to_vec());
        Ok(())
    }

    fn waiting(&mut self, document: DocumentId) -> Result<Vec<Entry>, Infallible> {
        let all = self.chains.values().flatten();
        let waiting = all.filter(|(_, state)| *state == BodyState::Waiting(document));
        Ok(waiting.map(|(entry, _)| entry.clone()).collect())
    }

    fn set_state(&mut self, entry: &Entry, state: &BodyState, document: Option<DocumentId>) -> Result<(), Infallible> {
        let at = (&entry.topic, entry.origin, entry.number);
        let mut arrived = self.arrived.iter_mut();
        if let Some((.., about)) = arrived.find(|(topic, origin, number, _)| (topic, *origin, *number) == at) {
            *about = about.or(document);
        }
        self.entry_mut(&entry.topic, entry.origin, entry.number).1 = state.clone();
        Ok(())
    }

    fn put_item(&mut self, item: &Item, topic: &Topic) -> Result<bool, Infallible> {
        self.placed.insert((item.document, topic.clone(), item.change));
        Ok(self.items.insert((item.document, item.change), item.clone()).is_none())
    }

    fn displace(&mut self, item: &Item, topic: &Topic) -> Result<(), Infallible> {
        self.placed.remove(&(item.document, topic.clone(), item.change));
        Ok(())
    }

    fn field_changes(&mut self, document: DocumentId) -> Result<Vec<Vec<u8>>, Infallible> {
        let items = self.items.values().filter(|item| item.document == document);
        let changes = items.filter_map(|item| match &item.content {
            ItemContent::Fields(change) => Some(change.clone()),
            ItemContent::Fact(_) => None,
        });
        Ok(changes.collect())
    }

    fn put_fields(&mut self, kind: DocumentKind, document: DocumentId, fields: &Fields) -> Result<(), Infallible> {
        self.fields.insert(document, (kind, fields.clone()));
        Ok(())
    }

    fn put_card(&mut self, card: &CardKeyed, body_hash: Digest32) -> Result<(), Infallible> {
        let stands = self.cards.get(&card.key).map(|(version, hash, _)| (*version, *hash));
        if stands.is_none_or(|stands| stands < (card.version, body_hash)) {
            self.cards.insert(card.key, (card.version, body_hash, card.card.clone()));
        }
        Ok(())
    }

    fn card_version(&mut self, key: CardKey) -> Result<u64, Infallible> {
        Ok(self.cards.get(&key).map_or(0, |(version, ..)| *version))
    }
}

impl Memory {
    /// A kiosk's log, where there is a centre.
    pub(crate) fn kiosk() -> Self {
        Self { centre: Some(super::centre().public_key()), drops: true, ..Self::default() }
    }

    /// The centre's own log.
    pub(crate) fn centre() -> Self {
        Self { drops: false, ..Self::kiosk() }
    }

    pub(crate) fn entry(&self, topic: &Topic, origin: Origin, number: u64) -> Option<&(Entry, BodyState)> {
        self.chains.get(&(topic.clone(), origin))?.get(usize::try_from(number.checked_sub(1)?).ok()?)
    }

    fn entry_mut(&mut self, topic: &Topic, origin: Origin, number: u64) -> &mut (Entry, BodyState) {
        let chain = self.chains.get_mut(&(topic.clone(), origin)).unwrap();
        &mut chain[usize::try_from(number - 1).unwrap()]
    }

    pub(crate) fn state(&self, topic: &Topic, origin: Origin, number: u64) -> BodyState {
        self.entry(topic, origin, number).unwrap().1.clone()
    }

    pub(crate) fn reason(&self, topic: &Topic, origin: Origin, number: u64) -> String {
        match self.state(topic, origin, number) {
            BodyState::Held(reason) => reason,
            other => panic!("entry {number} is not held but {other:?}"),
        }
    }

    /// What became of every body.
    pub(crate) fn states(&self) -> BTreeMap<(Topic, Origin, u64), BodyState> {
        let all = self.chains.values().flatten();
        all.map(|(entry, state)| ((entry.topic.clone(), entry.origin, entry.number), state.clone())).collect()
    }

    /// A chain, in its order.
    pub(crate) fn chain(&self, topic: &Topic, origin: Origin) -> Vec<Entry> {
        let chain = self.chains.get(&(topic.clone(), origin));
        chain.into_iter().flatten().map(|(entry, _)| entry.clone()).collect()
    }

    pub(crate) fn all(&self, topic: &Topic, origin: Origin) -> Vec<Claim> {
        super::claims(&self.chain(topic, origin))
    }

    /// Takes in claims of a peer that holds before them what is held here.
    pub(crate) fn take(
        &mut self,
        topic: &Topic,
        origin: Origin,
        first: u64,
        claims: Vec<Claim>,
    ) -> (Ingested, Option<Blame>) {
        let Ok(known) = self.header_hash(topic, &origin, first.saturating_sub(1));
        // Of what is not here the peer says something.
        let after = (first > 1).then(|| known.unwrap_or(Digest32([7; 32])));
        self.take_batch(Batch { topic: topic.clone(), origin, first, after, claims })
    }

    pub(crate) fn take_batch(&mut self, batch: Batch) -> (Ingested, Option<Blame>) {
        ingest(self, batch).unwrap()
    }

    /// Takes in all that another log holds, and nobody may be to blame.
    pub(crate) fn hear(&mut self, other: &Self) {
        for (topic, origin) in other.chains.keys() {
            assert_eq!(self.take(topic, *origin, 1, other.all(topic, *origin)).1, None);
        }
    }

    /// The record as the fold takes it.
    pub(crate) fn record(&self, document: DocumentId) -> RawRecord {
        let fields = self.fields.get(&document).map(|(_, fields)| fields.clone()).unwrap_or_default();
        let items = self.items.values().filter(|item| item.document == document);
        let facts = items.filter_map(|item| match &item.content {
            ItemContent::Fact(bytes) => Some(KnownFact::decode(bytes).unwrap()),
            ItemContent::Fields(_) => None,
        });
        RawRecord { facts: facts.collect(), fields, ..RawRecord::default() }
    }
}

impl Replica for Memory {
    type Error = Infallible;

    fn vector(&mut self, topic: &Topic) -> Result<Vector, Infallible> {
        let chains = self.chains.iter().filter(|((of, _), _)| of == topic);
        let tips = chains.filter_map(|((_, origin), chain)| Some((*origin, super::tip_of(&chain.last()?.0))));
        Ok(tips.collect())
    }

    fn entries(&mut self, topic: &Topic, origin: Origin, from: u64, max_bytes: usize) -> Result<Stretch, Infallible> {
        let chain = self.chains.get(&(topic.clone(), origin)).map(Vec::as_slice).unwrap_or_default();
        let skipped = usize::try_from(from - 1).unwrap();
        let after = skipped.checked_sub(1).and_then(|before| chain.get(before)).map(|(entry, _)| entry.header_hash);
        let mut bytes = 0;
        let mut entries: Vec<Entry> = Vec::new();
        for (entry, _) in chain.iter().skip(skipped) {
            bytes += entry.body.as_ref().map_or(0, Vec::len) + 100;
            if bytes > max_bytes && entries.last().is_some_and(|last| last.signature.is_some()) {
                break;
            }
            entries.push(entry.clone());
        }
        Ok(Stretch { after, entries })
    }

    fn ingest(&mut self, batches: Vec<Batch>) -> Result<Vec<Taken>, Infallible> {
        let take = |batch: Batch| {
            let (topic, origin) = (batch.topic.clone(), batch.origin);
            let (done, blame) = self.take_batch(batch);
            Ok(Taken { tip: self.tip(&topic, &origin)?, added: done.added, blame })
        };
        batches.into_iter().map(take).collect()
    }
}
