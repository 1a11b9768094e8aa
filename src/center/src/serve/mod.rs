//! The centre as a server: the sync endpoint and the console.

mod console;
mod sync;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;
use uketsuke_replica::hub::LineStatus;

use crate::centre::Centre;
use sync::Endpoint;

/// What every request needs.
#[derive(Debug)]
pub(crate) struct Shared {
    folder: PathBuf,
    /// The conversations, as the endpoint last saw them.
    lines: Arc<Mutex<Vec<LineStatus>>>,
}

impl Shared {
    fn lines(&self) -> Vec<LineStatus> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A request has its own connection to the database.
    fn open(&self) -> Result<Centre> {
        Centre::open(&self.folder)
    }
}

/// Serves until the process is told to stop: kiosks at one address, the console at another.
///
/// The console is on the loopback only for now: signing in has its own issue.
///
/// # Errors
/// When the folder holds no centre or an address can't be had.
pub async fn serve(folder: &Path, console: SocketAddr, sync: SocketAddr) -> Result<()> {
    if !console.ip().is_loopback() {
        bail!("{console}: without signing in the console listens on the loopback only");
    }
    let endpoint = tokio::task::block_in_place(|| Endpoint::start(folder, sync))?;
    let shared = Arc::new(Shared { folder: folder.to_owned(), lines: Arc::clone(&endpoint.lines) });
    let routes = Router::new()
        .route("/", get(console::people))
        .route("/reviews", get(console::reviews))
        .route("/lines", get(console::lines))
        .with_state(shared);
    let listener = TcpListener::bind(console).await.with_context(|| format!("listening on {console}"))?;
    let address = listener.local_addr()?;
    log::info!("console on {address}, sync on {}", endpoint.address);
    announce(address, endpoint.address);
    axum::serve(listener, routes).with_graceful_shutdown(stop()).await?;
    // Waits for the last write.
    tokio::task::block_in_place(|| drop(endpoint));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the command line's answer: whoever started it waits for this line")]
fn announce(console: SocketAddr, sync: SocketAddr) {
    println!("管理画面 http://{console}/　同期 {sync}");
}

async fn stop() {
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(signal) => signal,
        Err(why) => {
            log::error!("SIGTERM can't be heard: {why}");
            return std::future::pending().await;
        }
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
