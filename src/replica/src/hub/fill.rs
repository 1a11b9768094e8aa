//! The first filling of a new kiosk: from one neighbour at a time, whole, instead of a little from each.

use uketsuke_domain::log::Storage;

use super::{Hub, LineId, Out};
use crate::{ReplicaError, Role};

/// A neighbour that brings nothing for so long is given up for another, in milliseconds.
const STALL_MS: u64 = 5_000;

/// Who fills this kiosk.
#[derive(Debug, Default)]
pub(super) struct Filling {
    /// The line, how much was held when it last moved, and when that was.
    from: Option<(LineId, u64, u64)>,
    /// Lines that were asked already.
    asked: Vec<LineId>,
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
        let even = self.lines.values().any(|of| of.session.progress().is_some_and(|(has, of)| of > 0 && has >= of));
        if even {
            self.filling.done = true;
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
        if self.filling.from.is_some() {
            return Ok(Vec::new());
        }
        let centre = self.node.centre;
        let asked = &self.filling.asked;
        let mut open = self.lines.iter().filter(|(line, of)| of.session.is_open() && !asked.contains(line));
        // The centre sends all by itself.
        let Some((&line, _)) = open.find(|(_, of)| of.session.peer() != centre) else { return Ok(Vec::new()) };
        self.filling.asked.push(line);
        self.filling.from = Some((line, 0, now));
        let Some(of) = self.lines.get_mut(&line) else { return Ok(Vec::new()) };
        let outputs = of.session.ask_to_fill();
        self.act(line, outputs)
    }

    /// Whether a neighbour is filling this kiosk right now: the uplink may wait.
    pub fn is_filling(&self) -> bool {
        self.filling.from.is_some() && !self.filling.done
    }
}
