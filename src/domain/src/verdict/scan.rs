//! What the code, the clock and the calendar say about a person who stands at the door.

use super::{Context, Purpose, Reason};
use crate::age;
use crate::facts::ClockState;
use crate::fold::BookingState;
use crate::reference::StickerKind;
use crate::time::Day;

/// The dose of a scanned sticker, where the settings know that stickers of its 券種 belong to doses.
pub(super) fn dose_of_sticker(context: &Context<'_>) -> Option<u8> {
    let sticker = context.sticker?;
    let is_dose = context.settings.sticker_kind(sticker) == Some(StickerKind::Dose);
    (is_dose && sticker.dose >= 1).then_some(sticker.dose)
}

/// A sticker that does not fit speaks up. A 券種 that nobody configured says nothing.
pub(super) fn sticker_reason(due: u8, context: &Context<'_>) -> Option<Reason> {
    let kind = context.settings.sticker_kind(context.sticker?);
    if kind == Some(StickerKind::Prescreen) {
        return Some(Reason::PrescreenSticker);
    }
    let sticker = dose_of_sticker(context)?;
    (sticker != due).then_some(Reason::StickerOfAnotherDose { sticker, due })
}

/// A minor at the entrance: the desk need not ask again.
pub(super) fn guardian_reason(birth: Option<Day>, context: &Context<'_>) -> Option<Reason> {
    let limit = context.settings.guardian_under?;
    let age = age::attained(birth?, context.today())?;
    (age < limit && context.purpose == Purpose::CheckIn).then_some(Reason::GuardianNeeded { age })
}

/// Too early or too late for today's booking.
pub(super) fn arrival_reason(booking: Option<&BookingState>, context: &Context<'_>) -> Option<Reason> {
    let booked = &booking?.booked;
    if context.purpose != Purpose::CheckIn {
        return None;
    }
    let time = context.now.time_of_day();
    let minute = u16::try_from(i32::from(time.hour()) * 60 + i32::from(time.minute())).unwrap_or_default();
    let arrival = context.settings.arrival;
    let from = arrival.early_minutes.map(|early| booked.start_minute.saturating_sub(early));
    let until = arrival.late_minutes.map(|late| booked.end_minute.saturating_add(late));
    let early = from.filter(|from| minute < *from).map(|from_minute| Reason::TooEarly { from_minute });
    let late = until.filter(|until| minute > *until).map(|until_minute| Reason::TooLate { until_minute });
    early.or(late)
}

/// What staff should know of clock and data. A clock in doubt is told where the date matters: when an outcome is recorded,
/// and beside reasons that hang on it.
pub(super) fn doubts(reasons: &[Reason], context: &Context<'_>) -> Vec<Reason> {
    let hangs_on_date = |reason: &Reason| {
        matches!(
            reason,
            Reason::IntervalTooShort { .. }
                | Reason::BookedAnotherDay { .. }
                | Reason::NoBookingToday
                | Reason::TooEarly { .. }
                | Reason::TooLate { .. }
                | Reason::TooYoung { .. }
                | Reason::TooOld { .. }
        )
    };
    let matters = context.purpose == Purpose::Outcome || reasons.iter().any(hangs_on_date);
    let clock = (context.clock == ClockState::Doubtful && matters).then_some(Reason::ClockInDoubt);
    let limit = i64::from(context.settings.stale_after_minutes) * 60_000;
    let is_stale = context.data_as_of.is_none_or(|as_of| context.now.since_ms(as_of) > limit);
    let stale = is_stale.then_some(Reason::DataStale { as_of: context.data_as_of });
    clock.into_iter().chain(stale).collect()
}
