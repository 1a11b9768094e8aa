//! 判定: the verdict on one voucher, and going on in spite of it.

use super::outcome::Choosing;
use super::{Effect, Kiosk, State, Subject};
use crate::authority::{Actor, Permit, Place};
use crate::reference::Role;
use crate::screen::{NextStep, OverrideReason, OverrideScreen, Press, Station, VerdictScreen};
use crate::time::Now;
use crate::verdict::{Level, Next, Purpose, Reason};

/// A verdict is shown.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) subject: Subject,
}

/// A reason for going on is asked for.
#[derive(Clone, Debug)]
pub(super) struct Overriding {
    pub(super) subject: Subject,
}

impl Judged {
    pub(super) fn screen(&self, kiosk: &Kiosk) -> VerdictScreen {
        let subject = &self.subject;
        VerdictScreen {
            level: subject.verdict.level,
            reasons: subject.verdict.in_the_way().to_vec(),
            notes: subject.verdict.notes().to_vec(),
            person: kiosk.person_card(subject),
            booking: subject.verdict.booking.as_ref().map(|booking| kiosk.booking_line(booking)),
            history: kiosk.history(subject),
            next: kiosk.next_step(subject),
            offers_outcome: kiosk.offers_outcome(subject),
            data_as_of: kiosk.data_as_of(),
            busy: kiosk.writing.is_some(),
        }
    }

    pub(super) fn press(self, press: Press, kiosk: &mut Kiosk, now: Now, effects: &mut Vec<Effect>) {
        let next = kiosk.next_step(&self.subject);
        match (press, next) {
            (Press::CheckIn, NextStep::CheckIn) => kiosk.record_check_in(self.subject, now, effects),
            (Press::ToOutcome, NextStep::ToOutcome) => kiosk.choose_outcome(self.subject, effects),
            (Press::ToOutcome, _) if kiosk.offers_outcome(&self.subject) => {
                kiosk.judge_for_outcome(self.subject, now, effects);
            }
            (Press::GoOn, NextStep::GoOn { .. }) => {
                kiosk.enter(State::Overriding(Box::new(Overriding { subject: self.subject })), effects);
            }
            (Press::Back, _) => kiosk.go_home(effects),
            _ => {}
        }
    }
}

impl Overriding {
    pub(super) fn screen(&self, kiosk: &Kiosk) -> OverrideScreen {
        OverrideScreen {
            reasons: self.subject.verdict.in_the_way().to_vec(),
            person: kiosk.person_card(&self.subject),
            special: kiosk.permits(&self.subject).is_some_and(|permits| permits.iter().any(Permit::special)),
            choices: OverrideReason::ALL.to_vec(),
        }
    }

    pub(super) fn press(self, press: Press, kiosk: &mut Kiosk, now: Now, effects: &mut Vec<Effect>) {
        let mut subject = self.subject;
        match press {
            Press::Because(reason) => {
                let Some(permits) = kiosk.permits(&subject) else { return };
                subject.special = permits.iter().any(Permit::special);
                subject.overridden = subject.verdict.in_the_way().iter().map(Reason::overruled).collect();
                subject.because = Some(reason.code().to_owned());
                match subject.purpose {
                    // The reason is the last press: このまま受付 has said already what is wanted.
                    Purpose::CheckIn => {
                        kiosk.enter(State::Judged(Box::new(Judged { subject: subject.clone() })), effects);
                        kiosk.record_check_in(subject, now, effects);
                    }
                    Purpose::Outcome => kiosk.choose_outcome(subject, effects),
                }
            }
            Press::Back => kiosk.enter(State::Judged(Box::new(Judged { subject })), effects),
            _ => {}
        }
    }
}

impl Kiosk {
    /// Leave for each operation that going on takes; none when one of them is not this person's. 管理者 who goes on does so
    /// in 管理者特別権限 where that is needed: for this one act, the screen says so, and the fact does.
    fn permits(&self, subject: &Subject) -> Option<Vec<Permit>> {
        let permissions = self.roster.settings.as_ref()?.permissions();
        let venues = std::slice::from_ref(&self.config.venue);
        let actor = Actor { role: self.config.staff.role, venues, special: true };
        let place = Place::Venue(&self.config.venue);
        let permits = subject.verdict.operations.iter().map(|asked| permissions.check(*asked, &actor, place).ok());
        permits.collect()
    }

    /// Shows a person whose verdict was made. The desk goes straight on when nothing is in the way, and a visitor at
    /// the self-service entrance is checked in without a press.
    pub(super) fn present(&mut self, subject: Subject, now: Now, effects: &mut Vec<Effect>) {
        effects.push(Self::signal_level(subject.verdict.level));
        let clear = subject.verdict.level == Level::Proceed;
        if clear && subject.purpose == Purpose::Outcome {
            return self.choose_outcome(subject, effects);
        }
        let at_once = clear && self.serves_itself();
        self.enter(State::Judged(Box::new(Judged { subject: subject.clone() })), effects);
        if at_once {
            self.record_check_in(subject, now, effects);
        }
    }

    /// The one next step.
    pub(super) fn next_step(&self, subject: &Subject) -> NextStep {
        let step = match subject.purpose {
            Purpose::CheckIn => NextStep::CheckIn,
            Purpose::Outcome => NextStep::ToOutcome,
        };
        match (subject.verdict.level, subject.verdict.next) {
            (Level::Proceed, _) => step,
            _ if subject.because.is_some() => step,
            _ if self.serves_itself() => NextStep::CallManager,
            // Until there is a screen for it, the booking is made elsewhere and 会場責任者 takes the person in.
            (_, Next::BookToday) if self.permits(subject).is_some() => {
                NextStep::GoOn { role: Role::VenueManager, special: false }
            }
            (_, Next::Override(needed)) if self.permits(subject).is_some() => {
                NextStep::GoOn { role: needed.role, special: needed.special }
            }
            (Level::Attention, _) => NextStep::CallManager,
            (Level::Stop, _) => NextStep::NextPerson,
        }
    }

    /// A staffed entrance may also record the outcome of a person who was checked in: small sites have one kiosk.
    pub(super) fn offers_outcome(&self, subject: &Subject) -> bool {
        let staffed = matches!(self.config.station, Station::EntranceStaffed | Station::Manager);
        let visit = subject.verdict.visit_state();
        staffed && subject.purpose == Purpose::CheckIn && visit.is_some_and(|visit| visit.check_in.is_some())
    }

    /// The same person, now asked for the outcome.
    pub(super) fn judge_for_outcome(&mut self, subject: Subject, now: Now, effects: &mut Vec<Effect>) {
        if let Some(subject) = self.judge(subject.query, subject.known, Purpose::Outcome) {
            self.present(subject, now, effects);
        }
    }

    pub(super) fn choose_outcome(&mut self, subject: Subject, effects: &mut Vec<Effect>) {
        let dose = subject.verdict.dose;
        self.enter(State::Choosing(Box::new(Choosing { subject, dose })), effects);
    }
}
