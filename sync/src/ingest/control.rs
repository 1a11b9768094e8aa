//! What the centre's words about the log ask of every replica. The order in which words and entries come does not
//! matter: what follows from a word is kept, and entries that come later are measured against it.

use std::collections::{BTreeMap, BTreeSet};

use uketsuke_domain::log::{BodyState, Control, ControlKind, Cuts, Digest32, Entry, Log, Origin, Revocation, Topic};
use uketsuke_domain::record::DocumentId;

use super::archive::archived;
use super::{IngestError, Ingested, apply};
use crate::body::{AnyBody, to_bytes};

/// Does what a word of the centre asks.
///
/// # Errors
/// [`IngestError`] when storage fails; then the transaction must be rolled back.
pub fn obey<L: Log>(
    log: &mut L,
    topic: &Topic,
    word: &Control,
    done: &mut Ingested,
) -> Result<(), IngestError<L::Error>> {
    match word {
        Control::Revoked { key, cuts, because, lost } => revoke(log, key, cuts, (because, *lost), done),
        Control::Erased { document, bodies } => erase(log, *document, bodies, done),
        Control::Leaves { document, upto } => leave(log, topic, *document, upto, done),
        Control::Closed { topic, day } => {
            let subject = topic.as_str().as_bytes();
            log.put_control(ControlKind::Closed, subject, &to_bytes(day)).map_err(IngestError::Log)
        }
        Control::Archived { topic, tips } => archived(log, topic, tips),
    }
}

pub(super) fn read<T: for<'b> minicbor::Decode<'b, ()>, L: Log>(
    log: &mut L,
    kind: ControlKind,
    subject: &[u8],
) -> Result<Option<T>, IngestError<L::Error>> {
    let bytes = log.control(kind, subject).map_err(IngestError::Log)?;
    // Written by this program; what a newer one wrote differently is as good as absent.
    Ok(bytes.and_then(|bytes| minicbor::decode(&bytes).ok()))
}

/// What is known of a device's revocation.
pub(super) fn revocation<L: Log>(log: &mut L, key: &[u8; 32]) -> Result<Option<Revocation>, IngestError<L::Error>> {
    read(log, ControlKind::Revoked, key)
}

/// Whether an entry lies beyond what counts of a revoked device. A chain that went another way than the centre's does not
/// count at all, as soon as that shows.
pub(super) fn is_cut_off<L: Log>(
    log: &mut L,
    topic: &Topic,
    origin: &Origin,
    number: u64,
) -> Result<bool, IngestError<L::Error>> {
    if log.centre().is_none_or(|centre| centre == origin.key()) {
        return Ok(false);
    }
    let Some(revocation) = revocation(log, &origin.key())? else { return Ok(false) };
    let cut = revocation.cuts.get(&(topic.clone(), *origin));
    let Some(cut) = cut.filter(|cut| number <= cut.number) else { return Ok(true) };
    let here = log.header_hash(topic, origin, cut.number).map_err(IngestError::Log)?;
    Ok(here.is_some_and(|here| here != cut.header_hash))
}

/// The entry at which a revoked device's chain is cut has come: whether the chain is the one that the centre knows shows
/// only now, and bears on all before.
pub(super) fn look_back<L: Log>(log: &mut L, entry: &Entry, done: &mut Ingested) -> Result<(), IngestError<L::Error>> {
    if log.centre().is_none_or(|centre| centre == entry.origin.key()) {
        return Ok(());
    }
    let Some(revocation) = revocation(log, &entry.origin.key())? else { return Ok(()) };
    let cut = revocation.cuts.get(&(entry.topic.clone(), entry.origin));
    match cut {
        Some(cut) if cut.number == entry.number && cut.header_hash != entry.header_hash => {
            let documents = log.documents_beyond(&entry.topic, &entry.origin, 0).map_err(IngestError::Log)?;
            documents.into_iter().try_for_each(|document| again(log, document, done))
        }
        _ => Ok(()),
    }
}

fn revoke<L: Log>(
    log: &mut L,
    key: &[u8; 32],
    cuts: &Cuts,
    (because, lost): (&str, bool),
    done: &mut Ingested,
) -> Result<(), IngestError<L::Error>> {
    let mut revocation = revocation(log, key)?.unwrap_or_default();
    revocation.join(cuts, because, lost);
    log.put_control(ControlKind::Revoked, key, &to_bytes(&revocation)).map_err(IngestError::Log)?;
    let mut documents = BTreeSet::new();
    for (topic, origin) in log.chains_of(key).map_err(IngestError::Log)? {
        // A raised cut releases what lay beyond the old one, so all that the device wrote is looked at again.
        documents.extend(log.documents_beyond(&topic, &origin, 0).map_err(IngestError::Log)?);
    }
    documents.into_iter().try_for_each(|document| again(log, document, done))
}

/// Applies all entries about a document anew.
pub(super) fn again<L: Log>(
    log: &mut L,
    document: DocumentId,
    done: &mut Ingested,
) -> Result<(), IngestError<L::Error>> {
    let Some(kind) = document.kind() else { return Ok(()) };
    let entries = log.entries_of(document).map_err(IngestError::Log)?;
    log.forget_document(kind, document).map_err(IngestError::Log)?;
    // One that waits must not be found waiting before its turn.
    for (entry, state) in &entries {
        if entry.body.is_some() && matches!(state, BodyState::Waiting(_)) {
            log.set_state(entry, &BodyState::Applied, None).map_err(IngestError::Log)?;
        }
    }
    for (entry, _) in &entries {
        apply::apply_again(log, entry)?;
    }
    done.documents.push((kind, document));
    Ok(())
}

/// Whether a document's body with one of these hashes was erased.
pub(super) fn is_erased<L: Log>(
    log: &mut L,
    document: DocumentId,
    hashes: &[Digest32],
) -> Result<bool, IngestError<L::Error>> {
    let erased: Option<Vec<Digest32>> = read(log, ControlKind::Erased, &document.0)?;
    Ok(erased.is_some_and(|erased| hashes.iter().any(|hash| erased.contains(hash))))
}

fn erase<L: Log>(
    log: &mut L,
    document: DocumentId,
    bodies: &[Digest32],
    done: &mut Ingested,
) -> Result<(), IngestError<L::Error>> {
    let known: Option<Vec<Digest32>> = read(log, ControlKind::Erased, &document.0)?;
    let all: BTreeSet<Digest32> = known.into_iter().flatten().chain(bodies.iter().copied()).collect();
    let all: Vec<Digest32> = all.into_iter().collect();
    log.put_control(ControlKind::Erased, &document.0, &to_bytes(&all)).map_err(IngestError::Log)?;
    log.strip_forks(&all).map_err(IngestError::Log)?;
    // What is listed loses its body on the way.
    again(log, document, done)
}

/// How far the entries about a document in a topic were dropped; nowhere where they were not.
type Left = BTreeMap<Origin, u64>;

fn left_subject(topic: &Topic, document: DocumentId) -> Vec<u8> {
    [&document.0[..], topic.as_str().as_bytes()].concat()
}

/// Whether an entry is one that the person left behind in its topic: kiosks drop it, and the centre knows that they do.
pub(super) fn has_left<L: Log>(
    log: &mut L,
    document: DocumentId,
    entry: &Entry,
) -> Result<bool, IngestError<L::Error>> {
    let left: Option<Left> = read(log, ControlKind::Left, &left_subject(&entry.topic, document))?;
    Ok(left.is_some_and(|left| left.get(&entry.origin).is_some_and(|upto| entry.number <= *upto)))
}

/// A kiosk drops what a topic holds of somebody who has no business there any more, as far as the centre says that it
/// holds it. The centre keeps everything.
fn leave<L: Log>(
    log: &mut L,
    topic: &Topic,
    document: DocumentId,
    upto: &Left,
    done: &mut Ingested,
) -> Result<(), IngestError<L::Error>> {
    let subject = left_subject(topic, document);
    let mut left: Left = read(log, ControlKind::Left, &subject)?.unwrap_or_default();
    for (origin, number) in upto {
        let known = left.entry(*origin).or_default();
        *known = (*known).max(*number);
    }
    log.put_control(ControlKind::Left, &subject, &to_bytes(&left)).map_err(IngestError::Log)?;
    // What is covered loses its body on the way.
    again(log, document, done)
}

/// The hashes of all bodies of a document that stand in the log: what an erasure names.
///
/// # Errors
/// [`IngestError`] when storage fails.
pub fn bodies_of<L: Log>(log: &mut L, document: DocumentId) -> Result<Vec<Digest32>, IngestError<L::Error>> {
    let entries = log.entries_of(document).map_err(IngestError::Log)?;
    let hashes = entries.iter().flat_map(|(entry, _)| hashes(entry));
    Ok(hashes.collect::<BTreeSet<_>>().into_iter().collect())
}

fn hashes(entry: &Entry) -> impl Iterator<Item = Digest32> + use<> {
    let body = entry.body.as_ref().and_then(|body| AnyBody::decode(entry.kind, body).ok());
    let inner = body.as_ref().and_then(apply::about).and_then(|(_, inner)| inner);
    std::iter::once(entry.body_hash).chain(inner)
}
