//! What the municipality sent, as the kiosk's behaviour needs it.

use uketsuke_domain::ids::VenueNumber;
use uketsuke_domain::kiosk::Roster;
use uketsuke_domain::record::{DocumentKind, Value};
use uketsuke_domain::reference::{Doctor, Lot, Venue};
use uketsuke_store::{Store, StoreError};

/// Reads settings, venues, and this venue's doctors and lots.
///
/// # Errors
/// When the disk can't be read.
pub fn read(store: &Store, venue: &VenueNumber) -> Result<Roster, StoreError> {
    let here = |venues: &[VenueNumber]| venues.is_empty() || venues.contains(venue);
    let venues: Vec<Venue> = decode_all(store, DocumentKind::Venue)?;
    let doctors: Vec<Doctor> = decode_all(store, DocumentKind::Doctors)?;
    let lots: Vec<Lot> = decode_all(store, DocumentKind::Lots)?;
    Ok(Roster {
        settings: store.settings().cloned(),
        venue_names: venues.into_iter().map(|venue| (venue.number, venue.name)).collect(),
        doctors: doctors.into_iter().filter(|doctor| here(&doctor.venues)).collect(),
        lots: lots.into_iter().filter(|lot| here(&lot.venues)).collect(),
    })
}

/// Every value of every document of a kind. One that can't be read is a newer version's: it is left out.
fn decode_all<T: for<'b> minicbor::Decode<'b, ()>>(store: &Store, kind: DocumentKind) -> Result<Vec<T>, StoreError> {
    let documents = store.documents(kind)?;
    let values = documents.iter().flat_map(|fields| fields.values()).filter_map(|values| values.first());
    Ok(values.filter_map(Value::as_bytes).filter_map(|bytes| minicbor::decode(bytes).ok()).collect())
}
