//! The centre's storage as a conversation sees it.

use anyhow::Result;
use uketsuke_domain::log::{Entry, Origin, Topic, Vector};
use uketsuke_sync::entry::Claim;
use uketsuke_sync::ingest::{Blame, ingest};
use uketsuke_sync::replica::Replica;

use crate::centre::Centre;

impl Replica for Centre {
    type Error = anyhow::Error;

    fn vector(&mut self, topic: &Topic) -> Result<Vector> {
        Ok(self.store.vector(topic)?)
    }

    fn entries(&mut self, topic: &Topic, origin: Origin, from: u64, max_bytes: usize) -> Result<Vec<Entry>> {
        Ok(self.store.entries(topic, &origin, from, max_bytes)?)
    }

    /// Takes in and publishes in one transaction: a record that changed is carried and its card written, or nothing is.
    fn ingest(&mut self, topic: &Topic, origin: Origin, first: u64, claims: Vec<Claim>) -> Result<Option<Blame>> {
        let publisher = self.publisher();
        self.store.write(|tx| {
            let (done, blame) = ingest(tx, topic, origin, first, claims)?;
            if done.added > 0 {
                publisher.publish(tx)?;
            }
            Ok(blame)
        })
    }
}
