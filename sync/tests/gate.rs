//! The gate holds everything but the two shapes, and says why.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::num::NonZeroU64;
use std::time::{Duration, Instant};

use automerge::legacy::OpType;
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, Change, ObjType, ROOT, ScalarValue};
use common::*;
use uketsuke_domain::facts::FactKind;
use uketsuke_domain::ids::FactId;
use uketsuke_domain::log::ItemContent;
use uketsuke_sync::change::{Built, ChangeError, MAX_FIELDS, fact_change, field_edit, open_fields, read_fields};
use uketsuke_sync::gate::{Held, MAX_CHANGE_BYTES, admit};

/// What a stock Automerge writes with a fixed actor.
fn stock(actor: [u8; 16], edit: impl FnOnce(&mut AutoCommit)) -> Vec<u8> {
    let mut document = AutoCommit::new().with_actor(ActorId::from(actor.to_vec()));
    edit(&mut document);
    document.commit_with(CommitOptions::default().with_time(0));
    document.get_changes(&[]).last().unwrap().raw_bytes().to_vec()
}

/// A change with something in it replaced, hashed anew.
fn bent(bytes: &[u8], bend: impl FnOnce(&mut automerge::ExpandedChange)) -> Vec<u8> {
    let mut expanded = Change::try_from(bytes).unwrap().decode();
    bend(&mut expanded);
    expanded.hash = None;
    Change::from(expanded).raw_bytes().to_vec()
}

fn good_fact() -> Built {
    let fact = fact([5; 16], FactKind::CheckedIn, 1, Vec::new());
    fact_change(FactId([5; 16]), &fact.fact.encode()).unwrap()
}

fn good_edit() -> Built {
    field_edit([6; 16], &[], &edits(&[("kana", "b"), ("name", "a")])).unwrap()
}

fn shape(bytes: &[u8], before: &[Vec<u8>]) -> &'static str {
    match admit(bytes, before) {
        Err(Held::Shape(why)) => why,
        other => panic!("not held for its shape: {other:?}"),
    }
}

#[test]
fn both_shapes_are_admitted() {
    let admitted = admit(&good_fact().bytes, &[]).unwrap();
    assert_eq!(admitted.hash, good_fact().hash);
    assert_eq!(admitted.content, ItemContent::Fact(fact([5; 16], FactKind::CheckedIn, 1, Vec::new()).fact.encode()));
    let admitted = admit(&good_edit().bytes, &[]).unwrap();
    assert_eq!(admitted.content, ItemContent::Fields(good_edit().bytes));
    // On top of a conflict, and beside edits that it has not seen.
    let other = field_edit([7; 16], &[], &edits(&[("name", "c")])).unwrap();
    let both = [good_edit().bytes, other.bytes.clone()];
    let picked = field_edit([8; 16], &both, &edits(&[("name", "a")])).unwrap();
    assert!(admit(&picked.bytes, &both).is_ok());
    let unseen = field_edit([9; 16], &[other.bytes], &edits(&[("birth", "d")])).unwrap();
    assert!(admit(&unseen.bytes, &[both.as_slice(), &[picked.bytes]].concat()).is_ok());
}

#[test]
fn picking_the_value_that_wins_is_a_choice_like_any_other() {
    let (one, two) = (good_edit(), field_edit([7; 16], &[], &edits(&[("name", "c")])).unwrap());
    let both = vec![one.bytes, two.bytes];
    let pick = |actor, value| field_edit([actor; 16], &both, &edits(&[("name", value)])).unwrap().bytes;
    let values = |changes: &[Vec<u8>]| read_fields(&open_fields(changes).unwrap()).unwrap()["name"].len();
    assert_eq!(values(&both), 2);
    for value in ["a", "c", "d"] {
        assert!(admit(&pick(8, value), &both).is_ok(), "{value}");
        assert_eq!(values(&[both.clone(), vec![pick(8, value)]].concat()), 1, "{value}");
    }
    // Two people pick different values without knowing of each other: neither is lost.
    assert_eq!(values(&[both.clone(), vec![pick(8, "a"), pick(9, "c")]].concat()), 2);
}

#[test]
fn length_and_compression() {
    let long = stock([1; 16], |document| document.put(ROOT, "p/x", "x".repeat(MAX_CHANGE_BYTES)).unwrap());
    assert_eq!(admit(&long, &[]), Err(Held::TooLong(long.len())));
    let mut compressed = Change::try_from(long.as_slice()).unwrap();
    let compressed = compressed.bytes().to_vec();
    assert!(compressed.len() < 1000);
    assert_eq!(admit(&compressed, &[]), Err(Held::NotUncompressed));
    let mut document = AutoCommit::new();
    document.put(ROOT, "p/a", "b").unwrap();
    assert_eq!(admit(&document.save(), &[]), Err(Held::NotUncompressed), "a whole document");
    for nothing in [&b""[..], b"12345678"] {
        assert_eq!(admit(nothing, &[]), Err(Held::NotUncompressed));
    }
    let mut followed = good_fact().bytes;
    followed.extend(good_edit().bytes);
    assert!(admit(&followed, &[]).is_err(), "a second change behind the first");
}

#[test]
fn what_cannot_be_read() {
    // Automerge itself reads a change with a wrong checksum, and refuses the document that was saved with it.
    for (mut bytes, shape) in [(good_fact().bytes, "a fact change"), (good_edit().bytes, "a field edit")] {
        bytes[5] ^= 1;
        let Err(Held::Shape(why)) = admit(&bytes, &[]) else { panic!("admitted") };
        assert_eq!(why, format!("not encoded as {shape}"));
    }
    let mut action = runs(1);
    let at = action.len() - 5;
    action[at] = 99;
    repair(&mut action);
    assert_eq!(admit(&action, &[]), Err(Held::Unreadable), "an operation of no kind");
    let whole = good_edit().bytes;
    for length in 9..whole.len() {
        let mut cut = whole[..length].to_vec();
        assert!(admit(&cut, &[]).is_err());
        repair(&mut cut);
        assert!(admit(&cut, &[]).is_err(), "{length} bytes");
    }
}

#[test]
fn shapes_of_no_kind() {
    let put = |key: &str, value: ScalarValue| stock([1; 16], |document| document.put(ROOT, key, value).unwrap());
    let text = || ScalarValue::Str("x".into());
    let key = |id: u8| format!("f/{}", FactId([id; 16]));
    let short = {
        let mut document = AutoCommit::new().with_actor(ActorId::from(vec![1; 8]));
        document.put(ROOT, "p/a", "b").unwrap();
        document.get_changes(&[])[0].raw_bytes().to_vec()
    };
    let second = stock([1; 16], |document| {
        document.put(ROOT, "p/a", "b").unwrap();
        document.commit();
        document.put(ROOT, "p/a", "c").unwrap();
    });
    let cases = [
        (short, "the actor has not sixteen bytes"),
        (second, "the sequence is not 1"),
        (
            stock([1; 16], |d| drop(d.put_object(ROOT, "p/a", ObjType::Map).unwrap())),
            "an operation is not a put at the root",
        ),
        (
            bent(&good_edit().bytes, |c| c.operations[0].action = OpType::Delete),
            "an operation is not a put at the root",
        ),
        (bent(&good_edit().bytes, |c| c.operations.clear()), "no operation"),
        (put(&key(1), text()), "not encoded as a fact change"),
        (put(&key(2), ScalarValue::Bytes(vec![1])), "not encoded as a fact change"),
        (put("name", text()), "a key is no field"),
        (put("p/", text()), "a field's name"),
        (put(&format!("p/{}", "n".repeat(65)), text()), "a field's name"),
        (put("p/a", ScalarValue::Int(1)), "a field is neither text nor bytes"),
        (put("p/a", ScalarValue::counter(1)), "a field is neither text nor bytes"),
        (bent(&good_edit().bytes, |c| c.operations[1] = c.operations[0].clone()), "a field is put twice"),
        (bent(&good_fact().bytes, |c| c.time = 1), "not encoded as a fact change"),
        (bent(&good_fact().bytes, |c| c.message = Some("hello".to_owned())), "not encoded as a fact change"),
        (bent(&good_fact().bytes, |c| c.start_op = NonZeroU64::new(2).unwrap()), "not encoded as a fact change"),
        (bent(&good_edit().bytes, |c| c.time = 1), "not encoded as a field edit"),
        (bent(&good_edit().bytes, |c| c.start_op = NonZeroU64::new(9).unwrap()), "not encoded as a field edit"),
        (bent(&good_edit().bytes, |c| c.operations.swap(0, 1)), "not encoded as a field edit"),
    ];
    for (bytes, why) in cases {
        assert_eq!(shape(&bytes, &[]), why);
    }
    // A fact that carries a field beside it, or another fact's id inside.
    let beside = stock([5; 16], |document| {
        document.put(ROOT, key(5), vec![1]).unwrap();
        document.put(ROOT, "p/name", "x").unwrap();
    });
    assert_eq!(shape(&beside, &[]), "not encoded as a fact change");
    let inside = fact([4; 16], FactKind::CheckedIn, 1, Vec::new()).fact.encode();
    assert_eq!(shape(&fact_change(FactId([5; 16]), &inside).unwrap().bytes, &[]), "the fact's id is not its actor");
}

#[test]
fn no_counter_is_left_without_room_for_the_next_edit() {
    let edit = good_edit();
    let last = bent(&edit.bytes, |c| c.start_op = NonZeroU64::new(u64::from(u32::MAX) - 1).unwrap());
    assert_eq!(shape(&last, &[]), "not encoded as a field edit");
    let next = field_edit([7; 16], std::slice::from_ref(&edit.bytes), &edits(&[("name", "b")])).unwrap();
    let far = bent(&next.bytes, |c| c.start_op = NonZeroU64::new(1_000_000).unwrap());
    assert_eq!(shape(&far, &[edit.bytes]), "not encoded as a field edit");
}

#[test]
fn nothing_is_overwritten_that_was_not_seen() {
    let (first, other) = (good_edit(), field_edit([7; 16], &[], &edits(&[("name", "c")])).unwrap());
    let both = [first.bytes.clone(), other.bytes];
    let seen = field_edit([8; 16], &both, &edits(&[("name", "d")])).unwrap();
    // The same edit, but it claims to have seen only the first: what it replaces betrays it.
    let claimed = bent(&seen.bytes, |c| c.deps.retain(|hash| hash.0 == first.hash.0));
    assert_eq!(shape(&claimed, &both), "not encoded as a field edit");
}

#[test]
fn facts_that_cannot_be_read_and_edits_that_come_too_early() {
    let garbage = fact_change(FactId([5; 16]), b"no fact").unwrap();
    assert_eq!(admit(&garbage.bytes, &[]), Err(Held::Fact));
    let early = field_edit([7; 16], &[good_edit().bytes], &edits(&[("name", "b")])).unwrap();
    assert_eq!(admit(&early.bytes, &[]), Err(Held::Waiting));
    assert!(admit(&early.bytes, &[good_edit().bytes]).is_ok());
}

#[test]
fn a_second_content_of_one_actor_fails_the_trial() {
    let other = field_edit([6; 16], &[], &edits(&[("name", "other")])).unwrap();
    assert!(admit(&other.bytes, &[]).is_ok());
    assert_eq!(admit(&other.bytes, &[good_edit().bytes]), Err(Held::Trial));
}

fn unsigned(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(number.to_le_bytes()[0] & 0x7f | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
    bytes
}

/// The same for a signed column, where the highest bit of a byte must stay clear.
fn run(number: u64) -> Vec<u8> {
    let mut bytes = unsigned(number);
    if let Some(last) = bytes.last_mut()
        && *last & 0x40 != 0
    {
        *last |= 0x80;
        bytes.push(0);
    }
    bytes
}

/// A change of `count` operations `p/a = null` in about a hundred bytes, as no writer would ever make it.
fn runs(count: u64) -> Vec<u8> {
    let columns = [
        (0x15, [run(count), unsigned(3), b"p/a".to_vec()].concat()),
        (0x34, unsigned(count)),
        (0x42, [run(count), unsigned(1)].concat()),
        (0x56, [run(count), unsigned(0)].concat()),
        (0x70, [run(count), unsigned(0)].concat()),
    ];
    let mut data = vec![0, 16];
    data.extend([3; 16]);
    data.extend([1, 1, 0, 0, 0, 5]);
    for (specification, column) in &columns {
        data.extend([unsigned(*specification), unsigned(column.len() as u64)].concat());
    }
    for (_, column) in &columns {
        data.extend(column);
    }
    let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1];
    chunk.extend(unsigned(data.len() as u64));
    chunk.extend(data);
    repair(&mut chunk);
    chunk
}

#[test]
fn an_uncompressed_change_that_expands_is_held_before_it_is_walked() {
    assert_eq!(Change::try_from(runs(300).as_slice()).unwrap().len(), 300, "the bomb is a change");
    let begun = Instant::now();
    for count in [20_000, 1 << 40, 1 << 61] {
        let bomb = runs(count);
        assert!(bomb.len() < 150);
        assert_eq!(shape(&bomb, &[]), "columns that cannot be walked, or expand too far");
    }
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_change_with_many_fields_is_admitted() {
    let many: Vec<(String, String)> = (0..MAX_FIELDS).map(|n| (format!("slot-{n}"), format!("{n}"))).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let first = field_edit([1; 16], &[], &edits(&many)).unwrap();
    assert!(admit(&first.bytes, &[]).is_ok());
    let again: Vec<(&str, &str)> = many.iter().map(|(name, _)| (*name, "again")).collect();
    let second = field_edit([2; 16], std::slice::from_ref(&first.bytes), &edits(&again)).unwrap();
    assert!(admit(&second.bytes, &[first.bytes]).is_ok());
}

/// Nobody builds an edit of more fields, and what another program built is held: first edits and later ones.
#[test]
fn an_edit_of_too_many_fields_is_held() {
    let many: Vec<String> = (0..=MAX_FIELDS).map(|n| format!("slot-{n}")).collect();
    let pairs: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "x")).collect();
    assert!(matches!(field_edit([1; 16], &[], &edits(&pairs)), Err(ChangeError::TooMany(_))));
    let before = good_edit();
    for so_far in [vec![], vec![before.bytes]] {
        let mut document = open_fields(&so_far).unwrap().with_actor(ActorId::from(vec![4; 16]));
        for name in &many {
            document.put(ROOT, format!("p/{name}"), "x").unwrap();
        }
        document.commit_with(CommitOptions::default().with_time(0));
        let built = document.get_last_local_change().unwrap().raw_bytes().to_vec();
        assert_eq!(admit(&built, &so_far), Err(Held::Shape("too many fields")));
    }
}

/// On this one stock Automerge panics, and panics again while it cleans up: the process ends, whatever catches panics. It
/// was found by `gate_fuzz`.
const ENDS_THE_PROCESS: &str = "\
    856f4a83ea824aad014d0010030303030303030303030303030303030101000000061510340142025604571070027e07702f\
    626972746806702f6e616d650202077ea60166313935302d30312d3031e88ab1e5ad900200";

#[test]
fn what_ends_the_process_is_never_applied() {
    let digits = ENDS_THE_PROCESS.as_bytes().chunks_exact(2);
    let bytes: Vec<u8> =
        digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect();
    let two = field_edit([4; 16], &[], &edits(&[("name", "華子")])).unwrap().bytes;
    let one = field_edit([3; 16], &[], &edits(&[("birth", "1950-01-01"), ("name", "花子")])).unwrap().bytes;
    for before in [vec![], vec![two.clone()], vec![one.clone()], vec![one, two]] {
        assert!(matches!(admit(&bytes, &before), Err(Held::Shape(_) | Held::Waiting | Held::Unreadable)));
    }
}
