//! 接種結果.

use slint::ComponentHandle;
use uketsuke_domain::screen::{CheckInLine, OutcomeScreen};
use uketsuke_domain::time::Moment;
use uketsuke_domain::verdict::Reason;

use super::Setting;
use super::convert::{map_board_line, map_dose_line, map_moment, map_person, model};
use super::reasons::map_reason;
use crate::generated::{CheckIn, MainWindow, OutcomeAdapter, ScreenKind};

pub(super) fn show(ui: &MainWindow, screen: &OutcomeScreen, setting: Setting) -> ScreenKind {
    let adapter = ui.global::<OutcomeAdapter>();
    adapter.set_person(map_person(&screen.person, setting));
    adapter.set_check_in(map_check_in(&screen.check_in, setting.now));
    // The line about the check-in says that it has not arrived; once is enough.
    let notes = screen.notes.iter().filter(|reason| **reason != Reason::CheckInNotArrived);
    adapter.set_notes(model(notes.map(|reason| map_reason(reason, setting.now))));
    adapter.set_history(model(screen.history.iter().map(map_dose_line)));
    adapter.set_dose(screen.dose.into());
    adapter.set_board(map_board_line(&screen.board));
    adapter.set_offers_check_in(screen.offers_check_in);
    ScreenKind::Outcome
}

fn map_check_in(line: &CheckInLine, now: Moment) -> CheckIn {
    match line {
        CheckInLine::Arrived { at, station } => {
            CheckIn { arrived: true, at: map_moment(*at, now), station: station.as_str().into() }
        }
        CheckInLine::NotArrived => CheckIn::default(),
    }
}
