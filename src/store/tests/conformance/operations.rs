//! Operations of a random sequence, done on whichever storage it is; with what they answered.

use proptest::prelude::*;
use uketsuke_domain::facts::{FactKind, KnownFact};
use uketsuke_domain::log::{
    BodyState, ControlKind, Digest32, Entry, Fork, Incident, IncidentKind, Item, ItemContent, Ledger, Signature, Tip,
};
use uketsuke_domain::record::{DocumentId, Fields};
use uketsuke_domain::reference::{Card, CardKeyed};
use uketsuke_store::StoreError;

use crate::common::{MORNING, fact, known, superseding};
use crate::everything::{KINDS, SUBJECTS, all_documents, card_keys, inside, origins, topics};
use crate::makers::{
    booked_elsewhere, documents, entry, fact_item, fork_of, hash, header, people, replaced, text_fields, transfer,
};

/// Settings that can be read.
pub(crate) const SETTINGS: &str = r#"{ "municipality": "132080", "name": "見本市", "doses": { "months": { "3": 6 } },
    "products": { "comirnaty": { "name": "ファイザー", "maker": "ファイザー", "first_interval_days": 20 } } }"#;

/// An operation: its numbers choose among the few things that there are, so that operations meet.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Append { place: (usize, usize), state: u8, about: Option<usize>, signed: bool, off: u64 },
    SetState { place: (usize, usize, u64), state: u8 },
    DropBody { place: (usize, usize, u64), erased: bool },
    Sign { place: (usize, usize, u64) },
    Began { place: (usize, usize), after: Option<(usize, u64)> },
    Fork { place: (usize, usize, u64), other: u64 },
    Strip { numbers: Vec<u64> },
    Forget { document: usize },
    Fact { topic: usize, document: usize, which: usize },
    Edit { topic: usize, document: usize, change: u64 },
    Fields { document: usize, which: usize },
    Card { which: usize, version: u64, body: u8, deleted: bool },
    Control { kind: usize, subject: usize, value: u8 },
    Confirmed { peer: u8, topic: usize, origin: usize, number: u64 },
    Note { kind: usize, who: u8, topic: bool, minute: i64 },
    Unplace { document: usize, topic: usize },
    Archive { topic: usize },
    Project { document: usize },
    Look,
}

fn place() -> impl Strategy<Value = (usize, usize)> {
    (0..3_usize, 0..6_usize)
}

fn held() -> impl Strategy<Value = (usize, usize, u64)> {
    (0..3_usize, 0..6_usize, 1..5_u64)
}

pub(crate) fn op() -> impl Strategy<Value = Op> {
    let document = || 0..all_documents().len();
    let off = prop_oneof![9 => Just(0), 1 => 1..3_u64];
    prop_oneof![
        12 => (place(), 0..8_u8, proptest::option::of(document()), any::<bool>(), off)
            .prop_map(|(place, state, about, signed, off)| Op::Append { place, state, about, signed, off }),
        2 => (held(), 0..8_u8).prop_map(|(place, state)| Op::SetState { place, state }),
        1 => (held(), any::<bool>()).prop_map(|(place, erased)| Op::DropBody { place, erased }),
        2 => held().prop_map(|place| Op::Sign { place }),
        2 => (place(), proptest::option::of((0..6_usize, prop_oneof![0..4_u64, Just(u64::MAX)])))
            .prop_map(|(place, after)| Op::Began { place, after }),
        2 => (held(), 0..4_u64).prop_map(|(place, other)| Op::Fork { place, other }),
        1 => proptest::collection::vec(1..5_u64, 0..3).prop_map(|numbers| Op::Strip { numbers }),
        2 => document().prop_map(|document| Op::Forget { document }),
        12 => (0..3_usize, 0..3_usize, 0..palette().len())
            .prop_map(|(topic, document, which)| Op::Fact { topic, document, which }),
        2 => (0..3_usize, document(), 0..4_u64)
            .prop_map(|(topic, document, change)| Op::Edit { topic, document, change }),
        5 => (document(), 0..6_usize).prop_map(|(document, which)| Op::Fields { document, which }),
        2 => (0..3_usize, prop_oneof![0..4_u64, Just(u64::MAX)], 0..3_u8, any::<bool>())
            .prop_map(|(which, version, body, deleted)| Op::Card { which, version, body, deleted }),
        1 => (0..KINDS.len(), 0..3_usize, 0..3_u8).prop_map(|(kind, subject, value)| Op::Control { kind, subject, value }),
        1 => (1..3_u8, 0..3_usize, 0..6_usize, prop_oneof![0..4_u64, Just(u64::MAX)])
            .prop_map(|(peer, topic, origin, number)| Op::Confirmed { peer, topic, origin, number }),
        1 => (0..7_usize, 1..3_u8, any::<bool>(), 0..5_i64)
            .prop_map(|(kind, who, topic, minute)| Op::Note { kind, who, topic, minute }),
        1 => (document(), 0..3_usize).prop_map(|(document, topic)| Op::Unplace { document, topic }),
        1 => (0..3_usize).prop_map(|topic| Op::Archive { topic }),
        1 => (0..3_usize).prop_map(|document| Op::Project { document }),
        1 => Just(Op::Look),
    ]
}

/// Facts that contradict, correct, replace and move each other.
fn palette() -> Vec<KnownFact> {
    let [one, two, three] = people();
    let [here, there, third] = documents();
    let mut facts: Vec<KnownFact> = [
        FactKind::Booked,
        FactKind::CheckedIn,
        FactKind::Vaccinated,
        FactKind::PrescreenOnly,
        FactKind::Cancelled,
        FactKind::CheckedIn,
    ]
    .into_iter()
    .zip(1_u8..)
    .map(|(kind, id)| known(&fact(id, kind, if id == 6 { "" } else { "100" }, i64::from(id))))
    .collect();
    facts.push(known(&fact(7, FactKind::Booked, "200", 7)));
    facts.push(known(&fact(8, FactKind::Vaccinated, "200", 90_000)));
    let corrected = [facts[1].hash, facts[2].hash];
    facts.extend(
        [9, 10].into_iter().zip(corrected).map(|(id, of)| superseding(fact(id, FactKind::Corrected, "100", 9), of)),
    );
    facts.extend(transfer(here, there));
    facts.push(replaced(20, Some(two), None));
    facts.push(replaced(21, None, Some(one)));
    facts.push(replaced(22, Some(three), None));
    let mistake = superseding(fact(23, FactKind::Corrected, "", 20), facts[facts.len() - 2].hash);
    facts.push(mistake);
    facts.push(booked_elsewhere(24, "300"));
    facts.push(known(&fact(25, FactKind::CheckedIn, "300", 25)));
    facts.extend(transfer(third, there).into_iter().skip(1));
    facts
}

fn state(number: u8, document: DocumentId) -> BodyState {
    match number {
        0..4 => BodyState::Applied,
        4 => BodyState::Held("why".to_owned()),
        5 => BodyState::Waiting(document),
        6 => BodyState::Withheld,
        _ => BodyState::Erased,
    }
}

fn fields(document: DocumentId, which: usize) -> Fields {
    let own = people().into_iter().find(|person| DocumentId::visit(person) == document);
    let number = own.unwrap_or(people()[which % 3]).to_string();
    match which {
        0 => text_fields(&[("voucher", &number), ("kana", "カ"), ("birth", "1950-01-01")]),
        1 => text_fields(&[("voucher", &number), ("name", "花子"), ("birth", "1950-01-01"), ("history", "1")]),
        2 => text_fields(&[("voucher", &number)]),
        3 => text_fields(&[("settings", SETTINGS)]),
        4 => text_fields(&[("voucher", "131016-1111111113"), ("kana", "か"), ("birth", "1950-01-01")]),
        _ => Fields::new(),
    }
}

/// Does an operation. An error is an answer too.
pub(crate) fn perform<L: Ledger<Error = StoreError>>(tx: &mut L, op: &Op) -> String {
    answer(tx, op).unwrap_or_else(|why| format!("error: {why}"))
}

fn entry_at((topic, origin, number): (usize, usize, u64)) -> Entry {
    entry(&topics()[topic], origins()[origin], number)
}

fn told<T: std::fmt::Debug>(answer: T) -> String {
    format!("{answer:?}")
}

fn answer<L: Ledger<Error = StoreError>>(tx: &mut L, op: &Op) -> Result<String, StoreError> {
    let document = |at: usize| all_documents()[at];
    Ok(match op.clone() {
        Op::Append { place: (topic, origin), state: number, about, signed, off } => {
            let (topic, origin) = (&topics()[topic], origins()[origin]);
            let next = tx.tip(topic, &origin)?.map_or(0, |tip| tip.number) + 1 + off;
            let signature = signed.then_some(Signature([3; 64]));
            let entry = Entry { signature, ..entry(topic, origin, next) };
            told(tx.append(&entry, &state(number, documents()[0]), about.map(document))?)
        }
        Op::SetState { place, state: number } => {
            told(tx.set_state(&entry_at(place), &state(number, documents()[1]), None)?)
        }
        Op::DropBody { place, erased } => {
            let state = if erased { BodyState::Erased } else { BodyState::Withheld };
            told(tx.drop_body(&entry_at(place), &state)?)
        }
        Op::Sign { place: (topic, origin, number) } => {
            told(tx.put_signature(&topics()[topic], &origins()[origin], number, Signature([4; 64]))?)
        }
        Op::Began { place: (topic, origin), after } => {
            let end = |(of, number): (usize, u64)| {
                (origins()[of], Tip { number, header_hash: header(origins()[of], number) })
            };
            told(tx.put_began(&topics()[topic], &origins()[origin], after.map(end))?)
        }
        Op::Fork { place: (topic, origin, number), other } => {
            let Fork { entry, previous } = fork_of(&topics()[topic], origins()[origin], number, other);
            told(tx.put_fork(&Fork { entry, previous })?)
        }
        Op::Strip { numbers } => {
            let bodies: Vec<_> = numbers.into_iter().map(|number| hash(number, 1)).collect();
            told(tx.strip_forks(&bodies)?)
        }
        Op::Forget { document: at } => told(tx.forget_document(document(at).kind().unwrap(), document(at))?),
        Op::Fact { topic, document: at, which } => {
            told(tx.put_item(&fact_item(document(at), &palette()[which]), &topics()[topic])?)
        }
        Op::Edit { topic, document: at, change } => {
            let (document, kind) = (document(at), document(at).kind().unwrap());
            let content = ItemContent::Fields(change.to_be_bytes().to_vec());
            told(tx.put_item(&Item { kind, document, change: hash(change, 5), content }, &topics()[topic])?)
        }
        Op::Fields { document: at, which } => {
            told(tx.put_fields(document(at).kind().unwrap(), document(at), &fields(document(at), which))?)
        }
        Op::Card { which, version, body, deleted } => {
            let card = CardKeyed { key: card_keys()[which], card: Card { deleted, ..Card::default() }, version };
            told(tx.put_card(&card, Digest32([body; 32]))?)
        }
        Op::Control { kind, subject, value } => {
            let kind: ControlKind = KINDS[kind];
            told(tx.put_control(kind, SUBJECTS[subject], &[value])?)
        }
        Op::Confirmed { peer, topic, origin, number } => {
            told(tx.put_confirmed(&[peer; 32], &topics()[topic], &[(origins()[origin], number)])?)
        }
        Op::Note { kind, who, topic, minute } => {
            let topic = if topic { topics()[0].to_string() } else { String::new() };
            let (kind, at) = (IncidentKind::ALL[kind], MORNING.plus_ms(minute));
            told(tx.note(&Incident { kind, who: [who; 32], topic, detail: minute.to_string(), at })?)
        }
        Op::Unplace { document: at, topic } => told(tx.unplace(document(at), &topics()[topic])?),
        Op::Archive { topic } => told(tx.archive(&topics()[topic])?),
        Op::Project { document: at } => told(tx.project(document(at))?.1),
        Op::Look => inside(tx)?,
    })
}
