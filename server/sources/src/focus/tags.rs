//! The wanted keys of the JSON objects in the columns `Tags` and `x_CostCategories`.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

use domain::allocation::COST_CATEGORY_PREFIX;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Deserializer as Json;

use super::cur::{self, Dialect};

/// Between the parts of an encoded key; NUL is refused in every field, so it is unambiguous and
/// encoded keys sort like their parts.
pub(super) const SEPARATOR: u8 = 0;

/// Longest value of a tag, in bytes.
const LONGEST_VALUE: usize = 1_024;

/// How many bytes of texts and their answers are remembered; most bills repeat few of them.
const REMEMBERED: usize = 2 * 1024 * 1024;

/// What was found in one `Tags` text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TagsFound {
    /// A JSON object, all wanted values of which could be taken.
    Fine,
    /// Not a JSON object: no tags.
    NotAnObject,
    /// A wanted value is a list, an object, too long or holds NUL: that key is left out.
    OddValue,
}

/// What was found in a text, and its tags encoded.
type Answer = (TagsFound, Box<[u8]>);

/// Finds the configured keys in `Tags`, remembering texts that repeat.
pub(super) struct TagReader {
    /// What is written before each key.
    prefix: &'static str,
    /// Trimmed, sorted, without duplicates.
    wanted: Vec<String>,
    /// The wanted keys as CUR 2.0 writes them, in the same order.
    written: Vec<String>,
    dialect: Dialect,
    remembered: HashMap<Box<[u8]>, Answer>,
    remembered_bytes: usize,
}

impl TagReader {
    pub(super) fn new(keys: &[String]) -> Self {
        let mut wanted: Vec<String> =
            keys.iter().map(|key| key.trim().to_owned()).filter(|key| !key.is_empty()).collect();
        wanted.sort();
        wanted.dedup();
        let written = wanted.iter().map(|key| cur::normal(key)).collect();
        let (remembered, dialect) = (HashMap::new(), Dialect::Focus);
        Self { prefix: "", wanted, written, dialect, remembered, remembered_bytes: 0 }
    }

    /// Reads cost categories, which are wanted under the name that AWS gives them among tags.
    pub(super) fn of_categories(keys: &[String]) -> Self {
        let names = keys.iter().filter_map(|key| key.trim().strip_prefix(COST_CATEGORY_PREFIX));
        let names: Vec<String> = names.map(str::to_owned).collect();
        Self { prefix: COST_CATEGORY_PREFIX, ..Self::new(&names) }
    }

    /// Reads the files that follow as those of a dialect write.
    pub(super) fn turn_to(&mut self, dialect: Dialect) {
        if self.dialect != dialect {
            self.dialect = dialect;
            self.remembered.clear();
            self.remembered_bytes = 0;
        }
    }

    /// The position of the wanted key that a key stands for, and whether it is written in the very same way.
    fn position(&self, key: &str) -> Option<(usize, bool)> {
        let found = |key: &str| self.wanted.binary_search_by(|wanted| wanted.as_str().cmp(key.trim())).ok();
        if self.dialect == Dialect::Focus {
            return found(key).map(|index| (index, self.wanted[index] == key));
        }
        let kind =
            if self.prefix.is_empty() { "resourceTags" } else { COST_CATEGORY_PREFIX.trim_end_matches('/') };
        let named = cur::tag_key(key, kind)?;
        match found(named) {
            Some(index) => Some((index, true)),
            None => {
                let written = cur::normal(named);
                self.written.iter().position(|wanted| *wanted == written).map(|index| (index, false))
            }
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Appends `key NUL value NUL` for each wanted key of the text, sorted by key.
    pub(super) fn encode(&mut self, text: &[u8], target: &mut Vec<u8>) -> TagsFound {
        if let Some((found, encoded)) = self.remembered.get(text) {
            target.extend_from_slice(encoded);
            return *found;
        }
        let start = target.len();
        let found = self.read(text, target);
        self.remember(text, found, &target[start..]);
        found
    }

    fn remember(&mut self, text: &[u8], found: TagsFound, encoded: &[u8]) {
        let size = text.len() + encoded.len() + 96;
        if size > REMEMBERED / 16 {
            return;
        }
        if self.remembered_bytes + size > REMEMBERED {
            self.remembered.clear();
            self.remembered_bytes = 0;
        }
        self.remembered_bytes += size;
        self.remembered.insert(text.into(), (found, encoded.into()));
    }

    fn read(&self, text: &[u8], target: &mut Vec<u8>) -> TagsFound {
        let mut values: Vec<Option<TagValue>> = vec![None; self.wanted.len()];
        let mut json = Json::from_slice(text);
        let object = ObjectVisitor { reader: self, values: &mut values };
        if json.deserialize_map(object).is_err() || json.end().is_err() {
            return TagsFound::NotAnObject;
        }
        let mut found = TagsFound::Fine;
        for (key, value) in self.wanted.iter().zip(values) {
            match value {
                None => {}
                Some(TagValue::Text(value)) if value.len() <= LONGEST_VALUE && !value.contains('\0') => {
                    target.extend_from_slice(self.prefix.as_bytes());
                    target.extend_from_slice(key.as_bytes());
                    target.push(SEPARATOR);
                    target.extend_from_slice(value.trim().as_bytes());
                    target.push(SEPARATOR);
                }
                Some(_) => found = TagsFound::OddValue,
            }
        }
        found
    }
}

/// Adds encoded pairs to those that begin at a place of a key, in the order of their keys; of two of one key the
/// added one counts.
pub(super) fn merge(key: &mut Vec<u8>, start: usize, more: &[u8]) {
    let mut pairs: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    for encoded in [&key[start..], more] {
        let mut parts = encoded.split(|byte| *byte == SEPARATOR);
        while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
            pairs.insert(name.to_vec(), value.to_vec());
        }
    }
    key.truncate(start);
    for part in pairs.into_iter().flat_map(|(name, value)| [name, value]) {
        key.extend_from_slice(&part);
        key.push(SEPARATOR);
    }
}

/// Pairs of an encoded list of tags, which ends in an empty part.
pub(super) fn decoded<'a>(mut parts: impl Iterator<Item = &'a [u8]>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
        pairs.push((text_of(key), text_of(value)));
    }
    pairs
}

/// What is encoded was text before.
pub(super) fn text_of(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map(str::to_owned).unwrap_or_default()
}

#[derive(Clone)]
enum TagValue {
    Text(String),
    Odd,
}

struct ObjectVisitor<'a> {
    reader: &'a TagReader,
    values: &'a mut Vec<Option<TagValue>>,
}

impl<'de> Visitor<'de> for ObjectVisitor<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        // A key as it stands beats one that is only the same without its spaces (`" org"`).
        let mut as_it_stands = vec![false; self.values.len()];
        while let Some(key) = map.next_key::<KeyText<'de>>()? {
            let Some((index, exact)) = self.reader.position(&key.0) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = map.next_value::<TagValue>()?;
            if exact || !as_it_stands[index] {
                self.values[index] = Some(value);
                as_it_stands[index] |= exact;
            }
        }
        Ok(())
    }
}

struct KeyText<'de>(Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for KeyText<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = KeyText<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<KeyText<'de>, E> {
                Ok(KeyText(Cow::Borrowed(key)))
            }

            fn visit_str<E>(self, key: &str) -> Result<KeyText<'de>, E> {
                Ok(KeyText(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

impl<'de> serde::Deserialize<'de> for TagValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ValueVisitor;
        impl<'de> Visitor<'de> for ValueVisitor {
            type Value = TagValue;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a value")
            }

            fn visit_bool<E>(self, value: bool) -> Result<TagValue, E> {
                Ok(TagValue::Text(value.to_string()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<TagValue, E> {
                Ok(TagValue::Text(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<TagValue, E> {
                Ok(TagValue::Text(value.to_string()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<TagValue, E> {
                Ok(TagValue::Text(value.to_string()))
            }

            fn visit_str<E>(self, value: &str) -> Result<TagValue, E> {
                Ok(TagValue::Text(value.to_owned()))
            }

            /// A key without a value is carried with an empty one.
            fn visit_unit<E>(self) -> Result<TagValue, E> {
                Ok(TagValue::Text(String::new()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<TagValue, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(TagValue::Odd)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TagValue, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(TagValue::Odd)
            }
        }
        deserializer.deserialize_any(ValueVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wanted_keys_are_found_whatever_their_values() {
        let keys = ["org", "env", "cost center"].map(str::to_owned);
        for (text, expected, found) in [
            (r#"{"env":"prod","org":"trey","other":1}"#, "env=prod org=trey", TagsFound::Fine),
            (r#"{"org":"b"," org":"a"}"#, "org=b", TagsFound::Fine),
            (r#"{" org":"a","org":"b"}"#, "org=b", TagsFound::Fine),
            (r#"{" org ":" a "}"#, "org=a", TagsFound::Fine),
            (r#"{"env":true,"org":17,"cost center":null}"#, "cost center= env=true org=17", TagsFound::Fine),
            (r#"{"env":-1.5}"#, "env=-1.5", TagsFound::Fine),
            (r#"{"env":"\u672c\u756a"}"#, "env=本番", TagsFound::Fine),
            (r#"{}"#, "", TagsFound::Fine),
            (r#"{"other":{"env":"no"}}"#, "", TagsFound::Fine),
            (r#"{"env":["prod"],"org":"x"}"#, "org=x", TagsFound::OddValue),
            (r#"{"env":{"a":1}}"#, "", TagsFound::OddValue),
            (r#"{"env":"a\u0000b"}"#, "", TagsFound::OddValue),
            (r#"{"env":"prod""#, "", TagsFound::NotAnObject),
            (r#"{"env":"prod"} x"#, "", TagsFound::NotAnObject),
            (r#"["env"]"#, "", TagsFound::NotAnObject),
            ("env=prod", "", TagsFound::NotAnObject),
        ] {
            let mut reader = TagReader::new(&keys);
            for round in 0..2 {
                let mut target = Vec::new();
                assert_eq!(reader.encode(text.as_bytes(), &mut target), found, "{text}, round {round}");
                let pairs: Vec<String> = decoded(target.split(|byte| *byte == SEPARATOR))
                    .iter()
                    .map(|(key, value)| format!("{key}={value}"))
                    .collect();
                assert_eq!(pairs.join(" "), expected, "{text}, round {round}");
            }
        }
    }
}
