//! Sentences of a product's page.

use domain::anomaly::Anomaly;
use domain::forecast::{Band, Basis, Method};
use domain::money::{Currency, Money};
use domain::organization::Language;
use domain::product_review::outlook::CostAnomaly;
use domain::review::cost::BudgetStatus;

use super::format;

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

/// The same once all days of the month are there.
#[must_use]
pub fn product_month_closed(
    language: Language,
    month: &str,
    spent: &str,
    budget: &str,
    over: Option<&str>,
) -> String {
    match (language, over) {
        (Japanese, Some(over)) => format!("{month}の費用は{spent}で、予算の{budget}を{over}超えました。"),
        (Japanese, None) => format!("{month}の費用は{spent}で、予算の{budget}に収まりました。"),
        (English, Some(over)) => format!("{month} cost {spent}, {over} over the budget of {budget}."),
        (English, None) => format!("{month} cost {spent}, inside the budget of {budget}."),
    }
}

/// Two amounts with everything between them: "¥182万〜¥195万", "¥1.82M–¥1.95M"; one where they are written
/// alike.
#[must_use]
pub fn amount_range(language: Language, low: &str, high: &str) -> String {
    match language {
        _ if low == high => low.to_owned(),
        Japanese => format!("{low}〜{high}"),
        English => format!("{low}–{high}"),
    }
}

/// Where a sum may lie in eight of ten cases.
#[must_use]
pub fn band_range(language: Language, currency: Currency, band: &Band) -> String {
    let short = |micros: i64| format::money_short(Money { micros, currency }, language);
    amount_range(language, &short(band.low), &short(band.high))
}

/// The first sentence about a month with the range that eight of ten such forecasts held; the band is in
/// the budget's currency.
#[must_use]
pub fn product_month_range(language: Language, status: &BudgetStatus, band: &Band) -> String {
    let month = format::month(status.month, language);
    let range = band_range(language, status.budget.currency, band);
    let budget = format::money_short(status.budget, language);
    let over = status.forecast.map(|forecast| forecast.micros.saturating_sub(status.budget.micros));
    let over = over.filter(|over| *over > 0).map(|micros| Money { micros, ..status.budget });
    let over = over.map(|over| format::money_short(over, language));
    let head = match language {
        Japanese => format!("{month}の費用は{range}の見込みです(8割の確率)。"),
        English => format!("{month} is expected to cost {range} (8 times in 10), "),
    };
    let may_exceed = band.high > status.budget.micros;
    let tail = match (language, over) {
        (Japanese, Some(over)) => format!("予算の{budget}を{over}ほど超えそうです。"),
        (Japanese, None) if may_exceed => {
            format!("予算の{budget}に収まりそうですが、超えるおそれもあります。")
        }
        (Japanese, None) => format!("予算の{budget}に収まる見込みです。"),
        (English, Some(over)) => format!("most likely {over} over the budget of {budget}."),
        (English, None) if may_exceed => {
            format!("most likely inside the budget of {budget}, though it may go over.")
        }
        (English, None) => format!("inside the budget of {budget}."),
    };
    head + &tail
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

/// A budget whose month has cost something in a currency without an exchange rate.
#[must_use]
pub fn product_without_rate(language: Language, month: &str, budget: &str) -> String {
    match language {
        Japanese => format!(
            "{month}の予算は{budget}です。為替レートのない通貨の費用があるため、いくら使ったかを出せません。"
        ),
        English => format!(
            "The budget for {month} is {budget}. What it has cost is unknown: an exchange rate is missing."
        ),
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

/// How the month went so far, with the range of its end.
#[must_use]
pub fn month_so_far_range(language: Language, days: usize, spent: &str, range: &str) -> String {
    match language {
        Japanese => format!("今月はここまでの{days}日で{spent}。月末は{range}の見込み(8割)。"),
        English => format!(
            "{spent} in the {days} days so far; {range} expected by the end of the month (8 times in 10)."
        ),
    }
}

/// A month whose days are all there.
#[must_use]
pub fn month_closed(language: Language, spent: &str) -> String {
    match language {
        Japanese => format!("この月は{spent}で終わった。"),
        English => format!("The month closed at {spent}."),
    }
}

/// How often the ranges of closed months held.
#[must_use]
pub fn ranges_held(language: Language, held: usize, ranges: usize) -> String {
    match (language, held, ranges) {
        (Japanese, ..) => format!("同じ日に出した過去{ranges}か月の幅は、{held}回当たった。"),
        (English, _, 1) => format!("The one range before it held {}.", times_in_words(held)),
        (English, ..) => {
            format!("The last {ranges} ranges of the same day held {}.", times_in_words(held))
        }
    }
}

fn times_in_words(count: usize) -> String {
    match count {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        _ => format!("{count} times"),
    }
}

/// Why there is no range yet.
#[must_use]
pub fn range_too_few(language: Language, errors: usize) -> String {
    match language {
        Japanese => format!("見込みの幅を出すには過去の見込みが4回分要る(いまは{errors}回分)。"),
        English => format!("A range needs 4 earlier forecasts; there are {errors}."),
    }
}

/// How many days there are where a forecast needs more.
#[must_use]
pub fn forecast_days_known(language: Language, days: usize) -> String {
    match (language, days) {
        (Japanese, _) => format!("いまは{days}日分ある。"),
        (English, 1) => "There is 1 so far.".to_owned(),
        (English, _) => format!("There are {days} so far."),
    }
}

/// How a forecast was made.
#[must_use]
pub fn forecast_method(language: Language, method: Method) -> String {
    let how = match (language, method) {
        (Japanese, Method::Trend) => {
            "見込みは、直近14日の水準に8週間の曜日の比を掛け、4週以上続く増減を延ばした額。"
        }
        (Japanese, Method::Level) => "見込みは、直近14日の水準に8週間の曜日の比を掛けた額。",
        (Japanese, Method::SameWeekday) => "見込みは、同じ曜日でいちばん新しい日の額。",
        (English, Method::Trend) => {
            "Each day ahead: the level of the last 14 days times the weekday's part over 8 weeks, with the growth that the last fortnights have in common."
        }
        (English, Method::Level) => {
            "Each day ahead: the level of the last 14 days times the weekday's part over 8 weeks."
        }
        (English, Method::SameWeekday) => "Each day ahead: the newest day of the same weekday.",
    };
    let why = match language {
        Japanese => "三つの方法のうち、このプロダクトの直近12週を最もよく当てたもの。",
        English => " Of three methods it came nearest on this product's last 12 weeks.",
    };
    format!("{how}{why}")
}

/// What a range was learnt from.
#[must_use]
pub fn range_basis(language: Language, basis: Basis) -> String {
    match (language, basis) {
        (Japanese, Basis::Months(count)) => {
            format!("幅は、過去{count}か月の同じ日に出した見込みの外れ方による。")
        }
        (Japanese, Basis::Weeks(count)) => {
            format!(
                "幅は、過去{count}週に同じ日数だけ先を見た見込みの外れ方による。閉じた月がまだ少ないため。"
            )
        }
        (English, Basis::Months(count)) => {
            format!("The range: how far the forecasts of {count} closed months were off on the same day.")
        }
        (English, Basis::Weeks(count)) => {
            format!(
                "The range: how far {count} weekly forecasts of as many days were off; too few months have closed."
            )
        }
    }
}

/// Which days count as Sundays, and how far the table of them reaches.
#[must_use]
pub fn holidays_like_sundays(language: Language, year: i16) -> String {
    match language {
        Japanese => format!("国民の祝日(内閣府の発表による{year}年までの表)は日曜と同じに扱う。"),
        English => format!(
            "Japan's national holidays count as Sundays (the Cabinet Office's list, as announced up to {year})."
        ),
    }
}

/// What a budget's pace is measured against.
#[must_use]
pub fn pace_due(language: Language, due: &str) -> String {
    match language {
        Japanese => format!("ここまでの予定{due}に対して"),
        English => format!("of {due} due by now"),
    }
}

/// How many days of the month are left.
#[must_use]
pub fn days_left(language: Language, days: i64) -> String {
    match (language, days) {
        (Japanese, _) => format!("あと{days}日"),
        (English, 1) => "1 day left".to_owned(),
        (English, _) => format!("{days} days left"),
    }
}

/// What a day ahead is expected to cost.
#[must_use]
pub fn expected_per_day(language: Language, amount: &str) -> String {
    match language {
        Japanese => format!("見込みは1日{amount}"),
        English => format!("{amount} a day expected"),
    }
}

/// An event that reaches the last known day.
#[must_use]
pub fn goes_on(language: Language) -> &'static str {
    match language {
        Japanese => "続いている",
        English => "goes on",
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

/// The days of an event.
#[must_use]
pub fn event_days(language: Language, event: &Anomaly) -> String {
    let (first, last) = (format::date(event.first, language), format::date(event.last, language));
    if event.first == event.last { first } else { format!("{first}–{last}") }
}

/// An event in a line, in the currency of the bill.
#[must_use]
pub fn unusual_line(language: Language, anomaly: &CostAnomaly) -> String {
    let money = |micros| Money { micros, currency: anomaly.currency };
    let event = &anomaly.event;
    let (actual, expected) = (format::money(money(event.actual)), format::money(money(event.expected)));
    let impact = format::money_signed(money(event.impact()));
    let (days, service) = (event_days(language, event), anomaly.service.as_deref());
    match language {
        Japanese => {
            let service = service.map(|service| format!("、主に{service}")).unwrap_or_default();
            format!("{days} {actual}(想定{expected}、{impact}{service})")
        }
        English => {
            let service = service.map(|service| format!(", mostly {service}")).unwrap_or_default();
            format!("{days} {actual} (expected {expected}, {impact}{service})")
        }
    }
}
