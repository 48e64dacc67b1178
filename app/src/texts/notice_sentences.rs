//! What chat channels are told, and the sentences about it.

use domain::commitment::Commitment;
use domain::notice::Finding;
use domain::organization::Language;
use domain::review::cost::BudgetStatus;
use jiff::civil::Date;

use super::product_sentences::{product_month, product_month_range, product_variance, unusual_line};
use super::{format, texts};
use Language::{English, Japanese};

/// What a channel is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeText {
    /// One line.
    pub title: String,
    /// What is told, paragraph by paragraph.
    pub paragraphs: Vec<String>,
}

/// The words of a finding on a day; `product` is the name people say, where it has one.
#[must_use]
pub fn notice(language: Language, finding: &Finding, product: Option<&str>, today: Date) -> NoticeText {
    match finding {
        Finding::Anomaly { anomaly, .. } => {
            let title = match language {
                Japanese => "費用がいつもより大きく増えています",
                English => "days cost far more than usual",
            };
            let goes_on = anomaly.event.goes_on.then(|| still_goes_on(language).to_owned());
            let paragraphs = std::iter::once(unusual_line(language, anomaly)).chain(goes_on);
            NoticeText { title: of_product(product, title), paragraphs: paragraphs.collect() }
        }
        Finding::Budget { status, band, exhausted_on } => {
            let month = format::month(status.month, language);
            let title = match language {
                Japanese => format!("{month}は予算を超える見込みです"),
                English => format!("{month} is not expected to hold its budget"),
            };
            let expected = match band {
                Some(band) => product_month_range(language, status, band),
                None => expected_month(language, status),
            };
            let signed = |money| format::money_short_signed(money, language);
            let reason = status.variance.filter(|variance| variance.total.micros > 0);
            let reason = reason
                .map(|reason| product_variance(language, &signed(reason.currency), &signed(reason.usage)));
            let reached = exhausted_on.map(|day| budget_used_up(language, day, status.through));
            let paragraphs = std::iter::once(expected).chain(reached).chain(reason);
            NoticeText { title: of_product(product, &title), paragraphs: paragraphs.collect() }
        }
        Finding::Commitment(commitment) => commitment_notice(language, commitment, product, today),
    }
}

/// "オンライン診療: …", "Telemedicine: …".
fn of_product(product: Option<&str>, text: &str) -> String {
    product.map_or_else(|| text.to_owned(), |product| format!("{product}: {text}"))
}

fn still_goes_on(language: Language) -> &'static str {
    match language {
        Japanese => "最新の日も含めて続いています。",
        English => "The newest day belongs to it: it goes on.",
    }
}

/// A month whose range is not known.
fn expected_month(language: Language, status: &BudgetStatus) -> String {
    let month = format::month(status.month, language);
    let short = |money| format::money_short(money, language);
    let forecast = status.forecast.unwrap_or(status.budget);
    let over = domain::money::Money {
        micros: forecast.micros.saturating_sub(status.budget.micros),
        ..status.budget
    };
    let over = (over.micros > 0).then(|| short(over));
    product_month(language, &month, &short(forecast), &short(status.budget), over.as_deref())
}

/// The day on which a budget is used up, or was when that day is complete.
fn budget_used_up(language: Language, day: Date, through: Option<Date>) -> String {
    let is_past = through.is_some_and(|through| day <= through);
    let day = format::date(day, language);
    match (language, is_past) {
        (Japanese, true) => format!("予算は{day}に使い切りました。"),
        (Japanese, false) => format!("このままでは{day}に予算を使い切る見込みです。"),
        (English, true) => format!("The budget was used up on {day}."),
        (English, false) => format!("It is expected to be used up on {day}."),
    }
}

fn commitment_notice(
    language: Language,
    commitment: &Commitment,
    product: Option<&str>,
    today: Date,
) -> NoticeText {
    let name = &commitment.name;
    let (day, left) = (format::date(commitment.ends_on, language), commitment.days_left(today));
    let title = match (language, left) {
        (Japanese, 0) => format!("{name}は今日で終わります"),
        (Japanese, _) => format!("{name}は{day}に終わります(あと{left}日)"),
        (English, 0) => format!("{name} ends today"),
        (English, 1) => format!("{name} ends on {day} (1 day left)"),
        (English, _) => format!("{name} ends on {day} ({left} days left)"),
    };
    let kind = texts(language).commitment(commitment.kind);
    let worth = commitment.amount.map(format::money);
    let about = match (language, worth) {
        (Japanese, Some(worth)) => format!("{kind}、総額{worth}。"),
        (Japanese, None) => format!("{kind}。"),
        (English, Some(worth)) => format!("{kind}, {worth} in all."),
        (English, None) => format!("{kind}."),
    };
    let then = match language {
        Japanese => "以後は割引のない額で請求されます。",
        English => "From then on the bill has no discount from it.",
    };
    NoticeText {
        title: of_product(product, &title),
        paragraphs: vec![format!("{about}{}{then}", space(language))],
    }
}

fn space(language: Language) -> &'static str {
    match language {
        Japanese => "",
        English => " ",
    }
}

/// How many days are left of a commitment, in a table.
#[must_use]
pub fn commitment_left(language: Language, days: i64) -> String {
    match (language, days) {
        (Japanese, 0) => "今日まで".to_owned(),
        (Japanese, _) => format!("あと{days}日"),
        (English, 0) => "ends today".to_owned(),
        (English, 1) => "1 day left".to_owned(),
        (English, _) => format!("{days} days left"),
    }
}
