//! Numbers as Datadog writes them: `95.0`, `1.0E12`, `"99.9"`, `null`, and now and then `NaN`. Read from their
//! text, never by way of a float.

use domain::ratio::Ppm;
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A number, or none where there is none that can be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Number(pub(super) Option<Decimal>);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(decimal(<&RawValue>::deserialize(deserializer)?.get())))
    }
}

fn decimal(text: &str) -> Option<Decimal> {
    let text = text.trim().trim_matches('"').trim();
    let exact = if text.contains(['e', 'E']) { Decimal::from_scientific(text) } else { text.parse() };
    exact.ok().map(|number: Decimal| number.normalize())
}

impl Number {
    /// As a whole number, rounded down.
    pub(super) fn whole(self) -> Option<i64> {
        self.0?.floor().to_i64()
    }

    /// A percentage as a share, rounded down.
    pub(super) fn share(self) -> Option<Ppm> {
        self.0?.checked_mul(Decimal::from(10_000))?.floor().to_i64().map(Ppm)
    }
}

/// To the nearest whole number, halves to the even one.
pub(super) fn rounded(number: Decimal) -> Option<i64> {
    number.round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven).to_i64()
}

/// An answer in which `NaN` and the infinities, which JSON does not know, stand as `null`.
pub(super) fn without_nan(text: &str) -> String {
    let (mut clean, mut rest, mut is_text) = (String::with_capacity(text.len()), text, false);
    while let Some(letter) = rest.chars().next() {
        let bare =
            ["NaN", "-Infinity", "Infinity"].into_iter().find(|word| !is_text && rest.starts_with(word));
        let taken = match bare {
            Some(word) => {
                clean.push_str("null");
                word.len()
            }
            None => {
                let escaped = (is_text && letter == '\\').then(|| rest.chars().nth(1)).flatten();
                is_text ^= letter == '"';
                let taken = letter.len_utf8() + escaped.map_or(0, char::len_utf8);
                clean.push_str(&rest[..taken]);
                taken
            }
        };
        rest = &rest[taken..];
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_their_text() {
        for (text, expected) in [
            ("95.0", Some("95")),
            ("1.2E3", Some("1200")),
            ("458420286000.0", Some("458420286000")),
            ("\"99.95\"", Some("99.95")),
            ("null", None),
            ("\"NaN\"", None),
            ("{}", None),
        ] {
            let number: Number = serde_json::from_str(text).unwrap();
            assert_eq!(number.0.map(|number| number.to_string()).as_deref(), expected, "{text}");
        }
        let sli: Number = serde_json::from_str("17.407365359189875").unwrap();
        assert_eq!(sli.share(), Some(Ppm(174_073)));
        let budget: Number = serde_json::from_str("-400.0").unwrap();
        assert_eq!(budget.share(), Some(Ppm(-4_000_000)));
    }

    #[test]
    fn what_json_does_not_know_is_none() {
        let text = r#"{"a":[1.0,NaN,-Infinity],"NaN":"a \" NaN 日本"}"#;
        assert_eq!(without_nan(text), r#"{"a":[1.0,null,null],"NaN":"a \" NaN 日本"}"#);
    }
}
