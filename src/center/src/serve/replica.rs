//! The centre's storage as a conversation sees it.

use anyhow::Result;
use uketsuke_domain::log::{Entry, Origin, Topic, Vector};
use uketsuke_sync::entry::Claim;
use uketsuke_sync::ingest::{Blame, ingest};
use uketsuke_sync::replica::Replica;

use crate::centre::Centre;

/// The centre's storage, and the device that is spoken with.
#[derive(Debug)]
pub(super) struct Served {
    pub(super) centre: Centre,
    /// Its public key, and the one topic that it may write in; none until it has proved who it is.
    pub(super) device: Option<([u8; 32], Topic)>,
}

impl Replica for Served {
    type Error = anyhow::Error;

    fn vector(&mut self, topic: &Topic) -> Result<Vector> {
        Ok(self.centre.store.vector(topic)?)
    }

    fn entries(&mut self, topic: &Topic, origin: Origin, from: u64, max_bytes: usize) -> Result<Vec<Entry>> {
        Ok(self.centre.store.entries(topic, &origin, from, max_bytes)?)
    }

    /// Takes in and publishes in one transaction: a record that changed is carried and its card written, or nothing is.
    /// A device brings its own entries of its venue's topic, and nobody else's.
    fn ingest(&mut self, topic: &Topic, origin: Origin, first: u64, claims: Vec<Claim>) -> Result<Option<Blame>> {
        let is_own = self.device.as_ref().is_some_and(|(key, venue)| *key == origin.key() && venue == topic);
        if !is_own {
            return Ok(Some(Blame::NotItsOwn { number: first }));
        }
        let publisher = self.centre.publisher();
        self.centre.store.write(|tx| {
            let (done, blame) = ingest(tx, topic, origin, first, claims)?;
            if done.added > 0 {
                publisher.publish(tx)?;
            }
            Ok(blame)
        })
    }
}
