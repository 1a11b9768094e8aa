//! From the scanner to the kiosk's events.

use uketsuke_domain::kiosk::Event;
use uketsuke_domain::screen::ScannerState;
use uketsuke_hardware::scanner::{ScannerError, ScannerEvent, SerialConfig, SerialScanner};

/// Starts the serial scanner; it is tried again for as long as the kiosk runs.
///
/// # Errors
/// When the configuration can't be right.
pub fn start(
    config: SerialConfig,
    mut deliver: impl FnMut(Event) + Send + 'static,
) -> Result<SerialScanner, ScannerError> {
    SerialScanner::start(config, move |event| deliver(map_event(event)))
}

fn map_event(event: ScannerEvent) -> Event {
    match event {
        ScannerEvent::Ready => Event::Scanner(ScannerState::Ready),
        ScannerEvent::Lost { why } => {
            log::warn!("the scanner is gone: {why}");
            Event::Scanner(ScannerState::Lost)
        }
        ScannerEvent::Text(text) => Event::Scan(text),
        ScannerEvent::Garbled(kind) => {
            log::warn!("a scan that can't be read: {kind}");
            Event::Garbled
        }
    }
}
