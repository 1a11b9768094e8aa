//! What a scanner tells whoever listens.

use std::fmt;

/// Something that a scanner, real or simulated, reported.
///
/// The text of a scan identifies a person: show it where the domain says so, never write it to a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScannerEvent {
    /// The scanner can be used: at the start, and again after each [`ScannerEvent::Lost`].
    Ready,
    /// The scanner cannot be used. Said once; reopening goes on in the background.
    Lost {
        /// What is known of the reason.
        why: LostReason,
    },
    /// One scan, as the scanner sent it, without its framing.
    Text(String),
    /// Bytes came that are not a scan: a person should be asked to scan again.
    Garbled(GarbledKind),
}

/// Why bytes were not a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GarbledKind {
    /// It ended too soon: by silence, by the start of another scan, or by an unplug.
    Cut,
    /// It was longer than any scan.
    TooLong,
    /// It was not UTF-8.
    NotText,
    /// Its check byte was wrong.
    BadCheck,
}

impl fmt::Display for GarbledKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cut => "the scan ended too soon",
            Self::TooLong => "the scan was too long",
            Self::NotText => "the scan was not text",
            Self::BadCheck => "the check byte of the scan was wrong",
        })
    }
}

/// Why a scanner cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LostReason {
    /// Nothing is plugged in at the configured path.
    #[error("no device is there")]
    NotThere,
    /// The operating system does not let this program open the device.
    #[error("this program may not open the device")]
    NotAllowed,
    /// Another program has the device.
    #[error("another program uses the device")]
    InUse,
    /// The device went away while it was in use.
    #[error("the device was unplugged")]
    Unplugged,
    /// The operating system said something else.
    #[error("the device failed: {0}")]
    Failed(String),
}
