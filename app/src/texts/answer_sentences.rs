//! Sentences about what the meeting is asked and what people answered.

use domain::answer::{Answer, Evidence, Reopened, Verdict};
use domain::money::{Currency, Money};
use domain::organization::Language;
use domain::review::questions::Matter;
use jiff::tz::TimeZone;

use super::{format, texts};

use Language::{English, Japanese};

/// The word of a verdict.
#[must_use]
pub fn verdict(language: Language, verdict: Verdict) -> &'static str {
    let words = texts(language);
    match verdict {
        Verdict::Expected => words.verdict_expected,
        Verdict::Real => words.verdict_real,
        Verdict::Ignored => words.verdict_ignored,
    }
}

/// "4週間", "4 weeks".
#[must_use]
pub fn weeks(language: Language, weeks: i64) -> String {
    match (language, weeks) {
        (Japanese, _) => format!("{weeks}週間"),
        (English, 1) => "1 week".to_owned(),
        (English, _) => format!("{weeks} weeks"),
    }
}

/// Who said it when, and until when it holds.
#[must_use]
pub fn answered_by(language: Language, answer: &Answer, zone: &TimeZone) -> String {
    let at = format::short_date_time(answer.at, zone, language);
    let again = format::short_date(answer.asked_again_on, language);
    match language {
        Japanese => format!("{} · {at} · {again}から再び確認", answer.by),
        English => format!("{} · {at} · asked again from {again}", answer.by),
    }
}

/// What was known when it was answered; `shown` brings an amount into the page's currency.
#[must_use]
pub fn answered_for(language: Language, answer: &Answer, shown: impl Fn(Money) -> Money) -> String {
    let impact = impact(answer.currency, &answer.seen, shown);
    let days = days_of(language, &answer.seen);
    match language {
        Japanese => format!("回答時は{days}、{impact}"),
        English => format!("{days}, {impact} when answered"),
    }
}

/// Why an answer no longer holds.
#[must_use]
pub fn reopened(language: Language, why: Reopened) -> &'static str {
    match (language, why) {
        (Japanese, Reopened::Dearer) => "回答後に1日あたりの超過が増えた",
        (Japanese, Reopened::Earlier) => "回答後の訂正で、もっと前の日から始まっていた",
        (Japanese, Reopened::Longer) => "回答した日数より長く続いた",
        (English, Reopened::Dearer) => "costs more per day than when it was answered",
        (English, Reopened::Earlier) => "begins earlier than when it was answered",
        (English, Reopened::Longer) => "has gone on for longer than was answered",
    }
}

/// An answered event that no longer stands out.
#[must_use]
pub fn vanished(language: Language, answer: &Answer, shown: impl Fn(Money) -> Money) -> String {
    let (days, impact) = (days_of(language, &answer.seen), impact(answer.currency, &answer.seen, shown));
    match language {
        Japanese => format!("{days}({impact}と回答済み)は、その後の訂正でふだんどおりになった。"),
        English => format!("{days}, answered at {impact}, no longer stands out after later corrections."),
    }
}

/// "回答待ち2件", "2 to answer".
#[must_use]
pub fn unanswered(language: Language, count: i64) -> String {
    match language {
        Japanese => format!("回答待ち{count}件"),
        English => format!("{count} to answer"),
    }
}

/// The first and the last day of some evidence.
#[must_use]
pub fn days_of(language: Language, seen: &Evidence) -> String {
    let (first, last) = (format::short_date(seen.first, language), format::short_date(seen.last, language));
    if seen.first == seen.last { first } else { format!("{first}–{last}") }
}

fn impact(currency: Currency, seen: &Evidence, shown: impl Fn(Money) -> Money) -> String {
    format::money_signed(shown(Money { micros: seen.impact(), currency }))
}

/// What is asked, in a line; `shown` brings an amount into the page's currency.
#[must_use]
pub fn matter(language: Language, matter: &Matter, shown: impl Fn(Money) -> Money) -> String {
    let short = |money: Money| format::money_short(money, language);
    match matter {
        Matter::OverBudget { month, forecast, budget } => {
            let over = Money { micros: forecast.micros.saturating_sub(budget.micros), ..*forecast };
            let (month, over, budget) = (format::month(*month, language), short(over), short(*budget));
            match language {
                Japanese => format!("{month}は予算{budget}を{over}超える見込み"),
                English => format!("{month} is expected to end {over} over the budget of {budget}"),
            }
        }
        Matter::Anomaly { currency, now, service, .. } => {
            let (days, impact) = (days_of(language, now), impact(*currency, now, shown));
            let mostly = service.as_deref();
            match (language, mostly) {
                (Japanese, Some(service)) => format!("{days} ふだんより{impact}、主に{service}"),
                (Japanese, None) => format!("{days} ふだんより{impact}"),
                (English, Some(service)) => format!("{days}: {impact} against the usual, mostly {service}"),
                (English, None) => format!("{days}: {impact} against the usual"),
            }
        }
        Matter::Mover { currency, now, service, .. } => {
            let impact = impact(*currency, now, shown);
            match language {
                Japanese => format!("{service} 前週比{impact}"),
                English => format!("{service}: {impact} against the week before"),
            }
        }
        Matter::Unallocated { amount, share, limit } => {
            let (amount, share) = (short(*amount), format::percent(*share, 1));
            let limit = format::percent(*limit, 1);
            match language {
                Japanese => format!("未割当が{share}({amount})。上限は{limit}"),
                English => format!("{share} of the week ({amount}) is unallocated; the limit is {limit}"),
            }
        }
        Matter::SourceStale { source, days, .. } => {
            let silent = days.map(|days| super::sentences::for_days(language, days));
            format!("{source}: {}", silent.as_deref().unwrap_or(texts(language).no_data))
        }
    }
}

/// Why a question stands there, in a word.
#[must_use]
pub fn matter_kind(language: Language, matter: &Matter) -> &'static str {
    let words = texts(language);
    match matter {
        Matter::OverBudget { .. } => words.question_budget,
        Matter::Anomaly { .. } => words.question_anomaly,
        Matter::Mover { .. } => words.question_mover,
        Matter::Unallocated { .. } => words.question_unallocated,
        Matter::SourceStale { .. } => words.question_stale,
    }
}
