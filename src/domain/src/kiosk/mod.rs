//! A kiosk's whole behaviour: `Kiosk::handle(event, now) -> Vec<Effect>`.
//!
//! Nothing here waits, reads a clock, or touches a disk or window. A whole day can be played by feeding events.
//! One file per state; each says what it shows and what a press means on it.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a press means something only on the screens that offer it; everywhere else it means nothing"
)]

mod board;
mod courier;
mod describe;
mod done;
mod effect;
mod event;
mod idle;
mod judged;
mod keypad;
mod outcome;
mod record;
mod subject;

pub use crate::facts::Draft;
pub use effect::{DeadlineId, Effect, IfChanged, RecordRequest, Signal, Ticket};
pub use event::{Event, RecordedFact};
pub use subject::{Query, person_card};

use board::Board;
use courier::{Carrying, Courier};
use done::Done;
use idle::Idle;
use judged::{Judged, Overriding};
use keypad::Keypad;
use outcome::{Choosing, ReadingBack};
use record::Writing;
use subject::Subject;

use crate::code::Municipality;
use crate::facts::ClockState;
use crate::ids::{Booth, DoctorId, LotNumber, StaffCode, VenueNumber};
use crate::reference::{Doctor, Lot, Role, Settings};
use crate::screen::{
    Acknowledged, Link, Press, ReviewLine, ReviewsScreen, ScannerState, Screen, Station, StatusLine, Trouble, View,
};
use crate::time::{Moment, Now};
use std::collections::BTreeMap;

/// What a kiosk is, for as long as it runs.
#[derive(Clone, Debug)]
pub struct Config {
    /// What it does.
    pub station: Station,
    /// Its name, as people call it ("受付1").
    pub station_name: String,
    /// Where it stands.
    pub venue: VenueNumber,
    /// Whose vouchers the short bar code means.
    pub municipality: Municipality,
    /// The booth that it serves.
    pub booth: Option<Booth>,
    /// Who works at it.
    pub staff: StaffMember,
}

/// Who works at a kiosk.
#[derive(Clone, Debug)]
pub struct StaffMember {
    /// 職員コード.
    pub code: StaffCode,
    /// The name on the status line.
    pub name: String,
    /// 権限.
    pub role: Role,
}

/// What the municipality sent: changes rarely, is read once and kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roster {
    /// The settings; none until they first arrive.
    pub settings: Option<Settings>,
    /// Names of venues.
    pub venue_names: BTreeMap<VenueNumber, String>,
    /// The doctors of this venue.
    pub doctors: Vec<Doctor>,
    /// The lots of this venue.
    pub lots: Vec<Lot>,
}

/// Doctor and lot at this booth.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoardSetting {
    /// The doctor.
    pub doctor: Option<DoctorId>,
    /// The lot.
    pub lot: Option<LotNumber>,
}

/// What the kiosk is busy with.
#[derive(Clone, Debug)]
enum State {
    Idle(Idle),
    Judged(Box<Judged>),
    Overriding(Box<Overriding>),
    Keypad(Keypad),
    Choosing(Box<Choosing>),
    ReadingBack(Box<ReadingBack>),
    Board(Board),
    Courier(Courier),
    Done(Box<Done>),
    Reviews(ReviewsScreen),
    Trouble(Trouble),
}

/// A question that is on its way to the disk.
#[derive(Clone, Debug)]
struct Asked {
    ticket: Ticket,
    query: Query,
}

/// A kiosk.
#[derive(Clone, Debug)]
pub struct Kiosk {
    config: Config,
    roster: Roster,
    board: BoardSetting,
    link: Link,
    unsent: u64,
    data_as_of: Option<Moment>,
    /// As `data_as_of`, of what came by a stick.
    carried_as_of: Option<Moment>,
    scanner: ScannerState,
    open_reviews: usize,
    called: bool,
    recent: Vec<Acknowledged>,
    failed_reads: u32,
    state: State,
    asked: Option<Asked>,
    /// A write that the disk has not answered.
    writing: Option<Writing>,
    /// A voucher scanned while a write was under way: taken up right after.
    waiting_scan: Option<String>,
    /// A file on its way to or from a stick, or how the last one ended.
    carrying: Option<Carrying>,
    /// Sticks are being looked for.
    seeking: bool,
    /// The reviews were asked for on the screen of this generation.
    reviews_asked: Option<u64>,
    tickets: u64,
    generation: u64,
    now: Moment,
    clock: ClockState,
    shown: Option<View>,
}

/// How many acknowledged facts a screen keeps in view.
const RECENT: usize = 3;

impl Kiosk {
    /// A kiosk that has just started and knows nothing yet.
    pub fn new(config: Config, now: Now) -> Self {
        Self {
            config,
            roster: Roster::default(),
            board: BoardSetting::default(),
            link: Link::Disconnected { since: now.wall },
            unsent: 0,
            data_as_of: None,
            carried_as_of: None,
            scanner: ScannerState::Absent,
            open_reviews: 0,
            called: false,
            recent: Vec::new(),
            failed_reads: 0,
            state: State::Idle(Idle::default()),
            asked: None,
            writing: None,
            waiting_scan: None,
            carrying: None,
            seeking: false,
            reviews_asked: None,
            tickets: 0,
            generation: 0,
            now: now.wall,
            clock: now.clock,
            shown: None,
        }
    }

    /// Takes one event and answers what is to be done, in order.
    pub fn handle(&mut self, event: Event, now: Now) -> Vec<Effect> {
        (self.now, self.clock) = (now.wall, now.clock);
        let mut effects = Vec::new();
        match event {
            Event::Scan(text) => self.scan(&text, &mut effects),
            Event::Garbled => self.garbled(&mut effects),
            Event::Press(press) => self.press(press, now, &mut effects),
            Event::LookedUp { ticket, known } => self.looked_up(ticket, *known, now, &mut effects),
            Event::LookUpFailed { ticket } => self.look_up_failed(ticket, &mut effects),
            Event::Recorded { ticket, facts } => self.recorded(ticket, &facts, &mut effects),
            Event::RecordChanged { ticket, known } => self.record_changed(ticket, *known, now, &mut effects),
            Event::RecordFailed { ticket } => self.record_failed(ticket, &mut effects),
            Event::Roster(roster) => self.take_roster(*roster, &mut effects),
            Event::Board(board) => self.board = board,
            Event::Recent(recent) => self.recent = recent.into_iter().take(RECENT).collect(),
            Event::Link { link, unsent, data_as_of } => {
                (self.link, self.unsent, self.data_as_of) = (link, unsent, data_as_of);
            }
            Event::Scanner(state) => self.scanner = state,
            Event::ReviewCount(count) => self.open_reviews = count,
            Event::Reviews(reviews) => self.show_reviews(reviews, &mut effects),
            Event::Sticks(sticks) => self.take_sticks(sticks, &mut effects),
            Event::Bundles { stick, bundles } => self.take_bundles(&stick, bundles),
            Event::CourierProgress { done, total } => self.courier_progress(done, total),
            Event::CourierEnded(end) => self.courier_ended(end, &mut effects),
            Event::Trouble(trouble) => self.enter(State::Trouble(trouble), &mut effects),
            Event::Deadline(DeadlineId { generation, .. }) => {
                if generation == self.generation && self.writing.is_none() {
                    // The last person is gone; the next one's answer may be on its way.
                    self.enter(State::Idle(Idle::default()), &mut effects);
                }
            }
            Event::Tick => self.look_for_sticks(&mut effects),
        }
        self.show(&mut effects);
        effects
    }

    /// What the window shows now.
    pub fn view(&self) -> View {
        View { status: self.status(), screen: self.screen() }
    }

    fn show(&mut self, effects: &mut Vec<Effect>) {
        let view = self.view();
        if self.shown.as_ref() != Some(&view) {
            self.shown = Some(view.clone());
            effects.push(Effect::Show(Box::new(view)));
        }
    }

    fn status(&self) -> StatusLine {
        StatusLine {
            venue: self.venue_name(&self.config.venue),
            station_name: self.config.station_name.clone(),
            station: self.config.station,
            staff: self.config.staff.name.clone(),
            link: self.link,
            unsent: self.unsent,
            data_as_of: self.data_as_of(),
            scanner: self.scanner,
            reviews: self.open_reviews,
            courier: self.courier_line(),
            called: self.called,
            // To the minute, so that a tick of the clock does not draw the same line again.
            now: self.now.plus_ms(-self.now.0.rem_euclid(60_000)),
        }
    }

    fn screen(&self) -> Screen {
        match &self.state {
            State::Idle(state) => Screen::Welcome(state.screen(self)),
            State::Judged(state) => Screen::Verdict(state.screen(self)),
            State::Overriding(state) => Screen::Override(state.screen(self)),
            State::Keypad(state) => Screen::Keypad(state.screen(self)),
            State::Choosing(state) => Screen::Outcome(state.screen(self)),
            State::ReadingBack(state) => Screen::ReadBack(state.screen(self)),
            State::Board(_) => Screen::Board(self.board_screen()),
            State::Courier(state) => Screen::Courier(state.screen(self)),
            State::Done(state) => Screen::Done(state.screen(self)),
            State::Reviews(screen) => Screen::Reviews(screen.clone()),
            State::Trouble(trouble) => Screen::Trouble(trouble.clone()),
        }
    }

    /// When the centre's data last arrived whole, by a line or by a stick.
    fn data_as_of(&self) -> Option<Moment> {
        self.data_as_of.max(self.carried_as_of)
    }

    /// Enters a state and sets the deadline by which its screen is gone.
    fn enter(&mut self, state: State, effects: &mut Vec<Effect>) {
        self.called = false;
        self.generation += 1;
        if let Some((after_ms, reason)) = self.deadline_of(&state) {
            let deadline = DeadlineId { generation: self.generation, reason };
            effects.push(Effect::Schedule { after_ms, deadline });
        }
        self.state = state;
    }

    /// A screen with personal data is gone by its deadline; each deadline carries its reason.
    fn deadline_of(&self, state: &State) -> Option<(u64, &'static str)> {
        let self_service = self.serves_itself();
        match state {
            State::Idle(_) | State::Trouble(_) => None,
            State::Judged(_) if self_service => Some((8_000, "a visitor's verdict was shown long enough")),
            State::Done(_) if self_service => Some((4_000, "the visitor's check-in was shown long enough")),
            State::Done(_) => Some((20_000, "what was recorded was shown long enough")),
            State::Judged(_) | State::Overriding(_) => Some((120_000, "nobody acted on the verdict")),
            State::Choosing(_) | State::ReadingBack(_) => Some((180_000, "nobody chose an outcome")),
            State::Keypad(_) => Some((60_000, "nobody typed")),
            State::Board(_) => Some((180_000, "nobody chose at the board")),
            // What is on its way is watched for as long as it takes.
            State::Courier(Courier::Watching) if self.carrying.as_ref().is_some_and(Carrying::is_running) => None,
            State::Courier(_) => Some((300_000, "nobody carried anything")),
            State::Reviews(_) => Some((300_000, "nobody read the reviews")),
        }
    }

    fn go_home(&mut self, effects: &mut Vec<Effect>) {
        self.asked = None;
        self.enter(State::Idle(Idle::default()), effects);
    }

    fn press(&mut self, press: Press, now: Now, effects: &mut Vec<Effect>) {
        if self.writing.is_some() {
            return; // The buttons rest until the disk has answered.
        }
        match press {
            Press::Home => return self.go_home(effects),
            Press::OpenReviews => return self.open_reviews(effects),
            Press::OpenKeypad => {
                self.asked = None;
                return self.enter(State::Keypad(Keypad::default()), effects);
            }
            Press::CallStaff => {
                self.called = true;
                return effects.push(Effect::Signal(Signal::CallStaff));
            }
            _ => {}
        }
        if self.asked.is_some() {
            return; // The screen still shows the last person, and the next one was read already.
        }
        if press == Press::OpenCourier {
            return self.open_courier(effects);
        }
        match self.state.clone() {
            State::Judged(state) => state.press(press, self, now, effects),
            State::Overriding(state) => state.press(press, self, now, effects),
            State::Keypad(state) => state.press(press, self, effects),
            State::Choosing(state) => state.press(press, self, now, effects),
            State::ReadingBack(state) => state.press(press, self, now, effects),
            State::Board(state) => state.press(press, self, effects),
            State::Courier(state) => state.press(press, self, effects),
            State::Idle(_) | State::Done(_) | State::Reviews(_) | State::Trouble(_) => match press {
                Press::Back => self.go_home(effects),
                // In the morning, before anyone has come.
                Press::OpenBoard if self.serves_itself() => {}
                Press::OpenBoard => self.open_board(None, effects),
                _ => {}
            },
        }
    }

    /// Visitors stand before this screen: it names nobody.
    fn serves_itself(&self) -> bool {
        self.config.station == Station::EntranceSelf
    }

    fn take_roster(&mut self, roster: Roster, effects: &mut Vec<Effect>) {
        self.roster = roster;
        let cured = matches!(self.state, State::Trouble(Trouble::NoSettings)) && self.roster.settings.is_some();
        if cured {
            self.go_home(effects);
        }
    }

    fn open_reviews(&mut self, effects: &mut Vec<Effect>) {
        if !self.serves_itself() {
            self.reviews_asked = Some(self.generation);
            effects.push(Effect::LoadReviews);
        }
    }

    /// Shows the reviews where they were asked for: a person who came in between is not pushed aside.
    fn show_reviews(&mut self, reviews: Vec<ReviewLine>, effects: &mut Vec<Effect>) {
        let asked = self.reviews_asked.take_if(|generation| *generation == self.generation).is_some();
        let refreshed = matches!(self.state, State::Reviews(_));
        if (asked || refreshed) && self.writing.is_none() && self.asked.is_none() {
            self.enter(State::Reviews(ReviewsScreen { reviews }), effects);
        }
    }

    fn ticket(&mut self) -> Ticket {
        self.tickets += 1;
        Ticket(self.tickets)
    }
}
