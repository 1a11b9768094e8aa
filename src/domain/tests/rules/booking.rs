//! Operations on bookings: what they write, and that nobody is left without a place by a refusal.

use proptest::prelude::*;
use uketsuke_domain::authority::Actor;
use uketsuke_domain::booking::{
    Asker, Fullness, Leave, Occupancy, Plan, PlanError, Refused, Request, VoucherState, ask, book, book_pair, cancel,
    fullness, offers, rebook, reinstate, week,
};
use uketsuke_domain::facts::{FactKind, KnownFact};
use uketsuke_domain::fold::BookingState;
use uketsuke_domain::ids::BookingNumber;
use uketsuke_domain::reference::{Role, Settings, Slot, Visibility};
use uketsuke_domain::time::Moment;
use uketsuke_domain::verdict::{DoseBefore, Person};

use crate::common::{Make, at, booked, day, folded, own_venues, reviews, settings, voucher, voucher_of};

pub(crate) const NOBODY: Person<'static> = Person { birth: None, before: &[] };

pub(crate) fn slot(id: &str, offset: i32) -> Slot {
    Slot {
        id: id.into(),
        name: id.to_owned(),
        venue: "001".into(),
        day: day(offset),
        start_minute: 600,
        end_minute: 630,
        product: "comirnaty".into(),
        capacity: 2,
        conditions: None,
        visibility: None,
        same_day: false,
        pair: None,
    }
}

pub(crate) fn manager() -> Asker<'static> {
    Asker::Staff(Actor { role: Role::VenueManager, venues: own_venues(Role::VenueManager), special: false })
}

pub(crate) fn request<'a>(slot: &'a Slot, open: &'a [BookingState], settings: &'a Settings) -> Request<'a> {
    Request {
        person: NOBODY,
        voucher: VoucherState::default(),
        venue_is_public: true,
        open,
        dose: 1,
        slot,
        taken: 0,
        instead_of: None,
        as_pair: false,
        now: at(0, 9, 0),
        settings,
    }
}

/// The facts of a plan, as a device writes them.
pub(crate) fn written(plan: &Plan, id: u8) -> Vec<KnownFact> {
    let facts = plan.drafts.iter().zip(id..).map(|(draft, id)| {
        let made = Make::new(draft.kind, draft.body.clone()).at(at(0, 9, 0)).with(|fact| {
            (fact.booking, fact.dose) = (draft.booking.clone(), draft.dose);
            fact.supersedes.clone_from(&draft.supersedes);
        });
        made.id(id)
    });
    facts.collect()
}

pub(crate) fn bookings(facts: &[KnownFact]) -> Vec<BookingState> {
    folded(facts).bookings
}

#[test]
fn a_plan_folds_to_the_booking_that_was_asked_for() {
    let (settings, slot, number) = (settings(), slot("s1", 1), BookingNumber::from("N1"));
    let leave = ask(&request(&slot, &[], &settings), Asker::Resident).unwrap();
    let facts = written(&book(&leave, &number, None).unwrap(), 1);
    let [booking] = &bookings(&facts)[..] else { panic!() };
    assert_eq!((&booking.number, &booking.booked.slot, booking.dose), (&number, &slot.id, Some(1)));
    assert_eq!((booking.booked.irregular.as_ref(), booking.since), (None, at(0, 9, 0)));
}

#[test]
fn an_irregular_booking_needs_a_reason_and_keeps_it() {
    let (settings, slot, number) = (settings(), slot("s1", 1), BookingNumber::from("N1"));
    let full = Request { taken: 2, ..request(&slot, &[], &settings) };
    let leave = ask(&full, manager()).unwrap();
    for blank in [None, Some(""), Some("　 ")] {
        assert_eq!(book(&leave, &number, blank), Err(PlanError::NoReason));
    }
    let facts = written(&book(&leave, &number, Some("キャンセル待ちの方")).unwrap(), 1);
    let irregular = bookings(&facts)[0].booked.irregular.clone().unwrap();
    assert_eq!((irregular.what, irregular.because.as_str()), (vec!["overbook".to_owned()], "キャンセル待ちの方"));
    assert!(!irregular.special);
}

#[test]
fn changing_is_one_fact_that_takes_the_new_place_and_gives_up_the_old() {
    let (settings, new) = (settings(), slot("new", 3));
    let before = [booked(1).id(1)];
    let open = bookings(&before);
    let request = Request { instead_of: Some(&open[0].number), ..request(&new, &open, &settings) };
    let plan = rebook(&ask(&request, manager()).unwrap(), &open[0], None, Some("ご本人の希望")).unwrap();
    let [draft] = &plan.drafts[..] else { panic!("one fact") };
    assert_eq!((draft.kind, &draft.supersedes[..]), (FactKind::Moved, &[before[0].hash][..]));
    let facts = [before.to_vec(), written(&plan, 2)].concat();
    let [moved] = &bookings(&facts)[..] else { panic!("one place, never none and never two") };
    assert_eq!((&moved.booked.slot, moved.booked.day, moved.moved), (&new.id, day(3), true));
    assert_eq!(reviews(&facts), []);
    let again = written(&plan, 3);
    let rivals = [facts, again].concat();
    assert_eq!(reviews(&rivals), [], "two moves to one place say the same");
}

#[test]
fn a_full_slot_leaves_the_old_booking_untouched() {
    let (settings, new) = (settings(), slot("new", 3));
    let open = bookings(&[booked(1).id(1)]);
    let full = Request { taken: 2, instead_of: Some(&open[0].number), ..request(&new, &open, &settings) };
    let refused: Refused = ask(&full, Asker::Resident).unwrap_err();
    assert_eq!(refused.refusals[0].0.code(), "full");
    assert_eq!(bookings(&[booked(1).id(1)]), open);
}

#[test]
fn leave_for_one_thing_is_no_leave_for_another() {
    let (settings, slot, number) = (settings(), slot("slot", 1), BookingNumber::from("B1"));
    let open = bookings(&[booked(1).id(1)]);
    let moving = ask(&Request { instead_of: Some(&number), ..request(&slot, &open, &settings) }, manager()).unwrap();
    assert_eq!(book(&moving, &number, None), Err(PlanError::OtherLeave));
    assert_eq!(reinstate(&moving, &open[0], "誤り"), Err(PlanError::NotCancelled));
    let booking: Leave<'_> = ask(&request(&slot, &[], &settings), manager()).unwrap();
    assert_eq!(rebook(&booking, &open[0], None, None), Err(PlanError::OtherLeave));
    let cancelled = BookingState { cancelled: cancelled_of(&open), ..open[0].clone() };
    assert_eq!(rebook(&moving, &cancelled, None, None), Err(PlanError::Cancelled));
}

fn cancelled_of(open: &[BookingState]) -> Option<uketsuke_domain::fold::Cancellation> {
    let plan = cancel(&[&open[0]], Asker::Resident, &settings(), None, Some("本人")).unwrap();
    bookings(&[vec![booked(1).id(1)], written(&plan, 2)].concat())[0].cancelled.clone()
}

#[test]
fn a_cancelled_booking_is_taken_up_again_by_naming_what_ended_it() {
    let (settings, slot) = (settings(), slot("slot", 1));
    let first = vec![booked(1).id(1)];
    let open = bookings(&first);
    let facts =
        [first, written(&cancel(&[&open[0]], Asker::Resident, &settings, None, Some("本人")).unwrap(), 2)].concat();
    let ended = bookings(&facts);
    assert_eq!(ended[0].cancelled.as_ref().and_then(|ended| ended.by.as_deref()), Some("本人"));
    assert!(cancel(&[&ended[0]], manager(), &settings, None, None).unwrap().drafts.is_empty(), "once is enough");
    let request = Request { instead_of: Some(&ended[0].number), ..request(&slot, &ended, &settings) };
    let leave = ask(&request, manager()).unwrap();
    assert_eq!(reinstate(&leave, &ended[0], " "), Err(PlanError::NoReason));
    let facts = [facts, written(&reinstate(&leave, &ended[0], "電話の聞き違い").unwrap(), 3)].concat();
    assert_eq!(bookings(&facts)[0].cancelled, None);
}

#[test]
fn a_pair_is_two_bookings_on_two_days_that_know_each_other() {
    let settings = settings();
    let first = Slot { pair: Some("second".into()), ..slot("first", 1) };
    let second = Slot { pair: Some("first".into()), ..slot("second", 22) };
    let (one, two) = (BookingNumber::from("N1"), BookingNumber::from("N2"));
    // The second is asked for as if the first had been given.
    let given = [DoseBefore { day: day(1), product: Some("comirnaty".into()), dose: 1 }];
    let pair = |slot, dose: u8| {
        let person = Person { birth: None, before: &given[..usize::from(dose - 1)] };
        Request { as_pair: true, dose, person, ..request(slot, &[], &settings) }
    };
    let leaves = (ask(&pair(&first, 1), manager()).unwrap(), ask(&pair(&second, 2), manager()).unwrap());
    let plan = book_pair((&leaves.0, &one), (&leaves.1, &two), None).unwrap();
    let states = bookings(&written(&plan, 1));
    assert_eq!(states.iter().map(|state| state.dose).collect::<Vec<_>>(), [Some(1), Some(2)]);
    assert_eq!((states[0].booked.pair.as_ref(), states[1].booked.pair.as_ref()), (Some(&two), Some(&one)));
    assert_eq!(book_pair((&leaves.1, &two), (&leaves.0, &one), None), Err(PlanError::NoPair));
    assert_eq!(book_pair((&leaves.0, &one), (&leaves.1, &one), None), Err(PlanError::NoPair));
    assert_eq!(book(&leaves.0, &one, None), Err(PlanError::OtherLeave), "never one half alone");
}

pub(crate) fn seat(number: &str, since: Moment, id: u8) -> Vec<BookingState> {
    bookings(&[booked(1).booking(number).at(since).id(id)])
}

#[test]
fn two_bookings_of_the_last_place_both_stand_and_are_found() {
    let slot = Slot { capacity: 1, ..slot("slot", 1) };
    let mut occupancy = Occupancy::default();
    occupancy.add(&voucher(), &seat("B1", at(-1, 10, 0), 1));
    assert_eq!((occupancy.overbooked(&slot), occupancy.free(&slot)), (None, 0));
    occupancy.add(&voucher_of("1111111112"), &seat("B2", at(-1, 9, 0), 2));
    occupancy.add(&voucher_of("1111111112"), &seat("B2", at(-1, 9, 0), 2));
    let found = occupancy.overbooked(&slot).unwrap();
    assert_eq!((found.capacity, occupancy.taken(&slot.id)), (1, 2), "nobody is counted twice");
    assert_eq!(found.beyond().map(|seat| seat.number.as_str()).collect::<Vec<_>>(), ["B1"], "first come");
}

#[test]
fn whoever_overbooked_knowingly_leaves_nothing_to_decide() {
    let (settings, slot) = (settings(), Slot { capacity: 1, ..slot("slot", 1) });
    let full = Request { taken: 1, ..request(&slot, &[], &settings) };
    let plan = book(&ask(&full, manager()).unwrap(), &"N9".into(), Some("ご家族と一緒に")).unwrap();
    let mut occupancy = Occupancy::default();
    occupancy.add(&voucher(), &seat("B1", at(-1, 10, 0), 1));
    occupancy.add(&voucher_of("1111111112"), &bookings(&written(&plan, 2)));
    assert_eq!((occupancy.taken(&slot.id), occupancy.overbooked(&slot)), (2, None));
}

#[test]
fn a_place_taken_up_again_comes_after_those_who_came_in_between() {
    let (settings, slot) = (settings(), Slot { capacity: 1, ..slot("slot", 1) });
    let gone = [booked(1).id(1), Make(crate::common::cancelled().0).id(2)];
    let ended = bookings(&gone);
    let request = Request { taken: 1, instead_of: Some(&ended[0].number), ..request(&slot, &ended, &settings) };
    let plan = reinstate(&ask(&request, manager()).unwrap(), &ended[0], "電話の聞き違い").unwrap();
    let again = bookings(&[gone.to_vec(), written(&plan, 3)].concat());
    assert_eq!((again[0].since, again[0].cancelled.as_ref()), (at(0, 9, 0), None));
    let mut occupancy = Occupancy::default();
    occupancy.add(&voucher(), &again);
    occupancy.add(&voucher_of("1111111112"), &seat("B2", at(-1, 12, 0), 4));
    assert_eq!((occupancy.taken(&slot.id), occupancy.overbooked(&slot)), (2, None), "knowingly");
}

#[test]
fn offers_of_today_begin_with_what_can_be_had() {
    let settings = settings();
    let today = |id: &str, start: u16, capacity| Slot {
        same_day: true,
        start_minute: start,
        end_minute: start + 30,
        capacity,
        ..slot(id, 0)
    };
    let slots = [
        today("full", 570, 0),
        today("late", 660, 2),
        today("soon", 600, 2),
        today("over", 500, 2),
        Slot { same_day: false, ..today("ordinary", 600, 2) },
        Slot { same_day: true, ..slot("tomorrow", 1) },
        Slot { visibility: Some(Visibility::StaffOnly), ..today("hidden", 700, 2) },
        Slot { visibility: Some(Visibility::Closed), ..today("closed", 700, 2) },
    ];
    let request = request(&slots[0], &[], &settings);
    let offered = offers(&slots, &Occupancy::default(), &request, Asker::Resident);
    let names: Vec<_> =
        offered.iter().map(|offer| (offer.slot.id.as_str(), offer.free, offer.answer.is_ok())).collect();
    assert_eq!(names, [("soon", 2, true), ("late", 2, true), ("full", 0, false)]);
    let to_staff = offers(&slots, &Occupancy::default(), &request, manager());
    assert!(to_staff.iter().any(|offer| offer.slot.id.as_str() == "hidden"));
    assert!(!to_staff.iter().any(|offer| offer.slot.id.as_str() == "closed"));
}

#[test]
fn a_week_shows_what_is_left_and_nothing_where_there_is_no_slot() {
    let slots = [
        slot("a", 0),
        slot("b", 6),
        slot("next week", 7),
        Slot { visibility: Some(Visibility::StaffOnly), ..slot("hidden", 1) },
        Slot { visibility: Some(Visibility::Closed), ..slot("closed", 2) },
        Slot { start_minute: 540, ..slot("early", 0) },
    ];
    let mut occupancy = Occupancy::default();
    let at_a = Make(booked(0).0).with(|fact| {
        let uketsuke_domain::facts::Body::Booked(body) = &mut fact.body else { panic!() };
        body.slot = "a".into();
    });
    occupancy.add(&voucher(), &bookings(&[at_a.id(1)]));
    let seen_at = |staff, now| {
        let week = week(day(0), &slots, &occupancy, staff, now);
        week.rows
            .into_iter()
            .map(|(start, cells)| (start, cells.map(|cell| cell.map(|cell| cell.free))))
            .collect::<Vec<_>>()
    };
    let shown = |staff| seen_at(staff, at(-1, 12, 0));
    let none = None;
    let early = (540, [Some(2), none, none, none, none, none, none]);
    assert_eq!(shown(false), [early, (600, [Some(1), none, none, none, none, none, Some(2)])]);
    assert_eq!(shown(true)[1].1[1], Some(2), "staff see 非公開");
    let only_later = [(600, [none, none, none, none, none, none, Some(2)])];
    assert_eq!(seen_at(false, at(0, 8, 0)), only_later, "today's are booked up to the day before");
    let of_today =
        |hour, minute| seen_at(true, at(0, hour, minute)).iter().map(|(_, cells)| cells[0]).collect::<Vec<_>>();
    assert_eq!(of_today(10, 29), [Some(2), Some(1)], "staff may be let");
    assert_eq!(of_today(10, 30), [none], "over");
    assert_eq!(seen_at(true, at(7, 9, 0)), [], "a week that is past");
}

#[test]
fn fullness_has_three_signs() {
    for (free, capacity, sign) in
        [(0, 10, Fullness::None), (1, 10, Fullness::Few), (2, 10, Fullness::Few), (3, 10, Fullness::Plenty)]
    {
        assert_eq!(fullness(free, capacity, 20), sign, "{free} of {capacity}");
    }
}

proptest! {
    #[test]
    fn counting_is_free_of_order(order in Just((0u8..12).collect::<Vec<_>>()).prop_shuffle(), again in 0usize..12) {
        let slot = Slot { capacity: 5, ..slot("slot", 1) };
        let count = |people: &[u8]| {
            let mut occupancy = Occupancy::default();
            for person in people {
                let number = format!("11111111{person:02}");
                occupancy.add(&voucher_of(&number), &seat(&number, at(-1, 9, 0), *person));
            }
            (occupancy.taken(&slot.id), occupancy.overbooked(&slot))
        };
        let mut twice = order.clone();
        twice.push(order[again]);
        prop_assert_eq!(count(&(0..12).collect::<Vec<_>>()), count(&twice));
    }

    #[test]
    fn who_may_not_gets_no_leave(taken in 0u32..4, role in prop::sample::select(Role::ALL.to_vec()), closed in any::<bool>()) {
        let settings = settings();
        let visibility = Some(if closed { Visibility::Closed } else { Visibility::Public });
        let slot = Slot { visibility, ..slot("slot", 1) };
        let asker = Asker::Staff(Actor { role, venues: own_venues(role), special: false });
        let answer = ask(&Request { taken, ..request(&slot, &[], &settings) }, asker);
        let may_overbook = matches!(role, Role::VenueManager | Role::Administrator);
        prop_assert_eq!(answer.is_ok(), !closed && (taken < 2 || may_overbook));
    }
}
