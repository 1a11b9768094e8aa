//! Whether one dose, on one day, fits one person: the same question at the door and when a place is booked.

use super::Reason;
use crate::age;
use crate::ids::ProductId;
use crate::reference::{Audience, Conditions, DoseTarget, Settings};
use crate::time::Day;

/// What is known of a person, as far as it bears on the next dose.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// 生年月日, where it is known.
    pub birth: Option<Day>,
    /// The doses given before, in any order.
    pub before: &'a [DoseBefore],
}

/// A dose that was given before. Ordered by day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DoseBefore {
    /// The day.
    pub day: Day,
    /// Which vaccine, where it is known.
    pub product: Option<ProductId>,
    /// 1回目, 2回目, …
    pub dose: u8,
}

/// The dose that is planned: a slot's, or today's.
#[derive(Clone, Copy, Debug)]
pub struct Planned<'a> {
    /// The day.
    pub day: Day,
    /// The dose that is due, 1–9.
    pub dose: u8,
    /// The dose that was booked, where there is a booking.
    pub booked: Option<u8>,
    /// The vaccine, where it is known.
    pub product: Option<&'a ProductId>,
    /// The slot's conditions, where it has any.
    pub conditions: Option<&'a Conditions>,
}

/// Every reason why the dose does not fit the person. Empty when it does, as far as is known.
pub fn misfits(person: &Person<'_>, planned: &Planned<'_>, settings: &Settings) -> Vec<Reason> {
    let mut reasons = Vec::new();
    reasons.extend(interval(person, planned, settings));
    if let Some(birth) = person.birth {
        reasons.extend(age_reason(birth, person, planned, settings));
    }
    reasons.extend(other_vaccine(person, planned, settings));
    reasons.extend(other_dose(planned));
    reasons.extend(skipped_dose(person, planned));
    reasons
}

/// The last dose must be long enough ago: by the slot's months for the third dose and later (004 ⑰-1), else by the
/// municipality's settings. One that is dated later than the day, for some clock was wrong, counts as it is written.
fn interval(person: &Person<'_>, planned: &Planned<'_>, settings: &Settings) -> Option<Reason> {
    let last = person.before.iter().max()?;
    let months = planned.conditions.and_then(|conditions| conditions.months).filter(|_| planned.dose >= 3);
    let earliest = match months {
        Some(months) => settings.months_later(last.day, months),
        None => settings.earliest_after(planned.dose.max(2), last.day, last.product.as_ref(), planned.product)?,
    };
    (planned.day < earliest).then_some(Reason::IntervalTooShort { last: last.day, earliest })
}

/// The vaccine's ages go by the first dose, the slot's limits by the day itself. The stricter one is told.
fn age_reason(birth: Day, person: &Person<'_>, planned: &Planned<'_>, settings: &Settings) -> Option<Reason> {
    let of_product = planned.product.and_then(|product| settings.product(product)).map(|product| product.audience);
    let of_slot = planned.conditions.map(|conditions| conditions.audience);
    if of_slot.or(of_product).is_none() {
        // Nobody says which vaccine: at least no one is younger than all of them allow.
        let youngest = settings.youngest()?;
        return (age::attained(birth, planned.day)? < youngest).then(|| too_young(birth, youngest));
    }
    let first = person.before.iter().filter(|dose| dose.dose == 1).map(|dose| dose.day).min();
    let first = first.filter(|_| planned.dose > 1).unwrap_or(planned.day);
    let audiences = of_slot.into_iter().chain(of_product);
    let by_vaccine = audiences.filter_map(|audience| by_audience(birth, audience, first, planned.day, settings));
    let by_limits = planned.conditions.and_then(|conditions| by_slot(birth, planned.day, *conditions));
    by_vaccine.chain(by_limits).reduce(stricter)
}

/// Who gets the vaccine for children goes by the age at the first dose. Who began as a child and gets the vaccine for
/// adults at twelve is told of by the vaccines, not by the age.
fn by_audience(birth: Day, audience: Audience, first: Day, day: Day, settings: &Settings) -> Option<Reason> {
    let (least, most) = settings.child_ages();
    let adult = most.saturating_add(1);
    match audience {
        Audience::Adult => (day < age::day_of_attaining(birth, adult)).then(|| too_young(birth, adult)),
        Audience::Child if age::is_child_at_first_dose(birth, first, (least, most)) => None,
        Audience::Child if first < age::day_of_attaining(birth, least) => Some(too_young(birth, least)),
        Audience::Child => Some(too_old(birth, most)),
    }
}

/// Of two limits the one that is harder to meet.
fn stricter(one: Reason, other: Reason) -> Reason {
    let is_stricter = match (&one, &other) {
        (Reason::TooYoung { from, .. }, Reason::TooYoung { from: of_other, .. }) => of_other > from,
        (Reason::TooOld { until, .. }, Reason::TooOld { until: of_other, .. }) => of_other < until,
        _ => false,
    };
    if is_stricter { other } else { one }
}

/// ○歳以上・○歳以下, by the age attained on the day.
fn by_slot(birth: Day, day: Day, conditions: Conditions) -> Option<Reason> {
    let age = age::attained(birth, day)?;
    if let Some(least) = conditions.min_age.filter(|least| age < *least) {
        return Some(too_young(birth, least));
    }
    // A child that began in time goes on with the vaccine for children, whatever the slot's limit says.
    let most = conditions.max_age.filter(|_| conditions.audience == Audience::Adult)?;
    (age > most).then(|| too_old(birth, most))
}

fn too_young(birth: Day, limit: u8) -> Reason {
    Reason::TooYoung { limit, from: age::day_of_attaining(birth, limit) }
}

fn too_old(birth: Day, limit: u8) -> Reason {
    Reason::TooOld { limit, until: age::last_day_of(birth, limit) }
}

/// 2回目も同じ製薬会社 (横須賀市, 徳島市): the second dose is of the first one's vaccine.
fn other_vaccine(person: &Person<'_>, planned: &Planned<'_>, settings: &Settings) -> Option<Reason> {
    let first = person.before.iter().filter(|dose| dose.dose == 1 && planned.dose == 2).max()?;
    let (first, product) = (first.product.as_ref()?, planned.product?);
    (first != product).then(|| Reason::VaccineDiffers {
        first: settings.product_name(first),
        planned: settings.product_name(product),
    })
}

fn other_dose(planned: &Planned<'_>) -> Option<Reason> {
    let target = planned.conditions.map(|conditions| conditions.doses);
    let fits = target.is_none_or(|target| target.includes(planned.dose));
    let booked = planned.booked.or(target.map(DoseTarget::first))?;
    (!fits || planned.booked.is_some_and(|booked| booked != planned.dose)).then_some(Reason::DoseDiffers {
        booked,
        due: planned.dose,
        fits,
    })
}

/// The dose before is on record, or somebody says that it was given. One that is booked and not given yet is the business
/// of who books.
fn skipped_dose(person: &Person<'_>, planned: &Planned<'_>) -> Option<Reason> {
    let given = person.before.iter().map(|dose| dose.dose).max().unwrap_or(0);
    (given.saturating_add(1) < planned.dose).then_some(Reason::DoseSkipped { due: planned.dose, given })
}
