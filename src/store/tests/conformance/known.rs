//! What is known of a voucher.

use uketsuke_domain::code::{Municipality, Voucher};
use uketsuke_domain::facts::FactKind;
use uketsuke_domain::log::{Digest32, Ledger, Log};
use uketsuke_domain::record::{DocumentId, DocumentKind, Fields, Value, field};
use uketsuke_domain::reference::{Card, CardKey, CardKeyed, Slot};
use uketsuke_store::Options;

use crate::common::{TRACKING, day, fact, known, origin, put_fact, put_person, venue_topic};
use crate::makers::{documents, people, text_fields};
use crate::subject::{SECRET, Subject};

pub(crate) fn a_card_is_found_by_the_secret<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let [one, two, _] = people();
    let card = Card { deleted: true, ..Card::default() };
    let put = |secret: [u8; 32]| CardKeyed { key: CardKey::of(&secret, &two), card: card.clone(), version: 1 };
    store.put(|tx| tx.put_card(&put([9; 32]), Digest32([1; 32])));
    assert_eq!(store.known(&two, true).card, None, "another municipality's secret");
    store.put(|tx| tx.put_card(&put(SECRET), Digest32([1; 32])));
    let of_two = store.known(&two, true);
    assert_eq!((of_two.record.is_empty(), of_two.card), (true, Some(card.clone())));
    assert_eq!(store.known(&one, true).card, None);
    assert_eq!(store.put(|tx| tx.known(&two, true, &SECRET)).card, Some(card));
}

pub(crate) fn a_short_number_of_two_municipalities_is_ambiguous<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let [one, two, _] = people();
    let elsewhere = Voucher { municipality: Municipality::parse("131016").unwrap(), ..one };
    store.put(|tx| {
        put_person(tx, &one, "カ", "1950-01-01")?;
        put_person(tx, &two, "サ", "1950-01-01")
    });
    assert!(!store.known(&one, true).ambiguous);
    store.put(|tx| put_person(tx, &elsewhere, "タ", "1950-01-01"));
    assert!(store.known(&one, true).ambiguous, "only the number was read, and two have it");
    assert!(store.known(&elsewhere, true).ambiguous);
    assert!(!store.known(&one, false).ambiguous);
    assert!(!store.known(&two, true).ambiguous);
    store.put(|tx| tx.forget_document(DocumentKind::Visit, DocumentId::visit(&elsewhere)));
    assert!(!store.known(&one, true).ambiguous);
}

pub(crate) fn one_name_in_two_spellings_is_the_same_name<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let [one, two, three] = people();
    store.put(|tx| {
        put_person(tx, &one, "ｼﾞｭﾝ ｵｰﾉ", "1950-01-01")?;
        put_person(tx, &two, "じゆん　おーの", "1950-01-01")?;
        put_person(tx, &three, "ジュン　オーノ", "1950-01-02")
    });
    let same = |store: &S| people().map(|person| store.known(&person, false).same_name);
    assert_eq!(same(&store), [true, true, false]);
    store.put(|tx| put_person(tx, &two, "じゆん　おーの", "1950-01-02"));
    assert_eq!(same(&store), [false, true, true], "a birth date that changed is found by the new one alone");
    store.put(|tx| put_person(tx, &two, "ハナコ", "1950-01-02"));
    assert_eq!(same(&store), [false, false, false]);
    let record = store.record(DocumentId::visit(&one));
    assert_eq!(record.text(field::KANA), Some("ｼﾞｭﾝ ｵｰﾉ"), "what was imported is kept");
    // Nobody is compared without a name or without a birth date.
    let nameless = |birth: &str| {
        let number = two.to_string();
        text_fields(&[(field::VOUCHER, number.as_str()), (field::BIRTH, birth)])
    };
    store.put(|tx| tx.put_fields(DocumentKind::Visit, documents()[1], &nameless("1950-01-01")));
    assert_eq!(same(&store), [false, false, false]);
}

fn slot(capacity: u16) -> Fields {
    let slot = Slot {
        id: "slot".into(),
        name: "午前".to_owned(),
        venue: "1".into(),
        day: day(),
        start_minute: 600,
        end_minute: 660,
        product: "comirnaty".into(),
        capacity,
        conditions: None,
        visibility: None,
        same_day: false,
        pair: None,
    };
    Fields::from([("slot".to_owned(), vec![Value::Bytes(minicbor::to_vec(&slot).unwrap())])])
}

pub(crate) fn places_that_were_given_up_are_counted<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let day = DocumentId::of(DocumentKind::SlotDay, &format!("1/{}", day()));
    store.put(|tx| {
        for (id, (person, document)) in (1..).zip(people().into_iter().zip(documents())) {
            put_person(tx, &person, "カ", "1950-01-01")?;
            let booked = fact(id, FactKind::Booked, &format!("10{id}"), i64::from(id));
            put_fact(tx, &venue_topic("1"), origin(2), document, &known(&booked))?;
        }
        tx.put_fields(DocumentKind::SlotDay, day, &slot(7))
    });
    let places = |store: &S| store.known(&people()[0], false).places.into_values().collect::<Vec<_>>();
    assert_eq!(places(&store), [], "counted only for who gave one up");
    let cancel = |store: &mut S, person: usize, id: u8| {
        let cancelled = fact(id, FactKind::Cancelled, &format!("10{}", person + 1), 50);
        store.put(|tx| put_fact(tx, &venue_topic("1"), origin(2), documents()[person], &known(&cancelled)));
    };
    cancel(&mut store, 0, 9);
    assert_eq!(places(&store), [(2, 7)]);
    cancel(&mut store, 1, 10);
    assert_eq!(places(&store), [(1, 7)]);
    store.put(|tx| tx.put_fields(DocumentKind::SlotDay, day, &slot(1)));
    assert_eq!(places(&store), [(1, 1)]);
    store.put(|tx| tx.forget_document(DocumentKind::SlotDay, day));
    assert_eq!(places(&store), [], "a slot that is not here");
}
