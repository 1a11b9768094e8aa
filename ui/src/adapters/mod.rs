//! One file per screen: each fills its screen's adapter from the domain's data.

mod board;
mod convert;
mod courier;
mod done;
mod keypad;
mod outcome;
mod overriding;
mod read_back;
mod reasons;
mod reviews;
mod status;
mod trouble;
mod verdict;
mod welcome;

use uketsuke_domain::screen::{Screen, Station, View};
use uketsuke_domain::time::Moment;

use crate::generated::MainWindow;

/// What every screen is shown against.
#[derive(Clone, Copy)]
struct Setting {
    /// The time that the status line shows: tells today from other days.
    now: Moment,
    station: Station,
}

impl Setting {
    /// Whether a visitor stands in front: names and other people's lines are hidden.
    fn hides_names(self) -> bool {
        self.station == Station::EntranceSelf
    }
}

/// Shows a view. The adapter is filled before its screen appears.
pub(crate) fn show(ui: &MainWindow, view: &View) {
    let setting = Setting { now: view.status.now, station: view.status.station };
    status::show(ui, &view.status);
    let kind = match &view.screen {
        Screen::Welcome(screen) => welcome::show(ui, screen, setting),
        Screen::Verdict(screen) => verdict::show(ui, screen, setting),
        Screen::Override(screen) => overriding::show(ui, screen, setting),
        Screen::Keypad(screen) => keypad::show(ui, screen),
        Screen::Outcome(screen) => outcome::show(ui, screen, setting),
        Screen::ReadBack(screen) => read_back::show(ui, screen, setting),
        Screen::Board(screen) => board::show(ui, screen),
        Screen::Courier(screen) => courier::show(ui, screen, setting),
        Screen::Done(screen) => done::show(ui, screen, setting),
        Screen::Reviews(screen) => reviews::show(ui, screen, setting),
        Screen::Trouble(trouble) => trouble::show(ui, trouble),
    };
    ui.set_screen(kind);
}
