//! Sealing: an age file to one key. The key is the device's own, in the form that age takes (X25519): nobody has to give
//! out a second one, and the standard tool opens the file for whoever holds the secret.

use std::io::{Read, Write};

use bech32::{Bech32, Hrp};
use uketsuke_sync::identity::{Identity, exchange_key};

/// The human-readable parts of age's keys.
const RECIPIENT: &str = "age";
const SECRET: &str = "age-secret-key-";

/// A file that is being sealed. Worth nothing before [`Sealing::finish`].
pub(super) struct Sealing<W: Write> {
    stream: age::stream::StreamWriter<W>,
}

impl<W: Write> Sealing<W> {
    pub(super) fn new(to: &[u8; 32], file: W) -> Result<Self, String> {
        let key = exchange_key(to).ok_or("the receiver's key is none")?;
        let recipient: age::x25519::Recipient = encode(RECIPIENT, &key)?.parse().map_err(str::to_owned)?;
        let to = std::iter::once(&recipient as &dyn age::Recipient);
        let sealing = age::Encryptor::with_recipients(to).map_err(|why| why.to_string())?;
        Ok(Self { stream: sealing.wrap_output(file).map_err(|why| why.to_string())? })
    }

    /// The end: a file without it was cut.
    pub(super) fn finish(self) -> std::io::Result<()> {
        self.stream.finish()?.flush()
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.stream.flush()
    }
}

/// Opens a file that is sealed to this device.
pub(super) fn open<R: Read>(identity: &Identity, file: R) -> Result<impl Read + use<R>, String> {
    let secret: age::x25519::Identity =
        encode(SECRET, &identity.exchange_secret())?.to_uppercase().parse().map_err(str::to_owned)?;
    let sealed = age::Decryptor::new(file).map_err(|why| why.to_string())?;
    sealed.decrypt(std::iter::once(&secret as &dyn age::Identity)).map_err(|why| why.to_string())
}

fn encode(part: &str, key: &[u8; 32]) -> Result<String, String> {
    let part = Hrp::parse(part).map_err(|why| why.to_string())?;
    bech32::encode::<Bech32>(part, key).map_err(|why| why.to_string())
}
