//! The rows that a made-up person leaves in the files.

use fastrand::Rng;
use uketsuke_domain::ids::{Booth, DoctorId, LotNumber, ProductId, StaffCode, VenueNumber};
use uketsuke_domain::time::Day;

use super::names::Name;
use super::people::Person;
use super::plan::at;
use super::{MUNICIPALITY_NAME, site};
use crate::csvs::rows::{BookingRow, DoseRow, PaperOutcome, PaperRow, ResidentRow, TargetClass, VoucherRow};

pub(super) fn voucher(person: &Person, day: Day, rng: &mut Rng) -> VoucherRow {
    let is_elderly = day.days_since(person.birth) >= 65 * 365 + 16;
    let class = match rng.u8(0..20) {
        _ if is_elderly => Some(TargetClass::Elderly),
        0 | 1 => Some(TargetClass::HealthWorker),
        2 | 3 => Some(TargetClass::CareWorker),
        4..=6 => Some(TargetClass::UnderlyingCondition),
        7..=9 => None,
        _ => Some(TargetClass::Other),
    };
    let coupon = class != Some(TargetClass::HealthWorker);
    VoucherRow { voucher: person.voucher, birth: person.birth, coupon, class, state: None, replaces: None }
}

pub(super) fn resident(person: &Person, index: usize, rng: &mut Rng) -> ResidentRow {
    let name = |part: fn(&Name) -> &'static str| person.name.as_ref().map(|name| part(name).to_owned());
    let address = format!("{MUNICIPALITY_NAME}見本町{}-{}-{}", rng.u8(1..6), rng.u8(1..30), rng.u8(1..20));
    ResidentRow {
        voucher: person.voucher,
        birth: person.birth,
        family: name(|name| name.family.0),
        given: name(|name| name.given.0),
        family_kana: name(|name| name.family.1),
        given_kana: name(|name| name.given.1),
        // 0000 as the second part is given to nobody.
        phone: person.name.map(|_| format!("090-0000-{:04}", index % 10_000)),
        address: person.name.map(|_| address),
        registrant: person.name.map(|_| format!("U{index:06}")),
    }
}

pub(super) fn earlier_dose(person: &Person, day: Day, product: &str) -> DoseRow {
    let (lot, venue, doctor) = if product == site::SPIKEVAX {
        (site::LOT_SPIKEVAX, site::ELSEWHERE, "見本 医三")
    } else {
        (site::LOT_EXPIRED, site::HERE, "見本 医一")
    };
    DoseRow {
        voucher: person.voucher,
        dose: 1,
        day,
        product: ProductId::from(product),
        lot: Some(LotNumber::from(lot)),
        venue_name: site::venue_name(venue),
        doctor_name: Some(doctor.to_owned()),
    }
}

/// One in ten of the papers says 予診のみ.
pub(super) fn paper(day: Day, index: usize, booking: &BookingRow) -> PaperRow {
    let vaccinated =
        PaperOutcome::Vaccinated { product: ProductId::from(site::COMIRNATY), lot: LotNumber::from(site::LOT_IN_USE) };
    let minute = 10 * 60 + u16::try_from(index * 3 % 360).unwrap_or_default();
    PaperRow {
        voucher: booking.voucher,
        venue: VenueNumber::from(site::HERE),
        outcome: if index % 10 == 9 { PaperOutcome::PrescreenOnly } else { vaccinated },
        dose: booking.dose,
        at: at(day.plus_days(-1), minute),
        doctor: DoctorId::from(if index.is_multiple_of(2) { "D01" } else { "D02" }),
        booth: Some(Booth::from("1")),
        written_by: StaffCode::from("S01"),
        booking: Some(booking.number.clone()),
    }
}
