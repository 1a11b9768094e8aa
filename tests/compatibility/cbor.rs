//! CBOR by hand, as far as the formats use it: to write what a newer version would write, with code that is not the
//! product's.

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cbor {
    Number(u64),
    Negative(u64),
    Bytes(Vec<u8>),
    Text(String),
    Array(Vec<Cbor>),
    Map(Vec<(Cbor, Cbor)>),
    Simple(u8),
}

pub(crate) const NULL: Cbor = Cbor::Simple(22);

impl Cbor {
    /// Reads exactly one value.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut rest = bytes;
        let value = Self::next(&mut rest);
        assert!(rest.is_empty(), "{} bytes behind a value", rest.len());
        value
    }

    fn next(rest: &mut &[u8]) -> Self {
        let first = take(rest, 1)[0];
        let length = match first & 0x1f {
            short @ 0..24 => u64::from(short),
            long @ 24..28 => take(rest, 1 << (long - 24)).iter().fold(0, |value, byte| value << 8 | u64::from(*byte)),
            other => panic!("not read here: {other}"),
        };
        let count = usize::try_from(length).unwrap();
        match first >> 5 {
            0 => Self::Number(length),
            1 => Self::Negative(length),
            2 => Self::Bytes(take(rest, count).to_vec()),
            3 => Self::Text(String::from_utf8(take(rest, count).to_vec()).unwrap()),
            4 => Self::Array((0..count).map(|_| Self::next(rest)).collect()),
            5 => Self::Map((0..count).map(|_| (Self::next(rest), Self::next(rest))).collect()),
            7 => Self::Simple(u8::try_from(length).unwrap()),
            other => panic!("not read here: major type {other}"),
        }
    }

    /// The shortest encoding.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Number(value) => head(0, *value),
            Self::Negative(value) => head(1, *value),
            Self::Bytes(bytes) => [head(2, bytes.len() as u64), bytes.clone()].concat(),
            Self::Text(text) => [head(3, text.len() as u64), text.clone().into_bytes()].concat(),
            Self::Array(items) => {
                items.iter().fold(head(4, items.len() as u64), |bytes, item| [bytes, item.bytes()].concat())
            }
            Self::Map(pairs) => pairs
                .iter()
                .fold(head(5, pairs.len() as u64), |bytes, (key, value)| [bytes, key.bytes(), value.bytes()].concat()),
            Self::Simple(value) => head(7, u64::from(*value)),
        }
    }

    /// The value at a path of indices into arrays.
    pub(crate) fn at(&mut self, path: &[usize]) -> &mut Self {
        path.iter().fold(self, |value, index| match value {
            Self::Array(items) => &mut items[*index],
            other => panic!("no array: {other:?}"),
        })
    }

    /// Fields that a newer version has and this one does not know, behind all others. `fields` is how many this version has:
    /// those at the end that were left out for being none are there, for only then can more follow.
    pub(crate) fn extend(&mut self, fields: usize) {
        let Self::Array(items) = self else { panic!("no array: {self:?}") };
        while items.len() < fields {
            items.push(NULL);
        }
        items.push(Self::Text("a field of a newer version".to_owned()));
        items.push(Self::Array(vec![Self::Number(7), Self::Map(vec![(Self::Text("k".into()), Self::Bytes(vec![1]))])]));
    }
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (taken, after) = rest.split_at(count);
    *rest = after;
    taken
}

fn head(major: u8, value: u64) -> Vec<u8> {
    let major = major << 5;
    let bytes = value.to_be_bytes();
    match value {
        0..24 => vec![major | bytes[7]],
        24..0x100 => vec![major | 0x18, bytes[7]],
        0x100..0x1_0000 => [&[major | 0x19], &bytes[6..]].concat(),
        0x1_0000..0x1_0000_0000 => [&[major | 0x1a], &bytes[4..]].concat(),
        _ => [&[major | 0x1b], &bytes[..]].concat(),
    }
}
