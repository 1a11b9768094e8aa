//! Made-up views, one or more for every screen: for tests and for the gallery.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, missing_docs, reason = "made-up data that is right by its looks")]

mod courier;
mod desk;
mod entrance;
mod people;
pub mod words;

use uketsuke_domain::screen::{
    CourierLine, Link, ReviewsScreen, ScannerState, Screen, Station, StatusLine, Trouble, View,
};

pub use people::{at, yesterday};

/// Every sample with a name that a file can have.
pub fn all() -> Vec<(&'static str, View)> {
    let mut views = entrance::all();
    views.extend(desk::all());
    views.extend(courier::all());
    views.extend([
        ("reviews", view(manager(), Screen::Reviews(ReviewsScreen { reviews: people::reviews() }))),
        ("reviews-none", view(manager(), Screen::Reviews(ReviewsScreen { reviews: Vec::new() }))),
        ("trouble-disk", view(entrance(), Screen::Trouble(Trouble::DiskRefuses))),
        ("trouble-database", view(entrance(), Screen::Trouble(Trouble::DatabaseUnreadable))),
        ("trouble-key", view(entrance(), Screen::Trouble(Trouble::KeyMissing))),
        ("trouble-settings", view(filling(), Screen::Trouble(Trouble::NoSettings))),
        ("trouble-enrolled", view(refused(), Screen::Trouble(Trouble::NotEnrolled))),
    ]);
    views
}

/// One of the samples.
pub fn named(name: &str) -> View {
    all().into_iter().find(|(each, _)| *each == name).unwrap().1
}

pub fn view(status: StatusLine, screen: Screen) -> View {
    View { status, screen }
}

pub fn entrance() -> StatusLine {
    StatusLine {
        venue: "東部公民館".into(),
        station_name: "受付1".into(),
        station: Station::EntranceStaffed,
        staff: "山田".into(),
        link: Link::Connected { since: at(8, 40) },
        unsent: 0,
        data_as_of: Some(at(9, 58)),
        scanner: ScannerState::Ready,
        called: false,
        reviews: 0,
        courier: CourierLine::Absent,
        now: at(10, 2),
    }
}

pub fn visitor() -> StatusLine {
    StatusLine { station: Station::EntranceSelf, station_name: "入口1".into(), ..entrance() }
}

pub fn cut_off() -> StatusLine {
    let link = Link::Disconnected { since: at(8, 41) };
    StatusLine { link, unsent: 37, data_as_of: Some(at(8, 41)), reviews: 2, ..entrance() }
}

/// Everything that can go wrong with the line at once, and long names.
pub fn crowded() -> StatusLine {
    StatusLine {
        venue: "東部地域公民館・図書館複合施設ホール".into(),
        station_name: "一階正面受付12".into(),
        staff: "勅使河原 権左衛門".into(),
        link: Link::Disconnected { since: yesterday(17, 41) },
        unsent: 1037,
        data_as_of: Some(yesterday(17, 40)),
        scanner: ScannerState::Lost,
        reviews: 12,
        ..entrance()
    }
}

pub fn filling() -> StatusLine {
    StatusLine { link: Link::Receiving { held: 12_480, total: 48_000 }, data_as_of: None, ..entrance() }
}

pub fn refused() -> StatusLine {
    StatusLine { link: Link::Refused { since: at(9, 30) }, data_as_of: None, ..entrance() }
}

pub fn desk() -> StatusLine {
    StatusLine {
        station: Station::CertificateDesk,
        station_name: "接種済証1".into(),
        staff: "佐藤".into(),
        data_as_of: Some(at(10, 21)),
        now: at(10, 24),
        ..entrance()
    }
}

pub fn manager() -> StatusLine {
    StatusLine {
        station: Station::Manager,
        station_name: "会場責任者".into(),
        staff: "高橋".into(),
        reviews: 3,
        now: at(10, 24),
        data_as_of: Some(at(10, 21)),
        ..entrance()
    }
}
