//! Mutated changes with a repaired checksum against the gate. In a crate of its own, for it silences panics and counts
//! what is allocated.
//!
//! Each mutant follows from its number alone, so one that is reported can be made again. What the gate may use for one is
//! bounded: [`MOST_AT_ONCE`], [`MOST_IN_ALL`] and [`MOST_TIME`].
//!
//! Stock Automerge does worse than panic on a few of them: it panics again while it cleans up, and that ends the process
//! whatever catches panics. So the comparison with it is made only in the short version, whose mutants are always the same,
//! and only where single bytes were bent.
//!
//! The long version: `UKETSUKE_MUTANTS=10000000 cargo test -p uketsuke-sync --test gate_fuzz -- --ignored --nocapture`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]
#![allow(unsafe_code, reason = "an allocator that counts")]

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, Change, ObjType, ROOT, ReadDoc, ScalarValue};
use common::{Dice, edits, fact, repair};
use uketsuke_domain::facts::{Fact, FactKind};
use uketsuke_domain::ids::{FactHash, FactId};
use uketsuke_domain::log::ItemContent;
use uketsuke_domain::record::Value;
use uketsuke_sync::change::{FACT_PREFIX, MAX_FIELDS, fact_change, field_edit, open_fields, read_fields};
use uketsuke_sync::fact_shape;
use uketsuke_sync::gate::{Admitted, Held, MAX_CHANGE_BYTES, admit};

/// Memory that the gate may hold at once for one change, in bytes.
const MOST_AT_ONCE: u64 = 4 * 1024 * 1024;
/// All that the gate may allocate for one change, freed or not, in bytes.
const MOST_IN_ALL: u64 = 16 * 1024 * 1024;
/// The same for living with an admitted change: the document is built, saved and loaded several times.
const MOST_IN_ALL_LATER: u64 = 32 * 1024 * 1024;
/// How long the gate may take for one change, on CI's slow machines.
const MOST_TIME: Duration = Duration::from_secs(3);
/// A mutant that makes somebody ask for more ends the run at once, before the machine suffers.
const TOO_MANY_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// Counts what this thread allocates, since the counts were last set to nothing.
struct Counting;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Memory {
    in_all: u64,
    held: i64,
    at_once: i64,
}

thread_local! {
    static MEMORY: Cell<Memory> = const { Cell::new(Memory { in_all: 0, held: 0, at_once: 0 }) };
}

/// Counts `after` bytes in place of `before`. Answers whether that may be.
fn count(before: usize, after: usize) -> bool {
    let (more, grown) = (after.saturating_sub(before) as u64, after.cast_signed() - before.cast_signed());
    // A thread that ends counts no more.
    let memory = MEMORY.try_with(|cell| {
        let Memory { in_all, held, at_once } = cell.get();
        let held = held + grown as i64;
        cell.set(Memory { in_all: in_all + more, held, at_once: at_once.max(held) });
        cell.get()
    });
    let is_too_much = memory.is_ok_and(|memory| memory.in_all > TOO_MANY_BYTES);
    if is_too_much {
        MEMORY.set(Memory::default());
        eprintln!("mutant {} asks for {after} bytes more", MUTANT.load(Ordering::Relaxed));
    }
    !is_too_much
}

// SAFETY: all is the system's; null is what an allocator answers when it has no more.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if count(0, layout.size()) { unsafe { System.alloc(layout) } } else { std::ptr::null_mut() }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if count(0, layout.size()) { unsafe { System.alloc_zeroed(layout) } } else { std::ptr::null_mut() }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if count(layout.size(), size) { unsafe { System.realloc(memory, layout, size) } } else { std::ptr::null_mut() }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        count(layout.size(), 0);
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[derive(Debug, Default)]
struct Tally {
    mutants: u64,
    admitted: u64,
    /// Panics of Automerge that the gate caught.
    caught: u64,
    /// Panics that the gate let out.
    gate_panics: u64,
    later_panics: u64,
    /// The most that the gate held at once and allocated in all for a mutant, in bytes, and for which.
    most_at_once: (i64, u64),
    most_in_all: (u64, u64),
    most_in_all_later: (u64, u64),
    /// The longest that the gate took for a mutant, and for which.
    slowest: (Duration, u64),
    held: BTreeMap<String, u64>,
    /// By how it was bent: mutants, and those admitted.
    ways: BTreeMap<&'static str, (u64, u64)>,
    /// Of those that stock Automerge was tried with: read at all, and panicked over.
    readable: u64,
    ungated_panics: u64,
}

/// Panics since this was last set to nothing.
static PANICS: AtomicU64 = AtomicU64::new(0);
/// For whoever looks for what ended the process.
static MUTANT: AtomicU64 = AtomicU64::new(0);

/// A change to be bent, with the field changes that are there before it.
#[derive(Clone)]
struct Seed {
    bytes: Vec<u8>,
    before: Vec<Vec<u8>>,
}

struct Seeds {
    small: Vec<Seed>,
    /// Near the limits: seldom taken, for they take long.
    large: Vec<Seed>,
}

fn seeds() -> Seeds {
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
const HOSTILE: usize = 9900;

fn fields(count: usize) -> BTreeMap<String, Value> {
    (0..count).map(|number| (format!("{number:x}"), Value::Text(String::new()))).collect()
}

/// An edit of more fields than this program writes.
fn too_many(edits: &BTreeMap<String, Value>) -> Vec<u8> {
    let mut document = AutoCommit::new().with_actor(ActorId::from(vec![11; 16]));
    for name in edits.keys() {
        document.put(ROOT, format!("p/{name}"), "").unwrap();
    }
    document.commit_with(CommitOptions::default().with_time(0));
    document.get_changes(&[]).last().unwrap().raw_bytes().to_vec()
}

/// Changes that a stock Automerge writes and this program never: other types, objects, lists, deletions, several actors.
fn strange() -> Vec<Vec<u8>> {
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

/// An uncompressed change, taken apart: numbers are LEB128 as they stand.
#[derive(Clone, Default)]
struct Parts {
    /// Dependencies, actor, sequence, first operation, time, message, other actors: numbers and what they are lengths of.
    head: Vec<Vec<u8>>,
    /// Specification, told length, data.
    columns: Vec<(Vec<u8>, Vec<u8>, Vec<u8>)>,
    /// What no column claims.
    tail: Vec<u8>,
}

impl Parts {
    fn of(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.get(9..)?;
        number(&mut rest)?;
        let mut parts = Self::default();
        let (raw, dependencies) = number(&mut rest)?;
        parts.head.push(raw);
        parts.head.push(take(&mut rest, dependencies.checked_mul(32)?)?);
        parts.text(&mut rest)?;
        for _ in 0..3 {
            parts.head.push(number(&mut rest)?.0);
        }
        parts.text(&mut rest)?;
        let (raw, others) = number(&mut rest)?;
        parts.head.push(raw);
        (0..others).try_for_each(|_| parts.text(&mut rest))?;
        let (_, count) = number(&mut rest)?;
        let metas: Option<Vec<_>> = (0..count).map(|_| Some((number(&mut rest)?.0, number(&mut rest)?))).collect();
        for (specification, (told, length)) in metas? {
            parts.columns.push((specification, told, take(&mut rest, length)?));
        }
        parts.tail = rest.to_vec();
        Some(parts)
    }

    fn text(&mut self, rest: &mut &[u8]) -> Option<()> {
        let (raw, length) = number(rest)?;
        self.head.push(raw);
        self.head.push(take(rest, length)?);
        Some(())
    }

    fn bytes(&self) -> Vec<u8> {
        let mut data = self.head.concat();
        data.extend(leb(self.columns.len() as u64));
        for (specification, told, _) in &self.columns {
            data.extend(specification);
            data.extend(told);
        }
        self.columns.iter().for_each(|(.., column)| data.extend(column));
        data.extend(&self.tail);
        chunk(1, &data)
    }

    fn column<'a>(&'a mut self, dice: &mut Dice) -> Option<&'a mut (Vec<u8>, Vec<u8>, Vec<u8>)> {
        let at = dice.below(self.columns.len().max(1));
        self.columns.get_mut(at)
    }
}

fn chunk(kind: u8, data: &[u8]) -> Vec<u8> {
    [&[0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, kind][..], &leb(data.len() as u64), data].concat()
}

fn take(rest: &mut &[u8], length: u64) -> Option<Vec<u8>> {
    let (taken, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *rest = after;
    Some(taken.to_vec())
}

fn number(rest: &mut &[u8]) -> Option<(Vec<u8>, u64)> {
    let length = rest.iter().position(|byte| byte & 0x80 == 0)? + 1;
    let raw = take(rest, length as u64)?;
    let value = raw
        .iter()
        .rev()
        .try_fold(0u64, |value, byte| value.checked_mul(128).map(|value| value | u64::from(byte & 0x7f)))?;
    Some((raw, value))
}

fn leb(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value > 0x7f {
        bytes.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
    bytes
}

/// Numbers at the ends of what fits, signed and not, longer than they need be, and without an end.
fn extreme(dice: &mut Dice) -> Vec<u8> {
    const VALUES: [u64; 14] = [
        0,
        1,
        0x3f,
        0x40,
        0x7f,
        0x80,
        0xffff,
        16 * 1024,
        16 * 1024 + 1,
        u32::MAX as u64,
        1 << 40,
        1 << 62,
        1 << 63,
        u64::MAX,
    ];
    match dice.below(8) {
        0 => [vec![0x80; dice.below(12)], vec![0]].concat(),
        1 => vec![0xff; dice.below(12)],
        2 => [vec![0xff; 9], vec![dice.byte()]].concat(),
        3 => vec![0x7f],                           // −1
        4 => [vec![0x80; 9], vec![0x7f]].concat(), // the least of 64 bits
        _ => leb(VALUES[dice.below(VALUES.len())].wrapping_add(dice.next() % 2)),
    }
}

/// DEFLATE's fixed codes by hand: zeros that take 13 bits for each 258 bytes.
fn deflated_zeros(runs: usize) -> Vec<u8> {
    let mut bits = vec![true, true, false]; // the last block, fixed codes
    let code = |bits: &mut Vec<bool>, value: u16, length: u32| {
        bits.extend((0..length).rev().map(|at| value >> at & 1 == 1));
    };
    code(&mut bits, 0b0011_0000, 8); // a zero
    for _ in 0..runs {
        code(&mut bits, 0b1100_0101, 8); // 258 more
        code(&mut bits, 0, 5); // of the byte before
    }
    code(&mut bits, 0, 7); // the end
    let byte = |bits: &[bool]| bits.iter().enumerate().fold(0, |byte, (at, bit)| byte | u8::from(*bit) << at);
    bits.chunks(8).map(byte).collect()
}

/// DEFLATE without compression.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    [&[1][..], &length.to_le_bytes(), &(!length).to_le_bytes(), &bytes[..usize::from(length)]].concat()
}

/// How a change is bent.
type Bend = fn(&mut Dice, &Seed, &Seed) -> Option<Vec<u8>>;

const WAYS: [(&str, Bend); 9] = [
    ("bytes", |_, seed, _| Some(seed.bytes.clone())),
    ("splice", splice),
    ("numbers", numbers),
    ("columns", columns),
    ("rows", rows),
    ("chunk", chunks),
    ("compressed", compressed),
    ("payload", payload),
    ("edit", edit),
];

fn splice(dice: &mut Dice, seed: &Seed, other: &Seed) -> Option<Vec<u8>> {
    if dice.below(2) == 0 {
        let (from, to) = (dice.below(seed.bytes.len()), dice.below(other.bytes.len()));
        return Some([&seed.bytes[..from], &other.bytes[to..]].concat());
    }
    let (mut parts, other) = (Parts::of(&seed.bytes)?, Parts::of(&other.bytes)?);
    match dice.below(3) {
        0 => parts.head = other.head,
        1 => parts.columns.extend(other.columns),
        _ => {
            let at = dice.below(other.columns.len());
            *parts.column(dice)? = other.columns[at].clone();
        }
    }
    Some(parts.bytes())
}

fn numbers(dice: &mut Dice, seed: &Seed, _: &Seed) -> Option<Vec<u8>> {
    let mut parts = Parts::of(&seed.bytes)?;
    for _ in 0..=dice.below(2) {
        let number = extreme(dice);
        match dice.below(4) {
            0 => {
                let at = dice.below(parts.head.len());
                parts.head[at] = number;
            }
            1 => parts.column(dice)?.0 = number,
            2 => parts.column(dice)?.1 = number,
            _ => {
                let column = parts.column(dice)?;
                let at = dice.below(column.2.len().max(1)).min(column.2.len());
                column.2.splice(at..(at + 1).min(column.2.len()), number);
                column.1 = leb(column.2.len() as u64);
            }
        }
    }
    Some(parts.bytes())
}

fn columns(dice: &mut Dice, seed: &Seed, other: &Seed) -> Option<Vec<u8>> {
    /// A column's data is compressed.
    const DEFLATE: u64 = 8;
    let mut parts = Parts::of(&seed.bytes)?;
    let at = dice.below(parts.columns.len());
    match dice.below(7) {
        0 => drop(parts.columns.remove(at)),
        1 => parts.columns.insert(at, parts.columns[at].clone()),
        2 => {
            let to = dice.below(parts.columns.len());
            parts.columns.swap(at, to);
        }
        // Its type in three bits, whether it is compressed in one, its number in the rest.
        3 => parts.columns[at].0 = leb(dice.next() % 512),
        4 => {
            let length = parts.columns[at].2.len() as u64;
            parts.columns[at].1 = leb(length.wrapping_add(dice.next() % 5).wrapping_sub(2));
        }
        5 => {
            let column = &mut parts.columns[at];
            let (_, specification) = number(&mut column.0.as_slice())?;
            column.0 = leb(specification | DEFLATE);
            column.2 = if dice.below(2) == 0 { stored(&column.2) } else { deflated_zeros(dice.below(4000)) };
            column.1 = leb(column.2.len() as u64);
        }
        _ => {
            parts.tail = Parts::of(&other.bytes)?.bytes();
        }
    }
    Some(parts.bytes())
}

/// As many rows in every column, or in one.
fn rows(dice: &mut Dice, seed: &Seed, _: &Seed) -> Option<Vec<u8>> {
    const COUNTS: [u64; 8] = [1, 2, 3, 100, 16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, 1 << 40];
    let mut parts = Parts::of(&seed.bytes)?;
    let times = if dice.below(50) == 0 { COUNTS[dice.below(COUNTS.len())] } else { 1 + dice.next() % 5 };
    let only = (dice.below(4) == 0).then(|| dice.below(parts.columns.len()));
    for (at, (specification, told, data)) in parts.columns.iter_mut().enumerate() {
        if only.is_some_and(|only| only != at) {
            continue;
        }
        let (_, specification) = number(&mut specification.as_slice())?;
        match (specification & 7, data.as_slice()) {
            // True and false in turn: how many of each.
            (4, _) => *data = leb(times),
            (7, _) if times <= 5 => *data = data.repeat(usize::try_from(times).ok()?),
            // A literal of one becomes a run.
            (_, [0x7f, value @ ..]) if times > 1 => *data = [&leb(times)[..], value].concat(),
            _ => {}
        }
        *told = leb(data.len() as u64);
    }
    Some(parts.bytes())
}

fn chunks(dice: &mut Dice, seed: &Seed, other: &Seed) -> Option<Vec<u8>> {
    let mut bytes = seed.bytes.clone();
    match dice.below(6) {
        0 => bytes[8] = dice.byte() % 6,
        1 => bytes[dice.below(4)] ^= 1,
        2 => bytes.truncate(dice.below(bytes.len())),
        3 => bytes.extend(&other.bytes),
        4 => {
            let mut rest = &bytes[9..];
            number(&mut rest)?;
            bytes = [&bytes[..9], &extreme(dice), rest].concat();
        }
        _ => {
            let mut document = open_fields(&other.before).ok()?;
            bytes = if dice.below(2) == 0 { document.save() } else { document.save_nocompress() };
        }
    }
    Some(bytes)
}

fn compressed(dice: &mut Dice, seed: &Seed, _: &Seed) -> Option<Vec<u8>> {
    Some(match dice.below(3) {
        // Automerge leaves short ones as they are.
        0 if seed.bytes.len() > 300 => Change::try_from(seed.bytes.as_slice()).ok()?.bytes().to_vec(),
        0 | 1 => {
            let mut rest = &seed.bytes[9..];
            number(&mut rest)?;
            chunk(2, &stored(rest))
        }
        _ => chunk(2, &deflated_zeros(dice.below(4000))),
    })
}

/// A well-formed fact change around a bent fact.
fn payload(dice: &mut Dice, seed: &Seed, other: &Seed) -> Option<Vec<u8>> {
    let (id, payload, _) = fact_shape::decode(&seed.bytes)?;
    let mut payload = payload.to_vec();
    match dice.below(3) {
        0 => bend(dice, &mut payload, 0),
        1 => {
            let other = fact_shape::decode(&other.bytes).map_or(&other.bytes[..], |(_, payload, _)| payload);
            payload = [&payload[..dice.below(payload.len())], &other[dice.below(other.len())..]].concat();
        }
        _ => {
            let cbor: [&[u8]; 6] = [&[0x9f], &[0xff], &[0xbf], &[0xfb, 0x7f, 0xf8], &[0x9b, 0xff, 0xff, 0xff], &[0xf6]];
            let at = dice.below(payload.len());
            payload.splice(at..=at, cbor[dice.below(cbor.len())].iter().copied());
        }
    }
    fact_shape::encode(id, &payload).ok().map(|built| built.bytes)
}

/// A well-formed field edit of something strange.
fn edit(dice: &mut Dice, seed: &Seed, _: &Seed) -> Option<Vec<u8>> {
    let text = |dice: &mut Dice| -> String {
        const CHARACTERS: [char; 8] = ['a', '花', '\0', '\u{10ffff}', '\u{202e}', '𠮟', '"', '/'];
        (0..dice.below(20)).map(|_| CHARACTERS[dice.below(CHARACTERS.len())]).collect()
    };
    let mut edits = BTreeMap::new();
    for _ in 0..=dice.below(4) {
        let name = if dice.below(2) == 0 { "name".to_owned() } else { text(dice) };
        let value = if dice.below(2) == 0 { Value::Text(text(dice)) } else { Value::Bytes(dice.bytes().to_vec()) };
        edits.insert(name, value);
    }
    let before = &seed.before[..dice.below(seed.before.len() + 1)];
    field_edit(dice.bytes(), before, &edits).ok().map(|built| built.bytes)
}

/// Bends single bytes from `from` on.
fn bend(dice: &mut Dice, bytes: &mut Vec<u8>, from: usize) {
    for _ in 0..=dice.below(3) {
        if bytes.len() <= from {
            return;
        }
        let at = from + dice.below(bytes.len() - from);
        match dice.below(5) {
            0 => bytes[at] = dice.byte(),
            1 => bytes[at] ^= 1 << dice.below(8),
            2 => bytes[at] = bytes[at].wrapping_add(1),
            3 => bytes.insert(at, dice.byte()),
            _ if bytes.len() > from + 8 => drop(bytes.remove(at)),
            _ => {}
        }
    }
}

/// The mutant of a number: how it was bent, its bytes, and the field changes before it.
fn mutant(seed: u64, number: u64, seeds: &Seeds) -> (&'static str, Vec<u8>, Vec<Vec<u8>>) {
    /// After magic, checksum and type.
    const DATA_AT: usize = 9;
    let mut dice = Dice::new(seed << 40 | number);
    dice.next();
    let few = if dice.below(2000) == 0 { &seeds.large } else { &seeds.small };
    let (mut one, other) = (&few[dice.below(few.len())], &seeds.small[dice.below(seeds.small.len())]);
    // Single bytes are the finest of all, and come as often as four of the others.
    let (name, bend_so) = WAYS[dice.below(WAYS.len() + 3).saturating_sub(3)];
    while name == "payload" && fact_shape::decode(&one.bytes).is_none() {
        one = &seeds.small[dice.below(seeds.small.len())];
    }
    let (name, mut bytes) =
        bend_so(&mut dice, one, other).map_or((WAYS[0].0, one.bytes.clone()), |bytes| (name, bytes));
    if name == WAYS[0].0 || dice.below(4) == 0 {
        bend(&mut dice, &mut bytes, DATA_AT);
    }
    if bytes.len() >= DATA_AT {
        repair(&mut bytes);
    }
    (name, bytes, one.before.clone())
}

/// What stock Automerge does with it: true when it panics.
fn ungated(bytes: &[u8], before: &[Vec<u8>]) -> bool {
    let run = || {
        let mut document = open_fields(before).ok()?;
        document.apply_changes([Change::try_from(bytes).ok()?]).ok()?;
        let _ = (document.keys(ROOT).count(), read_fields(&document));
        AutoCommit::load(&document.save()).ok()
    };
    catch_unwind(AssertUnwindSafe(run)).is_err()
}

/// What the product does with an admitted change, and a stock Automerge with the document of all.
fn live_with(bytes: &[u8], before: &[Vec<u8>], admitted: &Admitted) {
    let mut fields = before.to_vec();
    if let ItemContent::Fields(content) = &admitted.content {
        assert_eq!(content, bytes);
        if !fields.iter().any(|known| known == bytes) {
            fields.push(bytes.to_vec());
        }
    }
    let read = read_fields(&open_fields(&fields).unwrap()).unwrap();
    let reversed: Vec<_> = fields.iter().rev().cloned().collect();
    assert_eq!(read_fields(&open_fields(&reversed).unwrap()).unwrap(), read, "the order of coming");
    let next = field_edit([99; 16], &fields, &edits(&[("name", "次"), ("new", "x")])).unwrap();
    admit(&next.bytes, &fields).unwrap();
    let mut stock = open_fields(&fields).unwrap();
    stock.apply_changes([Change::try_from(bytes).unwrap(), Change::try_from(next.bytes.as_slice()).unwrap()]).unwrap();
    let loaded = AutoCommit::load(&stock.save()).unwrap();
    assert_eq!(read_fields(&loaded).unwrap(), read_fields(&stock).unwrap());
    assert_eq!(loaded.keys(ROOT).collect::<Vec<_>>(), stock.keys(ROOT).collect::<Vec<_>>());
    let hash = automerge::ChangeHash(admitted.hash.0);
    assert_eq!(loaded.get_change_by_hash(&hash).unwrap().raw_bytes(), bytes);
    if let ItemContent::Fact(payload) = &admitted.content {
        let fact = Fact::decode(payload).unwrap();
        assert_eq!(Fact::decode(&fact.encode()).unwrap(), fact);
        let (value, _) = loaded.get(ROOT, format!("{FACT_PREFIX}{}", fact.id)).unwrap().unwrap();
        assert_eq!(value.as_bytes(), Some(payload.as_slice()));
    }
}

fn why(held: &Held) -> String {
    match held {
        Held::TooLong(_) => "too long".to_owned(),
        other => other.to_string(),
    }
}

/// Runs the gate once: its answer, what it allocated, how long it took.
fn gate(bytes: &[u8], before: &[Vec<u8>]) -> (std::thread::Result<Result<Admitted, Held>>, Memory, Duration) {
    PANICS.store(0, Ordering::Relaxed);
    MEMORY.set(Memory::default());
    let start = Instant::now();
    let answer = catch_unwind(AssertUnwindSafe(|| admit(bytes, before)));
    (answer, MEMORY.get(), start.elapsed())
}

fn fuzz(seed: u64, mutants: u64, compare: bool) -> Tally {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {
        if PANICS.fetch_add(1, Ordering::Relaxed) > 0 {
            eprintln!("mutant {}: a panic after a panic", MUTANT.load(Ordering::Relaxed));
        }
    }));
    let (seeds, mut tally) = (seeds(), Tally::default());
    while tally.mutants < mutants {
        let number = tally.mutants;
        MUTANT.store(number, Ordering::Relaxed);
        tally.mutants += 1;
        let (way, bytes, before) = mutant(seed, number, &seeds);
        let (answer, memory, mut elapsed) = gate(&bytes, &before);
        tally.caught += PANICS.load(Ordering::Relaxed);
        if elapsed > tally.slowest.0 {
            // Others run on this machine, too: what is slow is slow again.
            elapsed = elapsed.min(gate(&bytes, &before).2).min(gate(&bytes, &before).2);
        }
        tally.slowest = tally.slowest.max((elapsed, number));
        tally.most_at_once = tally.most_at_once.max((memory.at_once, number));
        tally.most_in_all = tally.most_in_all.max((memory.in_all, number));
        let counts = tally.ways.entry(way).or_default();
        counts.0 += 1;
        let expands = matches!(answer, Ok(Err(Held::Shape(why))) if why.contains("expand"));
        match answer {
            Err(_) => tally.gate_panics += 1,
            Ok(Err(held)) => *tally.held.entry(why(&held)).or_default() += 1,
            Ok(Ok(admitted)) => {
                tally.admitted += 1;
                counts.1 += 1;
                PANICS.store(0, Ordering::Relaxed);
                MEMORY.set(Memory::default());
                let lived = catch_unwind(AssertUnwindSafe(|| live_with(&bytes, &before, &admitted)));
                tally.later_panics += u64::from(lived.is_err());
                if lived.is_err() {
                    eprintln!("mutant {number} ({way}) was admitted, and then: {bytes:02x?}");
                }
                tally.most_in_all_later = tally.most_in_all_later.max((MEMORY.get().in_all, number));
            }
        }
        // Runs that would keep Automerge busy for years are the gate's business alone.
        if compare && way == WAYS[0].0 && !expands {
            PANICS.store(0, Ordering::Relaxed);
            let panics = ungated(&bytes, &before);
            tally.ungated_panics += u64::from(panics);
            tally.readable += u64::from(panics || Change::try_from(bytes.as_slice()).is_ok());
        }
    }
    std::panic::set_hook(hook);
    tally
}

fn judge(tally: &Tally) {
    assert_eq!((tally.gate_panics, tally.later_panics), (0, 0), "{tally:?}");
    assert!(tally.most_at_once.0.unsigned_abs() <= MOST_AT_ONCE, "inflated: {tally:?}");
    assert!(
        tally.most_in_all.0 <= MOST_IN_ALL && tally.most_in_all_later.0 <= MOST_IN_ALL_LATER,
        "wasteful: {tally:?}"
    );
    assert!(tally.slowest.0 <= MOST_TIME, "slow: {tally:?}");
    // A gate that holds everything proves nothing.
    for way in ["bytes", "payload", "edit"] {
        assert!(tally.ways[way].1 > 0, "nothing admitted of {way}: {tally:?}");
    }
    assert_eq!(tally.ways.len(), WAYS.len(), "{tally:?}");
}

#[test]
fn seeds_come_apart_and_together_again() {
    let Seeds { small, large } = seeds();
    let too_many = too_many(&fields(HOSTILE));
    for seed in small.iter().chain(&large) {
        assert!(seed.bytes.len() <= MAX_CHANGE_BYTES);
        let mut again = Parts::of(&seed.bytes).unwrap().bytes();
        repair(&mut again);
        assert_eq!(again, seed.bytes);
    }
    for seed in &large {
        let (answer, memory, elapsed) = gate(&seed.bytes, &seed.before);
        println!("{} bytes: {memory:?}, {elapsed:?}", seed.bytes.len());
        let is_hostile = seed.bytes == too_many;
        assert_eq!(answer.unwrap().is_ok(), !is_hostile);
    }
    let honest = small.iter().chain(&large).filter(|seed| admit(&seed.bytes, &seed.before).is_ok()).count();
    assert!(honest >= 15 && honest < small.len(), "{honest} of {}", small.len());
}

#[test]
fn mutants_neither_pass_the_gate_nor_break_it() {
    let tally = fuzz(1, 20_000, true);
    println!("{tally:?}");
    assert!(tally.ungated_panics > 0, "mutants that harm nobody prove nothing: {tally:?}");
    judge(&tally);
}

#[test]
#[ignore = "minutes: run by hand"]
fn many_more_mutants() {
    let mutants = std::env::var("UKETSUKE_MUTANTS").ok().and_then(|text| text.parse().ok()).unwrap_or(2_000_000);
    let tally = fuzz(2, mutants, false);
    println!("{tally:?}");
    judge(&tally);
}
