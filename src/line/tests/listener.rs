//! A crowded door.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

mod common;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use common::{key, limits, listener, public, soon};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use uketsuke_line::{Limits, Listener, dial};

async fn silent(address: &str, from: Ipv4Addr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((from, 0))).unwrap();
    socket.connect(address.parse().unwrap()).await.unwrap()
}

/// Whether the other side has hung up.
async fn is_over(tcp: &mut TcpStream) -> bool {
    tokio::time::timeout(Duration::from_millis(1), tcp.read(&mut [0])).await.is_ok()
}

#[tokio::test]
async fn silent_connections_keep_nobody_out() {
    // Neither a hundred from one address, nor one each from a hundred addresses, nor eight each from fifteen.
    for from in [|_| 1, |n| 1 + n, |n| 1 + n / 8] {
        let (mut listener, address) = listener(2, limits()).await;
        let mut silent_ones = Vec::new();
        let serving = tokio::spawn(async move { (listener.accept().await, listener) });
        for n in 0..120u8 {
            silent_ones.push(silent(&address, Ipv4Addr::new(127, 0, 0, from(n))).await);
        }
        // From the crowded address itself.
        let line = soon(dial(&address, &key(1), Some(public(2)), limits())).await.unwrap();
        let (accepted, _listener) = soon(serving).await.unwrap();
        assert_eq!(accepted.peer(), public(1));
        drop(line);
        let mut waiting = 0;
        for tcp in &mut silent_ones {
            waiting += usize::from(!is_over(tcp).await);
        }
        assert!(waiting <= 64, "{waiting} are still at the door");
    }
}

#[tokio::test]
async fn nine_from_one_address_are_one_too_many() {
    let (mut listener, address) = listener(2, limits()).await;
    tokio::spawn(async move { listener.accept().await });
    let mut first = silent(&address, Ipv4Addr::LOCALHOST).await;
    let mut others = Vec::new();
    for _ in 0..7 {
        others.push(silent(&address, Ipv4Addr::LOCALHOST).await);
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!is_over(&mut first).await);
    others.push(silent(&address, Ipv4Addr::LOCALHOST).await);
    assert_eq!(soon(first.read(&mut [0])).await.unwrap_or(0), 0);
    assert!(!is_over(&mut others[0]).await);
}

#[tokio::test]
async fn who_says_nothing_has_to_go_when_the_time_is_over() {
    let short = Limits { opening: Duration::from_millis(50), ..limits() };
    let (mut listener, address) = listener(2, short).await;
    tokio::spawn(async move { listener.accept().await });
    let mut tcp = silent(&address, Ipv4Addr::LOCALHOST).await;
    // A byte now and then buys no time.
    tcp.write_all(&[22]).await.unwrap();
    assert_eq!(soon(tcp.read(&mut [0])).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn many_come_at_once_and_all_get_in() {
    let (mut listener, address) = listener(2, limits()).await;
    // As many as there may be from one address.
    for _ in 0..5 {
        let dialling: Vec<_> = (0..8)
            .map(|seed| {
                let address = address.clone();
                tokio::spawn(async move { dial(&address, &key(seed), None, limits()).await.unwrap() })
            })
            .collect();
        let mut peers: Vec<[u8; 32]> = Vec::new();
        for _ in 0..8 {
            peers.push(soon(listener.accept()).await.peer());
        }
        peers.sort_unstable();
        let mut expected: Vec<[u8; 32]> = (0..8).map(public).collect();
        expected.sort_unstable();
        assert_eq!(peers, expected);
        for line in dialling {
            soon(line).await.unwrap();
        }
    }
}

#[tokio::test]
async fn accepting_that_is_given_up_loses_no_handshake() {
    let (mut listener, address) = listener(2, limits()).await;
    let dialled = tokio::spawn(async move { dial(&address, &key(1), None, limits()).await });
    let accepted = soon(async {
        loop {
            if let Ok(line) = tokio::time::timeout(Duration::from_micros(1), listener.accept()).await {
                return line;
            }
        }
    })
    .await;
    assert_eq!(accepted.peer(), public(1));
    dialled.await.unwrap().unwrap();
}

#[tokio::test]
async fn ipv6_is_dialled_with_its_scope() {
    let Ok(mut listener) = Listener::bind("[::1]:0".parse().unwrap(), &key(2), limits()).await else {
        println!("SKIPPED: no IPv6 here");
        return;
    };
    let SocketAddr::V6(mut address) = listener.local_addr().unwrap() else { panic!("not IPv6") };
    // The loopback is interface 1, and needs no scope; that one is read is what is shown.
    address.set_scope_id(1);
    let (written, key) = (address.to_string(), key(1));
    assert!(written.contains("%1"));
    let (dialled, _) = tokio::join!(dial(&written, &key, Some(public(2)), limits()), listener.accept());
    dialled.unwrap();
}
