//! The read-back.

use slint::ComponentHandle;
use uketsuke_domain::screen::ReadBackScreen;

use super::Setting;
use super::convert::{map_board_line, map_day, map_outcome, map_person};
use crate::generated::{MainWindow, ReadBackAdapter, ScreenKind};

pub(super) fn show(ui: &MainWindow, screen: &ReadBackScreen, setting: Setting) -> ScreenKind {
    let adapter = ui.global::<ReadBackAdapter>();
    adapter.set_person(map_person(&screen.person, setting));
    adapter.set_outcome(map_outcome(screen.outcome));
    adapter.set_dose(screen.dose.into());
    adapter.set_board(map_board_line(&screen.board));
    adapter.set_day(map_day(screen.day));
    adapter.set_busy(screen.busy);
    ScreenKind::ReadBack
}
