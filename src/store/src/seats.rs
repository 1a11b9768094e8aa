//! 予約枠 in which more people are booked than there are places: found among records, not within one.

use std::collections::BTreeMap;

use rusqlite::params;
use uketsuke_domain::booking::{Occupancy, Overbooked};
use uketsuke_domain::fold::fold;
use uketsuke_domain::ids::{SlotId, VenueNumber};
use uketsuke_domain::record::{DocumentId, DocumentKind};
use uketsuke_domain::reference::Slot;
use uketsuke_domain::time::Day;

use crate::{Store, StoreError};

impl Store {
    /// The slots of a venue on a day, by start.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn slots(&self, venue: &VenueNumber, day: Day) -> Result<Vec<Slot>, StoreError> {
        let about = format!("{venue}/{day}");
        let fields = self.fields(DocumentId::of(DocumentKind::SlotDay, &about))?;
        let values = fields.values().filter_map(|values| values.first()?.as_bytes());
        let read = |bytes| minicbor::decode(bytes).inspect_err(|why| log::error!("a slot can't be read: {why}")).ok();
        let mut slots: Vec<Slot> = values.filter_map(read).collect();
        slots.sort_by(|a, b| (a.start_minute, &a.id).cmp(&(b.start_minute, &b.id)));
        Ok(slots)
    }

    /// The slots of a venue on a day in which people who did not know of each other hold more places than there are, with
    /// all who are booked. Only of a slot that is too full are the records read.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub fn overbooked(&self, venue: &VenueNumber, day: Day) -> Result<Vec<(Slot, Overbooked)>, StoreError> {
        let mut booked = self.booked(venue, day)?;
        let mut found = Vec::new();
        for slot in self.slots(venue, day)? {
            let people = booked.remove(&slot.id).unwrap_or_default();
            if people.len() <= usize::from(slot.capacity) {
                continue;
            }
            let mut occupancy = Occupancy::default();
            for document in people {
                let record = self.record(document)?;
                if let Some(voucher) = record.voucher() {
                    occupancy.add(&voucher, &fold(&record, self.settings()).bookings);
                }
            }
            found.extend(occupancy.overbooked(&slot).map(|overbooked| (slot, overbooked)));
        }
        Ok(found)
    }

    /// Whose bookings hold a place, by slot.
    fn booked(&self, venue: &VenueNumber, day: Day) -> Result<BTreeMap<SlotId, Vec<DocumentId>>, StoreError> {
        let sql = "SELECT slot, document FROM visit WHERE venue = ? AND day = ? AND slot IS NOT NULL AND NOT cancelled";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![venue.as_str(), day.to_string()], |row| {
            Ok((SlotId(row.get(0)?), DocumentId(row.get(1)?)))
        })?;
        let mut booked: BTreeMap<SlotId, Vec<DocumentId>> = BTreeMap::new();
        for row in rows {
            let (slot, document) = row?;
            booked.entry(slot).or_default().push(document);
        }
        Ok(booked)
    }
}
