//! Drops the second of two equal scans in quick succession.

/// Remembers the last scan for a while.
///
/// The window starts anew with each repetition, so a code that lies under a scanner in continuous mode is one scan for
/// as long as it lies there. Only the last scan counts: another code in between is evidence of intent.
#[derive(Debug, Clone)]
pub struct DoubleReads {
    window_ms: u64,
    last: Option<(String, u64)>,
}

impl DoubleReads {
    /// Equal scans less than `window_ms` apart are one; 0 lets everything pass.
    pub fn new(window_ms: u64) -> Self {
        Self { window_ms, last: None }
    }

    /// Whether a scan at `now_ms`, on a clock that does not go back, is a new one.
    pub fn admit(&mut self, text: &str, now_ms: u64) -> bool {
        if self.window_ms == 0 {
            return true;
        }
        match &mut self.last {
            Some((last, seen_ms)) if last == text => {
                let again = now_ms.saturating_sub(*seen_ms) < self.window_ms;
                *seen_ms = now_ms;
                !again
            }
            last => {
                *last = Some((text.to_owned(), now_ms));
                true
            }
        }
    }

    /// Forgets the last scan: who plugs a scanner in again and repeats a scan means it.
    pub fn forget(&mut self) {
        self.last = None;
    }
}

#[cfg(test)]
mod tests {
    use super::DoubleReads;

    #[test]
    fn the_same_scan_within_the_window_is_one_scan() {
        let mut reads = DoubleReads::new(1500);
        assert!(reads.admit("A", 0));
        assert!(!reads.admit("A", 1499));
        assert!(reads.admit("B", 1600));
        assert!(reads.admit("A", 1700), "another scan came in between");
        assert!(reads.admit("A", 3200), "the window is over");
    }

    #[test]
    fn a_code_left_under_the_scanner_is_one_scan() {
        let mut reads = DoubleReads::new(1500);
        assert!(reads.admit("A", 0));
        assert!((1..20).all(|n| !reads.admit("A", n * 1000)));
    }

    #[test]
    fn it_can_be_switched_off_and_forgets_on_request() {
        let mut off = DoubleReads::new(0);
        assert!(off.admit("A", 0) && off.admit("A", 0));
        let mut reads = DoubleReads::new(1500);
        assert!(reads.admit("A", 0));
        reads.forget();
        assert!(reads.admit("A", 1));
    }
}
