//! 待機, 判定, 手入力: what the entrance shows.

use uketsuke_domain::code::{CodeKind, NotAVoucher};
use uketsuke_domain::reference::Role;
use uketsuke_domain::screen::{
    KeypadPhase, KeypadScreen, KeypadTrouble, NextStep, OverrideReason, OverrideScreen, ReadTrouble, Screen, Station,
    VerdictScreen, View, WelcomeScreen,
};
use uketsuke_domain::verdict::{Level, OutcomeKind, Reason};

use super::people::{at, booking, check_ins, day, dose, hanako, long, place, unknown, yesterday};
use super::words::verdict;
use super::{crowded, cut_off, entrance, filling, view, visitor};

pub fn all() -> Vec<(&'static str, View)> {
    let mut views = welcomes();
    views.extend(verdicts());
    views.extend(crowded_verdicts());
    views.extend(keypads());
    views
}

fn welcomes() -> Vec<(&'static str, View)> {
    let welcome = WelcomeScreen {
        venue: "東部公民館".into(),
        station: Station::EntranceStaffed,
        trouble: None,
        offer_keypad: false,
        recent: check_ins(),
    };
    let label = Some(ReadTrouble::NotAVoucher(NotAVoucher::Known(CodeKind::VaccineLabel)));
    let own = WelcomeScreen { station: Station::EntranceSelf, ..welcome.clone() };
    let troubled = WelcomeScreen { trouble: label, offer_keypad: false, ..welcome.clone() };
    let short = Some(ReadTrouble::NotAVoucher(NotAVoucher::Length(9)));
    let keypad = WelcomeScreen { trouble: short, offer_keypad: true, recent: Vec::new(), ..welcome.clone() };
    vec![
        ("welcome", view(entrance(), Screen::Welcome(welcome.clone()))),
        ("welcome-visitor", view(visitor(), Screen::Welcome(own))),
        ("welcome-trouble", view(cut_off(), Screen::Welcome(troubled))),
        ("welcome-keypad", view(crowded(), Screen::Welcome(keypad))),
        ("welcome-filling", view(filling(), Screen::Welcome(welcome))),
    ]
}

fn verdicts() -> Vec<(&'static str, View)> {
    let proceed = VerdictScreen {
        level: Level::Proceed,
        reasons: Vec::new(),
        notes: Vec::new(),
        person: hanako(),
        booking: Some(booking(1, "2021-03-22")),
        history: Vec::new(),
        next: NextStep::CheckIn,
        offers_outcome: false,
        data_as_of: Some(at(9, 58)),
        busy: false,
    };
    let attention = VerdictScreen {
        level: Level::Attention,
        reasons: vec![
            Reason::IntervalTooShort { last: day("2021-03-08"), earliest: day("2021-03-29") },
            Reason::BookedAnotherDay { day: day("2021-03-29") },
        ],
        booking: Some(booking(2, "2021-03-29")),
        history: vec![dose(1, "2021-03-08")],
        next: NextStep::GoOn { role: Role::VenueManager, special: false },
        data_as_of: Some(at(8, 41)),
        offers_outcome: true,
        ..proceed.clone()
    };
    let stop = VerdictScreen {
        level: Level::Stop,
        reasons: vec![Reason::AlreadyCheckedIn { at: at(9, 52), place: place("受付1") }],
        next: NextStep::NextPerson,
        ..proceed.clone()
    };
    let unknown = VerdictScreen {
        level: Level::Attention,
        reasons: vec![Reason::HistoryNotHere, Reason::NoBookingToday],
        person: unknown(),
        booking: None,
        next: NextStep::CallManager,
        data_as_of: None,
        ..proceed.clone()
    };
    let full = VerdictScreen {
        level: Level::Stop,
        reasons: vec![
            Reason::OpenReview,
            Reason::OutcomeRecorded {
                outcome: OutcomeKind::Vaccinated,
                at: at(9, 40),
                place: Some(place("接種済証1")),
            },
            Reason::Cancelled { at: at(8, 0), by: Some("コールセンター".into()) },
            Reason::BookedElsewhere { venue: "西部総合スポーツセンター".into(), day: day("2021-03-29") },
            Reason::NewerFacts,
        ],
        person: long(),
        history: vec![dose(1, "2021-03-01"), dose(2, "2021-03-22")],
        next: NextStep::CallManager,
        ..attention.clone()
    };
    vec![
        ("verdict-ok", view(entrance(), Screen::Verdict(proceed.clone()))),
        ("verdict-busy", view(entrance(), Screen::Verdict(VerdictScreen { busy: true, ..proceed.clone() }))),
        ("verdict-attention", view(cut_off(), Screen::Verdict(attention.clone()))),
        ("verdict-stop", view(entrance(), Screen::Verdict(stop))),
        ("verdict-unknown", view(filling(), Screen::Verdict(unknown))),
        ("verdict-full", view(crowded(), Screen::Verdict(full))),
        ("verdict-visitor-ok", view(visitor(), Screen::Verdict(proceed))),
        (
            "verdict-visitor-staff",
            view(
                visitor(),
                Screen::Verdict(VerdictScreen { next: NextStep::CallManager, offers_outcome: false, ..attention }),
            ),
        ),
        (
            "override",
            view(
                entrance(),
                Screen::Override(OverrideScreen {
                    reasons: vec![Reason::HistoryNotHere, Reason::NoBookingToday],
                    person: hanako(),
                    special: false,
                    choices: OverrideReason::ALL.to_vec(),
                }),
            ),
        ),
    ]
}

/// Many reasons, or reasons that are only told, or reasons that bystanders must not read.
fn crowded_verdicts() -> Vec<(&'static str, View)> {
    let five = vec![
        Reason::IntervalTooShort { last: day("2021-03-08"), earliest: day("2021-03-29") },
        Reason::VaccineDiffers { first: "武田／モデルナ".into(), planned: "ファイザー".into() },
        Reason::DoseDiffers { booked: 1, due: 2, fits: false },
        Reason::SlotFull { capacity: 24 },
        Reason::SameName,
    ];
    let seven = five
        .iter()
        .cloned()
        .chain([Reason::TooEarly { from_minute: 810 }, Reason::StickerOfAnotherDose { sticker: 1, due: 2 }])
        .chain([Reason::ClockInDoubt, Reason::DataStale { as_of: Some(yesterday(17, 40)) }]);
    let seven = VerdictScreen { data_as_of: Some(yesterday(17, 40)), offers_outcome: true, ..verdict(seven.collect()) };
    let notes = vec![Reason::ClockInDoubt, Reason::DataStale { as_of: Some(at(9, 30)) }];
    let kept = VerdictScreen { next: NextStep::CallManager, history: Vec::new(), ..verdict(five.clone()) };
    let old = vec![Reason::TooOld { limit: 11, until: day("2021-02-27") }];
    let private = VerdictScreen { reasons: old, ..kept.clone() };
    vec![
        ("verdict-five", view(entrance(), Screen::Verdict(verdict(five)))),
        ("verdict-seven", view(crowded(), Screen::Verdict(seven))),
        ("verdict-notes", view(entrance(), Screen::Verdict(verdict(notes)))),
        ("verdict-visitor-kept", view(visitor(), Screen::Verdict(kept))),
        ("verdict-visitor-private", view(visitor(), Screen::Verdict(private))),
    ]
}

fn keypads() -> Vec<(&'static str, View)> {
    let number = KeypadScreen {
        municipality: ("132080".into(), "調布市".into()),
        phase: KeypadPhase::Number,
        digits: "111111".into(),
        wanted: 10,
        trouble: None,
    };
    let short = KeypadScreen { trouble: Some(KeypadTrouble::TooShort), ..number.clone() };
    let birth = KeypadScreen {
        phase: KeypadPhase::BirthDate { number: "1111111113".into() },
        digits: "19800230".into(),
        wanted: 8,
        trouble: Some(KeypadTrouble::NoSuchDay),
        ..number.clone()
    };
    vec![
        ("keypad", view(entrance(), Screen::Keypad(number))),
        ("keypad-short", view(entrance(), Screen::Keypad(short))),
        ("keypad-birth", view(entrance(), Screen::Keypad(birth))),
    ]
}
