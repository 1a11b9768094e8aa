//! Facts with what matters said and the rest filled in.

use std::collections::BTreeSet;

use uketsuke_domain::facts::{
    Body, Booked, Cancelled, CertificateIssued, CheckedIn, ClockState, Corrected, Fact, FactKind, Filed, KnownFact,
    LeftBefore, Misfiled, Moved, NoShow, Outcome, Reinstated, Reopened, Replacement, Resolved, Source, Stamp,
    VoucherReplaced, Weight,
};
use uketsuke_domain::fold::Half;
use uketsuke_domain::ids::{FactId, TransferId};
use uketsuke_domain::record::DocumentId;
use uketsuke_domain::reference::Role;
use uketsuke_domain::time::Moment;

use super::{at, day};

/// A fact in the making.
#[derive(Clone)]
pub(crate) struct Make(pub(crate) Fact);

impl Make {
    pub(crate) fn new(kind: FactKind, body: Body) -> Self {
        let now = at(0, 10, 0);
        Self(Fact {
            id: FactId([0; 16]),
            kind,
            booking: Some("B1".into()),
            dose: None,
            supersedes: Vec::new(),
            weight: Weight::Ordinary,
            stamp: Stamp {
                happened_at: now,
                recorded_at: now,
                source: Source::Screen,
                clock: ClockState::Trusted,
                boot: 1,
                boot_ms: 1,
                venue: "001".into(),
                station: "受付1".to_owned(),
                booth: None,
                staff: "S1".into(),
                role: Role::VenueStaff,
            },
            body,
        })
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Fact)) -> Self {
        change(&mut self.0);
        self
    }

    pub(crate) fn at(self, moment: Moment) -> Self {
        self.with(|fact| (fact.stamp.happened_at, fact.stamp.recorded_at) = (moment, moment))
    }

    pub(crate) fn booking(self, number: &str) -> Self {
        self.with(|fact| fact.booking = Some(number.into()))
    }

    pub(crate) fn without_booking(self) -> Self {
        self.with(|fact| fact.booking = None)
    }

    pub(crate) fn venue(self, venue: &str) -> Self {
        self.with(|fact| fact.stamp.venue = venue.into())
    }

    pub(crate) fn imported(self) -> Self {
        self.with(|fact| fact.stamp.source = Source::Import).without_booking()
    }

    pub(crate) fn dose(self, dose: u8) -> Self {
        self.with(|fact| fact.dose = Some(dose))
    }

    pub(crate) fn supersedes(self, facts: &[&KnownFact]) -> Self {
        self.with(|fact| fact.supersedes = facts.iter().map(|known| known.hash).collect())
    }

    /// Another outcome in the body.
    pub(crate) fn outcome(self, change: impl FnOnce(&mut Outcome)) -> Self {
        self.with(|fact| {
            let Body::Outcome(body) = &mut fact.body else { panic!("no outcome") };
            change(body);
        })
    }

    /// Reasons that were overridden knowingly.
    pub(crate) fn overridden(self, code: &str) -> Self {
        self.with(|fact| match &mut fact.body {
            Body::CheckedIn(body) => body.overridden = vec![code.into()],
            Body::Outcome(body) => body.overridden = vec![code.into()],
            body => panic!("{body:?} overrides nothing"),
        })
    }

    /// The finished fact; `id` tells facts of equal content apart.
    pub(crate) fn id(mut self, id: u8) -> KnownFact {
        self.0.id = FactId([id; 16]);
        KnownFact::decode(&self.0.encode()).unwrap()
    }
}

/// Booked at venue 001 on a day, 10:00–10:30, with Pfizer; dose 1.
pub(crate) fn booked(offset: i32) -> Make {
    let body = Booked {
        slot: "slot".into(),
        venue: "001".into(),
        day: day(offset),
        start_minute: 600,
        end_minute: 630,
        product: "comirnaty".into(),
        conditions: None,
        pair: None,
        irregular: None,
    };
    Make::new(FactKind::Booked, Body::Booked(body)).dose(1).at(at(-30, 12, 0)).with(|fact| {
        fact.stamp.source = Source::Import;
    })
}

pub(crate) fn cancelled() -> Make {
    Make::new(FactKind::Cancelled, Body::Cancelled(Cancelled { by: Some("本人".to_owned()), because: None }))
        .at(at(-1, 9, 0))
}

pub(crate) fn reinstated(ended: &[&KnownFact]) -> Make {
    let body = Body::Reinstated(Reinstated { because: "manager-decided".to_owned(), irregular: None });
    Make::new(FactKind::Reinstated, body).supersedes(ended)
}

pub(crate) fn no_show() -> Make {
    Make::new(FactKind::NoShow, Body::NoShow(NoShow::default())).at(at(0, 18, 0))
}

pub(crate) fn left() -> Make {
    Make::new(FactKind::LeftBefore, Body::LeftBefore(LeftBefore::default())).at(at(0, 10, 20))
}

/// B1 moved to venue 001 on a day, from the place that the named facts gave it.
pub(crate) fn moved(offset: i32, from: &[&KnownFact]) -> Make {
    let Body::Booked(to) = booked(offset).0.body else { panic!("no booking") };
    let to = Booked { slot: format!("slot{offset}").as_str().into(), ..to };
    let body = Body::Moved(Moved { to, because: None, seen: Vec::new() });
    Make::new(FactKind::Moved, body).dose(1).supersedes(from).at(at(-1, 9, 0))
}

pub(crate) fn certificate(shows: &[&KnownFact]) -> Make {
    let shows = shows.iter().map(|known| known.hash).collect();
    let body = Body::CertificateIssued(CertificateIssued { shows, again: false });
    Make::new(FactKind::CertificateIssued, body).with(|fact| fact.weight = Weight::Note)
}

/// The voucher has a new number, or took the place of an old one.
pub(crate) fn replaced(by: bool) -> Make {
    let other = Some(super::voucher_of("1111111112"));
    let (by, replaces) = if by { (other, None) } else { (None, other) };
    let body = VoucherReplaced { by, replaces, because: "紛失".to_owned() };
    Make::new(FactKind::VoucherReplaced, Body::VoucherReplaced(body)).without_booking()
}

/// One half of 取り違え put right: the named fact goes to another person's record.
pub(crate) fn misfiled(what: &KnownFact, transfer: u8) -> Make {
    let body =
        Misfiled { transfer: TransferId([transfer; 16]), to: other_person(), because: "取り違え".to_owned() };
    Make::new(FactKind::Misfiled, Body::Misfiled(body)).supersedes(&[what])
}

/// The other half: the fact as it stands in the record to which it belongs.
pub(crate) fn filed(what: &Make, transfer: u8) -> Make {
    let body = Filed {
        transfer: TransferId([transfer; 16]),
        from: other_person(),
        kind: what.0.kind,
        stamp: what.0.stamp.clone(),
        body: what.0.body.encode(),
        because: "取り違え".to_owned(),
    };
    let dose = what.0.dose;
    Make::new(FactKind::Filed, Body::Filed(body)).with(|fact| fact.dose = dose)
}

/// Both halves of these transfers, held in the other person's record.
pub(crate) fn met(transfers: impl IntoIterator<Item = TransferId>) -> BTreeSet<Half> {
    let both = |transfer| [true, false].map(|gives| Half { transfer, other: other_person(), gives });
    transfers.into_iter().flat_map(both).collect()
}

fn other_person() -> DocumentId {
    DocumentId::visit(&super::voucher_of("1111111112"))
}

pub(crate) fn check_in() -> Make {
    Make::new(FactKind::CheckedIn, Body::CheckedIn(CheckedIn::default()))
}

/// An outcome of a day, at 10:00.
pub(crate) fn outcome(kind: FactKind, offset: i32, dose: u8) -> Make {
    let given = kind == FactKind::Vaccinated;
    let body = Outcome {
        day: day(offset),
        product: given.then(|| "comirnaty".into()),
        lot: given.then(|| "EW0001".into()),
        doctor: Some("D1".into()),
        place: None,
        overridden: Vec::new(),
        because: None,
        typed: false,
        special: false,
    };
    let made = Make::new(kind, Body::Outcome(body)).dose(dose).at(at(offset, 10, 0));
    made.with(|fact| fact.weight = Weight::Medical)
}

pub(crate) fn vaccinated(offset: i32, dose: u8) -> Make {
    outcome(FactKind::Vaccinated, offset, dose)
}

pub(crate) fn prescreen() -> Make {
    outcome(FactKind::PrescreenOnly, 0, 1)
}

pub(crate) fn reopened(prescreen: &KnownFact) -> Make {
    let body = Body::Reopened(Reopened { because: "manager-decided".to_owned() });
    Make::new(FactKind::VisitReopened, body).supersedes(&[prescreen])
}

/// A correction: `by` stands in the place of the named facts, or nothing does.
pub(crate) fn correction(of: &[&KnownFact], by: Option<Make>) -> Make {
    let outer = by.clone().map(|make| (make.0.booking, make.0.dose));
    let replacement = by.map(|make| Replacement {
        kind: make.0.kind,
        happened_at: make.0.stamp.happened_at,
        body: make.0.body.encode(),
    });
    let body = Body::Corrected(Corrected { replacement, because: "入力誤り".to_owned() });
    Make::new(FactKind::Corrected, body).supersedes(of).with(|fact| {
        if let Some((booking, dose)) = outer {
            (fact.booking, fact.dose) = (booking, dose);
        }
    })
}

pub(crate) fn resolved(settles: &[&KnownFact], keeps: &[&KnownFact]) -> Make {
    let hashes = |facts: &[&KnownFact]| facts.iter().map(|known| known.hash).collect();
    let body = Resolved { settles: hashes(settles), keeps: hashes(keeps), because: "確認済み".to_owned() };
    Make::new(FactKind::Resolved, Body::Resolved(body))
}
