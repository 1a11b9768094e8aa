//! Moments and days. The domain reads no clock: every `now` is an argument.

use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::facts::ClockState;

/// Japan has one offset and no summer time: nine hours, in milliseconds.
const JST_OFFSET_MS: i64 = 9 * 3_600_000;
const DAY_MS: i64 = 86_400_000;

/// A moment of the wall clock: milliseconds since 1970-01-01 00:00 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct Moment(#[n(0)] pub i64);

impl Moment {
    /// The moment of a civil date and time in Japan.
    pub fn in_japan(at: DateTime) -> Self {
        let days = i64::from(days_since_epoch(at.date()));
        let time = at.time();
        let seconds = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
        Self(days * DAY_MS + seconds * 1000 + i64::from(time.millisecond()) - JST_OFFSET_MS)
    }

    /// The calendar day in Japan.
    pub fn day(self) -> Date {
        day_from_epoch(self.0.saturating_add(JST_OFFSET_MS).div_euclid(DAY_MS))
    }

    /// The time of day in Japan, to the minute.
    pub fn time_of_day(self) -> Time {
        let minutes = self.0.saturating_add(JST_OFFSET_MS).rem_euclid(DAY_MS) / 60_000;
        let hour = i8::try_from(minutes / 60).unwrap_or_default();
        let minute = i8::try_from(minutes % 60).unwrap_or_default();
        Time::new(hour, minute, 0, 0).unwrap_or_default()
    }

    /// How much later than `earlier` this is, in milliseconds; 0 when it is not later.
    pub fn since_ms(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).max(0)
    }

    /// This moment and some milliseconds.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

/// A duration of the monotonic clock since the machine started, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Elapsed(pub u64);

/// The clocks at one instant: what `Kiosk::handle` is told as `now`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The wall clock, which may be wrong.
    pub wall: Moment,
    /// The monotonic clock since the machine started.
    pub elapsed: Elapsed,
    /// Identifies this start of the machine.
    pub boot: u64,
    /// What is known of the wall clock.
    pub clock: ClockState,
}

fn days_since_epoch(day: Date) -> i32 {
    // `Date` covers years −9999 to 9999, so the number of days fits easily.
    day.since(Date::constant(1970, 1, 1)).map_or(0, |span| span.get_days())
}

fn day_from_epoch(days: i64) -> Date {
    let days = i32::try_from(days).unwrap_or_default();
    Date::constant(1970, 1, 1)
        .checked_add(jiff::Span::new().try_days(days).unwrap_or_default())
        .unwrap_or(Date::constant(1970, 1, 1))
}

/// A calendar day in a fact: days since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub Date);

impl Day {
    /// Days from this one to another; negative when that is before.
    pub fn days_until(self, other: Self) -> i32 {
        days_since_epoch(other.0) - days_since_epoch(self.0)
    }

    /// Reads `2021-03-22`, `2021/3/22` or `20210322`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let (year, month, day) = if digits && text.len() == 8 {
            (text.get(0..4)?, text.get(4..6)?, text.get(6..8)?)
        } else {
            let mut parts = text.split(['-', '/']);
            let read = (parts.next()?, parts.next()?, parts.next()?);
            if parts.next().is_some() || read.0.len() != 4 {
                return None;
            }
            read
        };
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if ![year, month, day].into_iter().all(is_number) {
            return None;
        }
        Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok().map(Self)
    }

    /// This day and some days.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        let span = jiff::Span::new().try_days(days).unwrap_or_default();
        Self(self.0.checked_add(span).unwrap_or(self.0))
    }

    /// Days from `earlier` to this day; negative when this day is before it.
    pub fn days_since(self, earlier: Self) -> i32 {
        days_since_epoch(self.0) - days_since_epoch(earlier.0)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl<C> Encode<C> for Day {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.i32(days_since_epoch(self.0))?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Day {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let days = d.i32()?;
        if !(-800_000..2_900_000).contains(&days) {
            return Err(minicbor::decode::Error::message("a day out of range"));
        }
        Ok(Self(day_from_epoch(i64::from(days))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, datetime};

    #[test]
    fn a_moment_knows_its_day_in_japan() {
        let just_before = Moment::in_japan(datetime(2021, 3, 22, 23, 59, 59, 0));
        assert_eq!(just_before.day(), date(2021, 3, 22));
        assert_eq!(just_before.plus_ms(1000).day(), date(2021, 3, 23));
        assert_eq!(just_before.time_of_day().to_string(), "23:59:00");
        assert_eq!(Moment(0).day(), date(1970, 1, 1));
        assert_eq!(Moment(0).time_of_day().hour(), 9);
    }

    #[test]
    fn days_are_read_in_the_forms_that_people_write() {
        for text in ["2021-03-22", "2021/3/22", "20210322", "2021/03/22"] {
            assert_eq!(Day::parse(text), Some(Day(date(2021, 3, 22))), "{text}");
        }
        for text in [
            "",
            "2021-02-29",
            "21-03-22",
            "2021-03",
            "2021-03-22-1",
            "2.02103E+07",
            "+021-03-04",
            "2021-+3-22",
            "2021--3-2",
        ] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_between_two_days_have_a_sign() {
        let (first, second) = (Day(date(2021, 12, 30)), Day(date(2022, 3, 1)));
        assert_eq!((second.days_since(first), first.days_since(second), first.days_since(first)), (61, -61, 0));
    }

    #[test]
    fn extreme_moments_do_not_panic() {
        for ms in [i64::MIN, i64::MAX, -1] {
            let _ = (Moment(ms).day(), Moment(ms).time_of_day(), Moment(ms).plus_ms(i64::MAX));
        }
    }
}
