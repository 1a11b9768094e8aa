//! A kiosk with a tiny disk that answers when it is told to.

use std::collections::{BTreeMap, VecDeque};

use uketsuke_domain::code::{Municipality, Voucher};
use uketsuke_domain::facts::{ClockState, Fact, FactKind, KnownFact};
use uketsuke_domain::ids::FactId;
use uketsuke_domain::kiosk::{
    BoardSetting, Config, DeadlineId, Effect, Event, IfChanged, Kiosk, RecordRequest, RecordedFact, Roster, Signal,
    StaffMember, Ticket,
};
use uketsuke_domain::reference::{Card, Doctor, Lot, Role};
use uketsuke_domain::screen::{Link, Press, Screen, Station, View};
use uketsuke_domain::time::{Elapsed, Moment, Now};
use uketsuke_domain::verdict::Known;

use crate::common::{at, booked, day, record, settings, venues, voucher_of};

/// Who has a booking here today.
pub(crate) const HANAKO: &str = "1111111113";
pub(crate) const TARO: &str = "1111111112";
/// Nobody's number.
pub(crate) const STRANGER: &str = "9999999999";

pub(crate) fn config(station: Station, role: Role) -> Config {
    Config {
        station,
        station_name: "受付1".to_owned(),
        venue: "001".into(),
        municipality: Municipality::parse("132080").unwrap(),
        booth: Some("3".into()),
        staff: StaffMember { code: "S1".into(), name: "係員".to_owned(), role },
    }
}

pub(crate) fn roster() -> Roster {
    let lot = |number: &str, expires| Lot {
        number: number.into(),
        product: "comirnaty".into(),
        expires: Some(day(expires)),
        venues: Vec::new(),
    };
    Roster {
        settings: Some(settings()),
        venue_names: venues(),
        doctors: vec![Doctor { id: "D1".into(), name: "厚労　太郎".to_owned(), venues: Vec::new() }],
        lots: vec![lot("EW0001", 10), lot("OLD", -1)],
    }
}

pub(crate) fn now_at(wall: Moment) -> Now {
    Now { wall, elapsed: Elapsed(1), boot: 7, clock: ClockState::Trusted }
}

pub(crate) struct Door {
    pub(crate) kiosk: Kiosk,
    pub(crate) now: Moment,
    pub(crate) effects: Vec<Effect>,
    pub(crate) people: BTreeMap<Voucher, Known>,
    /// What the disk has not answered yet.
    pub(crate) open: VecDeque<Effect>,
    /// Requests that were made durable.
    pub(crate) written: Vec<RecordRequest>,
    next_id: u8,
}

impl Door {
    pub(crate) fn new(station: Station, role: Role) -> Self {
        let now = at(0, 10, 0);
        let mut door = Self {
            kiosk: Kiosk::new(config(station, role), now_at(now)),
            now,
            effects: Vec::new(),
            people: BTreeMap::new(),
            open: VecDeque::new(),
            written: Vec::new(),
            next_id: 100,
        };
        door.person(HANAKO, &[booked(0).id(1)]);
        door.person(TARO, &[booked(0).booking("B5").id(2)]);
        door.feed(Event::Roster(Box::new(roster())));
        let link = Link::Connected { since: now };
        door.feed(Event::Link { link, unsent: 0, data_as_of: Some(now) });
        door
    }

    pub(crate) fn entrance() -> Self {
        Self::new(Station::EntranceStaffed, Role::VenueStaff)
    }

    /// The desk of a manager with doctor and lot set.
    pub(crate) fn desk() -> Self {
        let mut door = Self::new(Station::CertificateDesk, Role::VenueManager);
        door.feed(Event::Board(BoardSetting { doctor: Some("D1".into()), lot: Some("EW0001".into()) }));
        door
    }

    pub(crate) fn person(&mut self, number: &str, facts: &[KnownFact]) {
        self.people.insert(voucher_of(number), Known { record: record(facts), ..Known::default() });
    }

    pub(crate) fn card(&mut self, number: &str, card: Card) {
        self.people.insert(voucher_of(number), Known { card: Some(card), ..Known::default() });
    }

    pub(crate) fn add(&mut self, number: &str, fact: KnownFact) {
        self.people.get_mut(&voucher_of(number)).unwrap().record.facts.push(fact);
    }

    /// Feeds an event and leaves the disk's questions open.
    pub(crate) fn feed(&mut self, event: Event) {
        self.effects = self.kiosk.handle(event, now_at(self.now));
        let asks = |effect: &&Effect| matches!(effect, Effect::LookUp { .. } | Effect::Record { .. });
        self.open.extend(self.effects.iter().filter(asks).cloned());
    }

    /// Answers the oldest open question.
    pub(crate) fn answer(&mut self) {
        let event = match self.open.pop_front().expect("nothing was asked") {
            Effect::LookUp { ticket, voucher, .. } => Event::LookedUp { ticket, known: Box::new(self.known(voucher)) },
            Effect::Record { ticket, request } => self.write(ticket, &request),
            effect => panic!("{effect:?} is no question"),
        };
        self.feed(event);
    }

    fn known(&self, voucher: Voucher) -> Known {
        self.people.get(&voucher).cloned().unwrap_or_default()
    }

    fn write(&mut self, ticket: Ticket, request: &RecordRequest) -> Event {
        let known = self.people.entry(request.voucher).or_default();
        let changed = known.record.facts.iter().any(|fact| !request.basis.contains(&fact.hash));
        if changed && request.if_changed == IfChanged::AskAgain {
            return Event::RecordChanged { ticket, known: Box::new(known.clone()) };
        }
        let mut facts = Vec::new();
        for draft in request.drafts.clone() {
            self.next_id += 1;
            let fact = Fact {
                id: FactId([self.next_id; 16]),
                kind: draft.kind,
                booking: draft.booking,
                dose: draft.dose,
                supersedes: draft.supersedes,
                weight: draft.weight,
                stamp: request.stamp.clone(),
                body: draft.body,
            };
            facts.push(RecordedFact { id: fact.id, kind: fact.kind, recorded_at: self.now, review: None });
            known.record.facts.push(KnownFact::decode(&fact.encode()).unwrap());
        }
        self.written.push(request.clone());
        Event::Recorded { ticket, facts }
    }

    /// Answers until nothing is open.
    pub(crate) fn settle(&mut self) {
        while !self.open.is_empty() {
            self.answer();
        }
    }

    pub(crate) fn scan(&mut self, text: &str) {
        self.feed(Event::Scan(text.to_owned()));
        self.settle();
    }

    pub(crate) fn press(&mut self, press: Press) {
        self.feed(Event::Press(press));
        self.settle();
    }

    pub(crate) fn presses(&mut self, presses: &[Press]) {
        for press in presses {
            self.press(*press);
        }
    }

    pub(crate) fn type_digits(&mut self, digits: &str) {
        for digit in digits.bytes() {
            self.press(Press::Digit(digit - b'0'));
        }
        self.press(Press::Enter);
    }

    pub(crate) fn view(&self) -> View {
        self.kiosk.view()
    }

    pub(crate) fn screen(&self) -> Screen {
        self.view().screen
    }

    /// The screen's name and whether its buttons rest.
    pub(crate) fn shows(&self) -> (&'static str, bool) {
        match self.screen() {
            Screen::Welcome(_) => ("welcome", false),
            Screen::Verdict(screen) => ("verdict", screen.busy),
            Screen::Override(_) => ("override", false),
            Screen::Keypad(_) => ("keypad", false),
            Screen::Outcome(_) => ("outcome", false),
            Screen::ReadBack(screen) => ("read-back", screen.busy),
            Screen::Board(_) => ("board", false),
            Screen::Courier(_) => ("courier", false),
            Screen::Done(_) => ("done", false),
            Screen::Reviews(_) => ("reviews", false),
            Screen::Trouble(_) => ("trouble", false),
        }
    }

    pub(crate) fn deadline(&self) -> DeadlineId {
        let scheduled = self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Schedule { deadline, .. } => Some(*deadline),
            _ => None,
        });
        scheduled.expect("no deadline was set")
    }

    pub(crate) fn signals(&self) -> Vec<Signal> {
        let signals = self.effects.iter().filter_map(|effect| match effect {
            Effect::Signal(signal) => Some(*signal),
            _ => None,
        });
        signals.collect()
    }

    pub(crate) fn kinds(&self) -> Vec<FactKind> {
        self.written.iter().flat_map(|request| &request.drafts).map(|draft| draft.kind).collect()
    }
}
