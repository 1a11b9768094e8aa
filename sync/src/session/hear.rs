//! What follows from what the peer says.

use uketsuke_domain::log::{Tip, Topic};

use super::shared::Told;
use super::{Closed, Output, PeerSession, Phase};
use crate::frame::{Beat, Chunk, Frame, Refusal, Summary, VectorFrame};
use crate::ingest::{Batch, Blame};

impl PeerSession {
    pub(super) fn beat(&mut self, beat: &Beat) -> Vec<Output> {
        self.clock_off_ms = beat.now.0.saturating_sub(self.wall.0);
        Vec::new()
    }

    pub(super) fn summary(&mut self, summary: &Summary) -> Vec<Output> {
        self.clock_off_ms = summary.now.0.saturating_sub(self.wall.0);
        let topic = summary.topic.clone();
        // The peer cannot know which topics this side does not want.
        let Some(shared) = self.topics.get_mut(&topic) else { return Vec::new() };
        shared.summarised(summary.digest);
        self.compare(&topic)
    }

    /// Once both have told their summaries: they are even, or the whole vector is due.
    pub(super) fn compare(&mut self, topic: &Topic) -> Vec<Output> {
        let Some(shared) = self.topics.get_mut(topic) else { return Vec::new() };
        let mut outputs = Vec::new();
        if shared.compare() == Some(false) {
            outputs.push(Output::Send(Frame::Vector(shared.whole(topic, self.wall))));
            self.told = self.now;
        }
        outputs.extend(self.pump());
        outputs
    }

    pub(super) fn vector(&mut self, frame: &VectorFrame) -> Vec<Output> {
        self.clock_off_ms = frame.now.0.saturating_sub(self.wall.0);
        let Some(shared) = self.topics.get_mut(&frame.topic) else { return Vec::new() };
        let own = self.identity.origin();
        let mut outputs = Vec::new();
        for (origin, number, check) in frame.chains() {
            match shared.hear(origin, (number, check), frame.again, self.now) {
                Told::Fine => {}
                // The peer is shown this side's chain, and shows its own: only then is anything put down.
                Told::Forked => outputs.push(shared.evidence(&frame.topic, origin)),
                Told::TooMany => return self.refuse(Refusal::Flood),
            }
            if frame.again {
                self.in_flight.retain(|(topic, other, _)| *topic != frame.topic || *other != origin);
            }
            if origin == own && shared.is_doubled(own) && self.doubled.insert(frame.topic.clone()) {
                outputs.push(Output::Doubled(frame.topic.clone()));
            }
        }
        if frame.whole {
            shared.told = true;
        }
        let theirs = &shared.theirs;
        self.in_flight.retain(|(topic, origin, last)| {
            *topic != frame.topic || theirs.get(origin).is_none_or(|number| number < last)
        });
        outputs.extend(self.pump());
        outputs
    }

    pub(super) fn chunk(&mut self, chunk: &Chunk) -> Vec<Output> {
        let Some(shared) = self.topics.get(&chunk.topic) else { return self.refuse(Refusal::Misbehaviour) };
        match chunk.unpack() {
            Ok(batch) if !numbered(&batch) => self.refuse(Refusal::Misbehaviour),
            Err(why) => {
                log::warn!("a chunk of {} that can't be read: {why}", chunk.topic);
                self.refuse(Refusal::Misbehaviour)
            }
            Ok(batch) => {
                let last = batch.first.saturating_add(batch.claims.len() as u64).saturating_sub(1);
                let useless = shared.was_told(batch.origin, last);
                self.ingesting.push_back((batch.topic.clone(), batch.origin, useless));
                vec![Output::Ingest(batch)]
            }
        }
    }

    /// A chunk was committed (or not): storage holds its origin up to here.
    pub fn ingested(&mut self, tip: Option<Tip>, blame: Option<&Blame>) -> Vec<Output> {
        let Some((topic, origin, useless)) = self.ingesting.pop_front() else { return Vec::new() };
        if self.phase != Phase::Open {
            return Vec::new();
        }
        if !self.limits.useful(!useless) {
            return self.refuse(Refusal::Flood);
        }
        if let Some(blame) = blame.filter(|blame| blame.is_peers()) {
            let mut outputs = vec![Output::Send(Frame::Refused(Refusal::Misbehaviour))];
            outputs.extend(self.close(Closed::Blamed(blame.clone())));
            return outputs;
        }
        let Some(shared) = self.topics.get_mut(&topic) else { return Vec::new() };
        let mut outputs = Vec::new();
        if matches!(blame, Some(Blame::Clone { .. })) && shared.proven.insert(origin) {
            outputs.push(Output::Forked { topic: topic.clone(), origin });
            if shared.forked.insert(origin) {
                // The peer's chain may be the longer one: it learns of this one as well.
                outputs.push(shared.evidence(&topic, origin));
            }
        }
        let again = matches!(blame, Some(Blame::Gap { .. }));
        let confirmed = VectorFrame { again, ..shared.confirm(&topic, origin, tip, self.wall) };
        outputs.push(Output::Send(Frame::Vector(confirmed)));
        self.told = self.now;
        outputs.extend(self.pump());
        outputs
    }
}

/// Whether a batch's entries can be numbered, and it says what they follow.
fn numbered(batch: &Batch) -> bool {
    let count = u64::try_from(batch.claims.len()).ok();
    let fits = count.is_some_and(|count| batch.first.checked_add(count).is_some());
    fits && batch.first > 0 && batch.after.is_some() == (batch.first > 1)
}
