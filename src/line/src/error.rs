//! What can go wrong with a line.

use std::io;

use rustls::CertificateError;

/// Why there is no line, or why it ended.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// TLS could not be set up with this key. Nobody has seen it happen: every 32 bytes are an Ed25519 secret.
    #[error("TLS can't be set up: {0}")]
    Setup(#[source] rustls::Error),
    /// The name has no address.
    #[error("the name has no address")]
    NoAddress,
    /// The line did not come up in time.
    #[error("no line came up in time")]
    TimedOut,
    /// Somebody answered, and it is not who was expected.
    #[error("the peer has another key than expected")]
    WrongKey,
    /// The peer is no line's other end, or broke TLS.
    #[error("not a line: {0}")]
    Tls(#[source] rustls::Error),
    /// The peer speaks TLS, and then another protocol or another version of it.
    #[error("the peer does not speak this protocol")]
    OtherProtocol,
    /// A frame that is longer than the limit: announced by the peer (the line is closed then), or to be sent (nothing was).
    #[error("a frame of {length} bytes, where {max} are allowed")]
    TooLong {
        /// How long it is, or is said to be.
        length: usize,
        /// The limit.
        max: usize,
    },
    /// The line ended within a frame.
    #[error("the line ended within a frame")]
    WithinFrame,
    /// The peer took no byte for as long as the limit; the line is closed.
    #[error("the peer takes nothing")]
    Stalled,
    /// This side closed the line before, after an error or a sending that was given up half-way.
    #[error("the line was closed")]
    HungUp,
    /// The network said no.
    #[error(transparent)]
    Io(io::Error),
}

impl LineError {
    /// An error of the socket, or of the TLS that runs over it.
    pub(crate) fn from_stream(error: io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            // Only the verifier that was told whom to expect answers so.
            Some(rustls::Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure)) => Self::WrongKey,
            Some(why) => Self::Tls(why.clone()),
            None => Self::Io(error),
        }
    }
}
