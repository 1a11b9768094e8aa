//! The person in front of the kiosk.

use super::Kiosk;
use crate::code::{StickerDigits, Voucher};
use crate::facts::Overruled;
use crate::screen::{Held, PersonCard, Station};
use crate::time::Day;
use crate::verdict::{Context, Given, Known, Purpose, Verdict, decide};

/// How the voucher was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Query {
    /// The voucher.
    pub voucher: Voucher,
    /// The code held only the number.
    pub short: bool,
    /// The two leading digits of the code, where it has them.
    pub sticker: Option<StickerDigits>,
    /// It was typed: then the birth date was asked for.
    pub typed_birth: Option<Day>,
}

/// The person, what is known, and what was decided.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) query: Query,
    pub(super) known: Known,
    pub(super) purpose: Purpose,
    pub(super) verdict: Verdict,
    /// The reasons that staff went on in spite of.
    pub(super) overridden: Vec<Overruled>,
    /// Why they did.
    pub(super) because: Option<String>,
    /// They did it in 管理者特別権限.
    pub(super) special: bool,
}

impl Kiosk {
    /// What this station asks of a verdict.
    pub(super) fn purpose(&self) -> Purpose {
        match self.config.station {
            Station::EntranceSelf | Station::EntranceStaffed | Station::Manager => Purpose::CheckIn,
            Station::CertificateDesk => Purpose::Outcome,
        }
    }

    /// Decides about a person. None until the municipality's settings have arrived.
    pub(super) fn judge(&self, query: Query, known: Known, purpose: Purpose) -> Option<Subject> {
        self.judge_given(query, known, purpose, Given::default())
    }

    /// The same, of a jab with this vaccine and dose.
    pub(super) fn judge_given(
        &self,
        query: Query,
        known: Known,
        purpose: Purpose,
        given: Given<'_>,
    ) -> Option<Subject> {
        let context = Context {
            settings: self.roster.settings.as_ref()?,
            venue: &self.config.venue,
            venue_names: &self.roster.venue_names,
            purpose,
            sticker: query.sticker,
            given,
            now: self.now,
            clock: self.clock,
            data_as_of: self.data_as_of(),
        };
        let verdict = decide(&known, &context);
        Some(Subject { query, known, purpose, verdict, overridden: Vec::new(), because: None, special: false })
    }

    /// The person as the screen names them; a self-service screen names nobody.
    pub(super) fn person_card(&self, subject: &Subject) -> PersonCard {
        let mut card = person_card(&subject.query.voucher, &subject.known.record, self.roster.settings.as_ref());
        let on_card = subject.known.card.as_ref().and_then(|card| card.birth);
        card.birth = card.birth.or(on_card).or(subject.query.typed_birth);
        card.same_name = subject.known.same_name;
        if subject.known.record.is_empty() && subject.known.card.is_some() {
            card.held = Held::Card;
        }
        if self.serves_itself() {
            (card.name, card.kana, card.birth) = (None, None, None);
        }
        card
    }
}

/// A person as the record names them.
pub fn person_card(
    voucher: &Voucher,
    record: &crate::record::RawRecord,
    settings: Option<&crate::reference::Settings>,
) -> PersonCard {
    use crate::record::field;
    PersonCard {
        name: record.text(field::NAME).map(str::to_owned),
        kana: record.text(field::KANA).map(str::to_owned),
        birth: record.birth(),
        voucher: *voucher,
        municipality_name: settings.and_then(|settings| settings.municipality_name(voucher.municipality)),
        same_name: false,
        held: if record.is_empty() { Held::Nothing } else { Held::Record },
    }
}
