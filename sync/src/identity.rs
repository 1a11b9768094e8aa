//! Keys of devices and centres.

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use uketsuke_domain::log::{Origin, Signature};

/// A device's own key, under which it writes.
#[derive(Clone)]
pub struct Identity {
    key: SigningKey,
    incarnation: u32,
}

impl std::fmt::Debug for Identity {
    /// The secret stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identity({})", self.origin())
    }
}

impl Identity {
    /// The identity of a secret key of 32 random bytes. A device that was restored from a copy goes on under the next
    /// incarnation.
    pub fn new(secret: &[u8; 32], incarnation: u32) -> Self {
        Self { key: SigningKey::from_bytes(secret), incarnation }
    }

    /// Under which name it writes.
    pub fn origin(&self) -> Origin {
        Origin::new(self.key.verifying_key().to_bytes(), self.incarnation)
    }

    /// The public key.
    pub fn public_key(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    /// Signs.
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.key.sign(message).to_bytes())
    }
}

/// Whether a signature is the key's. Strict: crafted signatures that other implementations take are refused, so that
/// every replica gives the same answer.
pub fn verify(key: &[u8; 32], message: &[u8], signature: &Signature) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(key) else { return false };
    key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(&signature.0)).is_ok()
}
