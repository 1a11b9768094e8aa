//! Cards, words of the centre, what peers hold, incidents, settings.

use uketsuke_domain::log::{Digest32, Incident, IncidentKind, Ledger, Log};
use uketsuke_domain::record::{DocumentId, DocumentKind, field};
use uketsuke_domain::reference::{Card, CardKey, CardKeyed};
use uketsuke_domain::time::Moment;
use uketsuke_store::{IncidentRow, Options};

use crate::common::{MORNING, TRACKING, origin, topic, venue_topic};
use crate::everything::{KINDS, SUBJECTS};
use crate::makers::{documents, text_fields};
use crate::subject::Subject;

pub(crate) fn a_card_stands_by_version_and_then_by_body_in_any_order<S: Subject>(open: fn(Options) -> S) {
    let key = CardKey([1; 16]);
    let put = |store: &mut S, (version, body, four): (u64, u8, &str)| {
        let card = Card { replaced_by: Some(four.to_owned()), ..Card::default() };
        store.put(|tx| {
            tx.put_card(&CardKeyed { key, card, version }, Digest32([body; 32]))?;
            Ok((tx.card(key)?.unwrap().replaced_by.unwrap(), tx.card_version(key)?))
        })
    };
    let cards = [(1, 200, "first"), (2, 3, "lower"), (2, 250, "higher"), (2, 100, "between"), (1, 255, "old")];
    for turn in 0..cards.len() {
        for backwards in [false, true] {
            let mut store = open(TRACKING);
            assert_eq!(store.put(|tx| Ok((tx.card(key)?, tx.card_version(key)?))), (None, 0));
            let mut order = cards;
            order.rotate_left(turn);
            if backwards {
                order.reverse();
            }
            let stands = order.map(|card| put(&mut store, card));
            assert_eq!(stands.last(), Some(&("higher".to_owned(), 2)), "{order:?}");
            assert_eq!(put(&mut store, (u64::MAX, 1, "highest")).0, "highest");
            assert_eq!(put(&mut store, (3, 9, "late")).0, "highest");
            assert_eq!(store.put(|tx| tx.card_version(CardKey([2; 16]))), 0);
        }
    }
}

pub(crate) fn control_is_kept_by_kind_and_subject<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    for (kind, subject) in KINDS.into_iter().flat_map(|kind| SUBJECTS.map(|subject| (kind, subject))) {
        assert_eq!(store.control(kind, subject).unwrap(), None, "{kind:?} {subject:?}");
        store.put(|tx| tx.put_control(kind, subject, b"first"));
        let value = [kind as u8, u8::try_from(subject.len()).unwrap()];
        store.put(|tx| {
            tx.put_control(kind, subject, &value)?;
            assert_eq!(Log::control(tx, kind, subject)?, Some(value.to_vec()));
            Ok(())
        });
    }
    for (kind, subject) in KINDS.into_iter().flat_map(|kind| SUBJECTS.map(|subject| (kind, subject))) {
        let value = vec![kind as u8, u8::try_from(subject.len()).unwrap()];
        assert_eq!(store.control(kind, subject).unwrap(), Some(value));
    }
}

pub(crate) fn what_a_peer_holds_goes_up_and_down<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let (one, other) = ([1; 32], [2; 32]);
    store.put(|tx| {
        tx.put_confirmed(&one, &topic(), &[(origin(9), 5), (origin(2), 7)])?;
        tx.put_confirmed(&one, &venue_topic("1"), &[(origin(2), 1)])?;
        tx.put_confirmed(&other, &topic(), &[(origin(2), 2)])?;
        tx.put_confirmed(&other, &topic(), &[])
    });
    assert_eq!(store.confirmed(&one, &topic()).unwrap(), [(origin(2), 7), (origin(9), 5)]);
    store.put(|tx| tx.put_confirmed(&one, &topic(), &[(origin(2), 8), (origin(9), 3)]));
    assert_eq!(store.confirmed(&one, &topic()).unwrap(), [(origin(2), 8), (origin(9), 3)], "a peer may have lost some");
    assert_eq!(store.confirmed(&one, &venue_topic("1")).unwrap(), [(origin(2), 1)]);
    assert_eq!(store.confirmed(&other, &topic()).unwrap(), [(origin(2), 2)]);
    assert_eq!(store.confirmed(&[3; 32], &topic()).unwrap(), []);
    store.put(|tx| tx.put_confirmed(&one, &topic(), &[(origin(2), 0)]));
    assert_eq!(store.confirmed(&one, &topic()).unwrap()[0], (origin(2), 0));
}

pub(crate) fn incidents_are_counted<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    assert_eq!(store.incidents(), []);
    let note = |store: &mut S, kind, who, topic: &str, detail: &str, after| {
        let at = minute(after);
        let incident = Incident { kind, who: [who; 32], topic: topic.to_owned(), detail: detail.to_owned(), at };
        store.put(|tx| tx.note(&incident));
    };
    note(&mut store, IncidentKind::Flood, 2, "", "much", 1);
    note(&mut store, IncidentKind::Forked, 2, topic().as_str(), "entry 3", 2);
    note(&mut store, IncidentKind::Flood, 1, "", "much", 3);
    note(&mut store, IncidentKind::Flood, 2, "", "more", 5);
    note(&mut store, IncidentKind::Flood, 2, "", "most", 4);
    note(&mut store, IncidentKind::BadEntry, 2, "", "forged", 3);
    let row = |kind, who, topic: &str, detail: &str, times, first, last| IncidentRow {
        kind,
        who: [who; 32],
        topic: topic.to_owned(),
        detail: detail.to_owned(),
        times,
        first: minute(first),
        last: minute(last),
    };
    let expected = [
        row(IncidentKind::Flood, 2, "", "most", 3, 1, 4),
        row(IncidentKind::BadEntry, 2, "", "forged", 1, 3, 3),
        row(IncidentKind::Flood, 1, "", "much", 1, 3, 3),
        row(IncidentKind::Forked, 2, topic().as_str(), "entry 3", 1, 2, 2),
    ];
    assert_eq!(store.incidents(), expected, "what happened last first");
    for kind in IncidentKind::ALL {
        note(&mut store, kind, 9, "", "", 9);
    }
    assert_eq!(store.incidents().len(), 4 + IncidentKind::ALL.len());
}

fn minute(minutes: i64) -> Moment {
    MORNING.plus_ms(minutes * 60_000)
}

pub(crate) fn settings_are_read_from_their_document<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let document = DocumentId::of(DocumentKind::Settings, "settings");
    let put = |store: &mut S, text: &str| {
        store.put(|tx| tx.put_fields(DocumentKind::Settings, document, &text_fields(&[("settings", text)])));
    };
    let text = crate::operations::SETTINGS;
    put(&mut store, text);
    assert!(store.settings().is_none() && store.put(|tx| Ok(tx.settings().is_none())), "not before they are read anew");
    store.refresh_settings().unwrap();
    let settings = store.settings().unwrap();
    assert_eq!(settings.name, "見本市");
    assert_eq!(store.put(|tx| Ok(tx.settings().cloned())), Some(settings));
    put(&mut store, "{");
    store.refresh_settings().unwrap();
    assert!(store.settings().is_none(), "what can't be read is none, and no error");
    put(&mut store, text);
    store.refresh_settings().unwrap();
    assert!(store.settings().is_some());
    store.put(|tx| tx.forget_document(DocumentKind::Settings, document));
    store.refresh_settings().unwrap();
    assert!(store.settings().is_none());
}

pub(crate) fn fields_are_replaced_and_documents_found_by_kind<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let [person, ..] = documents();
    let venues = ["1", "2"].map(|venue| DocumentId::of(DocumentKind::Venue, venue));
    let lots = DocumentId::of(DocumentKind::Lots, "lots");
    store.put(|tx| {
        tx.put_fields(DocumentKind::Visit, person, &text_fields(&[(field::NAME, "花子"), (field::KANA, "カ")]))?;
        tx.put_fields(DocumentKind::Venue, venues[0], &text_fields(&[("name", "old")]))?;
        tx.put_fields(DocumentKind::Venue, venues[0], &text_fields(&[("name", "一")]))?;
        tx.put_fields(DocumentKind::Venue, venues[1], &text_fields(&[("name", "二")]))?;
        tx.put_fields(DocumentKind::Lots, lots, &text_fields(&[("name", "三")]))?;
        tx.put_fields(DocumentKind::Visit, person, &text_fields(&[(field::KANA, "サ")]))
    });
    assert_eq!(store.fields(person), text_fields(&[(field::KANA, "サ")]), "all of them, not one by one");
    let mut found = venues.map(|venue| (venue, store.fields(venue)));
    found.sort_by_key(|(venue, _)| *venue);
    assert_eq!(store.documents(DocumentKind::Venue), found.map(|(_, fields)| fields), "in the order of their ids");
    assert_eq!(store.documents(DocumentKind::Lots).len(), 1);
    assert_eq!(store.documents(DocumentKind::Visit).len() + store.documents(DocumentKind::Contact).len(), 0);
    store.put(|tx| tx.put_fields(DocumentKind::Doctors, lots, &text_fields(&[("name", "四")])));
    assert_eq!((store.documents(DocumentKind::Lots).len(), store.documents(DocumentKind::Doctors).len()), (0, 1));
}
