//! What is bent: honest changes, strange ones, and those at the limits.

use super::*;

/// A change to be bent, with the field changes that are there before it.
#[derive(Clone)]
pub(super) struct Seed {
    pub(super) bytes: Vec<u8>,
    pub(super) before: Vec<Vec<u8>>,
}

pub(super) struct Seeds {
    pub(super) small: Vec<Seed>,
    /// Near the limits: seldom taken, for they take long.
    pub(super) large: Vec<Seed>,
}

pub(super) fn seeds() -> Seeds {
    let one = field_edit([3; 16], &[], &edits(&[("name", "花子"), ("birth", "1950-01-01")])).unwrap().bytes;
    let two = field_edit([4; 16], &[], &edits(&[("name", "華子")])).unwrap().bytes;
    let both = vec![one.clone(), two.clone()];
    let seed = |bytes: Vec<u8>, before: &[Vec<u8>]| Seed { bytes, before: before.to_vec() };
    let facts = [
        fact([2; 16], FactKind::Vaccinated, 1_616_400_000_000, Vec::new()),
        fact([7; 16], FactKind::CheckedIn, 1, vec![FactHash([9; 32]); 3]),
        fact([8; 16], FactKind::Booked, i64::MAX, Vec::new()),
    ];
    let facts = facts.map(|known| fact_change(known.fact.id, &known.fact.encode()).unwrap().bytes);
    let picked = field_edit([5; 16], &both, &edits(&[("name", "花子"), ("kana", "ハナコ")])).unwrap().bytes;
    let unseen = field_edit([6; 16], std::slice::from_ref(&one), &edits(&[("name", "花")])).unwrap().bytes;
    let bytes =
        BTreeMap::from([("key".to_owned(), Value::Bytes(vec![0; 40])), ("e".to_owned(), Value::Text(String::new()))]);
    let bytes = field_edit([9; 16], &both, &bytes).unwrap().bytes;
    // Honest ones are there twice, beside what only a stock Automerge writes.
    let mut small = Vec::new();
    for _ in 0..2 {
        small.extend(facts.iter().map(|fact| seed(fact.clone(), &both)));
        small.extend([
            seed(one.clone(), &[]),
            seed(two.clone(), std::slice::from_ref(&two)),
            seed(bytes.clone(), &both),
        ]);
        small.extend([seed(picked.clone(), &both), seed(unseen.clone(), &both), seed(unseen.clone(), &[])]);
    }
    small.extend(strange().into_iter().map(|bytes| seed(bytes, &both)));
    let long = |length| Value::Text("長".repeat(length));
    // As many fields as an edit may have, and as many as go into a change: what costs the gate most of all.
    let (most, hostile) = (fields(MAX_FIELDS), fields(HOSTILE));
    let big = BTreeMap::from([("name".to_owned(), long(20_000)), ("kana".to_owned(), long(1000))]);
    let mut big_fact = fact([10; 16], FactKind::CheckedIn, 1, vec![FactHash([9; 32]); 1800]);
    big_fact.fact.stamp.station = "x".repeat(4000);
    let large = vec![
        seed(field_edit([11; 16], &[], &most).unwrap().bytes, &[]),
        seed(field_edit([13; 16], &both, &most).unwrap().bytes, &both),
        seed(too_many(&hostile), &[]),
        seed(field_edit([12; 16], &both, &big).unwrap().bytes, &both),
        seed(fact_change(FactId([10; 16]), &big_fact.fact.encode()).unwrap().bytes, &both),
    ];
    Seeds { small, large }
}

/// As many fields as go into a change.
pub(super) const HOSTILE: usize = 9900;

pub(super) fn fields(count: usize) -> BTreeMap<String, Value> {
    (0..count).map(|number| (format!("{number:x}"), Value::Text(String::new()))).collect()
}

/// An edit of more fields than this program writes.
pub(super) fn too_many(edits: &BTreeMap<String, Value>) -> Vec<u8> {
    let mut document = AutoCommit::new().with_actor(ActorId::from(vec![11; 16]));
    for name in edits.keys() {
        document.put(ROOT, format!("p/{name}"), "").unwrap();
    }
    document.commit_with(CommitOptions::default().with_time(0));
    document.get_changes(&[]).last().unwrap().raw_bytes().to_vec()
}

/// Changes that a stock Automerge writes and this program never: other types, objects, lists, deletions, several actors.
pub(super) fn strange() -> Vec<Vec<u8>> {
    let write = |edit: &dyn Fn(&mut AutoCommit)| {
        let mut document = AutoCommit::new().with_actor(ActorId::from(vec![20; 16]));
        edit(&mut document);
        document.commit_with(CommitOptions::default().with_time(0));
        document.get_changes(&[]).last().unwrap().raw_bytes().to_vec()
    };
    let put = |value: ScalarValue| write(&|document| document.put(ROOT, "p/name", value.clone()).unwrap());
    vec![
        put(ScalarValue::counter(5)),
        put(ScalarValue::Int(i64::MIN)),
        put(ScalarValue::Uint(u64::MAX)),
        put(ScalarValue::F64(f64::NAN)),
        put(ScalarValue::Timestamp(-1)),
        put(ScalarValue::Null),
        put(ScalarValue::Unknown { type_code: 14, bytes: vec![1, 2, 3] }),
        write(&|document| {
            let list = document.put_object(ROOT, "p/list", ObjType::List).unwrap();
            (0..4).for_each(|at| document.insert(&list, at, "x").unwrap());
            document.delete(&list, 1).unwrap();
        }),
        write(&|document| {
            let text = document.put_object(ROOT, "p/text", ObjType::Text).unwrap();
            document.splice_text(&text, 0, 0, "花子さん").unwrap();
        }),
        write(&|document| {
            document.put(ROOT, "p/n", ScalarValue::counter(1)).unwrap();
            document.commit();
            let mut other = document.fork().with_actor(ActorId::from(vec![21; 16]));
            other.increment(ROOT, "p/n", 4).unwrap();
            document.merge(&mut other).unwrap();
            document.increment(ROOT, "p/n", -2).unwrap();
            document.delete(ROOT, "p/n").unwrap();
        }),
        write(&|document| {
            document.put(ROOT, "p/a", "x").unwrap();
            document.commit_with(CommitOptions::default().with_message("a message").with_time(1_616_400_000));
        }),
    ]
}
