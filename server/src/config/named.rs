//! Sections whose parts people name: `[sources.NAME]`, `[channels.NAME]` and `[hooks.NAME]`.

use std::collections::BTreeMap;

use super::{ConfigError, Found, Values, text, unknown_among};

/// A key that such a section may have, and whether it is a secret, which has a twin that ends in `_file`.
pub(super) type KnownKey = (&'static str, bool);

/// Checks that a part of a section knows its key; `key` is the whole one, for the error.
pub(super) fn check_known(
    section: &str,
    keys: &[KnownKey],
    (name, own): (&str, &str),
    key: &str,
    place: &str,
) -> Result<(), ConfigError> {
    let known = || {
        keys.iter().flat_map(|(known, is_secret)| {
            std::iter::once((*known).to_owned()).chain(is_secret.then(|| format!("{known}_file")))
        })
    };
    if known().any(|known| known == own) {
        return Ok(());
    }
    Err(unknown_among(place, key, known().map(|known| format!("{section}.{name}.{known}"))))
}

/// The names of a section's parts, each with the place where it is first mentioned; `parts` tells name and key
/// of the section's own keys.
pub(super) fn names<'v>(
    values: &'v Values,
    parts: impl Fn(&'v str) -> Option<(&'v str, &'v str)>,
) -> BTreeMap<&'v str, &'v str> {
    let mut names: BTreeMap<&str, &Found> = BTreeMap::new();
    for (key, found) in values {
        if let Some((name, _)) = parts(key) {
            names.entry(name).or_insert(found);
        }
    }
    names.into_iter().map(|(name, found)| (name, found.place.as_str())).collect()
}

/// The values of one part.
#[derive(Clone, Copy)]
pub(super) struct Part<'v> {
    /// The section.
    pub section: &'static str,
    /// All values.
    pub values: &'v Values,
    /// The part's name.
    pub name: &'v str,
    /// Where it is first mentioned.
    pub place: &'v str,
}

impl Part<'_> {
    /// The whole of one of its keys.
    pub fn key(&self, own: &str) -> String {
        format!("{}.{}.{own}", self.section, self.name)
    }

    /// What is wrong with a value, or with its lack, where it stands or else where the part is first mentioned.
    pub fn wrong(&self, own: &str, what: impl Into<String>) -> ConfigError {
        let place = [own.to_owned(), format!("{own}_file")]
            .iter()
            .find_map(|own| self.values.get(&self.key(own)))
            .map_or(self.place, |found| found.place.as_str());
        ConfigError::Value { place: place.to_owned(), key: self.key(own), what: what.into() }
    }

    /// A word, or nothing where it is empty.
    pub fn word(&self, own: &str) -> Result<Option<String>, ConfigError> {
        let found = text(self.values, &self.key(own))?;
        Ok(found.map(|(word, _)| word).filter(|word| !word.is_empty()))
    }

    /// One of a list of words.
    pub fn one_of<T: Copy>(&self, own: &str, known: &[(&str, T)]) -> Result<Option<T>, ConfigError> {
        let Some(word) = self.word(own)? else { return Ok(None) };
        let found = known.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        found.map(Some).ok_or_else(|| self.wrong(own, format!("is one of {}", names.join(", "))))
    }
}
