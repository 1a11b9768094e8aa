//! A line that is up: whom it leads to, and its two halves.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ServerConfig};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, TlsConnector, TlsStream};

use crate::key::read_public;
use crate::meter::{Hangup, Metered, Traffic};
use crate::tls::ALPN;
use crate::{Limits, LineError, Receiving, Sending};

/// A line to another replica, after the handshake.
///
/// Whoever dialled has a line as soon as the *other* side has proved itself; that the other side took this one's key, and
/// did not turn it away for lack of room, shows with the first frame that comes.
#[derive(Debug)]
pub struct Line {
    stream: TlsStream<Metered>,
    peer: [u8; 32],
    remote: SocketAddr,
    traffic: Arc<Traffic>,
    hangup: Hangup,
    limits: Limits,
}

impl Line {
    /// The Ed25519 key whose owner is at the other end. Any owner of any key may be: ask before you talk. (Keys of small
    /// order have no owner; compare with keys that were enrolled, and never take one up from here alone.)
    pub fn peer(&self) -> [u8; 32] {
        self.peer
    }

    /// The address at the other end. It proves nothing.
    pub fn remote(&self) -> SocketAddr {
        self.remote
    }

    /// Counts what passes, for as long as anyone asks.
    pub fn traffic(&self) -> Arc<Traffic> {
        Arc::clone(&self.traffic)
    }

    /// The two directions, for use at the same time. The socket closes when both are dropped; better [`Sending::close`].
    pub fn split(self) -> (Sending, Receiving) {
        let (receiving, sending) = tokio::io::split(self.stream);
        let hangup = Arc::new(self.hangup);
        (
            Sending::new(sending, Arc::clone(&hangup), self.traffic, self.limits),
            Receiving::new(receiving, hangup, self.limits.max_frame),
        )
    }

    /// Opens a line to an address.
    pub(crate) async fn connect(
        remote: SocketAddr,
        config: Arc<ClientConfig>,
        limits: Limits,
        within: Duration,
    ) -> Result<Self, LineError> {
        let open = async {
            let tcp = TcpStream::connect(remote).await.map_err(LineError::Io)?;
            let (socket, traffic, hangup) = prepare(tcp)?;
            // TLS wants a name for what it connects to; it is neither sent nor looked at.
            let name = ServerName::from(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
            let tls = TlsConnector::from(config).connect(name, socket).await.map_err(LineError::from_stream)?;
            Self::new(tls.into(), remote, traffic, hangup, limits)
        };
        tokio::time::timeout(within, open).await.map_err(|_| LineError::TimedOut)?
    }

    /// Answers somebody who connected.
    pub(crate) async fn answer(
        tcp: TcpStream,
        remote: SocketAddr,
        config: Arc<ServerConfig>,
        limits: Limits,
    ) -> Result<Self, LineError> {
        let open = async {
            let (socket, traffic, hangup) = prepare(tcp)?;
            let tls = TlsAcceptor::from(config).accept(socket).await.map_err(LineError::from_stream)?;
            Self::new(tls.into(), remote, traffic, hangup, limits)
        };
        tokio::time::timeout(limits.opening, open).await.map_err(|_| LineError::TimedOut)?
    }

    fn new(
        stream: TlsStream<Metered>,
        remote: SocketAddr,
        traffic: Arc<Traffic>,
        hangup: Hangup,
        limits: Limits,
    ) -> Result<Self, LineError> {
        let (_, session) = stream.get_ref();
        // A peer that names no protocol passes TLS, so it is asked for here.
        if session.alpn_protocol() != Some(ALPN) {
            return Err(LineError::OtherProtocol);
        }
        let shown = session.peer_certificates().and_then(<[_]>::first);
        let peer = shown.and_then(|shown| read_public(shown)).ok_or(LineError::OtherProtocol)?;
        Ok(Self { stream, peer, remote, traffic, hangup, limits })
    }
}

fn prepare(tcp: TcpStream) -> Result<(Metered, Arc<Traffic>, Hangup), LineError> {
    // A frame is flushed whole; waiting for more to fill a packet would only delay it.
    tcp.set_nodelay(true).map_err(LineError::Io)?;
    let hangup = Hangup::new(&tcp).map_err(LineError::Io)?;
    let traffic = Arc::new(Traffic::default());
    Ok((Metered::new(tcp, Arc::clone(&traffic)), traffic, hangup))
}
