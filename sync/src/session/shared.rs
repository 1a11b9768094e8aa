//! What is known of one topic that both sides have.

use std::collections::{BTreeMap, BTreeSet};

use uketsuke_domain::log::{Origin, Tip, Topic, Vector};
use uketsuke_domain::time::{Elapsed, Moment};

use super::Output;
use super::limits::MAX_ORIGINS;
use crate::frame::{CHUNK_TARGET_BYTES, VectorFrame, check, summary_of};

/// Entries that are sent to show a chain that went on twice.
const EVIDENCE: u64 = 32;

/// What hearing of a chain comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Put down.
    Fine,
    /// The same number, and another header.
    Forked,
    /// More origins than anybody has.
    TooMany,
}

/// One topic.
#[derive(Clone, Debug, Default)]
pub(super) struct Shared {
    pub(super) mine: Vector,
    pub(super) theirs: BTreeMap<Origin, u64>,
    /// Up to where entries were sent.
    pub(super) sent: BTreeMap<Origin, u64>,
    /// Since when the peer lacks something of an origin and does not move on it.
    pub(super) lacks_since: BTreeMap<Origin, Elapsed>,
    /// Origins whose chains went on twice: nothing more of them goes over this line.
    pub(super) forked: BTreeSet<Origin>,
    /// Of those, the ones of which the proof was seen.
    pub(super) proven: BTreeSet<Origin>,
    /// What of this side's vector the peer was not told.
    news: BTreeSet<Origin>,
    /// How far the peer was told that this side holds each origin.
    said: BTreeMap<Origin, u64>,
    /// The vector whose summary was told; until the peer's has come.
    announced: Option<Vector>,
    digest: Option<[u8; 16]>,
    /// The two summaries were compared.
    compared: bool,
    /// The peer's whole vector is known.
    pub(super) told: bool,
    /// The peer asked for all of it.
    pub(super) fill: bool,
}

impl Shared {
    /// This side holds this much: answers whether the summary is to be told.
    pub(super) fn hold(&mut self, vector: Vector) -> bool {
        let first = self.announced.is_none() && !self.compared;
        if first {
            self.announced = Some(vector.clone());
        } else {
            let changed = vector.iter().filter(|(origin, tip)| self.mine.get(origin) != Some(tip));
            self.news.extend(changed.map(|(origin, _)| *origin));
        }
        self.mine = vector;
        first
    }

    /// This side holds more of one origin.
    pub(super) fn grew(&mut self, origin: Origin, tip: Tip) {
        if self.mine.get(&origin).is_none_or(|held| held.number < tip.number) {
            self.mine.insert(origin, tip);
            self.news.insert(origin);
        }
    }

    pub(super) fn summarised(&mut self, digest: [u8; 16]) {
        self.digest = Some(digest);
    }

    /// Whether the two are even, once both have told; none before, and none a second time.
    pub(super) fn compare(&mut self) -> Option<bool> {
        let digest = self.digest?;
        let announced = self.announced.take()?;
        self.compared = true;
        let even = summary_of(&announced) == digest;
        if even {
            self.said = announced.iter().map(|(origin, tip)| (*origin, tip.number)).collect();
            self.theirs.extend(announced.iter().map(|(origin, tip)| (*origin, tip.number)));
            self.told = true;
        }
        Some(even)
    }

    /// This side's whole vector.
    pub(super) fn whole(&mut self, topic: &Topic, now: Moment) -> VectorFrame {
        self.news.clear();
        self.said = self.mine.iter().map(|(origin, tip)| (*origin, tip.number)).collect();
        VectorFrame::new(topic.clone(), true, self.mine.iter(), now)
    }

    /// What the peer was not told; none where that is nothing.
    pub(super) fn news(&mut self, topic: &Topic, now: Moment) -> Option<VectorFrame> {
        if !self.compared || self.news.is_empty() {
            return None;
        }
        let news = std::mem::take(&mut self.news);
        let tips = self.mine.iter().filter(|(origin, _)| news.contains(origin));
        self.said.extend(tips.clone().map(|(origin, tip)| (*origin, tip.number)));
        Some(VectorFrame::new(topic.clone(), false, tips, now))
    }

    /// How far storage holds an origin after a chunk of it.
    pub(super) fn confirm(&mut self, topic: &Topic, origin: Origin, tip: Option<Tip>, now: Moment) -> VectorFrame {
        match tip {
            Some(tip) => self.mine.insert(origin, tip),
            None => self.mine.remove(&origin),
        };
        self.news.remove(&origin);
        let nothing = Tip { number: 0, header_hash: uketsuke_domain::log::Digest32([0; 32]) };
        let tip = tip.unwrap_or(nothing);
        self.said.insert(origin, tip.number);
        if !self.forked.contains(&origin) {
            // Who sent a chunk of it holds at least as much.
            let theirs = self.theirs.entry(origin).or_default();
            *theirs = tip.number.max(*theirs);
        }
        VectorFrame::new(topic.clone(), false, std::iter::once((&origin, &tip)), now)
    }

    /// Whether the peer was told before that this side holds all of what it now sent.
    pub(super) fn was_told(&self, origin: Origin, last: u64) -> bool {
        self.said.get(&origin).is_some_and(|said| *said >= last)
    }

    /// The peer says how far it holds an origin; `again`, that what was sent did not fit.
    pub(super) fn hear(
        &mut self,
        origin: Origin,
        (number, their_check): (u64, u32),
        again: bool,
        now: Elapsed,
    ) -> Told {
        if !self.theirs.contains_key(&origin) && self.theirs.len() >= MAX_ORIGINS {
            return Told::TooMany;
        }
        self.theirs.insert(origin, number);
        if self.forked.contains(&origin) {
            return Told::Fine;
        }
        let mine = self.mine.get(&origin).copied();
        if mine.is_some_and(|mine| mine.number == number && number > 0 && check(mine.header_hash) != their_check) {
            self.forked.insert(origin);
            return Told::Forked;
        }
        let sent = self.sent.entry(origin).or_default();
        if number > *sent {
            // Somebody else brings it: this side waits again.
            self.lacks_since.insert(origin, now);
        }
        if again {
            *sent = number;
        }
        Told::Fine
    }

    /// Whether the peer holds more of this very writer than it has written.
    pub(super) fn is_doubled(&self, own: Origin) -> bool {
        let mine = self.mine.get(&own).map_or(0, |tip| tip.number);
        self.theirs.get(&own).is_some_and(|theirs| *theirs > mine)
    }

    /// Asks for the last entries of a chain that went on twice: the peer keeps them beside its own.
    pub(super) fn evidence(&self, topic: &Topic, origin: Origin) -> Output {
        let last = self.mine.get(&origin).map_or(0, |tip| tip.number);
        let from = last.saturating_sub(EVIDENCE).max(1);
        Output::ReadEntries { topic: topic.clone(), origin, from, max_bytes: CHUNK_TARGET_BYTES }
    }
}
