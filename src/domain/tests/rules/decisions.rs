//! Reviews that a person decided.

use uketsuke_domain::review::ReviewKind::{
    CancelledButCame, DoubleCheckIn, DoubleVaccination, OutcomeConflict, RivalResolutions,
};
use uketsuke_domain::verdict::OutcomeKind;

use crate::common::{booked, cancelled, check_in, day, folded, prescreen, resolved, reviews, vaccinated};

#[test]
fn a_decision_settles_exactly_its_set_and_a_new_fact_reopens() {
    let (given, declined) = (vaccinated(0, 1).id(1), prescreen().id(2));
    let decided = resolved(&[&given, &declined], &[&declined]).id(3);
    let mut facts = vec![given.clone(), declined, decided];
    assert_eq!(reviews(&facts), []);
    assert_eq!(folded(&facts).doses, [], "what was not kept does not count");
    facts.push(prescreen().id(4));
    assert_eq!(reviews(&facts), [OutcomeConflict]);
    assert_eq!(folded(&facts).doses.len(), 1);
}

#[test]
fn a_decision_about_more_or_less_settles_nothing() {
    let (given, declined, came) = (vaccinated(0, 1).id(1), prescreen().id(2), check_in().id(3));
    let facts = [given.clone(), declined.clone(), came.clone()];
    for settles in [vec![&given], vec![&given, &declined, &came]] {
        let mut facts = facts.to_vec();
        facts.push(resolved(&settles, &[&given]).id(4));
        assert_eq!(reviews(&facts), [OutcomeConflict]);
    }
}

#[test]
fn a_decision_that_keeps_both_unsettles_nothing() {
    let (given, declined) = (vaccinated(0, 1).id(1), prescreen().id(2));
    let both = resolved(&[&given, &declined], &[&given, &declined]).id(3);
    let folded = folded(&[given, declined, both]);
    let outcome = folded.visits[0].outcome.as_ref().unwrap();
    assert_eq!((outcome.kind, outcome.unsettled), (OutcomeKind::Vaccinated, false));
    assert!(!folded.doses[0].unsettled);
}

#[test]
fn two_equal_decisions_are_one_and_two_different_ones_are_a_review() {
    let (given, declined) = (vaccinated(0, 1).id(1), prescreen().id(2));
    let keep = |fact, id| resolved(&[&given, &declined], &[fact]).id(id);
    let base = vec![given.clone(), declined.clone(), keep(&given, 3)];
    let with = |more| [base.clone(), vec![more]].concat();
    assert_eq!(reviews(&with(keep(&given, 4))), []);
    let rivals = with(keep(&declined, 5));
    assert_eq!(reviews(&rivals), [OutcomeConflict, RivalResolutions], "what is urgent is open again");
    assert!(folded(&rivals).doses[0].unsettled);
    let last = resolved(&[&given, &declined], &[&given]).supersedes(&[&rivals[2], &rivals[3]]).id(6);
    assert_eq!(reviews(&[rivals, vec![last]].concat()), []);
}

#[test]
fn rival_decisions_about_a_cancellation_leave_the_dose_settled() {
    let (gone, given) = (cancelled().id(1), vaccinated(0, 1).id(2));
    let keep = |fact, id| resolved(&[&gone, &given], &[fact]).id(id);
    let facts = [gone.clone(), given.clone(), keep(&gone, 3), keep(&given, 4)];
    assert_eq!(reviews(&facts), [RivalResolutions]);
    assert!(!folded(&facts).doses[0].unsettled);
}

#[test]
fn a_cancellation_that_was_dropped_no_longer_cancels() {
    let (gone, came) = (cancelled().id(1), check_in().id(2));
    let mut facts = vec![booked(0).id(3), gone.clone(), came.clone()];
    assert_eq!(reviews(&facts), [CancelledButCame]);
    assert!(folded(&facts).bookings[0].cancelled.is_some());
    facts.push(resolved(&[&gone, &came], &[&came]).id(4));
    assert!(folded(&facts).bookings[0].cancelled.is_none());
}

#[test]
fn what_a_decision_drops_brings_others_face_to_face() {
    // A mistaken second entry of dose 1 lies between the first and the second dose, and was decided away.
    let first = vaccinated(-30, 1).booking("B0").id(1);
    let mistaken = vaccinated(-25, 1).booking("B0").id(2);
    let second = vaccinated(-15, 2).id(3);
    let mut facts = vec![first.clone(), mistaken.clone(), second.clone()];
    assert_eq!(reviews(&facts), [DoubleVaccination, DoubleVaccination]);
    facts.push(resolved(&[&first, &mistaken], &[&first]).id(4));
    facts.push(resolved(&[&mistaken, &second], &[&second]).id(5));
    let folded = folded(&facts);
    assert_eq!(folded.reviews.len(), 1, "fifteen days between the two that are left: nobody has said anything of that");
    let sides: std::collections::BTreeSet<_> = folded.reviews[0].sides.iter().map(|side| side.fact).collect();
    assert_eq!(sides, std::collections::BTreeSet::from([first.hash, second.hash]));
}

#[test]
fn a_third_entry_reopens_what_was_decided_about_two() {
    let (one, two) = (vaccinated(0, 1).id(1), vaccinated(0, 1).id(2));
    let decided = resolved(&[&one, &two], &[&one]).id(3);
    let mut facts = vec![one, two, decided];
    assert_eq!(reviews(&facts), []);
    facts.push(vaccinated(-1, 1).id(4));
    let folded = folded(&facts);
    assert_eq!(folded.reviews.len(), 1);
    assert_eq!(folded.reviews[0].sides.len(), 3);
    assert_eq!(folded.doses.iter().map(|dose| dose.day).collect::<Vec<_>>(), [day(-1), day(0), day(0)]);
}

#[test]
fn a_decided_double_check_in_is_closed() {
    let (one, two) = (check_in().id(1), check_in().id(2));
    let facts = [one.clone(), two.clone()];
    assert_eq!(reviews(&facts), [DoubleCheckIn]);
    let decided = resolved(&[&two, &one], &[&one]).id(3);
    assert_eq!(reviews(&[one, two, decided]), []);
}
