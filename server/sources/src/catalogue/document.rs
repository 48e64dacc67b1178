//! Typed reading of TOML tables, with a remark where a value is not what it should be.

use std::str::FromStr;

use domain::money::Currency;
use rust_decimal::Decimal;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::field::{decimal, is_web_address, known_currency};
use crate::input::Lines;
use crate::lint::{Place, Remarks, at, shown};
use crate::nearest::nearest;

/// How many unknown keys of one table are named; the file is refused at the first.
const NAMED_LIMIT: usize = 20;

/// The file that is being read.
pub(super) struct Document {
    pub(super) lines: Lines,
    pub(super) remarks: Remarks,
}

/// One table of the file and where it stands.
#[derive(Clone)]
pub(super) struct Section<'t> {
    pub(super) table: &'t DeTable<'t>,
    /// The path, such as `product[1]`.
    pub(super) path: String,
    /// The byte at which it begins.
    pub(super) start: usize,
}

type Value<'t> = Spanned<DeValue<'t>>;

impl<'t> Section<'t> {
    /// The path of one of its keys.
    pub(super) fn key(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// The value of a key.
    pub(super) fn value(&self, key: &str) -> Option<&'t Value<'t>> {
        self.table.get(key)
    }

    /// Keys and values in the order of the file.
    pub(super) fn in_order(&self) -> Vec<(&'t str, &'t Value<'t>)> {
        entries(self.table)
    }
}

/// Keys and values of a table in the order of the file.
pub(super) fn entries<'t>(table: &'t DeTable<'t>) -> Vec<(&'t str, &'t Value<'t>)> {
    let mut entries: Vec<_> =
        table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span().start, value)).collect();
    entries.sort_by_key(|(_, start, _)| *start);
    entries.into_iter().map(|(key, _, value)| (key, value)).collect()
}

impl Document {
    /// The place of a key; of the whole section when it lacks the key.
    pub(super) fn place(&self, section: &Section, key: &str) -> Place {
        let start = section.value(key).map_or(section.start, |value| value.span().start);
        at(self.lines.line(start), section.key(key))
    }

    /// Says what is wrong with a key.
    pub(super) fn reject(
        &mut self,
        section: &Section,
        key: &str,
        rule: &'static str,
        what: impl Into<String>,
        mend: impl Into<String>,
    ) {
        let place = self.place(section, key);
        self.remarks.rejected(place, rule, what, mend);
    }

    /// Refuses keys that are not known, naming the nearest known one; true when there are none.
    pub(super) fn only_known(&mut self, section: &Section, known: &[&str]) -> bool {
        let before = self.remarks.issues.len();
        let strangers: Vec<_> = section
            .in_order()
            .into_iter()
            .filter(|(key, _)| !known.contains(key))
            .take(NAMED_LIMIT)
            .collect();
        for (key, value) in strangers {
            let mend = nearest(key, known.iter().copied()).map_or_else(
                || format!("Known here: {}.", known.join(", ")),
                |near| format!("Did you mean {near}?"),
            );
            let place = at(self.lines.line(value.span().start), section.key(key));
            self.remarks.rejected(
                place,
                "catalogue/unknown-key",
                format!("The key {} is not known.", shown(key)),
                mend,
            );
        }
        self.remarks.issues.len() == before
    }

    fn wrong_type(&mut self, section: &Section, key: &str, mend: &str) {
        let found = section.value(key).map_or("nothing", |value| value.get_ref().type_str());
        let what = format!("{} is of the wrong kind: {found}.", section.key(key));
        self.reject(section, key, "catalogue/type", what, mend);
    }

    /// A text; empty texts stay empty, NUL is refused.
    pub(super) fn text(&mut self, section: &Section, key: &str) -> Option<String> {
        match section.value(key)?.get_ref() {
            DeValue::String(text) if !text.contains('\0') => Some(text.to_string()),
            DeValue::String(_) => {
                let what = format!("{} holds a NUL character.", section.key(key));
                self.reject(section, key, "catalogue/nul", what, "Remove it.");
                None
            }
            _ => {
                self.wrong_type(section, key, "Write it in quotes.");
                None
            }
        }
    }

    /// A text that has to be there and may not be blank.
    pub(super) fn required_text(&mut self, section: &Section, key: &str) -> Option<String> {
        if section.value(key).is_none() {
            let what = format!("{} is missing.", section.key(key));
            self.reject(section, key, "catalogue/missing", what, format!("Add {key} = \"…\"."));
            return None;
        }
        let text = self.text(section, key)?;
        if text.trim().is_empty() {
            let what = format!("{} is blank.", section.key(key));
            self.reject(section, key, "catalogue/missing", what, "Fill it in.");
            return None;
        }
        Some(text)
    }

    /// A word of some type, or a date or month of TOML's own kind; the type's own message says how
    /// it is written.
    pub(super) fn word<T>(&mut self, section: &Section, key: &str, rule: &'static str) -> Option<T>
    where
        T: FromStr,
        T::Err: std::fmt::Display,
    {
        let text = match section.value(key)?.get_ref() {
            DeValue::Datetime(date) => date.to_string(),
            _ => self.text(section, key)?,
        };
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                let what = format!("{} = {} is not taken.", section.key(key), shown(&text));
                let mend = format!("{error}.");
                self.reject(section, key, rule, what, mend);
                None
            }
        }
    }

    /// A word that has to be there.
    pub(super) fn required_word<T>(&mut self, section: &Section, key: &str, rule: &'static str) -> Option<T>
    where
        T: FromStr,
        T::Err: std::fmt::Display,
    {
        if section.value(key).is_none() {
            let what = format!("{} is missing.", section.key(key));
            self.reject(section, key, "catalogue/missing", what, format!("Add {key}."));
            return None;
        }
        self.word(section, key, rule)
    }

    /// A currency that ISO 4217 names.
    pub(super) fn currency(&mut self, section: &Section, key: &str) -> Option<Currency> {
        let currency: Currency = self.word(section, key, "catalogue/currency")?;
        if let Err(mend) = known_currency(currency) {
            let what =
                format!("{} = {} is no currency of ISO 4217.", section.key(key), shown(currency.code()));
            self.reject(section, key, "catalogue/currency", what, mend);
            return None;
        }
        Some(currency)
    }

    /// A currency that has to be there.
    pub(super) fn required_currency(&mut self, section: &Section, key: &str) -> Option<Currency> {
        if section.value(key).is_none() {
            return self.required_word(section, key, "catalogue/currency");
        }
        self.currency(section, key)
    }

    /// An exact decimal: a string, an integer, or a float by its source text.
    pub(super) fn decimal(&mut self, section: &Section, key: &str) -> Option<Decimal> {
        let text = match section.value(key)?.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().to_owned(),
            DeValue::Float(number) => number.as_str().to_owned(),
            DeValue::String(text) => text.trim().to_owned(),
            _ => {
                self.wrong_type(section, key, "Write a number, such as \"1234.5\".");
                return None;
            }
        };
        match decimal(&text) {
            Ok(value) => Some(value.normalize()),
            Err(fault) => {
                let what = format!("{} = {} is {}.", section.key(key), shown(&text), fault.what);
                self.reject(section, key, "catalogue/number", what, fault.mend);
                None
            }
        }
    }

    /// A decimal above zero.
    pub(super) fn positive(&mut self, section: &Section, key: &str) -> Option<Decimal> {
        let value = self.decimal(section, key)?;
        if value > Decimal::ZERO {
            return Some(value);
        }
        let what = format!("{} is {value}, which is not positive.", section.key(key));
        self.reject(section, key, "catalogue/positive", what, "Write a number above 0.");
        None
    }

    /// A whole number within a range, ends included.
    pub(super) fn integer(&mut self, section: &Section, key: &str, range: (i64, i64)) -> Option<i64> {
        let number = match section.value(key)?.get_ref() {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        if let Some(number) = number.filter(|number| (range.0..=range.1).contains(number)) {
            return Some(number);
        }
        let what = format!("{} is no whole number from {} to {}.", section.key(key), range.0, range.1);
        self.reject(section, key, "catalogue/range", what, format!("Write {} to {}.", range.0, range.1));
        None
    }

    /// A sub-table.
    pub(super) fn section<'t>(&mut self, section: &Section<'t>, key: &str) -> Option<Section<'t>> {
        let value = section.value(key)?;
        if let DeValue::Table(table) = value.get_ref() {
            return Some(Section { table, path: section.key(key), start: value.span().start });
        }
        self.wrong_type(section, key, &format!("Write it as a table: [{}].", section.key(key)));
        None
    }

    /// A list of tables, such as every `[[product]]`.
    pub(super) fn sections<'t>(&mut self, section: &Section<'t>, key: &str) -> Vec<Section<'t>> {
        let Some(value) = section.value(key) else { return Vec::new() };
        let path = section.key(key);
        let DeValue::Array(array) = value.get_ref() else {
            self.wrong_type(section, key, &format!("Write it as a list of tables: [[{path}]]."));
            return Vec::new();
        };
        let mut sections = Vec::new();
        for (index, element) in array.iter().enumerate() {
            match element.get_ref() {
                DeValue::Table(table) => {
                    let path = format!("{path}[{index}]");
                    sections.push(Section { table, path, start: element.span().start });
                }
                _ => self.wrong_type(section, key, &format!("Write it as a list of tables: [[{path}]].")),
            }
        }
        sections
    }

    /// A list of texts, or one text alone; never empty.
    pub(super) fn texts(&mut self, value: &Value, path: &str) -> Option<Vec<String>> {
        let good = |text: &str| !text.is_empty() && !text.contains('\0');
        let texts: Option<Vec<String>> = match value.get_ref() {
            DeValue::String(text) => good(text).then(|| vec![text.to_string()]),
            DeValue::Array(array) => array
                .iter()
                .map(|element| element.get_ref().as_str().filter(|text| good(text)).map(str::to_owned))
                .collect(),
            _ => None,
        };
        let texts = texts.filter(|texts| !texts.is_empty());
        if texts.is_none() {
            let place = at(self.lines.line(value.span().start), path);
            let what = format!("{path} is no list of texts.");
            self.remarks.rejected(place, "catalogue/type", what, "Write [\"one\", \"two\"].");
        }
        texts
    }

    /// Checks that a text may become a link.
    pub(super) fn address(&mut self, section: &Section, key: &str, text: &str) {
        if !is_web_address(text) {
            let what = format!("{} = {} is no web address.", section.key(key), shown(text));
            let mend = "Write an address that begins with https:// or http://.";
            self.reject(section, key, "catalogue/address", what, mend);
        }
    }
}
