//! The one place where the centre reads the clocks.

use std::sync::LazyLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use uketsuke_domain::time::{Elapsed, Moment};

/// The wall clock.
#[expect(clippy::disallowed_methods, reason = "the centre's one documented place")]
pub fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The monotonic clock since the process first asked.
pub fn elapsed() -> Elapsed {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    Elapsed(u64::try_from(START.elapsed().as_millis()).unwrap_or(u64::MAX))
}
