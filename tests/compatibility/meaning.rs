//! What frames, bodies and a database mean, as JSON that people read: written beside the fixtures, and compared with what
//! today's code reads in them.

use std::fmt::Write;

use serde_json::{Value, json};
use uketsuke_domain::code::Voucher;
use uketsuke_domain::facts::KnownFact;
use uketsuke_domain::fold::fold;
use uketsuke_domain::log::{Control, ControlKind, EntryKind, Origin, Tip, Topic, Vector};
use uketsuke_domain::record::{DocumentId, DocumentKind, Fields, Value as Field};
use uketsuke_domain::reference::CardKey;
use uketsuke_domain::time::Day;
use uketsuke_store::Store;
use uketsuke_sync::body::AnyBody;
use uketsuke_sync::certificate::Certificate;
use uketsuke_sync::change::{open_fields, read_fields};
use uketsuke_sync::entry::{Claim, Content};
use uketsuke_sync::frame::{Chunk, Frame, Hello, VectorFrame};
use uketsuke_sync::gate::admit;

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
}

/// All that `expected` says holds of `actual`, which may say more: a newer version knows more about the same thing.
pub(crate) fn includes(actual: &Value, expected: &Value, place: &str) {
    match (actual, expected) {
        (Value::Object(actual), Value::Object(expected)) => {
            for (key, expected) in expected {
                let of = actual.get(key).unwrap_or_else(|| panic!("{place}: no {key} any more"));
                includes(of, expected, &format!("{place}.{key}"));
            }
        }
        (Value::Array(actual), Value::Array(expected)) => {
            assert_eq!(actual.len(), expected.len(), "{place}: not as many");
            for (at, (actual, expected)) in actual.iter().zip(expected).enumerate() {
                includes(actual, expected, &format!("{place}[{at}]"));
            }
        }
        _ => assert_eq!(actual, expected, "{place}"),
    }
}

pub(crate) fn of_frame(frame: &Frame, centre: &[u8; 32]) -> Value {
    match frame {
        Frame::Hello(Hello { protocol, device, topics, now, certificate }) => json!({
            "frame": "hello", "protocol": protocol, "device": device, "topics": topics, "now_ms": now.0,
            "certificate": certificate.as_ref().map(|given| of_certificate(given, centre)),
        }),
        Frame::Refused(refusal) => {
            json!({ "frame": "refused", "because": format!("{refusal:?}"), "number": refusal.number() })
        }
        Frame::Summary(of) => {
            json!({ "frame": "summary", "topic": of.topic, "digest": hex(&of.digest), "now_ms": of.now.0 })
        }
        Frame::Vector(of) => of_vector_frame(of),
        Frame::Chunk(of) => of_chunk(of, centre),
        Frame::Beat(of) => json!({ "frame": "beat", "now_ms": of.now.0 }),
        Frame::Fill(of) => json!({ "frame": "fill", "topic": of.topic }),
        Frame::Unknown(tag) => json!({ "frame": "unknown", "tag": tag }),
    }
}

fn of_vector_frame(of: &VectorFrame) -> Value {
    let chains: Vec<Value> = of
        .chains()
        .map(|(origin, number, check)| json!({ "origin": origin, "number": number, "check": check }))
        .collect();
    json!({ "frame": "vector", "topic": of.topic, "whole": of.whole, "again": of.again, "now_ms": of.now.0, "chains": chains })
}

fn of_chunk(of: &Chunk, centre: &[u8; 32]) -> Value {
    let batch = of.unpack().unwrap();
    let claims: Vec<Value> = batch.claims.iter().map(|claim| of_claim(claim, centre)).collect();
    json!({
        "frame": "chunk", "topic": batch.topic, "origin": batch.origin, "first": batch.first, "after": batch.after,
        "claims": claims,
    })
}

fn of_claim(claim: &Claim, centre: &[u8; 32]) -> Value {
    let (kind, signature) = (claim.kind.number(), claim.signature);
    match &claim.content {
        Content::Body(body) => {
            json!({ "kind": kind, "signature": signature, "body": of_body(claim.kind, body, centre) })
        }
        Content::Absent { hash, length } => json!({ "kind": kind, "signature": signature, "absent": [hash, length] }),
    }
}

/// A body: its hash, which says that every byte of it came, and what it means.
pub(crate) fn of_body(kind: EntryKind, bytes: &[u8], centre: &[u8; 32]) -> Value {
    let mut meaning = match AnyBody::decode(kind, bytes).unwrap() {
        AnyBody::Change(body) => json!({
            "is": "change", "document_kind": body.kind as u8, "document": body.document, "change": of_change(&body.change),
        }),
        AnyBody::Card(body) => json!({
            "is": "card", "salt": hex(&body.salt), "key": body.card.key, "version": body.card.version, "card": body.card.card,
        }),
        AnyBody::Carried(body) => json!({
            "is": "carried", "topic": body.topic, "origin": body.origin, "number": body.number, "previous": body.previous,
            "kind": body.kind, "signature": body.signature,
            "body": of_body(EntryKind::from_number(body.kind), &body.body, centre),
        }),
        AnyBody::Began(body) => json!({
            "is": "began", "certificate": body.certificate.as_ref().map(|given| of_certificate(given, centre)),
            "after": body.after.map(|(origin, tip)| json!([origin, tip.number, tip.header_hash])),
        }),
        AnyBody::Control(body) => {
            json!({ "is": "control", "salt": hex(&body.salt), "word": of_control(&body.control) })
        }
        AnyBody::Unknown => json!({ "is": "unknown", "bytes": hex(bytes) }),
    };
    meaning["sha256"] = json!(uketsuke_sync::entry::digest(bytes));
    meaning
}

/// A change that stands alone: its fact, or what the fields are after it.
fn of_change(bytes: &[u8]) -> Value {
    let admitted = admit(bytes, &[]).unwrap();
    let content = match &admitted.content {
        uketsuke_domain::log::ItemContent::Fact(payload) => json!({ "fact": KnownFact::decode(payload).unwrap() }),
        uketsuke_domain::log::ItemContent::Fields(change) => {
            json!({ "fields": of_fields(&read_fields(&open_fields(std::slice::from_ref(change)).unwrap()).unwrap()) })
        }
    };
    json!({ "hash": admitted.hash, "holds": content })
}

fn of_fields(fields: &Fields) -> Value {
    let value = |value: &Field| match value {
        Field::Text(text) => json!({ "text": text }),
        Field::Bytes(bytes) => json!({ "bytes": hex(bytes) }),
    };
    let values = |values: &Vec<Field>| values.iter().map(value).collect::<Vec<_>>();
    fields.iter().map(|(name, of)| (name.clone(), json!(values(of)))).collect::<serde_json::Map<_, _>>().into()
}

pub(crate) fn of_certificate(given: &Certificate, centre: &[u8; 32]) -> Value {
    let leave = &given.leave;
    json!({
        "key": hex(&leave.key), "name": leave.name, "topics": leave.topics, "writes": leave.writes,
        "bytes": hex(&given.encode()), "is_the_centres": given.is_of(centre, &leave.key),
    })
}

fn of_control(word: &Control) -> Value {
    let tip = |tip: &Tip| json!([tip.number, tip.header_hash]);
    match word {
        Control::Revoked { key, cuts, because, lost } => {
            let cuts: Vec<Value> = cuts.iter().map(|((topic, origin), cut)| json!([topic, origin, tip(cut)])).collect();
            json!({ "revoked": hex(key), "cuts": cuts, "because": because, "lost": lost })
        }
        Control::Erased { document, bodies } => json!({ "erased": document, "bodies": bodies }),
        Control::Leaves { document, upto } => {
            json!({ "leaves": document, "upto": upto.iter().map(|(origin, number)| json!([origin, number])).collect::<Vec<_>>() })
        }
        Control::Closed { topic, day } => json!({ "closed": topic, "day": day.to_string() }),
        Control::Archived { topic, tips } => {
            json!({ "archived": topic, "tips": tips.iter().map(|(origin, end)| json!([origin, tip(end)])).collect::<Vec<_>>() })
        }
    }
}

pub(crate) fn of_vector(vector: &Vector) -> Value {
    let end = |(origin, tip): (&Origin, &Tip)| json!([origin, tip.number, tip.header_hash]);
    vector.iter().map(end).collect::<Vec<_>>().into()
}

/// What of a database is asked for.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) topics: Vec<Topic>,
    pub(crate) people: Vec<Voucher>,
    pub(crate) peers: Vec<[u8; 32]>,
    pub(crate) card_secret: [u8; 32],
    pub(crate) day: Day,
}

/// All that a centre's database means.
pub(crate) fn of_store(store: &Store, asked: &Asked) -> Value {
    let states = store.body_states().unwrap();
    let held: Vec<Value> =
        store.held(1000).unwrap().iter().map(|row| json!([row.topic, row.origin, row.number, row.reason])).collect();
    let forks: Vec<Value> = store
        .forks()
        .unwrap()
        .iter()
        .map(|row| json!([row.topic, row.origin, row.number, row.header_hash, row.has_body]))
        .collect();
    let incidents: Vec<Value> = store
        .incidents()
        .unwrap()
        .iter()
        .map(|row| json!([row.kind as u8, hex(&row.who), row.topic, row.detail, row.times, row.first.0, row.last.0]))
        .collect();
    let restored: Vec<Value> = store
        .restored()
        .unwrap()
        .iter()
        .map(|row| json!([hex(&row.key), row.topic, format!("{:?}", row.how), row.origins.0, row.origins.1]))
        .collect();
    let confirmed: Vec<Value> = asked
        .peers
        .iter()
        .flat_map(|peer| asked.topics.iter().map(move |topic| (peer, topic)))
        .map(|(peer, topic)| json!([hex(peer), topic, store.confirmed(peer, topic).unwrap()]))
        .collect();
    let words: Vec<Value> = asked
        .topics
        .iter()
        .map(|topic| (ControlKind::Closed, topic.as_str().as_bytes()))
        .chain(asked.topics.iter().map(|topic| (ControlKind::Archived, topic.as_str().as_bytes())))
        .chain(asked.peers.iter().map(|peer| (ControlKind::Revoked, &peer[..])))
        .map(|(kind, subject)| {
            let value = uketsuke_domain::log::Storage::control(store, kind, subject).unwrap();
            json!([kind as u8, hex(subject), value.is_some()])
        })
        .collect();
    let vectors: serde_json::Map<String, Value> =
        asked.topics.iter().map(|topic| (topic.to_string(), of_vector(&store.vector(topic).unwrap()))).collect();
    let people: serde_json::Map<String, Value> =
        asked.people.iter().map(|voucher| (voucher.to_string(), of_person(store, voucher, asked))).collect();
    let visits: Vec<Value> = ["001", "002"]
        .iter()
        .flat_map(|venue| store.visits(&(*venue).into(), asked.day).unwrap())
        .map(|row| json!(row.person.map(|person| person.voucher.to_string())))
        .collect();
    json!({
        "entries": store.entry_count().unwrap(), "vectors": vectors,
        "bodies": { "held": states.held, "waiting": states.waiting, "withheld": states.withheld, "erased": states.erased },
        "held": held, "forks": forks, "incidents": incidents, "restored": restored, "confirmed": confirmed,
        "words": words, "settings": store.settings(), "venues": of_documents(store, DocumentKind::Venue),
        "slots": of_documents(store, DocumentKind::SlotDay), "accounts": of_documents(store, DocumentKind::Accounts),
        "devices": of_documents(store, DocumentKind::Devices), "doctors": of_documents(store, DocumentKind::Doctors),
        "lots": of_documents(store, DocumentKind::Lots), "people": people, "visits": visits,
        "open_reviews": store.review_count().unwrap(),
    })
}

fn of_documents(store: &Store, kind: DocumentKind) -> Value {
    store.documents(kind).unwrap().iter().map(of_fields).collect::<Vec<_>>().into()
}

fn of_person(store: &Store, voucher: &Voucher, asked: &Asked) -> Value {
    let mut record = store.record(DocumentId::visit(voucher)).unwrap();
    record.facts.sort_by_key(|known| known.hash);
    let known = store.known(voucher, false, &asked.card_secret).unwrap();
    json!({
        "fields": of_fields(&record.fields), "facts": record.facts, "folded": fold(&record, store.settings()),
        "card_key": CardKey::of(&asked.card_secret, voucher), "card": known.card,
        "kin": record.kin.keys().collect::<Vec<_>>(),
    })
}
