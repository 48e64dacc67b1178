//! Sentences of a product's page.

use domain::organization::Language;

use Language::{English, Japanese};

/// The first sentence of a product's page about its month.
#[must_use]
pub fn product_month(
    language: Language,
    month: &str,
    forecast: &str,
    budget: &str,
    over: Option<&str>,
) -> String {
    match (language, over) {
        (Japanese, Some(over)) => {
            format!("{month}の費用は{forecast}になり、予算の{budget}を{over}超える見込みです。")
        }
        (Japanese, None) => format!("{month}の費用は{forecast}になり、予算の{budget}に収まる見込みです。"),
        (English, Some(over)) => {
            format!("{month} is expected to cost {forecast}, {over} over the budget of {budget}.")
        }
        (English, None) => format!("{month} is expected to cost {forecast}, inside the budget of {budget}."),
    }
}

/// Why the month differs.
#[must_use]
pub fn product_variance(language: Language, currency: &str, usage: &str) -> String {
    match language {
        Japanese => format!("予算との差は、為替が{currency}、利用が{usage}です。"),
        English => format!("Of the difference to the budget, currency is {currency} and usage {usage}."),
    }
}

/// A product without a budget.
#[must_use]
pub fn product_no_budget(language: Language, this_week: &str) -> String {
    match language {
        Japanese => format!("今週の費用は{this_week}です。予算は登録されていません。"),
        English => format!("This week cost {this_week}. No budget is declared."),
    }
}

/// A product whose month cannot be forecast yet.
#[must_use]
pub fn product_no_forecast(language: Language, month: &str, budget: &str, spent: Option<&str>) -> String {
    match (language, spent) {
        (Japanese, Some(spent)) => {
            format!(
                "{month}はここまで{spent}、予算は{budget}です。見込みを出すには14日分のデータが要ります。"
            )
        }
        (Japanese, None) => format!("{month}の予算は{budget}です。費用のデータはまだありません。"),
        (English, Some(spent)) => {
            format!(
                "{month} has cost {spent} so far, of a budget of {budget}. A forecast needs 14 days of data."
            )
        }
        (English, None) => format!("The budget for {month} is {budget}. There is no cost data yet."),
    }
}

/// What users felt.
#[must_use]
pub fn product_users(language: Language, count: i64, duration: &str) -> String {
    match (language, count) {
        (Japanese, 0) => "今週、利用者に影響した障害はありません。".to_owned(),
        (Japanese, _) => {
            format!("今週は障害が{count}件あり、利用者が影響を受けた時間は合わせて{duration}でした。")
        }
        (English, 0) => "No incident affected users this week.".to_owned(),
        (English, 1) => format!("One incident affected users for {duration} this week."),
        (English, _) => format!("{count} incidents affected users for {duration} in all this week."),
    }
}

/// How the month went so far.
#[must_use]
pub fn month_so_far(language: Language, days: usize, spent: &str, forecast: Option<&str>) -> String {
    match (language, forecast) {
        (Japanese, Some(forecast)) => {
            format!("今月はここまでの{days}日で{spent}。月末は{forecast}の見込み。")
        }
        (Japanese, None) => {
            format!("今月はここまでの{days}日で{spent}。見込みを出すには14日分のデータが要る。")
        }
        (English, Some(forecast)) => {
            format!("{spent} in the {days} days so far; {forecast} expected by the end of the month.")
        }
        (English, None) => format!("{spent} in the {days} days so far; a forecast needs 14 days of data."),
    }
}

/// "11/28に予算へ届く", "reaches the budget on 28 Nov".
#[must_use]
pub fn reaches_budget(language: Language, day: &str) -> String {
    match language {
        Japanese => format!("{day}に予算へ届く"),
        English => format!("reaches the budget on {day}"),
    }
}

/// The end label of the actual line.
#[must_use]
pub fn until(language: Language, day: &str, amount: &str) -> String {
    match language {
        Japanese => format!("{day}まで{amount}"),
        English => format!("{amount} to {day}"),
    }
}

/// How far an objective's budget has run down.
#[must_use]
pub fn course_sentence(language: Language, name: &str, target: &str, attainment: &str, left: &str) -> String {
    match language {
        Japanese => format!("{name}: 目標{target}に対して達成は{attainment}、{left}。"),
        English => format!("{name}: {attainment} against a target of {target}, {left}."),
    }
}

/// "7%超える", "7% over".
#[must_use]
pub fn over_budget(language: Language, share: &str) -> String {
    match language {
        Japanese => format!("{share}超える"),
        English => format!("{share} over"),
    }
}

/// "7%下回る", "7% under".
#[must_use]
pub fn under_budget(language: Language, share: &str) -> String {
    match language {
        Japanese => format!("{share}下回る"),
        English => format!("{share} under"),
    }
}
