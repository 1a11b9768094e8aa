//! How the kiosks of a venue know each other's announcements without saying anything to anybody else.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uketsuke_domain::log::{Digest32, Topic};

/// A name for the room in which a topic's kiosks stand: 32 hexadecimal digits. Whoever does not hold the municipality's
/// secret learns nothing from it.
pub fn room_name(secret: &[u8; 32], topic: &Topic) -> String {
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    mac.update(b"uketsuke room 1\0");
    mac.update(topic.as_str().as_bytes());
    let digest: [u8; 32] = mac.finalize().into_bytes().into();
    Digest32(digest).to_string().chars().take(32).collect()
}
