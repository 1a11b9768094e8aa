//! One person under several numbers, and facts that were moved between two people: what one record alone cannot see.

use uketsuke_domain::facts::{Body, FactKind, KnownFact};
use uketsuke_domain::fold::{Folded, Half, fold};
use uketsuke_domain::ids::TransferId;
use uketsuke_domain::record::{DocumentId, RawRecord, Value, field};
use uketsuke_domain::reference::{Conditions, DoseTarget};
use uketsuke_domain::review::ReviewKind::{self, *};
use uketsuke_domain::verdict::{Known, Purpose};

use crate::common::{
    booked, codes, correction, decided, filed, left, met, misfiled, outcome, record, replaced, resolved, settings,
    vaccinated, voucher_of,
};

/// The record of one number, beside that of another.
fn beside(own: &[KnownFact], kin: &[KnownFact]) -> RawRecord {
    RawRecord { kin: [(other(), of_other(kin))].into(), ..record(own) }
}

fn other() -> DocumentId {
    DocumentId::visit(&voucher_of("1111111112"))
}

fn of_other(facts: &[KnownFact]) -> RawRecord {
    let mut record = record(facts);
    record.fields.insert(field::VOUCHER.to_owned(), vec![Value::Text(voucher_of("1111111112").to_string())]);
    record
}

fn kinds(record: &RawRecord) -> Vec<ReviewKind> {
    folded(record).reviews.iter().map(|review| review.kind).collect()
}

fn folded(record: &RawRecord) -> Folded {
    fold(record, Some(&settings()))
}

#[test]
fn one_dose_under_two_numbers_is_a_review_of_both() {
    let old = [vaccinated(-9, 1).id(1), replaced(true).id(2)];
    let new = [replaced(false).id(3), vaccinated(-7, 1).id(4)];
    for (own, kin) in [(&old, &new), (&new, &old)] {
        let record = beside(own, kin);
        assert_eq!(kinds(&record), [DoubleVaccination]);
        let folded = folded(&record);
        assert!(folded.reviews[0].sides.len() == 2 && folded.doses[0].unsettled);
        assert_eq!((folded.doses.len(), folded.kin_doses.len()), (1, 1), "each keeps its own");
        let verdict = decided(&Known { record, ..Known::default() }, Purpose::CheckIn);
        assert!(codes(&verdict).contains(&"open-review"));
    }
}

#[test]
fn a_decision_in_one_record_settles_the_other() {
    let old = vec![vaccinated(-9, 1).id(1), replaced(true).id(2)];
    let twice = vaccinated(-7, 1).id(4);
    let decision = resolved(&[&old[0], &twice], &[&old[0]]).id(5);
    let new = vec![replaced(false).id(3), twice, decision];
    let of_old = folded(&beside(&old, &new));
    assert_eq!((of_old.reviews.len(), of_old.doses.len(), of_old.kin_doses.len()), (0, 1, 0));
    let of_new = folded(&beside(&new, &old));
    assert_eq!((of_new.reviews.len(), of_new.doses.len(), of_new.kin_doses.len()), (0, 0, 1));
}

#[test]
fn two_doses_of_the_other_number_are_that_records_business() {
    let kin = [vaccinated(-9, 1).id(1), vaccinated(-7, 1).booking("B2").id(2), replaced(true).id(3)];
    let record = beside(&[replaced(false).id(4)], &kin);
    assert_eq!(kinds(&record), []);
    let verdict = decided(&Known { record, ..Known::default() }, Purpose::CheckIn);
    assert!(codes(&verdict).contains(&"open-review"), "and the door is told of it all the same");
}

#[test]
fn doses_under_the_other_number_count_for_number_and_interval() {
    let record = beside(&[replaced(false).id(4), booked(0).id(5)], &[vaccinated(-5, 1).id(1), replaced(true).id(2)]);
    let verdict = decided(&Known { record, ..Known::default() }, Purpose::CheckIn);
    assert_eq!((codes(&verdict)[0], verdict.dose), ("interval-too-short", 2));
}

#[test]
fn what_the_other_record_decided_holds_here_too() {
    let (given, declined) = (vaccinated(-40, 1).id(1), outcome(FactKind::PrescreenOnly, -40, 1).id(2));
    let decision = resolved(&[&given, &declined], &[&declined]).id(3);
    let kin = [given.clone(), declined.clone(), decision, replaced(true).id(4)];
    let here = beside(&[replaced(false).id(5), vaccinated(0, 1).id(6)], &kin);
    assert_eq!((folded(&here).kin_doses.len(), kinds(&here)), (0, vec![]), "a dropped dose is not lent");
    let undecided = [given, declined, replaced(true).id(4)];
    let here = beside(&[replaced(false).id(5), vaccinated(0, 1).id(6)], &undecided);
    assert_eq!((folded(&here).kin_doses.len(), kinds(&here)), (1, vec![DoubleVaccination]));
}

#[test]
fn a_decision_here_about_the_other_numbers_doses_is_heard_at_the_door() {
    let twice = [vaccinated(-9, 1).id(1), vaccinated(-7, 1).booking("B2").id(2)];
    let again = vaccinated(-5, 1).booking("B3").id(3);
    let kin = [twice.to_vec(), vec![replaced(true).id(4)]].concat();
    let decision = resolved(&[&twice[0], &twice[1], &again], &[&again]).id(5);
    let record = beside(&[replaced(false).id(6), again, decision], &kin);
    assert_eq!(kinds(&record), []);
    let verdict = decided(&Known { record, ..Known::default() }, Purpose::CheckIn);
    assert!(!codes(&verdict).contains(&"open-review"), "{:?}: no list would show what to decide", codes(&verdict));
}

#[test]
fn a_slots_interval_holds_across_numbers() {
    let third = booked(0).booking("B3").dose(3).with(|fact| {
        let Body::Booked(body) = &mut fact.body else { panic!() };
        body.conditions = Some(Conditions { doses: DoseTarget::Third, months: Some(5), ..Conditions::default() });
    });
    let new = [replaced(false).id(1), third.id(2), vaccinated(0, 3).booking("B3").id(3)];
    let old = [vaccinated(-170, 2).id(4), replaced(true).id(5)];
    assert_eq!((kinds(&beside(&new, &old)), kinds(&beside(&old, &new))), (vec![], vec![]));
    let soon = [vaccinated(-100, 2).id(4), replaced(true).id(5)];
    assert_eq!(kinds(&beside(&soon, &new)), [DoubleVaccination]);
}

#[test]
fn nothing_is_dropped_that_another_record_moved_here() {
    let taken = filed(&vaccinated(-7, 1), 1).id(1);
    let kin = RawRecord { met: met([TransferId([1; 16])]), ..of_other(&[taken.clone(), replaced(true).id(2)]) };
    let own = vaccinated(-9, 1).id(3);
    let nothing = resolved(&[&taken, &own], &[]).id(4);
    let record = RawRecord { kin: [(other(), kin)].into(), ..record(&[replaced(false).id(5), own, nothing]) };
    assert_eq!(kinds(&record), [DoubleVaccination], "with both dropped, the fact that was moved would be nowhere");
}

fn halves(facts: &[KnownFact]) -> Vec<bool> {
    folded(&record(facts)).halves.iter().map(|half| half.gives).collect()
}

#[test]
fn what_was_taken_in_holds_as_it_was_corrected_and_not_once_it_was_withdrawn() {
    let taken = filed(&vaccinated(0, 1), 1).id(1);
    assert_eq!(halves(std::slice::from_ref(&taken)), [false]);
    let corrected = correction(&[&taken], Some(vaccinated(0, 2))).id(2);
    assert_eq!(halves(&[taken.clone(), corrected.clone()]), [false]);
    let again = correction(&[&corrected], Some(vaccinated(0, 1))).id(3);
    assert_eq!(halves(&[taken.clone(), corrected, again]), [false], "however often");
    let withdrawn = correction(&[&taken], None).id(4);
    assert_eq!(halves(&[taken.clone(), withdrawn]), [false; 0]);
    let given_on = misfiled(&taken, 2).id(5);
    assert_eq!(halves(&[taken, given_on]), [false, true]);
}

#[test]
fn what_was_given_away_no_longer_is_once_that_was_put_right_or_decided_against() {
    let dose = vaccinated(0, 1).id(1);
    let given = misfiled(&dose, 1).id(2);
    assert_eq!(halves(&[dose.clone(), given.clone()]), [true]);
    let back = correction(&[&given], Some(vaccinated(0, 1))).id(3);
    assert_eq!(halves(&[dose.clone(), given.clone(), back]), [false; 0]);
    let rival = correction(&[&dose], Some(vaccinated(0, 2))).id(4);
    let facts = [dose.clone(), given.clone(), rival.clone()];
    assert_eq!((halves(&facts), kinds(&record(&facts))), (vec![true], vec![HalfTransfer, RivalCorrections]));
    let decision = resolved(&[&given, &rival], &[&rival]).id(5);
    let facts = [dose, given, rival, decision];
    assert_eq!((halves(&facts), kinds(&record(&facts))), (vec![], vec![]));
}

#[test]
fn a_conflicting_birth_date_is_asked_about_first() {
    let mut record = record(&[booked(0).id(1)]);
    let values = ["1950-04-01", "2016-04-01"].map(|text| Value::Text(text.to_owned()));
    record.fields.insert(field::BIRTH.to_owned(), values.to_vec());
    let verdict = decided(&Known { record: record.clone(), ..Known::default() }, Purpose::CheckIn);
    assert_eq!(codes(&verdict), ["open-review"]);
    record.fields.insert(field::NAME.to_owned(), values.to_vec());
    record.fields.insert(field::BIRTH.to_owned(), values[..1].to_vec());
    let verdict = decided(&Known { record, ..Known::default() }, Purpose::CheckIn);
    assert_eq!(codes(&verdict), [] as [&str; 0], "of a name nothing hangs that is judged here");
}

#[test]
fn who_left_is_told_apart_from_who_was_treated() {
    let facts = [booked(0).id(1), left().id(2), vaccinated(0, 1).id(3)];
    assert_eq!(kinds(&record(&facts)), [LeftButTreated]);
}

#[test]
fn only_the_other_half_in_the_other_record_meets_a_half() {
    let dose = vaccinated(0, 1).id(1);
    let facts = [dose.clone(), misfiled(&dose, 1).id(2)];
    let with = |gives: bool, of: DocumentId| {
        let half = Half { transfer: TransferId([1; 16]), other: of, gives };
        kinds(&RawRecord { met: [half].into(), ..record(&facts) })
    };
    assert_eq!(with(false, other()), []);
    assert_eq!(with(true, other()), [HalfTransfer], "the same side twice");
    assert_eq!(with(false, DocumentId::visit(&voucher_of("1111111119"))), [HalfTransfer], "a third person's record");
}
