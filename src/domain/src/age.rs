//! Ages. There is no one `age()`: the law's age and the question which vaccine a child gets are two different things.
//!
//! * [`attained`]: an age is attained on the day *before* the birthday (年齢計算ニ関スル法律, 民法143条). Slots' limits and
//!   the guardian's presence go by it, on the day itself.
//! * [`is_child_at_first_dose`]: whether the vaccine for children is due goes by the age at the *first* dose: who was 11
//!   then gets it for the second dose too, at 12 (横浜市, 伊東市, 湖南市).
//!
//! The routine immunisations' 「○歳未満」, which counts the overlapping day on both sides, is neither of them and is not
//! used here.

use jiff::civil::Date;

use crate::time::Day;

/// The first day of an age, in years: the day before that birthday. Who was born on 29 February attains it on 28 February.
pub fn day_of_attaining(birth: Day, age: u8) -> Day {
    let year = birth.0.year().saturating_add(i16::from(age));
    match Date::new(year, birth.0.month(), birth.0.day()) {
        Ok(birthday) => Day(birthday).plus_days(-1),
        // 29 February of a year without one; its eve is there. A year past the calendar's end is never attained.
        Err(_) => Day(Date::new(year, 2, 28).unwrap_or(Date::MAX)),
    }
}

/// The last day of an age, in years.
pub fn last_day_of(birth: Day, age: u8) -> Day {
    match age.checked_add(1) {
        Some(next) => day_of_attaining(birth, next).plus_days(-1),
        None => Day(Date::MAX),
    }
}

/// The age attained on a day, in years; none before the birth. Ages past 254 count as that.
pub fn attained(birth: Day, on: Day) -> Option<u8> {
    if on < birth {
        return None;
    }
    let years = i32::from(on.0.year()) - i32::from(birth.0.year());
    // Who was born on 1 January attains the next year's age on 31 December.
    let most = u8::try_from(years + 1).unwrap_or(u8::MAX - 1);
    let reached = (0..=most).rev().take(3).find(|age| day_of_attaining(birth, *age) <= on);
    Some(reached.unwrap_or(0))
}

/// Whether the vaccine for children is due: the age at the first dose lies within `ages` (5 to 11 years, both included).
pub fn is_child_at_first_dose(birth: Day, first_dose: Day, ages: (u8, u8)) -> bool {
    attained(birth, first_dose).is_some_and(|age| (ages.0..=ages.1).contains(&age))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn an_age_is_attained_on_the_eve_of_the_birthday() {
        let born = day("2010-04-05");
        assert_eq!(attained(born, day("2022-04-03")), Some(11));
        assert_eq!(attained(born, day("2022-04-04")), Some(12));
        assert_eq!(day_of_attaining(born, 12), day("2022-04-04"));
        assert_eq!(last_day_of(born, 11), day("2022-04-03"));
    }

    #[test]
    fn new_years_day_and_leap_day() {
        assert_eq!(attained(day("2010-01-01"), day("2021-12-30")), Some(11));
        assert_eq!(attained(day("2010-01-01"), day("2021-12-31")), Some(12));
        assert_eq!(day_of_attaining(day("2016-02-29"), 5), day("2021-02-28"));
        assert_eq!(day_of_attaining(day("2016-02-29"), 4), day("2020-02-28"));
        assert_eq!(attained(day("2016-02-29"), day("2021-02-27")), Some(4));
        assert_eq!(attained(day("2016-02-29"), day("2021-02-28")), Some(5));
    }

    #[test]
    fn the_day_of_birth_and_before() {
        let born = day("2021-05-10");
        assert_eq!(attained(born, day("2021-05-09")), None);
        assert_eq!(attained(born, born), Some(0));
        assert_eq!(last_day_of(born, 255), Day(Date::MAX));
    }

    #[test]
    fn the_first_dose_decides_which_vaccine() {
        let born = day("2010-04-05");
        assert!(is_child_at_first_dose(born, day("2022-04-03"), (5, 11)));
        assert!(!is_child_at_first_dose(born, day("2022-04-04"), (5, 11)));
        let small = day("2017-12-01");
        assert!(!is_child_at_first_dose(small, day("2022-11-29"), (5, 11)));
        assert!(is_child_at_first_dose(small, day("2022-11-30"), (5, 11)));
    }

    proptest! {
        #[test]
        fn the_age_is_the_last_that_was_attained(birth in -50_000i32..30_000, later in 0i32..45_000) {
            let birth = day("1970-01-01").plus_days(birth);
            let on = birth.plus_days(later);
            let age = attained(birth, on).unwrap();
            prop_assert!(age == 0 || day_of_attaining(birth, age) <= on);
            prop_assert!(day_of_attaining(birth, age + 1) > on);
            prop_assert_eq!(last_day_of(birth, age) >= on, true);
        }
    }
}
