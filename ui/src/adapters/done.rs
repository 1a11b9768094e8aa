//! What was just recorded.

use slint::ComponentHandle;
use uketsuke_domain::screen::DoneScreen;

use super::Setting;
use super::convert::{
    map_acknowledged, map_acknowledged_to_fact, map_moment_to_time, map_person, map_review_kind, model,
};
use crate::generated::{DoneAdapter, MainWindow, ScreenKind};

/// As many as the strip has room for.
const RECENT_MAX: usize = 3;

pub(super) fn show(ui: &MainWindow, screen: &DoneScreen, setting: Setting) -> ScreenKind {
    let adapter = ui.global::<DoneAdapter>();
    let recorded = &screen.recorded;
    adapter.set_person(map_person(&screen.person, setting));
    adapter.set_fact(map_acknowledged_to_fact(recorded.fact.kind));
    adapter.set_dose(recorded.dose.unwrap_or_default().into());
    adapter.set_time(map_moment_to_time(recorded.fact.recorded_at).into());
    adapter.set_to_review(recorded.to_review || recorded.fact.review.is_some());
    adapter.set_has_review(recorded.fact.review.is_some());
    if let Some(kind) = recorded.fact.review {
        adapter.set_review(map_review_kind(kind));
    }
    adapter.set_hides_recent(setting.hides_names());
    let recent = screen.recent.iter().take(RECENT_MAX).map(|fact| map_acknowledged(fact, setting.now));
    adapter.set_recent(model(recent));
    ScreenKind::Done
}
