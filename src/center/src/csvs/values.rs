//! What one cell holds. Each function reads trimmed text that is not empty.

use std::ops::RangeInclusive;

use jiff::civil::{Date, Time};
use uketsuke_domain::code::{Municipality, MunicipalityError, VoucherNumber};
use uketsuke_domain::ids::{LotNumber, ProductId, VenueNumber};
use uketsuke_domain::text::era::{self, EraError};
pub(super) use uketsuke_domain::text::kana::normalised as fold;
use uketsuke_domain::time::{Day, Moment};

use super::{Products, Refusal};

/// The longest code that people give to things (会場番号, 予約番号 …), in characters.
const LONGEST_CODE: usize = 64;
/// The longest ロット番号, in characters: the width of the VRS column (shared domain facts, §2.1).
pub(super) const LONGEST_LOT: usize = 20;

/// Refuses what can't be seen (line ends in a name too), and the character that stands for lost ones.
pub(super) fn visible(text: &str) -> Result<(), Refusal> {
    match text.chars().find(|c| c.is_control() || *c == '\u{fffd}') {
        Some('\u{fffd}') => Err(Refusal::Garbled),
        Some(character) => Err(Refusal::Control { character }),
        None => Ok(()),
    }
}

/// Text as people write it: kept as it is, but not longer than `most` characters.
pub(super) fn text(most: usize) -> impl Fn(&str) -> Result<String, Refusal> {
    move |text| {
        let found = text.chars().count();
        if found > most { Err(Refusal::TooLong { found, most }) } else { Ok(text.to_owned()) }
    }
}

/// A code that names something: folded, and not mangled into an exponent.
pub(super) fn code(cell: &str) -> Result<String, Refusal> {
    let folded = fold(cell);
    if is_exponent(&folded) && folded.contains(['+', '-']) {
        return Err(Refusal::Exponent { found: folded });
    }
    text(LONGEST_CODE)(&folded)
}

/// A code of the type that is wanted.
pub(super) fn id<T: for<'a> From<&'a str>>(cell: &str) -> Result<T, Refusal> {
    code(cell).map(|code| T::from(&code))
}

/// 会場番号 joined by `;`.
pub(super) fn venues(cell: &str) -> Result<Vec<VenueNumber>, Refusal> {
    fold(cell).split(';').map(str::trim).filter(|part| !part.is_empty()).map(id).collect()
}

/// ロット番号: up to 20 letters, digits and hyphens.
pub(super) fn lot(cell: &str) -> Result<LotNumber, Refusal> {
    let code = text(LONGEST_LOT)(&code(cell)?)?;
    if code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        Ok(LotNumber(code))
    } else {
        Err(Refusal::NotALot { found: short(&code) })
    }
}

/// 自治体番号: six digits, the last of them a check digit.
pub(super) fn municipality(cell: &str) -> Result<Municipality, Refusal> {
    let digits = digits(cell, 6)?;
    Municipality::parse(&digits).map_err(|error| match error {
        MunicipalityError::CheckDigit { found, expected } => Refusal::CheckDigit { found, expected },
        MunicipalityError::NotSixDigits => Refusal::NotDigits { found: digits },
    })
}

/// 券番号: ten digits.
pub(super) fn voucher_number(cell: &str) -> Result<VoucherNumber, Refusal> {
    let digits = digits(cell, 10)?;
    VoucherNumber::parse(&digits).ok_or(Refusal::NotDigits { found: digits })
}

fn digits(cell: &str, expected: usize) -> Result<String, Refusal> {
    let folded = fold(cell);
    if is_exponent(&folded) {
        return Err(Refusal::Exponent { found: short(&folded) });
    }
    if !is_digits(&folded) {
        return Err(Refusal::NotDigits { found: short(&folded) });
    }
    let found = folded.len();
    match found {
        _ if found < expected => Err(Refusal::LeadingZeros { found, expected }),
        _ if found > expected => Err(Refusal::Length { found, expected }),
        _ => Ok(folded),
    }
}

/// A whole number.
pub(super) fn number<T: TryFrom<u32>>(range: RangeInclusive<u32>) -> impl Fn(&str) -> Result<T, Refusal> {
    move |cell| {
        let folded = fold(cell);
        if !is_digits(&folded) {
            return Err(Refusal::NotDigits { found: short(&folded) });
        }
        let read =
            folded.parse().ok().filter(|number| range.contains(number)).and_then(|number| T::try_from(number).ok());
        read.ok_or(Refusal::OutOfRange { found: short(&folded), least: *range.start(), most: *range.end() })
    }
}

/// A day in one of the three forms of the west, or in 和暦; 1900–2100.
pub(super) fn day(cell: &str) -> Result<Day, Refusal> {
    let folded = fold(cell);
    let plain = folded.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'/'));
    let day = if plain { Day::parse(&folded).ok_or(EraError::NoSuchDay) } else { era::parse(&folded) };
    let day = day.map_err(|error| no_day(error, short(&folded)))?;
    if (1900..=2100).contains(&day.0.year()) { Ok(day) } else { Err(Refusal::DayOutOfRange { found: short(&folded) }) }
}

fn no_day(error: EraError, found: String) -> Refusal {
    match error {
        EraError::Unreadable | EraError::NoSuchDay => Refusal::NoSuchDay { found },
        EraError::OtherEra { belongs, .. } => Refusal::OtherEra { found, belongs: belongs.to_string() },
        EraError::OldCalendar | EraError::BeforeMeiji => Refusal::DayOutOfRange { found },
    }
}

/// A day of the calendar from year, month and day.
pub(super) fn civil(year: i16, month: i8, date: i8) -> Result<Day, Refusal> {
    Date::new(year, month, date).map(Day).map_err(|_| Refusal::NoSuchDay { found: format!("{year}-{month}-{date}") })
}

/// A day and a time of day in Japan: `2021-03-22 10:05`, seconds if there are any.
pub(super) fn moment(cell: &str) -> Result<Moment, Refusal> {
    let folded = fold(cell);
    let unreadable = || Refusal::NoSuchTime { found: short(&folded) };
    let (date, clock) = folded.split_once([' ', 'T']).ok_or_else(unreadable)?;
    let time = time_of_day(clock.trim()).ok_or_else(unreadable)?;
    let day = day(date).map_err(|refusal| match refusal {
        Refusal::NoSuchDay { .. } => unreadable(),
        other => other,
    })?;
    Ok(Moment::in_japan(day.0.to_datetime(time)))
}

fn time_of_day(text: &str) -> Option<Time> {
    let mut parts =
        text.split(':').map(|part| Some(part).filter(|part| is_digits(part)).and_then(|part| part.parse().ok()));
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    if parts.next().is_some() { None } else { Time::new(hour, minute, second, 0).ok() }
}

/// One of some words.
pub(super) fn choice<T: Copy>(words: &'static [(&'static str, T)]) -> impl Fn(&str) -> Result<T, Refusal> {
    move |cell| {
        let folded = fold(cell);
        let known = words.iter().find(|(word, _)| fold(word) == folded).map(|(_, value)| *value);
        known.ok_or_else(|| {
            let allowed = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join("、");
            Refusal::UnknownValue { found: short(&folded), allowed }
        })
    }
}

/// The word of a value: the reverse of [`choice`].
pub(super) fn word<T: PartialEq>(words: &[(&'static str, T)], value: &T) -> String {
    words.iter().find(|(_, other)| other == value).map_or("", |(word, _)| word).to_owned()
}

/// A vaccine by its id or its Japanese name.
pub(super) fn product(products: Products<'_>) -> impl Fn(&str) -> Result<ProductId, Refusal> {
    move |cell| {
        let found = || Refusal::UnknownReference { what: "ワクチン", found: short(cell) };
        products(cell).or_else(|| products(&fold(cell))).ok_or_else(found)
    }
}

/// Thirty-two bytes as 64 hexadecimal digits.
pub(super) fn key(cell: &str) -> Result<[u8; 32], Refusal> {
    let folded = fold(cell);
    let wrong = || Refusal::NotHexadecimal { found: folded.chars().count(), expected: 64 };
    let nibbles: Option<Vec<u32>> = folded.chars().map(|c| c.to_digit(16)).collect();
    let nibbles = nibbles.filter(|nibbles| nibbles.len() == 64).ok_or_else(wrong)?;
    let mut key = [0; 32];
    for (byte, pair) in key.iter_mut().zip(nibbles.chunks_exact(2)) {
        *byte = pair.iter().fold(0, |byte, nibble| byte << 4 | u8::try_from(*nibble).unwrap_or_default());
    }
    Ok(key)
}

/// `1.11111E+09`: what a spreadsheet makes of a long number.
fn is_exponent(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let power = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    [whole, fraction, power].into_iter().all(is_digits)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The beginning of a cell: enough to find it, and no page of text in a report.
fn short(text: &str) -> String {
    const MOST: usize = 30;
    if text.chars().count() > MOST { text.chars().take(MOST).chain(['…']).collect() } else { text.to_owned() }
}

#[cfg(test)]
mod tests;
