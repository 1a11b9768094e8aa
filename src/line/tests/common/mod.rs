//! What the tests of lines share. Everything is on 127.0.0.1.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, reason = "each test uses some of it; a test")]

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use uketsuke_line::{Limits, Line, LineKey, Listener, dial};

pub(crate) const MAX_FRAME: usize = 100_000;

/// No test measures time; this only keeps a broken one from hanging.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn limits() -> Limits {
    Limits::new(MAX_FRAME)
}

pub(crate) fn key(seed: u8) -> LineKey {
    LineKey::new(&[seed; 32]).unwrap()
}

/// What somebody else computes from the same secret.
pub(crate) fn public(seed: u8) -> [u8; 32] {
    ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).verifying_key().to_bytes()
}

pub(crate) fn local() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

pub(crate) async fn listener(seed: u8, limits: Limits) -> (Listener, String) {
    let listener = Listener::bind(local(), &key(seed), limits).await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

/// Both ends of a line: key 1 dialled key 2.
pub(crate) async fn pair_with(own: Limits, listening: Limits) -> (Line, Line) {
    let (mut listener, address) = listener(2, listening).await;
    let key = key(1);
    let (dialled, accepted) = tokio::join!(dial(&address, &key, Some(public(2)), own), listener.accept());
    (dialled.unwrap(), accepted)
}

pub(crate) async fn pair() -> (Line, Line) {
    pair_with(limits(), limits()).await
}

/// The same, within the patience.
pub(crate) async fn soon<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work).await.expect("nothing happened")
}
