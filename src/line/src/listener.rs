//! Taking lines in.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use crate::crowd::{Crowd, Source};
use crate::{Limits, Line, LineError, LineKey, tls};

/// How long it waits when the system has no socket left to give. It would otherwise ask in a circle.
const BREATH: Duration = Duration::from_millis(100);

/// Listens, and shakes hands with all who come at the same time.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    config: Arc<ServerConfig>,
    limits: Limits,
    handshakes: JoinSet<Result<Line, LineError>>,
    crowd: Crowd<AbortHandle>,
}

impl Listener {
    /// Listens at an address; port 0 is any free one.
    pub async fn bind(address: SocketAddr, key: &LineKey, limits: Limits) -> Result<Self, LineError> {
        let config = tls::server(key)?;
        let socket = TcpListener::bind(address).await.map_err(LineError::Io)?;
        Ok(Self { socket, config, limits, handshakes: JoinSet::new(), crowd: Crowd::default() })
    }

    /// Where it listens.
    pub fn local_addr(&self) -> Result<SocketAddr, LineError> {
        self.socket.local_addr().map_err(LineError::Io)
    }

    /// The next line whose handshake succeeded. One that fails is logged, and is nobody's concern; nor does a socket that
    /// can't be had for a while end the listening. So there is no error to tell.
    ///
    /// Cancel-safe. Handshakes go on between two calls, but nobody new is let to the door.
    pub async fn accept(&mut self) -> Line {
        loop {
            tokio::select! {
                // Who is done is taken first, so that nobody is sent away who has just proved himself.
                biased;
                Some(done) = self.handshakes.join_next_with_id() => {
                    let (id, result) = match done {
                        Ok((id, result)) => (id, Some(result)),
                        // Sent away to make room; a panic would have been told by the panic itself.
                        Err(ended) => (ended.id(), None),
                    };
                    self.crowd.remove(|handshake| handshake.id() == id);
                    match result {
                        Some(Ok(line)) => return line,
                        Some(Err(why)) => log::debug!("somebody came, and it became no line: {why}"),
                        None => log::debug!("somebody was sent away from a crowded door"),
                    }
                }
                came = self.socket.accept() => match came {
                    Ok((tcp, remote)) => self.greet(tcp, remote),
                    Err(why) => {
                        log::warn!("can't accept: {why}");
                        tokio::time::sleep(BREATH).await;
                    }
                },
            }
        }
    }

    fn greet(&mut self, tcp: TcpStream, remote: SocketAddr) {
        let source = Source::of(remote.ip());
        if let Some(goes) = self.crowd.make_room(source) {
            goes.abort();
        }
        let handshake = self.handshakes.spawn(Line::answer(tcp, remote, Arc::clone(&self.config), self.limits));
        self.crowd.add(source, handshake);
    }
}
