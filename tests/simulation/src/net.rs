//! The network: lines between two devices that deliver in order, late, and break at any moment without a word.

use std::collections::{BTreeMap, BTreeSet};

use crate::dice::Dice;

/// A device, by its place in the world.
pub(crate) type DeviceId = usize;

/// One end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    /// Whose.
    pub(crate) device: DeviceId,
    /// The start of the device that the line belongs to: a later one knows nothing of it.
    pub(crate) life: u64,
}

/// A line.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Who dialled, and who answered.
    pub(crate) ends: [End; 2],
    /// When the last frame to each end arrives: later ones come later.
    pub(crate) last: [u64; 2],
    /// Nothing gets through any more.
    pub(crate) broken: bool,
    /// Each end has heard that the line is gone.
    pub(crate) gone: [bool; 2],
    /// Milliseconds that a frame takes at least.
    pub(crate) latency: u64,
}

/// What a line does to a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Arrives at these moments: once, or twice.
    Arrives(u64, Option<u64>),
    /// Is lost, and the line with it.
    Lost,
}

/// All lines, and who reaches whom.
#[derive(Debug, Default)]
pub(crate) struct Net {
    /// Lines by number.
    pub(crate) lines: BTreeMap<u64, Line>,
    next: u64,
    /// Pairs that cannot reach each other right now, the smaller first.
    pub(crate) cut: BTreeSet<(DeviceId, DeviceId)>,
    /// How often of a thousand a frame breaks its line, comes twice, or overtakes.
    pub(crate) bad: u64,
}

impl Net {
    /// Whether two devices reach each other.
    pub(crate) fn reaches(&self, a: DeviceId, b: DeviceId) -> bool {
        !self.cut.contains(&(a.min(b), a.max(b)))
    }

    /// A line between two devices.
    pub(crate) fn connect(&mut self, from: End, to: End, latency: u64) -> u64 {
        self.next += 1;
        let line = Line { ends: [from, to], last: [0; 2], broken: false, gone: [false; 2], latency };
        self.lines.insert(self.next, line);
        self.next
    }

    /// Which end of a line a device is.
    pub(crate) fn side(&self, line: u64, device: DeviceId) -> Option<usize> {
        self.lines.get(&line)?.ends.iter().position(|end| end.device == device)
    }

    /// A frame from one end to the other.
    pub(crate) fn send(&mut self, line: u64, to: usize, bytes: usize, now: u64, dice: &mut Dice) -> Fate {
        let bad = self.bad;
        let Some(of) = self.lines.get_mut(&line).filter(|of| !of.broken) else { return Fate::Lost };
        let [a, b] = of.ends;
        if self.cut.contains(&(a.device.min(b.device), a.device.max(b.device))) || dice.in_thousand(bad) {
            of.broken = true;
            return Fate::Lost;
        }
        let arrives = now + of.latency + dice.below(of.latency + 1) + bytes as u64 / 64;
        let Some(last) = of.last.get_mut(to) else { return Fate::Lost };
        let overtakes = dice.in_thousand(bad / 2);
        let at = if overtakes { arrives } else { arrives.max(*last + 1) };
        *last = at.max(*last);
        let again = dice.in_thousand(bad / 2).then(|| at + 1 + dice.below(500));
        Fate::Arrives(at, again)
    }
}
