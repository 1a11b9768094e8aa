//! How lines use TLS: one version, one suite, one exchange, one kind of key, and no second visit.

use std::sync::Arc;

use rustls::client::{AlwaysResolvesClientRawPublicKeys, Resumption};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::UnixTime;
use rustls::server::{AlwaysResolvesServerRawPublicKeys, NoServerSessionStorage};
use rustls::time_provider::TimeProvider;
use rustls::version::TLS13;
use rustls::{ClientConfig, ServerConfig};

use crate::verifier::AnyRawKey;
use crate::{LineError, LineKey};

/// What is spoken over a line. Another version of the frames gets another name, so that TLS already refuses it.
pub(crate) const ALPN: &[u8] = b"uketsuke/2";

/// How this side dials; with `expected`, any other key is refused in the handshake.
pub(crate) fn client(key: &LineKey, expected: Option<[u8; 32]>) -> Result<Arc<ClientConfig>, LineError> {
    let provider = provider();
    let verifier = AnyRawKey::new(&provider, expected);
    let mut config = ClientConfig::builder_with_details(provider, Arc::new(NoClock))
        .with_protocol_versions(&[&TLS13])
        .map_err(LineError::Setup)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_client_cert_resolver(Arc::new(AlwaysResolvesClientRawPublicKeys::new(key.certified())));
    config.alpn_protocols = vec![ALPN.to_vec()];
    // A resumed line would save one signature, and would go on for somebody whose key was taken off the list since.
    config.resumption = Resumption::disabled();
    // The peer is its key; a name would only tell listeners whom this kiosk looks for.
    config.enable_sni = false;
    Ok(Arc::new(config))
}

/// How this side is dialled.
pub(crate) fn server(key: &LineKey) -> Result<Arc<ServerConfig>, LineError> {
    let provider = provider();
    let verifier = AnyRawKey::new(&provider, None);
    let mut config = ServerConfig::builder_with_details(provider, Arc::new(NoClock))
        .with_protocol_versions(&[&TLS13])
        .map_err(LineError::Setup)?
        .with_client_cert_verifier(Arc::new(verifier))
        .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(key.certified())));
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.max_early_data_size = 0;
    Ok(Arc::new(config))
}

/// X25519 alone: the post-quantum exchange that others add makes the greeting three times as long. `ChaCha20` alone: it
/// needs no instructions for AES, which a Raspberry Pi 4 lacks, and both ends are ours, so there is nothing to choose.
fn provider() -> Arc<CryptoProvider> {
    let mut provider = ring::default_provider();
    provider.cipher_suites = vec![ring::cipher_suite::TLS13_CHACHA20_POLY1305_SHA256];
    provider.kx_groups = vec![ring::kx_group::X25519];
    Arc::new(provider)
}

/// TLS asks for the time to judge certificates and tickets. There are none, and a kiosk's clock may be wrong by years.
#[derive(Debug)]
struct NoClock;

impl TimeProvider for NoClock {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(std::time::Duration::ZERO))
    }
}
