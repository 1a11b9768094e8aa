//! The kiosk's one thread that decides: takes events from everywhere, performs effects in order.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use uketsuke_domain::kiosk::{DeadlineId, Effect, Event, Kiosk};
use uketsuke_domain::screen::View;
use uketsuke_replica::record::Recorded;

use crate::courier::Order;
use crate::keeper::{Keeper, KeeperError};
use crate::{clock, roster};

/// What reaches the driver.
#[derive(Debug)]
pub enum Input {
    /// An event for the kiosk.
    Event(Event),
    /// The link took something in: the roster changed, or reviews may have.
    TookIn {
        /// Settings, venues, doctors, lots or accounts changed.
        roster: bool,
    },
    /// The kiosk is to end.
    Stop,
}

/// How often the kiosk is told that the clock went on.
const TICK: Duration = Duration::from_secs(1);
/// How many acknowledged facts are shown after a start.
const RECENT: usize = 3;

/// How the driver speaks to the threads beside it.
pub struct Others {
    /// Tells the link that facts were committed.
    pub committed: Box<dyn Fn() + Send>,
    /// Gives the porter an order.
    pub carry: Box<dyn Fn(Order) + Send>,
}

impl std::fmt::Debug for Others {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Others").finish_non_exhaustive()
    }
}

/// Performs a kiosk's effects.
pub struct Driver {
    kiosk: Kiosk,
    keeper: Keeper,
    venue: uketsuke_domain::ids::VenueNumber,
    /// Shows a view.
    show: Box<dyn FnMut(View) + Send>,
    others: Others,
    deadline: Option<(Instant, DeadlineId)>,
}

impl std::fmt::Debug for Driver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Driver").field("venue", &self.venue).finish_non_exhaustive()
    }
}

impl Driver {
    /// A driver that shows views through the closure.
    pub fn new(
        kiosk: Kiosk,
        keeper: Keeper,
        venue: uketsuke_domain::ids::VenueNumber,
        show: impl FnMut(View) + Send + 'static,
        others: Others,
    ) -> Self {
        Self { kiosk, keeper, venue, show: Box::new(show), others, deadline: None }
    }

    /// Runs until it is told to stop or nobody is left to tell it anything.
    pub fn run(mut self, inputs: &Receiver<Input>) {
        self.begin();
        let mut tick = Instant::now() + TICK;
        loop {
            let wake = self.deadline.map_or(tick, |(at, _)| at.min(tick));
            match inputs.recv_timeout(wake.saturating_duration_since(Instant::now())) {
                Ok(Input::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(Input::Event(event)) => self.handle(event),
                Ok(Input::TookIn { roster }) => self.took_in(roster),
                Err(RecvTimeoutError::Timeout) => {}
            }
            let now = Instant::now();
            if let Some((_, deadline)) = self.deadline.take_if(|(at, _)| *at <= now) {
                log::debug!("deadline: {}", deadline.reason);
                self.handle(Event::Deadline(deadline));
            }
            if now >= tick {
                tick = now + TICK;
                self.handle(Event::Tick);
            }
        }
    }

    /// What the disk remembers is shown first: after a power cut staff see what was kept.
    fn begin(&mut self) {
        self.took_in(true);
        match self.keeper.board() {
            Ok(board) => self.handle(Event::Board(board)),
            Err(why) => log::error!("the board can't be read: {why}"),
        }
        match self.keeper.recent(RECENT) {
            Ok(recent) => self.handle(Event::Recent(recent)),
            Err(why) => log::error!("the last facts can't be read: {why}"),
        }
    }

    fn took_in(&mut self, roster_changed: bool) {
        if roster_changed {
            match self.read_roster() {
                Ok(roster) => self.handle(Event::Roster(Box::new(roster))),
                Err(why) => log::error!("the roster can't be read: {why}"),
            }
        }
        match self.keeper.store().review_count() {
            Ok(count) => self.handle(Event::ReviewCount(count)),
            Err(why) => log::error!("reviews can't be counted: {why}"),
        }
    }

    fn read_roster(&mut self) -> Result<uketsuke_domain::kiosk::Roster, KeeperError> {
        self.keeper.refresh_settings()?;
        Ok(roster::read(self.keeper.store(), &self.venue)?)
    }

    /// Feeds one event and performs what follows; an effect that is answered at once feeds the next.
    fn handle(&mut self, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            let mut effects = self.kiosk.handle(event, clock::now());
            // The screen first: a slow disk is waited for with 「記録しています…」 in view.
            effects.sort_by_key(|effect| !matches!(effect, Effect::Show(_)));
            for effect in effects {
                events.extend(self.perform(effect));
            }
        }
    }

    /// The porter answers when it has an answer.
    fn carry(&self, order: Order) -> Option<Event> {
        (self.others.carry)(order);
        None
    }

    fn perform(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Show(view) => {
                (self.show)(*view);
                None
            }
            Effect::LookUp { ticket, voucher, short } => Some(match self.keeper.known(&voucher, short) {
                Ok(known) => Event::LookedUp { ticket, known: Box::new(known) },
                Err(why) => {
                    log::error!("a look-up failed: {why}");
                    Event::LookUpFailed { ticket }
                }
            }),
            Effect::Record { ticket, request } => Some(match self.keeper.record(&request) {
                Ok(Recorded::Done(facts)) => {
                    (self.others.committed)();
                    Event::Recorded { ticket, facts }
                }
                Ok(Recorded::Changed(known)) => Event::RecordChanged { ticket, known },
                Err(why) => {
                    log::error!("nothing was recorded: {why}");
                    Event::RecordFailed { ticket }
                }
            }),
            Effect::LoadReviews => match self.keeper.reviews() {
                Ok(reviews) => Some(Event::Reviews(reviews)),
                Err(why) => {
                    log::error!("reviews can't be read: {why}");
                    None
                }
            },
            Effect::SaveBoard(board) => {
                if let Err(why) = self.keeper.save_board(&board) {
                    log::error!("the board was not kept: {why}");
                }
                None
            }
            Effect::FindSticks => self.carry(Order::Find),
            Effect::ListBundles { stick } => self.carry(Order::List(stick)),
            // The leave has done its work: without it there is no such effect.
            Effect::CourierOut { stick, leave: _ } => self.carry(Order::Out(stick)),
            Effect::CourierIn { stick, file, leave: _ } => self.carry(Order::In(stick, file)),
            Effect::StopCourier => self.carry(Order::Stop),
            Effect::Signal(signal) => {
                log::debug!("signal: {signal:?}");
                None
            }
            Effect::Schedule { after_ms, deadline } => {
                self.deadline = Some((Instant::now() + Duration::from_millis(after_ms), deadline));
                None
            }
        }
    }
}
