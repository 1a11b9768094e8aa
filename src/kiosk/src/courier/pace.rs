//! Progress reaches the screen a few times a second: more is not seen, and would make scans wait behind it.

use std::time::{Duration, Instant};

/// The least time between two tellings.
const BETWEEN: Duration = Duration::from_millis(100);

/// Lets through the first telling, the last, and a few in between.
#[derive(Debug, Default)]
pub(super) struct Pace {
    told: Option<Instant>,
}

impl Pace {
    pub(super) fn is_due(&mut self, done: u64, total: u64, now: Instant) -> bool {
        let is_due = done >= total || self.told.is_none_or(|told| now.duration_since(told) >= BETWEEN);
        if is_due {
            self.told = Some(now);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_ten_a_second_and_never_without_the_last() {
        let (mut pace, start) = (Pace::default(), Instant::now());
        let at = |ms| start + Duration::from_millis(ms);
        // One chunk a millisecond for two seconds.
        let told: Vec<u64> = (0..=2000).filter(|ms| pace.is_due(*ms, 2000, at(*ms))).collect();
        assert_eq!(told, (0..=20).map(|step| step * 100).collect::<Vec<_>>());
        assert!(pace.is_due(2000, 2000, at(2001)), "the last is told, however soon");
    }
}
