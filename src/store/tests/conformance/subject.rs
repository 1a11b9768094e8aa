//! What is tested, and what can be read of it.

use std::cell::RefCell;

use uketsuke_domain::code::Voucher;
use uketsuke_domain::facts::KnownFact;
use uketsuke_domain::log::{Entry, Origin, Storage, Topic};
use uketsuke_domain::record::{DocumentId, DocumentKind, Fields, RawRecord};
use uketsuke_domain::reference::Settings;
use uketsuke_domain::review::Review;
use uketsuke_domain::verdict::Known;
use uketsuke_store::{
    BodyStates, ForkRow, HeldRow, IncidentRow, MemoryStore, OpenReview, Options, RestoredRow, Store, StoreError,
    VisitRow,
};

use crate::common::{Home, day, key};

pub(crate) fn on_a_file(options: Options) -> Store {
    // A folder goes with the thread of its test.
    thread_local! { static HOMES: RefCell<Vec<Home>> = const { RefCell::new(Vec::new()) }; }
    let home = Home::new();
    let store = Store::open(&home.path(), &key(), options).unwrap();
    HOMES.with_borrow_mut(|homes| homes.push(home));
    store
}

pub(crate) fn in_sql_memory(options: Options) -> Store {
    Store::in_memory(options).unwrap()
}

pub(crate) fn in_the_twin(options: Options) -> MemoryStore {
    MemoryStore::new(options)
}

/// Storage with the queries that both have.
pub(crate) trait Subject: Storage<Error = StoreError> {
    fn record(&self, document: DocumentId) -> RawRecord;
    fn known(&self, voucher: &Voucher, short: bool) -> Known;
    fn fields(&self, document: DocumentId) -> Fields;
    fn documents(&self, kind: DocumentKind) -> Vec<Fields>;
    fn settings(&self) -> Option<Settings>;
    fn newest(&self, topic: &Topic, origin: &Origin, count: u32) -> Vec<Entry>;
    fn entry_count(&self) -> u64;
    fn person_count(&self) -> u64;
    fn visits(&self, venue: &str) -> Vec<VisitRow>;
    fn review_count(&self) -> usize;
    fn reviews(&self, limit: u32) -> Vec<OpenReview>;
    fn open_reviews(&self) -> Vec<(DocumentId, Review)>;
    fn facts(&self) -> Vec<(DocumentId, KnownFact)>;
    fn held(&self, limit: u32) -> Vec<HeldRow>;
    fn body_states(&self) -> BodyStates;
    fn incidents(&self) -> Vec<IncidentRow>;
    fn forks(&self) -> Vec<ForkRow>;
    fn restored(&self) -> Vec<RestoredRow>;

    /// A transaction that succeeds.
    fn put<T>(&mut self, work: impl FnOnce(&mut Self::Tx<'_>) -> Result<T, StoreError>) -> T {
        self.write(work).unwrap()
    }
}

/// The secret of the cards' keys.
pub(crate) const SECRET: [u8; 32] = [1; 32];

macro_rules! subject {
    ($store:ty) => {
        impl Subject for $store {
            fn record(&self, document: DocumentId) -> RawRecord {
                self.record(document).unwrap()
            }
            fn known(&self, voucher: &Voucher, short: bool) -> Known {
                self.known(voucher, short, &SECRET).unwrap()
            }
            fn fields(&self, document: DocumentId) -> Fields {
                self.fields(document).unwrap()
            }
            fn documents(&self, kind: DocumentKind) -> Vec<Fields> {
                self.documents(kind).unwrap()
            }
            fn settings(&self) -> Option<Settings> {
                self.settings().cloned()
            }
            fn newest(&self, topic: &Topic, origin: &Origin, count: u32) -> Vec<Entry> {
                self.newest(topic, origin, count).unwrap()
            }
            fn entry_count(&self) -> u64 {
                self.entry_count().unwrap()
            }
            fn person_count(&self) -> u64 {
                self.person_count().unwrap()
            }
            fn visits(&self, venue: &str) -> Vec<VisitRow> {
                self.visits(&venue.into(), day()).unwrap()
            }
            fn review_count(&self) -> usize {
                self.review_count().unwrap()
            }
            fn reviews(&self, limit: u32) -> Vec<OpenReview> {
                self.reviews(limit).unwrap()
            }
            fn open_reviews(&self) -> Vec<(DocumentId, Review)> {
                self.open_reviews().unwrap()
            }
            fn facts(&self) -> Vec<(DocumentId, KnownFact)> {
                let mut facts = Vec::new();
                let each = |document, fact| -> Result<(), StoreError> {
                    facts.push((document, fact));
                    Ok(())
                };
                self.each_fact(each).unwrap();
                facts
            }
            fn held(&self, limit: u32) -> Vec<HeldRow> {
                self.held(limit).unwrap()
            }
            fn body_states(&self) -> BodyStates {
                self.body_states().unwrap()
            }
            fn incidents(&self) -> Vec<IncidentRow> {
                self.incidents().unwrap()
            }
            fn forks(&self) -> Vec<ForkRow> {
                self.forks().unwrap()
            }
            fn restored(&self) -> Vec<RestoredRow> {
                self.restored().unwrap()
            }
        }
    };
}

subject!(Store);
subject!(MemoryStore);
