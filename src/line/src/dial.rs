//! Making a line to somebody who listens.

use std::net::SocketAddr;

use tokio::net::lookup_host;
use tokio::time::{Instant, timeout_at};

use crate::{Limits, Line, LineError, LineKey, tls};

/// So many addresses of a name are tried. More of them share the time, and leave too little to each.
const MAX_ADDRESSES: usize = 8;

/// Makes a line to `host:port`. All of it, from looking up the name to the end of the handshake, takes at most
/// `limits.opening`. The addresses of a name are tried one after another; each gets its share of the time that is left.
///
/// With `expected`, whoever has another key is refused, and hears no more than that this side has hung up.
pub async fn dial(address: &str, key: &LineKey, expected: Option<[u8; 32]>, limits: Limits) -> Result<Line, LineError> {
    let deadline = Instant::now() + limits.opening;
    // A name server that does not answer holds one of the runtime's helper threads for longer than this waits.
    let found = timeout_at(deadline, lookup_host(address)).await.map_err(|_| LineError::TimedOut)?;
    let addresses: Vec<SocketAddr> = found.map_err(LineError::Io)?.collect();
    dial_until(deadline, &addresses, key, expected, limits).await
}

/// Makes a line to the first of these addresses that leads to one, as [`dial`] does: for what a
/// [`Finder`](crate::Finder) found.
pub async fn dial_any(
    addresses: &[SocketAddr],
    key: &LineKey,
    expected: Option<[u8; 32]>,
    limits: Limits,
) -> Result<Line, LineError> {
    dial_until(Instant::now() + limits.opening, addresses, key, expected, limits).await
}

async fn dial_until(
    deadline: Instant,
    addresses: &[SocketAddr],
    key: &LineKey,
    expected: Option<[u8; 32]>,
    limits: Limits,
) -> Result<Line, LineError> {
    let config = tls::client(key, expected)?;
    let mut why = LineError::NoAddress;
    let mut left = u32::try_from(addresses.len().min(MAX_ADDRESSES)).unwrap_or(u32::MAX);
    for address in addresses.iter().take(MAX_ADDRESSES) {
        let share = deadline.saturating_duration_since(Instant::now()) / left.max(1);
        left = left.saturating_sub(1);
        match Line::connect(*address, config.clone(), limits, share).await {
            Ok(line) => return Ok(line),
            // That somebody else answered says more than that a further address did not.
            Err(_) if matches!(why, LineError::WrongKey) => {}
            Err(error) => why = error,
        }
    }
    Err(why)
}
