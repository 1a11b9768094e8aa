//! A small town: settings, venues, a doctor, a lot, residents with bookings, all written by the centre.

use std::collections::BTreeMap;

use uketsuke_domain::code::{Municipality, Voucher, VoucherNumber};
use uketsuke_domain::facts::{Body, Booked, ClockState, Fact, FactKind, KnownFact, Source, Stamp, Weight};
use uketsuke_domain::ids::{BookingNumber, FactId, VenueNumber};
use uketsuke_domain::kiosk::Roster;
use uketsuke_domain::log::{Ledger, Topic};
use uketsuke_domain::record::{DocumentId, DocumentKind, Value, field};
use uketsuke_domain::reference::{Doctor, Lot, Role, Settings, Venue};
use uketsuke_domain::time::{Day, Moment};
use uketsuke_replica::ReplicaError;
use uketsuke_replica::publish::Publisher;
use uketsuke_sync::author::Author;

use crate::dice::Dice;

/// The centre's own settings, as a new municipality begins with them.
const SETTINGS: &str = include_str!("../../../src/center/src/settings.default.toml");

/// What everybody in the town knows.
#[derive(Clone, Debug)]
pub(crate) struct Town {
    /// Whose.
    pub(crate) municipality: Municipality,
    /// Settings.
    pub(crate) settings: Settings,
    /// The venues.
    pub(crate) venues: Vec<VenueNumber>,
    /// The day.
    pub(crate) day: Day,
    /// The vouchers of the residents.
    pub(crate) residents: Vec<Voucher>,
}

impl Town {
    /// A town of so many residents.
    ///
    /// # Errors
    /// When the settings can't be read: a bug.
    pub(crate) fn new(residents: u64, venues: usize, start: Moment) -> anyhow::Result<Self> {
        let settings: Settings = toml::from_str(SETTINGS)?;
        let municipality = settings.municipality;
        let venues = (1..=venues).map(|number| VenueNumber(format!("{number:03}"))).collect();
        let voucher = |number: u64| {
            let number = VoucherNumber::parse(&format!("2{number:09}"));
            number.map(|number| Voucher { municipality, number })
        };
        let residents = (1..=residents).filter_map(voucher).collect();
        Ok(Self { municipality, settings, venues, day: Day(start.day()), residents })
    }

    /// The topic of a venue.
    pub(crate) fn topic(&self, venue: &VenueNumber) -> Topic {
        Topic::venue(self.municipality, venue)
    }

    /// What kiosks are told of the municipality.
    pub(crate) fn roster(&self) -> Roster {
        let name = |venue: &VenueNumber| (venue.clone(), format!("会場{venue}"));
        Roster {
            settings: Some(self.settings.clone()),
            venue_names: self.venues.iter().map(name).collect(),
            doctors: vec![doctor()],
            lots: vec![lot()],
        }
    }

    /// Writes everything at the centre: people with a booking today, some with two, some with none.
    ///
    /// # Errors
    /// Storage's.
    pub(crate) fn found<L: Ledger>(
        &self,
        tx: &mut L,
        publisher: &Publisher,
        now: Moment,
        dice: &mut Dice,
    ) -> Result<(), ReplicaError<L::Error>> {
        let mut author = Author::new(&publisher.identity, tx);
        let topic = Topic::municipality(self.municipality);
        let settings = serde_json::to_string(&self.settings).unwrap_or_default();
        let edit = BTreeMap::from([("settings".to_owned(), Value::Text(settings))]);
        author.fields(&topic, (DocumentKind::Settings, DocumentId::of(DocumentKind::Settings, "settings")), &edit)?;
        for venue in &self.venues {
            let of = Venue {
                number: venue.clone(),
                name: format!("会場{venue}"),
                area: String::new(),
                public: true,
                mass: true,
            };
            let value = Value::Bytes(minicbor::to_vec(&of).unwrap_or_default());
            let edit = BTreeMap::from([("venue".to_owned(), value)]);
            author.fields(&topic, (DocumentKind::Venue, DocumentId::of(DocumentKind::Venue, venue.as_str())), &edit)?;
        }
        for voucher in &self.residents {
            self.introduce(&mut author, voucher)?;
            for nth in 0..dice.below(3) {
                let Some(venue) = dice.pick(&self.venues).cloned() else { continue };
                self.book(&mut author, voucher, &venue, nth, now)?;
            }
        }
        publisher.publish(tx).map(drop)
    }

    fn introduce<L: Ledger>(
        &self,
        author: &mut Author<'_, L>,
        voucher: &Voucher,
    ) -> Result<(), ReplicaError<L::Error>> {
        let text = |text: &str| Value::Text(text.to_owned());
        let edits = BTreeMap::from([
            (field::VOUCHER.to_owned(), text(&voucher.to_string())),
            (field::BIRTH.to_owned(), text("1950-01-01")),
            (field::HISTORY.to_owned(), text("1")),
            (field::KANA.to_owned(), text(&format!("ジュウミン　{}", voucher.number.last_four()))),
        ]);
        let topic = Topic::centre(self.municipality);
        author.fields(&topic, (DocumentKind::Visit, DocumentId::visit(voucher)), &edits)?;
        Ok(())
    }

    /// Books a place for a resident, as the centre does.
    ///
    /// # Errors
    /// Storage's.
    pub(crate) fn book<L: Ledger>(
        &self,
        author: &mut Author<'_, L>,
        voucher: &Voucher,
        venue: &VenueNumber,
        nth: u64,
        now: Moment,
    ) -> Result<(), ReplicaError<L::Error>> {
        let document = DocumentId::visit(voucher);
        let number = BookingNumber(format!("B{}-{nth}", voucher.number.last_four()));
        let body = Body::Booked(Booked {
            slot: format!("{venue}-am").as_str().into(),
            venue: venue.clone(),
            day: self.day,
            start_minute: 540,
            end_minute: 720,
            product: "comirnaty".into(),
            conditions: None,
            pair: None,
            irregular: None,
        });
        let mut fact = Fact {
            id: FactId([0; 16]),
            kind: FactKind::Booked,
            booking: Some(number),
            dose: u8::try_from(nth + 1).ok(),
            supersedes: Vec::new(),
            weight: Weight::Ordinary,
            stamp: stamp(venue, now),
            body,
        };
        fact.id = author.fact_id(document, &fact);
        let known = KnownFact::decode(&fact.encode()).map_err(ReplicaError::Fact)?;
        author.fact(&self.topic(venue), (DocumentKind::Visit, document), &known)?;
        Ok(())
    }
}

fn stamp(venue: &VenueNumber, now: Moment) -> Stamp {
    Stamp {
        happened_at: now,
        recorded_at: now,
        source: Source::Import,
        clock: ClockState::Trusted,
        boot: 0,
        boot_ms: 0,
        venue: venue.clone(),
        station: "本部".to_owned(),
        booth: None,
        staff: "import".into(),
        role: Role::Administrator,
    }
}

/// The town's doctor.
pub(crate) fn doctor() -> Doctor {
    Doctor { id: "D1".into(), name: "医師".to_owned(), venues: Vec::new() }
}

/// The town's lot.
pub(crate) fn lot() -> Lot {
    Lot { number: "EW0001".into(), product: "comirnaty".into(), expires: None, venues: Vec::new() }
}
