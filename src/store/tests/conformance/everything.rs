//! All that can be read of a storage, as text: two that are alike say the same.

use std::fmt::Write;

use uketsuke_domain::log::{ControlKind, Ledger, Log, Origin, Topic};
use uketsuke_domain::record::{DocumentId, DocumentKind};
use uketsuke_domain::reference::CardKey;
use uketsuke_store::StoreError;

use crate::common::{topic, venue_topic};
use crate::makers::{documents, people};
use crate::subject::{SECRET, Subject};

pub(crate) fn topics() -> [Topic; 3] {
    [topic(), venue_topic("1"), venue_topic("2")]
}

/// Two keys with three chains each, in an order that is not that of their names.
pub(crate) fn origins() -> [Origin; 6] {
    [(2, 9), (2, u64::MAX), (2, 0), (3, 4), (3, 0), (3, 5)]
        .map(|(key, incarnation)| Origin::new([key; 32], incarnation))
}

/// People, and a few documents that are no person's.
pub(crate) fn all_documents() -> Vec<DocumentId> {
    let of = |kind, about| DocumentId::of(kind, about);
    let others = [
        of(DocumentKind::Settings, "settings"),
        of(DocumentKind::Venue, "1"),
        of(DocumentKind::Contact, "1"),
        of(DocumentKind::SlotDay, &format!("1/{}", crate::common::day())),
    ];
    documents().into_iter().chain(others).collect()
}

pub(crate) fn card_keys() -> Vec<CardKey> {
    people().iter().map(|person| CardKey::of(&SECRET, person)).collect()
}

pub(crate) const SUBJECTS: [&[u8]; 3] = [b"", b"a", b"ab"];
pub(crate) const KINDS: [ControlKind; 5] =
    [ControlKind::Revoked, ControlKind::Erased, ControlKind::Left, ControlKind::Closed, ControlKind::Archived];

/// All that is committed.
pub(crate) fn everything<S: Subject>(store: &mut S) -> String {
    let mut text = String::new();
    for topic in topics() {
        writeln!(text, "{topic}: {:?}", store.vector(&topic).unwrap()).unwrap();
        for origin in origins() {
            let all = store.stretch(&topic, &origin, 1, usize::MAX).unwrap();
            let some = store.stretch(&topic, &origin, 2, 250).unwrap();
            let tip = store.tip(&topic, &origin).unwrap();
            let bodies: Vec<_> = all.1.iter().map(|entry| &entry.body).collect();
            let newest = store.newest(&topic, &origin, 2);
            writeln!(text, "{origin}: {tip:?} {all:?} {bodies:?} {some:?} {newest:?}").unwrap();
        }
        for peer in [[1; 32], [2; 32]] {
            writeln!(text, "confirmed {:?}", store.confirmed(&peer, &topic).unwrap()).unwrap();
        }
    }
    for kind in KINDS {
        let words = SUBJECTS.map(|subject| store.control(kind, subject).unwrap());
        writeln!(text, "{kind:?}: {words:?}").unwrap();
    }
    for document in all_documents() {
        writeln!(text, "{document}: {:?} {:?}", store.record(document), store.fields(document)).unwrap();
    }
    for person in people() {
        writeln!(text, "{:?}", store.known(&person, true)).unwrap();
    }
    for kind in [DocumentKind::Visit, DocumentKind::Contact, DocumentKind::Venue, DocumentKind::Settings] {
        writeln!(text, "{kind:?}: {:?}", store.documents(kind)).unwrap();
    }
    writeln!(text, "{:?}", store.settings()).unwrap();
    writeln!(text, "{:?}", (store.entry_count(), store.person_count(), store.review_count())).unwrap();
    writeln!(text, "{:#?}", (store.visits("1"), store.visits("2"))).unwrap();
    writeln!(text, "{:#?}", (store.reviews(3), store.reviews(100), store.open_reviews())).unwrap();
    writeln!(text, "{:#?}", (store.held(2), store.held(100), store.body_states())).unwrap();
    writeln!(text, "{:#?}", (store.incidents(), store.forks(), store.restored())).unwrap();
    writeln!(text, "{:?}", store.facts()).unwrap();
    text.push_str(&store.put(|tx| inside(tx)));
    text
}

/// All that a transaction sees, and nobody else can ask.
pub(crate) fn inside<L: Ledger<Error = StoreError>>(tx: &mut L) -> Result<String, StoreError> {
    let mut text = String::new();
    for topic in topics() {
        for key in [[1; 32], [2; 32], [3; 32]] {
            writeln!(text, "{:?}", (tx.last_of_key(&topic, &key)?, tx.chains_of_key(&topic, &key)?)).unwrap();
        }
        for origin in origins() {
            let hashes: Vec<_> =
                (0..5).map(|number| tx.header_hash(&topic, &origin, number)).collect::<Result<_, _>>()?;
            let beyond = [tx.documents_beyond(&topic, &origin, 0)?, tx.documents_beyond(&topic, &origin, 2)?];
            writeln!(text, "{:?} {hashes:?} {beyond:?}", tx.tip(&topic, &origin)?).unwrap();
        }
    }
    writeln!(text, "{:?} {:?}", tx.chains_of(&[2; 32])?, tx.chains_of(&[3; 32])?).unwrap();
    for document in all_documents() {
        writeln!(text, "{document}: {:?} {:?}", tx.entries_of(document)?, tx.waiting(document)?).unwrap();
        writeln!(text, "{:?} {:?}", tx.field_changes(document)?, tx.places(document)?).unwrap();
        for topic in topics() {
            writeln!(text, "{:?}", tx.unplaced(document, &topic)?).unwrap();
        }
        writeln!(text, "{:?}", tx.record(document)?).unwrap();
    }
    for key in card_keys() {
        writeln!(text, "{:?} {}", tx.card(key)?, tx.card_version(key)?).unwrap();
    }
    writeln!(text, "{:?}", Log::control(tx, ControlKind::Erased, b"a")?).unwrap();
    writeln!(text, "{:?} {:?} {}", tx.touched(), tx.centre(), tx.may_drop()).unwrap();
    Ok(text)
}
