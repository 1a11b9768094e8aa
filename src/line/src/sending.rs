//! The half of a line that sends.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncWriteExt, WriteHalf};
use tokio::time::timeout;
use tokio_rustls::TlsStream;

use crate::meter::{Hangup, Metered, Traffic};
use crate::{Limits, LineError, Receiving};

/// What one TLS record holds. Filled up, a record's 22 bytes of its own are spread over as much as possible.
const RECORD: usize = 16 * 1024;
/// How long a line that was closed still listens, so that the last words get through.
const LINGER: Duration = Duration::from_secs(2);

/// Sends frames.
#[derive(Debug)]
pub struct Sending {
    half: WriteHalf<TlsStream<Metered>>,
    hangup: Arc<Hangup>,
    traffic: Arc<Traffic>,
    limits: Limits,
    /// Whether some frame may have gone out in part: while sending, and ever after a sending that did not come to its end.
    is_halfway: bool,
}

impl Sending {
    pub(crate) fn new(
        half: WriteHalf<TlsStream<Metered>>,
        hangup: Arc<Hangup>,
        traffic: Arc<Traffic>,
        limits: Limits,
    ) -> Self {
        Self { half, hangup, traffic, limits, is_halfway: false }
    }

    /// Sends frames, in order, with one flush for all. When it returns, the system has taken them, which does not say that
    /// the peer has.
    ///
    /// Not cancel-safe: a sending that is dropped before its end leaves half a frame on the line, so the next call closes it.
    ///
    /// # Errors
    ///
    /// [`LineError::TooLong`] before anything is sent; any other error closes the line.
    pub async fn send(&mut self, frames: &[Vec<u8>]) -> Result<(), LineError> {
        if self.is_halfway || self.hangup.is_done() {
            self.hangup.now();
            return Err(LineError::HungUp);
        }
        let max = self.limits.max_frame.min(usize::try_from(u32::MAX).unwrap_or(usize::MAX));
        if let Some(frame) = frames.iter().find(|frame| frame.len() > max) {
            return Err(LineError::TooLong { length: frame.len(), max });
        }
        self.is_halfway = true;
        let written = unless_stalled(&self.traffic, self.limits.stall, write(&mut self.half, frames)).await;
        match written {
            Ok(()) => self.is_halfway = false,
            Err(_) => self.hangup.now(),
        }
        written
    }

    /// Says goodbye, and waits up to two seconds for the peer's. What still comes is thrown away.
    ///
    /// Without the wait, a system that closes a socket with unread bytes resets the connection, and the peer may lose what
    /// was sent last: that it is refused, for instance.
    pub async fn close(mut self, mut rest: Receiving) {
        if self.is_halfway {
            self.hangup.now();
            return;
        }
        // Errors are passed over: the line ends anyhow.
        let _ = unless_stalled(&self.traffic, LINGER, self.half.shutdown()).await;
        let _ = timeout(LINGER, rest.discard()).await;
    }
}

async fn write(half: &mut WriteHalf<TlsStream<Metered>>, frames: &[Vec<u8>]) -> io::Result<()> {
    let mut record = Vec::with_capacity(RECORD);
    for frame in frames {
        let length = u32::try_from(frame.len()).map_err(io::Error::other)?;
        for mut part in [&length.to_be_bytes()[..], frame] {
            while !part.is_empty() {
                let (now, later) = part.split_at(part.len().min(RECORD - record.len()));
                record.extend_from_slice(now);
                part = later;
                if record.len() == RECORD {
                    half.write_all(&record).await?;
                    record.clear();
                }
            }
        }
    }
    half.write_all(&record).await?;
    half.flush().await
}

/// Does the work, unless the socket takes no byte for as long as `stall`.
async fn unless_stalled(
    traffic: &Traffic,
    stall: Duration,
    work: impl Future<Output = io::Result<()>>,
) -> Result<(), LineError> {
    let mut work = pin!(work);
    loop {
        let before = traffic.sent();
        match timeout(stall, &mut work).await {
            Ok(done) => return done.map_err(LineError::from_stream),
            Err(_) if traffic.sent() == before => return Err(LineError::Stalled),
            Err(_) => {}
        }
    }
}
