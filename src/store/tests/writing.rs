//! Transactions, the log port, and what queries answer.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::sync::mpsc;
use std::time::{Duration, Instant};

use common::*;
use uketsuke_domain::code::Voucher;
use uketsuke_domain::facts::FactKind;
use uketsuke_domain::log::{BodyState, Digest32, Entry, EntryKind, Item, ItemContent, Log, Tip};
use uketsuke_domain::record::{DocumentId, DocumentKind, field};
use uketsuke_domain::reference::{Card, CardKey, CardKeyed};
use uketsuke_domain::review::ReviewKind;
use uketsuke_domain::text::kana::SearchKey;
use uketsuke_domain::verdict::OutcomeKind;
use uketsuke_store::{Store, StoreError, Tx, VisitRow};

fn visits(store: &Store) -> Vec<VisitRow> {
    store.visits(&"1".into(), day()).unwrap()
}

#[test]
fn a_write_is_all_or_nothing() {
    let home = Home::new();
    let mut store = home.open();
    let document = DocumentId::visit(&voucher("1111111113"));
    let failed: Result<(), StoreError> = store.write(|tx| {
        put_person(tx, &voucher("1111111113"), "カ", "1950-01-01")?;
        put_fact(tx, &topic(), origin(2), document, &known(&fact(1, FactKind::CheckedIn, "", 0)))?;
        tx.put_meta("name", b"value")?;
        Err(StoreError::Damaged("on purpose"))
    });
    assert!(matches!(failed, Err(StoreError::Damaged("on purpose"))));
    for store in [&store, &home.open()] {
        assert!(store.record(document).unwrap().is_empty());
        assert!(store.vector(&topic()).unwrap().is_empty());
        assert_eq!((store.meta("name").unwrap(), store.person_count().unwrap(), visits(store).len()), (None, 0, 0));
    }
    store.write(|tx| tx.put_meta("name", b"value")).unwrap();
    assert_eq!(store.meta("name").unwrap(), Some(b"value".to_vec()));
}

#[test]
fn a_panic_in_a_write_leaves_nothing_and_the_store_usable() {
    let home = Home::new();
    let mut store = home.open();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.write(|tx| -> Result<(), StoreError> {
            tx.put_meta("name", b"value")?;
            panic!("on purpose")
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(store.meta("name").unwrap(), None);
    store.write(|tx| tx.put_meta("name", b"other")).unwrap();
}

#[test]
fn a_chain_has_no_holes() {
    let mut store = Home::new().open();
    let entry = |number| Entry {
        topic: topic(),
        origin: origin(1),
        number,
        kind: EntryKind::Unknown(77),
        body_hash: Digest32([1; 32]),
        body_len: 0,
        header_hash: Digest32([3; 32]),
        signature: Some(uketsuke_domain::log::Signature([2; 64])),
        body: None,
    };
    let mut put = |number| store.write(|tx| tx.append(&entry(number), &BodyState::Withheld, None));
    assert!(put(2).is_err());
    put(1).unwrap();
    assert!(put(1).is_err());
    assert!(put(3).is_err());
    put(2).unwrap();
    assert_eq!(
        store.vector(&topic()).unwrap().into_iter().collect::<Vec<_>>(),
        [(origin(1), Tip { number: 2, header_hash: Digest32([3; 32]) })]
    );
    assert_eq!(store.stretch(&topic(), &origin(1), 2, 1).unwrap(), (Some(Digest32([3; 32])), vec![entry(2)]));
    assert_eq!(store.stretch(&topic(), &origin(1), u64::MAX, 1_000).unwrap(), (None, Vec::new()));
    let newest: Vec<u64> = store.newest(&topic(), &origin(1), 1).unwrap().iter().map(|entry| entry.number).collect();
    assert_eq!(newest, [2]);
}

#[test]
fn entries_are_read_up_to_a_size_and_at_least_one() {
    let mut store = Home::new().open();
    store
        .write(|tx| {
            (0..10).try_for_each(|_| append(tx, &topic(), origin(1), &[0; 1000], &BodyState::Applied).map(drop))
        })
        .unwrap();
    let numbers = |from, bytes| -> Vec<u64> {
        store.stretch(&topic(), &origin(1), from, bytes).unwrap().1.iter().map(|entry| entry.number).collect()
    };
    assert_eq!(numbers(1, 3_300), [1, 2, 3]);
    assert_eq!(numbers(9, 1_000_000), [9, 10]);
    assert_eq!(numbers(5, 1), [5]);
    assert_eq!(numbers(11, 1), [0u64; 0]);
}

#[test]
fn a_reader_sees_the_last_commit_and_a_writer_waits_for_the_other() {
    let home = Home::new();
    let mut first = home.open();
    first.write(|tx| tx.put_meta("name", b"old")).unwrap();
    let (inside, wait) = mpsc::channel();
    let path = home.path();
    let thread = std::thread::spawn(move || {
        wait.recv().unwrap();
        let mut second = open(&path);
        let seen = second.meta("name").unwrap();
        let version = second.data_version().unwrap();
        let begun = Instant::now();
        second.write(|tx| tx.put_meta("name", b"newest")).unwrap();
        (seen, begun.elapsed(), version != second.data_version().unwrap())
    });
    first
        .write(|tx| {
            tx.put_meta("name", b"new")?;
            inside.send(()).unwrap();
            std::thread::sleep(Duration::from_millis(600));
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let (seen, waited, _) = thread.join().unwrap();
    assert_eq!(seen, Some(b"old".to_vec()), "a reader during the write");
    assert!(waited > Duration::from_millis(100), "{waited:?}");
    assert_eq!(first.meta("name").unwrap(), Some(b"newest".to_vec()));
}

#[test]
fn a_day_of_one_person_makes_the_right_rows() {
    let home = Home::new();
    let mut store = home.open();
    let person = voucher("1111111113");
    store.write(|tx| put_person(tx, &person, "チョウフハナコ", "1950-01-01")).unwrap();
    write(&mut store, &person, &[known(&fact(1, FactKind::Booked, "100", -9000))]);
    let row = |store: &Store| visits(store).into_iter().next().unwrap();
    let booked = row(&store);
    assert_eq!((booked.visit.as_str(), booked.start_minute, booked.dose), ("100", Some(600), Some(1)));
    assert_eq!((booked.checked_in, booked.outcome, booked.cancelled), (None, None, false));
    let of = booked.person.unwrap();
    assert_eq!(
        (of.voucher, of.kana.as_deref(), of.birth),
        (person, Some("チョウフハナコ"), Some("1950-01-01".parse_day()))
    );

    write(&mut store, &person, &[known(&fact(2, FactKind::CheckedIn, "100", 1))]);
    assert_eq!(row(&store).checked_in, Some(MORNING.plus_ms(60_000)));
    write(&mut store, &person, &[known(&fact(3, FactKind::Vaccinated, "100", 5))]);
    assert_eq!(row(&store).outcome, Some((OutcomeKind::Vaccinated, MORNING.plus_ms(300_000))));
    assert_eq!((row(&store).unsettled, store.review_count().unwrap()), (false, 0));

    write(&mut store, &person, &[known(&fact(4, FactKind::PrescreenOnly, "100", 6))]);
    assert_eq!((row(&store).unsettled, visits(&store).len()), (true, 1));
    let reviews = store.reviews(10).unwrap();
    assert_eq!(reviews.iter().map(|open| open.review.kind).collect::<Vec<_>>(), [ReviewKind::OutcomeConflict]);
    assert_eq!(reviews[0].person.as_ref().map(|person| person.voucher), Some(person));
    let mut doses = Vec::new();
    store
        .each_dose(|row| {
            doses.push(row);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!((doses.len(), doses[0].dose.unsettled), (1, true));
    let mut facts = 0;
    store
        .each_fact(|_, _| {
            facts += 1;
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(facts, 4);
}

trait ParseDay {
    fn parse_day(self) -> uketsuke_domain::time::Day;
}

impl ParseDay for &str {
    fn parse_day(self) -> uketsuke_domain::time::Day {
        uketsuke_domain::time::Day::parse(self).unwrap()
    }
}

/// Everything that is projected.
fn rows(store: &Store) -> String {
    let people = store.visits(&"1".into(), day()).unwrap();
    let other_days: Vec<_> = (1..3).map(|add| store.visits(&"1".into(), day().plus_days(add)).unwrap()).collect();
    let counts = (store.person_count().unwrap(), store.review_count().unwrap());
    format!("{people:#?}{other_days:#?}{counts:?}{:?}", store.reviews(100).unwrap())
}

#[test]
fn rows_of_what_was_corrected_away_go_and_a_rebuild_agrees() {
    let home = Home::new();
    let mut store = home.open();
    let (one, two) = (voucher("1111111113"), voucher("1111111114"));
    store.write(|tx| put_person(tx, &one, "カ", "1950-01-01")).unwrap();
    // A walk-in who was checked in by mistake, and a check-in whose booking comes later, of another day.
    let mistake = known(&fact(1, FactKind::CheckedIn, "", 0));
    write(&mut store, &one, std::slice::from_ref(&mistake));
    write(&mut store, &two, &[known(&fact(2, FactKind::CheckedIn, "200", 3))]);
    assert_eq!(visits(&store).len(), 2);
    assert!(visits(&store).iter().any(|row| row.person.is_none()), "no voucher is known yet");
    write(&mut store, &one, &[superseding(fact(3, FactKind::Corrected, "", 4), mistake.hash)]);
    let seen: Vec<String> = visits(&store).into_iter().map(|row| row.visit).collect();
    assert_eq!(seen, ["200"], "the mistake is no visit any more");

    write(
        &mut store,
        &two,
        &[known(&fact(4, FactKind::Booked, "200", -9)), known(&fact(5, FactKind::CheckedIn, "200", 9))],
    );
    write(&mut store, &two, &[known(&fact(6, FactKind::Cancelled, "200", 10))]);
    let before = rows(&store);
    let mut told = 0;
    assert_eq!(store.rebuild(|done| told = done).unwrap(), 2);
    assert_eq!(told, 2);
    assert_eq!(rows(&store), before);
    assert_eq!(rows(&home.open()), before);
    assert!(before.contains("DoubleCheckIn") && before.contains("CancelledButCame"), "{before}");
}

#[test]
fn what_is_known_of_a_voucher() {
    let mut store = Home::new().open();
    let (one, two) = (voucher("1111111113"), voucher("1111111114"));
    let elsewhere = uketsuke_domain::code::Voucher {
        municipality: uketsuke_domain::code::Municipality::parse("131016").unwrap(),
        ..one
    };
    let card = Card { deleted: true, ..Card::default() };
    let keyed = CardKeyed { key: CardKey::of(&[1; 32], &two), card: card.clone(), version: 1 };
    store
        .write(|tx| {
            put_person(tx, &one, "カ", "1950-01-01")?;
            tx.put_card(&keyed, Digest32([1; 32]))
        })
        .unwrap();
    let known = |store: &Store, voucher, short| store.known(voucher, short, &[1; 32]).unwrap();
    let of_one = known(&store, &one, true);
    assert_eq!(of_one.record.text(field::KANA), Some("カ"));
    assert_eq!((of_one.card, of_one.ambiguous, of_one.same_name), (None, false, false));
    let of_two = known(&store, &two, true);
    assert_eq!((of_two.record.is_empty(), of_two.card), (true, Some(card)));
    assert_eq!(store.known(&two, true, &[2; 32]).unwrap().card, None, "another municipality's secret");
    store
        .write(|tx| {
            put_person(tx, &elsewhere, "サ", "1950-01-01")?;
            put_person(tx, &two, "カ", "1950-01-01")
        })
        .unwrap();
    assert!(known(&store, &one, true).ambiguous, "only the number was read, and two have it");
    assert!(!known(&store, &one, false).ambiguous);
    assert!(known(&store, &one, false).same_name);
    assert!(!known(&store, &elsewhere, false).same_name);
    let inside = store.write(|tx| tx.known(&one, true, &[1; 32])).unwrap();
    assert_eq!(inside, known(&store, &one, true));
}

#[test]
fn one_name_in_two_spellings_is_the_same_name() {
    let mut store = Home::new().open();
    let numbers = ["1111111113", "1111111114", "1111111115", "1111111116", "1111111117"].map(voucher);
    let kanji = |tx: &mut Tx<'_>, voucher: &Voucher, name: &str| {
        let fields = [(field::VOUCHER, &*voucher.to_string()), (field::NAME, name), (field::BIRTH, "1950-01-01")];
        put_fields(tx, DocumentKind::Visit, DocumentId::visit(voucher), &fields)
    };
    store
        .write(|tx| {
            put_person(tx, &numbers[0], "ｼﾞｭﾝ ｵｰﾉ", "1950-01-01")?;
            put_person(tx, &numbers[1], "じゆん　おーの", "1950-01-01")?;
            put_person(tx, &numbers[2], "ジュン　オーノ", "1950-01-02")?;
            kanji(tx, &numbers[3], "見本　花子")?;
            kanji(tx, &numbers[4], "見本花子")
        })
        .unwrap();
    let same = numbers.map(|voucher| store.known(&voucher, false, &[1; 32]).unwrap().same_name);
    assert_eq!(same, [true, true, false, true, true]);
    let record = store.record(DocumentId::visit(&numbers[0])).unwrap();
    assert_eq!(record.text(field::KANA), Some("ｼﾞｭﾝ ｵｰﾉ"), "what was imported is kept");
}

#[test]
fn people_are_searched_by_the_beginning_of_the_kana() {
    let mut store = Home::new().open();
    let people = [
        ("1111111113", "フジツウ　ハナコ", "1950-01-01"),
        ("1111111114", "ﾌｼﾞﾂｳ ﾊﾅｺ", "1960-01-01"),
        ("1111111115", "フジ　イチロウ", "1950-01-01"),
        ("1111111116", "ふしみ　はな", "1950-01-01"),
        ("1111111117", "ヤマダ　タロウ", "1950-01-01"),
    ];
    store
        .write(|tx| {
            people.into_iter().try_for_each(|(number, kana, birth)| put_person(tx, &voucher(number), kana, birth))
        })
        .unwrap();
    let found = |store: &Store, prefix: &str, limit| -> Vec<String> {
        let rows = store.people_by_kana(&SearchKey::of(prefix), limit).unwrap();
        rows.iter().map(|row| row.voucher.number.as_str()[8..].to_owned()).collect()
    };
    assert_eq!(found(&store, "ふぢ", 9), ["15", "14", "13"], "by name, then the youngest first");
    assert_eq!(found(&store, "ﾌｼﾞﾂ", 9), ["14", "13"]);
    assert_eq!(found(&store, "フ", 2), ["16", "15"]);
    assert_eq!(found(&store, "ン", 9), [""; 0]);
    assert_eq!(found(&store, "", 9), ["16", "15", "14", "13", "17"]);
    store.write(|tx| put_person(tx, &voucher("1111111117"), "フジ　タロウ", "1950-01-01")).unwrap();
    assert_eq!(found(&store, "ヤ", 9), [""; 0], "a name that changed is found by the new one alone");
    store.rebuild(|_| ()).unwrap();
    assert_eq!(found(&store, "フジ", 9), ["15", "17", "14", "13"]);
}

#[test]
fn documents_of_the_site_are_read_by_kind() {
    let mut store = Home::new().open();
    store
        .write(|tx| {
            put_fields(tx, DocumentKind::Venue, DocumentId::of(DocumentKind::Venue, "1"), &[("name", "一")])?;
            put_fields(tx, DocumentKind::Venue, DocumentId::of(DocumentKind::Venue, "2"), &[("name", "二")])?;
            put_fields(tx, DocumentKind::Lots, DocumentId::of(DocumentKind::Lots, "lots"), &[("name", "三")])?;
            put_person(tx, &voucher("1111111113"), "カ", "1950-01-01")
        })
        .unwrap();
    assert_eq!(store.documents(DocumentKind::Venue).unwrap().len(), 2);
    assert_eq!(store.documents(DocumentKind::Lots).unwrap().len(), 1);
    assert_eq!(store.documents(DocumentKind::Settings).unwrap().len(), 0);
    assert_eq!(store.fields(DocumentId::of(DocumentKind::Lots, "lots")).unwrap().len(), 1);
}

#[test]
fn a_card_is_replaced_only_by_a_later_one() {
    let mut store = Home::new().open();
    let key = CardKey([1; 16]);
    let mut put = |version, deleted| {
        let card = CardKeyed { key, card: Card { deleted, ..Card::default() }, version };
        store
            .write(|tx| {
                tx.put_card(&card, Digest32([1; 32]))?;
                Ok::<_, StoreError>(tx.card(key)?.unwrap().deleted)
            })
            .unwrap()
    };
    assert!(!put(5, false));
    assert!(!put(4, true), "an earlier one changes nothing");
    assert!(!put(5, true), "nor does one of the same version and body");
    assert!(put(6, true));
    assert!(!put(1 << 40, false));
}

#[test]
fn items_are_placed_once_in_each_topic() {
    let mut store = Home::new().open();
    let document = DocumentId::visit(&voucher("1111111113"));
    let (first, second) = (known(&fact(1, FactKind::Booked, "100", 0)), known(&fact(2, FactKind::CheckedIn, "100", 1)));
    write(&mut store, &voucher("1111111113"), &[first.clone(), second.clone()]);
    let lacks = |store: &mut Store, venue: &str| store.write(|tx| tx.unplaced(document, &venue_topic(venue))).unwrap();
    assert_eq!(lacks(&mut store, "1"), [], "where they were written");
    let other = lacks(&mut store, "2");
    assert_eq!(
        other.iter().map(|(_, entry)| entry.number).collect::<Vec<_>>(),
        [1, 2],
        "in the order of their writing"
    );
    assert!(other.iter().all(|(item, entry)| entry.topic == venue_topic("1") && item.document == document));
    assert_eq!(other[1].0.content, ItemContent::Fact(second.fact.encode()));
    // Carried: the item is known, and now it is there as well.
    store
        .write(|tx| {
            append(tx, &venue_topic("2"), origin(9), b"carried", &BodyState::Applied)?;
            assert!(!tx.put_item(&other[0].0, &venue_topic("2"))?);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let left = lacks(&mut store, "2");
    assert_eq!(left.iter().map(|(item, _)| item.change).collect::<Vec<_>>(), [Digest32(second.hash.0)]);
    assert_eq!(lacks(&mut store, "3").len(), 2);
    assert_eq!(lacks(&mut store, "3")[0].1.topic, venue_topic("1"), "the author's entry, not the carrier's");
}

#[test]
fn held_and_waiting_bodies_are_found_and_change_their_state() {
    let mut store = Home::new().open();
    let document = DocumentId::visit(&voucher("1111111113"));
    store
        .write(|tx| {
            append(tx, &topic(), origin(1), b"good", &BodyState::Applied)?;
            append(tx, &topic(), origin(1), b"bad", &BodyState::Held("no change".to_owned()))?;
            append(tx, &topic(), origin(1), b"early", &BodyState::Waiting(document))?;
            append(tx, &topic(), origin(2), b"other", &BodyState::Held("too long".to_owned()))
        })
        .unwrap();
    let reasons = |store: &Store| -> Vec<(u64, String)> {
        store.held(10).unwrap().into_iter().map(|row| (row.number, row.reason)).collect()
    };
    assert_eq!(reasons(&store), [(2, "no change".to_owned()), (1, "too long".to_owned())]);
    let row = store.held(1).unwrap().remove(0);
    assert_eq!((row.topic, row.origin.to_lowercase()), (topic().to_string(), origin(1).to_string()));
    let waiting = |store: &mut Store| store.write(|tx| tx.waiting(document)).unwrap();
    let found = waiting(&mut store);
    assert_eq!(found.iter().map(|entry| entry.body.clone().unwrap()).collect::<Vec<_>>(), [b"early".to_vec()]);
    store
        .write(|tx| {
            tx.set_state(&found[0], &BodyState::Applied, None)?;
            let content = ItemContent::Fields(b"early".to_vec());
            let item = Item { kind: DocumentKind::Visit, document, change: Digest32([5; 32]), content };
            assert!(tx.put_item(&item, &topic())?);
            assert_eq!(tx.field_changes(document)?, [b"early".to_vec()]);
            // It is put down as brought by the entry that waited.
            assert_eq!(tx.unplaced(document, &venue_topic("1"))?[0].1.number, 3);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(waiting(&mut store), []);
    assert_eq!(reasons(&store).len(), 2);
}
