//! 接種結果: 接種済み or 予診のみ, then the read-back.

use super::{Effect, Kiosk, State, Subject};
use crate::facts::Overruled;
use crate::screen::{CheckInLine, OutcomeScreen, Press, ReadBackScreen};
use crate::time::{Day, Now};
use crate::verdict::{Given, OutcomeKind, Purpose, Reason};

/// Nothing is preselected.
#[derive(Clone, Debug)]
pub(super) struct Choosing {
    pub(super) subject: Subject,
    pub(super) dose: u8,
}

/// What will be recorded is read back.
#[derive(Clone, Debug)]
pub(super) struct ReadingBack {
    pub(super) subject: Subject,
    pub(super) dose: u8,
    pub(super) outcome: OutcomeKind,
}

impl Choosing {
    pub(super) fn screen(&self, kiosk: &Kiosk) -> OutcomeScreen {
        let check_in = self.subject.verdict.visit_state().and_then(|visit| visit.check_in.as_ref());
        let notes = self.subject.verdict.reasons.iter().filter(|reason| **reason != Reason::CheckInNotArrived);
        OutcomeScreen {
            person: kiosk.person_card(&self.subject),
            check_in: match check_in {
                Some(check_in) => CheckInLine::Arrived { at: check_in.at, station: check_in.place.station.clone() },
                None => CheckInLine::NotArrived,
            },
            notes: notes.cloned().collect(),
            history: kiosk.history(&self.subject),
            dose: self.dose,
            board: kiosk.board_line(),
            offers_check_in: check_in.is_none(),
        }
    }

    pub(super) fn press(mut self, press: Press, kiosk: &mut Kiosk, now: Now, effects: &mut Vec<Effect>) {
        match press {
            Press::Choose(OutcomeKind::Vaccinated) if !kiosk.board_is_ready() => kiosk.open_board(Some(self), effects),
            Press::Choose(OutcomeKind::Vaccinated) => {
                let Some(fresh) = kiosk.judge_jab(&self) else { return };
                if fresh.is_accepted() {
                    let accepted = Self { subject: fresh, dose: self.dose };
                    return accepted.read_back(OutcomeKind::Vaccinated, kiosk, effects);
                }
                // A new question is asked as a whole, with what was accepted before.
                let asked = Subject { overridden: Vec::new(), because: None, special: false, ..fresh };
                kiosk.present(asked, now, effects);
            }
            Press::Choose(OutcomeKind::PrescreenOnly) => self.read_back(OutcomeKind::PrescreenOnly, kiosk, effects),
            Press::SetDose(dose) if (1..=9).contains(&dose) => {
                self.dose = dose;
                kiosk.enter(State::Choosing(Box::new(self)), effects);
            }
            Press::OpenBoard => kiosk.open_board(Some(self), effects),
            Press::CheckIn if self.subject.verdict.visit_state().is_none_or(|visit| visit.check_in.is_none()) => {
                let subject = self.subject;
                if let Some(judged) = kiosk.judge(subject.query, subject.known, Purpose::CheckIn) {
                    kiosk.present(judged, now, effects);
                }
            }
            Press::Back => kiosk.go_home(effects),
            _ => {}
        }
    }
}

impl Choosing {
    fn read_back(self, outcome: OutcomeKind, kiosk: &mut Kiosk, effects: &mut Vec<Effect>) {
        let Self { subject, dose } = self;
        kiosk.enter(State::ReadingBack(Box::new(ReadingBack { subject, dose, outcome })), effects);
    }
}

impl Kiosk {
    /// The person judged anew with the vaccine that the board holds now and the dose that was chosen. Of what staff accepted
    /// before, what still holds stays accepted.
    fn judge_jab(&self, choosing: &Choosing) -> Option<Subject> {
        let Choosing { subject, dose } = choosing;
        let product = self.chosen_lot().map(|lot| &lot.product);
        let given = Given { product, dose: Some(*dose) };
        let mut fresh = self.judge_given(subject.query, subject.known.clone(), Purpose::Outcome, given)?;
        let asked: Vec<Overruled> = fresh.verdict.in_the_way().iter().map(Reason::overruled).collect();
        fresh.overridden = asked.into_iter().filter(|reason| subject.overridden.contains(reason)).collect();
        if !fresh.overridden.is_empty() {
            (fresh.because, fresh.special) = (subject.because.clone(), subject.special);
        }
        Some(fresh)
    }
}

impl Subject {
    /// Whether nothing is in the way to which nobody has said yes.
    fn is_accepted(&self) -> bool {
        self.verdict.in_the_way().iter().all(|reason| self.overridden.contains(&reason.overruled()))
    }
}

impl ReadingBack {
    pub(super) fn screen(&self, kiosk: &Kiosk) -> ReadBackScreen {
        let mut board = kiosk.board_line();
        if self.outcome == OutcomeKind::PrescreenOnly {
            board.lot = None;
        }
        ReadBackScreen {
            person: kiosk.person_card(&self.subject),
            outcome: self.outcome,
            dose: self.dose,
            board,
            day: Day(kiosk.now.day()),
            busy: kiosk.writing.is_some(),
        }
    }

    pub(super) fn press(self, press: Press, kiosk: &mut Kiosk, now: Now, effects: &mut Vec<Effect>) {
        match press {
            // A lot may expire, or leave the list, while it is read back.
            Press::Confirm if self.outcome == OutcomeKind::Vaccinated && !kiosk.board_is_ready() => {
                let Self { subject, dose, .. } = self;
                kiosk.open_board(Some(Choosing { subject, dose }), effects);
            }
            Press::Confirm => kiosk.record_outcome(self, now, effects),
            Press::Back => {
                let Self { subject, dose, .. } = self;
                kiosk.enter(State::Choosing(Box::new(Choosing { subject, dose })), effects);
            }
            _ => {}
        }
    }
}
