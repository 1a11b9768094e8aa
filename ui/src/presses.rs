//! The one table between presses and what Slint calls back with.

use uketsuke_domain::screen::{OverrideReason, Press};
use uketsuke_domain::verdict::OutcomeKind;

use crate::generated::{PressKind, Presses};

/// Reports every press of a window to `on_press`.
pub(crate) fn connect<'a, C>(ui: &'a C, on_press: impl Fn(Press) + 'static)
where
    C: slint::ComponentHandle,
    Presses<'a>: slint::Global<'a, C>,
{
    use slint::Global;
    Presses::get(ui).on_press(move |kind, value| match map_callback_to_press(kind, value) {
        Some(press) => on_press(press),
        None => log::error!("a press that means nothing: {kind:?} {value}"),
    });
}

/// What the kiosk is told; none when the value does not belong to the kind.
fn map_callback_to_press(kind: PressKind, value: i32) -> Option<Press> {
    Some(match kind {
        PressKind::Home => Press::Home,
        PressKind::Back => Press::Back,
        PressKind::CheckIn => Press::CheckIn,
        PressKind::GoOn => Press::GoOn,
        PressKind::Because => Press::Because(*OverrideReason::ALL.get(usize::try_from(value).ok()?)?),
        PressKind::ToOutcome => Press::ToOutcome,
        PressKind::OpenKeypad => Press::OpenKeypad,
        PressKind::Digit => Press::Digit(u8::try_from(value).ok().filter(|digit| *digit <= 9)?),
        PressKind::Erase => Press::Erase,
        PressKind::Enter => Press::Enter,
        PressKind::Choose => Press::Choose(map_value_to_outcome(value)?),
        PressKind::SetDose => Press::SetDose(u8::try_from(value).ok().filter(|dose| (1..=9).contains(dose))?),
        PressKind::Confirm => Press::Confirm,
        PressKind::OpenBoard => Press::OpenBoard,
        PressKind::PickDoctor => Press::PickDoctor(usize::try_from(value).ok()?),
        PressKind::PickLot => Press::PickLot(usize::try_from(value).ok()?),
        PressKind::OpenReviews => Press::OpenReviews,
        PressKind::OpenCourier => Press::OpenCourier,
        PressKind::PickStick => Press::PickStick(usize::try_from(value).ok()?),
        PressKind::CourierOut => Press::CourierOut,
        PressKind::CourierIn => Press::CourierIn,
        PressKind::PickBundle => Press::PickBundle(usize::try_from(value).ok()?),
        PressKind::StopCourier => Press::StopCourier,
        PressKind::CallStaff => Press::CallStaff,
    })
}

fn map_value_to_outcome(value: i32) -> Option<OutcomeKind> {
    match value {
        0 => Some(OutcomeKind::Vaccinated),
        1 => Some(OutcomeKind::PrescreenOnly),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_do_not_belong_are_no_press() {
        let cases = [
            (PressKind::Digit, 10),
            (PressKind::Digit, -1),
            (PressKind::SetDose, 0),
            (PressKind::SetDose, 10),
            (PressKind::Because, 4),
            (PressKind::Because, -1),
            (PressKind::Choose, 2),
            (PressKind::PickDoctor, -1),
            (PressKind::PickLot, -1),
            (PressKind::PickStick, -1),
            (PressKind::PickBundle, -1),
        ];
        for (kind, value) in cases {
            assert_eq!(map_callback_to_press(kind, value), None, "{kind:?} {value}");
        }
    }

    #[test]
    fn the_numbers_mean_what_the_screens_send() {
        assert_eq!(map_callback_to_press(PressKind::Digit, 7), Some(Press::Digit(7)));
        assert_eq!(map_callback_to_press(PressKind::Choose, 0), Some(Press::Choose(OutcomeKind::Vaccinated)));
        assert_eq!(map_callback_to_press(PressKind::Choose, 1), Some(Press::Choose(OutcomeKind::PrescreenOnly)));
        for (place, reason) in (0..).zip(OverrideReason::ALL) {
            assert_eq!(map_callback_to_press(PressKind::Because, place), Some(Press::Because(reason)));
        }
    }
}
