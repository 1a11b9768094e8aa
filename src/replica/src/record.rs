//! Makes a kiosk's facts durable: all of a press, or none of it.

use std::collections::BTreeMap;

use uketsuke_domain::facts::{Draft, Fact, FactKind, KnownFact};
use uketsuke_domain::ids::{FactHash, FactId};
use uketsuke_domain::kiosk::{IfChanged, RecordRequest, RecordedFact};
use uketsuke_domain::log::{Ledger, Topic};
use uketsuke_domain::record::{DocumentId, DocumentKind, RawRecord, Value, field};
use uketsuke_domain::verdict::Known;
use uketsuke_sync::author::Author;
use uketsuke_sync::identity::Identity;

use crate::ReplicaError;

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// Written; durable with the commit.
    Done(Vec<RecordedFact>),
    /// Nothing was written: the store held more than the screen had shown.
    Changed(Box<Known>),
}

/// Where and as whom a kiosk writes.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'a> {
    /// As whom.
    pub identity: &'a Identity,
    /// The venue's topic.
    pub topic: &'a Topic,
    /// The secret of the cards' keys.
    pub card_secret: &'a [u8; 32],
}

/// Writes what a person chose, in a transaction.
///
/// # Errors
/// [`ReplicaError`]: then the transaction must be rolled back.
pub fn record<L: Ledger>(
    desk: Desk<'_>,
    tx: &mut L,
    request: &RecordRequest,
) -> Result<Recorded, ReplicaError<L::Error>> {
    let document = DocumentId::visit(&request.voucher);
    let before = tx.record(document)?;
    let is_new = |known: &KnownFact| !request.basis.contains(&known.hash);
    let of_kin = before.kin.values().flat_map(|kin| &kin.facts);
    let changed = before.facts.iter().chain(of_kin).any(is_new);
    if changed && request.if_changed == IfChanged::AskAgain {
        return Ok(Recorded::Changed(Box::new(tx.known(&request.voucher, false, desk.card_secret)?)));
    }
    let mut author = Author::new(desk.identity, tx);
    introduce(&mut author, desk.topic, request, &before)?;
    let mut written = Vec::new();
    for draft in drafts(request, changed) {
        let mut fact = fact_of(draft, request);
        fact.id = author.fact_id(document, &fact);
        let fact = KnownFact::decode(&fact.encode()).map_err(ReplicaError::Fact)?;
        author.fact(desk.topic, (DocumentKind::Visit, document), &fact)?;
        written.push(fact);
    }
    Ok(Recorded::Done(answers(tx, document, &written)?))
}

/// A person whom no field change has introduced here yet gets the voucher's number, so that the record is whole.
fn introduce<L: Ledger>(
    author: &mut Author<'_, L>,
    topic: &Topic,
    request: &RecordRequest,
    before: &RawRecord,
) -> Result<(), ReplicaError<L::Error>> {
    if before.text(field::VOUCHER).is_some() {
        return Ok(());
    }
    let mut edits = BTreeMap::from([(field::VOUCHER.to_owned(), Value::Text(request.voucher.to_string()))]);
    if let Some(birth) = request.birth {
        edits.insert(field::BIRTH.to_owned(), Value::Text(birth.to_string()));
    }
    author.fields(topic, (DocumentKind::Visit, DocumentId::visit(&request.voucher)), &edits)?;
    Ok(())
}

/// What is written. When the store held more than the screen showed, an act already done supersedes nothing, and what
/// only made sense against the screen (a visit reopened) is left out: a person will decide.
fn drafts(request: &RecordRequest, changed: bool) -> impl Iterator<Item = Draft> {
    let takes_back = |draft: &&Draft| matches!(draft.kind, FactKind::VisitReopened | FactKind::Reinstated);
    request.drafts.iter().filter(move |draft| !changed || !takes_back(draft)).map(move |draft| {
        let supersedes = if changed { Vec::new() } else { draft.supersedes.clone() };
        Draft { supersedes, ..draft.clone() }
    })
}

/// A fact that has no id yet.
fn fact_of(draft: Draft, request: &RecordRequest) -> Fact {
    Fact {
        id: FactId([0; 16]),
        kind: draft.kind,
        booking: draft.booking,
        dose: draft.dose,
        supersedes: draft.supersedes,
        weight: draft.weight,
        stamp: request.stamp.clone(),
        body: draft.body,
    }
}

/// What the screen is told: each fact, and the review that it stands in.
fn answers<L: Ledger>(
    tx: &mut L,
    document: DocumentId,
    written: &[KnownFact],
) -> Result<Vec<RecordedFact>, ReplicaError<L::Error>> {
    let (_, folded) = tx.project(document)?;
    let review_of = |hash: FactHash| {
        let mut reviews = folded.reviews.iter();
        reviews.find(|review| review.sides.iter().any(|side| side.fact == hash)).map(|review| review.kind)
    };
    let answer = |fact: &KnownFact| RecordedFact {
        id: fact.fact.id,
        kind: fact.fact.kind,
        recorded_at: fact.fact.stamp.recorded_at,
        review: review_of(fact.hash),
    };
    Ok(written.iter().map(answer).collect())
}
