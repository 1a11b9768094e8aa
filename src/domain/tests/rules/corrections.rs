//! Facts put right, and put right again.

use uketsuke_domain::facts::{FactKind, Source};
use uketsuke_domain::review::ReviewKind::{DanglingCorrection, DoubleVaccination, RivalCorrections};

use crate::common::{check_in, correction, day, folded, prescreen, resolved, reviews, vaccinated};

#[test]
fn a_correction_takes_the_place_of_the_fact() {
    let wrong = vaccinated(0, 1).id(1);
    let right = vaccinated(-1, 2).outcome(|body| body.lot = Some("EW0002".into()));
    let facts = [wrong.clone(), correction(&[&wrong], Some(right)).id(2)];
    let folded = folded(&facts);
    assert_eq!(reviews(&facts), []);
    assert_eq!(folded.doses.len(), 1);
    let dose = &folded.doses[0];
    assert_eq!((dose.dose, dose.day, dose.lot.clone().unwrap().0), (2, day(-1), "EW0002".to_owned()));
    assert_eq!(dose.fact, facts[1].hash);
    assert!(!folded.visits.iter().any(|visit| visit.facts.contains(&wrong.hash)));
}

#[test]
fn a_correction_withdraws() {
    let wrong = vaccinated(0, 1).id(1);
    let folded = folded(&[wrong.clone(), correction(&[&wrong], None).id(2)]);
    assert_eq!((folded.doses.len(), folded.visits.len(), folded.reviews.len()), (0, 0, 0));
}

#[test]
fn a_wrong_vaccinated_becomes_prescreening_and_no_dose() {
    let wrong = vaccinated(0, 1).id(1);
    let folded = folded(&[wrong.clone(), correction(&[&wrong], Some(prescreen())).id(2)]);
    assert_eq!(folded.doses, []);
    assert_eq!(folded.visits.len(), 1);
}

#[test]
fn the_place_stays_where_it_happened_whoever_corrects() {
    let wrong = vaccinated(0, 2).without_booking().id(1);
    let from_centre = correction(&[&wrong], Some(vaccinated(0, 2).without_booking())).venue("centre").with(|fact| {
        fact.dose = None;
    });
    let folded = folded(&[check_in().without_booking().id(3), wrong.clone(), from_centre.id(2)]);
    assert_eq!(folded.visits.len(), 1, "check-in and outcome stay together");
    assert_eq!((folded.doses[0].venue.as_str(), folded.doses[0].dose), ("001", 2));
}

#[test]
fn imported_history_that_is_corrected_on_a_screen_is_still_no_visit() {
    let wrong = vaccinated(-40, 1).imported().id(1);
    let right = correction(&[&wrong], Some(vaccinated(-41, 1).without_booking()));
    assert_eq!(right.0.stamp.source, Source::Screen);
    let first = right.id(2);
    let again = correction(&[&first], Some(vaccinated(-42, 1).without_booking())).id(3);
    for facts in [vec![wrong.clone(), first.clone()], vec![wrong, first, again]] {
        let folded = folded(&facts);
        assert_eq!((folded.visits.len(), folded.doses.len()), (0, 1));
    }
}

#[test]
fn a_corrected_correction_brings_nothing_back() {
    let wrong = vaccinated(0, 1).id(1);
    let first = correction(&[&wrong], Some(vaccinated(0, 2))).id(2);
    let second = correction(&[&first], Some(vaccinated(0, 3))).id(3);
    let facts = [wrong, first, second];
    assert_eq!(reviews(&facts), []);
    assert_eq!(folded(&facts).doses.iter().map(|dose| dose.dose).collect::<Vec<_>>(), [3]);
}

#[test]
fn rival_corrections_both_live_and_are_a_review() {
    let wrong = vaccinated(0, 1).id(1);
    let one = correction(&[&wrong], Some(vaccinated(0, 2))).id(2);
    let other = correction(&[&wrong], None).id(3);
    let facts = [wrong, one, other];
    let folded = folded(&facts);
    assert_eq!(reviews(&facts), [RivalCorrections]);
    let sides: Vec<_> = folded.reviews[0].sides.iter().map(|side| side.kind).collect();
    assert_eq!(sides, [FactKind::Corrected; 2], "the withdrawal is a side too");
    assert!(folded.doses[0].unsettled);
}

#[test]
fn a_correction_of_a_correction_is_a_rival_of_the_other_branch() {
    let wrong = vaccinated(0, 1).id(1);
    let one = correction(&[&wrong], Some(vaccinated(0, 2))).id(2);
    let onward = correction(&[&one], Some(vaccinated(0, 3))).id(3);
    let other = correction(&[&wrong], None).id(4);
    assert_eq!(reviews(&[wrong.clone(), one.clone(), onward.clone(), other.clone()]), [RivalCorrections]);
    let both = correction(&[&onward, &other], Some(vaccinated(0, 3))).id(5);
    assert_eq!(reviews(&[wrong, one, onward, other, both]), [], "one that knows both ends it");
}

#[test]
fn a_decision_between_rival_corrections_ends_them() {
    let wrong = vaccinated(0, 1).id(1);
    let one = correction(&[&wrong], Some(vaccinated(0, 1))).id(2);
    let other = correction(&[&wrong], Some(vaccinated(-1, 1))).id(3);
    let mut facts = vec![wrong, one.clone(), other.clone()];
    assert_eq!(reviews(&facts), [DoubleVaccination, RivalCorrections]);
    facts.push(resolved(&[&one, &other], &[&other]).id(4));
    assert_eq!(reviews(&facts), []);
    let folded = folded(&facts);
    assert_eq!(folded.doses.iter().map(|dose| (dose.day, dose.unsettled)).collect::<Vec<_>>(), [(day(-1), false)]);
}

#[test]
fn a_correction_of_what_is_not_here_says_so_until_it_arrives() {
    let wrong = check_in().id(1);
    let right = correction(&[&wrong], Some(check_in())).id(2);
    assert_eq!(reviews(std::slice::from_ref(&right)), [DanglingCorrection]);
    assert_eq!(reviews(&[right, wrong]), []);
}

#[test]
fn a_replacement_that_cannot_be_read_raises_attention() {
    let wrong = vaccinated(0, 1).id(1);
    let unreadable = correction(&[&wrong], Some(correction(&[&wrong], None))).id(2);
    let folded = folded(&[wrong, unreadable]);
    assert!(folded.newer_facts && folded.doses.is_empty());
}
