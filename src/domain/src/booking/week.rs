//! The week of a venue as a grid: the places left by day and time (000, steps 14–15).

use std::collections::BTreeMap;

use serde::Serialize;

use super::Occupancy;
use super::ask::is_over;
use crate::ids::SlotId;
use crate::reference::{Slot, Visibility};
use crate::time::{Day, Moment};

/// A week of a venue: seven days, and a row for each time at which a slot begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Week {
    /// The seven days.
    pub days: [Day; 7],
    /// The rows: start, minutes after midnight, and a cell a day. None where there is no slot.
    pub rows: Vec<(u16, [Option<WeekCell>; 7])>,
}

/// The slots of one day and time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WeekCell {
    /// The slots.
    pub slots: Vec<SlotId>,
    /// Places left in all of them.
    pub free: u32,
    /// Places in all of them.
    pub capacity: u32,
}

/// ● 十分な空き, ▲ 空きわずか, ■ 空きなし.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Fullness {
    /// 十分な空き.
    Plenty,
    /// 空きわずか.
    Few,
    /// 空きなし.
    None,
}

/// How full places are. `few_percent`: at most so many percent free is 空きわずか.
pub fn fullness(free: u32, capacity: u32, few_percent: u8) -> Fullness {
    if free == 0 {
        Fullness::None
    } else if u64::from(free) * 100 <= u64::from(capacity) * u64::from(few_percent) {
        Fullness::Few
    } else {
        Fullness::Plenty
    }
}

/// The week that begins on a day, as it is now. What nobody can book any more is left out: slots that are over, and those
/// that are 受付停止. Residents don't see 非公開 slots either, nor today's without 当日枠; staff do, and [`super::ask`] says
/// whether they may.
pub fn week<'a>(
    from: Day,
    slots: impl IntoIterator<Item = &'a Slot>,
    occupancy: &Occupancy,
    staff: bool,
    now: Moment,
) -> Week {
    let days: [Day; 7] = std::array::from_fn(|place| from.plus_days(i32::try_from(place).unwrap_or_default()));
    let mut rows: BTreeMap<u16, [Option<WeekCell>; 7]> = BTreeMap::new();
    for slot in slots.into_iter().filter(|slot| is_shown(slot, staff, now)) {
        let Some(column) = days.iter().position(|day| *day == slot.day) else { continue };
        if let Some(cell) = rows.entry(slot.start_minute).or_default().get_mut(column) {
            let cell = cell.get_or_insert_default();
            cell.slots.push(slot.id.clone());
            cell.free += occupancy.free(slot);
            cell.capacity += u32::from(slot.capacity);
        }
    }
    Week { days, rows: rows.into_iter().collect() }
}

fn is_shown(slot: &Slot, staff: bool, now: Moment) -> bool {
    let is_visible = match slot.visibility() {
        Visibility::Public => true,
        Visibility::StaffOnly => staff,
        Visibility::Closed => false,
    };
    let is_today = slot.day == Day(now.day());
    is_visible && !is_over(slot, now) && (staff || slot.same_day || !is_today)
}
