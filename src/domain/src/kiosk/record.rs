//! From a press to a durable fact: the request, and what its answer means.

use super::done::Done;
use super::outcome::ReadingBack;
use super::{Draft, Effect, IfChanged, Kiosk, RECENT, RecordRequest, RecordedFact, Signal, State, Subject, Ticket};
use crate::authority::Operation;
use crate::facts::{
    Body, CheckedIn, FactKind, Irregular, Outcome, Overruled, Reinstated, Reopened, Source, Stamp, Weight,
};
use crate::fold::VisitKey;
use crate::ids::{BookingNumber, FactHash};
use crate::record::field;
use crate::screen::{Acknowledged, AcknowledgedKind, Recorded, Trouble};
use crate::time::{Day, Now};
use crate::verdict::{Known, OutcomeKind};

/// A write that is under way, and the person that it is about: whatever the screen shows when the answer comes.
#[derive(Clone, Debug)]
pub(super) struct Writing {
    ticket: Ticket,
    request: RecordRequest,
    subject: Subject,
}

impl Kiosk {
    pub(super) fn record_check_in(&mut self, subject: Subject, now: Now, effects: &mut Vec<Effect>) {
        let mut drafts = taken_back(&subject);
        // Whoever comes back after 予診のみ was checked in before, and the screen showed it.
        let shown = subject.verdict.visit_state().and_then(|visit| visit.check_in.as_ref());
        drafts.push(Draft {
            kind: FactKind::CheckedIn,
            booking: booking_of(&subject),
            dose: None,
            supersedes: shown.map(|check_in| check_in.fact).into_iter().collect(),
            weight: Weight::Ordinary,
            body: Body::CheckedIn(CheckedIn {
                overridden: overruled(&subject),
                because: subject.because.clone(),
                typed: subject.query.typed_birth.is_some(),
                special: subject.special,
            }),
        });
        self.record(subject, drafts, IfChanged::AskAgain, now, effects);
    }

    pub(super) fn record_outcome(&mut self, read_back: ReadingBack, now: Now, effects: &mut Vec<Effect>) {
        let ReadingBack { subject, dose, outcome } = read_back;
        let lot = self.chosen_lot().filter(|_| outcome == OutcomeKind::Vaccinated).cloned();
        let kind = match outcome {
            OutcomeKind::Vaccinated => FactKind::Vaccinated,
            OutcomeKind::PrescreenOnly => FactKind::PrescreenOnly,
        };
        let mut drafts = taken_back(&subject);
        drafts.push(Draft {
            kind,
            booking: booking_of(&subject),
            dose: Some(dose),
            supersedes: Vec::new(),
            weight: Weight::Medical,
            body: Body::Outcome(Outcome {
                day: Day(now.wall.day()),
                product: lot.as_ref().map(|lot| lot.product.clone()),
                lot: lot.map(|lot| lot.number),
                doctor: self.chosen_doctor().map(|doctor| doctor.id.clone()),
                place: None,
                overridden: overruled(&subject),
                because: subject.because.clone(),
                typed: subject.query.typed_birth.is_some(),
                special: subject.special,
            }),
        });
        self.record(subject, drafts, IfChanged::RecordAnyway, now, effects);
    }

    fn record(
        &mut self,
        subject: Subject,
        drafts: Vec<Draft>,
        if_changed: IfChanged,
        now: Now,
        effects: &mut Vec<Effect>,
    ) {
        let ticket = self.ticket();
        let request = RecordRequest {
            voucher: subject.query.voucher,
            birth: subject.query.typed_birth,
            drafts,
            stamp: self.stamp(now),
            basis: subject.verdict.basis.clone(),
            if_changed,
        };
        self.writing = Some(Writing { ticket, request: request.clone(), subject });
        effects.push(Effect::Record { ticket, request: Box::new(request) });
    }

    fn stamp(&self, now: Now) -> Stamp {
        Stamp {
            happened_at: now.wall,
            recorded_at: now.wall,
            source: Source::Screen,
            clock: now.clock,
            boot: now.boot,
            boot_ms: now.elapsed.0,
            venue: self.config.venue.clone(),
            station: self.config.station_name.clone(),
            booth: self.config.booth.clone(),
            staff: self.config.staff.code.clone(),
            role: self.config.staff.role,
        }
    }

    /// The facts are durable: only now does the screen say so.
    pub(super) fn recorded(&mut self, ticket: Ticket, facts: &[RecordedFact], effects: &mut Vec<Effect>) {
        let Some(writing) = self.writing.take_if(|writing| writing.ticket == ticket) else { return };
        let Writing { request, subject, .. } = writing;
        let mut newest = None;
        for fact in facts {
            let Some(draft) = request.drafts.iter().find(|draft| draft.kind == fact.kind) else { continue };
            let Some(acknowledged) = acknowledge(draft, fact, &request, &subject) else { continue };
            self.recent.insert(0, acknowledged.clone());
            newest = Some((acknowledged, draft.dose));
        }
        self.recent.truncate(RECENT);
        if let Some((fact, dose)) = newest {
            let recorded = Recorded { to_review: fact.review.is_some(), fact, dose };
            effects.push(Effect::Signal(Signal::Done));
            self.enter(State::Done(Box::new(Done { subject, recorded })), effects);
        }
        self.take_waiting_scan(effects);
    }

    /// Somebody else was quicker. The act is not yet done, so the person gets a fresh verdict.
    pub(super) fn record_changed(&mut self, ticket: Ticket, known: Known, now: Now, effects: &mut Vec<Effect>) {
        let Some(writing) = self.writing.take_if(|writing| writing.ticket == ticket) else { return };
        let Subject { query, purpose, .. } = writing.subject;
        match self.judge(query, known, purpose) {
            // Where the visitor presses nothing, what is still clear is recorded at once again.
            Some(subject) => self.present(subject, now, effects),
            None => self.enter(State::Trouble(Trouble::NoSettings), effects),
        }
        self.take_waiting_scan(effects);
    }

    /// Nothing was written, and nothing says otherwise.
    pub(super) fn record_failed(&mut self, ticket: Ticket, effects: &mut Vec<Effect>) {
        if self.writing.take_if(|writing| writing.ticket == ticket).is_some() {
            self.waiting_scan = None;
            self.enter(State::Trouble(Trouble::DiskRefuses), effects);
            effects.push(Effect::Signal(Signal::Stop));
        }
    }

    fn take_waiting_scan(&mut self, effects: &mut Vec<Effect>) {
        if let Some(text) = self.waiting_scan.take() {
            self.scan(&text, effects);
        }
    }
}

/// What was accepted here, and what was settled before, when booking or at the entrance: the fold must not take the one for
/// a slip and the other for unseen.
fn overruled(subject: &Subject) -> Vec<Overruled> {
    subject.overridden.iter().chain(&subject.verdict.settled).cloned().collect()
}

/// The booking of the visit, where it has one.
fn booking_of(subject: &Subject) -> Option<BookingNumber> {
    match &subject.verdict.visit {
        VisitKey::Booking(number) => Some(number.clone()),
        VisitKey::WalkIn(..) | VisitKey::Former(..) => None,
    }
}

/// What ended the visit or its booking, and the screen showed, is taken back: a cancellation, a 予診のみ, a 帰宅. So what
/// comes next contradicts nothing that staff knew of.
fn taken_back(subject: &Subject) -> Vec<Draft> {
    let Some(because) = subject.because.clone() else { return Vec::new() };
    let booking = booking_of(subject);
    let draft =
        |kind, weight, supersedes, body| Draft { kind, booking: booking.clone(), dose: None, supersedes, weight, body };
    let cancelled = subject.verdict.booking.as_ref().filter(|shown| booking.as_ref() == Some(&shown.number));
    let cancelled = cancelled.and_then(|shown| shown.cancelled.as_ref());
    let reinstated = cancelled.map(|ended| {
        let body = Body::Reinstated(Reinstated { because: because.clone(), irregular: overbooked(subject, &because) });
        draft(FactKind::Reinstated, Weight::Ordinary, ended.facts.clone(), body)
    });
    let visit = subject.verdict.visit_state();
    let declined = visit.and_then(|visit| visit.outcome.as_ref());
    let declined = declined.filter(|outcome| outcome.kind == OutcomeKind::PrescreenOnly).map(|outcome| outcome.fact);
    let left = visit.and_then(|visit| visit.left.as_ref()).map(|left| left.fact);
    let ended: Vec<FactHash> = declined.into_iter().chain(left).collect();
    let reopened = (!ended.is_empty()).then(|| {
        draft(FactKind::VisitReopened, Weight::Medical, ended, Body::Reopened(Reopened { because: because.clone() }))
    });
    reinstated.into_iter().chain(reopened).collect()
}

/// The place that is taken up again had been given to somebody else, and staff said so: whoever counts places knows that
/// this one was brought along.
fn overbooked(subject: &Subject, because: &str) -> Option<Irregular> {
    let full: Vec<Overruled> = subject.overridden.iter().filter(|reason| reason.code == "slot-full").cloned().collect();
    (!full.is_empty()).then(|| Irregular {
        what: vec![Operation::Overbook.code().to_owned()],
        because: because.to_owned(),
        special: subject.special,
        overruled: full,
    })
}

fn acknowledge(draft: &Draft, fact: &RecordedFact, request: &RecordRequest, subject: &Subject) -> Option<Acknowledged> {
    Some(Acknowledged {
        id: fact.id,
        kind: AcknowledgedKind::of(draft.kind)?,
        recorded_at: fact.recorded_at,
        last_four: request.voucher.number.last_four().to_owned(),
        kana: subject.known.record.text(field::KANA).map(str::to_owned),
        review: fact.review,
    })
}
