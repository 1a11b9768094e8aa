//! All or nothing.

use uketsuke_domain::facts::FactKind;
use uketsuke_domain::log::{
    BodyState, ControlKind, Digest32, Incident, IncidentKind, Ledger, Log, Origin, Signature, Tip,
};
use uketsuke_domain::record::{DocumentId, DocumentKind};
use uketsuke_domain::reference::{Card, CardKeyed};
use uketsuke_store::{Options, StoreError};

use crate::common::{MORNING, TRACKING, fact, known, origin, put_fact, put_person, topic, venue_topic};
use crate::everything::{card_keys, everything, inside, origins};
use crate::makers::{Outcome, about, documents, fields_item, fork_of, grow, hash, on_purpose, people, text_fields};
use crate::subject::Subject;

/// Something of everything, in a chain of its own.
fn something<L: Ledger<Error = StoreError>>(tx: &mut L, origin: Origin, step: u8) -> Outcome {
    let [document, ..] = documents();
    put_person(tx, &people()[0], "カ", "1950-01-01")?;
    put_fact(tx, &venue_topic("1"), origin, document, &known(&fact(step, FactKind::CheckedIn, "100", 0)))?;
    put_fact(tx, &venue_topic("1"), origin, document, &known(&fact(step + 50, FactKind::Vaccinated, "100", 1)))?;
    let held = about(tx, (&topic(), origin), document, &BodyState::Held("why".to_owned()))?;
    let waits = about(tx, (&topic(), origin), document, &BodyState::Waiting(document))?;
    grow(tx, &topic(), origin, 3)?;
    tx.put_signature(&topic(), &origin, held.number, Signature([step; 64]))?;
    tx.put_began(&topic(), &origin, Some((origins()[0], Tip { number: 1, header_hash: hash(1, 1) })))?;
    tx.put_fork(&fork_of(&topic(), origin, 1, u64::from(step)))?;
    tx.set_state(&waits, &BodyState::Applied, None)?;
    tx.put_item(&fields_item(document, u64::from(step)), &venue_topic("2"))?;
    tx.drop_body(&held, &BodyState::Erased)?;
    tx.put_control(ControlKind::Erased, b"a", &[step])?;
    let card = CardKeyed { key: card_keys()[0], card: Card::default(), version: u64::from(step) };
    tx.put_card(&card, Digest32([step; 32]))?;
    tx.put_confirmed(&[1; 32], &topic(), &[(origin, u64::from(step))])?;
    let incident = Incident {
        kind: IncidentKind::Flood,
        who: [step; 32],
        topic: String::new(),
        detail: "much".to_owned(),
        at: MORNING,
    };
    tx.note(&incident)?;
    let venue = DocumentId::of(DocumentKind::Venue, "1");
    tx.put_fields(DocumentKind::Venue, venue, &text_fields(&[("name", &step.to_string())]))
}

pub(crate) fn an_error_leaves_nothing<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let empty = everything(&mut store);
    let fail = |store: &mut S, step| -> String {
        let failed: Outcome = store.write(|tx| {
            something(tx, origin(2), step)?;
            tx.project(documents()[0])?;
            tx.unplace(documents()[0], &venue_topic("1"))?;
            something(tx, origin(3), step + 1)?;
            tx.forget_document(DocumentKind::Visit, documents()[0])?;
            tx.archive(&topic())?;
            something(tx, origin(2), step + 2)?;
            on_purpose()
        });
        assert!(matches!(failed, Err(StoreError::Damaged("on purpose"))));
        everything(store)
    };
    assert_eq!(fail(&mut store, 1), empty);
    store.put(|tx| something(tx, origin(2), 10));
    let before = everything(&mut store);
    assert_ne!(before, empty);
    assert_eq!(fail(&mut store, 20), before);
    // And again, for what an undone transaction may have left behind.
    assert_eq!(fail(&mut store, 30), before);
}

pub(crate) fn a_panic_leaves_nothing_and_the_store_usable<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    store.put(|tx| something(tx, origin(2), 10));
    let before = everything(&mut store);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _: Outcome = store.write(|tx| {
            something(tx, origin(3), 20)?;
            panic!("on purpose")
        });
    }));
    assert!(panicked.is_err());
    assert_eq!(everything(&mut store), before);
    store.put(|tx| something(tx, origin(3), 20));
    assert_ne!(everything(&mut store), before);
}

pub(crate) fn an_answer_comes_back_and_a_second_try_succeeds<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let failed: Result<u64, StoreError> = store.write(|tx| {
        grow(tx, &topic(), origin(2), 2)?;
        on_purpose()
    });
    assert!(failed.is_err());
    // The chain begins with 1: that it was begun before is forgotten.
    assert_eq!(store.put(|tx| grow(tx, &topic(), origin(2), 3)), 3);
    assert_eq!(store.put(|tx| grow(tx, &topic(), origin(2), 1)), 4);
}

pub(crate) fn what_one_operation_wrote_the_next_one_reads<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let seen = store.put(|tx| {
        something(tx, origins()[1], 10)?;
        // What was touched is of this transaction alone.
        let seen = inside(tx)?;
        assert!(tx.touched().contains(&(DocumentKind::Visit, documents()[0])));
        let touched = format!("{:?}", tx.touched());
        Ok(seen.replace(&touched, "[]"))
    });
    assert_eq!(store.put(|tx| inside(tx)), seen);
}
