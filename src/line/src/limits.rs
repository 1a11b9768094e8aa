//! How much, and how long, a line puts up with.

use std::time::Duration;

/// What a line may cost the side that holds it.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The longest frame, in bytes, in both directions.
    pub max_frame: usize,
    /// How long a line may take to come up: the handshake of one that was accepted; name, connection and handshake
    /// together of one that is dialled.
    pub opening: Duration,
    /// How long the peer may take no byte of what is being sent. It counts silence, not the whole, because a
    /// frame of 2 MiB takes minutes on a bad mobile connection and is well all the same.
    pub stall: Duration,
}

impl Limits {
    /// Ten seconds to come up, thirty without a byte taken.
    pub const fn new(max_frame: usize) -> Self {
        Self { max_frame, opening: Duration::from_secs(10), stall: Duration::from_secs(30) }
    }
}
