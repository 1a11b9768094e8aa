//! Slots, bookings and earlier doses of the made-up people.

use std::collections::BTreeMap;

use fastrand::Rng;
use jiff::civil::Time;
use uketsuke_domain::code::StickerDigits;
use uketsuke_domain::ids::{BookingNumber, ProductId, SlotId, StaffCode, VenueNumber};
use uketsuke_domain::time::{Day, Moment};

use super::details::{earlier_dose, paper, resident, voucher};
use super::people::{Part, Person};
use super::{ASSUMED_DOSE_KIND, Cast, Member, Sample, SampleOptions, code18, site, slots};
use crate::csvs::rows::{BookingRow, slot_id};

/// A slot's length, minutes.
pub(super) const SLOT_MINUTES: u16 = 15;
/// Slots from 9:00 to 17:00.
pub(super) const SLOTS_A_DAY: u16 = 32;
/// Days, from the played one, that have slots ([`slots::DAYS`]) and are not the played day.
const OTHER_DAYS: [i32; 4] = [-1, 1, 2, 7];
/// Counts the people of each venue and day, so that slots fill evenly.
pub(super) type Filled = BTreeMap<(&'static str, i32), u32>;

pub(super) fn lay_out(options: &SampleOptions, people: &[Person], rng: &mut Rng) -> Sample {
    let mut sample = Sample {
        venues: site::venues(),
        accounts: site::accounts(),
        doctors: site::doctors(),
        lots: site::lots(options.day),
        slots: Vec::new(),
        vouchers: Vec::new(),
        residents: Vec::new(),
        bookings: Vec::new(),
        doses: Vec::new(),
        paper: Vec::new(),
        cast: Cast::default(),
    };
    let mut filled = Filled::new();
    for (index, person) in people.iter().enumerate() {
        let history = history(person, rng);
        let booking =
            place(person, rng).map(|place| book(options.day, place, index, person, history.dose, &mut filled));
        if person.part != Part::Unknown {
            sample.vouchers.push(voucher(person, options.day, rng));
            sample.residents.push(resident(person, index, rng));
        }
        let earlier = history.days_ago.map(|ago| options.day.plus_days(-ago));
        sample.doses.extend(earlier.map(|day| earlier_dose(person, day, history.product)));
        if let (Part::OnPaper, Some((row, _))) = (person.part, &booking) {
            sample.paper.push(paper(options.day, sample.paper.len(), row));
        }
        let member = member(person, history.dose, earlier, booking.as_ref());
        sample.bookings.extend(booking.map(|(row, _)| row));
        list_of(&mut sample.cast, person.part).push(member);
    }
    sample.slots = slots::slots(options.day, &filled);
    sample
}

fn list_of(cast: &mut Cast, part: Part) -> &mut Vec<Member> {
    match part {
        Part::BookedHere => &mut cast.booked_here,
        Part::Elsewhere => &mut cast.elsewhere,
        Part::AnotherDay => &mut cast.another_day,
        Part::Cancelled => &mut cast.cancelled,
        Part::NoBooking => &mut cast.no_booking,
        Part::TooSoon => &mut cast.too_soon,
        Part::Nameless => &mut cast.nameless,
        Part::SameName => &mut cast.same_name,
        Part::Foreign => &mut cast.foreign,
        Part::OnPaper => &mut cast.on_paper,
        Part::Unknown => &mut cast.unknown,
    }
}

/// Which dose is due, and how long ago the one before was given.
struct History {
    dose: u8,
    days_ago: Option<i32>,
    product: &'static str,
}

/// A third of the people come for dose 2: five to six weeks after ファイザー or モデルナ. Those too soon, after ten days.
fn history(person: &Person, rng: &mut Rng) -> History {
    let product = if person.part == Part::Elsewhere { site::SPIKEVAX } else { site::COMIRNATY };
    let days_ago = match person.part {
        Part::TooSoon => Some(10),
        Part::OnPaper | Part::Unknown => None,
        _ if rng.u8(0..3) == 0 => Some(rng.i32(35..=42)),
        _ => None,
    };
    History { dose: if days_ago.is_some() { 2 } else { 1 }, days_ago, product }
}

/// Venue, and day from the played one.
fn place(person: &Person, rng: &mut Rng) -> Option<(&'static str, i32)> {
    match person.part {
        Part::Elsewhere => Some((site::ELSEWHERE, 0)),
        Part::AnotherDay => Some((site::HERE, rng.choice(OTHER_DAYS)?)),
        Part::OnPaper => Some((site::HERE, -1)),
        Part::NoBooking | Part::Unknown => None,
        Part::BookedHere | Part::Cancelled | Part::TooSoon | Part::Nameless | Part::SameName | Part::Foreign => {
            Some((site::HERE, 0))
        }
    }
}

/// A booking's slot: when and where.
type Seat = (Day, VenueNumber, u16);

fn book(
    day: Day,
    (venue, days): (&'static str, i32),
    index: usize,
    person: &Person,
    dose: u8,
    filled: &mut Filled,
) -> (BookingRow, Seat) {
    let cancelled = person.part == Part::Cancelled;
    let count = filled.entry((venue, days)).or_default();
    let start = start_of(u16::try_from(*count % u32::from(SLOTS_A_DAY)).unwrap_or_default());
    if !cancelled {
        *count = count.saturating_add(1);
    }
    let slot_day = day.plus_days(days);
    let row = BookingRow {
        number: BookingNumber(format!("{}", 10_000_001 + index)),
        voucher: person.voucher,
        slot: slot(venue, slot_day, start),
        dose,
        cancelled,
        updated_by: Some(StaffCode::from(if index.is_multiple_of(3) { "C02" } else { "C01" })),
        updated_at: Some(at(day.plus_days(-14), start)),
    };
    (row, (slot_day, VenueNumber::from(venue), start))
}

pub(super) fn start_of(index: u16) -> u16 {
    9 * 60 + index * SLOT_MINUTES
}

pub(super) fn product_at(venue: &str) -> ProductId {
    ProductId::from(if venue == site::ELSEWHERE { site::SPIKEVAX } else { site::COMIRNATY })
}

pub(super) fn slot(venue: &str, day: Day, start: u16) -> SlotId {
    slot_id(&VenueNumber::from(venue), day, start, &product_at(venue))
}

/// A moment from the day and minutes after midnight.
pub(super) fn at(day: Day, minute: u16) -> Moment {
    let part = |value: u16| i8::try_from(value).unwrap_or_default();
    let time = Time::new(part(minute / 60), part(minute % 60), 0, 0).unwrap_or_default();
    Moment::in_japan(day.0.to_datetime(time))
}

fn member(person: &Person, dose: u8, earlier_dose: Option<Day>, booking: Option<&(BookingRow, Seat)>) -> Member {
    let seat = booking.map(|(_, seat)| seat);
    Member {
        municipality: person.voucher.municipality,
        number: person.voucher.number,
        name: person.name.map(|name| name.written()),
        kana: person.name.map(|name| name.kana()),
        birth: person.birth,
        code18: code18(&person.voucher, StickerDigits { kind: ASSUMED_DOSE_KIND, dose }),
        dose,
        day: seat.map(|(day, _, _)| *day),
        venue: seat.map(|(_, venue, _)| venue.clone()),
        start_minute: seat.map(|(_, _, start)| *start),
        booking: booking.map(|(row, _)| row.number.clone()),
        earlier_dose,
    }
}
