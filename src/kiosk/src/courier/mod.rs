//! The courier at a kiosk: bundles out to a file and in from one, while the kiosk runs or not.
//!
//! [`bundle_out`] and [`bundle_in`] do it; [`Porter`] is the thread that does it for a kiosk's screen.

mod bundles;
mod pace;
mod porter;
mod stoppable;
mod trouble;

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result};
use uketsuke_replica::Node;
use uketsuke_replica::courier::{Bundled, file};
use uketsuke_store::{Store, StoreError};

pub use porter::{Order, Porter};
pub use stoppable::Stop;
use uketsuke_domain::time::Moment;
use uketsuke_sync::certificate::Certificate;

use crate::config::Config;
use crate::keeper::Keys;
use crate::link::AS_OF;
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

fn keys(folder: &Path) -> Result<Keys> {
    let config = Config::read(folder)?;
    let fresh = start::fresh()?;
    Ok(Keys::read(folder, config.centre_key, fresh, start::incarnation(&fresh))?)
}

fn node(folder: &Path) -> Result<Node<Store>> {
    let keys = keys(folder)?;
    let store = keys.open(folder)?;
    Ok(Node::kiosk(store, keys.identity.clone(), keys.centre, ENTRIES_PER_COMMIT, || {
        std::thread::sleep(std::time::Duration::from_millis(3));
    }))
}

/// A kiosk's folder, opened to write a bundle for one receiver.
struct Sender {
    node: Node<Store>,
    key: [u8; 32],
    certificate: Option<Certificate>,
}

impl Sender {
    fn open(folder: &Path, to: &Receiver) -> Result<Self> {
        let node = node(folder)?;
        anyhow::ensure!(node.identity.certificate().is_some(), "this kiosk has no certificate");
        let (key, certificate) = match to {
            Receiver::Centre => (node.centre, None),
            Receiver::Kiosk(certificate) => {
                anyhow::ensure!(
                    certificate.is_of(&node.centre, &certificate.leave.key),
                    "no certificate of this centre"
                );
                (certificate.leave.key, Some(certificate.as_ref().clone()))
            }
        };
        Ok(Self { node, key, certificate })
    }

    fn lacking(&self) -> Result<u64> {
        Ok(self.node.lacking(&self.key, self.certificate.as_ref())?)
    }

    fn write(mut self, out: &Path, stop: &Stop, progress: &mut dyn FnMut(u64, u64)) -> Result<Bundled> {
        let (key, certificate) = (self.key, self.certificate.as_ref());
        let written = file::whole(out, |file| {
            let file = stop.watch(file);
            self.node.bundle_out(key, certificate, clock::wall(), file, progress)
        });
        Ok(written?)
    }
}

/// Writes what the receiver is not known to hold into a file, whole or not at all.
///
/// # Errors
/// When the folder holds no kiosk, or the file can't be written; then there is no file.
pub fn bundle_out(folder: &Path, to: &Receiver, out: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Bundled> {
    Sender::open(folder, to)?.write(out, &Stop::default(), progress)
}

/// Takes a bundle in. What was taken in stays, whatever comes after it in the file.
///
/// # Errors
/// When it is no bundle for this kiosk, or a part of it can't be read.
pub fn bundle_in(folder: &Path, from: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Bundled> {
    let file = File::open(from).with_context(|| format!("opening {}", from.display()))?;
    take_in(folder, file, progress)
}

fn take_in(folder: &Path, file: impl Read, progress: &mut dyn FnMut(u64, u64)) -> Result<Bundled> {
    let mut node = node(folder)?;
    let done = node.bundle_in(BufReader::new(file), progress)?;
    if let Some(as_of) = as_of(&done) {
        remember(&mut node.storage, as_of)?;
    }
    Ok(done)
}

/// So old is the centre's data here at most, once a bundle of the centre was taken in without a gap.
fn as_of(done: &Bundled) -> Option<Moment> {
    done.made_at.filter(|_| done.from.is_none() && done.gaps == 0)
}

/// The status line says so after the next start as well.
fn remember(store: &mut Store, as_of: Moment) -> Result<(), StoreError> {
    let known = store.meta(AS_OF)?.and_then(|bytes| bytes.try_into().ok()).map(i64::from_be_bytes);
    if known.is_some_and(|known| known >= as_of.0) {
        return Ok(());
    }
    store.write(|tx| tx.put_meta(AS_OF, &as_of.0.to_be_bytes()))
}
