//! The courier at a kiosk: bundles out to a file and in from one, while the kiosk runs or not.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result};
use uketsuke_replica::Node;
use uketsuke_replica::courier::{Bundled, file};
use uketsuke_store::Store;
use uketsuke_sync::certificate::Certificate;

use crate::config::Config;
use crate::keeper::Keys;
use crate::{clock, start};

/// Entries that share a transaction: a running kiosk's check-in has its turn in between.
const ENTRIES_PER_COMMIT: usize = 48;

/// For whom a bundle is.
#[derive(Clone, Debug)]
pub enum Receiver {
    /// The centre.
    Centre,
    /// Another kiosk, by its certificate.
    Kiosk(Box<Certificate>),
}

impl Receiver {
    /// Reads a receiver: `centre`, or another kiosk's `device.cert`.
    ///
    /// # Errors
    /// When the file is no certificate.
    pub fn read(text: &str) -> Result<Self> {
        if text == "centre" {
            return Ok(Self::Centre);
        }
        let bytes = std::fs::read(text).with_context(|| format!("reading {text}"))?;
        let certificate = Certificate::decode(&bytes).with_context(|| format!("{text} is no certificate"))?;
        Ok(Self::Kiosk(Box::new(certificate)))
    }
}

fn node(folder: &Path) -> Result<Node<Store>> {
    let config = Config::read(folder)?;
    let fresh = start::fresh()?;
    let keys = Keys::read(folder, config.centre_key, fresh, start::incarnation(&fresh))?;
    let store = keys.open(folder)?;
    Ok(Node::kiosk(store, keys.identity.clone(), keys.centre, ENTRIES_PER_COMMIT, || {
        std::thread::sleep(std::time::Duration::from_millis(3));
    }))
}

/// Writes what the receiver is not known to hold into a file, whole or not at all.
///
/// # Errors
/// When the folder holds no kiosk, or the file can't be written; then there is no file.
pub fn bundle_out(folder: &Path, to: &Receiver, out: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Bundled> {
    let mut node = node(folder)?;
    let (key, certificate) = match to {
        Receiver::Centre => (node.centre, None),
        Receiver::Kiosk(certificate) => {
            anyhow::ensure!(certificate.is_of(&node.centre, &certificate.leave.key), "no certificate of this centre");
            (certificate.leave.key, Some(certificate.as_ref()))
        }
    };
    file::whole(out, |file| Ok(node.bundle_out(key, certificate, clock::wall(), file, progress)?))
}

/// Takes a bundle in. What was taken in stays, whatever comes after it in the file.
///
/// # Errors
/// When it is no bundle for this kiosk, or a part of it can't be read.
pub fn bundle_in(folder: &Path, from: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Bundled> {
    let file = File::open(from).with_context(|| format!("opening {}", from.display()))?;
    Ok(node(folder)?.bundle_in(BufReader::new(file), progress)?)
}
