//! The one place where the kiosk reads the clocks.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use uketsuke_domain::facts::ClockState;
use uketsuke_domain::time::{Elapsed, Moment, Now};

/// What is read once: this start of the machine, and how long ago it was.
static BOOT: LazyLock<(u64, u64, Instant)> = LazyLock::new(|| (boot_id(), uptime_ms(), Instant::now()));

/// All clocks at this instant.
pub fn now() -> Now {
    Now { wall: wall(), elapsed: elapsed(), boot: BOOT.0, clock: state() }
}

/// The wall clock.
#[expect(clippy::disallowed_methods, reason = "the kiosk's one documented place")]
pub fn wall() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The monotonic clock since the machine started.
pub fn elapsed() -> Elapsed {
    let (_, at_start, start) = &*BOOT;
    let since = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    Elapsed(at_start.saturating_add(since))
}

/// The system's own word on whether its clock was set since it started.
fn state() -> ClockState {
    if Path::new("/run/systemd/timesync/synchronized").exists() { ClockState::Trusted } else { ClockState::Doubtful }
}

/// The first eight bytes of the kernel's name for this start of the machine; 0 where there is none.
fn boot_id() -> u64 {
    let text = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).take(16).collect();
    u64::from_str_radix(&digits, 16).unwrap_or_default()
}

fn uptime_ms() -> u64 {
    let text = fs::read_to_string("/proc/uptime").unwrap_or_default();
    let (seconds, rest) = text.split_once('.').unwrap_or_default();
    let hundredths: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let seconds: u64 = seconds.parse().unwrap_or_default();
    seconds * 1000 + hundredths.parse::<u64>().unwrap_or_default() * 10
}
