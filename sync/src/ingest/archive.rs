//! Archived topics: a kiosk drops what they hold of people, and keeps the ends of their chains.

use std::collections::{BTreeMap, BTreeSet};

use uketsuke_domain::log::{ControlKind, Ledger, Log, Origin, Tip, Topic, Vector};

use super::{IngestError, Ingested, control};
use crate::body::to_bytes;

/// Puts down where the chains of an archived topic ended. A later word adds what came late.
pub(super) fn archived<L: Log>(
    log: &mut L,
    topic: &Topic,
    tips: &BTreeMap<Origin, Tip>,
) -> Result<(), IngestError<L::Error>> {
    let subject = topic.as_str().as_bytes();
    let known: Option<BTreeMap<Origin, Tip>> = control::read(log, ControlKind::Archived, subject)?;
    let mut all = known.unwrap_or_default();
    for (origin, tip) in tips {
        let known = all.entry(*origin).or_insert(*tip);
        if known.number < tip.number {
            *known = *tip;
        }
    }
    log.put_control(ControlKind::Archived, subject, &to_bytes(&all)).map_err(IngestError::Log)
}

/// Whether everything that is held of a topic is known to be archived: nothing that only this disk may hold is in it.
///
/// `word` is what the centre said of it, as it is kept.
pub fn is_archived(word: Option<&[u8]>, held: &Vector) -> bool {
    let tips: Option<BTreeMap<Origin, Tip>> = word.and_then(|bytes| minicbor::decode(bytes).ok());
    let Some(tips) = tips else { return false };
    held.iter().all(|(origin, held)| match tips.get(origin) {
        Some(tip) if tip.number == held.number => tip.header_hash == held.header_hash,
        Some(tip) => tip.number > held.number,
        None => false,
    })
}

/// Drops the entries of a topic and what is known only from them, if all of it is archived. The ends of its chains stay,
/// and what comes late attaches. Answers how many entries there were, and whose records changed.
///
/// # Errors
/// [`IngestError`] when storage fails; then the transaction must be rolled back.
pub fn drop_archived<L: Ledger>(log: &mut L, topic: &Topic) -> Result<(u64, Ingested), IngestError<L::Error>> {
    let mut done = Ingested::default();
    let word = log.control(ControlKind::Archived, topic.as_str().as_bytes()).map_err(IngestError::Log)?;
    let held = log.ends(topic).map_err(IngestError::Log)?;
    if !log.may_drop() || !is_archived(word.as_deref(), &held) {
        return Ok((0, done));
    }
    let mut documents = BTreeSet::new();
    for origin in held.keys() {
        documents.extend(log.documents_beyond(topic, origin, 0).map_err(IngestError::Log)?);
    }
    let dropped = log.archive(topic).map_err(IngestError::Log)?;
    // What another topic says of them stays.
    documents.into_iter().try_for_each(|document| control::again(log, document, &mut done))?;
    Ok((dropped, done))
}
