//! CBOR (RFC 8949), as much of it as AWS' SDK writes and reads.

use std::ops::Index;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cbor {
    Nothing,
    Flag(bool),
    /// Whole numbers and others: those of the stories fit.
    Number(f64),
    Text(String),
    List(Vec<Cbor>),
    Map(Vec<(String, Cbor)>),
    /// Seconds since 1970; written only, read as a number.
    Time(i64),
}

static NOTHING: Cbor = Cbor::Nothing;

impl Cbor {
    pub fn map<'k>(pairs: impl IntoIterator<Item = (&'k str, Cbor)>) -> Self {
        Self::Map(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub fn list(&self) -> &[Cbor] {
        match self {
            Self::List(entries) => entries,
            _ => &[],
        }
    }

    pub fn remove(&mut self, key: &str) -> Option<Cbor> {
        let Self::Map(pairs) = self else { return None };
        let position = pairs.iter().position(|(known, _)| known == key)?;
        Some(pairs.remove(position).1)
    }
}

impl Index<&str> for Cbor {
    type Output = Cbor;

    fn index(&self, key: &str) -> &Cbor {
        let Self::Map(pairs) = self else { return &NOTHING };
        pairs.iter().find(|(known, _)| known == key).map_or(&NOTHING, |(_, value)| value)
    }
}

/// Reads one value.
pub fn read(bytes: &[u8]) -> Cbor {
    let mut left = bytes;
    let value = one(&mut left).unwrap();
    assert!(left.is_empty(), "one value and no more");
    value
}

fn taken<'b>(left: &mut &'b [u8], count: usize) -> &'b [u8] {
    let (taken, rest) = left.split_at(count);
    *left = rest;
    taken
}

/// `None` at a break, which ends lists and maps of no given length.
fn one(left: &mut &[u8]) -> Option<Cbor> {
    let first = taken(left, 1)[0];
    let (kind, short) = (first >> 5, first & 31);
    if first == 0xff {
        return None;
    }
    if kind == 7 {
        return Some(match short {
            20 | 21 => Cbor::Flag(short == 21),
            26 => Cbor::Number(f64::from(f32::from_be_bytes(taken(left, 4).try_into().unwrap()))),
            27 => Cbor::Number(f64::from_be_bytes(taken(left, 8).try_into().unwrap())),
            _ => Cbor::Nothing,
        });
    }
    let length = match short {
        0..=23 => Some(u64::from(short)),
        24..=27 => {
            let bytes = taken(left, 1 << (short - 24));
            Some(bytes.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
        }
        _ => None,
    };
    let count = length.map(|length| usize::try_from(length).unwrap());
    Some(match kind {
        0 => Cbor::Number(length.unwrap() as f64),
        1 => Cbor::Number(-1.0 - length.unwrap() as f64),
        2 | 3 => Cbor::Text(String::from_utf8(taken(left, count.unwrap()).to_vec()).unwrap()),
        4 => Cbor::List(several(left, count)),
        5 => {
            let flat = several(left, count.map(|count| 2 * count));
            let pairs = flat.chunks(2).map(|pair| (pair[0].text().unwrap().to_owned(), pair[1].clone()));
            Cbor::Map(pairs.collect())
        }
        // A tag, such as the one of times: what stands behind it.
        _ => return one(left),
    })
}

fn several(left: &mut &[u8], count: Option<usize>) -> Vec<Cbor> {
    match count {
        Some(count) => (0..count).map(|_| one(left).unwrap()).collect(),
        None => std::iter::from_fn(|| one(left)).collect(),
    }
}

/// Writes one value.
pub fn write(value: &Cbor) -> Vec<u8> {
    let mut bytes = Vec::new();
    put(value, &mut bytes);
    bytes
}

fn head(kind: u8, length: usize, bytes: &mut Vec<u8>) {
    bytes.push((kind << 5) | 26);
    bytes.extend(u32::try_from(length).unwrap().to_be_bytes());
}

fn put(value: &Cbor, bytes: &mut Vec<u8>) {
    match value {
        Cbor::Nothing => bytes.push(0xf6),
        Cbor::Flag(flag) => bytes.push(if *flag { 0xf5 } else { 0xf4 }),
        Cbor::Number(number) => {
            bytes.push(0xfb);
            bytes.extend(number.to_be_bytes());
        }
        Cbor::Text(text) => {
            head(3, text.len(), bytes);
            bytes.extend(text.as_bytes());
        }
        Cbor::List(entries) => {
            head(4, entries.len(), bytes);
            entries.iter().for_each(|entry| put(entry, bytes));
        }
        Cbor::Map(pairs) => {
            head(5, pairs.len(), bytes);
            for (key, value) in pairs {
                put(&Cbor::Text(key.clone()), bytes);
                put(value, bytes);
            }
        }
        Cbor::Time(seconds) => {
            bytes.push(0xc1);
            put(&Cbor::Number(*seconds as f64), bytes);
        }
    }
}
