//! Who gets a line, and who does not.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

mod common;

use std::sync::Arc;

use common::{PATIENCE, key, limits, listener, local, pair, public, soon};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{AlwaysResolvesClientRawPublicKeys, ResolvesClientCert};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::AlwaysResolvesServerRawPublicKeys;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, DigitallySignedStruct, DistinguishedName, Error, ServerConfig, SignatureScheme};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};
use uketsuke_line::{LineError, dial, dial_any};

#[tokio::test]
async fn each_side_sees_the_others_key() {
    let (dialled, accepted) = pair().await;
    assert_eq!(dialled.peer(), public(2));
    assert_eq!(accepted.peer(), public(1));
}

#[tokio::test]
async fn another_key_than_the_expected_one_is_refused() {
    let (mut listener, address) = listener(2, limits()).await;
    let serving = tokio::spawn(async move { listener.accept().await });
    assert!(matches!(dial(&address, &key(1), Some(public(3)), limits()).await, Err(LineError::WrongKey)));
    // The listener is none the worse, and did not take the refused line for one.
    dial(&address, &key(4), None, limits()).await.unwrap();
    assert_eq!(soon(serving).await.unwrap().peer(), public(4));
}

#[tokio::test]
async fn the_addresses_of_a_name_are_tried_in_turn() {
    let (mut listener, address) = listener(2, limits()).await;
    let nobody = std::net::TcpListener::bind(local()).unwrap().local_addr().unwrap();
    let addresses = [nobody, address.parse().unwrap()];
    let key = key(1);
    let (dialled, _) = tokio::join!(dial_any(&addresses, &key, None, limits()), listener.accept());
    assert_eq!(dialled.unwrap().peer(), public(2));
    assert!(matches!(dial_any(&[], &key, None, limits()).await, Err(LineError::NoAddress)));
    assert!(matches!(dial_any(&[nobody], &key, None, limits()).await, Err(LineError::Io(_))));
}

#[tokio::test]
async fn somebody_who_never_answers_is_given_up() {
    let silent = TcpListener::bind(local()).await.unwrap();
    let short = uketsuke_line::Limits { opening: std::time::Duration::from_millis(50), ..limits() };
    let address = silent.local_addr().unwrap().to_string();
    assert!(matches!(soon(dial(&address, &key(1), None, short)).await, Err(LineError::TimedOut)));
}

/// Pretends to be key `shown` while signing with key `signs`.
fn impostor(shown: u8, signs: u8) -> Arc<CertifiedKey> {
    let prefix = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let der = PrivatePkcs8KeyDer::from([&prefix[..], &[signs; 32]].concat());
    let spki = [&[0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0][..], &public(shown)].concat();
    Arc::new(CertifiedKey::new(vec![CertificateDer::from(spki)], ring::sign::any_eddsa_type(&der).unwrap()))
}

/// Believes everything that is signed by anybody.
#[derive(Debug)]
struct Credulous;

impl ServerCertVerifier for Credulous {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }
    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }
    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }
    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

impl ClientCertVerifier for Credulous {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }
    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        key: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        ServerCertVerifier::verify_tls12_signature(self, message, key, signature)
    }
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        key: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        ServerCertVerifier::verify_tls13_signature(self, message, key, signature)
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ServerCertVerifier::supported_verify_schemes(self)
    }
    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

/// Offers a raw key and then shows none.
#[derive(Debug)]
struct EmptyHanded;

impl ResolvesClientCert for EmptyHanded {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        None
    }
    fn only_raw_public_keys(&self) -> bool {
        true
    }
    fn has_certs(&self) -> bool {
        true
    }
}

/// How a client goes on that shows this key and names these protocols: whether it ever gets a byte.
async fn is_served(shown: Option<Arc<dyn ResolvesClientCert>>, protocols: &[&str]) -> bool {
    let (mut listener, address) = listener(2, limits()).await;
    let serving = tokio::spawn(async move {
        let (mut sending, receiving) = listener.accept().await.split();
        sending.send(&[b"welcome".to_vec()]).await.unwrap();
        (sending, receiving)
    });
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Credulous));
    let mut config = match shown {
        Some(shown) => builder.with_client_cert_resolver(shown),
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    let tcp = TcpStream::connect(&address).await.unwrap();
    let name = ServerName::try_from("uketsuke.invalid").unwrap();
    let is_served = match soon(TlsConnector::from(Arc::new(config)).connect(name, tcp)).await {
        Ok(mut tls) => matches!(soon(tls.read(&mut [0; 64])).await, Ok(1..)),
        Err(_) => false,
    };
    serving.abort();
    is_served
}

fn raw(key: Arc<CertifiedKey>) -> Arc<dyn ResolvesClientCert> {
    Arc::new(AlwaysResolvesClientRawPublicKeys::new(key))
}

#[tokio::test]
async fn only_clients_that_prove_a_key_and_speak_the_protocol_are_served() {
    assert!(is_served(Some(raw(impostor(1, 1))), &["uketsuke/2"]).await, "the test's own client works");
    assert!(is_served(Some(raw(impostor(1, 1))), &["uketsuke/3", "uketsuke/2"]).await);
    assert!(!is_served(Some(raw(impostor(1, 9))), &["uketsuke/2"]).await, "somebody else's key");
    assert!(!is_served(None, &["uketsuke/2"]).await, "no key");
    assert!(!is_served(Some(Arc::new(EmptyHanded)), &["uketsuke/2"]).await, "an empty hand");
    assert!(!is_served(Some(raw(impostor(1, 1))), &["http/1.1"]).await, "another protocol");
    assert!(!is_served(Some(raw(impostor(1, 1))), &[]).await, "no protocol");
}

/// What dialling says of a server that shows this key and these protocols.
async fn dialled(shown: Arc<CertifiedKey>, protocols: &[&str]) -> Result<[u8; 32], LineError> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_client_cert_verifier(Arc::new(Credulous))
        .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(shown)));
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    let socket = TcpListener::bind(local()).await.unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let serving = tokio::spawn(async move {
        let (tcp, _) = socket.accept().await.unwrap();
        let tls = TlsAcceptor::from(Arc::new(config)).accept(tcp).await;
        tokio::time::sleep(PATIENCE).await;
        drop(tls);
    });
    let line = soon(dial(&address, &key(1), None, limits())).await;
    serving.abort();
    line.map(|line| line.peer())
}

#[tokio::test]
async fn only_servers_that_prove_a_key_and_speak_the_protocol_are_lines() {
    assert_eq!(dialled(impostor(2, 2), &["uketsuke/2"]).await.unwrap(), public(2), "the test's own server works");
    assert!(matches!(dialled(impostor(2, 9), &["uketsuke/2"]).await, Err(LineError::Tls(_))), "somebody else's key");
    assert!(matches!(dialled(impostor(2, 2), &["h2"]).await, Err(LineError::Tls(_))), "another protocol");
    assert!(matches!(dialled(impostor(2, 2), &[]).await, Err(LineError::OtherProtocol)), "no protocol");
}

/// A `ClientHello` of TLS 1.2: suites, no compression, X25519 and Ed25519, and nothing that would offer more.
fn hello_of_tls_1_2() -> Vec<u8> {
    let mut body = vec![3, 3];
    body.extend([7; 32]);
    body.extend([0, 0, 4, 0xc0, 0x2b, 0xcc, 0xa9, 1, 0]);
    body.extend([0, 16, 0, 10, 0, 4, 0, 2, 0, 29, 0, 13, 0, 4, 0, 2, 8, 7]);
    let length = u8::try_from(body.len()).unwrap();
    [&[22, 3, 1, 0, length + 4, 1, 0, 0, length][..], &body].concat()
}

#[tokio::test]
async fn strangers_get_an_alert_or_nothing_and_harm_nobody() {
    let (mut listener, address) = listener(2, limits()).await;
    let serving = tokio::spawn(async move { listener.accept().await });
    let talk = async |words: &[u8]| {
        let mut tcp = TcpStream::connect(&address).await.unwrap();
        tcp.write_all(words).await.unwrap();
        let mut answer = Vec::new();
        // A reset is an end, too.
        let _ = soon(tcp.read_to_end(&mut answer)).await;
        answer
    };
    assert_eq!(talk(&hello_of_tls_1_2()).await, [21, 3, 3, 0, 2, 2, 70], "fatal: protocol version");
    for words in [&b"GET / HTTP/1.1\r\nHost: kiosk\r\n\r\n"[..], &[0; 100], &[22, 3, 1, 0xff, 0xff], &[255; 9_000]] {
        let answer = talk(words).await;
        assert!(answer.is_empty() || answer.first() == Some(&21), "{answer:?}");
    }
    drop(TcpStream::connect(&address).await.unwrap());
    let line = dial(&address, &key(1), Some(public(2)), limits()).await.unwrap();
    assert_eq!(soon(serving).await.unwrap().peer(), public(1));
    drop(line);
}

#[tokio::test]
async fn a_server_that_answers_in_tls_1_2_or_in_http_is_no_line() {
    // A ServerHello of TLS 1.2: version, random, no session, a suite, no compression.
    let hello = [&[22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3][..], &[9; 32], &[0, 0xc0, 0x2b, 0]].concat();
    for words in [hello, b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()] {
        let socket = TcpListener::bind(local()).await.unwrap();
        let address = socket.local_addr().unwrap().to_string();
        let serving = tokio::spawn(async move {
            let (mut tcp, _) = socket.accept().await.unwrap();
            tcp.write_all(&words).await.unwrap();
            tcp.read_to_end(&mut Vec::new()).await
        });
        assert!(matches!(soon(dial(&address, &key(1), None, limits())).await, Err(LineError::Tls(_))));
        serving.abort();
    }
}

#[tokio::test]
async fn a_handshake_is_small() {
    let (dialled, accepted) = pair().await;
    let (out, back) = (dialled.traffic().sent(), dialled.traffic().received());
    println!("handshake: {out} bytes from who dials, {back} from who is dialled, {} together", out + back);
    assert!(out + back < 1024);
    assert_eq!((accepted.traffic().received(), accepted.traffic().sent()), (out, back));
}
