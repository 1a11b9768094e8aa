//! What a command line shows the person at the terminal: the same at the centre and at a kiosk.

#![forbid(unsafe_code)]

use std::io::{IsTerminal, Write};

/// Signs in a full bar.
const WIDTH: u64 = 20;

/// A bar with a count, on a terminal; nothing elsewhere.
pub struct Bar {
    title: String,
    /// None where nobody looks.
    out: Option<Box<dyn Write>>,
    shown: Option<u64>,
}

impl std::fmt::Debug for Bar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bar").field("title", &self.title).field("shown", &self.shown).finish_non_exhaustive()
    }
}

impl Bar {
    /// A bar on standard error, if that is a terminal: standard output is for answers.
    pub fn new(title: &str) -> Self {
        let stderr = std::io::stderr();
        let out: Option<Box<dyn Write>> = if stderr.is_terminal() { Some(Box::new(stderr)) } else { None };
        Self::on(title, out)
    }

    fn on(title: &str, out: Option<Box<dyn Write>>) -> Self {
        Self { title: title.to_owned(), out, shown: None }
    }

    /// Shows how far it is, as often as a percent is added.
    pub fn show(&mut self, done: u64, total: u64) {
        let percent = (u128::from(done.min(total)) * 100).checked_div(u128::from(total));
        let percent = percent.and_then(|percent| u64::try_from(percent).ok()).unwrap_or(100);
        if self.shown == Some(percent) {
            return;
        }
        if let Some(out) = &mut self.out {
            let filled = usize::try_from(percent * WIDTH / 100).unwrap_or_default();
            let empty = usize::try_from(WIDTH).unwrap_or_default().saturating_sub(filled);
            let bar = format!("\r{} [{}{}] {done}/{total}", self.title, "=".repeat(filled), " ".repeat(empty));
            // A terminal that has gone is nobody's loss.
            let _ = out.write_all(bar.as_bytes()).and_then(|()| out.flush());
            self.shown = Some(percent);
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(out) = self.out.as_mut().filter(|_| self.shown.is_some()) {
            // As above.
            let _ = out.write_all(b"\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Screen(Arc<Mutex<Vec<u8>>>);

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn drawn(steps: &[(u64, u64)]) -> String {
        let screen = Screen::default();
        let mut bar = Bar::on("運搬", Some(Box::new(screen.clone())));
        for (done, total) in steps {
            bar.show(*done, *total);
        }
        drop(bar);
        let bytes = screen.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_bar_is_drawn_over_itself_and_ends_its_line() {
        assert_eq!(
            drawn(&[(0, 4), (1, 4), (4, 4)]),
            "\r運搬 [                    ] 0/4\r運搬 [=====               ] 1/4\r運搬 [====================] 4/4\n"
        );
    }

    #[test]
    fn what_adds_no_percent_is_not_drawn() {
        let steps: Vec<_> = (0..=10_000).map(|done| (done, 10_000)).collect();
        assert_eq!(drawn(&steps).matches('\r').count(), 101);
    }

    #[test]
    fn strange_counts_stay_inside_the_bar() {
        assert_eq!(drawn(&[(0, 0)]), "\r運搬 [====================] 0/0\n");
        assert_eq!(drawn(&[(9, 4)]).matches('=').count(), 20);
        assert_eq!(drawn(&[(u64::MAX, u64::MAX)]).matches('=').count(), 20);
        assert_eq!(drawn(&[]), "", "nothing was shown, so there is no line to end");
    }
}
