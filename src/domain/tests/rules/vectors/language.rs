//! The little language of facts that `verdicts.json` and `reviews.json` share: one line per fact, in the words of a venue.

mod words;

use std::collections::BTreeMap;

use serde::Deserialize;
use uketsuke_domain::facts::{Booked, FactKind, KnownFact, Source};
use uketsuke_domain::ids::ProductId;
use uketsuke_domain::time::{Day, Moment};

use crate::common::{
    Make, booked, cancelled, certificate, check_in, correction, day, filed, left, misfiled, moved, no_show, outcome,
    reinstated, reopened, resolved, settings,
};
use words::{minute_of, set_overridden, target_of};

/// A fact as a person writes it down. What is not said is as on the day 2021-05-10 at 10:00 at venue 001, booking B1.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Line {
    /// What other lines call it.
    pub(super) id: String,
    what: String,
    day: Option<String>,
    time: Option<String>,
    /// When it was written down, where that is another moment.
    recorded: Option<String>,
    dose: Option<u8>,
    vaccine: Option<String>,
    /// "なし" for a fact without a booking.
    booking: Option<String>,
    venue: Option<String>,
    entered: Option<String>,
    supersedes: Vec<String>,
    overridden: Vec<String>,
    /// It has not arrived here: others know of it.
    not_here: bool,
    // 予約 and 予約変更.
    slot: Option<String>,
    from: Option<String>,
    until: Option<String>,
    pair: Option<String>,
    /// Of 予約変更: what had happened at the old place, as the screen showed it.
    seen: Vec<String>,
    conditions: Option<Conditions>,
    // キャンセル.
    by: Option<String>,
    // 訂正 and 取り違え.
    instead: Option<Box<Line>>,
    transfer: u8,
    // 判断.
    settles: Vec<String>,
    keeps: Vec<String>,
    // 控え.
    shows: Vec<String>,
    // 券の再発行.
    new_number: Option<String>,
    old_number: Option<String>,
}

/// A slot's conditions, in the words of the manual.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Conditions {
    #[serde(rename = "for")]
    audience: Option<String>,
    doses: Option<String>,
    months: Option<u8>,
    min_age: Option<u8>,
    max_age: Option<u8>,
}

/// The facts of a case, by the names that it gives them.
#[derive(Default)]
pub(super) struct Told {
    /// All of them, also those that are not here.
    by_id: BTreeMap<String, KnownFact>,
    /// Those that are here.
    pub(super) here: Vec<KnownFact>,
}

impl Told {
    /// Builds the facts, each of which may name those before it.
    pub(super) fn of(lines: &[Line], case: &str) -> Self {
        let mut told = Self::default();
        for (place, line) in lines.iter().enumerate() {
            assert!(!line.id.is_empty(), "{case}: a fact without an id");
            let fact = told.make(line).id(u8::try_from(place).unwrap());
            if !line.not_here {
                told.here.push(fact.clone());
            }
            assert!(told.by_id.insert(line.id.clone(), fact).is_none(), "{case}: {} twice", line.id);
        }
        told
    }

    /// The name of a fact.
    pub(super) fn name_of(&self, hash: uketsuke_domain::ids::FactHash) -> String {
        let named = self.by_id.iter().find(|(_, fact)| fact.hash == hash);
        named.map_or_else(|| hash.to_string(), |(id, _)| id.clone())
    }

    fn all(&self, ids: &[String]) -> Vec<&KnownFact> {
        ids.iter().map(|id| self.by_id.get(id).unwrap_or_else(|| panic!("no fact {id} before"))).collect()
    }

    fn make(&self, line: &Line) -> Make {
        let named = self.all(&line.supersedes);
        let instead = || line.instead.as_deref().map(|instead| self.make(instead));
        let one = || named.first().copied().unwrap_or_else(|| panic!("{line:?} names nothing"));
        let offset = line.day.as_deref().map_or(0, |text| day_of(text).days_since(day(0)));
        let made = match line.what.as_str() {
            "予約" => line.placed(booked(offset)),
            "予約変更" => {
                let seen = self.all(&line.seen).iter().map(|known| known.hash).collect();
                line.placed(moved(offset, &named)).with(|fact| words::set_seen(&mut fact.body, seen))
            }
            "キャンセル" => cancelled(),
            "来場なし" => no_show(),
            "取消の取消" => reinstated(&named),
            "受付" => check_in(),
            "接種済み" => outcome(FactKind::Vaccinated, offset, 1),
            "予診のみ" => outcome(FactKind::PrescreenOnly, offset, 1),
            "帰宅" => left(),
            "再開" => reopened(one()),
            "訂正" => correction(&named, instead()),
            "判断" => resolved(&self.all(&line.settles), &self.all(&line.keeps)),
            "取り違え（渡す）" => misfiled(one(), line.transfer),
            "取り違え（受ける）" => filed(&instead().expect("what was taken in"), line.transfer),
            "控え" => certificate(&self.all(&line.shows)),
            "券の再発行" => words::replaced(line.new_number.as_deref(), line.old_number.as_deref()),
            "新しい版の記録" => words::unknown(),
            what => panic!("what is {what}?"),
        };
        line.finish(made, &named)
    }
}

impl Line {
    /// The place of a booking, as far as the line tells it.
    fn placed(&self, make: Make) -> Make {
        assert!(self.dose.is_some(), "{self:?}: a booking has a dose");
        make.with(|fact| {
            let Some(booked) = words::place_mut(&mut fact.body) else { return };
            self.place(booked);
        })
    }

    fn place(&self, booked: &mut Booked) {
        let venue = self.venue.as_deref().unwrap_or("001");
        booked.venue = venue.into();
        booked.start_minute = self.from.as_deref().map_or(600, minute_of);
        booked.end_minute = self.until.as_deref().map_or(booked.start_minute + 30, minute_of);
        booked.pair = self.pair.as_deref().map(Into::into);
        booked.conditions = self.conditions.as_ref().map(Conditions::read);
        booked.product = product(self.vaccine.as_deref()).expect("a booking has a vaccine");
        let usual = format!("{venue} {} {}", booked.day, booked.start_minute);
        booked.slot = self.slot.as_deref().unwrap_or(&usual).into();
    }

    /// What every kind of fact may say.
    fn finish(&self, made: Make, named: &[&KnownFact]) -> Make {
        let is_place = matches!(self.what.as_str(), "予約" | "予約変更");
        let made = match (&self.day, &self.time) {
            (None, None) => made,
            _ if is_place => made,
            (day, time) => {
                let day = day.as_deref().unwrap_or("2021-05-10");
                made.at(moment_of(&format!("{day} {}", time.as_deref().unwrap_or("10:00"))))
            }
        };
        let recorded = self.recorded.as_deref().map(moment_of);
        let made = match recorded {
            Some(recorded) if is_place => made.at(recorded),
            Some(recorded) => made.with(|fact| fact.stamp.recorded_at = recorded),
            None => made,
        };
        let made = match self.booking.as_deref() {
            Some("なし") => made.without_booking(),
            Some(number) => made.booking(number),
            None => made,
        };
        let made = self.venue.as_deref().filter(|_| !is_place).into_iter().fold(made, Make::venue);
        let made = self.dose.into_iter().fold(made, Make::dose);
        let made = if self.what == "接種済み" {
            made.outcome(|body| body.product = product(self.vaccine.as_deref()))
        } else {
            made
        };
        let made = if named.is_empty() { made } else { made.supersedes(named) };
        made.with(|fact| {
            set_overridden(&mut fact.body, &self.overridden);
            words::set_by(&mut fact.body, self.by.as_deref());
            match self.entered.as_deref() {
                None => {}
                Some("画面") => fact.stamp.source = Source::Screen,
                Some("紙") => fact.stamp.source = Source::Paper,
                Some("取込") => fact.stamp.source = Source::Import,
                Some(entered) => panic!("{entered}?"),
            }
        })
    }
}

impl Conditions {
    fn read(&self) -> uketsuke_domain::reference::Conditions {
        uketsuke_domain::reference::Conditions {
            audience: words::audience_of(self.audience.as_deref().unwrap_or("大人用")),
            doses: target_of(self.doses.as_deref().unwrap_or("1-2回目")),
            months: self.months,
            min_age: self.min_age,
            max_age: self.max_age,
        }
    }
}

/// A vaccine by the name in the settings. Nothing said means ファイザー; "不明" that nobody wrote it down.
pub(super) fn product(name: Option<&str>) -> Option<ProductId> {
    let name = name.unwrap_or("ファイザー");
    let settings = settings();
    let known = settings.products.iter().find(|(_, product)| product.name == name);
    let id = known.map(|(id, _)| id.as_str().into());
    assert!(id.is_some() || name == "不明", "no vaccine {name}");
    id
}

/// A calendar day.
pub(super) fn day_of(text: &str) -> Day {
    Day::parse(text).unwrap_or_else(|| panic!("no day: {text}"))
}

/// A day and a time of it.
pub(super) fn moment_of(text: &str) -> Moment {
    let (day, time) = text.split_once(' ').unwrap_or_else(|| panic!("no day and time: {text}"));
    let minute = i8::try_from(minute_of(time) % 60).unwrap();
    let hour = i8::try_from(minute_of(time) / 60).unwrap();
    Moment::in_japan(day_of(day).0.at(hour, minute, 0, 0))
}

/// A time of day, in minutes after midnight.
pub(super) fn minutes(text: &str) -> u16 {
    minute_of(text)
}
