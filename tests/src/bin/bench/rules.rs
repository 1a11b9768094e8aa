//! What the rules cost by themselves: a verdict, and the fold as facts grow. The floor is copying the same record.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use anyhow::{Context as _, Result};
use uketsuke_domain::facts::{
    Body, Booked, CheckedIn, ClockState, Fact, FactKind, KnownFact, Outcome, Source, Stamp, Weight,
};
use uketsuke_domain::fold::fold;
use uketsuke_domain::ids::FactId;
use uketsuke_domain::record::{RawRecord, Value, field};
use uketsuke_domain::reference::{Role, Settings};
use uketsuke_domain::time::{Day, Moment};
use uketsuke_domain::verdict::{Context, Given, Known, Purpose, decide};

use crate::floor::ms;
use crate::report::{Case, Report, quantile};

/// Runs of which one sample is the mean: a single one is shorter than the clock can tell well.
const BATCH: u32 = 100;
const SAMPLES: usize = 200;
const FACTS: [usize; 4] = [12, 120, 1200, 12_000];

pub(crate) fn measure(report: &mut Report) -> Result<()> {
    let settings: Settings = toml::from_str(uketsuke_center::centre::DEFAULT_SETTINGS)?;
    let today = Day::parse("2022-06-01").context("a day")?;
    let record = record(12, today)?;
    let floor = time(BATCH, || drop(black_box(record.clone())));
    let known = Known { record, ..Known::default() };
    let venue_names = BTreeMap::new();
    let now = moment(today);
    let context = Context {
        settings: &settings,
        venue: &"001".into(),
        venue_names: &venue_names,
        purpose: Purpose::CheckIn,
        sticker: None,
        given: Given::default(),
        now,
        clock: ClockState::Trusted,
        data_as_of: Some(now),
    };
    report.put(&case("verdict-12-facts", time(BATCH, || drop(black_box(decide(&known, &context)))), floor));
    for (name, count) in ["fold-12", "fold-120", "fold-1200", "fold-12000"].into_iter().zip(FACTS) {
        let record = self::record(count, today)?;
        let batch = u32::try_from(1200 / count.min(1200)).unwrap_or(1);
        let floor = time(batch, || drop(black_box(record.clone())));
        report.put(&case(name, time(batch, || drop(black_box(fold(&record, Some(&settings))))), floor));
    }
    Ok(())
}

fn case(name: &'static str, mut own: Vec<f64>, mut floor: Vec<f64>) -> Case {
    Case {
        case: name,
        p50_ms: quantile(&mut own, 0.5),
        p99_ms: quantile(&mut own, 0.99),
        floor_p50_ms: quantile(&mut floor, 0.5),
        ..Case::default()
    }
}

fn time(batch: u32, mut run: impl FnMut()) -> Vec<f64> {
    let mut sample = || {
        let begun = Instant::now();
        (0..batch).for_each(|_| run());
        ms(begun.elapsed()) / f64::from(batch)
    };
    (0..SAMPLES).map(|_| sample()).collect()
}

fn moment(day: Day) -> Moment {
    Moment::in_japan(day.0.at(10, 0, 0, 0))
}

/// A person with so many facts: for each visit a booking, a check-in and an outcome. The last four are doses, eight
/// months apart, and those before were all 予診のみ: many facts, and nothing to decide.
fn record(facts: usize, today: Day) -> Result<RawRecord> {
    let visits = facts / 3;
    let text = |text: &str| vec![Value::Text(text.to_owned())];
    let fields = [
        (field::VOUCHER, "132080-1111111113"),
        (field::BIRTH, "1950-04-01"),
        (field::NAME, "富士通　花子"),
        (field::HISTORY, "1"),
    ];
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), text(value))).collect();
    let mut record = RawRecord { fields, ..RawRecord::default() };
    for visit in 0..visits {
        let back = i32::try_from(visits - 1 - visit)?;
        let day = today.plus_days(-240 * back.min(4) - back);
        let kind = if back < 4 { FactKind::Vaccinated } else { FactKind::PrescreenOnly };
        let number = format!("B{visit}");
        let bodies = [
            (FactKind::Booked, Body::Booked(booked(day))),
            (FactKind::CheckedIn, Body::CheckedIn(CheckedIn::default())),
            (kind, Body::Outcome(outcome(day))),
        ];
        for (place, (kind, body)) in bodies.into_iter().enumerate() {
            let mut id = [0; 16];
            id.iter_mut().zip((visit * 3 + place).to_be_bytes()).for_each(|(to, from)| *to = from);
            let fact = Fact {
                id: FactId(id),
                kind,
                booking: Some(number.as_str().into()),
                dose: Some(u8::try_from(4 - back.min(3))?),
                supersedes: Vec::new(),
                weight: Weight::Ordinary,
                stamp: stamp(day),
                body,
            };
            record.facts.push(KnownFact::decode(&fact.encode())?);
        }
    }
    Ok(record)
}

fn booked(day: Day) -> Booked {
    Booked {
        slot: "slot".into(),
        venue: "001".into(),
        day,
        start_minute: 600,
        end_minute: 630,
        product: "comirnaty".into(),
        conditions: None,
        pair: None,
        irregular: None,
    }
}

fn outcome(day: Day) -> Outcome {
    Outcome {
        day,
        product: Some("comirnaty".into()),
        lot: Some("EW0001".into()),
        doctor: Some("D1".into()),
        place: None,
        overridden: Vec::new(),
        because: None,
        typed: false,
        special: false,
    }
}

fn stamp(day: Day) -> Stamp {
    Stamp {
        happened_at: moment(day),
        recorded_at: moment(day),
        source: Source::Screen,
        clock: ClockState::Trusted,
        boot: 1,
        boot_ms: 1,
        venue: "001".into(),
        station: "受付1".to_owned(),
        booth: None,
        staff: "S1".into(),
        role: Role::VenueStaff,
    }
}
