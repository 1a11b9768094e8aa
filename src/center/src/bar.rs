//! A bar for the person at the terminal.

use std::io::IsTerminal;

/// A bar on a terminal; nothing elsewhere.
pub(crate) struct Bar {
    title: String,
    shown: Option<u64>,
}

impl Bar {
    pub(crate) fn new(title: &str) -> Self {
        Self { title: title.to_owned(), shown: None }
    }

    #[expect(clippy::print_stderr, reason = "a bar is for the person at the terminal")]
    pub(crate) fn show(&mut self, done: u64, total: u64) {
        let percent = (done * 100).checked_div(total).unwrap_or(100);
        if std::io::stderr().is_terminal() && self.shown != Some(percent) {
            let filled = usize::try_from(percent / 5).unwrap_or_default();
            eprint!("\r{} [{}{}] {done}/{total}", self.title, "=".repeat(filled), " ".repeat(20 - filled.min(20)));
            self.shown = Some(percent);
        }
    }
}

impl Drop for Bar {
    #[expect(clippy::print_stderr, reason = "a bar is for the person at the terminal")]
    fn drop(&mut self) {
        if self.shown.is_some() {
            eprintln!();
        }
    }
}
