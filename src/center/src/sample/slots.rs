//! Slots of the made-up municipality: the ordinary ones that people are booked in, and one of each special kind.

use uketsuke_domain::ids::{ProductId, VenueNumber};
use uketsuke_domain::reference::{Audience, Conditions, DoseTarget, Slot, Visibility};
use uketsuke_domain::time::Day;

use super::plan::{Filled, SLOT_MINUTES, SLOTS_A_DAY, product_at, slot, start_of};
use super::site;

/// Days, from the played one, that have slots.
pub(super) const DAYS: [i32; 5] = [-1, 0, 1, 2, 7];
/// Places left in the fullest slot, for those who come without a booking.
const ROOM: u32 = 5;
/// Days between the two slots of a pair: four weeks.
const PAIR_DAYS: i32 = 28;

pub(super) fn slots(day: Day, filled: &Filled) -> Vec<Slot> {
    let mut slots = Vec::new();
    for (venue, days) in
        [site::HERE, site::ELSEWHERE, site::CLINIC].into_iter().flat_map(|venue| DAYS.map(|days| (venue, days)))
    {
        let booked = filled.get(&(venue, days)).copied().unwrap_or_default();
        let capacity = u16::try_from(booked.div_ceil(u32::from(SLOTS_A_DAY)) + ROOM).unwrap_or(u16::MAX);
        slots.extend((0..SLOTS_A_DAY).map(|index| ordinary(venue, day.plus_days(days), start_of(index), capacity)));
    }
    slots.extend(special(day));
    slots
}

fn ordinary(venue: &str, day: Day, start: u16, capacity: u16) -> Slot {
    Slot {
        id: slot(venue, day, start),
        name: format!("{:02}:{:02}の枠", start / 60, start % 60),
        venue: VenueNumber::from(venue),
        day,
        start_minute: start,
        end_minute: start + SLOT_MINUTES,
        product: product_at(venue),
        capacity,
        conditions: None,
        visibility: None,
        same_day: false,
        pair: None,
    }
}

/// After the ordinary ones of their day: 当日枠, 非公開, 小児用, 3回目, and a pair.
fn special(day: Day) -> Vec<Slot> {
    let five = 17 * 60;
    let named = |id: &str, name: &str, slot: Slot| Slot { id: id.into(), name: name.to_owned(), ..slot };
    let child = Conditions { audience: Audience::Child, min_age: Some(5), max_age: Some(11), ..Conditions::default() };
    let third = Conditions { doses: DoseTarget::Third, months: Some(6), ..Conditions::default() };
    let here = |days, start| ordinary(site::HERE, day.plus_days(days), start, 10);
    vec![
        named("S-TODAY", "当日枠 17:00", Slot { same_day: true, ..here(0, five) }),
        named("S-HIDDEN", "非公開枠 17:00", Slot { visibility: Some(Visibility::StaffOnly), ..here(2, five) }),
        named(
            "S-CHILD",
            "小児用 17:00",
            Slot {
                product: ProductId::from(site::COMIRNATY_CHILD),
                conditions: Some(child),
                ..ordinary(site::CLINIC, day.plus_days(2), five, 6)
            },
        ),
        named(
            "S-THIRD",
            "3回目 17:00",
            Slot { conditions: Some(third), ..ordinary(site::ELSEWHERE, day.plus_days(7), five, 20) },
        ),
        named("S-PAIR1", "セット1回目 17:00", Slot { pair: Some("S-PAIR2".into()), ..here(1, five) }),
        named("S-PAIR2", "セット2回目 17:00", Slot { pair: Some("S-PAIR1".into()), ..here(1 + PAIR_DAYS, five) }),
    ]
}
