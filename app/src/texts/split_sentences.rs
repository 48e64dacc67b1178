//! Sentences about shared cost that is split.

use domain::organization::Language;
use domain::split::{Method, PoolSplit};

use super::{Texts, format, texts};

use Language::{English, Japanese};

/// How much of the bill products bear, and how much of that is shared cost.
#[must_use]
pub fn allocated(language: Language, share: &str, products: &str, shared: Option<&str>) -> String {
    match (language, shared) {
        (Japanese, Some(shared)) => {
            format!("割当率 {share}。プロダクトの負担 {products}、うち共有費の按分 {shared}。")
        }
        (Japanese, None) => format!("割当率 {share}。プロダクトの負担 {products}。"),
        (English, Some(shared)) => {
            format!("{share} of the bill is allocated: products bear {products}, {shared} of it shared cost.")
        }
        (English, None) => format!("{share} of the bill is allocated: products bear {products}."),
    }
}

/// The word of a method, with the series of a split by usage.
#[must_use]
pub fn split_method(language: Language, split: &PoolSplit) -> String {
    let words: &Texts = texts(language);
    let word = match split.method {
        Method::Even => words.split_even,
        Method::Fixed => words.split_fixed,
        Method::Proportional => words.split_proportional,
        Method::Usage => words.split_usage,
    };
    match &split.series {
        Some(series) => format!("{word} ({series})"),
        None => word.to_owned(),
    }
}

/// By what a pool was split: "直接費に比例、2026年11月", "in proportion to direct cost, November 2026".
#[must_use]
pub fn split_basis(language: Language, split: &PoolSplit) -> String {
    let method = split_method(language, split);
    match (split.weights_of.map(|month| format::month(month, language)), language) {
        (Some(month), Japanese) => format!("{method}、{month}の実績"),
        (Some(month), English) => format!("{method}, {month}"),
        (None, _) => method,
    }
}

/// A pool in a sentence.
#[must_use]
pub fn pool_split(language: Language, pool: &str, whole: &str, basis: &str, rest: Option<&str>) -> String {
    match (language, rest) {
        (Japanese, None) => format!("{pool} {whole}: すべて按分({basis})。"),
        (Japanese, Some(rest)) => format!("{pool} {whole}: 按分({basis})。按分できない残り {rest}。"),
        (English, None) => format!("{pool} {whole}: all of it split {basis}."),
        (English, Some(rest)) => format!("{pool} {whole}: split {basis}; {rest} could not be split."),
    }
}

/// A product's part of a pool.
#[must_use]
pub fn pool_share(
    language: Language,
    pool: &str,
    share: &str,
    part: &str,
    whole: &str,
    basis: &str,
) -> String {
    match language {
        Japanese => format!("{pool}: {whole} の {part} = {share}({basis})"),
        English => format!("{pool}: {part} of {whole} = {share} ({basis})"),
    }
}

/// What a product bears of shared pools in the week.
#[must_use]
pub fn shared_part(language: Language, total: &str, shared: &str) -> String {
    match language {
        Japanese => format!("今週の費用 {total} のうち共有按分 {shared}。"),
        English => format!("Of this week's {total}, {shared} is shared cost."),
    }
}
