//! The twin of a serial scanner: the same framing and the same events, without a tty and without a clock.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::intake::Intake;
use super::{FramingConfig, LostReason, ScannerEvent};

struct Twin {
    plugged: bool,
    intake: Intake,
    on_event: Box<dyn FnMut(ScannerEvent) + Send>,
}

/// A scanner that a [`SimulatedHandle`] operates. Once it is dropped, nobody hears the handles.
///
/// Each scan is one event: there is no window against double reads, for there is no time.
pub struct SimulatedScanner {
    twin: Arc<Mutex<Twin>>,
}

impl fmt::Debug for SimulatedScanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatedScanner").finish_non_exhaustive()
    }
}

impl SimulatedScanner {
    /// A plugged-in scanner; reports [`ScannerEvent::Ready`] before it returns.
    ///
    /// `on_event` runs in the thread that uses the handle, and must not use the handle itself.
    pub fn start(mut on_event: impl FnMut(ScannerEvent) + Send + 'static) -> Self {
        on_event(ScannerEvent::Ready);
        let intake = Intake::new(FramingConfig::default(), 0);
        Self { twin: Arc::new(Mutex::new(Twin { plugged: true, intake, on_event: Box::new(on_event) })) }
    }

    /// What operates this scanner.
    pub fn handle(&self) -> SimulatedHandle {
        SimulatedHandle { twin: Arc::downgrade(&self.twin) }
    }
}

/// Operates a [`SimulatedScanner`] from anywhere.
#[derive(Clone)]
pub struct SimulatedHandle {
    twin: Weak<Mutex<Twin>>,
}

impl fmt::Debug for SimulatedHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatedHandle").finish_non_exhaustive()
    }
}

impl SimulatedHandle {
    /// Scans a code: the text and CR. Nothing happens while the scanner is unplugged.
    pub fn scan(&self, text: &str) {
        self.write_raw(text.as_bytes());
        self.write_raw(b"\r");
    }

    /// Sends bytes as they are, for whatever a scanner may send amiss.
    pub fn write_raw(&self, bytes: &[u8]) {
        self.with(|twin| {
            if twin.plugged {
                twin.intake.bytes(bytes, 0).into_iter().for_each(&mut twin.on_event);
            }
        });
    }

    /// Pulls the plug.
    pub fn unplug(&self) {
        self.with(|twin| {
            if std::mem::replace(&mut twin.plugged, false) {
                twin.intake.unplugged().into_iter().for_each(&mut twin.on_event);
                (twin.on_event)(ScannerEvent::Lost { why: LostReason::Unplugged });
            }
        });
    }

    /// Plugs it in again.
    pub fn plug(&self) {
        self.with(|twin| {
            if !std::mem::replace(&mut twin.plugged, true) {
                (twin.on_event)(ScannerEvent::Ready);
            }
        });
    }

    fn with(&self, act: impl FnOnce(&mut Twin)) {
        if let Some(twin) = self.twin.upgrade() {
            let mut twin: MutexGuard<'_, Twin> = twin.lock().unwrap_or_else(PoisonError::into_inner);
            act(&mut twin);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::super::GarbledKind;
    use super::*;

    #[test]
    fn it_says_what_a_scanner_says() {
        let (events, heard) = mpsc::channel();
        let scanner = SimulatedScanner::start(move |event| drop(events.send(event)));
        let handle = scanner.handle();
        handle.scan("1111111112");
        handle.write_raw(b"11111");
        handle.unplug();
        handle.unplug();
        handle.scan("nobody hears this");
        handle.plug();
        handle.scan("1111111112");
        handle.scan("1111111112");
        drop(scanner);
        handle.scan("nor this");
        assert_eq!(
            heard.iter().collect::<Vec<_>>(),
            [
                ScannerEvent::Ready,
                ScannerEvent::Text("1111111112".into()),
                ScannerEvent::Garbled(GarbledKind::Cut),
                ScannerEvent::Lost { why: LostReason::Unplugged },
                ScannerEvent::Ready,
                ScannerEvent::Text("1111111112".into()),
                ScannerEvent::Text("1111111112".into()),
            ]
        );
    }
}
