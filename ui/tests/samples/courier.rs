//! データ運搬, step by step.

use uketsuke_domain::screen::{
    Bundle, BundlesScreen, Carried, CourierLine, CourierRun, CourierScreen, CourierTrouble, CourierWay, Screen,
    Station, StatusLine, Stick, StickId, SticksScreen, View, WelcomeScreen,
};

use super::people::{at, check_ins, yesterday};
use super::{cut_off, manager, view};

/// 会場責任者 at a site without a line.
pub fn carrier(courier: CourierLine) -> StatusLine {
    StatusLine { courier, staff: "高橋".into(), station_name: "会場責任者".into(), ..cut_off() }
}

pub fn all() -> Vec<(&'static str, View)> {
    let mut views = sticks();
    views.extend(bundles());
    views.extend(runs());
    views.extend(ends());
    views.extend(status_lines());
    views
}

fn shown(screen: CourierScreen) -> View {
    view(carrier(CourierLine::Offered), Screen::Courier(screen))
}

fn stick(name: &str, free: u64, writable: bool) -> Stick {
    Stick { id: StickId(name.into()), name: name.into(), free, writable }
}

fn sticks() -> Vec<(&'static str, View)> {
    let none = SticksScreen { sticks: Some(Vec::new()), chosen: None, can_write: false, can_read: false };
    let one = SticksScreen {
        sticks: Some(vec![stick("UKETSUKE-A", 14_230_000_000, true)]),
        chosen: Some(0),
        can_write: true,
        can_read: true,
    };
    let several = SticksScreen {
        sticks: Some(vec![
            stick("NO NAME", 512_000, true),
            stick("UKETSUKE-A", 14_230_000_000, true),
            stick("予約センターからお借りした長い名前のUSBメモリ", 128_000_000_000, false),
            stick("運搬用 2", 31_900_000_000, true),
        ]),
        chosen: Some(2),
        can_write: false,
        can_read: true,
    };
    vec![
        ("courier-looking", shown(CourierScreen::Sticks(SticksScreen { sticks: None, ..none.clone() }))),
        ("courier-none", shown(CourierScreen::Sticks(none))),
        ("courier-stick", shown(CourierScreen::Sticks(one))),
        ("courier-sticks", shown(CourierScreen::Sticks(several))),
    ]
}

fn bundle(file: &str, hour: i64, from: Option<&str>, entries: u64) -> Bundle {
    let from = from.map(str::to_owned);
    Bundle { file: file.into(), bytes: 900 + entries * 97, made_at: at(hour, 10), from, entries }
}

fn bundles() -> Vec<(&'static str, View)> {
    let old = Bundle { made_at: yesterday(17, 30), ..bundle("会場001あて-20210321.bundle", 8, None, 48_000) };
    let found = vec![
        bundle("honbu-001-20210322.bundle", 8, None, 1240),
        bundle("uketsuke-001-a3f2-20210322-0710.bundle", 7, Some("受付2"), 37),
        old,
    ];
    let screen = |bundles| {
        let stick = stick("UKETSUKE-A", 14_230_000_000, true);
        shown(CourierScreen::Bundles(BundlesScreen { stick, bundles, chosen: 0 }))
    };
    vec![
        ("courier-bundles", screen(Some(found))),
        ("courier-bundles-none", screen(Some(Vec::new()))),
        ("courier-bundles-reading", screen(None)),
    ]
}

fn run(way: CourierWay, done: u64, total: u64) -> CourierRun {
    CourierRun { way, stick: "UKETSUKE-A".into(), done, total }
}

fn running(run: CourierRun) -> View {
    let line = CourierLine::Running { done: run.done, total: run.total };
    view(carrier(line), Screen::Courier(CourierScreen::Running(run)))
}

fn runs() -> Vec<(&'static str, View)> {
    vec![
        ("courier-starting", running(run(CourierWay::Out, 0, 0))),
        ("courier-writing", running(run(CourierWay::Out, 558, 1240))),
        ("courier-settling", running(run(CourierWay::Out, 1240, 1240))),
        ("courier-reading", running(run(CourierWay::In, 12_480, 48_000))),
    ]
}

fn done(way: CourierWay, total: u64, carried: Carried) -> View {
    let screen = CourierScreen::Done { run: run(way, total, total), carried };
    view(carrier(CourierLine::Ended { well: true }), Screen::Courier(screen))
}

/// How it failed.
pub fn failed(way: CourierWay, trouble: CourierTrouble) -> View {
    let screen = CourierScreen::Failed { run: run(way, 558, 1240), trouble };
    view(carrier(CourierLine::Ended { well: false }), Screen::Courier(screen))
}

fn ends() -> Vec<(&'static str, View)> {
    let written = Carried::Written { file: "uketsuke-001-a3f2-20210322-1024.bundle".into(), entries: 1240 };
    let taken_in = |added, gaps| Carried::TakenIn {
        file: "honbu-001-20210322.bundle".into(),
        entries: 48_000,
        added,
        gaps,
        as_of: None,
    };
    vec![
        ("courier-written", done(CourierWay::Out, 1240, written)),
        ("courier-nothing", done(CourierWay::Out, 0, Carried::NothingToWrite)),
        ("courier-taken-in", done(CourierWay::In, 48_000, taken_in(312, false))),
        ("courier-known", done(CourierWay::In, 48_000, taken_in(0, false))),
        ("courier-gaps", done(CourierWay::In, 48_000, taken_in(12, true))),
        ("courier-gone", failed(CourierWay::Out, CourierTrouble::StickGone)),
        ("courier-damaged", failed(CourierWay::In, CourierTrouble::Damaged)),
        ("courier-stopped", failed(CourierWay::Out, CourierTrouble::Stopped)),
    ]
}

/// People are received meanwhile.
fn status_lines() -> Vec<(&'static str, View)> {
    let welcome = || {
        Screen::Welcome(WelcomeScreen {
            venue: "東部公民館".into(),
            station: Station::EntranceStaffed,
            trouble: None,
            offer_keypad: false,
            recent: check_ins(),
        })
    };
    let line = |courier| view(StatusLine { courier, ..manager() }, welcome());
    vec![
        ("welcome-courier", line(CourierLine::Offered)),
        ("welcome-carrying", line(CourierLine::Running { done: 558, total: 1240 })),
        ("welcome-carried", line(CourierLine::Ended { well: true })),
        ("welcome-not-carried", view(carrier(CourierLine::Ended { well: false }), welcome())),
    ]
}
