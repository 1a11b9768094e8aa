//! Whether a slot makes sense before anybody books it (004 ⑦).

use crate::reference::{Audience, Conditions, DoseTarget, Settings, Slot};

/// 接種間隔 of the third and fourth dose: 5, 6, 7 or 8 months (004 ⑰-1).
const MONTHS: std::ops::RangeInclusive<u8> = 5..=8;

/// Why a slot can't be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlotError {
    /// It ends before it begins, or after midnight.
    #[error("the slot ends before it begins")]
    Hours,
    /// 3回目・4回目 without 接種間隔.
    #[error("a slot for the third or fourth dose needs the months since the dose before")]
    NoInterval,
    /// 接種間隔 other than 5 to 8 months.
    #[error("an interval of {0} months; 5 to 8 are known")]
    Interval(u8),
    /// 接種間隔 for 1-2回目, whose interval belongs to the vaccine.
    #[error("the interval of first and second dose belongs to the vaccine, not to the slot")]
    NeedlessInterval,
    /// ○歳以上 is greater than ○歳以下.
    #[error("no age is at least {0} and at most {1}")]
    Ages(u8, u8),
    /// 小児用 is preset: first and second dose, and the ages of children.
    #[error("a slot for children is for the first two doses, and for the ages of children")]
    ChildPresets,
    /// A vaccine that the settings lack: nobody could say for whom it is, nor when the next dose is due.
    #[error("the settings do not know the vaccine")]
    UnknownProduct,
    /// 小児用 with a vaccine for adults, or the reverse.
    #[error("the vaccine is for another audience than the slot")]
    Audience,
    /// セット予約枠 for another dose than the first two.
    #[error("only the first two doses are booked together")]
    PairDoses,
    /// セット予約枠 whose two slots do not name each other: one of them could be booked alone.
    #[error("the two slots of a pair name each other")]
    PairNames,
    /// セット予約枠 whose two slots lie on one day, or the second before the first.
    #[error("the second slot of a pair lies on a later day")]
    PairDays,
    /// セット予約枠 with two vaccines.
    #[error("both slots of a pair are of one vaccine")]
    PairProducts,
    /// セット予約枠 whose second slot comes too soon after the first.
    #[error("the second slot of a pair comes too soon after the first")]
    PairInterval,
}

/// The preset conditions of 小児用予約枠: first and second dose, 5 to 11 years.
pub fn child_conditions(settings: &Settings) -> Conditions {
    let (least, most) = settings.child_ages();
    Conditions {
        audience: Audience::Child,
        doses: DoseTarget::FirstAndSecond,
        months: None,
        min_age: Some(least),
        max_age: Some(most),
    }
}

/// Checks one slot.
///
/// # Errors
/// The first thing that is wrong.
pub fn check_slot(slot: &Slot, settings: &Settings) -> Result<(), SlotError> {
    if slot.end_minute <= slot.start_minute || slot.end_minute > 1440 {
        return Err(SlotError::Hours);
    }
    let product = settings.product(&slot.product).ok_or(SlotError::UnknownProduct)?;
    let Some(conditions) = &slot.conditions else { return Ok(()) };
    match (conditions.doses, conditions.months) {
        (DoseTarget::FirstAndSecond, Some(_)) => return Err(SlotError::NeedlessInterval),
        (DoseTarget::Third | DoseTarget::Fourth, None) => return Err(SlotError::NoInterval),
        (_, Some(months)) if !MONTHS.contains(&months) => return Err(SlotError::Interval(months)),
        _ => {}
    }
    if let (Some(least), Some(most)) = (conditions.min_age, conditions.max_age)
        && least > most
    {
        return Err(SlotError::Ages(least, most));
    }
    if conditions.audience == Audience::Child && *conditions != child_conditions(settings) {
        return Err(SlotError::ChildPresets);
    }
    if product.audience == conditions.audience { Ok(()) } else { Err(SlotError::Audience) }
}

/// Checks the two slots of a セット予約枠 against each other; each by itself is [`check_slot`]'s.
///
/// # Errors
/// The first thing that is wrong.
pub fn check_pair(first: &Slot, second: &Slot, settings: &Settings) -> Result<(), SlotError> {
    let target = |slot: &Slot| slot.conditions.unwrap_or_default().doses;
    if [first, second].iter().any(|slot| target(slot) != DoseTarget::FirstAndSecond) {
        return Err(SlotError::PairDoses);
    }
    if first.pair.as_ref() != Some(&second.id) || second.pair.as_ref() != Some(&first.id) {
        return Err(SlotError::PairNames);
    }
    if second.day <= first.day {
        return Err(SlotError::PairDays);
    }
    if first.product != second.product {
        return Err(SlotError::PairProducts);
    }
    let earliest = settings.earliest_after(2, first.day, Some(&first.product), Some(&second.product));
    if earliest.is_some_and(|earliest| second.day < earliest) { Err(SlotError::PairInterval) } else { Ok(()) }
}
