//! The courier: what a line would carry, as one file that a person carries.
//!
//! A bundle holds all that the receiver is not *known* to hold, sealed to the receiver's key (an age file). It may be
//! applied twice, late, in any order, or be lost: entries that are known are passed over, what comes after a gap is left
//! for the next bundle, and the sender counts nothing as delivered before the receiver says so, over a line or with a
//! bundle of its own.

pub mod file;
mod seal;

use std::convert::Infallible;
use std::io::{Read, Write};

use minicbor::{Decode, Encode};
use uketsuke_domain::log::{Ledger, Origin, Signature, Storage, Topic};
use uketsuke_domain::time::Moment;
use uketsuke_sync::certificate::Certificate;
use uketsuke_sync::entry::Claim;
use uketsuke_sync::frame::{BadFrame, CHUNK_TARGET_BYTES, Chunk, Frame, MAX_FRAME_BYTES};
use uketsuke_sync::identity::{Identity, verify};
use uketsuke_sync::ingest::{Batch, Blame};
use uketsuke_sync::replica::Replica;

use crate::{Node, ReplicaError, Role};

/// What an opened bundle begins with.
const MAGIC: &[u8; 20] = b"uketsuke bundle v1\r\n";
/// What is signed begins with this.
const CONTEXT: &[u8] = b"uketsuke bundle 1\0";
/// The longest head: vectors of all topics.
const MAX_HEAD_BYTES: u32 = 16 * 1024 * 1024;

/// Why a bundle could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum CourierError<E: std::error::Error + 'static> {
    /// The stick was pulled out, or is full.
    #[error("the file: {0}")]
    File(#[from] std::io::Error),
    /// It is no bundle, is damaged, or is sealed to somebody else.
    #[error("no bundle for this device: {0}")]
    Sealed(String),
    /// It says that it is from somebody who has no leave.
    #[error("the sender has no leave of the centre")]
    NotEnrolled,
    /// It was made with a newer version.
    #[error("the bundle is of another version")]
    Version,
    /// A part of it can't be read; what came before is kept.
    #[error("a part can't be read: {0}")]
    Frame(#[from] BadFrame),
    /// A part is not its author's; what came before is kept.
    #[error("a part is not its author's: {0}")]
    Blame(Blame),
    /// The replica.
    #[error(transparent)]
    Replica(#[from] ReplicaError<E>),
}

/// Who made a bundle, for whom, and how far the sender holds what.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
struct Head {
    #[cbor(n(0), with = "minicbor::bytes")]
    from: [u8; 32],
    #[cbor(n(1), with = "minicbor::bytes")]
    to: [u8; 32],
    #[n(2)]
    made_at: Moment,
    #[n(3)]
    certificate: Option<Certificate>,
    #[n(4)]
    topics: Vec<(Topic, Vec<(Origin, u64)>)>,
    /// Parts that follow.
    #[n(5)]
    entries: u64,
}

/// A stretch of a chain: the topic, who wrote it, its first number and its last.
type Missing = (Topic, Origin, u64, u64);

/// What a bundle holds, or what became of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundled {
    /// Entries in it.
    pub entries: u64,
    /// Of those, new here.
    pub added: u64,
    /// Stretches that begin beyond what is held here: another bundle must come first.
    pub gaps: u64,
    /// When it was made.
    pub made_at: Option<Moment>,
    /// 端末名 of the sender; none for the centre.
    pub from: Option<String>,
}

/// What the head of a bundle says: whether it is for this device, before anything is taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// When it was made.
    pub made_at: Moment,
    /// 端末名 of the sender; none for the centre.
    pub from: Option<String>,
    /// Entries in it.
    pub entries: u64,
}

/// Reads the head of a bundle.
///
/// # Errors
/// When it is no bundle for this device, or of nobody whom the centre knows.
pub fn label<R: Read>(identity: &Identity, centre: &[u8; 32], file: R) -> Result<Label, CourierError<Infallible>> {
    let (head, _) = open(identity, centre, file)?;
    Ok(Label { made_at: head.made_at, from: head.sender(), entries: head.entries })
}

impl Head {
    /// 端末名 of the sender; none for the centre, which needs no certificate.
    fn sender(&self) -> Option<String> {
        self.certificate.as_ref().map(|given| given.leave.name.clone())
    }
}

impl<S: Storage> Node<S> {
    /// How many entries a bundle for a peer would hold: 0 when the peer is known to lack nothing.
    ///
    /// # Errors
    /// When the storage can't be read.
    pub fn lacking(&self, to: &[u8; 32], certificate: Option<&Certificate>) -> Result<u64, ReplicaError<S::Error>> {
        Ok(count(&self.plan(to, certificate)?))
    }

    /// The topics that this replica exchanges with a peer of a certificate; the centre shares what the peer may have.
    fn topics_with(&self, certificate: Option<&Certificate>) -> Vec<Topic> {
        let own = self.identity.certificate();
        match (&self.role, own, certificate) {
            (Role::Centre(_), _, Some(theirs)) => theirs.leave.topics.clone(),
            (Role::Kiosk, Some(own), None) => own.leave.topics.clone(),
            (Role::Kiosk, Some(own), Some(theirs)) => {
                own.leave.topics.iter().filter(|topic| theirs.leave.topics.contains(topic)).cloned().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Writes a bundle for a peer: the centre, or a device whose certificate is given.
    ///
    /// # Errors
    /// [`CourierError`]; the file is worth nothing then.
    pub fn bundle_out<W: Write>(
        &mut self,
        to: [u8; 32],
        certificate: Option<&Certificate>,
        now: Moment,
        file: W,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Bundled, CourierError<S::Error>> {
        let plan = self.plan(&to, certificate)?;
        let total = count(&plan);
        let mut out = seal::Sealing::new(&to, file).map_err(CourierError::Sealed)?;
        self.head(&to, certificate, now, total, &mut out)?;
        let mut done = 0;
        for (topic, origin, mut from, last) in plan {
            while from <= last {
                let (after, entries) =
                    self.storage.stretch(&topic, &origin, from, CHUNK_TARGET_BYTES).map_err(ReplicaError::from)?;
                let Some(end) = entries.last().map(|entry| entry.number) else { break };
                let claims: Vec<Claim> = entries.into_iter().map(Claim::from).collect();
                let chunk = Chunk::pack(Batch { topic: topic.clone(), origin, first: from, after, claims })?;
                write_part(&mut out, &Frame::Chunk(chunk).encode())?;
                done += end + 1 - from;
                from = end + 1;
                progress(done, total);
            }
        }
        out.finish()?;
        Ok(Bundled { entries: done, made_at: Some(now), ..Bundled::default() })
    }

    /// What the peer is not known to hold.
    fn plan(&self, to: &[u8; 32], certificate: Option<&Certificate>) -> Result<Vec<Missing>, ReplicaError<S::Error>> {
        let mut plan = Vec::new();
        for topic in self.topics_with(certificate) {
            let held: std::collections::BTreeMap<Origin, u64> =
                self.storage.confirmed(to, &topic)?.into_iter().collect();
            for (origin, tip) in self.storage.vector(&topic)? {
                let from = held.get(&origin).copied().unwrap_or_default() + 1;
                if from <= tip.number && origin.key() != *to {
                    plan.push((topic.clone(), origin, from, tip.number));
                }
            }
        }
        Ok(plan)
    }

    fn head<W: Write>(
        &self,
        to: &[u8; 32],
        certificate: Option<&Certificate>,
        now: Moment,
        entries: u64,
        out: &mut seal::Sealing<W>,
    ) -> Result<(), CourierError<S::Error>> {
        let mut topics = Vec::new();
        for topic in self.topics_with(certificate) {
            let vector = self.storage.vector(&topic).map_err(ReplicaError::from)?;
            topics.push((topic, vector.into_iter().map(|(origin, tip)| (origin, tip.number)).collect()));
        }
        let head = Head {
            from: self.identity.public_key(),
            to: *to,
            made_at: now,
            certificate: self.identity.certificate().cloned(),
            topics,
            entries,
        };
        let head = minicbor::to_vec(&head).unwrap_or_default();
        let signature = self.identity.sign(&[CONTEXT, &head].concat());
        out.write_all(MAGIC)?;
        write_part(out, &head)?;
        write_part(out, &signature.0)?;
        Ok(())
    }

    /// Takes a bundle in, part by part; what was taken in stays, whatever comes after.
    ///
    /// # Errors
    /// [`CourierError`]; nothing is harmed, and the same bundle may be tried again.
    pub fn bundle_in<R: Read>(
        &mut self,
        file: R,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Bundled, CourierError<S::Error>> {
        let (head, mut sealed) = open(&self.identity, &self.centre, file)?;
        let topics = self.topics_with(head.certificate.as_ref().filter(|_| head.from != self.centre));
        let mut done =
            Bundled { entries: head.entries, made_at: Some(head.made_at), from: head.sender(), ..Bundled::default() };
        let mut seen = 0;
        while let Some(part) = read_part(&mut sealed, u32::try_from(MAX_FRAME_BYTES).unwrap_or(u32::MAX))? {
            // What is no chunk is a newer version's: it is passed over, as on a line.
            let Frame::Chunk(chunk) = Frame::decode(&part)? else { continue };
            if !topics.contains(&chunk.topic) {
                return Err(CourierError::NotEnrolled);
            }
            let batch = chunk.unpack()?;
            seen += batch.claims.len() as u64;
            for taken in self.ingest(vec![batch])? {
                done.added += taken.added;
                match taken.blame {
                    Some(Blame::Gap { .. }) => done.gaps += 1,
                    Some(blame) if blame.is_peers() => return Err(CourierError::Blame(blame)),
                    Some(_) | None => {}
                }
            }
            progress(seen.min(head.entries), head.entries);
        }
        self.remember_sender(&head, &topics)?;
        Ok(done)
    }

    /// The sender holds what it says that it holds: a bundle back leaves that out.
    fn remember_sender(&mut self, head: &Head, topics: &[Topic]) -> Result<(), ReplicaError<S::Error>> {
        self.storage.write(|tx| {
            for (topic, held) in head.topics.iter().filter(|(topic, _)| topics.contains(topic)) {
                tx.put_confirmed(&head.from, topic, held)?;
            }
            Ok(())
        })
    }
}

/// Opens the seal and reads the head; the parts follow.
fn open<R: Read, E: std::error::Error>(
    identity: &Identity,
    centre: &[u8; 32],
    file: R,
) -> Result<(Head, impl Read + use<R, E>), CourierError<E>> {
    let mut sealed = seal::open(identity, file).map_err(CourierError::Sealed)?;
    let mut magic = [0; MAGIC.len()];
    sealed.read_exact(&mut magic).map_err(|why| CourierError::Sealed(why.to_string()))?;
    if &magic != MAGIC {
        return Err(CourierError::Version);
    }
    let head = read_head(&mut sealed, centre)?;
    if head.to != identity.public_key() {
        return Err(CourierError::Sealed("it is for another device".to_owned()));
    }
    Ok((head, sealed))
}

fn read_head<E: std::error::Error>(sealed: &mut impl Read, centre: &[u8; 32]) -> Result<Head, CourierError<E>> {
    let broken = || CourierError::Sealed("the head is missing".to_owned());
    let bytes = read_part(sealed, MAX_HEAD_BYTES)?.ok_or_else(broken)?;
    let signature = read_part(sealed, 64)?.ok_or_else(broken)?;
    let head: Head = minicbor::decode(&bytes).map_err(BadFrame::from)?;
    let signature = Signature::from_slice(&signature).ok_or_else(broken)?;
    let has_leave =
        head.from == *centre || head.certificate.as_ref().is_some_and(|given| given.is_of(centre, &head.from));
    if !has_leave || !verify(&head.from, &[CONTEXT, &bytes].concat(), &signature) {
        return Err(CourierError::NotEnrolled);
    }
    Ok(head)
}

/// Entries of these stretches.
fn count(plan: &[Missing]) -> u64 {
    plan.iter().map(|(_, _, from, last)| (last + 1).saturating_sub(*from)).sum()
}

fn write_part<W: Write>(out: &mut W, part: &[u8]) -> std::io::Result<()> {
    let length = u32::try_from(part.len()).map_err(std::io::Error::other)?;
    out.write_all(&length.to_be_bytes())?;
    out.write_all(part)
}

/// The next part; none at the end. Memory grows only as bytes really come.
fn read_part<R: Read>(from: &mut R, most: u32) -> std::io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    let mut read = 0;
    while let Some(rest) = length.get_mut(read..).filter(|rest| !rest.is_empty()) {
        match from.read(rest)? {
            0 if read == 0 => return Ok(None),
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            more => read += more,
        }
    }
    let length = u32::from_be_bytes(length);
    if length > most {
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, "a part that is too long"));
    }
    let mut part = Vec::new();
    from.take(u64::from(length)).read_to_end(&mut part)?;
    if part.len() as u64 != u64::from(length) {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(part))
}
