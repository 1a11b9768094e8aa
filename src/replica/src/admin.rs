//! The centre's words about the log: a device's leave is taken back, a record is erased, a topic is finished.

use std::collections::{BTreeMap, BTreeSet};

use uketsuke_domain::code::Voucher;
use uketsuke_domain::fold::Folded;
use uketsuke_domain::log::{Control, ControlKind, Cuts, Digest32, Ledger, Origin, Storage, Tip, Topic};
use uketsuke_domain::record::{DocumentId, RawRecord};
use uketsuke_domain::reference::{Card, CardKey};
use uketsuke_domain::time::Day;
use uketsuke_sync::author::Author;
use uketsuke_sync::ingest::bodies_of;

use crate::ReplicaError;
use crate::publish::Publisher;

/// What the signature of an archive's ends begins with.
const SNAPSHOT: &[u8] = b"uketsuke archive 1\0";

/// What is said of a device.
#[derive(Clone, Copy, Debug)]
pub struct Revoking<'a> {
    /// The device's public key.
    pub key: &'a [u8; 32],
    /// Why (紛失, 盗難, 廃棄).
    pub because: &'a str,
    /// Nobody waits for what it may still hold.
    pub lost: bool,
}

/// Takes a device's leave back. What the centre holds of it counts, and nothing beyond; said again later, it lets in what
/// has come to the centre since then (a courier's bundle, honest facts that were late).
///
/// # Errors
/// Storage's; then the transaction must be rolled back.
pub fn revoke<L: Ledger>(
    publisher: &Publisher,
    tx: &mut L,
    revoking: Revoking<'_>,
) -> Result<(), ReplicaError<L::Error>> {
    let mut cuts = Cuts::new();
    for (topic, origin) in tx.chains_of(revoking.key)? {
        if let Some(tip) = tx.tip(&topic, &origin)? {
            cuts.insert((topic, origin), tip);
        }
    }
    let topic = Topic::municipality(publisher.municipality);
    let (key, because) = (*revoking.key, revoking.because.to_owned());
    let word = Control::Revoked { key, cuts, because, lost: revoking.lost };
    Author::new(&publisher.identity, tx).control(&topic, word)?;
    publisher.publish(tx).map(drop)
}

/// Erases a record everywhere: bodies go, headers and chains stay. Answers how many bodies were named.
///
/// # Errors
/// Storage's; then the transaction must be rolled back.
pub fn erase<L: Ledger>(
    publisher: &Publisher,
    tx: &mut L,
    document: DocumentId,
) -> Result<usize, ReplicaError<L::Error>> {
    let bodies: Vec<Digest32> = bodies_of(tx, document)?;
    let named = bodies.len();
    if named > 0 {
        // What comes later is published as of somebody new.
        for topic in tx.places(document)? {
            tx.unplace(document, &topic)?;
        }
        let topic = Topic::municipality(publisher.municipality);
        Author::new(&publisher.identity, tx).control(&topic, Control::Erased { document, bodies })?;
    }
    Ok(named)
}

/// Empties a voucher's card: whoever reads it at a door learns nothing. (Earlier cards stay in the log as entries of the
/// municipality's topic, nameless and under a keyed digest, until the topic is archived.)
///
/// # Errors
/// Storage's; then the transaction must be rolled back.
pub fn empty_card<L: Ledger>(
    publisher: &Publisher,
    tx: &mut L,
    voucher: &Voucher,
) -> Result<(), ReplicaError<L::Error>> {
    let key = CardKey::of(&publisher.card_secret, voucher);
    if tx.card(key)?.is_some() {
        let topic = Topic::municipality(publisher.municipality);
        Author::new(&publisher.identity, tx).card(&topic, key, Card::default())?;
    }
    Ok(())
}

/// Tells the kiosks of a venue to drop a record; when the person books there again, all of it goes there again.
///
/// # Errors
/// Storage's; then the transaction must be rolled back.
pub fn leave<L: Ledger>(
    publisher: &Publisher,
    tx: &mut L,
    document: DocumentId,
    topic: &Topic,
) -> Result<(), ReplicaError<L::Error>> {
    let entries = tx.entries_of(document)?;
    let mut upto = BTreeMap::new();
    for (entry, _) in entries.iter().filter(|(entry, _)| entry.topic == *topic) {
        let number = upto.entry(entry.origin).or_insert(entry.number);
        *number = entry.number.max(*number);
    }
    Author::new(&publisher.identity, tx).control(topic, Control::Leaves { document, upto })?;
    Ok(tx.unplace(document, topic)?)
}

/// The last day on which a person has business at a venue, by bookings and by what happened there.
pub fn last_day_at(record: &RawRecord, folded: &Folded, venue: &uketsuke_domain::ids::VenueNumber) -> Option<Day> {
    let booked = folded.bookings.iter().filter(|booking| booking.booked.venue == *venue);
    let booked = booked.map(|booking| booking.booked.day);
    let acts = record.facts.iter().filter(|known| known.fact.stamp.venue == *venue);
    let acts = acts.map(|known| Day(known.fact.stamp.happened_at.day()));
    booked.chain(acts).max()
}

/// Closes a topic: nothing new is expected in it.
///
/// # Errors
/// Storage's; then the transaction must be rolled back.
pub fn close<L: Ledger>(
    publisher: &Publisher,
    tx: &mut L,
    topic: &Topic,
    day: Day,
) -> Result<(), ReplicaError<L::Error>> {
    let municipality = Topic::municipality(publisher.municipality);
    Ok(Author::new(&publisher.identity, tx).control(&municipality, Control::Closed { topic: topic.clone(), day })?)
}

/// The devices of a closed topic that were not yet heard to hold all of it.
///
/// `devices` are the keys that may have the topic.
///
/// # Errors
/// Storage's.
pub fn unconfirmed<S: Storage>(
    storage: &S,
    topic: &Topic,
    devices: impl IntoIterator<Item = [u8; 32]>,
) -> Result<BTreeSet<[u8; 32]>, S::Error> {
    let vector = storage.vector(topic)?;
    let mut waits = BTreeSet::new();
    for key in devices {
        if storage.control(ControlKind::Revoked, &key)?.is_some() {
            continue;
        }
        let held: BTreeMap<Origin, u64> = storage.confirmed(&key, topic)?.into_iter().collect();
        let has_all = vector.iter().all(|(origin, tip)| held.get(origin).is_some_and(|number| *number >= tip.number));
        if !has_all {
            waits.insert(key);
        }
    }
    Ok(waits)
}

/// Archives a closed topic: kiosks drop it and keep the ends of its chains, to which late facts still attach. The centre
/// keeps its log, and answers the ends as a signed file.
///
/// # Errors
/// Storage's; then the transaction must be rolled back.
pub fn archive<L: Ledger>(
    publisher: &Publisher,
    tx: &mut L,
    topic: &Topic,
    tips: BTreeMap<Origin, Tip>,
) -> Result<Vec<u8>, ReplicaError<L::Error>> {
    let ends = minicbor::to_vec((topic, &tips)).unwrap_or_default();
    let signature = publisher.identity.sign(&[SNAPSHOT, &ends].concat());
    let municipality = Topic::municipality(publisher.municipality);
    let word = Control::Archived { topic: topic.clone(), tips };
    Author::new(&publisher.identity, tx).control(&municipality, word)?;
    Ok(minicbor::to_vec((publisher.identity.public_key(), signature, ends)).unwrap_or_default())
}
