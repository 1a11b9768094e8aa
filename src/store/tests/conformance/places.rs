//! Where items are available.

use uketsuke_domain::facts::FactKind;
use uketsuke_domain::log::{BodyState, Ledger, Log};
use uketsuke_domain::record::DocumentKind;
use uketsuke_store::Options;

use crate::common::{TRACKING, fact, known, origin, put_fact, venue_topic};
use crate::makers::{about, documents, fact_item};
use crate::subject::Subject;

pub(crate) fn items_are_placed_once_in_each_topic<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let [one, two, _] = documents();
    let facts = [3, 1, 2].map(|id| known(&fact(id, FactKind::CheckedIn, "", i64::from(id))));
    store.put(|tx| {
        for fact in &facts[..2] {
            put_fact(tx, &venue_topic("1"), origin(2), one, fact)?;
        }
        put_fact(tx, &venue_topic("2"), origin(3), one, &facts[2])?;
        put_fact(tx, &venue_topic("2"), origin(3), two, &facts[2])?;
        assert_eq!(tx.places(one)?, [venue_topic("1"), venue_topic("2")]);
        assert_eq!(tx.places(two)?, [venue_topic("2")]);
        let lacks = tx.unplaced(one, &venue_topic("3"))?;
        let items: Vec<_> = lacks.iter().map(|(item, _)| item.clone()).collect();
        assert_eq!(items, facts.clone().map(|fact| fact_item(one, &fact)), "in the order of the log");
        let by: Vec<_> = lacks.iter().map(|(_, entry)| (entry.topic.clone(), entry.origin, entry.number)).collect();
        let (here, there) = (venue_topic("1"), venue_topic("2"));
        assert_eq!(by, [(here.clone(), origin(2), 1), (here.clone(), origin(2), 2), (there.clone(), origin(3), 1)]);
        assert_eq!(lacks[0].1.body, Some(facts[0].fact.encode()));
        // Carried: the item is known, and now it is there as well; who brought it first stays.
        about(tx, (&there, origin(9)), one, &BodyState::Applied)?;
        assert!(!tx.put_item(&items[0], &there)?);
        assert!(!tx.put_item(&items[0], &there)?);
        let left = tx.unplaced(one, &there)?;
        assert_eq!(left.iter().map(|(item, _)| item.clone()).collect::<Vec<_>>(), [items[1].clone()]);
        assert_eq!(tx.unplaced(one, &venue_topic("3"))?[0].1.origin, origin(2));
        assert_eq!(tx.unplaced(two, &there)?, []);
        // Nobody can carry on what is archived.
        tx.archive(&here)?;
        assert_eq!(tx.unplaced(one, &venue_topic("3"))?.len(), 1);
        assert_eq!(tx.record(one)?.facts.len(), 3);
        Ok(())
    });
}

pub(crate) fn a_document_is_unplaced_as_a_whole<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let [one, two, _] = documents();
    store.put(|tx| {
        for id in 1..4 {
            put_fact(tx, &venue_topic("1"), origin(2), one, &known(&fact(id, FactKind::CheckedIn, "", 0)))?;
        }
        put_fact(tx, &venue_topic("1"), origin(2), two, &known(&fact(9, FactKind::CheckedIn, "", 0)))?;
        put_fact(tx, &venue_topic("2"), origin(2), one, &known(&fact(4, FactKind::CheckedIn, "", 0)))?;
        tx.unplace(one, &venue_topic("1"))?;
        tx.unplace(one, &venue_topic("3"))?;
        assert_eq!(tx.places(one)?, [venue_topic("2")]);
        assert_eq!(tx.places(two)?, [venue_topic("1")]);
        assert_eq!(tx.unplaced(one, &venue_topic("1"))?.len(), 4);
        assert_eq!(tx.unplaced(one, &venue_topic("2"))?.len(), 3);
        Ok(())
    });
}

pub(crate) fn a_forgotten_document_stays_where_it_was<S: Subject>(open: fn(Options) -> S) {
    let mut store = open(TRACKING);
    let [one, ..] = documents();
    let seen = known(&fact(1, FactKind::CheckedIn, "", 0));
    store.put(|tx| {
        put_fact(tx, &venue_topic("1"), origin(2), one, &seen)?;
        tx.forget_document(DocumentKind::Visit, one)?;
        assert_eq!(tx.places(one)?, [venue_topic("1")]);
        assert_eq!(tx.unplaced(one, &venue_topic("2"))?, []);
        assert!(tx.put_item(&fact_item(one, &seen), &venue_topic("2"))?);
        assert_eq!(tx.unplaced(one, &venue_topic("1"))?, []);
        assert_eq!(tx.unplaced(one, &venue_topic("2"))?, []);
        assert_eq!(tx.unplaced(one, &venue_topic("3"))?.len(), 1);
        Ok(())
    });
}

pub(crate) fn places_are_kept_only_where_they_are_asked_for<S: Subject>(open: fn(Options) -> S) {
    let [one, ..] = documents();
    for (options, tracks) in [(TRACKING, true), (Options::default(), false)] {
        let mut store = open(options);
        store.put(|tx| {
            put_fact(tx, &venue_topic("1"), origin(2), one, &known(&fact(1, FactKind::CheckedIn, "", 0)))?;
            assert_eq!(tx.may_drop(), !tracks, "whoever carries keeps everything");
            assert_eq!(tx.places(one)?.len(), usize::from(tracks));
            assert_eq!(tx.unplaced(one, &venue_topic("1"))?.len(), usize::from(!tracks));
            Ok(())
        });
    }
}

pub(crate) fn the_centre_is_who_the_options_say<S: Subject>(open: fn(Options) -> S) {
    for centre in [None, Some([7; 32])] {
        let mut store = open(Options { centre, ..Options::default() });
        assert_eq!(store.put(|tx| Ok(tx.centre())), centre);
    }
}
