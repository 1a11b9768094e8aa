//! The half of a line that receives.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, ReadHalf};
use tokio_rustls::TlsStream;

use crate::LineError;
use crate::assembly::Assembly;
use crate::meter::{Hangup, Metered};

/// How a line ended between two frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The peer said goodbye.
    Closed,
    /// The connection broke, or somebody between cut it. Nothing more will come; something may be missing.
    Cut,
    /// This side closed it, after an error that was told.
    HungUp,
}

/// Receives frames.
#[derive(Debug)]
pub struct Receiving {
    half: ReadHalf<TlsStream<Metered>>,
    hangup: Arc<Hangup>,
    max_frame: usize,
    assembly: Assembly,
    ending: Option<Ending>,
}

impl Receiving {
    pub(crate) fn new(half: ReadHalf<TlsStream<Metered>>, hangup: Arc<Hangup>, max_frame: usize) -> Self {
        Self { half, hangup, max_frame, assembly: Assembly::default(), ending: None }
    }

    /// The next frame, or `None` when the line ended ([`Receiving::ending`] says how), again and again.
    ///
    /// Cancel-safe: what has come of a frame is kept when the future is dropped, so it can stand in a `select!`.
    ///
    /// # Errors
    ///
    /// Each closes the line: a frame that is too long, a line that ended within a frame, a peer that broke TLS.
    pub async fn recv(&mut self) -> Result<Option<Vec<u8>>, LineError> {
        if self.ending.is_some() {
            return Ok(None);
        }
        let received = self.next().await;
        if received.is_err() {
            self.ending = Some(Ending::HungUp);
            self.hangup.now();
        }
        received
    }

    /// How the line ended, once [`Receiving::recv`] has said that it did.
    pub fn ending(&self) -> Option<Ending> {
        self.ending
    }

    async fn next(&mut self) -> Result<Option<Vec<u8>>, LineError> {
        loop {
            // Nothing may be awaited between a reading and what is done with it: that is what makes this cancel-safe.
            let (missing, into) = self.assembly.room();
            let mut limited = (&mut self.half).take(u64::try_from(missing).unwrap_or(u64::MAX));
            // An empty frame needs no reading.
            if missing > 0 {
                match limited.read_buf(into).await {
                    Ok(0) => return self.end(Ending::Closed),
                    Ok(_) => {}
                    Err(why) if why.kind() == io::ErrorKind::InvalidData => return Err(LineError::from_stream(why)),
                    // An end without a goodbye, a reset, a network that is gone: to whoever waits it is all the same.
                    Err(_) => return self.end(Ending::Cut),
                }
            }
            if let Some(frame) = self.assembly.take(self.max_frame)? {
                return Ok(Some(frame));
            }
        }
    }

    fn end(&mut self, ending: Ending) -> Result<Option<Vec<u8>>, LineError> {
        if self.hangup.is_done() {
            self.ending = Some(Ending::HungUp);
            return Ok(None);
        }
        if self.assembly.is_within() {
            return Err(LineError::WithinFrame);
        }
        self.ending = Some(ending);
        Ok(None)
    }

    /// Reads to the end and keeps nothing.
    pub(crate) async fn discard(&mut self) {
        let mut bytes = vec![0; 16 * 1024];
        while matches!(self.half.read(&mut bytes).await, Ok(1..)) {}
    }
}
