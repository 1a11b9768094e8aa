//! What a transaction on people's records can do besides.

use rusqlite::params;
use uketsuke_domain::code::Voucher;
use uketsuke_domain::fold::Folded;
use uketsuke_domain::log::{Entry, Incident, Item, Ledger, Origin, Topic, Vector};
use uketsuke_domain::record::{DocumentId, DocumentKind, RawRecord};
use uketsuke_domain::reference::{Card, CardKey, Settings};
use uketsuke_domain::verdict::Known;

use super::Tx;
use crate::StoreError;
use crate::read::{self, signed};

impl Ledger for Tx<'_> {
    fn settings(&self) -> Option<&Settings> {
        self.settings
    }

    fn record(&mut self, document: DocumentId) -> Result<RawRecord, StoreError> {
        Tx::record(self, document)
    }

    fn known(&mut self, voucher: &Voucher, short: bool, card_secret: &[u8; 32]) -> Result<Known, StoreError> {
        Tx::known(self, voucher, short, card_secret)
    }

    fn project(&mut self, document: DocumentId) -> Result<(RawRecord, Folded), StoreError> {
        Tx::project(self, document)
    }

    fn touched(&self) -> Vec<(DocumentKind, DocumentId)> {
        Tx::touched(self)
    }

    fn unplaced(&mut self, document: DocumentId, topic: &Topic) -> Result<Vec<(Item, Entry)>, StoreError> {
        Tx::unplaced(self, document, topic)
    }

    fn places(&mut self, document: DocumentId) -> Result<Vec<Topic>, StoreError> {
        let mut statement =
            self.inner.prepare_cached("SELECT DISTINCT topic FROM placed WHERE document = ? ORDER BY topic")?;
        let topics: Vec<String> = statement.query_map([document.0], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(topics.iter().filter_map(|topic| Topic::parse(topic)).collect())
    }

    fn unplace(&mut self, document: DocumentId, topic: &Topic) -> Result<(), StoreError> {
        let mut statement = self.inner.prepare_cached("DELETE FROM placed WHERE document = ? AND topic = ?")?;
        statement.execute(params![document.0, topic.as_str()])?;
        Ok(())
    }

    fn card(&mut self, key: CardKey) -> Result<Option<Card>, StoreError> {
        Tx::card(self, key)
    }

    fn put_confirmed(&mut self, peer: &[u8; 32], topic: &Topic, held: &[(Origin, u64)]) -> Result<(), StoreError> {
        let sql = "INSERT INTO confirmed VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (peer, topic, origin) DO UPDATE SET number = ?4 WHERE number <> ?4";
        let mut statement = self.inner.prepare_cached(sql)?;
        for (origin, number) in held {
            statement.execute(params![peer, topic.as_str(), origin.0, signed(*number)])?;
        }
        Ok(())
    }

    fn note(&mut self, incident: &Incident) -> Result<(), StoreError> {
        let sql = "INSERT INTO incident VALUES (?1, ?2, ?3, ?4, 1, ?5, ?5)
             ON CONFLICT (kind, who, topic) DO UPDATE SET detail = ?4, times = times + 1, last = ?5";
        let Incident { kind, who, topic, detail, at } = incident;
        self.inner.prepare_cached(sql)?.execute(params![*kind as u8, who, topic, detail, at.0])?;
        Ok(())
    }

    fn ends(&mut self, topic: &Topic) -> Result<Vector, StoreError> {
        read::vector(&self.inner, topic)
    }

    fn archive(&mut self, topic: &Topic) -> Result<u64, StoreError> {
        let mut statement = self.inner.prepare_cached("SELECT id, origin FROM chain WHERE topic = ?")?;
        let rows = statement.query_map([topic.as_str()], |row| Ok((row.get::<_, i64>(0)?, Origin(row.get(1)?))))?;
        let chains: Vec<(i64, Origin)> = rows.collect::<Result<_, _>>()?;
        drop(statement);
        let mut dropped = 0;
        for (chain, origin) in chains {
            let Some((_, tip)) = self.chain(topic, &origin)? else { continue };
            let sql = "UPDATE chain SET base_number = ?, base_hash = ? WHERE id = ?";
            self.inner.prepare_cached(sql)?.execute(params![signed(tip.number), tip.header_hash.0, chain])?;
            dropped += self.inner.prepare_cached("DELETE FROM entry WHERE chain = ?")?.execute([chain])?;
        }
        self.inner.prepare_cached("DELETE FROM fork WHERE topic = ?")?.execute([topic.as_str()])?;
        Ok(dropped as u64)
    }
}
