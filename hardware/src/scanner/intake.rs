//! From bytes to events: framing, then the window against double reads. Shared by the real scanner and its twin.

use super::{DoubleReads, Frame, Framer, FramingConfig, GarbledKind, ScannerEvent};

#[derive(Debug)]
pub(super) struct Intake {
    framer: Framer,
    doubles: DoubleReads,
}

impl Intake {
    pub(super) fn new(framing: FramingConfig, double_read_ms: u64) -> Self {
        Self { framer: Framer::new(framing), doubles: DoubleReads::new(double_read_ms) }
    }

    pub(super) fn bytes(&mut self, bytes: &[u8], now_ms: u64) -> Vec<ScannerEvent> {
        let frames = self.framer.feed(bytes, now_ms);
        self.events(frames, now_ms)
    }

    pub(super) fn silence(&mut self, now_ms: u64) -> Vec<ScannerEvent> {
        let frames = self.framer.tick(now_ms);
        self.events(frames, now_ms)
    }

    pub(super) fn next_deadline_ms(&self) -> Option<u64> {
        self.framer.next_deadline_ms()
    }

    /// The device went away: what had begun is cut.
    pub(super) fn unplugged(&mut self) -> Option<ScannerEvent> {
        self.doubles.forget();
        self.framer.abandon().map(|_| ScannerEvent::Garbled(GarbledKind::Cut))
    }

    fn events(&mut self, frames: Vec<Frame>, now_ms: u64) -> Vec<ScannerEvent> {
        let doubles = &mut self.doubles;
        frames
            .into_iter()
            .filter_map(|frame| match frame {
                Frame::Text(text) if doubles.admit(&text, now_ms) => Some(ScannerEvent::Text(text)),
                Frame::Text(_) => {
                    log::debug!("a scan was repeated at once and is dropped");
                    None
                }
                Frame::Garbled(kind) => Some(ScannerEvent::Garbled(kind)),
            })
            .collect()
    }
}
