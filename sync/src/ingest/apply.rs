//! What becomes of a body: applied, held, waiting, withheld or erased. One bad body stops nobody.

use uketsuke_domain::log::{BodyState, Entry, EntryKind, Item, ItemContent, Log, Origin, Tip, Topic};
use uketsuke_domain::record::{DocumentId, DocumentKind};
use uketsuke_domain::reference::CardKeyed;

use super::{IngestError, Ingested, control};
use crate::body::{AnyBody, BeganBody, CarriedBody, ChangeBody};
use crate::change::fields_of;
use crate::entry::{Claim, Content, open};
use crate::gate::{Held, admit};

/// Why a device's word is held where only the centre's counts.
const ONLY_THE_CENTRE: &str = "only the centre writes this";
/// Why what a revoked device wrote is held.
pub(super) const REVOKED: &str = "written after the device was revoked";

/// Appends one entry and applies its body, or holds it.
pub(super) fn take<L: Log>(log: &mut L, entry: &Entry, done: &mut Ingested) -> Result<(), IngestError<L::Error>> {
    let Seen { state, apply, document, erased } = look(log, entry)?;
    if erased {
        let without = Entry { body: None, ..entry.clone() };
        log.append(&without, &state, document).map_err(IngestError::Log)?;
    } else {
        log.append(entry, &state, document).map_err(IngestError::Log)?;
    }
    done.added += 1;
    if let BodyState::Held(reason) = state {
        log::warn!("held {entry:?}: {reason}");
        done.held.push((entry.number, reason));
    }
    if let Some(apply) = apply {
        perform(log, entry, apply, done)?;
    }
    control::look_back(log, entry, done)
}

/// Applies an entry of the own log anew, after what can be derived from the log was forgotten. What is held may be
/// admitted now, by a newer version.
///
/// # Errors
/// [`IngestError`] when storage fails; then the transaction must be rolled back.
pub fn apply_again<L: Log>(log: &mut L, entry: &Entry) -> Result<Ingested, IngestError<L::Error>> {
    let mut done = Ingested::default();
    if entry.body.is_none() {
        return Ok(done);
    }
    let Seen { state, apply, document, erased } = look(log, entry)?;
    if erased {
        log.drop_body(entry, &state).map_err(IngestError::Log)?;
    } else {
        // One that an older version could not read may turn out to be about somebody.
        log.set_state(entry, &state, document).map_err(IngestError::Log)?;
    }
    if let Some(apply) = apply {
        perform(log, entry, apply, &mut done)?;
    }
    Ok(done)
}

/// What an entry's body comes to.
struct Seen {
    state: BodyState,
    apply: Option<Apply>,
    document: Option<DocumentId>,
    /// The body is one that the centre had erased.
    erased: bool,
}

fn look<L: Log>(log: &mut L, entry: &Entry) -> Result<Seen, IngestError<L::Error>> {
    let nothing = |state| Seen { state, apply: None, document: None, erased: false };
    let Some(body) = &entry.body else { return Ok(nothing(BodyState::Withheld)) };
    let Ok(read) = AnyBody::decode(entry.kind, body) else { return Ok(nothing(held("no readable body"))) };
    let document = about(&read).map(|(document, _)| document);
    let gone = |state| Seen { state, apply: None, document, erased: true };
    if erased(log, entry, &read)? {
        return Ok(gone(BodyState::Erased));
    }
    let has_left = match document {
        Some(document) => control::has_left(log, document, entry)?,
        None => false,
    };
    if has_left && log.may_drop() {
        return Ok(gone(BodyState::Withheld));
    }
    if is_revoked(log, entry, &read)? {
        return Ok(Seen { document, ..nothing(held(REVOKED)) });
    }
    Ok(match inspect(log, entry, read)? {
        Ok(Apply::Item(item)) if has_left => {
            Seen { state: BodyState::Applied, apply: Some(Apply::Left(item)), document, erased: false }
        }
        Ok(apply) => Seen { state: BodyState::Applied, apply: Some(apply), document, erased: false },
        Err(state) => Seen { document, ..nothing(state) },
    })
}

/// Whether the centre had a body erased.
fn erased<L: Log>(log: &mut L, entry: &Entry, body: &AnyBody) -> Result<bool, IngestError<L::Error>> {
    match about(body) {
        None => Ok(false),
        Some((document, inner)) => {
            control::is_erased(log, document, &[entry.body_hash, inner.unwrap_or(entry.body_hash)])
        }
    }
}

/// An entry, without its body where the centre had that erased.
pub(super) fn without_erased<L: Log>(log: &mut L, entry: Entry) -> Result<Entry, IngestError<L::Error>> {
    let body = entry.body.as_ref().and_then(|body| AnyBody::decode(entry.kind, body).ok());
    let is_erased = match body {
        Some(body) => erased(log, &entry, &body)?,
        None => false,
    };
    Ok(if is_erased { Entry { body: None, ..entry } } else { entry })
}

/// The document that a body is about, and the hash of the author's body where it was carried.
pub(super) fn about(body: &AnyBody) -> Option<(DocumentId, Option<uketsuke_domain::log::Digest32>)> {
    match body {
        AnyBody::Change(change) => Some((change.document, None)),
        AnyBody::Carried(carried) => match AnyBody::decode(EntryKind::from_number(carried.kind), &carried.body) {
            Ok(AnyBody::Change(change)) => Some((change.document, Some(crate::entry::digest(&carried.body)))),
            _ => None,
        },
        AnyBody::Card(_) | AnyBody::Began(_) | AnyBody::Control(_) | AnyBody::Unknown => None,
    }
}

/// Whether what an entry says does not count any more. What the centre carried of a revoked device it had accepted before.
fn is_revoked<L: Log>(log: &mut L, entry: &Entry, body: &AnyBody) -> Result<bool, IngestError<L::Error>> {
    // Who writes a chain is no word about anybody.
    let is_word = !matches!(body, AnyBody::Began(_));
    Ok(is_word && control::is_cut_off(log, &entry.topic, &entry.origin, entry.number)?)
}

/// What an admitted body does.
enum Apply {
    Card(CardKeyed),
    Item(Item),
    /// An item that the topic's kiosks have dropped.
    Left(Item),
    Began(BeganBody),
    Control(uketsuke_domain::log::Control),
}

fn perform<L: Log>(log: &mut L, entry: &Entry, apply: Apply, done: &mut Ingested) -> Result<(), IngestError<L::Error>> {
    match apply {
        Apply::Card(card) => log.put_card(&card, entry.body_hash).map_err(IngestError::Log),
        Apply::Item(item) => apply_item(log, &item, &entry.topic, done),
        Apply::Left(item) => {
            apply_item(log, &item, &entry.topic, done)?;
            log.displace(&item, &entry.topic).map_err(IngestError::Log)
        }
        Apply::Began(began) => log.put_began(&entry.topic, &entry.origin, began.after).map_err(IngestError::Log),
        Apply::Control(word) => control::obey(log, &entry.topic, &word, done),
    }
}

/// What is to be applied, or why nothing is.
type Inspected = Result<Apply, BodyState>;

fn held(reason: impl Into<String>) -> BodyState {
    BodyState::Held(reason.into())
}

fn inspect<L: Log>(log: &mut L, entry: &Entry, body: AnyBody) -> Result<Inspected, IngestError<L::Error>> {
    let (origin, kind) = (entry.origin, entry.kind);
    let is_centre = log.centre().is_none_or(|centre| centre == origin.key());
    match body {
        AnyBody::Unknown => Ok(Err(held(format!("kind {} is unknown here", kind.number())))),
        AnyBody::Card(_) | AnyBody::Carried(_) | AnyBody::Control(_) if !is_centre => Ok(Err(held(ONLY_THE_CENTRE))),
        AnyBody::Card(card) => Ok(Ok(Apply::Card(card.card))),
        AnyBody::Change(body) => inspect_change(log, origin, &body),
        AnyBody::Carried(carried) => inspect_carried(log, &carried),
        AnyBody::Began(_) if entry.number != 1 => Ok(Err(held("a chain begins once"))),
        AnyBody::Began(began) => Ok(Ok(Apply::Began(began))),
        AnyBody::Control(word) => Ok(Ok(Apply::Control(word.control))),
    }
}

fn inspect_change<L: Log>(log: &mut L, author: Origin, body: &ChangeBody) -> Result<Inspected, IngestError<L::Error>> {
    if !body.document.is_of(body.kind) {
        return Ok(Err(held("the document is of another kind")));
    }
    let is_centre = log.centre().is_none_or(|centre| centre == author.key());
    if body.kind != DocumentKind::Visit && !is_centre {
        return Ok(Err(held(ONLY_THE_CENTRE)));
    }
    let before = match crate::fact_shape::decode(&body.change) {
        // A fact stands alone: what else is in the document does not matter.
        Some(_) => Vec::new(),
        None => log.field_changes(body.document).map_err(IngestError::Log)?,
    };
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
        signature: Some(carried.signature),
        content: Content::Body(carried.body.clone()),
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
        let Seen { state, apply, .. } = look(log, &entry)?;
        match (state, apply) {
            (BodyState::Waiting(_), _) => {}
            (state, None) => {
                log::warn!("held {entry:?}: {state:?}");
                log.set_state(&entry, &state, None).map_err(IngestError::Log)?;
            }
            (state, Some(apply)) => {
                log.set_state(&entry, &state, None).map_err(IngestError::Log)?;
                let (item, left) = match apply {
                    Apply::Item(item) => (item, false),
                    Apply::Left(item) => (item, true),
                    Apply::Card(_) | Apply::Began(_) | Apply::Control(_) => continue,
                };
                if log.put_item(&item, &entry.topic).map_err(IngestError::Log)? {
                    done.documents.push((item.kind, item.document));
                    grown = true;
                }
                if left {
                    log.displace(&item, &entry.topic).map_err(IngestError::Log)?;
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
    let fields = fields_of(&changes)?;
    log.put_fields(kind, document, &fields).map_err(IngestError::Log)
}
