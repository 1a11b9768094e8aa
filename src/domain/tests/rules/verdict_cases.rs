//! Verdicts on people whose record is here.

use proptest::prelude::*;
use uketsuke_domain::facts::{Body, FactKind, KnownFact, Source};
use uketsuke_domain::fold::VisitKey;
use uketsuke_domain::record::{Value, field};
use uketsuke_domain::reference::{Card, CardDose, Role};
use uketsuke_domain::verdict::{Known, Level, Next, Purpose, Reason};

use crate::common::{
    any_facts, at, at_desk, at_entrance, booked, cancelled, check_in, codes, day, decided, known, needed, prescreen,
    reopened, vaccinated,
};

fn elsewhere(offset: i32) -> KnownFact {
    let made = booked(offset).booking("B9").with(|fact| {
        let Body::Booked(body) = &mut fact.body else { panic!() };
        body.venue = "002".into();
    });
    made.id(90)
}

#[test]
fn a_booking_of_today_goes_ahead() {
    let verdict = at_entrance(&[booked(0).id(1)]);
    assert_eq!((verdict.level, codes(&verdict)), (Level::Proceed, vec![]));
    assert_eq!((verdict.dose, needed(&verdict)), (1, None));
    assert_eq!(verdict.visit, VisitKey::Booking("B1".into()));
    assert_eq!(verdict.basis.len(), 1);
}

#[test]
fn the_desk_never_waits_for_a_check_in() {
    let verdict = at_desk(&[booked(0).id(1)]);
    assert_eq!((verdict.level, codes(&verdict)), (Level::Proceed, vec!["check-in-not-arrived"]));
    assert_eq!(needed(&verdict), None, "nothing is in the way");
}

#[test]
fn a_second_check_in_stops_at_the_entrance_and_the_desk_goes_on() {
    let facts = [booked(0).id(1), check_in().at(at(0, 9, 12)).id(2)];
    let verdict = at_entrance(&facts);
    assert_eq!((verdict.level, codes(&verdict), needed(&verdict)), (Level::Stop, vec!["already-checked-in"], None));
    assert!(matches!(&verdict.reasons[0], Reason::AlreadyCheckedIn { at: when, place }
        if *when == at(0, 9, 12) && place.station == "受付1"));
    assert_eq!((at_desk(&facts).level, codes(&at_desk(&facts))), (Level::Proceed, vec![]));
}

#[test]
fn prescreening_may_be_taken_up_again_and_vaccinated_may_not() {
    let came = check_in().id(2);
    let facts = [booked(0).id(1), came.clone(), prescreen().id(3)];
    for verdict in [at_entrance(&facts), at_desk(&facts)] {
        assert_eq!(codes(&verdict), ["outcome-recorded"], "that the person was checked in goes without saying");
        assert_eq!((verdict.level, needed(&verdict)), (Level::Attention, Some((Role::VenueManager, false))));
    }
    let facts = [booked(0).id(1), came, vaccinated(0, 1).id(3)];
    assert_eq!(codes(&at_entrance(&facts)), ["outcome-recorded", "already-checked-in"]);
    for verdict in [at_entrance(&facts), at_desk(&facts)] {
        assert_eq!((verdict.level, needed(&verdict), verdict.dose), (Level::Stop, None, 1));
    }
}

#[test]
fn after_reopening_the_desk_goes_on() {
    let declined = prescreen().id(3);
    let facts = [booked(0).id(1), check_in().id(2), declined.clone(), reopened(&declined).id(4)];
    assert_eq!(at_desk(&facts).level, Level::Proceed);
    assert_eq!(codes(&at_entrance(&facts)), ["already-checked-in"]);
}

#[test]
fn bookings_of_other_days_and_places() {
    let cases: [(Vec<KnownFact>, &[&str]); 7] = [
        (vec![booked(1).id(1)], &["booked-another-day"]),
        (vec![booked(-1).id(1)], &["no-booking-today", "missed"]),
        (vec![elsewhere(0)], &["booked-elsewhere"]),
        (vec![], &["no-booking-today"]),
        (vec![booked(0).id(1), cancelled().id(2)], &["cancelled"]),
        (vec![booked(0).id(1), cancelled().id(2), elsewhere(0)], &["cancelled", "booked-elsewhere"]),
        (vec![booked(0).id(1), elsewhere(0)], &[]),
    ];
    for (facts, expected) in cases {
        assert_eq!(codes(&at_entrance(&facts)), expected);
    }
    let verdict = at_entrance(&[elsewhere(3)]);
    assert_eq!(verdict.reasons, [Reason::BookedElsewhere { venue: "文化会館".to_owned(), day: day(3) }]);
    assert_eq!(needed(&verdict), Some((Role::Administrator, true)));
    assert_eq!(verdict.visit, VisitKey::WalkIn("001".into(), day(0)));
}

#[test]
fn the_earliest_day_is_allowed_and_the_day_before_is_not() {
    for (days, short) in [(18, true), (19, false)] {
        let facts = [vaccinated(-days, 1).imported().id(1), booked(0).dose(2).id(2)];
        let verdict = at_entrance(&facts);
        let reason = Reason::IntervalTooShort { last: day(-days), earliest: day(1) };
        assert_eq!(verdict.reasons, if short { vec![reason] } else { vec![] }, "{days} days");
        assert_eq!(verdict.dose, 2);
    }
}

#[test]
fn a_dose_that_was_given_is_not_due_again() {
    let facts = [vaccinated(-5, 1).imported().id(1), booked(0).dose(1).id(2)];
    let verdict = at_entrance(&facts);
    assert_eq!((verdict.dose, codes(&verdict)), (2, vec!["interval-too-short", "dose-differs"]));
    assert_eq!(at_entrance(&[booked(0).dose(3).id(1)]).dose, 3, "what is not known here is believed");
}

#[test]
fn a_later_dose_without_a_product_is_still_the_last() {
    let facts = [
        vaccinated(-200, 1).imported().id(1),
        vaccinated(-10, 2).outcome(|body| body.product = None).imported().id(2),
        booked(0).dose(3).id(3),
    ];
    let verdict = at_entrance(&facts);
    assert!(matches!(verdict.reasons[..], [Reason::IntervalTooShort { last, .. }] if last == day(-10)));
    assert_eq!(needed(&verdict), Some((Role::Administrator, true)));
}

#[test]
fn a_dose_of_this_visit_is_not_too_close_to_itself() {
    for facts in [
        vec![booked(0).id(1), vaccinated(0, 1).id(2)],
        vec![vaccinated(0, 1).without_booking().id(2)],
        vec![booked(0).id(1), vaccinated(0, 1).without_booking().id(2)],
    ] {
        let verdict = at_desk(&facts);
        assert!(!codes(&verdict).contains(&"interval-too-short"), "{:?}", verdict.reasons);
        assert_eq!((verdict.level, verdict.dose), (Level::Stop, 1));
    }
}

#[test]
fn what_happened_counts_and_not_when_it_was_written_down() {
    let paper = vaccinated(-1, 1).booking("B0").with(|fact| {
        fact.stamp.recorded_at = at(0, 9, 0);
        fact.stamp.source = Source::Paper;
    });
    let facts = [paper.id(1), booked(0).dose(2).id(2)];
    let verdict = at_entrance(&facts);
    assert_eq!(verdict.reasons, [Reason::IntervalTooShort { last: day(-1), earliest: day(18) }]);
}

#[test]
fn late_facts_of_yesterday_are_not_todays_visit() {
    let late = |fact: &mut uketsuke_domain::facts::Fact| fact.stamp.recorded_at = at(0, 9, 0);
    let yesterday = check_in().without_booking().at(at(-1, 15, 0)).with(late);
    let verdict = at_entrance(&[yesterday.id(1)]);
    assert_eq!(codes(&verdict), ["no-booking-today"]);
    let today = at_entrance(&[check_in().without_booking().id(1)]);
    assert_eq!(codes(&today), ["already-checked-in", "no-booking-today"]);
}

#[test]
fn reasons_stand_gravest_first_and_none_is_hidden() {
    let mut known = known(&[
        booked(0).id(1),
        cancelled().id(2),
        check_in().id(3),
        vaccinated(0, 1).id(4),
        prescreen().id(5),
        vaccinated(-3, 1).imported().id(6),
    ]);
    known.record.fields.insert(field::DELETED.to_owned(), vec![Value::Text("1".to_owned())]);
    known.ambiguous = true;
    let verdict = decided(&known, Purpose::CheckIn);
    let expected = [
        "outcome-recorded",
        "voucher-deleted",
        "already-checked-in",
        "open-review",
        "interval-too-short",
        "dose-differs",
        "cancelled",
        "ambiguous-number",
    ];
    assert_eq!(codes(&verdict), expected);
    assert_eq!((verdict.level, needed(&verdict)), (Level::Stop, None));
}

#[test]
fn the_highest_role_of_all_reasons_is_needed() {
    let mut known = known(&[elsewhere(0)]);
    known.ambiguous = true;
    let verdict = decided(&known, Purpose::CheckIn);
    assert_eq!((verdict.level, needed(&verdict)), (Level::Attention, Some((Role::Administrator, true))));
    assert_eq!(needed(&decided(&known, Purpose::Outcome)), Some((Role::VenueManager, false)));
}

#[test]
fn an_ambiguous_number_is_for_any_staff_to_settle() {
    let known = Known { ambiguous: true, ..known(&[booked(0).id(1)]) };
    let verdict = decided(&known, Purpose::CheckIn);
    assert_eq!(codes(&verdict), ["ambiguous-number"]);
    assert_eq!((verdict.level, needed(&verdict)), (Level::Attention, Some((Role::VenueStaff, false))));
}

#[test]
fn newer_facts_are_for_a_manager() {
    let body = Body::Opaque(uketsuke_domain::facts::Opaque(vec![0x80]));
    let newer = crate::common::Make::new(FactKind::Unknown(900), body).id(2);
    assert_eq!(codes(&at_entrance(&[booked(0).id(1), newer])), ["newer-facts"]);
}

fn any_known() -> impl Strategy<Value = Known> {
    let dose = (0u8..=255, -40i32..5, any::<bool>()).prop_map(|(dose, offset, named)| CardDose {
        dose,
        product: named.then(|| "comirnaty".into()),
        day: day(offset),
    });
    let booking = (0u8..3, -1i32..2).prop_map(|(venue, offset)| (format!("00{venue}").as_str().into(), day(offset)));
    let card = (prop::collection::vec(dose, 0..4), prop::collection::vec(booking, 0..3), any::<bool>());
    let card = card.prop_map(|(doses, bookings, deleted)| Card { doses, bookings, deleted, ..Card::default() });
    (any_facts(), any::<bool>(), prop::option::of(card), any::<bool>(), any::<bool>()).prop_map(
        |(facts, whole, card, ambiguous, same_name)| {
            let mut known = Known { card, ambiguous, same_name, ..known(&facts) };
            if !whole {
                known.record.fields.clear();
            }
            known
        },
    )
}

proptest! {
    #[test]
    fn deciding_never_panics_and_hides_nothing(known in any_known()) {
        for purpose in [Purpose::CheckIn, Purpose::Outcome] {
            let verdict = decided(&known, purpose);
            let weigh = |reason: &Reason| {
                let is_settled = verdict.settled.iter().any(|overruled| overruled.code == reason.code());
                let weight = uketsuke_domain::verdict::weigh(reason, purpose, verdict.dose).0;
                if is_settled { Level::Proceed } else { weight }
            };
            let gravest = verdict.reasons.iter().map(weigh).max().unwrap_or(Level::Proceed);
            prop_assert_eq!(verdict.level, gravest);
            prop_assert!(verdict.reasons.is_sorted_by(|a, b| weigh(a) >= weigh(b)));
            prop_assert!((1..=9).contains(&verdict.dose));
            prop_assert!((verdict.level == Level::Proceed) == (verdict.next == Next::GoOn));
        }
    }
}
