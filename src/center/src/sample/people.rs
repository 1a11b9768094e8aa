//! Who lives in the made-up municipality, and which part each plays.

use std::collections::HashSet;

use fastrand::Rng;
use uketsuke_domain::code::{Municipality, Voucher, VoucherNumber};
use uketsuke_domain::time::Day;

use super::names::Name;
use super::{FEWEST_RESIDENTS, SampleOptions};

/// Other municipalities whose vouchers turn up (住所地外接種).
const FOREIGN: [&str; 4] = ["131016", "131032", "141003", "271004"];

/// The fewest people of a part.
const FEWEST_OF_A_PART: usize = 20;

/// What a person is there for. The lists of [`super::Cast`] have the same names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    BookedHere,
    Elsewhere,
    AnotherDay,
    Cancelled,
    NoBooking,
    TooSoon,
    Nameless,
    SameName,
    Foreign,
    OnPaper,
    Unknown,
}

/// A person before any booking.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) voucher: Voucher,
    pub(super) birth: Day,
    pub(super) name: Option<Name>,
    pub(super) part: Part,
}

/// How many of a thousand residents play a part; the rest is booked at 001.
const SHARES: [(Part, usize); 8] = [
    (Part::Elsewhere, 120),
    (Part::AnotherDay, 80),
    (Part::NoBooking, 50),
    (Part::Cancelled, 40),
    (Part::Nameless, 30),
    (Part::TooSoon, 30),
    (Part::Foreign, 30),
    (Part::OnPaper, 4),
];

/// Makes up the people, in no order. The [`Part::Unknown`] come on top of the residents asked for.
pub(super) fn make_up(options: &SampleOptions, rng: &mut Rng) -> Vec<Person> {
    let mut parts = parts(options.residents.max(FEWEST_RESIDENTS));
    rng.shuffle(&mut parts);
    let mut taken = Taken::default();
    let mut twin: Option<(Name, Day)> = None;
    let mut people = Vec::with_capacity(parts.len());
    for part in parts {
        let municipality = municipality_of(part, options.municipality, rng);
        let number = taken.number(rng);
        let (name, birth) = match (part, twin) {
            (Part::SameName, Some(twin)) => twin,
            _ => taken.identity(options.day, rng),
        };
        if part == Part::SameName {
            twin = Some((name, birth));
        }
        let named = !matches!(part, Part::Nameless | Part::Unknown);
        people.push(Person { voucher: Voucher { municipality, number }, birth, name: named.then_some(name), part });
    }
    people
}

fn parts(residents: usize) -> Vec<Part> {
    let mut parts = vec![Part::SameName; 2];
    for (part, share) in SHARES {
        let count = (residents * share / 1000).max(FEWEST_OF_A_PART);
        parts.extend(std::iter::repeat_n(part, count));
    }
    let rest = residents.saturating_sub(parts.len());
    parts.extend(std::iter::repeat_n(Part::BookedHere, rest));
    parts.extend(std::iter::repeat_n(Part::Unknown, FEWEST_OF_A_PART));
    parts
}

fn municipality_of(part: Part, own: Municipality, rng: &mut Rng) -> Municipality {
    if part != Part::Foreign {
        return own;
    }
    let others: Vec<Municipality> =
        FOREIGN.iter().filter_map(|code| Municipality::parse(code).ok()).filter(|code| *code != own).collect();
    rng.choice(others).unwrap_or(own)
}

/// What may not be given twice.
#[derive(Default)]
struct Taken {
    numbers: HashSet<VoucherNumber>,
    identities: HashSet<(String, Day)>,
}

impl Taken {
    /// Ten random digits; one in ten numbers begins with a zero.
    fn number(&mut self, rng: &mut Rng) -> VoucherNumber {
        loop {
            let digits = format!("{:010}", rng.u64(0..10_000_000_000));
            if let Some(number) = VoucherNumber::parse(&digits).filter(|number| self.numbers.insert(*number)) {
                return number;
            }
        }
    }

    /// A name and a birth date of which no one else has both, not even in kana. Ages 18–94, the old more often.
    fn identity(&mut self, day: Day, rng: &mut Rng) -> (Name, Day) {
        loop {
            let name = Name::any(rng);
            let least = if rng.u8(0..10) < 6 { 65 } else { 18 };
            let birth = day.plus_days(-rng.i32(least * 366..94 * 365));
            if self.identities.insert((name.kana(), birth)) {
                return (name, birth);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_given_twice_even_when_chance_says_so() {
        let mut taken = Taken::default();
        let day = Day::parse("2021-06-07").unwrap();
        let numbers = [taken.number(&mut Rng::with_seed(1)), taken.number(&mut Rng::with_seed(1))];
        assert_ne!(numbers[0], numbers[1]);
        let people = [taken.identity(day, &mut Rng::with_seed(1)), taken.identity(day, &mut Rng::with_seed(1))];
        assert_ne!(people[0], people[1]);
    }
}
