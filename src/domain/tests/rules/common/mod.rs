//! Builders: one sentence per fact.

mod decide;
mod facts;
mod generate;

pub(crate) use decide::{at_desk, at_entrance, codes, decided, known, needed, venues};
pub(crate) use facts::{
    Make, booked, cancelled, certificate, check_in, correction, filed, left, met, misfiled, moved, no_show, outcome,
    prescreen, reinstated, reopened, replaced, resolved, vaccinated,
};
pub(crate) use generate::{any_facts, shuffled};

use std::sync::LazyLock;

use jiff::civil::{date, time};
use uketsuke_domain::code::{Municipality, Voucher, VoucherNumber};
use uketsuke_domain::facts::KnownFact;
use uketsuke_domain::fold::{Folded, fold};
use uketsuke_domain::ids::VenueNumber;
use uketsuke_domain::record::{Fields, RawRecord, Value, field};
use uketsuke_domain::reference::{Role, Settings};
use uketsuke_domain::review::ReviewKind;
use uketsuke_domain::time::{Day, Moment};

/// The day on which the tests play: day 0 is 2021-05-10.
pub(crate) fn day(offset: i32) -> Day {
    Day(date(2021, 5, 10)).plus_days(offset)
}

/// A moment of a day.
pub(crate) fn at(offset: i32, hour: i8, minute: i8) -> Moment {
    Moment::in_japan(day(offset).0.to_datetime(time(hour, minute, 0, 0)))
}

pub(crate) fn settings() -> Settings {
    toml::from_str(include_str!("../../../../center/src/settings.default.toml")).unwrap()
}

pub(crate) fn voucher() -> Voucher {
    voucher_of("1111111113")
}

pub(crate) fn voucher_of(number: &str) -> Voucher {
    let municipality = Municipality::parse("132080").unwrap();
    Voucher { municipality, number: VoucherNumber::parse(number).unwrap() }
}

/// 担当会場 of staff who work at venue 001; of others the whole municipality.
pub(crate) fn own_venues(role: Role) -> &'static [VenueNumber] {
    static OWN: LazyLock<[VenueNumber; 1]> = LazyLock::new(|| ["001".into()]);
    if matches!(role, Role::VenueStaff | Role::VenueManager) { &*OWN } else { &[] }
}

/// The record of a person who is known here.
pub(crate) fn record(facts: &[KnownFact]) -> RawRecord {
    let text = |text: &str| vec![Value::Text(text.to_owned())];
    let fields = Fields::from([
        (field::VOUCHER.to_owned(), text(&voucher().to_string())),
        (field::BIRTH.to_owned(), text("1950-04-01")),
        (field::NAME.to_owned(), text("富士通　花子")),
        (field::KANA.to_owned(), text("フジツウ　ハナコ")),
        (field::COUPON.to_owned(), text("1")),
        (field::HISTORY.to_owned(), text("1")),
    ]);
    RawRecord { fields, facts: facts.to_vec(), ..RawRecord::default() }
}

pub(crate) fn folded(facts: &[KnownFact]) -> Folded {
    fold(&record(facts), Some(&settings()))
}

/// The kinds of the open reviews, in the order in which they are shown.
pub(crate) fn reviews(facts: &[KnownFact]) -> Vec<ReviewKind> {
    folded(facts).reviews.iter().map(|review| review.kind).collect()
}
