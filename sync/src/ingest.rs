//! Takes in entries of others, inside one transaction of the log.

use uketsuke_domain::log::{BodyState, Entry, EntryKind, Item, ItemContent, Log, Origin, Tip, Topic};
use uketsuke_domain::record::{DocumentId, DocumentKind};
use uketsuke_domain::reference::CardKeyed;

use crate::body::{AnyBody, CarriedBody, ChangeBody};
use crate::change::{ChangeError, open_fields, read_fields};
use crate::entry::{BadEntry, Claim, digest, open};
use crate::gate::{Held, admit};

/// What became of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ingested {
    /// Entries that are new here.
    pub added: u64,
    /// Entries that were here already.
    pub known: u64,
    /// New entries whose bodies are held, with the reasons.
    pub held: Vec<(u64, String)>,
    /// Documents that changed.
    pub documents: Vec<(DocumentKind, DocumentId)>,
}

/// Why a batch was refused. What came before the bad entry is kept.
#[derive(Debug, thiserror::Error)]
pub enum IngestError<E: std::error::Error + 'static> {
    /// Storage refused; the transaction must be rolled back.
    #[error(transparent)]
    Log(E),
    /// Stored field changes no longer open; the transaction must be rolled back.
    #[error(transparent)]
    Change(#[from] ChangeError),
}

/// Why the peer that brought a batch is to blame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Blame {
    /// Entry `number` is not its origin's.
    #[error("entry {number}: {why}")]
    BadEntry {
        /// The number.
        number: u64,
        /// Why.
        why: BadEntry,
    },
    /// The batch begins beyond what is held here.
    #[error("the batch begins at {first}, but {held} is the last held here")]
    Gap {
        /// Where it begins.
        first: u64,
        /// The last number held.
        held: u64,
    },
    /// The peer brought what is not its own to bring.
    #[error("entry {number} is not the peer's to bring")]
    NotItsOwn {
        /// The first number.
        number: u64,
    },
    /// An entry with this number is here already, and it is another: a clone writes under this origin.
    #[error("entry {number} is another one than the one held here")]
    Clone {
        /// The number.
        number: u64,
    },
}

/// Takes in consecutive claims of one origin in one topic, beginning with number `first`.
///
/// Answers what became of them and, when one was bad, whom to blame; what came before it is kept.
///
/// # Errors
/// [`IngestError`] when storage fails; then the transaction must be rolled back.
pub fn ingest<L: Log>(
    log: &mut L,
    topic: &Topic,
    origin: Origin,
    first: u64,
    claims: Vec<Claim>,
) -> Result<(Ingested, Option<Blame>), IngestError<L::Error>> {
    let mut done = Ingested::default();
    let mut tip = log.tip(topic, &origin).map_err(IngestError::Log)?;
    if first == 0 {
        // Entries are numbered from 1: nobody signed this one.
        return Ok((done, Some(Blame::BadEntry { number: 0, why: BadEntry::Signature })));
    }
    let mut next = Some(first);
    for claim in claims {
        let Some(number) = next else { break };
        next = number.checked_add(1);
        let held = tip.map_or(0, |tip| tip.number);
        if number > held.saturating_add(1) {
            return Ok((done, Some(Blame::Gap { first: number, held })));
        }
        if number <= held {
            if is_clone(log, topic, origin, number, claim)? {
                return Ok((done, Some(Blame::Clone { number })));
            }
            done.known += 1;
            continue;
        }
        match open(topic, origin, tip, claim) {
            Err(why) => return Ok((done, Some(Blame::BadEntry { number, why }))),
            Ok(entry) => {
                tip = Some(Tip { number, header_hash: entry.header_hash });
                take(log, &entry, &mut done)?;
            }
        }
    }
    Ok((done, None))
}

/// Whether a claim is a validly signed entry other than the one held under its number.
fn is_clone<L: Log>(
    log: &mut L,
    topic: &Topic,
    origin: Origin,
    number: u64,
    claim: Claim,
) -> Result<bool, IngestError<L::Error>> {
    let held = log.header_hash(topic, &origin, number).map_err(IngestError::Log)?;
    let before = match number {
        0 | 1 => None,
        _ => log.header_hash(topic, &origin, number - 1).map_err(IngestError::Log)?,
    };
    let tip = before.map(|header_hash| Tip { number: number - 1, header_hash });
    // A claim whose signature fits nowhere proves nothing about its origin.
    Ok(open(topic, origin, tip, claim).is_ok_and(|entry| Some(entry.header_hash) != held))
}

/// Appends one entry and applies its body, or holds it.
fn take<L: Log>(log: &mut L, entry: &Entry, done: &mut Ingested) -> Result<(), IngestError<L::Error>> {
    let (state, apply) = match &entry.body {
        None => (BodyState::Withheld, None),
        Some(body) => match inspect(log, entry.origin, entry.kind, body)? {
            Ok(apply) => (BodyState::Applied, Some(apply)),
            Err(state) => (state, None),
        },
    };
    log.append(entry, &state).map_err(IngestError::Log)?;
    done.added += 1;
    if let BodyState::Held(reason) = state {
        log::warn!("held {entry:?}: {reason}");
        done.held.push((entry.number, reason));
    }
    match apply {
        None => {}
        Some(Apply::Card(card)) => log.put_card(&card, entry.number).map_err(IngestError::Log)?,
        Some(Apply::Item(item)) => apply_item(log, &item, &entry.topic, done)?,
    }
    Ok(())
}

/// Applies an entry of the own log anew, after everything that can be derived from the log was forgotten. What is held
/// may be admitted now, by a newer version.
///
/// # Errors
/// [`IngestError`] when storage fails; then the transaction must be rolled back.
pub fn apply_again<L: Log>(log: &mut L, entry: &Entry) -> Result<Ingested, IngestError<L::Error>> {
    let mut done = Ingested::default();
    let Some(body) = &entry.body else { return Ok(done) };
    match inspect(log, entry.origin, entry.kind, body)? {
        Err(state) => log.set_state(entry, &state).map_err(IngestError::Log)?,
        Ok(apply) => {
            log.set_state(entry, &BodyState::Applied).map_err(IngestError::Log)?;
            match apply {
                Apply::Card(card) => log.put_card(&card, entry.number).map_err(IngestError::Log)?,
                Apply::Item(item) => apply_item(log, &item, &entry.topic, &mut done)?,
            }
        }
    }
    Ok(done)
}

/// What an admitted body does.
enum Apply {
    Card(CardKeyed),
    Item(Item),
}

/// What is to be applied, or why nothing is.
type Inspected = Result<Apply, BodyState>;

fn held(reason: impl Into<String>) -> BodyState {
    BodyState::Held(reason.into())
}

fn inspect<L: Log>(
    log: &mut L,
    origin: Origin,
    kind: EntryKind,
    body: &[u8],
) -> Result<Inspected, IngestError<L::Error>> {
    let is_centre = log.centre().is_none_or(|centre| centre == origin.key());
    match AnyBody::decode(kind, body) {
        Err(_) => Ok(Err(held("no readable body"))),
        Ok(AnyBody::Unknown) => Ok(Err(held(format!("kind {} is unknown here", kind.number())))),
        Ok(AnyBody::Card(_) | AnyBody::Carried(_)) if !is_centre => Ok(Err(held(ONLY_THE_CENTRE))),
        Ok(AnyBody::Card(card)) => Ok(Ok(Apply::Card(card.card))),
        Ok(AnyBody::Change(body)) => inspect_change(log, origin, &body),
        Ok(AnyBody::Carried(carried)) => inspect_carried(log, &carried),
    }
}

/// Why a device's word is held where only the centre's counts.
const ONLY_THE_CENTRE: &str = "only the centre writes this";

fn inspect_change<L: Log>(log: &mut L, author: Origin, body: &ChangeBody) -> Result<Inspected, IngestError<L::Error>> {
    if !body.document.is_of(body.kind) {
        return Ok(Err(held("the document is of another kind")));
    }
    let is_centre = log.centre().is_none_or(|centre| centre == author.key());
    if body.kind != DocumentKind::Visit && !is_centre {
        return Ok(Err(held(ONLY_THE_CENTRE)));
    }
    let before = log.field_changes(body.document).map_err(IngestError::Log)?;
    Ok(match admit(&body.change, &before) {
        Err(Held::Waiting) => Err(BodyState::Waiting(body.document)),
        Err(why) => Err(held(why.to_string())),
        Ok(admitted) => Ok(Apply::Item(Item {
            kind: body.kind,
            document: body.document,
            change: admitted.hash,
            content: admitted.content,
        })),
    })
}

/// A carried entry must be its author's, signature and all; then it is as good as if it had come from there.
fn inspect_carried<L: Log>(log: &mut L, carried: &CarriedBody) -> Result<Inspected, IngestError<L::Error>> {
    let number = carried.number;
    let tip = match (number.checked_sub(1), carried.previous) {
        (None, _) | (Some(1..), None) => return Ok(Err(held("a carried entry without the one before"))),
        (Some(0), _) => None,
        (Some(before), Some(header_hash)) => Some(Tip { number: before, header_hash }),
    };
    let claim = Claim {
        kind: EntryKind::from_number(carried.kind),
        body_hash: digest(&carried.body),
        body_len: u32::try_from(carried.body.len()).unwrap_or(u32::MAX),
        signature: carried.signature,
        body: Some(carried.body.clone()),
    };
    match open(&carried.topic, carried.origin, tip, claim) {
        Err(why) => Ok(Err(held(format!("carried: {why}")))),
        Ok(entry) => match AnyBody::decode(entry.kind, &carried.body) {
            Ok(AnyBody::Change(body)) => inspect_change(log, carried.origin, &body),
            Ok(_) | Err(_) => Ok(Err(held("carried: no change"))),
        },
    }
}

fn apply_item<L: Log>(
    log: &mut L,
    item: &Item,
    topic: &Topic,
    done: &mut Ingested,
) -> Result<(), IngestError<L::Error>> {
    let is_new = log.put_item(item, topic).map_err(IngestError::Log)?;
    if !is_new {
        return Ok(());
    }
    done.documents.push((item.kind, item.document));
    if matches!(item.content, ItemContent::Fields(_)) {
        while try_waiting(log, item.document, done)? {}
        refresh_fields(log, item.kind, item.document)?;
    }
    Ok(())
}

/// Tries the edits that wait for a document to grow. Answers whether one was applied: others may follow it then.
fn try_waiting<L: Log>(log: &mut L, document: DocumentId, done: &mut Ingested) -> Result<bool, IngestError<L::Error>> {
    let mut grown = false;
    for entry in log.waiting(document).map_err(IngestError::Log)? {
        let Some(body) = &entry.body else { continue };
        match inspect(log, entry.origin, entry.kind, body)? {
            Err(BodyState::Waiting(_)) => {}
            Err(state) => {
                log::warn!("held {entry:?}: {state:?}");
                log.set_state(&entry, &state).map_err(IngestError::Log)?;
            }
            Ok(apply) => {
                log.set_state(&entry, &BodyState::Applied).map_err(IngestError::Log)?;
                if let Apply::Item(item) = apply
                    && log.put_item(&item, &entry.topic).map_err(IngestError::Log)?
                {
                    done.documents.push((item.kind, item.document));
                    grown = true;
                }
            }
        }
    }
    Ok(grown)
}

/// Reads the fields of a document anew, from its field changes.
///
/// # Errors
/// [`IngestError`] when storage fails or the changes no longer open.
pub fn refresh_fields<L: Log>(
    log: &mut L,
    kind: DocumentKind,
    document: DocumentId,
) -> Result<(), IngestError<L::Error>> {
    let changes = log.field_changes(document).map_err(IngestError::Log)?;
    let fields = read_fields(&open_fields(&changes)?)?;
    log.put_fields(kind, document, &fields).map_err(IngestError::Log)
}
