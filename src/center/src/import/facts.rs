//! Bookings, earlier doses and paper outcomes: facts that happened before they are recorded here.

use std::collections::BTreeMap;

use anyhow::Result;
use jiff::civil::Time;
use uketsuke_domain::code::Voucher;
use uketsuke_domain::facts::{
    Body, Booked, Cancelled, ClockState, Fact, FactKind, KnownFact, Outcome, Source, Stamp, Weight,
};
use uketsuke_domain::fold::{Folded, VisitKey, fold};
use uketsuke_domain::ids::{BookingNumber, FactId, SlotId, StaffCode, VenueNumber};
use uketsuke_domain::log::Topic;
use uketsuke_domain::record::{DocumentId, DocumentKind, RawRecord};
use uketsuke_domain::reference::{Doctor, Lot, Role, Slot, Venue};
use uketsuke_domain::time::Moment;
use uketsuke_domain::verdict::OutcomeKind;
use uketsuke_sync::author::Author;

use super::site::{decode_all, unknown, venues};
use super::{Fate, Import, Into};
use crate::centre::Centre;
use crate::csvs::rows::{BookingRow, DoseRow, PaperOutcome, PaperRow};
use crate::csvs::{Numbered, Refusal, RowError};

/// How the centre names itself as a place.
const STATION: &str = "本部";

/// A fact's outer part, as imports fill it.
pub(super) struct New {
    pub(super) kind: FactKind,
    pub(super) booking: Option<BookingNumber>,
    pub(super) dose: Option<u8>,
    pub(super) supersedes: Vec<uketsuke_domain::ids::FactHash>,
    pub(super) weight: Weight,
    pub(super) body: Body,
}

/// When, where and by whom: the clock of the centre is trusted, and its own start tells nobody anything.
pub(super) fn stamp(
    to: &Into<'_, '_>,
    happened_at: Moment,
    source: Source,
    venue: &VenueNumber,
    staff: &StaffCode,
) -> Stamp {
    Stamp {
        happened_at,
        recorded_at: to.now,
        source,
        clock: ClockState::Trusted,
        boot: 0,
        boot_ms: 0,
        venue: venue.clone(),
        station: STATION.to_owned(),
        booth: None,
        staff: staff.clone(),
        role: Role::Administrator,
    }
}

pub(super) fn write(
    to: &mut Into<'_, '_>,
    topic: &Topic,
    voucher: &Voucher,
    new: New,
    stamp: Stamp,
) -> Result<KnownFact> {
    let document = DocumentId::visit(voucher);
    let mut author = Author::new(&to.publisher.identity, to.tx);
    let mut fact = Fact {
        id: FactId([0; 16]),
        kind: new.kind,
        booking: new.booking,
        dose: new.dose,
        supersedes: new.supersedes,
        weight: new.weight,
        stamp,
        body: new.body,
    };
    fact.id = author.fact_id(document, &fact);
    let known = KnownFact::decode(&fact.encode())?;
    author.fact(topic, (DocumentKind::Visit, document), &known)?;
    Ok(known)
}

/// The record, if the person is known here: bookings and results of nobody are refused.
fn person(to: &Into<'_, '_>, voucher: &Voucher) -> Result<Option<(RawRecord, Folded)>> {
    let record = to.tx.record(DocumentId::visit(voucher))?;
    if record.fields.is_empty() {
        return Ok(None);
    }
    let folded = fold(&record, to.tx.settings());
    Ok(Some((record, folded)))
}

impl Import for BookingRow {
    type Context = BTreeMap<SlotId, Slot>;

    fn context(centre: &Centre, _: &[Numbered<Self>]) -> Result<Self::Context> {
        let slots: Vec<Slot> = decode_all(centre, DocumentKind::SlotDay)?;
        Ok(slots.into_iter().map(|slot| (slot.id.clone(), slot)).collect())
    }

    fn record(&self) -> Option<DocumentId> {
        Some(DocumentId::visit(&self.voucher))
    }

    fn import(row: &Numbered<Self>, slots: &Self::Context, to: &mut Into<'_, '_>) -> Result<Fate> {
        let booking = &row.row;
        let Some(slot) = slots.get(&booking.slot) else {
            return Ok(unknown(row, "予約枠番号", "予約枠", &booking.slot));
        };
        let Some((record, folded)) = person(to, &booking.voucher)? else {
            return Ok(unknown(row, "接種券番号", "接種券", &booking.voucher.number));
        };
        let held = folded.bookings.iter().find(|held| held.number == booking.number);
        let is_same = held.is_some_and(|held| held.booked == Booked::in_slot(slot) && held.dose == Some(booking.dose));
        let cancelled_at = held.and_then(|held| held.cancelled.as_ref()).map(|ended| ended.at);
        // A row that is older than the cancellation does not undo it.
        let is_older = cancelled_at.is_some_and(|cancelled| booking.updated_at.is_some_and(|at| at <= cancelled));
        let is_reinstated = cancelled_at.is_some() && !booking.cancelled && !is_older;
        if is_same && !is_reinstated && (cancelled_at.is_some() || !booking.cancelled) {
            return Ok(Fate::Known);
        }
        let at = booking.updated_at.unwrap_or(to.now);
        let staff = booking.updated_by.clone().unwrap_or_else(|| "import".into());
        let stamp = stamp(to, at, Source::Import, &slot.venue, &staff);
        let topic = Topic::venue(to.publisher.municipality, &slot.venue);
        if !is_same || is_reinstated {
            write(to, &topic, &booking.voucher, booked(booking, slot, &record, is_reinstated), stamp.clone())?;
        }
        if booking.cancelled && cancelled_at.is_none() {
            let by = booking.updated_by.as_ref().map(ToString::to_string);
            let cancelled = New {
                kind: FactKind::Cancelled,
                booking: Some(booking.number.clone()),
                dose: None,
                supersedes: Vec::new(),
                weight: Weight::Ordinary,
                body: Body::Cancelled(Cancelled { by, because: None }),
            };
            write(to, &topic, &booking.voucher, cancelled, stamp)?;
        }
        Ok(Fate::Changed)
    }
}

/// The booking, in the place of what an earlier import said of it; taken up again, in the place of its cancellation too.
fn booked(row: &BookingRow, slot: &Slot, record: &RawRecord, is_reinstated: bool) -> New {
    let replaced = |kind| kind == FactKind::Booked || (is_reinstated && kind == FactKind::Cancelled);
    let earlier = record
        .facts
        .iter()
        .filter(|known| replaced(known.fact.kind) && known.fact.booking.as_ref() == Some(&row.number));
    New {
        kind: FactKind::Booked,
        booking: Some(row.number.clone()),
        dose: Some(row.dose),
        supersedes: earlier.map(|known| known.hash).collect(),
        weight: Weight::Ordinary,
        body: Body::Booked(Booked::in_slot(slot)),
    }
}

impl Import for DoseRow {
    type Context = ();

    fn context(_: &Centre, _: &[Numbered<Self>]) -> Result<()> {
        Ok(())
    }

    fn record(&self) -> Option<DocumentId> {
        Some(DocumentId::visit(&self.voucher))
    }

    fn import(row: &Numbered<Self>, (): &(), to: &mut Into<'_, '_>) -> Result<Fate> {
        let dose = &row.row;
        if dose.day.0 > to.now.day() {
            return Ok(in_the_future(row, "接種日", &dose.day));
        }
        let Some((_, folded)) = person(to, &dose.voucher)? else {
            return Ok(unknown(row, "接種券番号", "接種券", &dose.voucher.number));
        };
        if folded.doses.iter().any(|given| given.dose == dose.dose && given.day == dose.day) {
            return Ok(Fate::Known);
        }
        // Noon: an earlier dose has a day and no time.
        let at = Moment::in_japan(dose.day.0.to_datetime(Time::midnight())).plus_ms(12 * 3_600_000);
        let new = New {
            kind: FactKind::Vaccinated,
            booking: None,
            dose: Some(dose.dose),
            supersedes: Vec::new(),
            weight: Weight::Medical,
            body: Body::Outcome(Outcome {
                day: dose.day,
                product: Some(dose.product.clone()),
                lot: dose.lot.clone(),
                doctor: None,
                place: dose.venue_name.clone(),
                overridden: Vec::new(),
                because: None,
                typed: false,
                special: false,
            }),
        };
        let stamp = stamp(to, at, Source::Import, &"".into(), &"import".into());
        write(to, &Topic::centre(to.publisher.municipality), &dose.voucher, new, stamp)?;
        Ok(Fate::Changed)
    }
}

/// What the rows of a sheet name.
pub(crate) struct Named {
    venues: Vec<Venue>,
    doctors: Vec<Doctor>,
    lots: Vec<Lot>,
}

/// Something that has happened can't lie ahead.
fn in_the_future<T>(row: &Numbered<T>, column: &str, found: &dyn std::fmt::Display) -> Fate {
    let reason = Refusal::InTheFuture { found: found.to_string() };
    Fate::Refused(RowError { line: row.line, column: column.to_owned(), reason })
}

/// What a sheet names must be there, and the lot must be of the vaccine that it names.
fn wrong_name(row: &Numbered<PaperRow>, named: &Named) -> Option<Fate> {
    let paper = &row.row;
    if !named.venues.iter().any(|venue| venue.number == paper.venue) {
        return Some(unknown(row, "会場番号", "会場", &paper.venue));
    }
    if !named.doctors.iter().any(|doctor| doctor.id == paper.doctor) {
        return Some(unknown(row, "医師番号", "医師", &paper.doctor));
    }
    match &paper.outcome {
        PaperOutcome::Vaccinated { product, lot }
            if !named.lots.iter().any(|known| known.number == *lot && known.product == *product) =>
        {
            Some(unknown(row, "ロット番号", "ロット（このワクチンの）", lot))
        }
        PaperOutcome::Vaccinated { .. } | PaperOutcome::PrescreenOnly => None,
    }
}

impl Import for PaperRow {
    type Context = Named;

    fn context(centre: &Centre, _: &[Numbered<Self>]) -> Result<Named> {
        Ok(Named {
            venues: venues(centre)?,
            doctors: decode_all(centre, DocumentKind::Doctors)?,
            lots: decode_all(centre, DocumentKind::Lots)?,
        })
    }

    fn record(&self) -> Option<DocumentId> {
        Some(DocumentId::visit(&self.voucher))
    }

    fn import(row: &Numbered<Self>, named: &Named, to: &mut Into<'_, '_>) -> Result<Fate> {
        let paper = &row.row;
        if let Some(refused) = wrong_name(row, named) {
            return Ok(refused);
        }
        if paper.at > to.now {
            return Ok(in_the_future(row, "接種日時", &paper.at.day()));
        }
        let Some((record, folded)) = person(to, &paper.voucher)? else {
            return Ok(unknown(row, "接種券番号", "接種券", &paper.voucher.number));
        };
        let booking = match &paper.booking {
            Some(number) if !folded.bookings.iter().any(|booking| booking.number == *number) => {
                return Ok(unknown(row, "予約番号", "予約", number));
            }
            Some(number) => Some(number.clone()),
            None => booking_of_the_day(paper, &folded),
        };
        let new = paper_outcome(paper, booking);
        let mut stamp = stamp(to, paper.at, Source::Paper, &paper.venue, &paper.written_by);
        stamp.booth.clone_from(&paper.booth);
        // The same sheet brought in twice says the same thing at the same minute.
        let is_known = record.facts.iter().any(|known| {
            let fact = &known.fact;
            fact.kind == new.kind && fact.dose == new.dose && fact.stamp.happened_at == paper.at
        });
        if is_known {
            return Ok(Fate::Known);
        }
        write(to, &Topic::venue(to.publisher.municipality, &paper.venue), &paper.voucher, new, stamp)?;
        Ok(Fate::Changed)
    }
}

/// The booking at that venue on that day whose outcome is still open; else any of that day.
fn booking_of_the_day(paper: &PaperRow, folded: &Folded) -> Option<BookingNumber> {
    let day = paper.at.day();
    let of_day = || {
        let here = folded.bookings.iter().filter(|booking| booking.booked.venue == paper.venue);
        here.filter(|booking| booking.booked.day.0 == day && booking.cancelled.is_none())
    };
    let is_open = |number: &BookingNumber| {
        let visit = folded.visit(&VisitKey::Booking(number.clone()));
        visit.is_none_or(|visit| visit.outcome.is_none())
    };
    let open = of_day().find(|booking| is_open(&booking.number));
    open.or_else(|| of_day().next()).map(|booking| booking.number.clone())
}

fn paper_outcome(paper: &PaperRow, booking: Option<BookingNumber>) -> New {
    let (kind, product, lot) = match &paper.outcome {
        PaperOutcome::Vaccinated { product, lot } => {
            (OutcomeKind::Vaccinated, Some(product.clone()), Some(lot.clone()))
        }
        PaperOutcome::PrescreenOnly => (OutcomeKind::PrescreenOnly, None, None),
    };
    New {
        kind: match kind {
            OutcomeKind::Vaccinated => FactKind::Vaccinated,
            OutcomeKind::PrescreenOnly => FactKind::PrescreenOnly,
        },
        booking,
        dose: Some(paper.dose),
        supersedes: Vec::new(),
        weight: Weight::Medical,
        body: Body::Outcome(Outcome {
            day: uketsuke_domain::time::Day(paper.at.day()),
            product,
            lot,
            doctor: Some(paper.doctor.clone()),
            place: None,
            overridden: Vec::new(),
            because: None,
            typed: false,
            special: false,
        }),
    }
}
