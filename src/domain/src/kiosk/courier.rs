//! データ運搬: a file on a USB stick does what a line would do. It goes on while people are received.

use super::{Effect, Kiosk, Signal, State};
use crate::authority::{Actor, Operation, Permissions, Permit, Place};
use crate::screen::{
    Bundle, BundlesScreen, Carried, CourierLine, CourierRun, CourierScreen, CourierTrouble, CourierWay, Press, Stick,
    StickId, SticksScreen, Trouble,
};

/// What is chosen on the courier's screen. Once a file is on its way, [`Carrying`] is what the screen shows.
#[derive(Clone, Debug)]
pub(super) enum Courier {
    /// A stick, and what to do with it.
    Sticks(Sticks),
    /// A file of a stick.
    Bundles(Bundles),
    /// Nothing: a file is on its way, or has come to its end.
    Watching,
}

/// The sticks as they were last found.
#[derive(Clone, Debug, Default)]
pub(super) struct Sticks {
    found: Option<Vec<Stick>>,
    chosen: Option<StickId>,
}

/// The files of a stick.
#[derive(Clone, Debug)]
pub(super) struct Bundles {
    stick: Stick,
    found: Option<Vec<Bundle>>,
    chosen: usize,
}

/// A file on its way, whatever the screen shows meanwhile.
#[derive(Clone, Debug)]
pub(super) struct Carrying {
    run: CourierRun,
    ended: Option<Result<Carried, CourierTrouble>>,
}

impl Carrying {
    fn new(way: CourierWay, stick: &Stick) -> Self {
        Self { run: CourierRun { way, stick: stick.name.clone(), done: 0, total: 0 }, ended: None }
    }

    pub(super) fn is_running(&self) -> bool {
        self.ended.is_none()
    }

    fn screen(&self) -> CourierScreen {
        let run = self.run.clone();
        match &self.ended {
            None => CourierScreen::Running(run),
            Some(Ok(carried)) => CourierScreen::Done { run, carried: carried.clone() },
            Some(Err(trouble)) => CourierScreen::Failed { run, trouble: *trouble },
        }
    }

    fn line(&self) -> CourierLine {
        match &self.ended {
            None => CourierLine::Running { done: self.run.done, total: self.run.total },
            Some(end) => CourierLine::Ended { well: end.is_ok() },
        }
    }
}

impl Sticks {
    fn chosen(&self) -> Option<(usize, &Stick)> {
        let id = self.chosen.as_ref()?;
        self.found.iter().flatten().enumerate().find(|(_, stick)| stick.id == *id)
    }

    /// A stick that is alone needs no press; one that is gone is not chosen any more.
    fn take(&mut self, found: Vec<Stick>) {
        let is_there = found.iter().any(|stick| self.chosen.as_ref() == Some(&stick.id));
        if !is_there {
            self.chosen = match found.as_slice() {
                [only] => Some(only.id.clone()),
                _ => None,
            };
        }
        self.found = Some(found);
    }

    fn screen(&self, kiosk: &Kiosk) -> SticksScreen {
        let chosen = self.chosen();
        SticksScreen {
            sticks: self.found.clone(),
            chosen: chosen.map(|(place, _)| place),
            can_write: chosen.is_some_and(|(_, stick)| stick.writable)
                && kiosk.courier_leave(Operation::CourierOut).is_some(),
            can_read: chosen.is_some() && kiosk.courier_leave(Operation::CourierIn).is_some(),
        }
    }

    fn press(mut self, press: Press, kiosk: &mut Kiosk, effects: &mut Vec<Effect>) {
        match press {
            Press::PickStick(place) => {
                if let Some(stick) = self.found.iter().flatten().nth(place) {
                    self.chosen = Some(stick.id.clone());
                    kiosk.enter(State::Courier(Courier::Sticks(self)), effects);
                }
            }
            Press::CourierOut => {
                let leave = kiosk.courier_leave(Operation::CourierOut);
                if let (Some((_, stick)), Some(leave)) = (self.chosen().filter(|(_, stick)| stick.writable), leave) {
                    kiosk.carry(Carrying::new(CourierWay::Out, stick), effects);
                    effects.push(Effect::CourierOut { stick: stick.id.clone(), leave });
                }
            }
            Press::CourierIn => {
                let leave = kiosk.courier_leave(Operation::CourierIn);
                if let (Some((_, stick)), Some(_)) = (self.chosen(), leave) {
                    effects.push(Effect::ListBundles { stick: stick.id.clone() });
                    let bundles = Bundles { stick: stick.clone(), found: None, chosen: 0 };
                    kiosk.enter(State::Courier(Courier::Bundles(bundles)), effects);
                }
            }
            Press::Back => kiosk.go_home(effects),
            _ => {}
        }
    }
}

impl Bundles {
    fn screen(&self) -> BundlesScreen {
        BundlesScreen { stick: self.stick.clone(), bundles: self.found.clone(), chosen: self.chosen }
    }

    fn press(mut self, press: Press, kiosk: &mut Kiosk, effects: &mut Vec<Effect>) {
        match press {
            Press::PickBundle(place) if self.found.as_ref().is_some_and(|found| place < found.len()) => {
                self.chosen = place;
                kiosk.enter(State::Courier(Courier::Bundles(self)), effects);
            }
            Press::Confirm => {
                let bundle = self.found.iter().flatten().nth(self.chosen);
                if let (Some(bundle), Some(leave)) = (bundle, kiosk.courier_leave(Operation::CourierIn)) {
                    kiosk.carry(Carrying::new(CourierWay::In, &self.stick), effects);
                    let (stick, file) = (self.stick.id.clone(), bundle.file.clone());
                    effects.push(Effect::CourierIn { stick, file, leave });
                }
            }
            Press::Back => kiosk.choose_stick(effects),
            _ => {}
        }
    }
}

impl Courier {
    pub(super) fn screen(&self, kiosk: &Kiosk) -> CourierScreen {
        match (self, &kiosk.carrying) {
            (Self::Sticks(sticks), _) => CourierScreen::Sticks(sticks.screen(kiosk)),
            (Self::Bundles(bundles), _) => CourierScreen::Bundles(bundles.screen()),
            (Self::Watching, Some(carrying)) => carrying.screen(),
            // Only `close` takes it away, and leaves this state; should both ever part, the first step is shown.
            (Self::Watching, None) => CourierScreen::Sticks(Sticks::default().screen(kiosk)),
        }
    }

    pub(super) fn press(self, press: Press, kiosk: &mut Kiosk, effects: &mut Vec<Effect>) {
        match self {
            Self::Sticks(sticks) => sticks.press(press, kiosk, effects),
            Self::Bundles(bundles) => bundles.press(press, kiosk, effects),
            Self::Watching => kiosk.press_watching(press, effects),
        }
    }
}

impl Kiosk {
    /// Leave to carry data here; none when it is not this person's, or visitors stand before the screen. A kiosk that was
    /// never filled has no settings, and may be filled by a stick all the same: a municipality can't change these cells.
    fn courier_leave(&self, operation: Operation) -> Option<Permit> {
        // Without its database or its keys a kiosk has nothing to carry, and nowhere to put anything.
        let shut = matches!(&self.state, State::Trouble(Trouble::DatabaseUnreadable | Trouble::KeyMissing));
        if shut || self.serves_itself() {
            return None;
        }
        let settings = self.roster.settings.as_ref();
        let permissions = match settings {
            Some(settings) => settings.permissions(),
            None => Permissions::default(),
        };
        let venues = std::slice::from_ref(&self.config.venue);
        let actor = Actor { role: self.config.staff.role, venues, special: false };
        permissions.check(operation, &actor, Place::Venue(&self.config.venue)).ok()
    }

    pub(super) fn courier_line(&self) -> CourierLine {
        let offered = [Operation::CourierOut, Operation::CourierIn].map(|operation| self.courier_leave(operation));
        match &self.carrying {
            Some(carrying) => carrying.line(),
            None if offered.iter().any(Option::is_some) => CourierLine::Offered,
            None => CourierLine::Absent,
        }
    }

    pub(super) fn open_courier(&mut self, effects: &mut Vec<Effect>) {
        match (self.courier_line(), &self.carrying) {
            (CourierLine::Absent, _) => {}
            (_, Some(_)) => self.enter(State::Courier(Courier::Watching), effects),
            (_, None) => self.choose_stick(effects),
        }
    }

    fn choose_stick(&mut self, effects: &mut Vec<Effect>) {
        self.enter(State::Courier(Courier::Sticks(Sticks::default())), effects);
        self.look_for_sticks(effects);
    }

    /// Asks once, and again only after the answer: a stick that is slow to answer is not asked by everybody at once.
    pub(super) fn look_for_sticks(&mut self, effects: &mut Vec<Effect>) {
        let choosing = matches!(&self.state, State::Courier(Courier::Sticks(_) | Courier::Bundles(_)));
        if choosing && !self.seeking {
            self.seeking = true;
            effects.push(Effect::FindSticks);
        }
    }

    /// Sticks come and go while somebody looks: that is no press, so the deadline stays.
    pub(super) fn take_sticks(&mut self, found: Vec<Stick>, effects: &mut Vec<Effect>) {
        self.seeking = false;
        match &mut self.state {
            State::Courier(Courier::Sticks(sticks)) => sticks.take(found),
            State::Courier(Courier::Bundles(bundles)) if !found.iter().any(|stick| stick.id == bundles.stick.id) => {
                let mut sticks = Sticks::default();
                sticks.take(found);
                self.enter(State::Courier(Courier::Sticks(sticks)), effects);
            }
            _ => {}
        }
    }

    pub(super) fn take_bundles(&mut self, stick: &StickId, mut found: Vec<Bundle>) {
        if let State::Courier(Courier::Bundles(bundles)) = &mut self.state
            && bundles.stick.id == *stick
        {
            found.sort_by(|a, b| b.made_at.cmp(&a.made_at).then_with(|| a.file.cmp(&b.file)));
            bundles.found = Some(found);
            bundles.chosen = 0;
        }
    }

    fn carry(&mut self, carrying: Carrying, effects: &mut Vec<Effect>) {
        self.carrying = Some(carrying);
        self.enter(State::Courier(Courier::Watching), effects);
    }

    pub(super) fn courier_progress(&mut self, done: u64, total: u64) {
        if let Some(carrying) = self.carrying.as_mut().filter(|carrying| carrying.is_running()) {
            (carrying.run.done, carrying.run.total) = (done.min(total), total);
        }
    }

    /// The end is kept until somebody has closed its screen; whoever is being received is not pushed aside.
    pub(super) fn courier_ended(&mut self, end: Result<Carried, CourierTrouble>, effects: &mut Vec<Effect>) {
        let Some(carrying) = self.carrying.as_mut().filter(|carrying| carrying.is_running()) else { return };
        if let Ok(Carried::TakenIn { as_of, .. }) = &end {
            self.carried_as_of = self.carried_as_of.max(*as_of);
        }
        let signal = if end.is_ok() { Signal::Done } else { Signal::Stop };
        carrying.ended = Some(end);
        if matches!(self.state, State::Courier(Courier::Watching)) {
            effects.push(Effect::Signal(signal));
            self.enter(State::Courier(Courier::Watching), effects);
        }
    }

    fn press_watching(&mut self, press: Press, effects: &mut Vec<Effect>) {
        let running = self.carrying.as_ref().is_some_and(Carrying::is_running);
        match press {
            Press::StopCourier if running => effects.push(Effect::StopCourier),
            Press::Back if running => self.go_home(effects),
            // Once more, or something else.
            Press::Back => {
                self.carrying = None;
                self.choose_stick(effects);
            }
            Press::Confirm if !running => {
                self.carrying = None;
                self.go_home(effects);
            }
            _ => {}
        }
    }
}
