//! What keeps one booking from running into another, and an operation from those who may not do it.

use uketsuke_domain::authority::{Actor, Denied, Operation};
use uketsuke_domain::booking::{Asker, Occupancy, PlanError, Request, ask, book, cancel, rebook, reinstate};
use uketsuke_domain::fold::{BookingState, VisitKey};
use uketsuke_domain::ids::BookingNumber;
use uketsuke_domain::reference::{Role, Settings, Slot};
use uketsuke_domain::verdict::{DoseBefore, Person};

use crate::booking::{bookings, manager, request, seat, slot, written};
use crate::common::{
    at, booked, cancelled, check_in, day, folded, own_venues, reviews, settings, vaccinated, voucher, voucher_of,
};

fn staff(role: Role) -> Asker<'static> {
    Asker::Staff(Actor { role, venues: own_venues(role), special: false })
}

fn codes(request: &Request<'_>, asker: Asker<'_>) -> Vec<&'static str> {
    let refused = ask(request, asker).map(drop).err();
    refused.into_iter().flat_map(|refused| refused.refusals).map(|(refusal, _)| refusal.code()).collect()
}

/// B1 for dose 1 on day 1, B2 for dose 2 on day 22.
fn both_doses() -> Vec<BookingState> {
    bookings(&[booked(1).id(1), booked(22).booking("B2").dose(2).id(2)])
}

#[test]
fn a_dose_that_was_given_is_not_booked_again_by_anybody() {
    let (settings, slot) = (settings(), slot("slot", 1));
    let before = [DoseBefore { day: day(-60), product: Some("comirnaty".into()), dose: 1 }];
    let again = Request { person: Person { birth: None, before: &before }, ..request(&slot, &[], &settings) };
    let special = Asker::Staff(Actor { role: Role::Administrator, venues: &[], special: true });
    for asker in [Asker::Resident, manager(), special] {
        assert_eq!(codes(&again, asker), ["already-given"]);
    }
    assert!(ask(&Request { dose: 2, ..again }, Asker::Resident).is_ok());
}

#[test]
fn a_dose_that_is_moved_keeps_its_distance_from_the_other_booking() {
    let (settings, open) = (settings(), both_doses());
    let moved = |number: &str, dose: u8, offset: i32, product: &str| {
        let slot = Slot { product: product.into(), ..slot("new", offset) };
        let number = BookingNumber::from(number);
        codes(&Request { instead_of: Some(&number), dose, ..request(&slot, &open, &settings) }, Asker::Resident)
    };
    let none: [&str; 0] = [];
    assert_eq!(moved("B1", 1, 3, "comirnaty"), none, "19 days before the second");
    assert_eq!(moved("B1", 1, 4, "comirnaty"), ["clashes-with-booking"]);
    assert_eq!(moved("B1", 1, 22, "comirnaty"), ["order-of-doses"], "never both on one day");
    assert_eq!(moved("B1", 1, 30, "comirnaty"), ["order-of-doses"]);
    assert_eq!(moved("B2", 2, 20, "comirnaty"), none);
    assert_eq!(moved("B2", 2, 19, "comirnaty"), ["clashes-with-booking"]);
    assert_eq!(moved("B2", 2, 1, "comirnaty"), ["order-of-doses"]);
    assert_eq!(moved("B2", 2, 60, "spikevax"), ["clashes-with-booking"], "another vaccine than the first's");
}

#[test]
fn the_manager_may_bring_two_doses_closer_with_a_reason() {
    let (settings, open, slot) = (settings(), both_doses(), slot("new", 4));
    let number = BookingNumber::from("B1");
    let request = Request { instead_of: Some(&number), ..request(&slot, &open, &settings) };
    let leave = ask(&request, manager()).unwrap();
    assert_eq!(leave.irregular().map(Operation::code).collect::<Vec<_>>(), ["shorten-first-interval"]);
    assert!(ask(&request, staff(Role::VenueStaff)).is_err());
}

#[test]
fn a_booking_that_was_missed_or_cancelled_binds_nobody() {
    let (settings, slot) = (settings(), slot("new", 5));
    let missed = bookings(&[booked(-1).id(1)]);
    let ended = bookings(&[booked(1).id(1), cancelled().id(2)]);
    let elsewhere = [DoseBefore { day: day(-60), product: Some("comirnaty".into()), dose: 1 }];
    let given = Person { birth: None, before: &elsewhere };
    for open in [missed, ended] {
        let second = Request { dose: 2, ..request(&slot, &open, &settings) };
        assert!(ask(&Request { person: given, ..second }, Asker::Resident).is_ok());
        assert_eq!(codes(&second, Asker::Resident), ["dose-skipped"], "and it is no dose given either");
    }
}

#[test]
fn a_later_dose_waits_for_the_record_of_those_before_unless_the_settings_say_otherwise() {
    let settings = settings();
    let slot = slot("new", 25);
    let open = bookings(&[booked(1).id(1)]);
    assert!(
        ask(&Request { dose: 2, ..request(&slot, &open, &settings) }, Asker::Resident).is_ok(),
        "the first is booked"
    );
    let third = Request { dose: 3, ..request(&slot, &open, &settings) };
    assert_eq!(codes(&third, Asker::Resident), ["dose-skipped"], "the second is not");
    let leave = ask(&third, manager()).unwrap();
    assert_eq!(leave.irregular().map(Operation::code).collect::<Vec<_>>(), ["accept-unknown-history"]);
    let lenient = Settings { later_doses_need_record: false, ..settings.clone() };
    assert!(ask(&Request { settings: &lenient, ..third }, Asker::Resident).is_ok());
}

#[test]
fn only_who_may_takes_a_cancelled_booking_up_again() {
    let (settings, slot) = (settings(), slot("slot", 1));
    let ended = bookings(&[booked(1).id(1), cancelled().id(2)]);
    let request = Request { instead_of: Some(&ended[0].number), ..request(&slot, &ended, &settings) };
    for asker in [Asker::Resident, staff(Role::VenueStaff), staff(Role::CallCentre)] {
        assert_eq!(codes(&request, asker), ["given-up"], "{asker:?}");
    }
    let leave = ask(&request, manager()).unwrap();
    assert_eq!(leave.irregular().count(), 0);
    assert!(reinstate(&leave, &ended[0], "電話の聞き違い").is_ok());
    // Leave that was asked for before the booking was cancelled.
    let open = bookings(&[booked(1).id(1)]);
    let before = Request { open: &open, ..request };
    let stale = ask(&before, staff(Role::VenueStaff)).unwrap();
    assert_eq!(reinstate(&stale, &ended[0], "電話の聞き違い"), Err(PlanError::OtherLeave));
}

#[test]
fn only_who_may_cancels_and_both_of_a_pair_or_neither() {
    let (settings, open) = (settings(), both_doses());
    let pair = [&open[0], &open[1]];
    let elsewhere = ["002".into()];
    let other_venue = Asker::Staff(Actor { role: Role::VenueManager, venues: &elsewhere, special: false });
    assert!(matches!(cancel(&pair, other_venue, &settings, None, None), Err(Denied::NotOwnVenue { .. })));
    for asker in [Asker::Resident, manager(), staff(Role::VenueStaff), staff(Role::CallCentre)] {
        assert_eq!(cancel(&pair, asker, &settings, None, None).unwrap().drafts.len(), 2);
    }
    assert_eq!(cancel(&pair[..1], Asker::Resident, &settings, None, None).unwrap().drafts.len(), 1);
}

#[test]
fn who_was_taken_in_knowingly_pushes_nobody_out() {
    let (settings, slot) = (settings(), slot("slot", 1));
    let full = Request { taken: 2, ..request(&slot, &[], &settings) };
    let knowingly = book(&ask(&full, manager()).unwrap(), &"K".into(), Some("ご家族と一緒に")).unwrap();
    let mut occupancy = Occupancy::default();
    // Taken in at nine on day 0, before two of the three others.
    occupancy.add(&voucher_of("1111111110"), &bookings(&written(&knowingly, 9)));
    occupancy.add(&voucher(), &seat("B1", at(-1, 10, 0), 1));
    occupancy.add(&voucher_of("1111111111"), &seat("B2", at(0, 10, 0), 2));
    assert_eq!(occupancy.overbooked(&slot), None);
    occupancy.add(&voucher_of("1111111112"), &seat("B3", at(0, 11, 0), 3));
    let found = occupancy.overbooked(&slot).unwrap();
    assert_eq!(found.seats.len(), 4);
    assert_eq!(found.beyond().map(|seat| seat.number.as_str()).collect::<Vec<_>>(), ["B3"]);
}

#[test]
fn whoever_moves_a_booking_may_act_at_both_venues() {
    let settings = settings();
    let open = bookings(&[booked(1).id(1)]);
    let there = Slot { venue: "002".into(), ..slot("there", 3) };
    let request = Request { instead_of: Some(&open[0].number), ..request(&there, &open, &settings) };
    let own = ["002".into()];
    let manager_of = |venues| Asker::Staff(Actor { role: Role::VenueManager, venues, special: false });
    let refused = ask(&request, manager_of(&own)).unwrap_err();
    assert_eq!(refused.denied, Some(Denied::NotOwnVenue { operation: Operation::Rebook }));
    let both = ["001".into(), "002".into()];
    assert!(ask(&request, manager_of(&both)).is_ok());
    assert!(ask(&request, Asker::Resident).is_ok());
}

#[test]
fn a_booking_that_moves_keeps_its_dose() {
    let settings = settings();
    let open = bookings(&[booked(1).id(1)]);
    let slot = slot("new", 30);
    let given = [DoseBefore { day: day(-60), product: Some("comirnaty".into()), dose: 1 }];
    let person = Person { birth: None, before: &given };
    let second = Request { person, dose: 2, instead_of: Some(&open[0].number), ..request(&slot, &open, &settings) };
    let leave = ask(&second, manager()).unwrap();
    assert_eq!(rebook(&leave, &open[0], None, None), Err(PlanError::OtherLeave));
    let alone = Request { person: Person { birth: None, before: &[] }, ..second };
    assert_eq!(codes(&alone, Asker::Resident), ["dose-skipped"], "the one that moves is no other dose's");
}

#[test]
fn what_has_happened_goes_along_with_a_change_and_a_given_dose_does_not_move() {
    let settings = settings();
    let came = [booked(0).id(1), check_in().id(2)];
    let folded = folded(&came);
    let slot = slot("new", 7);
    let request =
        Request { instead_of: Some(&folded.bookings[0].number), ..request(&slot, &folded.bookings, &settings) };
    let leave = ask(&request, manager()).unwrap();
    let visit = folded.visit(&VisitKey::Booking("B1".into()));
    let plan = rebook(&leave, &folded.bookings[0], visit, Some("ワクチンの不足")).unwrap();
    let facts = [came.to_vec(), written(&plan, 3)].concat();
    assert_eq!(reviews(&facts), [], "whoever moved it had seen that the person was here");
    let given = crate::common::folded(&[came.to_vec(), vec![vaccinated(0, 1).id(4)]].concat());
    let visit = given.visit(&VisitKey::Booking("B1".into()));
    assert_eq!(rebook(&leave, &given.bookings[0], visit, None), Err(PlanError::Given));
}

#[test]
fn what_was_overruled_when_booking_is_written_down() {
    let settings = settings();
    let slot = slot("new", 10);
    let before = [DoseBefore { day: day(0), product: Some("comirnaty".into()), dose: 1 }];
    let soon = Request {
        person: Person { birth: None, before: &before },
        dose: 2,
        taken: 2,
        ..request(&slot, &[], &settings)
    };
    let plan = book(&ask(&soon, manager()).unwrap(), &"N1".into(), Some("渡航のため")).unwrap();
    let irregular = bookings(&written(&plan, 1))[0].booked.irregular.clone().unwrap();
    assert_eq!(irregular.what, ["shorten-first-interval", "overbook"]);
    let shown = format!("interval-too-short={}", day(0));
    assert_eq!(irregular.overruled, [shown.as_str().into()], "a full slot is no question at the door");
}
