//! Why staff go on in spite of a verdict.

use slint::ComponentHandle;
use uketsuke_domain::screen::{OverrideReason, OverrideScreen};

use super::Setting;
use super::convert::{map_count_to_int, map_person, model};
use super::reasons::map_reason;
use crate::generated::{MainWindow, OverrideAdapter, OverrideChoice, OverrideKind, ScreenKind};

pub(super) fn show(ui: &MainWindow, screen: &OverrideScreen, setting: Setting) -> ScreenKind {
    let adapter = ui.global::<OverrideAdapter>();
    adapter.set_special(screen.special);
    adapter.set_reasons(model(screen.reasons.iter().map(|reason| map_reason(reason, setting.now))));
    adapter.set_person(map_person(&screen.person, setting));
    adapter.set_choices(model(screen.choices.iter().map(|reason| map_override_reason(*reason))));
    ScreenKind::Override
}

/// The press carries the reason's place in `OverrideReason::ALL`, whichever of them are offered.
fn map_override_reason(reason: OverrideReason) -> OverrideChoice {
    let place = OverrideReason::ALL.iter().position(|each| *each == reason).unwrap_or_default();
    let kind = match reason {
        OverrideReason::DocumentsSeen => OverrideKind::DocumentsSeen,
        OverrideReason::HistorySeen => OverrideKind::HistorySeen,
        OverrideReason::ManagerDecided => OverrideKind::ManagerDecided,
        OverrideReason::CentrePhoned => OverrideKind::CentrePhoned,
    };
    OverrideChoice { kind, value: map_count_to_int(place) }
}
