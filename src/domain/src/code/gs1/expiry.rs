//! 有効期限 on a label: a year of two digits, a month, and a day that may be left open.

use jiff::civil::Date;
use serde::Serialize;

use crate::time::Day;

/// A date as a label has it: YYMMDD. The century is open until the year of reading is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct ExpiryDate {
    year: i16,
    month: i8,
    day: i8,
}

impl ExpiryDate {
    /// Reads six ASCII digits YYMMDD; day `00` stands for the month's last. `None` when no century has such a day.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let pair = |at: usize| text.get(at..at + 2).and_then(|digits| digits.parse::<i8>().ok());
        let read = Self { year: i16::from(pair(0)?), month: pair(2)?, day: pair(4)? };
        // 2000 is a leap year, so this also admits the 29th of February of a year 00.
        read.in_year(2000 + read.year).map(|_| read)
    }

    /// The last day on which the vaccine may be used, seen from a year (of "today", in Japan).
    ///
    /// GS1's window: the year that lies from 49 years before to 50 years after it. `None` for a 29th of February that
    /// the year so found does not have.
    pub fn last_day(self, this_year: i16) -> Option<Day> {
        let ahead = self.year - this_year.rem_euclid(100);
        let century = match ahead {
            51.. => -100,
            ..=-50 => 100,
            _ => 0,
        };
        self.in_year(this_year.checked_add(ahead)?.checked_add(century)?)
    }

    fn in_year(self, year: i16) -> Option<Day> {
        match self.day {
            0 => Date::new(year, self.month, 1).ok().map(|first| Day(first.last_of_month())),
            day => Date::new(year, self.month, day).ok().map(Day),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn last_day(text: &str, this_year: i16) -> Option<String> {
        ExpiryDate::parse(text)?.last_day(this_year).map(|day| day.to_string())
    }

    #[test]
    fn an_open_day_is_the_months_last() {
        for (text, day) in [("220200", "2022-02-28"), ("240200", "2024-02-29"), ("211200", "2021-12-31")] {
            assert_eq!(last_day(text, 2021).as_deref(), Some(day));
        }
    }

    #[test]
    fn days_that_no_year_has_are_refused() {
        for bad in ["210001", "211301", "210431", "210229", "210132", "21010", "2101011", "21010a", "２１０１０１"]
        {
            assert_eq!(ExpiryDate::parse(bad), None, "{bad}");
        }
        assert_eq!(last_day("000229", 2021).as_deref(), Some("2000-02-29"));
        assert_eq!(last_day("000229", 2090), None, "2100 is no leap year");
    }

    #[test]
    fn the_century_is_the_nearest_with_fifty_years_ahead() {
        let cases = [("710101", 2021, 2071), ("720101", 2021, 1972), ("000101", 2049, 2000), ("000101", 2050, 2100)];
        for (text, this_year, year) in cases {
            let expected = format!("{year}-01-01");
            assert_eq!(last_day(text, this_year), Some(expected), "{text} seen from {this_year}");
        }
    }

    proptest! {
        #[test]
        fn the_year_found_is_within_the_window(yy in 0i16..100, this_year in 1950i16..2150) {
            let found = ExpiryDate::parse(&format!("{yy:02}0615")).unwrap().last_day(this_year).unwrap().0.year();
            prop_assert_eq!(found.rem_euclid(100), yy);
            prop_assert!((-49..=50).contains(&(found - this_year)), "{found}");
        }

        #[test]
        fn no_year_panics(yy in 0i16..100, this_year: i16) {
            let _ = ExpiryDate::parse(&format!("{yy:02}0200")).unwrap().last_day(this_year);
        }
    }
}
