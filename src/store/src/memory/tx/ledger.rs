//! What a transaction on people's records can do besides.

use uketsuke_domain::code::Voucher;
use uketsuke_domain::fold::Folded;
use uketsuke_domain::log::{Digest32, Entry, Incident, Item, Ledger, Origin, Topic, Vector};
use uketsuke_domain::record::{DocumentId, DocumentKind, RawRecord};
use uketsuke_domain::reference::{Card, CardKey, Settings};
use uketsuke_domain::verdict::Known;

use super::MemoryTx;
use crate::memory::tables::{ChainRow, all_of};
use crate::read::kept;
use crate::records::Records;
use crate::trouble::IncidentRow;
use crate::{StoreError, project, records};

impl Ledger for MemoryTx<'_> {
    fn settings(&self) -> Option<&Settings> {
        self.settings
    }

    fn record(&mut self, document: DocumentId) -> Result<RawRecord, StoreError> {
        records::record(self.tables, document)
    }

    fn known(&mut self, voucher: &Voucher, short: bool, card_secret: &[u8; 32]) -> Result<Known, StoreError> {
        records::known(self.tables, voucher, short, card_secret)
    }

    fn project(&mut self, document: DocumentId) -> Result<(RawRecord, Folded), StoreError> {
        self.operation()?;
        self.due.remove(&document);
        project::project(self.tables, document, self.settings)
    }

    fn touched(&self) -> Vec<(DocumentKind, DocumentId)> {
        self.touched.iter().map(|(document, kind)| (*kind, *document)).collect()
    }

    fn unplaced(&mut self, document: DocumentId, topic: &Topic) -> Result<Vec<(Item, Entry)>, StoreError> {
        let is_placed = |change| self.tables.placed.contains_key(&(document, topic.to_string(), change));
        let mut lacking: Vec<_> = self.tables.items_of(document).filter(|row| !is_placed(row.item.change)).collect();
        lacking.sort_by_key(|row| (row.chain, row.number, row.item.change));
        let with_entry = lacking.into_iter().filter_map(|row| {
            let brought_by = self.tables.entries.get(&(row.chain, row.number))?;
            Some((row.item.clone(), (*brought_by.entry).clone()))
        });
        Ok(with_entry.collect())
    }

    fn places(&mut self, document: DocumentId) -> Result<Vec<Topic>, StoreError> {
        let placed = self.tables.placed.range((document, String::new(), Digest32([0; 32]))..).map(|(at, ())| at);
        let mut topics: Vec<&str> =
            placed.take_while(|(of, ..)| *of == document).map(|(_, topic, _)| topic.as_str()).collect();
        topics.dedup();
        Ok(topics.into_iter().filter_map(Topic::parse).collect())
    }

    fn unplace(&mut self, document: DocumentId, topic: &Topic) -> Result<(), StoreError> {
        self.operation()?;
        let at = |change| (document, topic.to_string(), Digest32(change));
        self.tables.placed.take_all(at([0; 32])..=at([255; 32]));
        Ok(())
    }

    fn card(&mut self, key: CardKey) -> Result<Option<Card>, StoreError> {
        Records::card(self.tables, key)
    }

    fn put_confirmed(&mut self, peer: &[u8; 32], topic: &Topic, held: &[(Origin, u64)]) -> Result<(), StoreError> {
        self.operation()?;
        for (origin, number) in held {
            self.tables.confirmed.put((*peer, topic.clone(), *origin), kept(*number));
        }
        Ok(())
    }

    fn note(&mut self, incident: &Incident) -> Result<(), StoreError> {
        self.operation()?;
        let Incident { kind, who, topic, detail, at } = incident;
        let key = (*kind, *who, topic.clone());
        let known = self.tables.incidents.get(&key);
        let row = IncidentRow {
            kind: *kind,
            who: *who,
            topic: topic.clone(),
            detail: detail.clone(),
            times: known.map_or(0, |row| row.times) + 1,
            first: known.map_or(*at, |row| row.first),
            last: *at,
        };
        self.tables.incidents.put(key, row);
        Ok(())
    }

    fn ends(&mut self, topic: &Topic) -> Result<Vector, StoreError> {
        let chains = self.tables.chains_in(topic);
        Ok(chains.filter_map(|(origin, chain)| Some((*origin, self.tables.tip_of(chain)?))).collect())
    }

    fn archive(&mut self, topic: &Topic) -> Result<u64, StoreError> {
        self.operation()?;
        let chains: Vec<(Origin, ChainRow)> =
            self.tables.chains_in(topic).map(|(origin, chain)| (*origin, *chain)).collect();
        let mut dropped = 0;
        for (origin, chain) in chains {
            let base = self.tables.tip_of(&chain);
            self.tables.chains.put((topic.clone(), origin), ChainRow { base, ..chain });
            let rows = self.tables.entries.range(all_of(chain.id));
            let about: Vec<_> = rows.filter_map(|(at, row)| Some((row.document?, at.0, at.1))).collect();
            for at in &about {
                self.tables.entries_about.take(at);
            }
            dropped += self.tables.entries.take_all(all_of(chain.id));
        }
        let forks: Vec<_> = self.tables.forks.keys().filter(|at| at.0 == *topic).cloned().collect();
        for at in &forks {
            self.tables.forks.take(at);
        }
        Ok(dropped)
    }
}
