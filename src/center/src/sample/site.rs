//! Venues, staff, doctors and lots of the made-up municipality.

use uketsuke_domain::ids::{DoctorId, LotNumber, ProductId, StaffCode, VenueNumber};
use uketsuke_domain::reference::{Account, Doctor, Lot, Role, Venue};
use uketsuke_domain::time::Day;

/// 東部公民館, where the day is played.
pub(super) const HERE: &str = "001";
/// 中央体育館.
pub(super) const ELSEWHERE: &str = "002";
/// A clinic.
pub(super) const CLINIC: &str = "003";

pub(super) const COMIRNATY: &str = "comirnaty";
pub(super) const COMIRNATY_CHILD: &str = "comirnaty-5-11";
pub(super) const SPIKEVAX: &str = "spikevax";

/// The lot in use at 001.
pub(super) const LOT_IN_USE: &str = "MH1101";
/// A lot of ファイザー that expired three days before the day: earlier doses are of it.
pub(super) const LOT_EXPIRED: &str = "MH0907";
/// A lot of モデルナ.
pub(super) const LOT_SPIKEVAX: &str = "MD3001";

pub(super) fn venues() -> Vec<Venue> {
    let venue = |number, name: &str, area: &str, mass| Venue {
        number: VenueNumber::from(number),
        name: name.to_owned(),
        area: area.to_owned(),
        public: true,
        mass,
    };
    vec![
        venue(HERE, "東部公民館", "東部", true),
        venue(ELSEWHERE, "中央体育館", "中央", true),
        venue(CLINIC, "みほん内科クリニック", "西部", false),
    ]
}

pub(super) fn venue_name(number: &str) -> Option<String> {
    venues().into_iter().find(|venue| venue.number.as_str() == number).map(|venue| venue.name)
}

pub(super) fn accounts() -> Vec<Account> {
    let account = |code: &str, name: &str, role, venues: &[&str]| Account {
        code: StaffCode::from(code),
        name: name.to_owned(),
        role,
        venues: venues.iter().copied().map(VenueNumber::from).collect(),
    };
    vec![
        account("A01", "見本 管理", Role::Administrator, &[]),
        account("C01", "見本 電話", Role::CallCentre, &[]),
        account("C02", "見本 案内", Role::CallCentre, &[]),
        account("M01", "見本 東子", Role::VenueManager, &[HERE]),
        account("M02", "見本 中也", Role::VenueManager, &[ELSEWHERE]),
        account("M03", "見本 西美", Role::VenueManager, &[CLINIC]),
        account("S01", "見本 一子", Role::VenueStaff, &[HERE]),
        account("S02", "見本 二郎", Role::VenueStaff, &[HERE]),
        account("S03", "見本 三枝", Role::VenueStaff, &[HERE, ELSEWHERE]),
        account("S04", "見本 四季", Role::VenueStaff, &[ELSEWHERE]),
    ]
}

pub(super) fn doctors() -> Vec<Doctor> {
    let doctor = |id: &str, name: &str, venues: &[&str]| Doctor {
        id: DoctorId::from(id),
        name: name.to_owned(),
        venues: venues.iter().copied().map(VenueNumber::from).collect(),
    };
    vec![
        doctor("D01", "見本 医一", &[HERE]),
        doctor("D02", "見本 医二", &[HERE]),
        doctor("D03", "見本 医三", &[ELSEWHERE]),
        doctor("D04", "見本 医四", &[CLINIC]),
        doctor("D05", "見本 医五", &[]),
    ]
}

pub(super) fn lots(day: Day) -> Vec<Lot> {
    let lot = |product: &str, number: &str, days, venues: &[&str]| Lot {
        number: LotNumber::from(number),
        product: ProductId::from(product),
        expires: Some(day.plus_days(days)),
        venues: venues.iter().copied().map(VenueNumber::from).collect(),
    };
    vec![
        lot(COMIRNATY, LOT_IN_USE, 60, &[HERE, CLINIC]),
        lot(COMIRNATY, "MH1102", 75, &[HERE]),
        lot(COMIRNATY, LOT_EXPIRED, -3, &[]),
        lot(SPIKEVAX, LOT_SPIKEVAX, 90, &[ELSEWHERE]),
    ]
}
