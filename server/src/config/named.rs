//! Sections whose parts people name: `[sources.NAME]`, `[channels.NAME]` and `[hooks.NAME]`.

use super::{ConfigError, unknown_among};

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
