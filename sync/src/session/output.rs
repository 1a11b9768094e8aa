//! What a conversation wants done, and says of itself.

use uketsuke_domain::log::{Digest32, Entry, Origin, Topic};

use super::{HEARTBEAT_MS, SILENCE_MS};
use crate::certificate::Certificate;
use crate::frame::{Frame, Refusal};
use crate::ingest::{Batch, Blame};

/// What a session wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Send this.
    Send(Frame),
    /// The peer said who it is: answer with [`PeerSession::authorised`] or [`PeerSession::refuse`].
    Authorise(Claimed),
    /// Read how far origins are held: answer with [`PeerSession::holds`].
    ReadVector(Topic),
    /// Read entries from a number on: answer with [`PeerSession::entries`].
    ReadEntries {
        /// The topic.
        topic: Topic,
        /// Who wrote them.
        origin: Origin,
        /// The first.
        from: u64,
        /// About how many bytes of bodies.
        max_bytes: usize,
    },
    /// Take in entries and commit: answer with [`PeerSession::ingested`].
    Ingest(Batch),
    /// The peer holds more of this very writer than the writer has written: another disk writes under its name.
    Doubled(Topic),
    /// A chain went on twice, and the proof of it is kept.
    Forked {
        /// The topic.
        topic: Topic,
        /// The name.
        origin: Origin,
    },
    /// Close the line.
    Close(Closed),
}

/// Who a peer says it is. The key is what the line proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Its name.
    pub device: Origin,
    /// What it wants; empty for all that it may have.
    pub topics: Vec<Topic>,
    /// The centre's leave, not looked at yet.
    pub certificate: Option<Certificate>,
    /// Its wall clock less this side's, in milliseconds.
    pub clock_off_ms: i64,
}

/// Why a line is closed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Closed {
    /// The other side refused.
    #[error("the other side refused: {0:?}")]
    RefusedBy(Refusal),
    /// This side refused.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// Nothing was heard.
    #[error("nothing was heard for {SILENCE_MS} ms")]
    Silent,
    /// The peer brought something bad.
    #[error("the peer brought something bad: {0}")]
    Blamed(Blame),
}

/// Whose entries this side sends, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forward {
    /// Own entries go at once. Others' go when the peer has not moved on them for so long, in milliseconds: in a room each
    /// kiosk sends its own, and nobody sends what somebody else is about to.
    pub others_after_ms: u64,
}

impl Forward {
    /// All that is held, at once: the centre.
    pub const ALL: Self = Self { others_after_ms: 0 };
    /// A kiosk to the centre: another's only when it seems to have no line of its own.
    pub const UPLINK: Self = Self { others_after_ms: 30_000 };

    /// A kiosk to another in the room: what a peer holds is told with the heartbeat, so others' entries wait for two of
    /// them. `jitter` spreads thirty kiosks over some seconds.
    pub fn room(jitter: u8) -> Self {
        Self { others_after_ms: 2 * HEARTBEAT_MS + 1_000 + u64::from(jitter) * 24 }
    }
}

/// What was read to be sent: consecutive entries, and the hash of the header before the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    /// None before number 1.
    pub after: Option<Digest32>,
    /// The last of them is signed.
    pub entries: Vec<Entry>,
}
