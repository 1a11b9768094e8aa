//! 接種結果 at the certificate desk.

use uketsuke_domain::facts::{Body, FactKind};
use uketsuke_domain::kiosk::{BoardSetting, Effect, Event, IfChanged, Roster};
use uketsuke_domain::reference::{Lot, Role};
use uketsuke_domain::screen::{CheckInLine, OverrideReason, Press, Screen, Station};
use uketsuke_domain::verdict::OutcomeKind::{PrescreenOnly, Vaccinated};
use uketsuke_domain::verdict::Reason;

use super::door::{Door, HANAKO, roster};
use crate::common::{at, check_in, day, folded, prescreen};

#[test]
fn the_desk_goes_on_without_a_check_in_and_reads_back() {
    let mut door = Door::desk();
    door.scan(HANAKO);
    let Screen::Outcome(screen) = door.screen() else { panic!() };
    assert_eq!((screen.check_in, screen.notes.len(), screen.offers_check_in), (CheckInLine::NotArrived, 0, true));
    door.press(Press::Choose(Vaccinated));
    let Screen::ReadBack(screen) = door.screen() else { panic!() };
    assert_eq!((screen.outcome, screen.dose, screen.day), (Vaccinated, 1, day(0)));
    assert_eq!(screen.board.lot.unwrap().0, "EW0001");
    door.feed(Event::Press(Press::Confirm));
    assert_eq!(door.shows(), ("read-back", true));
    door.settle();
    assert_eq!(door.shows().0, "done");
    let request = &door.written[0];
    assert_eq!(request.if_changed, IfChanged::RecordAnyway);
    let Body::Outcome(body) = &request.drafts[0].body else { panic!() };
    assert_eq!((body.day, body.lot.clone(), body.doctor.clone()), (day(0), Some("EW0001".into()), Some("D1".into())));
    assert_eq!(body.product, Some("comirnaty".into()));
    assert_eq!(request.stamp.happened_at, at(0, 10, 0));
}

#[test]
fn an_outcome_is_recorded_even_if_the_store_has_moved_on() {
    let mut door = Door::desk();
    door.scan(HANAKO);
    door.press(Press::Choose(Vaccinated));
    door.add(HANAKO, check_in().id(50));
    door.press(Press::Confirm);
    assert_eq!(door.shows().0, "done");
    assert_eq!(door.kinds(), [FactKind::Vaccinated]);
}

#[test]
fn prescreening_carries_no_lot() {
    let mut door = Door::desk();
    door.scan(HANAKO);
    door.press(Press::Choose(PrescreenOnly));
    let Screen::ReadBack(screen) = door.screen() else { panic!() };
    assert_eq!(screen.board.lot, None);
    door.press(Press::Confirm);
    let Body::Outcome(body) = &door.written[0].drafts[0].body else { panic!() };
    assert_eq!((&body.lot, &body.product, &body.doctor), (&None, &None, &Some("D1".into())));
    assert_eq!(door.kinds(), [FactKind::PrescreenOnly]);
}

#[test]
fn without_doctor_and_lot_the_board_comes_before_vaccinated() {
    let mut door = Door::new(Station::CertificateDesk, Role::VenueStaff);
    door.scan(HANAKO);
    door.press(Press::Choose(Vaccinated));
    let Screen::Board(screen) = door.screen() else { panic!() };
    assert_eq!(screen.lots.iter().map(|lot| lot.enabled).collect::<Vec<_>>(), [true, false]);
    door.presses(&[Press::PickLot(1), Press::PickDoctor(7), Press::PickLot(7)]);
    assert_eq!(door.effects.len(), 0, "an expired lot, and places that are not there");
    door.press(Press::PickDoctor(0));
    door.press(Press::PickLot(0));
    let saved = BoardSetting { doctor: Some("D1".into()), lot: Some("EW0001".into()) };
    assert!(door.effects.contains(&Effect::SaveBoard(saved)));
    door.press(Press::Confirm);
    assert_eq!(door.shows().0, "outcome");
    door.press(Press::Choose(Vaccinated));
    assert_eq!(door.shows().0, "read-back");
}

#[test]
fn the_board_can_be_set_before_anyone_comes() {
    let mut door = Door::new(Station::CertificateDesk, Role::VenueStaff);
    door.press(Press::OpenBoard);
    assert_eq!(door.shows().0, "board");
    door.press(Press::Back);
    assert_eq!(door.shows().0, "welcome");
}

#[test]
fn a_lot_that_leaves_the_list_during_the_read_back_is_not_recorded() {
    let mut door = Door::desk();
    door.scan(HANAKO);
    door.press(Press::Choose(Vaccinated));
    door.feed(Event::Roster(Box::new(Roster { lots: Vec::new(), ..roster() })));
    door.press(Press::Confirm);
    assert_eq!((door.shows().0, door.written.len()), ("board", 0));
    door.feed(Event::Roster(Box::new(roster())));
    door.presses(&[Press::Confirm, Press::Choose(Vaccinated), Press::Confirm]);
    assert_eq!(door.shows().0, "done");
}

#[test]
fn another_dose_can_be_set() {
    let mut door = Door::desk();
    door.scan(HANAKO);
    for (chosen, shown) in [(0, 1), (10, 1), (9, 9), (2, 2)] {
        door.press(Press::SetDose(chosen));
        let Screen::Outcome(screen) = door.screen() else { panic!("{:?}", door.shows()) };
        assert_eq!(screen.dose, shown);
    }
    door.presses(&[Press::Choose(Vaccinated)]);
    let Screen::Verdict(screen) = door.screen() else { panic!("a dose by hand is judged anew: {:?}", door.shows()) };
    let reasons: Vec<_> = screen.reasons.iter().map(Reason::code).collect();
    assert_eq!(reasons, ["dose-differs", "dose-skipped"]);
    door.presses(&[Press::GoOn, Press::Because(OverrideReason::HistorySeen)]);
    door.presses(&[Press::Choose(Vaccinated), Press::Back, Press::Choose(Vaccinated), Press::Confirm]);
    assert_eq!(door.written[0].drafts[0].dose, Some(2));
    let Body::Outcome(body) = &door.written[0].drafts[0].body else { panic!() };
    assert_eq!(body.overridden, ["dose-differs=1/2".into(), "dose-skipped=0/2".into()]);
}

#[test]
fn a_board_that_nobody_changed_is_asked_about() {
    let moderna = Lot { number: "M1".into(), product: "spikevax".into(), expires: None, venues: Vec::new() };
    let with_moderna = || Event::Roster(Box::new(Roster { lots: vec![moderna.clone()], ..roster() }));
    let board = || Event::Board(BoardSetting { doctor: Some("D1".into()), lot: Some("M1".into()) });
    let mut door = Door::desk();
    door.feed(with_moderna());
    door.feed(board());
    door.scan(HANAKO);
    door.press(Press::Choose(PrescreenOnly));
    assert_eq!(door.shows().0, "read-back", "of 予診のみ the vaccine is no question");
    door.presses(&[Press::Back, Press::Choose(Vaccinated)]);
    let Screen::Verdict(screen) = door.screen() else { panic!("{:?}", door.shows()) };
    let names = Reason::VaccineNotBooked { booked: "ファイザー".to_owned(), given: "モデルナ".to_owned() };
    assert_eq!(screen.reasons, [names]);
    // The board is put right after somebody accepted it: then nothing was overridden.
    door.presses(&[Press::GoOn, Press::Because(OverrideReason::ManagerDecided)]);
    door.feed(Event::Roster(Box::new(roster())));
    door.feed(Event::Board(BoardSetting { doctor: Some("D1".into()), lot: Some("EW0001".into()) }));
    door.presses(&[Press::Choose(Vaccinated), Press::Confirm]);
    let Body::Outcome(body) = &door.written[0].drafts[0].body else { panic!() };
    assert_eq!((body.overridden.len(), &body.because, &body.product), (0, &None, &Some("comirnaty".into())));
    // The board changes while the outcome is open: the question comes before the read-back.
    let mut door = Door::desk();
    door.scan(HANAKO);
    door.feed(with_moderna());
    door.feed(board());
    door.press(Press::Choose(Vaccinated));
    assert_eq!(door.shows().0, "verdict");
    door.presses(&[Press::GoOn, Press::Because(OverrideReason::ManagerDecided)]);
    door.presses(&[Press::Choose(Vaccinated), Press::Confirm]);
    let Body::Outcome(body) = &door.written[0].drafts[0].body else { panic!() };
    assert_eq!(body.overridden, ["vaccine-not-booked=ファイザー/モデルナ".into()]);
    assert_eq!(body.product, Some("spikevax".into()));
}

#[test]
fn the_desk_may_check_in_what_has_not_arrived() {
    let mut door = Door::desk();
    door.scan(HANAKO);
    door.presses(&[Press::CheckIn, Press::CheckIn]);
    assert_eq!((door.shows().0, door.kinds()), ("done", vec![FactKind::CheckedIn]));
    door.scan(HANAKO);
    let Screen::Outcome(screen) = door.screen() else { panic!() };
    assert!(matches!(screen.check_in, CheckInLine::Arrived { .. }) && !screen.offers_check_in);
}

#[test]
fn a_staffed_entrance_may_record_the_outcome_of_who_came() {
    let mut door = Door::new(Station::EntranceStaffed, Role::VenueManager);
    door.feed(Event::Board(BoardSetting { doctor: Some("D1".into()), lot: Some("EW0001".into()) }));
    door.scan(HANAKO);
    door.press(Press::ToOutcome);
    assert_eq!(door.shows().0, "verdict", "nobody was checked in");
    door.press(Press::CheckIn);
    door.scan(HANAKO);
    door.presses(&[Press::ToOutcome, Press::Choose(Vaccinated), Press::Confirm]);
    assert_eq!(door.kinds(), [FactKind::CheckedIn, FactKind::Vaccinated]);
}

#[test]
fn after_prescreening_the_visit_is_reopened_and_nothing_contradicts() {
    let declined = prescreen().id(51);
    let mut door = Door::desk();
    door.add(HANAKO, check_in().id(50));
    door.add(HANAKO, declined.clone());
    door.scan(HANAKO);
    assert_eq!(door.shows().0, "verdict");
    door.presses(&[Press::GoOn, Press::Because(OverrideReason::ManagerDecided)]);
    door.presses(&[Press::Choose(Vaccinated), Press::Confirm]);
    assert_eq!(door.kinds(), [FactKind::VisitReopened, FactKind::Vaccinated]);
    let drafts = &door.written[0].drafts;
    assert_eq!((&drafts[0].supersedes, &drafts[1].supersedes), (&vec![declined.hash], &vec![]));
    let facts = &door.people[&crate::common::voucher()].record.facts;
    let folded = folded(facts);
    assert_eq!((folded.reviews.len(), folded.doses.len()), (0, 1));
}

#[test]
fn the_board_names_what_is_chosen() {
    let mut door = Door::desk();
    door.press(Press::OpenBoard);
    let Screen::Board(screen) = door.screen() else { panic!() };
    assert_eq!(screen.doctors.iter().map(|doctor| doctor.chosen).collect::<Vec<_>>(), [true]);
    let lots: Vec<_> = screen.lots.iter().map(|lot| (lot.label.as_str(), lot.chosen)).collect();
    assert_eq!(lots, [("EW0001", true), ("OLD", false)]);
    assert!(screen.lots.iter().all(|lot| lot.detail.starts_with("ファイザー")), "{:?}", screen.lots);
    door.press(Press::Back);
    door.scan(HANAKO);
    door.press(Press::Choose(Vaccinated));
    let Screen::ReadBack(screen) = door.screen() else { panic!() };
    let (number, product, _) = screen.board.lot.unwrap();
    assert_eq!(
        (number.as_str(), product.as_str(), screen.board.doctor.as_deref()),
        ("EW0001", "ファイザー", Some("厚労　太郎"))
    );
}
