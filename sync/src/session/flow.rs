//! What is sent when: own entries at once, others' when nobody else seems to bring them, never too much at a time.

use std::collections::BTreeSet;

use uketsuke_domain::log::{Origin, Tip, Topic, Vector};

use super::shared::Shared;
use super::{Output, PeerSession, Phase, Stretch, WINDOW_CHUNKS, WINDOW_WITH_OWN, summary_frame};
use crate::entry::Claim;
use crate::frame::{CHUNK_TARGET_BYTES, Chunk, Fill, Frame};
use crate::ingest::Batch;

impl PeerSession {
    /// This side holds this much of a topic now: read anew, as at the beginning or after somebody else wrote.
    pub fn holds(&mut self, topic: &Topic, vector: Vector) -> Vec<Output> {
        // Nothing is told before the peer is known to be allowed to hear it.
        if self.phase != Phase::Open {
            return Vec::new();
        }
        let Some(shared) = self.topics.get_mut(topic) else { return Vec::new() };
        let mut outputs = Vec::new();
        if shared.hold(vector) {
            outputs.push(summary_frame(topic, &shared.mine, self.wall));
        }
        outputs.extend(self.compare(topic));
        outputs
    }

    /// This side holds more of one origin: it wrote, or took something in elsewhere. `relayed`: from somebody else than its
    /// author; then others may be about to bring it as well, and the peer is told at once.
    pub fn grew(&mut self, topic: &Topic, origin: Origin, tip: Tip, relayed: bool) -> Vec<Output> {
        if self.phase != Phase::Open {
            return Vec::new();
        }
        let Some(shared) = self.topics.get_mut(topic) else { return Vec::new() };
        let theirs = shared.theirs.get(&origin).copied().unwrap_or_default();
        let had_all = shared.mine.get(&origin).is_none_or(|mine| mine.number <= theirs);
        shared.grew(origin, tip);
        if had_all {
            shared.lacks_since.insert(origin, self.now);
        }
        let mut outputs = Vec::new();
        if relayed {
            outputs.extend(shared.news(topic, self.wall).map(|news| Output::Send(Frame::Vector(news))));
        }
        outputs.extend(self.pump());
        outputs
    }

    /// Asks the peer to send all that this side lacks, without waiting for others.
    pub fn ask_to_fill(&mut self) -> Vec<Output> {
        let topics: Vec<Topic> = self.topics.keys().cloned().collect();
        topics.into_iter().map(|topic| Output::Send(Frame::Fill(Fill { topic }))).collect()
    }

    pub(super) fn fill(&mut self, topic: &Topic) -> Vec<Output> {
        if let Some(shared) = self.topics.get_mut(topic) {
            shared.fill = true;
        }
        self.pump()
    }

    /// Asks for what the peer lacks, as far as the window allows. Own entries come first: somebody waits for them.
    pub(super) fn pump(&mut self) -> Vec<Output> {
        if self.phase != Phase::Open {
            return Vec::new();
        }
        let own = self.identity.public_key();
        let mut outputs = Vec::new();
        for is_own in [true, false] {
            for (topic, shared) in self.topics.iter().filter(|(_, shared)| shared.told) {
                for (&origin, tip) in shared.mine.iter().filter(|(origin, _)| (origin.key() == own) == is_own) {
                    let window = if is_own { WINDOW_WITH_OWN } else { WINDOW_CHUNKS };
                    if self.in_flight.len() + self.reading.len() >= window {
                        break;
                    }
                    let is_due = is_own || self.is_due(shared, origin);
                    let (Some(from), true) = (next_to_send(shared, origin, *tip), is_due) else { continue };
                    if self.reading.insert((topic.clone(), origin)) {
                        let topic = topic.clone();
                        outputs.push(Output::ReadEntries { topic, origin, from, max_bytes: CHUNK_TARGET_BYTES });
                    }
                }
            }
        }
        outputs
    }

    /// Whether others' entries are to be sent: nobody else has brought them for long enough.
    fn is_due(&self, shared: &Shared, origin: Origin) -> bool {
        let after = if shared.fill { 0 } else { self.forward.others_after_ms };
        let since = shared.lacks_since.get(&origin).copied().unwrap_or(self.opened);
        self.now.0.saturating_sub(since.0) >= after
    }

    /// The entries that were asked for, consecutive, in order.
    pub fn entries(&mut self, topic: &Topic, origin: Origin, stretch: Stretch) -> Vec<Output> {
        self.reading.remove(&(topic.clone(), origin));
        if self.phase != Phase::Open {
            return Vec::new();
        }
        let mut outputs: Vec<Output> = self.send(topic, origin, stretch).into_iter().collect();
        outputs.extend(self.pump());
        outputs
    }

    /// Sends what was read, unless the peer has come to hold it in the meantime.
    fn send(&mut self, topic: &Topic, origin: Origin, stretch: Stretch) -> Option<Output> {
        let shared = self.topics.get_mut(topic)?;
        let Stretch { after, entries } = stretch;
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
            // Not asked for again until more is held.
            let mine = shared.mine.get(&origin).map_or(0, |tip| tip.number);
            log::error!("{topic}: entries of {origin} up to {mine} are counted and can't be read");
            shared.sent.insert(origin, mine);
            return None;
        };
        let (first, last) = (first.number, last.number);
        let is_evidence = shared.forked.contains(&origin);
        if !is_evidence {
            let sent = shared.sent.entry(origin).or_default();
            *sent = last.max(*sent);
            if shared.theirs.get(&origin).is_some_and(|theirs| *theirs >= last) {
                return None;
            }
        }
        let claims = entries.into_iter().map(Claim::from).collect();
        match Chunk::pack(Batch { topic: topic.clone(), origin, first, after, claims }) {
            Ok(chunk) => {
                if !is_evidence {
                    self.in_flight.push((topic.clone(), origin, last));
                }
                Some(Output::Send(Frame::Chunk(chunk)))
            }
            Err(why) => {
                log::error!("a chunk could not be packed: {why}");
                None
            }
        }
    }

    /// Entries held here and entries that the peer has, over all shared topics; none until the peer has told.
    pub fn progress(&self) -> Option<(u64, u64)> {
        if self.phase != Phase::Open || self.topics.is_empty() || self.topics.values().any(|shared| !shared.told) {
            return None;
        }
        let mut progress: (u64, u64) = (0, 0);
        for shared in self.topics.values() {
            for (origin, &theirs) in &shared.theirs {
                let mine = shared.mine.get(origin).map_or(0, |tip| tip.number);
                progress = (progress.0.saturating_add(mine.min(theirs)), theirs.saturating_add(progress.1));
            }
        }
        Some(progress)
    }

    /// How far the peer holds the origins of a topic; none until it has told.
    pub fn confirmed(&self, topic: &Topic) -> Option<impl Iterator<Item = (Origin, u64)>> {
        let shared = self.topics.get(topic).filter(|shared| shared.told)?;
        Some(shared.theirs.iter().map(|(origin, number)| (*origin, *number)))
    }

    /// Chains of which the two hold different entries.
    pub fn forked(&self) -> BTreeSet<Origin> {
        self.topics.values().flat_map(|shared| shared.forked.iter().copied()).collect()
    }
}

/// The first entry that the peer was not sent and does not hold, if there is one.
fn next_to_send(shared: &Shared, origin: Origin, tip: Tip) -> Option<u64> {
    let theirs = shared.theirs.get(&origin).copied().unwrap_or_default();
    let sent = shared.sent.get(&origin).copied().unwrap_or_default().max(theirs);
    (sent < tip.number && !shared.forked.contains(&origin)).then(|| sent + 1)
}
