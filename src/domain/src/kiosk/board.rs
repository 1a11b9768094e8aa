//! The booth's board: which doctor and which lot. The vial is at the booth, not at this desk.

use super::outcome::Choosing;
use super::{Effect, Kiosk, State};
use crate::reference::Lot;
use crate::screen::{BoardLine, BoardScreen, Choice, Press};
use crate::time::Day;

/// The board is open; whoever was being recorded waits.
#[derive(Clone, Debug)]
pub(super) struct Board {
    waiting: Option<Box<Choosing>>,
}

impl Board {
    pub(super) fn press(self, press: Press, kiosk: &mut Kiosk, effects: &mut Vec<Effect>) {
        match press {
            Press::PickDoctor(place) => {
                if let Some(doctor) = kiosk.roster.doctors.get(place) {
                    kiosk.board.doctor = Some(doctor.id.clone());
                    effects.push(Effect::SaveBoard(kiosk.board.clone()));
                }
            }
            Press::PickLot(place) => {
                let today = Day(kiosk.now.day());
                if let Some(lot) = kiosk.roster.lots.get(place).filter(|lot| is_usable(lot, today)) {
                    kiosk.board.lot = Some(lot.number.clone());
                    effects.push(Effect::SaveBoard(kiosk.board.clone()));
                }
            }
            Press::Back | Press::Confirm => match self.waiting {
                Some(choosing) => kiosk.enter(State::Choosing(choosing), effects),
                None => kiosk.go_home(effects),
            },
            _ => {}
        }
    }
}

fn is_usable(lot: &Lot, today: Day) -> bool {
    lot.expires.is_none_or(|last| today <= last)
}

impl Kiosk {
    pub(super) fn open_board(&mut self, waiting: Option<Choosing>, effects: &mut Vec<Effect>) {
        self.enter(State::Board(Board { waiting: waiting.map(Box::new) }), effects);
    }

    /// The lot of the board, as long as it may be used today.
    pub(super) fn chosen_lot(&self) -> Option<&Lot> {
        let today = Day(self.now.day());
        let chosen = self.board.lot.as_ref()?;
        self.roster.lots.iter().find(|lot| lot.number == *chosen).filter(|lot| is_usable(lot, today))
    }

    pub(super) fn chosen_doctor(&self) -> Option<&crate::reference::Doctor> {
        let chosen = self.board.doctor.as_ref()?;
        self.roster.doctors.iter().find(|doctor| doctor.id == *chosen)
    }

    /// 接種済み needs a doctor and a lot that may be used.
    pub(super) fn board_is_ready(&self) -> bool {
        self.chosen_lot().is_some() && self.chosen_doctor().is_some()
    }

    pub(super) fn board_line(&self) -> BoardLine {
        BoardLine {
            booth: self.config.booth.as_ref().map(ToString::to_string).unwrap_or_default(),
            doctor: self.chosen_doctor().map(|doctor| doctor.name.clone()),
            lot: self.chosen_lot().map(|lot| (lot.number.to_string(), self.product_name(&lot.product), lot.expires)),
        }
    }

    pub(super) fn board_screen(&self) -> BoardScreen {
        let today = Day(self.now.day());
        let doctors = self.roster.doctors.iter().map(|doctor| Choice {
            label: doctor.name.clone(),
            detail: String::new(),
            chosen: self.board.doctor.as_ref() == Some(&doctor.id),
            enabled: true,
        });
        let lots = self.roster.lots.iter().map(|lot| Choice {
            label: lot.number.to_string(),
            detail: match lot.expires {
                Some(day) => format!("{}　{day}", self.product_name(&lot.product)),
                None => self.product_name(&lot.product),
            },
            chosen: self.board.lot.as_ref() == Some(&lot.number),
            enabled: is_usable(lot, today),
        });
        BoardScreen { booth: self.board_line().booth, doctors: doctors.collect(), lots: lots.collect() }
    }
}
