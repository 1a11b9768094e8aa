//! What the centre does with every record that changed, in the transaction that changed it: it brings the record into
//! the topics of the venues where the person has a booking or a visit, and writes the person's card.

use std::collections::BTreeSet;

use uketsuke_domain::code::{Municipality, Voucher};
use uketsuke_domain::facts::Source;
use uketsuke_domain::fold::{Folded, GivenDose, VisitKey, fold};
use uketsuke_domain::ids::VenueNumber;
use uketsuke_domain::log::{Ledger, Topic};
use uketsuke_domain::record::{DocumentId, DocumentKind, RawRecord};
use uketsuke_domain::reference::{Card, CardDose, CardKey};
use uketsuke_sync::author::Author;
use uketsuke_sync::identity::Identity;

use crate::ReplicaError;

/// What publishing needs to know of the centre.
#[derive(Clone, Debug)]
pub struct Publisher {
    /// Under which it writes.
    pub identity: Identity,
    /// The secret of the cards' keys.
    pub card_secret: [u8; 32],
    /// Whose centre it is.
    pub municipality: Municipality,
}

impl Publisher {
    /// Publishes every person's record that this transaction touched. Answers the topics that it wrote in.
    ///
    /// # Errors
    /// When the disk refuses; then the transaction must be rolled back.
    pub fn publish<L: Ledger>(&self, tx: &mut L) -> Result<BTreeSet<Topic>, ReplicaError<L::Error>> {
        let mut written = BTreeSet::new();
        let touched = tx.touched().into_iter().filter(|(kind, _)| *kind == DocumentKind::Visit);
        let touched: BTreeSet<DocumentId> = touched.map(|(_, document)| document).collect();
        Author::new(&self.identity, tx).run(|author| {
            let mut kin = BTreeSet::new();
            for document in &touched {
                kin.extend(self.publish_record(author, *document, &mut written)?);
            }
            // What one number's record says bears on the others: where they are held, and what their cards tell.
            for document in kin.difference(&touched) {
                self.publish_record(author, *document, &mut written)?;
            }
            Ok(written)
        })
    }

    /// Publishes one record; answers the person's other numbers.
    fn publish_record<L: Ledger>(
        &self,
        author: &mut Author<'_, L>,
        document: DocumentId,
        written: &mut BTreeSet<Topic>,
    ) -> Result<Vec<DocumentId>, ReplicaError<L::Error>> {
        // The tables are due anyway, and made from the same reading.
        let (record, folded) = author.log().project(document)?;
        self.carry(author, document, (&record, &folded), written)?;
        if let Some(voucher) = record.voucher() {
            self.put_card(author, document, &voucher, card(&record, &folded), written)?;
        }
        Ok(record.kin.into_keys().collect())
    }

    /// Brings a record into the topics of its venues.
    fn carry<L: Ledger>(
        &self,
        author: &mut Author<'_, L>,
        document: DocumentId,
        (record, folded): (&RawRecord, &Folded),
        written: &mut BTreeSet<Topic>,
    ) -> Result<(), ReplicaError<L::Error>> {
        let settings = author.log().settings();
        let of_kin = record.kin.values().flat_map(|kin| venues(kin, &fold(kin, settings)));
        let venues: BTreeSet<VenueNumber> = venues(record, folded).into_iter().chain(of_kin).collect();
        for venue in venues {
            let topic = Topic::venue(self.municipality, &venue);
            for (item, entry) in author.log().unplaced(document, &topic)? {
                author.carry(&topic, &entry, &item)?;
                written.insert(topic.clone());
            }
        }
        Ok(())
    }

    fn put_card<L: Ledger>(
        &self,
        author: &mut Author<'_, L>,
        document: DocumentId,
        voucher: &Voucher,
        card: Card,
        written: &mut BTreeSet<Topic>,
    ) -> Result<(), ReplicaError<L::Error>> {
        if DocumentId::visit(voucher) != document {
            // A record that claims somebody else's voucher must not speak for that person.
            log::warn!("{document} claims a voucher that is not its own");
            return Ok(());
        }
        let key = CardKey::of(&self.card_secret, voucher);
        if author.log().card(key)?.as_ref() != Some(&card) {
            let topic = Topic::municipality(self.municipality);
            author.card(&topic, key, card)?;
            written.insert(topic);
        }
        Ok(())
    }
}

/// The venues of a person: of every booking, and of every visit.
fn venues(record: &RawRecord, folded: &Folded) -> BTreeSet<VenueNumber> {
    let booked = folded.bookings.iter().map(|booking| booking.booked.venue.clone());
    let acts = record.facts.iter().filter(|known| known.fact.stamp.source != Source::Import);
    booked.chain(acts.map(|known| known.fact.stamp.venue.clone())).collect()
}

/// The least that another venue's door must know.
fn card(record: &RawRecord, folded: &Folded) -> Card {
    let open = folded.bookings.iter().filter(|booking| {
        let visit = folded.visit(&VisitKey::Booking(booking.number.clone()));
        booking.cancelled.is_none() && visit.is_none_or(|visit| visit.outcome.is_none())
    });
    // Under whichever number they were given: the door that reads the card need not hold either record.
    let mut doses: Vec<CardDose> = folded.doses.iter().chain(&folded.kin_doses).map(card_dose).collect();
    doses.sort_by_key(|dose| (dose.day, dose.dose));
    Card {
        birth: record.birth(),
        doses,
        bookings: open.map(|booking| (booking.booked.venue.clone(), booking.booked.day)).collect(),
        deleted: record.is_deleted(),
        replaced_by: folded.replaced_by.first().map(|voucher| voucher.number.last_four().to_owned()),
    }
}

fn card_dose(dose: &GivenDose) -> CardDose {
    CardDose { dose: dose.dose, product: dose.product.clone(), day: dose.day }
}
