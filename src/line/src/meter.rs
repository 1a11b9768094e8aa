//! The socket under TLS: what passes is counted, and it can be closed from either half.

use std::io::{self, IoSlice};
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Bytes that went through a line's socket, handshake and TLS included, without the headers of TCP and IP.
#[derive(Debug, Default)]
pub struct Traffic {
    received: AtomicU64,
    sent: AtomicU64,
}

impl Traffic {
    /// Bytes that came in.
    pub fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// Bytes that the system took to send.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

/// A TCP connection that counts.
#[derive(Debug)]
pub(crate) struct Metered {
    tcp: TcpStream,
    traffic: Arc<Traffic>,
}

impl Metered {
    pub(crate) fn new(tcp: TcpStream, traffic: Arc<Traffic>) -> Self {
        Self { tcp, traffic }
    }
}

impl AsyncRead for Metered {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.tcp).poll_read(cx, buf))?;
        add(&self.traffic.received, buf.filled().len().saturating_sub(before));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Metered {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let taken = ready!(Pin::new(&mut self.tcp).poll_write(cx, buf))?;
        add(&self.traffic.sent, taken);
        Poll::Ready(Ok(taken))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let taken = ready!(Pin::new(&mut self.tcp).poll_write_vectored(cx, bufs))?;
        add(&self.traffic.sent, taken);
        Poll::Ready(Ok(taken))
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}

fn add(counter: &AtomicU64, bytes: usize) {
    counter.fetch_add(u64::try_from(bytes).unwrap_or(u64::MAX), Ordering::Relaxed);
}

/// Ends a connection at once, whoever else holds it. Either half of a line can find that it must not go on, and the other
/// half, perhaps asleep in another task, has to hear of it.
#[derive(Debug)]
pub(crate) struct Hangup {
    socket: std::net::TcpStream,
    is_done: AtomicBool,
}

impl Hangup {
    pub(crate) fn new(tcp: &TcpStream) -> io::Result<Self> {
        Ok(Self { socket: tcp.as_fd().try_clone_to_owned()?.into(), is_done: AtomicBool::new(false) })
    }

    pub(crate) fn now(&self) {
        self.is_done.store(true, Ordering::Relaxed);
        // It fails where the connection is gone already, which is what was wanted.
        let _ = self.socket.shutdown(Shutdown::Both);
    }

    pub(crate) fn is_done(&self) -> bool {
        self.is_done.load(Ordering::Relaxed)
    }
}
