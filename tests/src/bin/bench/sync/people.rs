//! Facts that a kiosk records, as its driver records them: check-ins of people booked here, then their outcomes.

use anyhow::{Context, Result, bail};
use uketsuke_domain::code::Voucher;
use uketsuke_domain::facts::{Body, CheckedIn, Draft, FactKind, Outcome, Source, Stamp, Weight};
use uketsuke_domain::ids::BookingNumber;
use uketsuke_domain::kiosk::{IfChanged, RecordRequest};
use uketsuke_domain::record::RawRecord;
use uketsuke_domain::time::Day;
use uketsuke_kiosk::clock;
use uketsuke_kiosk::keeper::Keeper;
use uketsuke_replica::record::Recorded;
use uketsuke_tests::harness::Member;

use super::place::Opened;

/// Records a person's check-in; durable when it returns.
pub(super) fn check_in(kiosk: &Opened, keeper: &mut Keeper, person: &Member) -> Result<()> {
    let draft = |booking, _| Draft {
        kind: FactKind::CheckedIn,
        booking,
        dose: None,
        supersedes: Vec::new(),
        weight: Weight::Ordinary,
        body: Body::CheckedIn(CheckedIn { overridden: Vec::new(), because: None, typed: false, special: false }),
    };
    record(kiosk, keeper, person, IfChanged::AskAgain, draft)
}

/// Records that a person was vaccinated.
pub(super) fn outcome(kiosk: &Opened, keeper: &mut Keeper, person: &Member) -> Result<()> {
    let dose = person.dose;
    let draft = |booking, day| Draft {
        kind: FactKind::Vaccinated,
        booking,
        dose: Some(dose),
        supersedes: Vec::new(),
        weight: Weight::Medical,
        body: Body::Outcome(Outcome {
            day,
            product: Some("comirnaty".into()),
            lot: Some("MH1101".into()),
            doctor: Some("D01".into()),
            place: None,
            overridden: Vec::new(),
            because: None,
            typed: false,
            special: false,
        }),
    };
    record(kiosk, keeper, person, IfChanged::RecordAnyway, draft)
}

fn record(
    kiosk: &Opened,
    keeper: &mut Keeper,
    person: &Member,
    if_changed: IfChanged,
    draft: impl FnOnce(Option<BookingNumber>, Day) -> Draft,
) -> Result<()> {
    let voucher = voucher(person)?;
    let known = keeper.known(&voucher, false)?;
    let stamp = stamp(kiosk);
    let draft = draft(booking(&known.record, kiosk), Day(stamp.happened_at.day()));
    let basis = known.record.facts.iter().map(|known| known.hash).collect();
    let request = RecordRequest { voucher, birth: None, drafts: vec![draft], stamp, basis, if_changed };
    match keeper.record(&request)? {
        Recorded::Done(_) => Ok(()),
        Recorded::Changed(_) => bail!("the record changed meanwhile"),
    }
}

/// The voucher of the square code: kind, dose, municipality, number.
fn voucher(person: &Member) -> Result<Voucher> {
    let (municipality, number) = person.code18.split_at_checked(8).context("no code of 18 digits")?;
    let municipality = municipality.get(2..).unwrap_or_default();
    Voucher::parse(&format!("{municipality}-{number}")).context("no voucher")
}

/// The booking at this venue.
fn booking(record: &RawRecord, kiosk: &Opened) -> Option<BookingNumber> {
    let here = |known: &&uketsuke_domain::facts::KnownFact| {
        known.fact.body.placement().is_some_and(|placed| placed.venue == kiosk.config.venue)
    };
    record.facts.iter().find(here).and_then(|known| known.fact.booking.clone())
}

fn stamp(kiosk: &Opened) -> Stamp {
    let (now, config) = (clock::now(), kiosk.config.kiosk());
    Stamp {
        happened_at: now.wall,
        recorded_at: now.wall,
        source: Source::Screen,
        clock: now.clock,
        boot: now.boot,
        boot_ms: now.elapsed.0,
        venue: config.venue,
        station: config.station_name,
        booth: config.booth,
        staff: config.staff.code,
        role: config.staff.role,
    }
}
