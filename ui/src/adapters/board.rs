//! The booth's board.

use slint::ComponentHandle;
use uketsuke_domain::screen::{BoardScreen, Choice as DomainChoice};

use super::convert::model;
use crate::generated::{BoardAdapter, Choice, MainWindow, ScreenKind};

pub(super) fn show(ui: &MainWindow, screen: &BoardScreen) -> ScreenKind {
    let adapter = ui.global::<BoardAdapter>();
    adapter.set_booth(screen.booth.as_str().into());
    adapter.set_doctors(model(screen.doctors.iter().map(map_choice)));
    adapter.set_lots(model(screen.lots.iter().map(map_choice)));
    ScreenKind::Board
}

fn map_choice(choice: &DomainChoice) -> Choice {
    Choice {
        label: choice.label.as_str().into(),
        detail: choice.detail.as_str().into(),
        chosen: choice.chosen,
        enabled: choice.enabled,
    }
}
