//! What a verdict is made from.

use std::collections::BTreeMap;

use serde::Serialize;

use super::DoseBefore;
use crate::code::StickerDigits;
use crate::facts::{ClockState, KnownFact};
use crate::fold::{Folded, VisitKey};
use crate::ids::{ProductId, SlotId, VenueNumber};
use crate::record::RawRecord;
use crate::reference::{Card, CardDose, Settings};
use crate::time::{Day, Moment};

/// What the person in front of the kiosk is here for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Purpose {
    /// 受付.
    CheckIn,
    /// 接種結果.
    Outcome,
}

/// What storage knows of a voucher.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The person's record; empty when none is here.
    pub record: RawRecord,
    /// The nameless card; none when none is here.
    pub card: Option<Card>,
    /// A record of another municipality has the same number, and the code did not say which.
    pub ambiguous: bool,
    /// Another person here has the same name and birth date.
    pub same_name: bool,
    /// For slots whose places this person gave up: how many are taken now, and how many there are.
    pub places: BTreeMap<SlotId, (u32, u16)>,
}

impl Known {
    /// The doses of the card that the record does not know of: neither as they stand nor as they were before a correction.
    /// A card may be older than the record, and a record than the card.
    pub(crate) fn doses_of_card<'a>(&'a self, folded: &'a Folded) -> impl Iterator<Item = &'a CardDose> {
        let held = || folded.doses.iter().chain(&folded.kin_doses);
        let stands = move |dose: &CardDose| held().any(|held| (held.dose, held.day) == (dose.dose, dose.day));
        let was_told = |dose: &CardDose| {
            let mut told = self.facts().filter_map(|known| known.fact.told_dose());
            told.any(|(number, day)| day == dose.day && number.is_none_or(|number| number == dose.dose))
        };
        let doses = self.card.iter().flat_map(|card| &card.doses);
        doses.filter(move |dose| !stands(dose) && !was_told(dose))
    }

    /// All facts that are here: of the record, and of the records of the person's other numbers.
    pub fn facts(&self) -> impl Iterator<Item = &KnownFact> {
        self.record.facts.iter().chain(self.record.kin.values().flat_map(|kin| &kin.facts))
    }

    /// 生年月日, of the record or the card.
    pub fn birth(&self) -> Option<Day> {
        self.record.birth().or_else(|| self.card.as_ref().and_then(|card| card.birth))
    }

    /// Whether the voucher was deleted, as far as is known here.
    pub fn is_deleted(&self) -> bool {
        self.record.is_deleted() || self.card.as_ref().is_some_and(|card| card.deleted)
    }

    /// The doses that this visit did not give itself: of the record, of the records of the person's other numbers, and of
    /// the card as far as the record has not heard of them.
    pub(super) fn doses_before(&self, folded: &Folded, visit: &VisitKey) -> Vec<DoseBefore> {
        let own = folded.visit(visit).map_or(&[][..], |visit| &visit.facts);
        let recorded = folded.doses.iter().filter(|given| !own.contains(&given.fact));
        let mut doses: Vec<DoseBefore> = recorded.map(before).collect();
        doses.extend(folded.kin_doses.iter().map(before));
        let on_card = self.doses_of_card(folded);
        doses.extend(on_card.map(|given| DoseBefore {
            day: given.day,
            product: given.product.clone(),
            dose: given.dose,
        }));
        doses
    }
}

fn before(given: &crate::fold::GivenDose) -> DoseBefore {
    DoseBefore { day: given.day, product: given.product.clone(), dose: given.dose }
}

/// What the desk says of a jab, where that is not as the booking has it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    /// The vaccine at hand.
    pub product: Option<&'a ProductId>,
    /// The dose, 1–9, where somebody chose it.
    pub dose: Option<u8>,
}

/// Where, when and under which settings it is decided.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The municipality's settings.
    pub settings: &'a Settings,
    /// This venue.
    pub venue: &'a VenueNumber,
    /// Names of venues.
    pub venue_names: &'a BTreeMap<VenueNumber, String>,
    /// 受付 or 接種結果.
    pub purpose: Purpose,
    /// The two leading digits of the code, where it has them.
    pub sticker: Option<StickerDigits>,
    /// At the desk: the vaccine that the booth's board holds, and the dose that staff chose by hand.
    pub given: Given<'a>,
    /// The wall clock.
    pub now: Moment,
    /// What is known of the wall clock.
    pub clock: ClockState,
    /// When the centre's data last arrived whole; none when it never did.
    pub data_as_of: Option<Moment>,
}

impl Context<'_> {
    /// The calendar day.
    pub fn today(&self) -> Day {
        Day(self.now.day())
    }
}
