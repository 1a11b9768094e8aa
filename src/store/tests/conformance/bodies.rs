//! What became of bodies, and what they brought.

use uketsuke_domain::facts::FactKind;
use uketsuke_domain::log::{BodyState, Entry, Item, ItemContent, Ledger, Log};
use uketsuke_domain::record::{DocumentId, DocumentKind};
use uketsuke_store::{BodyStates, Options};

use crate::common::{TRACKING, fact, known, origin, put_fact, put_person, topic, venue_topic};
use crate::makers::{about, documents, entry, fact_item, fields_item, grow, hash, people, text_fields};
use crate::subject::Subject;

pub(crate) fn states_are_kept_with_their_reasons<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let [document, ..] = documents();
    let states = [
        BodyState::Applied,
        BodyState::Held("no change".to_owned()),
        BodyState::Waiting(document),
        BodyState::Withheld,
        BodyState::Erased,
        BodyState::Held(String::new()),
    ];
    let written: Vec<Entry> = store.put(|tx| {
        states.iter().map(|state| about(tx, (&topic(), origin(2)), document, state)).collect::<Result<_, _>>()
    });
    let found = store.put(|tx| tx.entries_of(document));
    assert_eq!(found, written.iter().cloned().zip(states).collect::<Vec<_>>());
    let counts = BodyStates { held: 2, waiting: 1, withheld: 1, erased: 1 };
    assert_eq!(store.body_states(), counts);
    let held = store.held(10);
    let reasons: Vec<_> = held.iter().map(|row| (row.number, row.reason.as_str())).collect();
    assert_eq!(reasons, [(2, "no change"), (6, "")]);
    assert_eq!((held[0].topic.as_str(), held[0].origin.to_lowercase()), (topic().as_str(), origin(2).to_string()));
    assert_eq!(store.held(1).len(), 1);
    // Each can become each other.
    store.put(|tx| {
        tx.set_state(&written[0], &BodyState::Held("now".to_owned()), None)?;
        tx.set_state(&written[1], &BodyState::Applied, None)?;
        tx.set_state(&written[2], &BodyState::Held("never".to_owned()), None)?;
        tx.set_state(&written[3], &BodyState::Waiting(document), None)
    });
    let found: Vec<_> = store.put(|tx| tx.entries_of(document)).into_iter().map(|(_, state)| state).collect();
    let held = |why: &str| BodyState::Held(why.to_owned());
    let now =
        [held("now"), BodyState::Applied, held("never"), BodyState::Waiting(document), BodyState::Erased, held("")];
    assert_eq!(found, now);
    assert_eq!(store.held(10).len(), 3);
}

pub(crate) fn what_waits_is_found_by_what_it_waits_for<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let [one, two, _] = documents();
    store.put(|tx| {
        let first = about(tx, (&topic(), origin(3)), one, &BodyState::Waiting(one))?;
        let other = about(tx, (&topic(), origin(3)), two, &BodyState::Waiting(two))?;
        let applied = about(tx, (&topic(), origin(2)), one, &BodyState::Applied)?;
        let second = about(tx, (&topic(), origin(2)), one, &BodyState::Waiting(one))?;
        assert_eq!(
            tx.waiting(one)?,
            [first.clone(), second.clone()],
            "chain by chain, in the order of their beginning"
        );
        assert_eq!(tx.waiting(two)?, [other]);
        tx.set_state(&first, &BodyState::Applied, None)?;
        tx.set_state(&applied, &BodyState::Waiting(one), None)?;
        assert_eq!(tx.waiting(one)?, [applied, second]);
        // Whoever appends need not say twice what it is about.
        let alone = entry(&venue_topic("1"), origin(2), 1);
        tx.append(&alone, &BodyState::Waiting(two), None)?;
        assert_eq!(tx.entries_of(two)?.last(), Some(&(alone.clone(), BodyState::Waiting(two))));
        let later = entry(&venue_topic("1"), origin(2), 2);
        tx.append(&later, &BodyState::Withheld, None)?;
        tx.set_state(&later, &BodyState::Waiting(one), None)?;
        assert_eq!(tx.waiting(one)?.len(), 3);
        // And what it is about stays what it was.
        tx.set_state(&alone, &BodyState::Waiting(one), None)?;
        assert!(tx.waiting(two)?.contains(&alone));
        Ok(())
    });
}

pub(crate) fn a_dropped_body_is_gone_and_its_header_is_not<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let [document, ..] = documents();
    let written = store.put(|tx| {
        let one = about(tx, (&topic(), origin(2)), document, &BodyState::Applied)?;
        let two = about(tx, (&topic(), origin(2)), document, &BodyState::Held("why".to_owned()))?;
        tx.drop_body(&one, &BodyState::Withheld)?;
        tx.drop_body(&two, &BodyState::Erased)?;
        tx.drop_body(&entry(&topic(), origin(3), 1), &BodyState::Erased)?;
        Ok([one, two])
    });
    let without = written.map(|entry| Entry { body: None, ..entry });
    assert_eq!(store.stretch(&topic(), &origin(2), 1, usize::MAX).unwrap(), (None, without.to_vec()));
    let found = store.put(|tx| tx.entries_of(document));
    assert_eq!(found, without.into_iter().zip([BodyState::Withheld, BodyState::Erased]).collect::<Vec<_>>());
    assert_eq!(store.body_states(), BodyStates { withheld: 1, erased: 1, ..BodyStates::default() });
    assert_eq!(store.held(9), []);
}

pub(crate) fn a_state_of_what_is_not_held_changes_nothing<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    store.put(|tx| {
        grow(tx, &topic(), origin(2), 1)?;
        for absent in
            [entry(&topic(), origin(2), 2), entry(&topic(), origin(3), 1), entry(&venue_topic("1"), origin(2), 1)]
        {
            tx.set_state(&absent, &BodyState::Waiting(documents()[0]), None)?;
            tx.drop_body(&absent, &BodyState::Erased)?;
        }
        assert_eq!(tx.waiting(documents()[0])?, []);
        Ok(())
    });
    assert_eq!((store.entry_count(), store.body_states()), (1, BodyStates::default()));
    assert_eq!(store.vector(&topic()).unwrap().len(), 1);
}

pub(crate) fn entries_about_a_document_come_in_the_order_of_the_log<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let [one, two, _] = documents();
    let places = [(topic(), 9), (venue_topic("1"), 3), (topic(), 9), (topic(), 2), (venue_topic("1"), 3)];
    store.put(|tx| {
        for (topic, of) in &places {
            about(tx, (topic, origin(*of)), one, &BodyState::Applied)?;
            about(tx, (topic, origin(*of)), two, &BodyState::Applied)?;
            grow(tx, topic, origin(*of), 1)?;
        }
        let found = tx.entries_of(one)?;
        let found: Vec<_> = found.iter().map(|(of, _)| (of.topic.clone(), of.origin, of.number)).collect();
        let expected = [(&places[0], 1), (&places[0], 4), (&places[1], 1), (&places[1], 4), (&places[3], 1)];
        let expected = expected.map(|((topic, of), number)| (topic.clone(), origin(*of), number));
        assert_eq!(found, expected);
        assert_eq!(tx.entries_of(DocumentId([9; 16]))?, []);
        tx.archive(&topic())?;
        assert_eq!(tx.entries_of(one)?.len(), 2);
        Ok(())
    });
}

pub(crate) fn an_item_is_new_once<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let [one, two, _] = documents();
    store.put(|tx| {
        about(tx, (&topic(), origin(2)), one, &BodyState::Applied)?;
        assert!(tx.put_item(&fields_item(one, 7), &topic())?);
        assert!(!tx.put_item(&fields_item(one, 7), &topic())?);
        assert!(!tx.put_item(&fields_item(one, 7), &venue_topic("1"))?);
        assert!(tx.put_item(&fields_item(two, 7), &topic())?, "the same change of another document is another item");
        assert!(tx.put_item(&fields_item(one, 3), &topic())?);
        let other = Item { content: ItemContent::Fields(b"other".to_vec()), ..fields_item(one, 3) };
        assert!(!tx.put_item(&other, &topic())?);
        let changes = tx.field_changes(one)?;
        assert_eq!(changes, [3u64, 7].map(|change| change.to_be_bytes().to_vec()), "and the first of one hash stays");
        let seen = known(&fact(1, FactKind::CheckedIn, "", 0));
        assert!(tx.put_item(&fact_item(one, &seen), &topic())?);
        assert_eq!(tx.field_changes(one)?.len(), 2, "a fact is no edit");
        let unreadable =
            Item { change: hash(1, 1), content: ItemContent::Fact(b"?".to_vec()), ..fact_item(one, &seen) };
        assert!(tx.put_item(&unreadable, &topic())?);
        assert_eq!(tx.record(one)?.facts, [seen], "what can't be read is left out");
        Ok(())
    });
    assert_eq!(store.facts().len(), 1);
}

pub(crate) fn a_forgotten_document_is_put_together_again<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let [one, two, _] = documents();
    let [first, second] = [1, 2].map(|id| known(&fact(id, FactKind::Vaccinated, "100", i64::from(id))));
    store.put(|tx| {
        put_person(tx, &people()[0], "カ", "1950-01-01")?;
        put_person(tx, &people()[1], "サ", "1950-01-01")?;
        put_fact(tx, &venue_topic("1"), origin(2), one, &first)?;
        put_fact(tx, &venue_topic("1"), origin(2), one, &second)?;
        put_fact(tx, &venue_topic("1"), origin(2), two, &first).map(drop)
    });
    let before = (store.record(one), store.visits("1"), store.open_reviews(), store.person_count());
    assert_eq!((before.0.facts.len(), before.1.len(), before.3), (2, 2, 2));
    store.put(|tx| {
        tx.forget_document(DocumentKind::Visit, one)?;
        assert!(tx.record(one)?.is_empty());
        assert_eq!(tx.field_changes(one)?, [[0u8; 0]; 0]);
        assert_eq!(tx.touched(), [(DocumentKind::Visit, one)]);
        Ok(())
    });
    assert_eq!((store.record(one).is_empty(), store.person_count(), store.visits("1").len()), (true, 1, 1));
    assert!(store.open_reviews().iter().all(|(document, _)| *document != one));
    assert_eq!(store.fields(one).len(), 0);
    assert_eq!(store.entry_count(), 5, "the log is as it was");
    store.put(|tx| {
        let entries = tx.entries_of(one)?;
        assert_eq!(entries.len(), 3);
        for (fact, (entry, _)) in [&first, &second].into_iter().zip(entries.iter().filter(|of| of.0.topic != topic())) {
            tx.set_state(entry, &BodyState::Applied, None)?;
            assert!(tx.put_item(&fact_item(one, fact), &venue_topic("1"))?);
        }
        let person = people()[0].to_string();
        let fields = [("voucher", person.as_str()), ("name", "調布 花子"), ("kana", "カ"), ("birth", "1950-01-01")];
        tx.put_fields(DocumentKind::Visit, one, &text_fields(&fields))?;
        let brought: Vec<u64> = tx.unplaced(one, &venue_topic("9"))?.iter().map(|(_, entry)| entry.number).collect();
        assert_eq!(brought, [1, 2], "each by its own entry, although others were written since");
        Ok(())
    });
    assert_eq!((store.record(one), store.visits("1"), store.open_reviews(), store.person_count()), before);
}
