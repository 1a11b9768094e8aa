//! No sequence of events panics, and nothing is acknowledged that the disk does not hold.

use proptest::prelude::*;
use uketsuke_domain::kiosk::{BoardSetting, DeadlineId, Effect, Event, Roster, Ticket};
use uketsuke_domain::reference::Role;
use uketsuke_domain::screen::{
    Bundle, Carried, CourierTrouble, OverrideReason, Press, Screen, Station, Stick, StickId, Trouble,
};
use uketsuke_domain::verdict::{Known, OutcomeKind};

use super::door::{Door, HANAKO, STRANGER, TARO, roster};
use crate::common::{any_facts, at, known};

#[derive(Clone, Debug)]
enum Step {
    Event(Event),
    Answer,
    Fail,
    Later(i64),
}

fn press() -> impl Strategy<Value = Press> {
    use OutcomeKind::{PrescreenOnly, Vaccinated};
    prop_oneof![
        prop::sample::select(vec![
            Press::Home,
            Press::Back,
            Press::CheckIn,
            Press::GoOn,
            Press::Because(OverrideReason::CentrePhoned),
            Press::ToOutcome,
            Press::OpenKeypad,
            Press::Erase,
            Press::Enter,
            Press::Choose(Vaccinated),
            Press::Choose(PrescreenOnly),
            Press::Confirm,
            Press::OpenBoard,
            Press::OpenReviews,
            Press::OpenCourier,
            Press::CourierOut,
            Press::CourierIn,
            Press::StopCourier,
            Press::CallStaff,
        ]),
        any::<u8>().prop_map(Press::Digit),
        any::<u8>().prop_map(Press::SetDose),
        any::<usize>().prop_map(Press::PickLot),
        (0usize..2).prop_map(Press::PickDoctor),
        (0usize..3).prop_map(Press::PickStick),
        (0usize..2).prop_map(Press::PickBundle),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    let ticket = (0u64..20).prop_map(Ticket);
    prop_oneof![
        4 => prop::sample::select(vec![HANAKO, TARO, STRANGER, "123", "https://example.jp"])
            .prop_map(|text| Event::Scan(text.to_owned())),
        8 => press().prop_map(Event::Press),
        1 => Just(Event::Garbled),
        1 => (0u64..60).prop_map(|generation| Event::Deadline(DeadlineId { generation, reason: "" })),
        1 => ticket.clone().prop_map(|ticket| Event::LookUpFailed { ticket }),
        1 => (ticket.clone(), any_facts()).prop_map(|(ticket, facts)| Event::LookedUp { ticket, known: Box::new(known(&facts)) }),
        1 => ticket.prop_map(|ticket| Event::RecordChanged { ticket, known: Box::new(Known::default()) }),
        1 => any::<bool>().prop_map(|full| Event::Roster(Box::new(if full { roster() } else { Roster::default() }))),
        1 => Just(Event::Board(BoardSetting { doctor: Some("D1".into()), lot: Some("EW0001".into()) })),
        1 => Just(Event::Reviews(Vec::new())),
        1 => Just(Event::Trouble(Trouble::DiskRefuses)),
        2 => courier_event(),
        1 => Just(Event::Tick),
    ]
}

fn courier_event() -> impl Strategy<Value = Event> {
    let id = || StickId("A".to_owned());
    let stick = Stick { id: id(), name: "A".to_owned(), free: 1, writable: true };
    let bundle = Bundle { file: "b".to_owned(), bytes: 1, made_at: at(0, 9, 0), from: None, entries: 1 };
    prop_oneof![
        (0usize..3).prop_map(move |count| Event::Sticks(vec![stick.clone(); count])),
        (0usize..2).prop_map(move |count| Event::Bundles { stick: id(), bundles: vec![bundle.clone(); count] }),
        any::<(u64, u64)>().prop_map(|(done, total)| Event::CourierProgress { done, total }),
        Just(Event::CourierEnded(Ok(Carried::NothingToWrite))),
        Just(Event::CourierEnded(Err(CourierTrouble::StickGone))),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => event().prop_map(Step::Event),
        4 => Just(Step::Answer),
        1 => Just(Step::Fail),
        1 => any::<i64>().prop_map(Step::Later),
    ]
}

fn fail(door: &mut Door) {
    match door.open.pop_front() {
        Some(Effect::LookUp { ticket, .. }) => door.feed(Event::LookUpFailed { ticket }),
        Some(Effect::Record { ticket, .. }) => door.feed(Event::RecordFailed { ticket }),
        _ => {}
    }
}

/// Every fact on the strip was answered by the disk.
fn acknowledged_is_written(door: &Door) -> bool {
    let recent = match door.screen() {
        Screen::Welcome(screen) => screen.recent,
        Screen::Done(screen) => screen.recent,
        _ => Vec::new(),
    };
    let facts = || door.people.values().flat_map(|known| &known.record.facts);
    recent.iter().all(|shown| facts().any(|known| known.fact.id == shown.id))
}

proptest! {
    #[test]
    fn no_sequence_panics(
        station in prop::sample::select(vec![
            Station::EntranceSelf, Station::EntranceStaffed, Station::CertificateDesk, Station::Manager,
        ]),
        role in prop::sample::select(vec![Role::VenueStaff, Role::VenueManager, Role::Administrator]),
        facts in any_facts(),
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let mut door = Door::new(station, role);
        door.person(TARO, &facts);
        for step in steps {
            match step {
                Step::Event(event) => door.feed(event),
                Step::Answer if !door.open.is_empty() => door.answer(),
                Step::Answer => {}
                Step::Fail => fail(&mut door),
                Step::Later(ms) => door.now = door.now.plus_ms(ms),
            }
            prop_assert!(acknowledged_is_written(&door));
        }
        // Whatever happened, the kiosk comes to rest and takes the next person.
        door.settle();
        door.feed(Event::Roster(Box::new(roster())));
        door.press(Press::Home);
        prop_assert_eq!(door.shows().0, "welcome");
        door.scan(HANAKO);
        prop_assert!(["verdict", "outcome", "done"].contains(&door.shows().0));
    }
}
