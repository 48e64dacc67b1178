//! How the domain's words are written down, and what is not let in.

use std::str::FromStr;

use domain::allocation::Field;
use domain::cost::{CostKey, Owner};
use domain::coverage::SourceKind;
use domain::money::Currency;
use domain::objective::{Window, WindowUnit};
use domain::organization::Language;
use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::StoreError;

/// Refuses a NUL character, which PostgreSQL cannot store.
pub(crate) fn refuse_nul<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<(), StoreError> {
    match texts.into_iter().find(|text| text.contains('\0')) {
        Some(text) => {
            let shown: String = text.chars().filter(|letter| *letter != '\0').take(40).collect();
            Err(StoreError::invalid(format!("a text with a NUL character cannot be stored: “{shown}”")))
        }
        None => Ok(()),
    }
}

/// The instant in whole microseconds: PostgreSQL keeps no more, and both databases must agree.
pub(crate) fn micros(instant: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(instant.as_microsecond()).unwrap_or(instant)
}

/// Reads a stored word.
pub(crate) fn read<T: FromStr>(what: &str, text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::corrupt(format!("{what} “{text}”")))
}

/// Reads a stored word that may be missing.
pub(crate) fn read_option<T: FromStr>(what: &str, text: Option<&str>) -> Result<Option<T>, StoreError> {
    text.map(|text| read(what, text)).transpose()
}

/// An exact decimal without trailing zeros.
pub(crate) fn decimal(value: Decimal) -> String {
    value.normalize().to_string()
}

/// Reads a language tag.
pub(crate) fn language(text: &str) -> Result<Language, StoreError> {
    [Language::Japanese, Language::English]
        .into_iter()
        .find(|language| language.tag() == text)
        .ok_or_else(|| StoreError::corrupt(format!("language “{text}”")))
}

/// Reads what a source delivers.
pub(crate) fn source_kind(text: &str) -> Result<SourceKind, StoreError> {
    SourceKind::ALL
        .into_iter()
        .find(|kind| kind.as_str() == text)
        .ok_or_else(|| StoreError::corrupt(format!("kind of source “{text}”")))
}

/// The word of a rule's field, and the tag it names.
pub(crate) fn field_words(field: &Field) -> (&'static str, Option<&str>) {
    match field {
        Field::Account => ("account", None),
        Field::Tag(name) => ("tag", Some(name)),
        Field::CostCategory(name) => ("cost-category", Some(name)),
        Field::OrganizationalUnit => ("ou", None),
        Field::AccountTag(name) => ("account-tag", Some(name)),
        Field::Service => ("service", None),
        Field::Region => ("region", None),
        Field::ChargeCategory => ("charge-category", None),
        Field::Source => ("source", None),
    }
}

/// The field of a word.
pub(crate) fn field(word: &str, tag: Option<String>) -> Result<Field, StoreError> {
    Ok(match word {
        "account" => Field::Account,
        "tag" => Field::Tag(tag.unwrap_or_default()),
        "cost-category" => Field::CostCategory(tag.unwrap_or_default()),
        "ou" => Field::OrganizationalUnit,
        "account-tag" => Field::AccountTag(tag.unwrap_or_default()),
        "service" => Field::Service,
        "region" => Field::Region,
        "charge-category" => Field::ChargeCategory,
        "source" => Field::Source,
        _ => return Err(StoreError::corrupt(format!("field “{word}”"))),
    })
}

/// The word of a calendar unit, OpenSLO's letter.
/// A window as one text, such as `rolling 2419200` or `calendar 1 M 2024-01-01T00:00:00 Asia/Tokyo`.
pub(crate) fn window_text(window: &Window) -> String {
    match window {
        Window::Rolling { seconds } => format!("rolling {seconds}"),
        Window::Calendar { unit, count, start, time_zone } => {
            format!("calendar {count} {} {start} {time_zone}", unit_word(*unit))
        }
    }
}

/// Reads such a text.
pub(crate) fn window(text: &str) -> Result<Window, StoreError> {
    let words: Vec<&str> = text.split(' ').collect();
    match words.as_slice() {
        ["rolling", seconds] => Ok(Window::Rolling { seconds: read("seconds of a window", seconds)? }),
        ["calendar", count, word, start, zone] => Ok(Window::Calendar {
            unit: unit(word)?,
            count: read("steps of a window", count)?,
            start: read("start of a window", start)?,
            time_zone: (*zone).to_owned(),
        }),
        _ => Err(StoreError::corrupt(format!("window “{text}”"))),
    }
}

pub(crate) fn unit_word(unit: WindowUnit) -> &'static str {
    match unit {
        WindowUnit::Minute => "m",
        WindowUnit::Hour => "h",
        WindowUnit::Day => "d",
        WindowUnit::Week => "w",
        WindowUnit::Month => "M",
        WindowUnit::Quarter => "Q",
        WindowUnit::Year => "Y",
    }
}

/// The calendar unit of a word.
pub(crate) fn unit(word: &str) -> Result<WindowUnit, StoreError> {
    Ok(match word {
        "m" => WindowUnit::Minute,
        "h" => WindowUnit::Hour,
        "d" => WindowUnit::Day,
        "w" => WindowUnit::Week,
        "M" => WindowUnit::Month,
        "Q" => WindowUnit::Quarter,
        "Y" => WindowUnit::Year,
        _ => return Err(StoreError::corrupt(format!("unit “{word}”"))),
    })
}

/// Kind and name of an owner.
pub(crate) fn owner_words(owner: &Owner) -> (&'static str, &str) {
    match owner {
        Owner::Product(slug) => ("product", slug.as_str()),
        Owner::Shared(pool) => ("shared", pool),
        Owner::Unallocated => ("unallocated", ""),
    }
}

/// The owner of a kind and a name.
pub(crate) fn owner(kind: &str, name: &str) -> Result<Owner, StoreError> {
    Ok(match kind {
        "product" => Owner::Product(read("product", name)?),
        "shared" => Owner::Shared(name.to_owned()),
        "unallocated" => Owner::Unallocated,
        _ => return Err(StoreError::corrupt(format!("owner “{kind}”"))),
    })
}

/// Reads a currency code.
pub(crate) fn currency(text: &str) -> Result<Currency, StoreError> {
    read("currency", text)
}

/// Tags as `key=value&key=value`, with `%`, `&` and `=` escaped, so that equal tags are equal texts.
pub(crate) fn tags_write(tags: &[(String, String)]) -> String {
    let mut text = String::new();
    for (name, value) in tags {
        if !text.is_empty() {
            text.push('&');
        }
        escape(name, &mut text);
        text.push('=');
        escape(value, &mut text);
    }
    text
}

fn escape(part: &str, text: &mut String) {
    for letter in part.chars() {
        match letter {
            '%' => text.push_str("%25"),
            '&' => text.push_str("%26"),
            '=' => text.push_str("%3D"),
            _ => text.push(letter),
        }
    }
}

/// Reads what [`tags_write`] wrote.
pub(crate) fn tags_read(text: &str) -> Vec<(String, String)> {
    let plain = |part: &str| part.replace("%3D", "=").replace("%26", "&").replace("%25", "%");
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (plain(name), plain(value)))
        .collect()
}

/// A number that finds a key: FNV-1a of its texts, each ended by a byte that is in no text.
pub(crate) fn digest(key: &CostKey, tags: &str) -> i64 {
    let parts = [
        key.sub_account.as_str(),
        &key.sub_account_name,
        &key.service,
        &key.region,
        key.charge_category.as_str(),
        tags,
    ];
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        for byte in part.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash.cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_survive_their_own_punctuation() {
        let tags: Vec<(String, String)> =
            [("a=b", "c&d"), ("env", ""), ("x", "50%26 off %3D"), ("円", "¥=%")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec();
        assert_eq!(tags_read(&tags_write(&tags)), tags);
        assert_eq!(tags_write(&tags[1..2]), "env=");
        assert!(tags_read(&tags_write(&[])).is_empty());
    }

    #[test]
    fn instants_lose_their_nanoseconds_both_before_and_after_1970() {
        for (given, kept) in [
            ("2026-11-16T00:00:00.123456789Z", "2026-11-16T00:00:00.123456Z"),
            ("2026-11-16T00:00:00Z", "2026-11-16T00:00:00Z"),
        ] {
            let given: Timestamp = given.parse().unwrap();
            assert_eq!(micros(given).to_string(), kept);
            assert_eq!(micros(micros(given)), micros(given));
        }
    }

    #[test]
    fn nul_is_refused() {
        assert!(refuse_nul(["fine", "a\0b"]).is_err());
        assert!(refuse_nul(["fine", ""]).is_ok());
    }
}
