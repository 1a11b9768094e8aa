//! Peers that misbehaved wait before they are heard again, ever longer; nobody else notices.

use std::collections::BTreeMap;

use uketsuke_domain::time::Elapsed;

/// The first wait, in milliseconds; it doubles up to the longest.
const FIRST_MS: u64 = 10_000;
/// The longest wait: an honest device that was mended comes back without anybody's help.
const LONGEST_MS: u64 = 15 * 60_000;
/// Peers that are remembered.
const MOST: usize = 1024;

/// Who waits until when, and how often it happened.
#[derive(Debug, Default)]
pub(super) struct Bans {
    peers: BTreeMap<[u8; 32], (Elapsed, u32)>,
}

impl Bans {
    /// How long a peer still waits, in milliseconds.
    pub(super) fn left(&self, peer: &[u8; 32], now: Elapsed) -> Option<u64> {
        let (until, _) = self.peers.get(peer)?;
        until.0.checked_sub(now.0).filter(|left| *left > 0)
    }

    pub(super) fn ban(&mut self, peer: [u8; 32], now: Elapsed) {
        if self.peers.len() >= MOST {
            self.peers.retain(|_, (until, _)| *until > now);
        }
        if self.peers.len() >= MOST {
            // So many with leave of the centre cannot be; whoever is left out is refused by what it does next.
            return;
        }
        let (until, times) = self.peers.entry(peer).or_insert((now, 0));
        let wait = FIRST_MS.saturating_mul(1 << (*times).min(10)).min(LONGEST_MS);
        *until = Elapsed(now.0.saturating_add(wait));
        *times = times.saturating_add(1);
    }
}
