//! What the centre says of devices, records and topics, and what it sees of them: the command line's part.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result, bail};
use uketsuke_domain::code::Voucher;
use uketsuke_domain::fold::fold;
use uketsuke_domain::ids::VenueNumber;
use uketsuke_domain::log::{ControlKind, Digest32, Ledger, Storage, Topic};
use uketsuke_domain::record::{DocumentId, DocumentKind, Value};
use uketsuke_domain::reference::Device;
use uketsuke_domain::time::Day;
use uketsuke_replica::admin::{self, Revoking};
use uketsuke_replica::courier::{Bundled, file};
use uketsuke_replica::{Node, ReplicaError};
use uketsuke_store::StoreError;
use uketsuke_sync::certificate::Certificate;

use crate::centre::Centre;
use crate::{clock, enrol};

/// A device with its key.
#[derive(Clone, Debug)]
pub struct Known {
    /// The public key.
    pub key: [u8; 32],
    /// What the municipality knows of it.
    pub device: Device,
    /// Why its leave was taken back, if it was.
    pub revoked: Option<String>,
}

/// All devices, by name.
///
/// # Errors
/// When the disk can't be read.
pub fn all(centre: &Centre) -> Result<Vec<Known>> {
    let mut all = Vec::new();
    for (name, values) in centre.store.fields(DocumentId::of(DocumentKind::Devices, "devices"))? {
        let Some(key) = Digest32::from_hex(&name) else { continue };
        let Some(bytes) = values.first().and_then(Value::as_bytes) else { continue };
        let Ok(device) = minicbor::decode::<Device>(bytes) else { continue };
        let revoked = centre.store.control(ControlKind::Revoked, &key.0)?;
        let revoked = revoked.and_then(|bytes| minicbor::decode::<uketsuke_domain::log::Revocation>(&bytes).ok());
        all.push(Known { key: key.0, device, revoked: revoked.map(|revoked| revoked.because) });
    }
    all.sort_by(|a, b| (&a.device.venue, &a.device.name).cmp(&(&b.device.venue, &b.device.name)));
    Ok(all)
}

/// The device that people call so, or whose key begins so.
///
/// # Errors
/// When there is none, or more than one.
pub fn find(centre: &Centre, name: &str) -> Result<Known> {
    let fits = |known: &Known| {
        known.device.name == name || (name.len() >= 8 && Digest32(known.key).to_string().starts_with(name))
    };
    let mut found = all(centre)?.into_iter().filter(fits);
    match (found.next(), found.next()) {
        (Some(known), None) => Ok(known),
        (None, _) => bail!("端末「{name}」は登録されていません"),
        (Some(_), Some(_)) => bail!("「{name}」という端末が複数あります。公開鍵の先頭で指定してください"),
    }
}

/// Takes a device's leave back.
///
/// # Errors
/// When the device is unknown, or the disk refuses.
pub fn revoke(centre: &mut Centre, name: &str, because: &str, lost: bool) -> Result<Known> {
    let known = find(centre, name)?;
    let publisher = centre.publisher();
    let revoking = Revoking { key: &known.key, because, lost };
    write(centre, |tx| admin::revoke(&publisher, tx, revoking))?;
    Ok(known)
}

/// Erases a person's record everywhere. Answers how many bodies went.
///
/// # Errors
/// When the voucher is unknown, or the disk refuses.
pub fn erase(centre: &mut Centre, voucher: &Voucher) -> Result<usize> {
    let publisher = centre.publisher();
    let erased = write(centre, |tx| {
        let record = admin::erase(&publisher, tx, DocumentId::visit(voucher))?;
        let contact = DocumentId::of(DocumentKind::Contact, &voucher.to_string());
        let contact = admin::erase(&publisher, tx, contact)?;
        admin::empty_card(&publisher, tx, voucher)?;
        Ok(record + contact)
    })?;
    if erased == 0 {
        bail!("接種券番号 {}-{} の記録はありません", voucher.municipality, voucher.number);
    }
    Ok(erased)
}

/// Tells the kiosks of every venue to drop the records of people who have had no business there for so many days.
/// Answers how many records leave how many venues.
///
/// # Errors
/// When the disk refuses.
pub fn retire(centre: &mut Centre, days: i32, today: Day) -> Result<usize> {
    let publisher = centre.publisher();
    let mut people = Vec::new();
    centre.store.each_person(|document| people.push(document))?;
    let mut left = 0;
    for document in people {
        left += write(centre, |tx| {
            let record = tx.record(document)?;
            let folded = fold(&record, tx.settings());
            let mut left = 0;
            for topic in tx.places(document)? {
                let Some(venue) = venue_of(&publisher, &topic) else { continue };
                let last = admin::last_day_at(&record, &folded, &venue);
                if last.is_none_or(|last| last.days_until(today) > days) {
                    admin::leave(&publisher, tx, document, &topic)?;
                    left += 1;
                }
            }
            Ok(left)
        })?;
    }
    Ok(left)
}

fn venue_of(publisher: &uketsuke_replica::publish::Publisher, topic: &Topic) -> Option<VenueNumber> {
    let number = topic.as_str().strip_prefix(&format!("venue/{}/", publisher.municipality))?;
    Some(VenueNumber(number.to_owned()))
}

/// Closes a venue's topic.
///
/// # Errors
/// When the disk refuses.
pub fn close(centre: &mut Centre, venue: &VenueNumber, today: Day) -> Result<()> {
    let publisher = centre.publisher();
    let topic = Topic::venue(centre.municipality, venue);
    write(centre, |tx| admin::close(&publisher, tx, &topic, today))
}

/// Archives a closed venue's topic into a file, once every device has confirmed all of it.
///
/// # Errors
/// When the topic is not closed, devices are waited for (their names are told), or the disk refuses.
pub fn archive(centre: &mut Centre, venue: &VenueNumber, out: &Path) -> Result<usize> {
    let publisher = centre.publisher();
    let topic = Topic::venue(centre.municipality, venue);
    if centre.store.control(ControlKind::Closed, topic.as_str().as_bytes())?.is_none() {
        bail!("会場 {venue} はまだ閉じられていません。先に `uketsuke-center close` を実行してください");
    }
    let devices = all(centre)?;
    let keys = devices.iter().filter(|known| known.device.venue == *venue).map(|known| known.key);
    let waits = admin::unconfirmed(&centre.store, &topic, keys)?;
    if !waits.is_empty() {
        let names = devices.iter().filter(|known| waits.contains(&known.key)).map(|known| known.device.name.as_str());
        let names: Vec<&str> = names.collect();
        bail!(
            "次の端末の記録がそろっていません（紛失した端末は revoke --lost で申告してください）：{}",
            names.join("、")
        );
    }
    let tips: BTreeMap<_, _> = centre.store.vector(&topic)?;
    let count = tips.len();
    let snapshot = write(centre, |tx| admin::archive(&publisher, tx, &topic, tips))?;
    file::whole(out, |file| std::io::Write::write_all(file, &snapshot))?;
    Ok(count)
}

/// Writes a bundle for a kiosk.
///
/// # Errors
/// When the device is unknown, or the file can't be written; then there is no file.
pub fn bundle_out(centre: Centre, name: &str, out: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Bundled> {
    let known = find(&centre, name)?;
    if let Some(because) = known.revoked {
        bail!("端末「{}」は失効しています（{because}）", known.device.name);
    }
    let leave = enrol::leave(&centre, known.key, &known.device);
    let certificate = Certificate::sign(&centre.identity, leave);
    let publisher = centre.publisher();
    let mut node = Node::centre(centre.store, publisher);
    file::whole(out, |file| Ok(node.bundle_out(known.key, Some(&certificate), clock::now(), file, progress)?))
}

/// Takes a kiosk's bundle in.
///
/// # Errors
/// When it is none for this centre, or a part of it can't be read; what came before is kept.
pub fn bundle_in(centre: Centre, from: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Bundled> {
    let file = File::open(from).with_context(|| format!("opening {}", from.display()))?;
    let publisher = centre.publisher();
    Ok(Node::centre(centre.store, publisher).bundle_in(BufReader::new(file), progress)?)
}

/// Issues a device's certificate: for one whose key came with devices.csv.
///
/// # Errors
/// When the device is unknown, or the file can't be written.
pub fn certificate(centre: &Centre, name: &str, out: &Path) -> Result<()> {
    let known = find(centre, name)?;
    let certificate = Certificate::sign(&centre.identity, enrol::leave(centre, known.key, &known.device));
    file::whole(out, |file| Ok(std::io::Write::write_all(file, &certificate.encode())?))
}

fn write<T>(
    centre: &mut Centre,
    work: impl FnOnce(&mut uketsuke_store::Tx<'_>) -> Result<T, ReplicaError<StoreError>>,
) -> Result<T> {
    Ok(centre.store.write(work)?)
}
