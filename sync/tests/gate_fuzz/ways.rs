//! How a change is bent.

use super::*;

/// How a change is bent.
pub(super) type Bend = fn(&mut Dice, &Seed, &Seed) -> Option<Vec<u8>>;

pub(super) const WAYS: [(&str, Bend); 9] = [
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

pub(super) fn splice(dice: &mut Dice, seed: &Seed, other: &Seed) -> Option<Vec<u8>> {
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

pub(super) fn numbers(dice: &mut Dice, seed: &Seed, _: &Seed) -> Option<Vec<u8>> {
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

pub(super) fn columns(dice: &mut Dice, seed: &Seed, other: &Seed) -> Option<Vec<u8>> {
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
pub(super) fn rows(dice: &mut Dice, seed: &Seed, _: &Seed) -> Option<Vec<u8>> {
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

pub(super) fn chunks(dice: &mut Dice, seed: &Seed, other: &Seed) -> Option<Vec<u8>> {
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

pub(super) fn compressed(dice: &mut Dice, seed: &Seed, _: &Seed) -> Option<Vec<u8>> {
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
pub(super) fn payload(dice: &mut Dice, seed: &Seed, other: &Seed) -> Option<Vec<u8>> {
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
pub(super) fn edit(dice: &mut Dice, seed: &Seed, _: &Seed) -> Option<Vec<u8>> {
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
pub(super) fn bend(dice: &mut Dice, bytes: &mut Vec<u8>, from: usize) {
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
pub(super) fn mutant(seed: u64, number: u64, seeds: &Seeds) -> (&'static str, Vec<u8>, Vec<Vec<u8>>) {
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
