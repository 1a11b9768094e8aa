//! What the facts of one visit, or of two doses, add up to.

use uketsuke_domain::facts::{Body, FactKind, KnownFact, Opaque, Source, Weight};
use uketsuke_domain::fold::{Folded, VisitKey, fold};
use uketsuke_domain::record::{RawRecord, Value, field};
use uketsuke_domain::review::ReviewKind::{
    CancelledButCame, DoubleCheckIn, DoubleVaccination, ErasedButCame, OutcomeConflict, PersonalData,
};
use uketsuke_domain::verdict::OutcomeKind;

use crate::common::{
    Make, at, booked, cancelled, check_in, day, folded, prescreen, record, reinstated, reopened, reviews, settings,
    vaccinated,
};

fn only_outcome(folded: &Folded) -> (OutcomeKind, bool) {
    assert_eq!(folded.visits.len(), 1, "one visit");
    let outcome = folded.visits[0].outcome.as_ref().unwrap();
    (outcome.kind, outcome.unsettled)
}

#[test]
fn two_check_ins_are_one_visit_and_a_review() {
    let facts = [booked(0).id(1), check_in().id(2), check_in().at(at(0, 9, 50)).id(3)];
    let folded = folded(&facts);
    assert_eq!(folded.visits.len(), 1);
    assert_eq!(folded.visits[0].check_in.as_ref().unwrap().at, at(0, 9, 50), "the first of them");
    assert_eq!(reviews(&facts), [DoubleCheckIn]);
    assert_eq!(folded.reviews[0].sides.len(), 2);
}

#[test]
fn a_check_in_that_knows_the_other_is_no_review() {
    let first = check_in().id(1);
    let second = check_in().supersedes(&[&first]).id(2);
    assert_eq!(reviews(&[first, second]), []);
}

#[test]
fn both_outcomes_of_one_visit_are_undecided_and_count_as_vaccinated() {
    let facts = [booked(0).id(1), vaccinated(0, 1).id(2), prescreen().id(3)];
    let folded = folded(&facts);
    assert_eq!(reviews(&facts), [OutcomeConflict]);
    assert_eq!(only_outcome(&folded), (OutcomeKind::Vaccinated, true));
    assert_eq!(folded.doses.len(), 1);
    assert!(folded.doses[0].unsettled);
}

#[test]
fn a_visit_that_was_reopened_contradicts_nothing() {
    let declined = prescreen().id(1);
    let facts = [declined.clone(), reopened(&declined).id(2), vaccinated(0, 1).id(3)];
    let folded = folded(&facts);
    assert_eq!(reviews(&facts), []);
    assert_eq!(only_outcome(&folded), (OutcomeKind::Vaccinated, false));
    assert!(folded.visits[0].reopened && !folded.doses[0].unsettled);
}

#[test]
fn reopening_one_prescreening_does_not_excuse_another() {
    let declined = prescreen().id(1);
    let facts = [declined.clone(), reopened(&declined).id(2), prescreen().id(3), vaccinated(0, 1).id(4)];
    assert_eq!(reviews(&facts), [OutcomeConflict]);
}

#[test]
fn one_dose_given_twice_is_urgent() {
    let facts = [vaccinated(-40, 1).booking("B0").id(1), vaccinated(0, 1).id(2)];
    let folded = folded(&facts);
    assert_eq!(reviews(&facts), [DoubleVaccination]);
    assert!(folded.reviews[0].kind.is_urgent());
    assert_eq!(folded.doses.iter().map(|dose| dose.unsettled).collect::<Vec<_>>(), [true, true], "both stay");
}

#[test]
fn two_doses_may_be_nineteen_days_apart_and_not_eighteen() {
    let pair = |days: i32| [vaccinated(-days, 1).booking("B0").id(1), vaccinated(0, 2).id(2)];
    assert_eq!(reviews(&pair(18)), [DoubleVaccination]);
    assert_eq!(reviews(&pair(19)), []);
}

#[test]
fn an_interval_that_was_shortened_knowingly_is_no_review() {
    let first = vaccinated(-18, 1).booking("B0").id(1);
    let shown = format!("interval-too-short={}", day(-18));
    let knowingly = vaccinated(0, 2).overridden(&shown).id(2);
    assert_eq!(reviews(&[first.clone(), knowingly.clone()]), []);
    // Another dose comes in that nobody at the desk had seen: the question is a new one.
    let unseen = vaccinated(-3, 1).booking("B2").id(4);
    assert_eq!(reviews(&[first.clone(), unseen, knowingly]), [DoubleVaccination, DoubleVaccination]);
    let of_another_day = vaccinated(0, 2).overridden("interval-too-short=2021-04-21").id(5);
    assert_eq!(reviews(&[first.clone(), of_another_day]), [DoubleVaccination]);
    let other_reason = vaccinated(0, 2).overridden("no-booking-today").id(3);
    assert_eq!(reviews(&[first, other_reason]), [DoubleVaccination]);
}

#[test]
fn a_dose_without_a_product_still_has_an_interval() {
    let first = |days: i32| vaccinated(-days, 1).outcome(|body| body.product = None).imported().id(1);
    let facts = |days| [first(days), vaccinated(0, 2).id(2)];
    assert_eq!(reviews(&facts(27)), [DoubleVaccination], "the longest of the first intervals");
    assert_eq!(reviews(&facts(28)), []);
}

#[test]
fn two_doses_on_one_day_are_a_review_even_without_settings() {
    let facts = [vaccinated(0, 1).booking("B0").id(1), vaccinated(0, 2).id(2)];
    let folded = fold(&record(&facts), None);
    assert_eq!(folded.reviews[0].kind, DoubleVaccination);
}

#[test]
fn whoever_cancelled_and_came_is_a_review_unless_it_was_taken_back() {
    let facts = |came: Make| [booked(0).id(1), cancelled().id(2), came.id(3)];
    assert_eq!(reviews(&facts(check_in())), [CancelledButCame]);
    assert_eq!(reviews(&facts(prescreen())), [CancelledButCame]);
    let mut taken_back = facts(check_in()).to_vec();
    taken_back.push(reinstated(&[&taken_back[1].clone()]).id(4));
    assert_eq!(reviews(&taken_back), []);
    taken_back.push(cancelled().id(5));
    assert_eq!(reviews(&taken_back), [CancelledButCame], "a cancellation that nobody at the door knew of");
    let dose = &folded(&facts(vaccinated(0, 1))).doses[0];
    assert!(!dose.unsettled, "what the body received is not in doubt");
}

#[test]
fn check_in_and_outcome_of_two_kiosks_are_one_visit() {
    let desk = vaccinated(0, 1).with(|fact| fact.stamp.station = "接種済証1".to_owned());
    let facts = [booked(0).id(1), check_in().id(2), desk.id(3)];
    let folded = folded(&facts);
    assert_eq!(reviews(&facts), []);
    assert_eq!(folded.visits.len(), 1);
    assert!(folded.visits[0].check_in.is_some() && folded.visits[0].outcome.is_some());
}

#[test]
fn who_was_taken_in_before_the_booking_arrived_made_one_visit() {
    let facts = [
        booked(0).id(1),
        check_in().without_booking().id(2),
        prescreen().without_booking().id(3),
        vaccinated(0, 1).id(4),
    ];
    let folded = folded(&facts);
    assert_eq!(folded.visits.len(), 1);
    assert_eq!(folded.visits[0].key, VisitKey::Booking("B1".into()));
    assert_eq!(reviews(&facts), [OutcomeConflict]);
}

#[test]
fn without_a_booking_one_visit_is_made_per_venue_and_day() {
    let walk_in = |make: Make| make.without_booking();
    let facts = [
        walk_in(check_in()).id(1),
        walk_in(prescreen()).id(2),
        walk_in(check_in()).venue("002").id(3),
        walk_in(check_in().at(at(-1, 9, 0))).id(4),
        booked(0).id(5),
        booked(0).booking("B2").id(6),
    ];
    let keys: Vec<_> = folded(&facts).visits.into_iter().map(|visit| visit.key).collect();
    let walk_in = |venue: &str, offset| VisitKey::WalkIn(venue.into(), day(offset));
    assert_eq!(
        keys,
        [walk_in("001", -1), walk_in("001", 0), walk_in("002", 0)],
        "two bookings of one day claim nobody"
    );
}

#[test]
fn an_imported_dose_is_no_visit() {
    let folded = folded(&[vaccinated(-40, 1).imported().id(1)]);
    assert_eq!((folded.visits.len(), folded.doses.len()), (0, 1));
}

#[test]
fn prescreening_is_never_a_dose() {
    let folded = folded(&[prescreen().id(1)]);
    assert_eq!(folded.doses, []);
    assert_eq!(only_outcome(&folded), (OutcomeKind::PrescreenOnly, false));
}

#[test]
fn unknown_kinds_raise_attention_by_their_weight() {
    let unknown = |kind, weight| {
        let body = Body::Opaque(Opaque(vec![0x80]));
        Make::new(kind, body).with(|fact| fact.weight = weight)
    };
    let newer = |make: Make| folded(&[check_in().id(1), make.id(2)]).newer_facts;
    assert!(!newer(unknown(FactKind::Unknown(900), Weight::Note)));
    assert!(newer(unknown(FactKind::Unknown(900), Weight::Ordinary)));
    assert!(newer(unknown(FactKind::AdverseReaction, Weight::Medical)));
    let replaces = unknown(FactKind::Unknown(900), Weight::Note).supersedes(&[&check_in().id(1)]);
    assert!(newer(replaces), "a note that takes the place of something is no note");
}

#[test]
fn different_values_of_a_field_are_a_review_and_equal_ones_are_none() {
    let with_names = |names: &[&str]| {
        let mut record = record(&[]);
        let values = names.iter().map(|name| Value::Text((*name).to_owned())).collect();
        record.fields.insert(field::NAME.to_owned(), values);
        fold(&record, Some(&settings())).reviews
    };
    assert_eq!(with_names(&["富士通　花子", "富士通　花子"]), []);
    let reviews = with_names(&["富士通　花", "富士通　花子"]);
    assert_eq!(reviews[0].kind, PersonalData);
    let values = vec!["富士通　花".to_owned(), "富士通　花子".to_owned()];
    assert_eq!(reviews[0].field, Some((field::NAME.to_owned(), values)));
}

#[test]
fn whatever_somebody_did_after_being_erased_is_one_review() {
    let after = |facts: &[KnownFact]| {
        let record = RawRecord { facts: facts.to_vec(), erased: true, ..RawRecord::default() };
        fold(&record, Some(&settings())).reviews
    };
    assert_eq!(after(&[]), []);
    assert_eq!(after(&[booked(1).id(1)]), [], "nobody came");
    let reviews = after(&[booked(1).id(1), check_in().id(2), vaccinated(0, 1).id(3)]);
    assert_eq!(
        reviews.iter().map(|review| (review.kind, review.sides.len())).collect::<Vec<_>>(),
        [(ErasedButCame, 2)]
    );
    assert_eq!(self::reviews(&[check_in().id(2)]), [], "of anybody else it is nothing");
}

#[test]
fn urgent_reviews_come_first() {
    let facts = [check_in().id(1), check_in().id(2), vaccinated(0, 1).id(3), prescreen().id(4)];
    assert_eq!(reviews(&facts), [OutcomeConflict, DoubleCheckIn]);
}

#[test]
fn three_outcomes_stay_unsettled_whichever_comes_first() {
    for ids in [[1, 2, 3], [1, 3, 2], [2, 1, 3], [3, 1, 2], [2, 3, 1], [3, 2, 1]] {
        let [one, two, three] = ids;
        let facts = [booked(0).id(9), vaccinated(0, 1).id(one), prescreen().id(two), vaccinated(0, 1).id(three)];
        assert_eq!(only_outcome(&folded(&facts)), (OutcomeKind::Vaccinated, true), "{ids:?}");
        let facts = [booked(0).id(9), prescreen().id(one), vaccinated(0, 1).id(two), prescreen().id(three)];
        assert_eq!(only_outcome(&folded(&facts)), (OutcomeKind::Vaccinated, true), "{ids:?}");
    }
}

#[test]
fn a_booking_that_was_told_twice_is_still_one_place() {
    let facts = [booked(0).id(1), booked(0).id(2), check_in().without_booking().id(3)];
    assert_eq!(folded(&facts).visits[0].key, VisitKey::Booking("B1".into()));
    let facts = [booked(0).id(1), booked(0).booking("B2").id(2), check_in().without_booking().id(3)];
    assert_eq!(folded(&facts).visits[0].key, VisitKey::WalkIn("001".into(), day(0)));
}

#[test]
fn what_another_system_says_of_a_booking_stays_with_it_wherever_it_moved() {
    let place = booked(-7).id(1);
    let facts = [place.clone(), crate::common::moved(0, &[&place]).id(2)];
    let came = |make: Make| [facts.to_vec(), vec![make.at(at(-7, 10, 0)).id(3)]].concat();
    let key = |facts: &[KnownFact]| folded(facts).visits[0].key.clone();
    assert_eq!(key(&came(check_in())), VisitKey::Former("B1".into(), "001".into(), day(-7)));
    let told = check_in().with(|fact| fact.stamp.source = Source::Import);
    assert_eq!(key(&came(told)), VisitKey::Booking("B1".into()));
}
