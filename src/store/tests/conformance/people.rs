//! Records that speak of each other, and the rows that are made of them.

use uketsuke_domain::facts::{FactKind, KnownFact};
use uketsuke_domain::log::{ControlKind, Ledger, Log};
use uketsuke_domain::record::{DocumentId, DocumentKind};
use uketsuke_domain::review::ReviewKind;
use uketsuke_domain::verdict::OutcomeKind;
use uketsuke_store::{Options, StoreError};

use crate::common::{MORNING, TRACKING, fact, known, origin, put_fact, put_person, superseding, venue_topic};
use crate::makers::{Outcome, booked_elsewhere, documents, people, replaced, transfer};
use crate::subject::Subject;

/// Three people of different names, or of the same.
fn introduced<S: Subject>(open: fn(Options) -> S) -> S {
    let mut store = open(TRACKING);
    store.put(|tx| people().iter().try_for_each(|person| put_person(tx, person, "カ", "1950-01-01")));
    store
}

fn write<L: Ledger<Error = StoreError>>(tx: &mut L, document: DocumentId, facts: &[KnownFact]) -> Outcome {
    facts.iter().try_for_each(|fact| put_fact(tx, &venue_topic("1"), origin(2), document, fact).map(drop))
}

fn put<S: Subject>(store: &mut S, document: DocumentId, facts: &[KnownFact]) {
    store.put(|tx| write(tx, document, facts));
}

fn kinds<S: Subject>(store: &S) -> Vec<ReviewKind> {
    let kinds: Vec<_> = store.open_reviews().iter().map(|(_, review)| review.kind).collect();
    assert_eq!(kinds.len(), store.review_count());
    assert_eq!(kinds.len(), store.reviews(1000).len());
    kinds
}

pub(crate) fn both_halves_of_a_transfer_meet<S: Subject>(open: fn(Options) -> S) {
    let mut store = introduced(open);
    let [one, other, third] = documents();
    let [dose, away, arrived] = transfer(one, other);
    put(&mut store, one, &[dose.clone(), away]);
    assert_eq!(kinds(&store), [ReviewKind::HalfTransfer]);
    assert_eq!(store.record(one).met.len(), 0);
    let [_, _, of_another] = transfer(third, other);
    put(&mut store, other, std::slice::from_ref(&of_another));
    assert_eq!(store.record(one).met.len(), 0, "the same transfer, but from somebody else");
    put(&mut store, other, &[superseding(fact(8, FactKind::Corrected, "", 5), of_another.hash)]);
    assert_eq!(kinds(&store), [ReviewKind::HalfTransfer]);
    put(&mut store, other, std::slice::from_ref(&arrived));
    assert_eq!(kinds(&store), []);
    let met: Vec<_> = store.record(one).met.into_iter().map(|half| (half.other, half.gives)).collect();
    assert_eq!(met, [(other, false)]);
    let met: Vec<_> = store.record(other).met.into_iter().map(|half| (half.other, half.gives)).collect();
    assert_eq!(met, [(one, true)]);
    put(&mut store, third, &[known(&fact(9, FactKind::CheckedIn, "", 9))]);
    assert_eq!(store.record(third).met.len(), 0);
    put(&mut store, other, &[superseding(fact(4, FactKind::Corrected, "", 7), arrived.hash)]);
    assert_eq!(kinds(&store), [ReviewKind::HalfTransfer], "the jab would be in neither record");
    assert_eq!(store.open_reviews()[0].0, one);
}

pub(crate) fn the_numbers_of_one_person_are_kin<S: Subject>(open: fn(Options) -> S) {
    let mut store = introduced(open);
    let [first, second, third] = people();
    let [one, two, three] = documents();
    let mistake = replaced(5, None, Some(second));
    put(&mut store, one, &[replaced(1, Some(second), None), known(&fact(2, FactKind::Vaccinated, "100", -9999))]);
    put(&mut store, two, &[replaced(3, None, Some(first)), replaced(4, Some(third), None)]);
    put(&mut store, three, std::slice::from_ref(&mistake));
    for document in [one, two, three] {
        let kin = store.record(document).kin;
        let expected: Vec<_> = [one, two, three].into_iter().filter(|other| *other != document).collect();
        assert_eq!(kin.len(), 2);
        assert!(expected.iter().all(|other| kin.contains_key(other) && kin[other].kin.is_empty()));
    }
    put(&mut store, three, &[known(&fact(6, FactKind::Vaccinated, "300", 0))]);
    assert_eq!(kinds(&store), [ReviewKind::DoubleVaccination; 2], "one for each of the two records");
    put(&mut store, three, &[superseding(fact(7, FactKind::Corrected, "", 4), mistake.hash)]);
    assert_eq!(store.record(three).kin.len(), 0, "what was a mistake lends no doses");
}

pub(crate) fn what_a_transaction_touched_is_told_and_projected<S: Subject>(open: fn(Options) -> S) {
    let mut store = introduced(open);
    let [one, two, three] = documents();
    let venue = DocumentId::of(DocumentKind::Venue, "1");
    store.put(|tx| {
        assert_eq!(tx.touched(), []);
        write(tx, two, &[known(&fact(1, FactKind::CheckedIn, "100", 0))])?;
        tx.put_fields(DocumentKind::Venue, venue, &uketsuke_domain::record::Fields::new())?;
        write(tx, one, &[known(&fact(2, FactKind::CheckedIn, "200", 0))])?;
        tx.record(three)?;
        let mut expected = vec![(DocumentKind::Visit, one), (DocumentKind::Visit, two), (DocumentKind::Venue, venue)];
        expected.sort_by_key(|(_, document)| *document);
        assert_eq!(tx.touched(), expected);
        Ok(())
    });
    assert_eq!(store.visits("1").len(), 2);
    assert_eq!(store.put(|tx| Ok(tx.touched())), []);
}

pub(crate) fn projecting_early_tells_the_fold_and_is_done_again<S: Subject>(open: fn(Options) -> S) {
    let mut store = introduced(open);
    let [one, ..] = documents();
    store.put(|tx| {
        write(tx, one, &[known(&fact(1, FactKind::Vaccinated, "100", 0))])?;
        assert_eq!(tx.project(one)?.1.doses.len(), 1);
        assert_eq!(tx.touched(), [(DocumentKind::Visit, one)], "it still was touched");
        write(tx, one, &[known(&fact(2, FactKind::PrescreenOnly, "100", 1))])
    });
    assert_eq!(kinds(&store), [ReviewKind::OutcomeConflict]);
    let (record, folded) = store.put(|tx| tx.project(one));
    assert_eq!(record.facts.len(), 2);
    assert_eq!(folded.reviews.len(), 1);
    let (_, none) = store.put(|tx| tx.project(DocumentId([9; 16])));
    assert_eq!((none.reviews.len(), store.person_count()), (0, 3));
}

pub(crate) fn reviews_come_urgent_and_oldest_first<S: Subject>(open: fn(Options) -> S) {
    let mut store = introduced(open);
    let [one, two, three] = documents();
    let twice = |booking: &str, minutes| {
        [1, 2].map(|id| known(&fact(id, FactKind::CheckedIn, booking, minutes + i64::from(id))))
    };
    put(&mut store, one, &twice("100", 50));
    put(&mut store, two, &twice("200", 10));
    let conflict = [(3, FactKind::Vaccinated), (4, FactKind::PrescreenOnly)];
    put(&mut store, three, &conflict.map(|(id, kind)| known(&fact(id, kind, "300", 90))));
    let order = |limit| -> Vec<ReviewKind> { store.reviews(limit).iter().map(|open| open.review.kind).collect() };
    assert_eq!(order(10).len(), store.review_count());
    let urgent = order(10).iter().take_while(|kind| kind.is_urgent()).count();
    assert!(order(10).iter().skip(urgent).all(|kind| !kind.is_urgent()), "{:?}", order(10));
    for part in [&store.reviews(10)[..urgent], &store.reviews(10)[urgent..]] {
        assert!(part.is_sorted_by_key(|open| open.review.since()));
    }
    assert_eq!(order(1), order(10)[..1]);
    assert_eq!(order(0), []);
    let first = store.reviews(1).remove(0);
    assert_eq!(first.record.facts.len(), 2);
    assert!(first.person.is_some_and(|person| people().contains(&person.voucher)));
    let mut by_document: Vec<_> = store.reviews(10).iter().map(|open| format!("{:?}", open.review)).collect();
    let mut listed: Vec<_> = store.open_reviews().iter().map(|(_, review)| format!("{review:?}")).collect();
    by_document.sort();
    listed.sort();
    assert_eq!(by_document, listed);
}

pub(crate) fn the_other_record_is_judged_anew_when_one_is_forgotten<S: Subject>(open: fn(Options) -> S) {
    let mut store = introduced(open);
    let [one, other, third] = documents();
    let [dose, away, arrived] = transfer(one, other);
    put(&mut store, one, &[dose, away]);
    put(&mut store, other, &[arrived]);
    assert_eq!(kinds(&store), []);
    store.put(|tx| {
        tx.forget_document(DocumentKind::Visit, other)?;
        assert!(tx.touched().contains(&(DocumentKind::Visit, one)), "a card of it may be due");
        Ok(())
    });
    assert_eq!(kinds(&store), [ReviewKind::HalfTransfer]);
    store.put(|tx| tx.forget_document(DocumentKind::Visit, third));
    assert_eq!(kinds(&store), [ReviewKind::HalfTransfer]);
}

pub(crate) fn visits_of_a_day_are_rows<S: Subject>(open: fn(Options) -> S) {
    let mut store = introduced(open);
    let [one, two, _] = documents();
    let booked = known(&fact(1, FactKind::Booked, "100", -9));
    put(&mut store, one, &[booked, known(&fact(2, FactKind::CheckedIn, "100", 1))]);
    put(&mut store, two, &[known(&fact(3, FactKind::CheckedIn, "", 2))]);
    put(&mut store, DocumentId([0; 16]), &[known(&fact(4, FactKind::CheckedIn, "400", 3))]);
    put(&mut store, one, &[known(&fact(5, FactKind::Vaccinated, "100", 4))]);
    let rows = store.visits("1");
    let seen: Vec<_> = rows.iter().map(|row| (row.start_minute, row.person.is_some(), row.visit.len())).collect();
    assert_eq!(seen.iter().filter(|(start, ..)| start.is_none()).count(), 2);
    assert_eq!(seen[2], (Some(600), true, 3), "whose time is not known come first");
    assert!(!seen[0].1, "and before them whose name is not");
    assert_eq!(rows[2].outcome, Some((OutcomeKind::Vaccinated, MORNING.plus_ms(240_000))));
    assert_eq!((rows[2].checked_in, rows[2].cancelled), (Some(MORNING.plus_ms(60_000)), false));
    assert_eq!(store.visits("11"), []);
    // One whose booking is found to be of elsewhere, one that is cancelled, and one that was none.
    put(&mut store, DocumentId([0; 16]), &[booked_elsewhere(6, "400")]);
    assert_eq!((store.visits("1").len(), store.visits("2").len()), (2, 1));
    put(&mut store, one, &[known(&fact(8, FactKind::Cancelled, "100", 5))]);
    assert!(store.visits("1").iter().any(|row| row.cancelled));
    let mistake = known(&fact(3, FactKind::CheckedIn, "", 2));
    put(&mut store, two, &[superseding(fact(7, FactKind::Corrected, "", 6), mistake.hash)]);
    assert_eq!((store.visits("1").len(), store.visits("2").len()), (1, 1));
}

pub(crate) fn what_comes_after_an_erasure_is_a_review<S: Subject>(open: fn(Options) -> S) {
    let mut store = introduced(open);
    let [one, two, _] = documents();
    let came = |id| known(&fact(id, FactKind::CheckedIn, "", 0));
    put(&mut store, one, &[came(1)]);
    store.put(|tx| {
        // As an erasure does it.
        tx.put_control(ControlKind::Erased, &one.0, &[])?;
        tx.forget_document(DocumentKind::Visit, one)
    });
    assert_eq!((kinds(&store), store.record(one).erased), (vec![], true));
    put(&mut store, two, &[came(2)]);
    assert_eq!((kinds(&store), store.record(two).erased), (vec![], false));
    put(&mut store, one, &[came(3)]);
    assert_eq!(kinds(&store), [ReviewKind::ErasedButCame]);
    assert_eq!(store.open_reviews()[0].0, one);
}
