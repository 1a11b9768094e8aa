//! The centre as a server: the sync endpoint and the console.

mod console;
mod replica;
mod sync;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::centre::Centre;

/// What every request and every conversation needs.
#[derive(Debug)]
pub(crate) struct Shared {
    folder: PathBuf,
    /// Counts commits of this process, so that other conversations hear of them at once.
    commits: watch::Sender<u64>,
}

impl Shared {
    /// A conversation or a request has its own connection to the database.
    fn open(&self) -> Result<Centre> {
        Centre::open(&self.folder)
    }
}

/// Serves until the process is told to stop.
///
/// Only on the loopback for now: the line to other machines comes with TLS and has its own issue.
///
/// # Errors
/// When the folder holds no centre or the address can't be had.
pub async fn serve(folder: &Path, listen: SocketAddr) -> Result<()> {
    if !listen.ip().is_loopback() {
        bail!("{listen}: without TLS the centre listens on the loopback only");
    }
    Centre::open(folder)?;
    let shared = Arc::new(Shared { folder: folder.to_owned(), commits: watch::Sender::new(0) });
    let routes = Router::new()
        .route("/sync", get(sync::endpoint))
        .route("/", get(console::people))
        .route("/reviews", get(console::reviews))
        .with_state(shared);
    let listener = TcpListener::bind(listen).await.with_context(|| format!("listening on {listen}"))?;
    let address = listener.local_addr()?;
    log::info!("listening on {address}");
    announce(address);
    axum::serve(listener, routes).with_graceful_shutdown(stop()).await?;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the command line's answer: whoever started it waits for this line")]
fn announce(address: SocketAddr) {
    println!("管理画面 http://{address}/　同期 ws://{address}/sync");
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
