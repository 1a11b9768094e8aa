//! Barcode scanners on a serial line, real and simulated.
//!
//! [`SerialScanner`] reads a tty, [`SimulatedScanner`] is its twin without one, [`PtyScanner`] plays the device at the
//! other end of a real tty. What a scan means is none of their business.

mod double_read;
mod event;
mod framing;
mod intake;
mod line;
mod pty;
mod serial;
mod simulated;

pub use double_read::DoubleReads;
pub use event::{GarbledKind, LostReason, ScannerEvent};
pub use framing::{Frame, Framer, FramingConfig, Terminator, Unterminated};
pub use line::{DataBits, LineConfig, Parity, StopBits};
pub use pty::{PtyError, PtyScanner};
pub use serial::{ScannerError, SerialConfig, SerialScanner};
pub use simulated::{SimulatedHandle, SimulatedScanner};
