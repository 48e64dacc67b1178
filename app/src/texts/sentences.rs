//! Sentences with arguments, one function each, both languages side by side.

use domain::organization::Language;
use domain::ratio::Ppm;
use domain::review::incidents::IncidentSection;

pub use super::answer_sentences::*;
pub use super::cost_sentences::*;
pub use super::notice_sentences::*;
pub use super::objective_sentences::*;
pub use super::product_sentences::*;
pub use super::queue_sentences::*;
pub use super::restatement_sentences::*;
pub use super::split_sentences::*;

use super::format;
use Language::{English, Japanese};

/// "2026年 第47週", "Week 47, 2026".
#[must_use]
pub fn week_heading(language: Language, year: i16, number: i8) -> String {
    match language {
        Japanese => format!("{year}年 第{number}週"),
        English => format!("Week {number}, {year}"),
    }
}

/// "第47週", "Week 47".
#[must_use]
pub fn week_short(language: Language, number: i8) -> String {
    match language {
        Japanese => format!("第{number}週"),
        English => format!("Week {number}"),
    }
}

/// "11/23 10:00 JST 時点", "as of 23 Nov 10:00 JST".
#[must_use]
pub fn as_of(language: Language, time: &str, zone: &str) -> String {
    match language {
        Japanese => format!("{time} {zone} 時点"),
        English => format!("as of {time} {zone}"),
    }
}

/// Who froze it and when.
#[must_use]
pub fn frozen_by(language: Language, version: i64, who: &str, time: &str, zone: &str) -> String {
    match language {
        Japanese => format!("版{version} · {time} {zone} · {who}"),
        English => format!("version {version} · {time} {zone} · {who}"),
    }
}

/// How many of a week's UTC days are there.
#[must_use]
pub fn days_complete(language: Language, through: &str, days: usize) -> String {
    match language {
        Japanese => format!("UTC日で{through}まで、7日のうち{days}日"),
        English => format!("UTC days to {through}, {days} of 7 days"),
    }
}

/// A source that has gone quiet.
#[must_use]
pub fn stale_since(language: Language, time: &str) -> String {
    match language {
        Japanese => format!("{time}から届いていない"),
        English => format!("silent since {time}"),
    }
}

/// A source that began after the week.
#[must_use]
pub fn begins(language: Language, day: &str) -> String {
    match language {
        Japanese => format!("データは{day}から"),
        English => format!("data from {day} on"),
    }
}

/// The exchange rate as applied.
#[must_use]
pub fn rate(language: Language, from: &str, amount: &str, date: &str, provisional: bool) -> String {
    match (language, provisional) {
        (Japanese, false) => format!("1 {from} = {amount}({date})"),
        (Japanese, true) => format!("1 {from} = {amount}({date}、仮)"),
        (English, false) => format!("1 {from} = {amount} ({date})"),
        (English, true) => format!("1 {from} = {amount} ({date}, provisional)"),
    }
}

/// The worst incident in one sentence.
#[must_use]
pub fn worst_incident(
    language: Language,
    product: &str,
    title: &str,
    start: &str,
    duration: &str,
    share: &str,
) -> String {
    match language {
        Japanese => format!("{product}: {title}。{start}から{duration}、利用の{share}に影響した。"),
        English => format!("{product}: {title}. From {start} for {duration}, {share} of use affected."),
    }
}

/// The biggest mover and the total.
#[must_use]
pub fn top_mover(language: Language, owner: &str, service: &str, change: &str, share: &str) -> String {
    match language {
        Japanese => format!("{owner}の{service}が {change}({share})。"),
        English => format!("{owner}, {service}: {change} ({share})."),
    }
}

/// The total against the week before.
#[must_use]
pub fn total_change(language: Language, total: &str, share: &str, flat: bool, days: usize) -> String {
    match language {
        Japanese => {
            let verdict = if flat { "で横ばい" } else { "" };
            format!("全体は {total}、前週の同じ{days}日と比べて{share}{verdict}。")
        }
        English => {
            let verdict = if flat { ", flat" } else { "" };
            format!("In all {total}, {share} against the same {days} days of the week before{verdict}.")
        }
    }
}

/// The total where there is no week before to compare with.
#[must_use]
pub fn total_alone(language: Language, total: &str) -> String {
    match language {
        Japanese => format!("全体は {total}。前週のデータがなく、比べられない。"),
        English => format!("In all {total}. There is no data for the week before to compare with."),
    }
}

/// A month expected to overrun.
#[must_use]
pub fn budget_overrun(
    language: Language,
    product: &str,
    month: &str,
    over: &str,
    currency: Option<&str>,
) -> String {
    match (language, currency) {
        (Japanese, Some(currency)) => {
            format!("{product}は{month}の予算を {over} 超える見込み。うち{currency}は為替。")
        }
        (Japanese, None) => format!("{product}は{month}の予算を {over} 超える見込み。"),
        (English, Some(currency)) => {
            format!(
                "{product} is expected to exceed its {month} budget by {over}, {currency} of it currency."
            )
        }
        (English, None) => format!("{product} is expected to exceed its {month} budget by {over}."),
    }
}

/// A budget running low.
#[must_use]
pub fn budget_low(language: Language, name: &str, remaining: &str) -> String {
    match language {
        Japanese => format!("{name}はエラーバジェットの残りが{remaining}。"),
        English => format!("{name} has {remaining} of its error budget left."),
    }
}

/// The rules of the matrix.
#[must_use]
pub fn matrix_caption(language: Language, risk: &str, breached: &str, low: &str) -> String {
    match language {
        Japanese => format!(
            "悪い順。基準: 費用は見込みが予算の{risk}超で注意、{breached}超で違反。バジェットは残り{low}未満か燃焼率1超で注意、目標を下回れば違反。"
        ),
        English => format!(
            "Worst first. Cost: forecast above {risk} of budget at risk, above {breached} breached. Error budget: below {low} or burning above 1× at risk, target missed breached."
        ),
    }
}

/// The folded rest of the matrix.
#[must_use]
pub fn products_ok(language: Language, count: usize, names: &str) -> String {
    match (language, count) {
        (Japanese, _) => format!("達成しているのは{count}プロダクト: {names}"),
        (English, 1) => format!("1 product is OK: {names}"),
        (English, _) => format!("{count} products are OK: {names}"),
    }
}

/// Between names of a list.
#[must_use]
pub fn list_separator(language: Language) -> &'static str {
    match language {
        Japanese => "、",
        English => ", ",
    }
}

/// "SEV-2が1件", "1 × SEV-2".
#[must_use]
pub fn count_of(language: Language, count: i64, what: &str) -> String {
    match language {
        Japanese => format!("{what}が{count}件"),
        English => format!("{count} × {what}"),
    }
}

/// "継続中1", "1 still open".
#[must_use]
pub fn still_open(language: Language, count: i64) -> String {
    match language {
        Japanese => format!("継続中{count}"),
        English => format!("{count} still open"),
    }
}

/// "再発1", "1 repeat".
#[must_use]
pub fn repeats(language: Language, count: i64) -> String {
    match language {
        Japanese => format!("再発{count}"),
        English => format!("{count} repeat{}", if count == 1 { "" } else { "s" }),
    }
}

/// "90日で2回目", "2nd in 90 days" without ordinals to get wrong.
#[must_use]
pub fn occurrence(language: Language, count: i64) -> String {
    match language {
        Japanese => format!("再発、90日で{count}回目"),
        English => format!("repeat, {count} in 90 days"),
    }
}

/// "残り18%", "18% left"; what is overspent stands alone as "−38%".
#[must_use]
pub fn left(language: Language, share: &str) -> String {
    match language {
        _ if share.starts_with('\u{2212}') => share.to_owned(),
        Japanese => format!("残り{share}"),
        English => format!("{share} left"),
    }
}

/// "燃焼率3.4×", "burning 3.4×".
#[must_use]
pub fn burning(language: Language, rate: &str) -> String {
    match language {
        Japanese => format!("今週の燃焼率{rate}"),
        English => format!("burning {rate} this week"),
    }
}

/// "予算の107%", "107% of budget".
#[must_use]
pub fn of_budget(language: Language, share: &str) -> String {
    match language {
        Japanese => format!("予算の{share}"),
        English => format!("{share} of budget"),
    }
}

/// "超過の83%は為替", "83% of it currency"; beyond the whole, where using less hides a part of it,
/// "超過は為替による", "all of it currency". Nothing where the rate made it cheaper.
#[must_use]
pub fn currency_part(language: Language, share: Ppm) -> Option<String> {
    if share <= Ppm(0) {
        return None;
    }
    let percent = format::percent(share, 0);
    Some(match (language, share >= Ppm::ONE) {
        (Japanese, false) => format!("超過の{percent}は為替"),
        (Japanese, true) => "超過は為替による".to_owned(),
        (English, false) => format!("{percent} of it currency"),
        (English, true) => "all of it currency".to_owned(),
    })
}

/// "前週比+20.9%", "+20.9% on the week before".
#[must_use]
pub fn against_week_before(language: Language, share: &str) -> String {
    match language {
        Japanese => format!("前週比{share}"),
        English => format!("{share} on the week"),
    }
}

/// "未公開1", "1 unpublished".
#[must_use]
pub fn postmortems_missing(language: Language, count: i64) -> String {
    match language {
        Japanese => format!("未公開{count}"),
        English => format!("{count} unpublished"),
    }
}

/// "公開済み1", "1 published".
#[must_use]
pub fn postmortems_done(language: Language, count: i64) -> String {
    match language {
        Japanese => format!("公開済み{count}"),
        English => format!("{count} published"),
    }
}

/// "4日前から", "for 4 days".
#[must_use]
pub fn for_days(language: Language, days: i64) -> String {
    match language {
        Japanese => format!("{days}日届いていない"),
        English => format!("silent for {days} day{}", if days == 1 { "" } else { "s" }),
    }
}

/// The caption of the cost table.
#[must_use]
pub fn cost_caption(
    language: Language,
    metric: &str,
    currency: &str,
    rate: Option<&str>,
    from: &str,
    through: &str,
    days: usize,
) -> String {
    match language {
        Japanese => {
            let converted =
                rate.map_or_else(String::new, |rate| format!("{rate}で換算、両週とも同じレート。"));
            format!(
                "{metric}、単位は{currency}。{converted}UTC日{from}–{through}を、前週の同じ{days}日と比べる。"
            )
        }
        English => {
            let converted =
                rate.map_or_else(String::new, |rate| format!(" Converted at {rate}, both weeks alike."));
            format!(
                "{metric} in {currency}.{converted} UTC days {from}–{through} against the same {days} days of the week before."
            )
        }
    }
}

/// The total's change above the bars.
#[must_use]
pub fn movers_sentence(language: Language, change: &str, share: &str, flat: bool) -> String {
    match language {
        Japanese => format!("全体は {change}({share}{})。", if flat { "、横ばい" } else { "" }),
        English => format!("In all {change} ({share}{}).", if flat { ", flat" } else { "" }),
    }
}

/// What the bars leave out.
#[must_use]
pub fn rest_of_movers(language: Language, count: i64) -> String {
    match language {
        Japanese => format!("ほか{count}件"),
        English => format!("{count} others"),
    }
}

/// Amounts that no rate converts.
#[must_use]
pub fn unconverted(language: Language, amounts: &str) -> String {
    match language {
        Japanese => {
            format!("換算レートがないため、この表に含まない: {amounts}。レートを登録すると含まれる。")
        }
        English => format!(
            "Not in this table, because no exchange rate is known: {amounts}. Enter a rate to include it."
        ),
    }
}

/// What the incidents of a week come to.
#[must_use]
pub fn incidents_sentence(
    language: Language,
    incidents: &IncidentSection,
    (union, weighted): (&str, &str),
) -> String {
    let (count, band, weeks) = (incidents.counted(), incidents.band, incidents.earlier_counts.len());
    match language {
        Japanese => {
            let band = band.map_or_else(String::new, |(low, high)| {
                let verdict = if count >= low && count <= high { "に収まる" } else { "を外れる" };
                format!("過去{weeks}週の幅({low}–{high}件){verdict}。")
            });
            format!(
                "障害は{count}件。影響した時間は重なりを除いて{union}、影響した利用の割合で重み付けすると{weighted}。{band}"
            )
        }
        English => {
            let band = band.map_or_else(String::new, |(low, high)| {
                let verdict = if count >= low && count <= high { "inside" } else { "outside" };
                format!(" That is {verdict} the band of the last {weeks} weeks ({low}–{high}).")
            });
            let noun = if count == 1 { "incident" } else { "incidents" };
            format!(
                "{count} {noun}. Impact lasted {union} without overlaps, {weighted} when weighted by the share of use affected.{band}"
            )
        }
    }
}

/// How many objectives stand how.
#[must_use]
pub fn objectives_sentence(
    language: Language,
    total: usize,
    breached: usize,
    risk: usize,
    no_data: usize,
) -> String {
    match language {
        Japanese => format!("{total}件のうち、違反{breached}件、注意{risk}件、データなし{no_data}件。"),
        English => format!("Of {total}: {breached} breached, {risk} at risk, {no_data} without data."),
    }
}

/// The caption of the objectives table.
#[must_use]
pub fn objectives_caption(language: Language, from: &str, to: &str) -> String {
    match language {
        Japanese => format!(
            "目標ごとの窓で測る。達成率は切り捨て。W{from}–W{to}の印は、その週だけの成績。破線は暫定。"
        ),
        English => format!(
            "Each over its own window; attainment is floored. The marks W{from}–W{to} are each week on its own. Dashed: provisional."
        ),
    }
}

/// The folded rest of the objectives.
#[must_use]
pub fn objectives_ok(language: Language, count: usize) -> String {
    match language {
        Japanese => format!("達成しているのは{count}件"),
        English => format!("{count} met"),
    }
}

/// The length of a window: "28日", "28 days".
#[must_use]
pub fn days(language: Language, days: i64) -> String {
    match (language, days) {
        (Japanese, _) => format!("{days}日"),
        (English, 1) => "1 day".to_owned(),
        (English, _) => format!("{days} days"),
    }
}

/// The window in the calendar.
#[must_use]
pub fn calendar_window(language: Language, count: i32, unit: domain::objective::WindowUnit) -> String {
    use domain::objective::WindowUnit::{Day, Hour, Minute, Month, Quarter, Week, Year};
    let (japanese, english) = match unit {
        Minute => ("分", "minute"),
        Hour => ("時間", "hour"),
        Day => ("日", "day"),
        Week => ("週", "week"),
        Month => ("か月", "month"),
        Quarter => ("四半期", "quarter"),
        Year => ("年", "year"),
    };
    match language {
        Japanese => format!("暦の{count}{japanese}"),
        English => format!("calendar, {count} {english}{}", if count == 1 { "" } else { "s" }),
    }
}

/// What is left in events.
#[must_use]
pub fn events_left(language: Language, count: &str, negative: bool) -> String {
    match (language, negative) {
        (Japanese, false) => format!("あと{count}回"),
        (Japanese, true) => format!("超過{count}回"),
        (English, false) => format!("{count} to go"),
        (English, true) => format!("{count} over"),
    }
}

/// What is left in time.
#[must_use]
pub fn time_left(language: Language, duration: &str, negative: bool) -> String {
    match (language, negative) {
        (Japanese, false) => format!("あと{duration}"),
        (Japanese, true) => format!("超過{duration}"),
        (English, false) => format!("{duration} to go"),
        (English, true) => format!("{duration} over"),
    }
}

/// A share of use: "63%の利用", "63% of use".
#[must_use]
pub fn share_of_use(language: Language, share: &str) -> String {
    match language {
        Japanese => format!("{share}の利用"),
        English => format!("{share} of use"),
    }
}

/// The footer's explanation.
#[must_use]
pub fn colophon(language: Language, organization: &str, zone: &str) -> String {
    match language {
        Japanese => format!("{organization} · 週はISO週、障害とSLOは{zone}、費用はUTC日"),
        English => format!("{organization} · ISO weeks; incidents and SLOs in {zone}, cost in UTC days"),
    }
}

/// Names nobody has claimed.
#[must_use]
pub fn unmapped(language: Language, names: &str) -> String {
    match language {
        Japanese => format!("カタログにないプロダクト名がある: {names}"),
        English => format!("The catalogue does not know these product names: {names}"),
    }
}

/// How many remarks are not shown.
#[must_use]
pub fn more_issues(language: Language, count: usize) -> String {
    match language {
        Japanese => format!("ほか{count}件"),
        English => format!("and {count} more"),
    }
}

/// A frozen version in the archive.
#[must_use]
pub fn version(language: Language, number: i64) -> String {
    match language {
        Japanese => format!("版{number}"),
        English => format!("version {number}"),
    }
}

/// What arrived for the week before since it was frozen.
#[must_use]
pub fn previous_week_final(language: Language, week: &str, change: &str) -> String {
    match language {
        Japanese => format!("{week}確定: {change}"),
        English => format!("{week} final: {change}"),
    }
}
