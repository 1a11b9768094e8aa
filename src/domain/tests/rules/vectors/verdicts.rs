//! Runs `tests/vectors/verdicts.json`: what the door says, with all reasons.

mod person;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value};
use uketsuke_domain::code::StickerDigits;
use uketsuke_domain::facts::ClockState;
use uketsuke_domain::reference::Settings;
use uketsuke_domain::verdict::{Context, Given, Level, Next, Purpose, Reason, Verdict, decide};

use super::language::{Line, minutes, moment_of, product};
use super::typed;
use crate::common::{settings, venues};
use crate::verdict_levels::all_codes;
use person::Person;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[expect(dead_code, reason = "for the people who check the cases; the loader wants it")]
    source: String,
    /// The clock of the kiosk at venue 001.
    #[serde(default = "ten_o_clock")]
    now: String,
    purpose: String,
    /// 券種 and 回数 of the code, as "2-1".
    sticker: Option<String>,
    /// At the desk: the vaccine of the booth's board, and the dose that staff chose.
    given: Option<String>,
    given_dose: Option<u8>,
    #[serde(default)]
    clock_in_doubt: bool,
    /// "なし" when no data ever arrived; nothing said means just now.
    data_as_of: Option<String>,
    #[serde(default)]
    settings: Map<String, Value>,
    #[serde(default)]
    person: Person,
    #[serde(default)]
    facts: Vec<Line>,
    /// The facts of the old number of a voucher that was replaced.
    #[serde(default)]
    earlier: Vec<Line>,
    /// Of slots whose places were given up: how many are taken, of how many.
    #[serde(default)]
    places: BTreeMap<String, (u32, u16)>,
    #[serde(default)]
    ambiguous: bool,
    #[serde(default)]
    same_name: bool,
    expect: Expected,
}

fn ten_o_clock() -> String {
    "2021-05-10 10:00".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    level: String,
    /// Who may go on; null when nothing is in the way, and when nobody may.
    needed: Option<String>,
    dose: u8,
    /// What is in the way, in the order of the screen.
    reasons: Vec<String>,
    /// What is merely worth knowing.
    #[serde(default)]
    notes: Vec<String>,
    /// Of those, what the entrance went on in spite of.
    #[serde(default)]
    settled: Vec<String>,
    /// Per reason: what its sentence says.
    #[serde(default)]
    details: BTreeMap<String, Map<String, Value>>,
}

/// What only the keypad can find out.
const OF_THE_KEYPAD: &str = "birth-date-differs";

#[test]
fn verdicts_are_as_the_vectors_say() {
    for case in typed::<Case>("verdicts") {
        let verdict = case.decide();
        case.compare(&verdict);
    }
}

#[test]
fn every_reason_has_a_verdict() {
    let cases = typed::<Case>("verdicts");
    let told = cases.iter().flat_map(|case| case.expect.reasons.iter().chain(&case.expect.notes));
    let told: BTreeSet<&str> = told.map(String::as_str).collect();
    let missing = all_codes().into_iter().filter(|code| *code != OF_THE_KEYPAD && !told.contains(code));
    assert_eq!(missing.collect::<Vec<_>>(), [] as [&str; 0]);
}

impl Case {
    fn decide(&self) -> Verdict {
        let settings = self.settings();
        let now = moment_of(&self.now);
        let data_as_of = match self.data_as_of.as_deref() {
            None => Some(now),
            Some("なし") => None,
            Some(text) => Some(moment_of(text)),
        };
        let (venue, venue_names) = ("001".into(), venues());
        let given = self.given.as_deref().and_then(|name| product(Some(name)));
        let context = Context {
            settings: &settings,
            venue: &venue,
            venue_names: &venue_names,
            purpose: self.purpose(),
            sticker: self.sticker.as_deref().map(sticker_of),
            given: Given { product: given.as_ref(), dose: self.given_dose },
            now,
            clock: if self.clock_in_doubt { ClockState::Doubtful } else { ClockState::Trusted },
            data_as_of,
        };
        let mut known = self.person.known(&self.facts, &self.earlier, &self.name);
        known.places = self.places.iter().map(|(slot, places)| (slot.as_str().into(), *places)).collect();
        (known.ambiguous, known.same_name) = (self.ambiguous, self.same_name);
        decide(&known, &context)
    }

    fn purpose(&self) -> Purpose {
        match self.purpose.as_str() {
            "受付" => Purpose::CheckIn,
            "接種結果" => Purpose::Outcome,
            word => panic!("{}: {word}?", self.name),
        }
    }

    /// The municipality's settings with what the case changes. Guardians are asked for only where a case says so.
    fn settings(&self) -> Settings {
        let nobody_asked = Settings { guardian_under: None, ..settings() };
        let mut value = serde_json::to_value(nobody_asked).unwrap();
        merge(value.as_object_mut().unwrap(), &self.settings);
        let settings: Settings = serde_json::from_value(value.clone()).unwrap();
        settings.check().unwrap();
        assert_eq!(serde_json::to_value(&settings).unwrap(), value, "{}: a setting that is none", self.name);
        settings
    }

    fn compare(&self, verdict: &Verdict) {
        let Self { name, expect, .. } = self;
        let codes = |reasons: &[Reason]| reasons.iter().map(|reason| reason.code().to_owned()).collect::<Vec<_>>();
        assert_eq!(codes(verdict.in_the_way()), expect.reasons, "{name}: reasons");
        assert_eq!(codes(verdict.notes()), expect.notes, "{name}: notes");
        let settled: Vec<&str> = verdict.settled.iter().map(|overruled| overruled.code.as_str()).collect();
        assert_eq!(settled, expect.settled, "{name}: settled");
        let level = match verdict.level {
            Level::Proceed => "受付できます",
            Level::Attention => "確認が必要",
            Level::Stop => "受付できません",
        };
        assert_eq!(level, expect.level, "{name}");
        assert_eq!(needed(verdict), expect.needed, "{name}: needed");
        assert_eq!(verdict.next == Next::GoOn, verdict.level == Level::Proceed, "{name}");
        assert_eq!(verdict.dose, expect.dose, "{name}: dose");
        for (code, details) in &expect.details {
            let told = verdict.reasons.iter().filter(|reason| reason.code() == code);
            let told: Vec<Value> = told.map(|reason| serde_json::to_value(reason).unwrap()).collect();
            let [Value::Object(told)] = &told[..] else { panic!("{name}: {code} is told {} times", told.len()) };
            let told = told.values().next().unwrap();
            for (field, value) in details {
                assert_eq!(told.get(field), Some(&as_told(field, value)), "{name}: {code} {field}");
            }
        }
    }
}

fn needed(verdict: &Verdict) -> Option<String> {
    let Next::Override(needed) = verdict.next else { return None };
    Some(format!("{}{}", needed.role.name(), if needed.special { "（特別権限）" } else { "" }))
}

fn sticker_of(text: &str) -> StickerDigits {
    let (kind, dose) = text.split_once('-').expect("券種-回数");
    StickerDigits { kind: kind.parse().unwrap(), dose: dose.parse().unwrap() }
}

fn merge(into: &mut Map<String, Value>, from: &Map<String, Value>) {
    for (key, value) in from {
        match (into.get_mut(key), value) {
            (Some(Value::Object(into)), Value::Object(from)) => merge(into, from),
            _ => {
                into.insert(key.clone(), value.clone());
            }
        }
    }
}

/// A detail as the reason writes it: moments and times of day are numbers there.
fn as_told(field: &str, value: &Value) -> Value {
    match value.as_str() {
        Some(text) if matches!(field, "at" | "as_of") => moment_of(text).0.into(),
        Some(text) if field.ends_with("_minute") => minutes(text).into(),
        _ => value.clone(),
    }
}
