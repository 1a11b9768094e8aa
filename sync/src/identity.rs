//! Keys of devices and centres.

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uketsuke_domain::log::{Origin, Signature};

use crate::certificate::Certificate;

/// A device's own key, under which it writes, and the centre's leave to do so.
#[derive(Clone)]
pub struct Identity {
    key: SigningKey,
    incarnation: u64,
    certificate: Option<Certificate>,
}

impl std::fmt::Debug for Identity {
    /// The secret stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identity({})", self.origin())
    }
}

impl Identity {
    /// The identity of a secret key of 32 random bytes. `incarnation` is fresh and random at each start of a program that
    /// may write: a chain belongs to one run of one program, and no restored or copied disk can go on with it.
    pub fn new(secret: &[u8; 32], incarnation: u64) -> Self {
        Self { key: SigningKey::from_bytes(secret), incarnation, certificate: None }
    }

    /// With the centre's leave; the centre itself needs none.
    #[must_use]
    pub fn with_certificate(self, certificate: Option<Certificate>) -> Self {
        Self { certificate, ..self }
    }

    /// The centre's leave.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// Under which name it writes.
    pub fn origin(&self) -> Origin {
        Origin::new(self.public_key(), self.incarnation)
    }

    /// The public key.
    pub fn public_key(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    /// The secret key: for the line, which proves with it who is there.
    pub fn secret(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// The secret for what is sealed to this key (X25519, of the same secret).
    pub fn exchange_secret(&self) -> [u8; 32] {
        self.key.to_scalar_bytes()
    }

    /// Signs.
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.key.sign(message).to_bytes())
    }

    /// Sixteen bytes that nobody without the secret can guess or foresee, and that are the same for the same parts: where
    /// others would draw lots. It needs no randomness at a start without any, a copied disk cannot give one name to two
    /// contents, and a simulation that is played again gives the same bytes.
    pub fn derive(&self, what: &str, parts: &[&[u8]]) -> [u8; 16] {
        // A key of any length is taken.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key.to_bytes()) else { return [0; 16] };
        let incarnation = self.incarnation.to_be_bytes();
        for part in [what.as_bytes(), &incarnation].iter().chain(parts) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        let bytes: [u8; 32] = mac.finalize().into_bytes().into();
        bytes.first_chunk().copied().unwrap_or_default()
    }
}

/// The X25519 key of a public key: what is sealed to it, only the holder of the secret opens. None for bytes that are no
/// key.
pub fn exchange_key(key: &[u8; 32]) -> Option<[u8; 32]> {
    Some(VerifyingKey::from_bytes(key).ok()?.to_montgomery().to_bytes())
}

/// Whether a signature is the key's. Strict: crafted signatures that other implementations take are refused, so that
/// every replica gives the same answer.
pub fn verify(key: &[u8; 32], message: &[u8], signature: &Signature) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(key) else { return false };
    key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(&signature.0)).is_ok()
}
