//! 和暦: days counted by the eras of the emperors, in and out.
//!
//! Source: shared domain facts, §8.4. An era changed on the day itself until 1926, so that 1912-07-30 is both
//! 明治45年7月30日 and 大正元年7月30日, and 1926-12-25 both 大正15年 and 昭和元年: both are read, the new one is printed.
//! Since 1989 the new era begins on the next day. Storage keeps the calendar of the west.

use std::fmt;

use jiff::civil::Date;

use super::kana::normalised;
use crate::time::Day;

/// The calendar of today came with 明治6年1月1日. What is written of the years before follows the moon, with leap
/// months, and is no day of this calendar.
const CALENDAR: Date = Date::constant(1873, 1, 1);
/// 明治元年.
const MEIJI_YEAR: i16 = 1868;

/// 元号.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    /// 明治, until 1912-07-30.
    Meiji,
    /// 大正, 1912-07-30 to 1926-12-25.
    Taisho,
    /// 昭和, 1926-12-25 to 1989-01-07.
    Showa,
    /// 平成, 1989-01-08 to 2019-04-30.
    Heisei,
    /// 令和, from 2019-05-01.
    Reiwa,
}

impl Era {
    /// All eras that are known, the newest first.
    pub const NEWEST_FIRST: [Self; 5] = [Self::Reiwa, Self::Heisei, Self::Showa, Self::Taisho, Self::Meiji];

    /// The era's name: 「令和」.
    pub fn name(self) -> &'static str {
        match self {
            Self::Meiji => "明治",
            Self::Taisho => "大正",
            Self::Showa => "昭和",
            Self::Heisei => "平成",
            Self::Reiwa => "令和",
        }
    }

    /// How forms shorten it: `R`.
    pub fn letter(self) -> char {
        match self {
            Self::Meiji => 'M',
            Self::Taisho => 'T',
            Self::Showa => 'S',
            Self::Heisei => 'H',
            Self::Reiwa => 'R',
        }
    }

    /// The first day that is printed in this era. For 明治 the first day of the calendar.
    pub fn first_day(self) -> Day {
        Day(match self {
            Self::Meiji => CALENDAR,
            Self::Taisho => Date::constant(1912, 7, 30),
            Self::Showa => Date::constant(1926, 12, 25),
            Self::Heisei => Date::constant(1989, 1, 8),
            Self::Reiwa => Date::constant(2019, 5, 1),
        })
    }

    /// The last day that may be written in this era; none while it lasts. It can be the next era's first day.
    pub fn last_day(self) -> Option<Day> {
        match self {
            Self::Meiji => Some(Self::Taisho.first_day()),
            Self::Taisho => Some(Self::Showa.first_day()),
            Self::Showa => Some(Self::Heisei.first_day().plus_days(-1)),
            Self::Heisei => Some(Self::Reiwa.first_day().plus_days(-1)),
            Self::Reiwa => None,
        }
    }

    /// The year of the western calendar that is 元年.
    fn first_year(self) -> i16 {
        if self == Self::Meiji { MEIJI_YEAR } else { self.first_day().0.year() }
    }

    /// The era that a text begins with, and what follows it.
    fn strip(text: &str) -> Option<(Self, &str)> {
        Self::NEWEST_FIRST.into_iter().find_map(|era| {
            let letter = [era.letter(), era.letter().to_ascii_lowercase()];
            let rest = text.strip_prefix(era.name()).or_else(|| text.strip_prefix(letter))?;
            Some((era, rest))
        })
    }
}

/// A day as its era counts it. `Display` writes 「令和3年5月10日」, and 元年 for the first year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EraDay {
    /// The era.
    pub era: Era,
    /// The year of the era: 1 is 元年.
    pub year: i16,
    /// The day itself.
    pub day: Day,
}

impl EraDay {
    /// How a day is printed. A day of two eras is printed in the new one.
    ///
    /// # Errors
    /// [`EraError::BeforeMeiji`] and [`EraError::OldCalendar`] for days before 1873-01-01.
    pub fn of(day: Day) -> Result<Self, EraError> {
        let era = Era::NEWEST_FIRST.into_iter().find(|era| era.first_day() <= day);
        let before = if day.0.year() < MEIJI_YEAR { EraError::BeforeMeiji } else { EraError::OldCalendar };
        let era = era.ok_or(before)?;
        Ok(Self { era, year: day.0.year() - era.first_year() + 1, day })
    }
}

impl fmt::Display for EraDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.era.name())?;
        match self.year {
            1 => f.write_str("元")?,
            year => write!(f, "{year}")?,
        }
        write!(f, "年{}月{}日", self.day.0.month(), self.day.0.day())
    }
}

/// Why a text is no day of an era, or a day is in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EraError {
    /// The text is not written as 和暦.
    #[error("not a day of an era")]
    Unreadable,
    /// The form is right, and no calendar has such a day: 令和3年2月29日, or a year 0.
    #[error("no calendar has this day")]
    NoSuchDay,
    /// The day exists, in another era: 昭和64年1月8日.
    #[error("this day is not in {}: it is {belongs}", .written.name())]
    OtherEra {
        /// The era that was written.
        written: Era,
        /// How that day is counted.
        belongs: EraDay,
    },
    /// A day of 明治元年 to 5年: Japan then counted by the moon, so the same numbers mean another day.
    #[error("before 1873-01-01 Japan had another calendar")]
    OldCalendar,
    /// A day before 1868: before all eras that are known here.
    #[error("before 明治")]
    BeforeMeiji,
}

/// Reads 和暦: 「令和3年5月10日」, `R3.5.10`, `S34/5/6`, `昭和34-5-6`; 元年, full-width digits and spaces too.
///
/// # Errors
/// See [`EraError`].
pub fn parse(text: &str) -> Result<Day, EraError> {
    let text: String = normalised(text).chars().filter(|c| !c.is_whitespace()).collect();
    let (era, rest) = Era::strip(&text).ok_or(EraError::Unreadable)?;
    let parts = separate(rest).and_then(|[year, month, day]| Some((era_year(year)?, number(month)?, number(day)?)));
    let (year, month, day) = parts.ok_or(EraError::Unreadable)?;
    if year == 0 {
        return Err(EraError::NoSuchDay);
    }
    let year = era.first_year() + year - 1;
    if year < CALENDAR.year() {
        return Err(EraError::OldCalendar);
    }
    let day = Date::new(year, month, day).map(Day).map_err(|_| EraError::NoSuchDay)?;
    let is_over = era.last_day().is_some_and(|last| last < day);
    if is_over || day < era.first_day() {
        return Err(EraError::OtherEra { written: era, belongs: EraDay::of(day)? });
    }
    Ok(day)
}

/// Year, month and day: by 年月日, or twice by the same mark.
fn separate(text: &str) -> Option<[&str; 3]> {
    if let Some((year, rest)) = text.split_once('年') {
        let (month, day) = rest.strip_suffix('日')?.split_once('月')?;
        return Some([year, month, day]);
    }
    ['.', '/', '-'].into_iter().find_map(|mark| {
        let (year, rest) = text.split_once(mark)?;
        let (month, day) = rest.split_once(mark)?;
        Some([year, month, day])
    })
}

/// 元, or up to three digits: an era has fewer than a thousand years.
fn era_year(text: &str) -> Option<i16> {
    if text == "元" { Some(1) } else { Some(text).filter(|text| is_digits(text, 3))?.parse().ok() }
}

fn number(text: &str) -> Option<i8> {
    Some(text).filter(|text| is_digits(text, 2))?.parse().ok()
}

fn is_digits(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}
