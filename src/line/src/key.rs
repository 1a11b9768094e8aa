//! A device's key, as TLS wants it, and the 44 bytes that a public key is on the wire.

use std::sync::Arc;

use rustls::crypto::ring::sign::any_eddsa_type;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;

use crate::LineError;

/// PKCS#8 version 1 of an Ed25519 secret (RFC 8410): all that comes before the 32 bytes.
const PKCS8_PREFIX: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
/// `SubjectPublicKeyInfo` of an Ed25519 key (RFC 8410): all that comes before the 32 bytes.
const SPKI_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];

/// The key that this side of its lines shows.
#[derive(Clone)]
pub struct LineKey {
    certified: Arc<CertifiedKey>,
    public: [u8; 32],
}

impl std::fmt::Debug for LineKey {
    /// The secret stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LineKey")
    }
}

impl LineKey {
    /// The key of an Ed25519 secret of 32 random bytes.
    pub fn new(secret: &[u8; 32]) -> Result<Self, LineError> {
        let der = PrivatePkcs8KeyDer::from([&PKCS8_PREFIX[..], secret].concat());
        let signing = any_eddsa_type(&der).map_err(LineError::Setup)?;
        // Taken from the signing key, so that what is shown can't differ from what signs.
        let spki = signing.public_key().ok_or(LineError::Setup(rustls::Error::General("no public key".to_owned())))?;
        let public = read_public(&spki).ok_or(LineError::Setup(rustls::Error::General("an odd key".to_owned())))?;
        let shown = CertificateDer::from(spki.to_vec());
        Ok(Self { certified: Arc::new(CertifiedKey::new(vec![shown], signing)), public })
    }

    /// What peers see.
    pub fn public(&self) -> [u8; 32] {
        self.public
    }

    pub(crate) fn certified(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.certified)
    }
}

/// The public key in a `SubjectPublicKeyInfo`, if it is an Ed25519 key and nothing else.
pub(crate) fn read_public(spki: &[u8]) -> Option<[u8; 32]> {
    spki.strip_prefix(&SPKI_PREFIX)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_key_is_the_one_that_signs_entries() {
        for seed in 0..=255 {
            let secret = [seed; 32];
            let expected = ed25519_dalek::SigningKey::from_bytes(&secret).verifying_key().to_bytes();
            assert_eq!(LineKey::new(&secret).unwrap().public(), expected);
        }
    }

    #[test]
    fn the_secret_is_not_in_the_debug_output() {
        assert_eq!(format!("{:?}", LineKey::new(&[7; 32]).unwrap()), "LineKey");
    }

    #[test]
    fn only_a_whole_ed25519_key_is_read() {
        let whole = [&SPKI_PREFIX[..], &[9; 32]].concat();
        assert_eq!(read_public(&whole), Some([9; 32]));
        let mut other_curve = whole.clone();
        other_curve[8] = 0x6e;
        for bad in [&whole[..43], &[&whole[..], &[0]].concat(), &other_curve, &[]] {
            assert_eq!(read_public(bad), None);
        }
    }
}
