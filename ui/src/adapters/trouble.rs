//! What is wrong with the kiosk itself.

use slint::ComponentHandle;
use uketsuke_domain::screen::Trouble;

use crate::generated::{MainWindow, ScreenKind, TroubleAdapter, TroubleKind};

pub(super) fn show(ui: &MainWindow, trouble: &Trouble) -> ScreenKind {
    let adapter = ui.global::<TroubleAdapter>();
    adapter.set_kind(map_trouble(trouble));
    adapter.set_waits(matches!(trouble, Trouble::NoSettings));
    ScreenKind::Trouble
}

fn map_trouble(trouble: &Trouble) -> TroubleKind {
    match trouble {
        Trouble::DatabaseUnreadable => TroubleKind::DatabaseUnreadable,
        Trouble::DiskRefuses => TroubleKind::DiskRefuses,
        Trouble::KeyMissing => TroubleKind::KeyMissing,
        Trouble::NoSettings => TroubleKind::NoSettings,
        Trouble::NotEnrolled => TroubleKind::NotEnrolled,
    }
}
