//! The status line.

use slint::ComponentHandle;
use uketsuke_domain::screen::{CourierLine, Link as DomainLink, ScannerState as DomainScanner, StatusLine};
use uketsuke_domain::time::Moment;

use super::convert::{
    map_count_to_int, map_count_to_percent, map_data_age, map_moment, map_moment_to_time, map_station,
};
use crate::generated::{CourierLineKind, Link, LinkKind, MainWindow, ScannerState, StatusAdapter};

pub(super) fn show(ui: &MainWindow, line: &StatusLine) {
    let adapter = ui.global::<StatusAdapter>();
    adapter.set_venue(line.venue.as_str().into());
    adapter.set_station_name(line.station_name.as_str().into());
    adapter.set_station(map_station(line.station));
    adapter.set_staff(line.staff.as_str().into());
    adapter.set_link(map_link(line.link, line.now));
    adapter.set_unsent(line.unsent.to_string().into());
    adapter.set_age(map_data_age(line.data_as_of, line.now));
    adapter.set_scanner(map_scanner(line.scanner));
    adapter.set_called(line.called);
    adapter.set_reviews(map_count_to_int(line.reviews));
    let (kind, percent, well) = map_courier(line.courier);
    adapter.set_courier(kind);
    adapter.set_courier_percent(percent);
    adapter.set_courier_well(well);
    adapter.set_clock(map_moment_to_time(line.now).into());
}

fn map_link(link: DomainLink, now: Moment) -> Link {
    let since = |kind, since| Link { kind, since: map_moment(since, now), ..Link::default() };
    match link {
        DomainLink::Connected { since: at } => since(LinkKind::Connected, at),
        DomainLink::Receiving { held, total } => Link {
            kind: LinkKind::Receiving,
            held: map_count_to_int(held),
            total: map_count_to_int(total),
            ..Link::default()
        },
        DomainLink::Disconnected { since: at } => since(LinkKind::Disconnected, at),
        DomainLink::Refused { since: at } => since(LinkKind::Refused, at),
    }
}

/// What it is, how far it is, and whether it went well.
fn map_courier(line: CourierLine) -> (CourierLineKind, i32, bool) {
    match line {
        CourierLine::Absent => (CourierLineKind::Absent, 0, true),
        CourierLine::Offered => (CourierLineKind::Offered, 0, true),
        CourierLine::Running { done, total } => (CourierLineKind::Running, map_count_to_percent(done, total), true),
        CourierLine::Ended { well } => (CourierLineKind::Ended, 100, well),
    }
}

fn map_scanner(state: DomainScanner) -> ScannerState {
    match state {
        DomainScanner::Absent => ScannerState::Absent,
        DomainScanner::Ready => ScannerState::Ready,
        DomainScanner::Lost => ScannerState::Lost,
    }
}
