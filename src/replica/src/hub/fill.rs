//! The first filling of a new kiosk: from one neighbour at a time, whole, instead of a little from each.
//!
//! A room that is switched on at one moment has nobody who could give anything. Then the kiosk with the smallest key asks
//! the centre, and the others are filled by it while it is filled: the line to the centre carries everything once.

use uketsuke_domain::log::Storage;

use super::{Hub, LineId, Out};
use crate::{ReplicaError, Role};

/// A neighbour that brings nothing for so long is given up for another, in milliseconds. One that is filled over a thin line
/// itself brings something every few seconds.
const STALL_MS: u64 = 10_000;
/// A neighbour that has no more than this kiosk for so long has all that it will get, in milliseconds.
const EVEN_MS: u64 = 5_000;

/// Who fills this kiosk.
#[derive(Debug, Default)]
pub(super) struct Filling {
    /// The line, how much was held when it last moved, and when that was.
    from: Option<(LineId, u64, u64)>,
    /// Lines that were asked already.
    asked: Vec<LineId>,
    /// How much was held when this kiosk first was even with somebody, and since when.
    even: Option<(u64, u64)>,
    /// Everything was even once: from now on the usual exchange will do.
    done: bool,
}

impl Filling {
    pub(super) fn gone(&mut self, line: LineId) {
        if self.from.is_some_and(|(of, ..)| of == line) {
            self.from = None;
        }
        self.asked.retain(|of| *of != line);
    }
}

impl<S: Storage> Hub<S> {
    /// Asks a neighbour for everything, as long as this kiosk never had all that somebody has.
    pub(super) fn fill(&mut self) -> Result<Vec<Out>, ReplicaError<S::Error>> {
        if self.filling.done || matches!(self.node.role, Role::Centre(_)) {
            return Ok(Vec::new());
        }
        if self.is_even() {
            self.filling.done = true;
            self.filling.from = None;
            self.node.is_new = false;
            return Ok(Vec::new());
        }
        let now = self.now.0.0;
        if let Some((line, held, since)) = self.filling.from {
            match self.lines.get(&line).and_then(|of| of.session.progress()) {
                Some((has, _)) if has > held => self.filling.from = Some((line, has, now)),
                _ if now.saturating_sub(since) > STALL_MS => self.filling.from = None,
                _ => {}
            }
        }
        let chosen = if self.filling.from.is_some() { None } else { self.filler() };
        let Some(line) = chosen else { return Ok(Vec::new()) };
        self.filling.asked.push(line);
        self.filling.from = Some((line, 0, now));
        let Some(of) = self.lines.get_mut(&line) else { return Ok(Vec::new()) };
        let outputs = of.session.ask_to_fill();
        self.act(line, outputs)
    }

    /// Whether this kiosk has all: as much as the centre, or for a while as much as a neighbour, who may be in the middle of
    /// its own filling.
    fn is_even(&mut self) -> bool {
        let (now, centre) = (self.now.0.0, self.node.centre);
        let even = |of: &&super::Line| of.session.progress().is_some_and(|(has, total)| total > 0 && has >= total);
        if self.lines.values().filter(even).any(|of| of.session.peer() == centre) {
            return true;
        }
        let held = self.lines.values().filter(even).filter_map(|of| of.session.progress()).map(|(has, _)| has).max();
        self.filling.even = match (held, self.filling.even) {
            (None, _) => None,
            (Some(held), Some((before, since))) if held == before => Some((held, since)),
            (Some(held), _) => Some((held, now)),
        };
        self.filling.even.is_some_and(|(_, since)| now.saturating_sub(since) >= EVEN_MS)
    }

    /// Who is to be asked: the neighbour that has most. Of neighbours that have nothing either, the one with the smallest
    /// key asks the centre for all; nobody where that is this kiosk. The centre sends all by itself.
    fn filler(&self) -> Option<LineId> {
        let (own, centre) = (self.node.identity.public_key(), self.node.centre);
        let asked = &self.filling.asked;
        let open = self.lines.iter().filter(|(line, of)| of.session.is_open() && !asked.contains(line));
        let told = open.filter_map(|(line, of)| {
            let (_, total) = of.session.progress()?;
            Some((total, std::cmp::Reverse(of.session.peer()), *line))
        });
        let (total, std::cmp::Reverse(peer), line) = told.filter(|(_, peer, _)| peer.0 != centre).max()?;
        (total > 0 || peer < own).then_some(line)
    }

    /// Whether a neighbour is filling this kiosk right now: the uplink may wait.
    pub fn is_filling(&self) -> bool {
        self.filling.from.is_some() && !self.filling.done
    }
}
