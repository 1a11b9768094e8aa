//! Looking up what a record is made of.

use rusqlite::{OptionalExtension, params};
use uketsuke_domain::code::Voucher;
use uketsuke_domain::facts::KnownFact;
use uketsuke_domain::ids::{SlotId, VenueNumber};
use uketsuke_domain::log::ControlKind;
use uketsuke_domain::record::{DocumentId, DocumentKind, Fields};
use uketsuke_domain::reference::{Card, CardKey};
use uketsuke_domain::text::kana::SearchKey;
use uketsuke_domain::time::Day;

use super::Sql;
use crate::StoreError;
use crate::records::Records;

impl Records for Sql<'_> {
    fn facts(&self, document: DocumentId) -> Result<Vec<KnownFact>, StoreError> {
        let sql = "SELECT content FROM item WHERE document = ? AND what = 0 ORDER BY change";
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query([document.0])?;
        let mut facts = Vec::new();
        while let Some(row) = rows.next()? {
            let bytes = row.get_ref(0)?.as_blob().map_err(|_| StoreError::Damaged("a fact's bytes"))?;
            match KnownFact::decode(bytes) {
                Ok(fact) => facts.push(fact),
                Err(why) => log::error!("a stored fact can't be read: {why}"),
            }
        }
        Ok(facts)
    }

    fn fields(&self, document: DocumentId) -> Result<Fields, StoreError> {
        let mut statement = self.0.prepare_cached("SELECT fields FROM fields WHERE document = ?")?;
        let bytes: Option<Vec<u8>> = statement.query_row([document.0], |row| row.get(0)).optional()?;
        match bytes {
            None => Ok(Fields::new()),
            Some(bytes) => minicbor::decode(&bytes).map_err(|_| StoreError::Damaged("fields")),
        }
    }

    fn erased(&self, document: DocumentId) -> Result<bool, StoreError> {
        let mut statement =
            self.0.prepare_cached("SELECT EXISTS (SELECT 1 FROM control WHERE kind = ? AND subject = ?)")?;
        Ok(statement.query_row(params![ControlKind::Erased as u8, document.0], |row| row.get(0))?)
    }

    fn documents(&self, kind: DocumentKind) -> Result<Vec<Fields>, StoreError> {
        let sql = "SELECT fields FROM fields WHERE kind = ? AND kind > 1 ORDER BY document";
        let mut statement = self.0.prepare_cached(sql)?;
        let rows = statement.query_map([kind as u8], |row| row.get::<_, Vec<u8>>(0))?;
        rows.map(|bytes| minicbor::decode(&bytes?).map_err(|_| StoreError::Damaged("fields"))).collect()
    }

    fn card(&self, key: CardKey) -> Result<Option<Card>, StoreError> {
        let mut statement = self.0.prepare_cached("SELECT card FROM card WHERE key = ?")?;
        let bytes: Option<Vec<u8>> = statement.query_row([key.0], |row| row.get(0)).optional()?;
        bytes.map(|bytes| minicbor::decode(&bytes).map_err(|_| StoreError::Damaged("a card"))).transpose()
    }

    fn namesake(&self, document: DocumentId, name: &SearchKey, birth: &str) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM person WHERE name_key = ? AND birth = ? AND document <> ?)";
        let mut statement = self.0.prepare_cached(sql)?;
        Ok(statement.query_row(params![name.as_str(), birth, document.0], |row| row.get(0))?)
    }

    fn number_elsewhere(&self, voucher: &Voucher) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM person WHERE voucher = ? AND municipality <> ?)";
        let mut statement = self.0.prepare_cached(sql)?;
        Ok(statement.query_row(params![voucher.number.as_str(), voucher.municipality.as_str()], |row| row.get(0))?)
    }

    fn taken(&self, venue: &VenueNumber, day: Day, slot: &SlotId) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM visit WHERE venue = ? AND day = ? AND slot = ? AND NOT cancelled";
        let mut statement = self.0.prepare_cached(sql)?;
        Ok(statement.query_row(params![venue.as_str(), day.to_string(), slot.as_str()], |row| row.get(0))?)
    }
}
