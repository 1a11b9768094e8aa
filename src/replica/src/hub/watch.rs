//! What is looked at while the clock goes on: gaps, copies, and how far peers hold what is here.

use std::collections::BTreeMap;

use uketsuke_domain::log::{IncidentKind, Ledger, Origin, Storage};
use uketsuke_sync::session::{HEARTBEAT_MS, SILENCE_MS};

use super::{Hub, Line};
use crate::ReplicaError;

/// What a peer counts and does not give for so long is told, in milliseconds.
const GAP_MS: u64 = 5 * 60_000;

impl<S: Storage> Hub<S> {
    /// A peer counts entries that it does not give, for long: nobody may be able to give them any more.
    pub(super) fn look_for_gaps(&mut self) -> Result<(), ReplicaError<S::Error>> {
        let now = self.now.0.0;
        let mut stuck = Vec::new();
        for of in self.lines.values_mut() {
            let Some((has, total)) = of.session.progress().filter(|(has, total)| has < total) else {
                of.behind = None;
                continue;
            };
            match &mut of.behind {
                Some((known, since, noted)) if *known == (has, total) => {
                    if !*noted && now.saturating_sub(*since) > GAP_MS {
                        *noted = true;
                        stuck.push((of.session.peer(), total - has));
                    }
                }
                behind => *behind = Some(((has, total), now, false)),
            }
        }
        for (peer, missing) in stuck {
            self.note(IncidentKind::Gap, peer, "", &format!("counts {missing} entries that it does not give"))?;
        }
        Ok(())
    }

    /// Two programs that speak under one key for a while are two cards: a restart leaves the old line silent.
    pub(super) fn look_for_copies(&mut self) -> Result<(), ReplicaError<S::Error>> {
        let mut seen: BTreeMap<[u8; 32], Origin> = BTreeMap::new();
        let mut copied = Vec::new();
        let lively = |of: &&Line| of.session.is_lively(SILENCE_MS, 2 * HEARTBEAT_MS);
        for device in self.lines.values().filter(lively).filter_map(|of| of.device) {
            if seen.insert(device.key(), device).is_some_and(|other| other != device)
                && self.copies.insert(device.key())
            {
                copied.push(device.key());
            }
        }
        for key in copied {
            self.note(IncidentKind::Copied, key, "", "two programs speak under this device's key")?;
        }
        Ok(())
    }

    /// Keeps how far peers hold what is here: over a restart the rest is known to be unsent.
    pub(super) fn remember(&mut self) -> Result<(), ReplicaError<S::Error>> {
        self.remembered = self.now.0.0;
        let mut known = Vec::new();
        for of in self.lines.values() {
            for topic in of.session.topics() {
                let held = of.session.confirmed(topic).map(Iterator::collect::<Vec<_>>);
                known.extend(held.map(|held| (of.session.peer(), topic.clone(), held)));
            }
        }
        if known.is_empty() {
            return Ok(());
        }
        self.node.storage.write(|tx| -> Result<(), ReplicaError<S::Error>> {
            for (peer, topic, held) in &known {
                tx.put_confirmed(peer, topic, held)?;
            }
            Ok(())
        })
    }
}
