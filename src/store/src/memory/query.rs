//! What tests and screens ask, by the names that [`crate::Store`] has for it.

use uketsuke_domain::code::{Municipality, Voucher, VoucherNumber};
use uketsuke_domain::facts::KnownFact;
use uketsuke_domain::fold::fold;
use uketsuke_domain::ids::VenueNumber;
use uketsuke_domain::log::{BodyState, Entry, Origin, Topic};
use uketsuke_domain::record::{DocumentId, DocumentKind, Fields, RawRecord};
use uketsuke_domain::review::Review;
use uketsuke_domain::time::Day;
use uketsuke_domain::verdict::Known;

use super::MemoryStore;
use super::tables::all_of;
use crate::StoreError;
use crate::project::VisitColumns;
use crate::query::{OpenReview, PersonRow, VisitRow};
use crate::records::{self, Records};
use crate::trouble::{BodyStates, ForkRow, HeldRow, IncidentRow, RestoredRow, chains_gone_on};

/// As many as a caller asked for.
fn most(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

impl MemoryStore {
    /// What is known of a voucher.
    ///
    /// # Errors
    /// Not expected.
    pub fn known(&self, voucher: &Voucher, short: bool, card_secret: &[u8; 32]) -> Result<Known, StoreError> {
        records::known(&self.tables, voucher, short, card_secret)
    }

    /// A person's record.
    ///
    /// # Errors
    /// Not expected.
    pub fn record(&self, document: DocumentId) -> Result<RawRecord, StoreError> {
        records::record(&self.tables, document)
    }

    /// The fields of a document.
    ///
    /// # Errors
    /// Not expected.
    pub fn fields(&self, document: DocumentId) -> Result<Fields, StoreError> {
        Records::fields(&self.tables, document)
    }

    /// The fields of all documents of a kind that is no person's.
    ///
    /// # Errors
    /// Not expected.
    pub fn documents(&self, kind: DocumentKind) -> Result<Vec<Fields>, StoreError> {
        self.tables.documents(kind)
    }

    /// The newest entries of an origin in a topic, newest first.
    ///
    /// # Errors
    /// Not expected.
    pub fn newest(&self, topic: &Topic, origin: &Origin, count: u32) -> Result<Vec<Entry>, StoreError> {
        let Some(chain) = self.tables.chain(topic, origin) else { return Ok(Vec::new()) };
        let rows = self.tables.entries.range(all_of(chain.id)).rev().take(most(count));
        Ok(rows.map(|(_, row)| (*row.entry).clone()).collect())
    }

    /// A small value under a name.
    ///
    /// # Errors
    /// Not expected.
    pub fn meta(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.tables.meta.get(key).cloned())
    }

    /// How many entries the log holds.
    ///
    /// # Errors
    /// Not expected.
    pub fn entry_count(&self) -> Result<u64, StoreError> {
        Ok(self.tables.entries.len() as u64)
    }

    /// How many people there are.
    ///
    /// # Errors
    /// Not expected.
    pub fn person_count(&self) -> Result<u64, StoreError> {
        Ok(self.tables.people.len() as u64)
    }

    /// The people of a venue on a day, by time and kana.
    ///
    /// # Errors
    /// Not expected.
    pub fn visits(&self, venue: &VenueNumber, day: Day) -> Result<Vec<VisitRow>, StoreError> {
        let mut rows: Vec<_> = self.tables.visits_on(venue, day).collect();
        rows.sort_by_key(|(document, row)| {
            let person = self.tables.people.get(document);
            let name = person.and_then(|person| person.name_key.as_deref());
            (row.start, name, person.map(|person| person.voucher.as_str()), *document, row.visit.as_str())
        });
        Ok(rows.into_iter().map(|(document, row)| self.visit(document, row)).collect())
    }

    fn visit(&self, document: DocumentId, row: &VisitColumns) -> VisitRow {
        VisitRow {
            person: self.person(document),
            visit: row.visit.clone(),
            start_minute: row.start,
            product: row.product.clone(),
            dose: row.dose,
            cancelled: row.cancelled,
            checked_in: row.checked_in,
            outcome: row.outcome,
            unsettled: row.unsettled,
        }
    }

    fn person(&self, document: DocumentId) -> Option<PersonRow> {
        let row = self.tables.people.get(&document)?;
        let municipality = Municipality::parse(&row.municipality).ok()?;
        Some(PersonRow {
            document,
            voucher: Voucher { municipality, number: VoucherNumber::parse(&row.voucher)? },
            name: row.name.clone(),
            kana: row.kana.clone(),
            birth: row.birth.as_deref().and_then(Day::parse),
        })
    }

    /// How many reviews are open.
    ///
    /// # Errors
    /// Not expected.
    pub fn review_count(&self) -> Result<usize, StoreError> {
        Ok(self.tables.reviews.len())
    }

    /// Open reviews, urgent first, then the oldest; at most `limit`.
    ///
    /// # Errors
    /// Not expected.
    pub fn reviews(&self, limit: u32) -> Result<Vec<OpenReview>, StoreError> {
        let mut rows: Vec<_> = self.tables.reviews.iter().collect();
        rows.sort_by_key(|(at, row)| (!row.urgent, row.since, *at));
        let mut open = Vec::new();
        for ((document, place), _) in rows.into_iter().take(most(limit)) {
            let record = self.record(*document)?;
            let review = fold(&record, self.settings()).reviews.get(*place).cloned();
            open.extend(review.map(|review| OpenReview { person: self.person(*document), record, review }));
        }
        Ok(open)
    }

    /// All open reviews with the records that they were found in, by document.
    ///
    /// # Errors
    /// Not expected.
    pub fn open_reviews(&self) -> Result<Vec<(DocumentId, Review)>, StoreError> {
        let mut open = Vec::new();
        for (document, place) in self.tables.reviews.keys() {
            let folded = fold(&self.record(*document)?, self.settings());
            open.extend(folded.reviews.get(*place).map(|review| (*document, review.clone())));
        }
        Ok(open)
    }

    /// Calls back with every person's fact and whose record it is in.
    ///
    /// # Errors
    /// The callback's.
    pub fn each_fact<E: From<StoreError>>(
        &self,
        mut each: impl FnMut(DocumentId, KnownFact) -> Result<(), E>,
    ) -> Result<(), E> {
        let of_people = self.tables.items.values().filter(|row| row.item.kind == DocumentKind::Visit);
        let mut facts = of_people.filter_map(|row| Some((row.item.document, row.fact.clone()?)));
        facts.try_for_each(|(document, fact)| each(document, fact))
    }
}

impl MemoryStore {
    /// Entries whose bodies are held: nothing bad is hidden.
    ///
    /// # Errors
    /// Not expected.
    pub fn held(&self, limit: u32) -> Result<Vec<HeldRow>, StoreError> {
        let held = self.tables.entries.values().filter_map(|row| match &row.state {
            BodyState::Held(reason) => Some(HeldRow {
                topic: row.entry.topic.to_string(),
                origin: row.entry.origin.to_string().to_uppercase(),
                number: row.entry.number,
                reason: reason.clone(),
            }),
            BodyState::Applied | BodyState::Waiting(_) | BodyState::Withheld | BodyState::Erased => None,
        });
        Ok(held.take(most(limit)).collect())
    }

    /// How many bodies are in no record, by why.
    ///
    /// # Errors
    /// Not expected.
    pub fn body_states(&self) -> Result<BodyStates, StoreError> {
        let mut states = BodyStates::default();
        for row in self.tables.entries.values() {
            match row.state {
                BodyState::Applied => {}
                BodyState::Held(_) => states.held += 1,
                BodyState::Waiting(_) => states.waiting += 1,
                BodyState::Withheld => states.withheld += 1,
                BodyState::Erased => states.erased += 1,
            }
        }
        Ok(states)
    }

    /// What went wrong between replicas, what happened last first.
    ///
    /// # Errors
    /// Not expected.
    pub fn incidents(&self) -> Result<Vec<IncidentRow>, StoreError> {
        let mut rows: Vec<IncidentRow> = self.tables.incidents.values().cloned().collect();
        // The sort keeps the order of the keys among those of one moment.
        rows.sort_by_key(|row| std::cmp::Reverse(row.last));
        Ok(rows)
    }

    /// Entries beside a chain: what another disk wrote under the same name.
    ///
    /// # Errors
    /// Not expected.
    pub fn forks(&self) -> Result<Vec<ForkRow>, StoreError> {
        let rows = self.tables.forks.iter().map(|((topic, origin, number, header_hash), fork)| ForkRow {
            topic: topic.to_string(),
            origin: *origin,
            number: *number,
            header_hash: *header_hash,
            has_body: fork.entry.body.is_some(),
        });
        Ok(rows.collect())
    }

    /// Devices whose disk was put back to an earlier state, or copied.
    ///
    /// # Errors
    /// Not expected.
    pub fn restored(&self) -> Result<Vec<RestoredRow>, StoreError> {
        let chains = self.tables.chain_ids.values().filter_map(|(topic, origin)| {
            let (after, number) = self.tables.chain(topic, origin)?.after?;
            let beyond = self.tables.chain_and_tip(topic, &after).is_some_and(|(_, tip)| tip.number > number);
            Some((topic.to_string(), *origin, (after, number), beyond))
        });
        Ok(chains_gone_on(chains))
    }
}
