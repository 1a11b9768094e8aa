//! Conversions that several screens share.

use std::rc::Rc;

use slint::{ModelRc, VecModel};
use uketsuke_domain::reference::Role as DomainRole;
use uketsuke_domain::review::ReviewKind as DomainReviewKind;
use uketsuke_domain::screen::{
    Acknowledged, AcknowledgedKind, BoardLine, DoseLine, Held as DomainHeld, PersonCard, Station as DomainStation,
};
use uketsuke_domain::time::{Day as DomainDay, Moment as DomainMoment};
use uketsuke_domain::verdict::OutcomeKind;

use super::Setting;
use crate::generated::{
    Board, DataAge, Day, Dose, FactKind, Freshness, Held, Moment, Outcome, Person, Recent, ReviewKind, Role, Station,
};

/// Data older than this is said louder.
const OLD_MS: i64 = 3_600_000;

/// A list as Slint takes it.
pub(super) fn model<T: Clone + 'static>(items: impl IntoIterator<Item = T>) -> ModelRc<T> {
    ModelRc::from(Rc::new(VecModel::from_iter(items)))
}

/// A number as Slint takes it; what does not fit stops at the end of the scale.
pub(super) fn map_count_to_int(count: impl TryInto<i32>) -> i32 {
    count.try_into().unwrap_or(i32::MAX)
}

/// Whole percents, rounded down: 100 is said only of all.
pub(super) fn map_count_to_percent(done: u64, total: u64) -> i32 {
    let percent = (u128::from(done) * 100).checked_div(u128::from(total)).unwrap_or_default();
    map_count_to_int(percent)
}

/// "1,240".
pub(super) fn map_count_to_groups(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// "14.2 GB", in steps of a thousand, as sticks are sold. Rounded down: nobody is promised room that is not there.
pub(super) fn map_bytes_to_size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    let mut tenths = bytes / 100;
    for unit in UNITS {
        if tenths < 10_000 {
            return if tenths < 1000 {
                format!("{}.{} {unit}", tenths / 10, tenths % 10)
            } else {
                format!("{} {unit}", tenths / 10)
            };
        }
        tenths /= 1000;
    }
    format!("{} PB", map_count_to_groups(tenths / 10))
}

pub(super) fn map_day(day: DomainDay) -> Day {
    Day { year: day.0.year().into(), month: day.0.month().into(), day: day.0.day().into() }
}

/// The time of day, and the day where it is another than today.
pub(super) fn map_moment(at: DomainMoment, now: DomainMoment) -> Moment {
    let day = if at.day() == now.day() { Day::default() } else { map_day(DomainDay(at.day())) };
    Moment { day, time: map_moment_to_time(at).into() }
}

pub(super) fn map_moment_to_time(at: DomainMoment) -> String {
    let time = at.time_of_day();
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// "10:00〜10:30".
pub(super) fn map_minutes_to_hours((start, end): (u16, u16)) -> String {
    format!("{}〜{}", map_minute_to_time(start), map_minute_to_time(end))
}

/// Minutes after midnight as "10:05".
pub(super) fn map_minute_to_time(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

pub(super) fn map_data_age(as_of: Option<DomainMoment>, now: DomainMoment) -> DataAge {
    match as_of {
        None => DataAge { freshness: Freshness::Never, at: Moment::default() },
        Some(at) => {
            let freshness = if now.since_ms(at) > OLD_MS { Freshness::Old } else { Freshness::Fresh };
            DataAge { freshness, at: map_moment(at, now) }
        }
    }
}

/// At a station where visitors scan, only the first letter of each name is left, and no birth date.
pub(super) fn map_person(person: &PersonCard, setting: Setting) -> Person {
    let hidden = setting.hides_names();
    let kana = person.kana.clone().unwrap_or_default();
    let (name, kana) =
        if hidden { (mask(&kana), String::new()) } else { (person.name.clone().unwrap_or_default(), kana) };
    let voucher = &person.voucher;
    Person {
        name: name.into(),
        kana: kana.into(),
        birth: person.birth.filter(|_| !hidden).map(map_day).unwrap_or_default(),
        hidden,
        voucher: if hidden {
            format!("…{}", voucher.number.last_four()).into()
        } else {
            format!("{} － {}", voucher.municipality, voucher.number).into()
        },
        last_four: voucher.number.last_four().into(),
        municipality: person.municipality_name.as_deref().unwrap_or_default().into(),
        same_name: person.same_name && !hidden,
        held: match person.held {
            DomainHeld::Record => Held::Record,
            DomainHeld::Card => Held::Card,
            DomainHeld::Nothing => Held::Nothing,
        },
    }
}

/// "フジツウ　ハナコ" becomes "フ○○○　ハ○○".
fn mask(name: &str) -> String {
    let mut starts = true;
    let masked = name.chars().map(|letter| {
        let shown = if letter.is_whitespace() || starts { letter } else { '○' };
        starts = letter.is_whitespace();
        shown
    });
    masked.collect()
}

pub(super) fn map_station(station: DomainStation) -> Station {
    match station {
        DomainStation::EntranceSelf => Station::EntranceSelf,
        DomainStation::EntranceStaffed => Station::EntranceStaffed,
        DomainStation::CertificateDesk => Station::Desk,
        DomainStation::Manager => Station::Manager,
    }
}

pub(super) fn map_role(role: DomainRole) -> Role {
    match role {
        DomainRole::VenueStaff => Role::VenueStaff,
        DomainRole::CallCentre => Role::CallCentre,
        DomainRole::VenueManager => Role::VenueManager,
        DomainRole::Administrator => Role::Administrator,
    }
}

pub(super) fn map_outcome(outcome: OutcomeKind) -> Outcome {
    match outcome {
        OutcomeKind::Vaccinated => Outcome::Vaccinated,
        OutcomeKind::PrescreenOnly => Outcome::PrescreenOnly,
    }
}

pub(super) fn map_dose_line(line: &DoseLine) -> Dose {
    Dose {
        dose: line.dose.into(),
        day: map_day(line.day),
        product: line.product.as_str().into(),
        lot: line.lot.as_deref().unwrap_or_default().into(),
    }
}

pub(super) fn map_board_line(board: &BoardLine) -> Board {
    let (lot, product, expires) = board.lot.clone().unwrap_or_default();
    Board {
        booth: board.booth.as_str().into(),
        doctor: board.doctor.as_deref().unwrap_or_default().into(),
        lot: lot.into(),
        product: product.into(),
        expires: expires.map(map_day).unwrap_or_default(),
    }
}

pub(super) fn map_acknowledged_to_fact(kind: AcknowledgedKind) -> FactKind {
    match kind {
        AcknowledgedKind::CheckedIn => FactKind::CheckedIn,
        AcknowledgedKind::Outcome(OutcomeKind::Vaccinated) => FactKind::Vaccinated,
        AcknowledgedKind::Outcome(OutcomeKind::PrescreenOnly) => FactKind::PrescreenOnly,
        AcknowledgedKind::Reopened => FactKind::VisitReopened,
    }
}

pub(super) fn map_acknowledged(fact: &Acknowledged, now: DomainMoment) -> Recent {
    Recent {
        fact: map_acknowledged_to_fact(fact.kind),
        at: map_moment(fact.recorded_at, now),
        last_four: fact.last_four.as_str().into(),
        kana: fact.kana.as_deref().unwrap_or_default().into(),
        to_review: fact.review.is_some(),
    }
}

pub(super) fn map_review_kind(kind: DomainReviewKind) -> ReviewKind {
    match kind {
        DomainReviewKind::OutcomeConflict => ReviewKind::OutcomeConflict,
        DomainReviewKind::DoubleVaccination => ReviewKind::DoubleVaccination,
        DomainReviewKind::DoubleCheckIn => ReviewKind::DoubleCheckIn,
        DomainReviewKind::LeftButTreated => ReviewKind::LeftButTreated,
        DomainReviewKind::HalfTransfer => ReviewKind::HalfTransfer,
        DomainReviewKind::CancelledButCame => ReviewKind::CancelledButCame,
        DomainReviewKind::NoShowButCame => ReviewKind::NoShowButCame,
        DomainReviewKind::MovedButCame => ReviewKind::MovedButCame,
        DomainReviewKind::InvalidButCame => ReviewKind::InvalidButCame,
        DomainReviewKind::ErasedButCame => ReviewKind::ErasedButCame,
        DomainReviewKind::RivalPlacements => ReviewKind::RivalPlacements,
        DomainReviewKind::DoseOrder => ReviewKind::DoseOrder,
        DomainReviewKind::RivalBookings => ReviewKind::RivalBookings,
        DomainReviewKind::PairedDoseWaits => ReviewKind::PairedDoseWaits,
        DomainReviewKind::CertificateRecall => ReviewKind::CertificateRecall,
        DomainReviewKind::Overbooked => ReviewKind::Overbooked,
        DomainReviewKind::RivalCorrections => ReviewKind::RivalCorrections,
        DomainReviewKind::RivalResolutions => ReviewKind::RivalResolutions,
        DomainReviewKind::DanglingCorrection => ReviewKind::DanglingCorrection,
        DomainReviewKind::PersonalData => ReviewKind::PersonalData,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2021-03-22 00:00 in Japan.
    const MIDNIGHT: DomainMoment = DomainMoment(1_616_338_800_000);

    #[test]
    fn masked_names_keep_the_first_letter_of_each_part() {
        for (name, masked) in [("フジツウ　ハナコ", "フ○○○　ハ○○"), ("リ", "リ"), ("", ""), ("A B", "A B")]
        {
            assert_eq!(mask(name), masked);
        }
    }

    #[test]
    fn a_moment_names_its_day_only_when_it_is_another() {
        let now = MIDNIGHT.plus_ms(10 * 3_600_000);
        assert_eq!(map_moment(MIDNIGHT, now), Moment { day: Day::default(), time: "00:00".into() });
        let yesterday = map_moment(MIDNIGHT.plus_ms(-60_000), now);
        assert_eq!(yesterday, Moment { day: Day { year: 2021, month: 3, day: 21 }, time: "23:59".into() });
    }

    #[test]
    fn data_is_old_after_an_hour() {
        let now = MIDNIGHT.plus_ms(10 * 3_600_000);
        let freshness = |as_of| map_data_age(as_of, now).freshness;
        assert_eq!(freshness(None), Freshness::Never);
        assert_eq!(freshness(Some(now.plus_ms(-OLD_MS))), Freshness::Fresh);
        assert_eq!(freshness(Some(now.plus_ms(-OLD_MS - 1))), Freshness::Old);
    }

    #[test]
    fn percents_say_all_only_of_all() {
        let cases = [(0, 0, 0), (0, 9, 0), (1, 3, 33), (999, 1000, 99), (7, 7, 100), (u64::MAX, u64::MAX, 100)];
        for (done, total, percent) in cases {
            assert_eq!(map_count_to_percent(done, total), percent, "{done} of {total}");
        }
    }

    #[test]
    fn counts_are_grouped_by_thousands() {
        for (count, grouped) in [(0, "0"), (999, "999"), (1240, "1,240"), (1_000_000, "1,000,000")] {
            assert_eq!(map_count_to_groups(count), grouped);
        }
    }

    #[test]
    fn sizes_promise_no_more_than_there_is() {
        let cases = [
            (0, "0.0 KB"),
            (4096, "4.0 KB"),
            (999_999, "999 KB"),
            (1_234_567, "1.2 MB"),
            (14_299_000_000, "14.2 GB"),
            (128_000_000_000, "128 GB"),
            (2_000_000_000_000, "2.0 TB"),
            (u64::MAX, "18,446 PB"),
        ];
        for (bytes, size) in cases {
            assert_eq!(map_bytes_to_size(bytes), size, "{bytes}");
        }
    }

    #[test]
    fn hours_are_written_with_two_digits() {
        assert_eq!(map_minutes_to_hours((9 * 60 + 5, 1440)), "09:05〜24:00");
    }
}
