//! The venues are over: the centre archives them, and every kiosk drops what it knew of people.

use std::collections::BTreeMap;

use uketsuke_domain::log::{Topic, Vector};
use uketsuke_domain::record::DocumentId;
use uketsuke_domain::time::Day;
use uketsuke_replica::admin;

use crate::disk::Disk;
use crate::oracle::Verdict;
use crate::world::{CENTRE, World};

impl<S: Disk> World<S> {
    /// The centre closes and archives every venue, as far as it holds it: that far is answered. None where it could not.
    pub(crate) fn archive(&mut self) -> Option<BTreeMap<Topic, Vector>> {
        let day = Day(self.base.day());
        let mut archived = BTreeMap::new();
        for venue in self.town.venues.clone() {
            let topic = self.town.topic(&venue);
            let tips = self.devices.get(CENTRE)?.storage()?.vector(&topic).ok()?;
            let done = self.as_centre(|publisher, tx| {
                admin::close(publisher, tx, &topic, day)?;
                admin::archive(publisher, tx, &topic, tips.clone()).map(drop)
            });
            archived.insert(topic, tips);
            if !done {
                return None;
            }
        }
        Some(archived)
    }

    /// What kiosks still hold of the archived venues, and what the centre does not.
    pub(crate) fn judge_archive(&mut self, archived: &BTreeMap<Topic, Vector>) -> Verdict {
        let mut verdict = Verdict { diverged: self.differences(), ..Verdict::default() };
        self.look_for_lost(&mut verdict);
        let documents: Vec<DocumentId> = self.town.residents.iter().map(DocumentId::visit).collect();
        for (id, device) in self.devices.iter().enumerate().filter(|(id, device)| *id != CENTRE && !device.revoked) {
            let topic = device.topic(&self.town);
            let (Some(storage), Some(tips)) = (device.storage(), archived.get(&topic)) else { continue };
            let held = storage.vector(&topic).unwrap_or_default();
            // What a courier, or who was revoked, brought since then stays until the centre archives again.
            if held.iter().any(|(origin, tip)| tips.get(origin).is_none_or(|end| end.number < tip.number)) {
                continue;
            }
            let is_there =
                |origin, number| storage.stretch(&topic, origin, number, 1).map_or(true, |of| !of.1.is_empty());
            let kept = held.iter().filter(|(origin, tip)| is_there(origin, tip.number)).count();
            let known =
                documents.iter().filter(|document| storage.record(**document).map_or(true, |of| !of.is_empty()));
            let known = known.count();
            if kept + known > 0 {
                verdict.diverged.push(format!("device {id} keeps {kept} chains and {known} people of {topic}"));
            }
        }
        verdict
    }
}
