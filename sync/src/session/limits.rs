//! What nobody has reason to exceed. A peer that does is refused as a flood, and whoever owns the line puts that down.

use uketsuke_domain::time::Elapsed;

/// Frames of a peer in a second, on average.
pub const FRAMES_PER_SECOND: u64 = 400;
/// Frames of a peer at once: what a first filling on a fast line comes to is confirmed chunk by chunk.
pub const FRAMES_AT_ONCE: u64 = 4_000;
/// Chunks in a row of which the peer had been told that they are here. A few cross the telling on the way.
pub const USELESS_CHUNKS: u32 = 256;
/// Origins of a topic: a start of a kiosk's program each.
pub const MAX_ORIGINS: usize = 32_768;

/// Counts what a peer sends.
#[derive(Debug)]
pub(super) struct Limits {
    /// Frames that may still come, in thousandths.
    left: u64,
    refilled: Elapsed,
    useless: u32,
}

impl Limits {
    pub(super) fn new(now: Elapsed) -> Self {
        Self { left: FRAMES_AT_ONCE * 1000, refilled: now, useless: 0 }
    }

    /// Whether one more frame may come.
    pub(super) fn frame(&mut self, now: Elapsed) -> bool {
        let since = now.0.saturating_sub(self.refilled.0);
        self.refilled = now;
        self.left = self.left.saturating_add(since.saturating_mul(FRAMES_PER_SECOND)).min(FRAMES_AT_ONCE * 1000);
        match self.left.checked_sub(1000) {
            None => false,
            Some(left) => {
                self.left = left;
                true
            }
        }
    }

    /// Whether chunks are still worth taking.
    pub(super) fn useful(&mut self, is_new: bool) -> bool {
        self.useless = if is_new { 0 } else { self.useless.saturating_add(1) };
        self.useless <= USELESS_CHUNKS
    }
}
