//! A scanner on a tty: opened, read, lost, and found again, in a thread of its own.

use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError, TryRecvError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serialport::{ClearBuffer, SerialPort, TTYPort};

use super::intake::Intake;
use super::{FramingConfig, LineConfig, LostReason, ScannerEvent};

/// How long one read waits at most, and so how long a stop can take. A byte that arrives ends the wait at once.
const READ_WAIT_MS: u64 = 50;

/// Which tty, and how to read it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SerialConfig {
    /// The device, best by its stable name (`/dev/serial/by-id/…`). It need not exist yet.
    pub path: PathBuf,
    /// Speed and character format.
    #[serde(default)]
    pub line: LineConfig,
    /// Where scans begin and end.
    #[serde(default)]
    pub framing: FramingConfig,
    /// Equal scans closer than this are one; 0 lets all pass.
    #[serde(default = "default_double_read_ms")]
    pub double_read_ms: u64,
    /// How often a lost device is looked for.
    #[serde(default = "default_reopen_ms")]
    pub reopen_ms: u64,
}

fn default_double_read_ms() -> u64 {
    1500
}

fn default_reopen_ms() -> u64 {
    500
}

impl SerialConfig {
    /// The usual settings for the device at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            line: LineConfig::default(),
            framing: FramingConfig::default(),
            double_read_ms: default_double_read_ms(),
            reopen_ms: default_reopen_ms(),
        }
    }
}

/// Why a scanner could not be started. A device that is not there is no such reason: that is [`ScannerEvent::Lost`].
#[derive(Debug, thiserror::Error)]
pub enum ScannerError {
    /// The path is empty or not UTF-8.
    #[error("{path:?} cannot be the path of a scanner")]
    Path {
        /// The path as configured.
        path: PathBuf,
    },
    /// The speed is 0.
    #[error("a scanner cannot have a speed of 0 baud")]
    Speed,
    /// The operating system gave no thread.
    #[error("no thread for the scanner: {0}")]
    Thread(#[source] io::Error),
}

/// A scanner on a tty. Dropping it stops its thread and closes the tty.
#[derive(Debug)]
pub struct SerialScanner {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl SerialScanner {
    /// Starts reading. `on_event` is called from the scanner's thread: hand the event on and return.
    ///
    /// The first event is [`ScannerEvent::Ready`] or [`ScannerEvent::Lost`]. What a scanner sent before
    /// [`ScannerEvent::Ready`] is thrown away: that person may have left.
    pub fn start(
        config: SerialConfig,
        on_event: impl FnMut(ScannerEvent) + Send + 'static,
    ) -> Result<Self, ScannerError> {
        let Some(path) = config.path.to_str().filter(|path| !path.is_empty()) else {
            return Err(ScannerError::Path { path: config.path });
        };
        if config.line.baud == 0 {
            return Err(ScannerError::Speed);
        }
        let (stop, stopped) = mpsc::channel();
        let reader = Reader {
            port: config.line.builder(path).timeout(Duration::ZERO),
            intake: Intake::new(config.framing, config.double_read_ms),
            reopen: Duration::from_millis(config.reopen_ms),
            on_event,
            stopped,
            epoch: Instant::now(),
        };
        let thread = thread::Builder::new().name("scanner".into()).spawn(move || reader.run());
        Ok(Self { stop: Some(stop), thread: Some(thread.map_err(ScannerError::Thread)?) })
    }
}

impl Drop for SerialScanner {
    fn drop(&mut self) {
        drop(self.stop.take());
        // Whoever drops a scanner from within its own callback must not wait for himself.
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != thread::current().id())
            && thread.join().is_err()
        {
            log::error!("the scanner's thread had panicked");
        }
    }
}

struct Reader<F> {
    port: serialport::SerialPortBuilder,
    intake: Intake,
    reopen: Duration,
    on_event: F,
    /// Nothing is ever sent: it is disconnected to stop the thread.
    stopped: mpsc::Receiver<()>,
    epoch: Instant,
}

impl<F: FnMut(ScannerEvent)> Reader<F> {
    fn run(mut self) {
        let mut known: Option<LostReason> = None;
        loop {
            let why = match self.open() {
                Ok(mut tty) => {
                    known = None;
                    (self.on_event)(ScannerEvent::Ready);
                    let Some(why) = self.read_until_lost(&mut tty) else { return };
                    if let Some(cut) = self.intake.unplugged() {
                        (self.on_event)(cut);
                    }
                    why
                }
                Err(why) => why,
            };
            if known.is_none() {
                (self.on_event)(ScannerEvent::Lost { why: why.clone() });
            }
            if known.as_ref() != Some(&why) {
                log::warn!("scanner: {why}");
            }
            known = Some(why);
            if self.stopped.recv_timeout(self.reopen) != Err(RecvTimeoutError::Timeout) {
                return;
            }
        }
    }

    fn open(&self) -> Result<TTYPort, LostReason> {
        let tty = self.port.clone().open_native().map_err(|error| open_failed(&error))?;
        tty.clear(ClearBuffer::Input).map_err(|error| open_failed(&error))?;
        Ok(tty)
    }

    /// Why reading ended; `None` if it was told to stop.
    fn read_until_lost(&mut self, tty: &mut TTYPort) -> Option<LostReason> {
        let mut buffer = [0_u8; 1024];
        while self.stopped.try_recv() == Err(TryRecvError::Empty) {
            // A silence counts only as far as a read has waited through it: if this thread was held up, the bytes
            // of an unfinished scan may have been lying in the kernel's buffer all the while.
            let from_ms = self.now_ms();
            let wait_ms = self
                .intake
                .next_deadline_ms()
                .map_or(READ_WAIT_MS, |deadline_ms| deadline_ms.saturating_sub(from_ms).min(READ_WAIT_MS));
            if let Err(error) = tty.set_timeout(Duration::from_millis(wait_ms)) {
                return Some(LostReason::Failed(error.description));
            }
            let events = match tty.read(&mut buffer) {
                Ok(0) => return Some(LostReason::Unplugged),
                Ok(count) => {
                    let now_ms = self.now_ms();
                    self.intake.bytes(buffer.get(..count).unwrap_or_default(), now_ms)
                }
                Err(error) if error.kind() == io::ErrorKind::TimedOut => self.intake.silence(from_ms + wait_ms),
                Err(error) if matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock) => {
                    continue;
                }
                Err(error) => {
                    log::debug!("scanner: reading failed: {error}");
                    return Some(LostReason::Unplugged);
                }
            };
            for event in events {
                (self.on_event)(event);
            }
        }
        None
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

fn open_failed(error: &serialport::Error) -> LostReason {
    match error.kind {
        serialport::ErrorKind::NoDevice => LostReason::InUse,
        serialport::ErrorKind::Io(io::ErrorKind::NotFound) => LostReason::NotThere,
        serialport::ErrorKind::Io(io::ErrorKind::PermissionDenied) => LostReason::NotAllowed,
        _ => LostReason::Failed(error.description.clone()),
    }
}
