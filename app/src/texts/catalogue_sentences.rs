//! Sentences about a catalogue that does not fit together.

use domain::catalogue::fault::{CatalogueFault, CurrencyPlace, RulePlace};
use domain::money::Currency;
use domain::organization::Language;
use domain::rate::Month;
use domain::split::PoolFault;
use jiff::civil::Date;

use Language::{English, Japanese};

/// What is wrong, and how to mend it.
#[must_use]
pub fn fault(language: Language, fault: &CatalogueFault) -> (String, String) {
    match fault {
        CatalogueFault::Pool(fault) => pool(language, fault),
        CatalogueFault::RuleUnreached { rule: late, earlier } => {
            unreached(language, &numbered(late), &numbered(earlier))
        }
        CatalogueFault::RulesOverlap { rule: late, earlier, from, to } => {
            overlap(language, &numbered(late), &numbered(earlier), (*from, *to))
        }
        CatalogueFault::CurrencyUnknown { currency, place } => {
            currency_unknown(language, currency.code(), place)
        }
        CatalogueFault::RateMissing { from, to, policy, months, stands_in } => {
            let row = format!(
                "{from},{to},{},{}",
                months.last().map(Month::to_string).unwrap_or_default(),
                policy.as_str()
            );
            let what = (format!("{from}/{to}"), policy.as_str(), stretches(months));
            rate_missing(language, &what, &row, *stands_in)
        }
    }
}

/// A rule by its number on the page and its name.
fn numbered(rule: &RulePlace) -> String {
    format!("{} ({})", rule.position + 1, rule.name)
}

fn pool(language: Language, fault: &PoolFault) -> (String, String) {
    match (language, fault) {
        (Japanese, PoolFault::NotDeclared { pool, rule }) => (
            format!("ルール「{rule}」が費用を入れる共有費「{pool}」が宣言されておらず、按分されない"),
            format!("[[pool]] name = \"{pool}\" を足す"),
        ),
        (English, PoolFault::NotDeclared { pool, rule }) => (
            format!(
                "the rule {rule} puts cost into the pool {pool}, which is not declared and therefore not split"
            ),
            format!("add [[pool]] name = \"{pool}\""),
        ),
        (Japanese, PoolFault::NotUsed { pool }) => (
            format!("共有費「{pool}」は宣言されているが、費用を入れるルールがない"),
            format!("ルールに shared = \"{pool}\" と書くか、宣言を消す"),
        ),
        (English, PoolFault::NotUsed { pool }) => (
            format!("the pool {pool} is declared, but no rule puts cost into it"),
            format!("write shared = \"{pool}\" in one"),
        ),
        (Japanese, PoolFault::NoUsage { pool, series }) => (
            format!("共有費「{pool}」は「{series}」で按分するが、どの月の値もない"),
            "[[usage]] を足す".to_owned(),
        ),
        (English, PoolFault::NoUsage { pool, series }) => (
            format!("the pool {pool} is split by {series}, of which no month is known"),
            "add [[usage]]".to_owned(),
        ),
        (Japanese, PoolFault::ClosedTarget { pool, product }) => (
            format!("{product} は終了しており、共有費「{pool}」のその分は按分されない"),
            "これからの日の分を valid_from 付きで宣言し直し、weights を変える".to_owned(),
        ),
        (English, PoolFault::ClosedTarget { pool, product }) => (
            format!("{product} is closed, and its share of the pool {pool} is not split"),
            "change the weights, with valid_from for the days from now on".to_owned(),
        ),
    }
}

fn unreached(language: Language, rule: &str, earlier: &str) -> (String, String) {
    match language {
        Japanese => (
            format!("ルール{rule}は何も決めない。当てはまる費用はすべて、先のルール{earlier}が取る"),
            "先に置くか、先のルールの条件を狭めるか、消す".to_owned(),
        ),
        English => (
            format!(
                "the rule {rule} decides nothing, because the earlier rule {earlier} takes all that fits it"
            ),
            "move it up, narrow the earlier one, or remove it".to_owned(),
        ),
    }
}

fn overlap(
    language: Language,
    rule: &str,
    earlier: &str,
    (from, to): (Option<Date>, Option<Date>),
) -> (String, String) {
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let days = format!("{} – {}", day(from), day(to));
    match language {
        Japanese => (
            format!(
                "ルール{earlier}と{rule}は条件が同じで有効期間が重なる({}、終わりの日は含まない)。先のルールが決める",
                days.trim()
            ),
            "先のルールの valid_to を、後のルールの valid_from と同じ日にする".to_owned(),
        ),
        English => (
            format!(
                "the rules {earlier} and {rule} have the same conditions and overlapping dates ({}, the end not \
                 included), so that the earlier one decides",
                days.trim()
            ),
            "end the earlier one with valid_to on the day that the later one begins with valid_from"
                .to_owned(),
        ),
    }
}

fn currency_unknown(language: Language, code: &str, place: &CurrencyPlace) -> (String, String) {
    let at = match (language, place) {
        (Japanese, CurrencyPlace::Reporting) => "reporting_currency".to_owned(),
        (English, CurrencyPlace::Reporting) => "the reporting currency".to_owned(),
        (Japanese, CurrencyPlace::Budget { product, month }) => format!("{product} の {month} の予算"),
        (English, CurrencyPlace::Budget { product, month }) => format!("the budget of {product} for {month}"),
        (Japanese, CurrencyPlace::Rate { month }) => format!("{month} の為替レート"),
        (English, CurrencyPlace::Rate { month }) => format!("a rate of {month}"),
        (Japanese, CurrencyPlace::Commitment { name }) => format!("コミットメント「{name}」"),
        (English, CurrencyPlace::Commitment { name }) => format!("the commitment {name}"),
        (Japanese, CurrencyPlace::Bill { source }) => format!("取り込み元 {source} の請求"),
        (English, CurrencyPlace::Bill { source }) => format!("the bill of the source {source}"),
    };
    let is_bill = matches!(place, CurrencyPlace::Bill { .. });
    match (language, is_bill) {
        (Japanese, false) => (
            format!("{at}の通貨 {code} は ISO 4217 にない"),
            "USD や JPY のような ISO 4217 のコードに直す".to_owned(),
        ),
        (Japanese, true) => (
            format!("{at}の通貨 {code} は ISO 4217 になく、換算されない"),
            "出力元の BillingCurrency を直して、もう一度取り込む".to_owned(),
        ),
        (English, false) => (
            format!("ISO 4217 does not know the currency {code} of {at}"),
            "write a code such as USD or JPY".to_owned(),
        ),
        (English, true) => (
            format!("ISO 4217 does not know the currency {code} of {at}, which is not converted"),
            "correct BillingCurrency where the bill is exported, and import it again".to_owned(),
        ),
    }
}

/// A rate that is missing, in few words.
#[must_use]
pub fn no_rate(language: Language, from: Currency, to: Currency) -> String {
    match language {
        Japanese => format!("{from}/{to} の換算レートなし"),
        English => format!("no rate {from}/{to}"),
    }
}

fn rate_missing(
    language: Language,
    (pair, policy, months): &(String, &str, String),
    row: &str,
    stands_in: bool,
) -> (String, String) {
    match (language, stands_in) {
        (Japanese, true) => (
            format!("{pair} の {months} のレート({policy})がない。前の月のレートを仮に使っている"),
            format!("teirei import rates で「{row},…」の行を入れるか、[[rate]] を足す"),
        ),
        (Japanese, false) => (
            format!("{pair} の {months} のレート({policy})がなく、前の月にもない。その費用は換算されない"),
            format!("teirei import rates で「{row},…」の行を入れるか、[[rate]] を足す"),
        ),
        (English, true) => (
            format!(
                "{pair} has no rate ({policy}) for {months}; an earlier month's stands in, marked provisional"
            ),
            format!("add a row {row},… with `teirei import rates`, or [[rate]]"),
        ),
        (English, false) => (
            format!("{pair} has no rate ({policy}) for {months} and none before; that cost is not converted"),
            format!("add a row {row},… with `teirei import rates`, or [[rate]]"),
        ),
    }
}

/// Months that follow each other as one stretch: `2026-08–2026-10, 2026-12`.
fn stretches(months: &[Month]) -> String {
    let mut stretches: Vec<(Month, Month)> = Vec::new();
    for month in months {
        match stretches.last_mut() {
            Some((_, last)) if last.next() == *month => *last = *month,
            _ => stretches.push((*month, *month)),
        }
    }
    let text = |(first, last): (Month, Month)| {
        if first == last { first.to_string() } else { format!("{first}–{last}") }
    };
    stretches.into_iter().map(text).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_in_a_row_are_one_stretch() {
        let months =
            |texts: &[&str]| -> Vec<Month> { texts.iter().map(|text| text.parse().unwrap()).collect() };
        for (given, written) in [
            (&["2026-08"][..], "2026-08"),
            (&["2026-11", "2026-12", "2027-01"], "2026-11–2027-01"),
            (&["2026-08", "2026-10", "2026-11"], "2026-08, 2026-10–2026-11"),
        ] {
            assert_eq!(stretches(&months(given)), written);
        }
    }
}
