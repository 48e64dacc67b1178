//! Sentences on whether a product may ship, in both languages.

use domain::error_budget::target_percent;
use domain::organization::Language;
use domain::policy::PolicyStep;
use domain::policy::demand::Demand;
use domain::policy::verdict::Gap;
use domain::ratio::Ppm;
use domain::rollup::{Composite, CompositeMethod, CompositeValue};
use jiff::civil::Date;

use super::policy_words::policy_words;
use super::{format, sentences};

/// What is missing for an answer; `name` gives the name of an objective, `day` an instant as a day.
#[must_use]
pub fn gap(
    language: Language,
    gap: &Gap,
    name: impl Fn(&str) -> String,
    day: impl Fn(jiff::Timestamp) -> String,
) -> String {
    let japanese = language == Language::Japanese;
    match gap {
        Gap::Policy if japanese => "エラーバジェットの方針がまだない".to_owned(),
        Gap::Policy => "no error budget policy is written".to_owned(),
        Gap::Approval if japanese => "方針がまだ承認されていない".to_owned(),
        Gap::Approval => "the policy is not approved yet".to_owned(),
        Gap::Objectives if japanese => "本番のSLOがない".to_owned(),
        Gap::Objectives => "there is no SLO in production".to_owned(),
        Gap::Objective(id) if japanese => format!("方針が挙げるSLO {id} がない"),
        Gap::Objective(id) => format!("the policy names the SLO {id}, which is not there"),
        Gap::Counts { objective, last: None } if japanese => format!("{} の件数がない", name(objective)),
        Gap::Counts { objective, last: None } => format!("{} has no counts", name(objective)),
        Gap::Counts { objective, last: Some(last) } if japanese => {
            format!("{} の件数が {} から届いていない", name(objective), day(*last))
        }
        Gap::Counts { objective, last: Some(last) } => {
            format!("{} has no counts since {}", name(objective), day(*last))
        }
        Gap::Budget(id) if japanese => format!("{} は目標が100%で、予算というものがない", name(id)),
        Gap::Budget(id) => format!("{} has a target of 100 % and so no budget", name(id)),
    }
}

/// Which objective decides, with how much left.
#[must_use]
pub fn decided_by(language: Language, name: &str, left: Option<&str>) -> String {
    match (language, left) {
        (Language::Japanese, Some(left)) => format!("決め手: {name}(残り {left})"),
        (Language::Japanese, None) => format!("決め手: {name}"),
        (Language::English, Some(left)) => format!("decided by {name} ({left} left)"),
        (Language::English, None) => format!("decided by {name}"),
    }
}

/// What a large spender obliges to; `name` gives the name of an objective.
#[must_use]
pub fn demand(language: Language, demand: &Demand, name: impl Fn(&str) -> String) -> String {
    match (language, demand) {
        (Language::Japanese, Demand::Postmortem { objective, title, share, postmortem_url, .. }) => {
            let share = format::percent(*share, 1);
            let rest = match postmortem_url {
                Some(_) => "ポストモーテムに P0 の対処があるか確かめる",
                None => "P0 の対処を含むポストモーテムが必要",
            };
            format!("「{title}」が {} の4週間の予算の {share} を使った(20%超): {rest}", name(objective))
        }
        (Language::English, Demand::Postmortem { objective, title, share, postmortem_url, .. }) => {
            let share = format::percent(*share, 1);
            let rest = match postmortem_url {
                Some(_) => "check that its postmortem holds a P0 action",
                None => "a postmortem with a P0 action is needed",
            };
            format!(
                "“{title}” spent {share} of the four-week budget of {}, more than 20 %: {rest}",
                name(objective)
            )
        }
        (Language::Japanese, Demand::QuarterlyPriority { objective, cause, share }) => {
            let share = format::percent(*share, 1);
            format!(
                "同じ種類の原因「{cause}」が {} の四半期の予算の {share} を使った(20%超): 四半期の計画に P0 として入れる",
                name(objective)
            )
        }
        (Language::English, Demand::QuarterlyPriority { objective, cause, share }) => {
            let share = format::percent(*share, 1);
            format!(
                "causes of the class “{cause}” spent {share} of the quarter’s budget of {}, more than 20 %: a P0 on the quarterly plan is needed",
                name(objective)
            )
        }
    }
}

/// A step of a policy in a line.
#[must_use]
pub fn step(language: Language, step: &PolicyStep, is_only: bool) -> String {
    let words = policy_words(language);
    let action = words.action(Some(step.action));
    let note = if step.note.is_empty() { String::new() } else { format!(" — {}", step.note) };
    let when = match (language, step.at_least) {
        (_, None) if is_only => String::new(),
        (Language::Japanese, None) => "それ未満: ".to_owned(),
        (Language::English, None) => "less: ".to_owned(),
        (Language::Japanese, Some(left)) => format!("残り{}%以上: ", target_percent(left)),
        (Language::English, Some(left)) => format!("{}% or more left: ", target_percent(left)),
    };
    format!("{when}{action}{note}")
}

/// How many things the policy demands.
#[must_use]
pub fn demands(language: Language, count: usize) -> String {
    match (language, count) {
        (Language::Japanese, _) => format!("方針が求めること {count} 件"),
        (Language::English, 1) => "1 demand of the policy".to_owned(),
        (Language::English, _) => format!("{count} demands of the policy"),
    }
}

/// The revisit date of a policy, over or ahead; with its year, because it is seldom of this one.
#[must_use]
pub fn revisit(language: Language, day: Date, is_past: bool) -> String {
    match (language, is_past) {
        (Language::Japanese, false) => format!("見直し {day}"),
        (Language::Japanese, true) => format!("見直し期限 {day} を過ぎている"),
        (Language::English, false) => format!("to be revisited on {day}"),
        (Language::English, true) => format!("should have been revisited on {day}"),
    }
}

/// Excluded time of a window: all of it, and what could not be taken out of counts.
#[must_use]
pub fn excluded(language: Language, all: &str, share: &str, unapplied: Option<&str>) -> String {
    match (language, unapplied) {
        (Language::Japanese, None) => format!("除外 {all}(期間の{share})"),
        (Language::Japanese, Some(rest)) => format!(
            "除外 {all}(期間の{share})。うち {rest} は件数の単位(日・時間)に一部しか重ならず、数えたまま"
        ),
        (Language::English, None) => format!("excluded: {all}, {share} of the window"),
        (Language::English, Some(rest)) => format!(
            "excluded: {all}, {share} of the window; {rest} of it stay counted, because counts come by the day or hour and share them only in part"
        ),
    }
}

/// Several things that are missing or demanded, in a line.
#[must_use]
pub fn joined(language: Language, parts: &[String]) -> String {
    parts.join(sentences::list_separator(language))
}

/// Request SLOs added up: how many, what they attain and have left together, and how many have no number.
#[must_use]
pub fn like_sum(
    language: Language,
    count: usize,
    attainment: &str,
    left: Option<&str>,
    window: &str,
    missing: usize,
) -> String {
    match language {
        Language::Japanese => {
            let left = left.map(|left| format!("、残り {left}")).unwrap_or_default();
            let missing = if missing > 0 {
                format!("({missing} 件はデータなしで含まない)")
            } else {
                String::new()
            };
            format!("{count} 件の合計({window}): {attainment}{left}{missing}")
        }
        Language::English => {
            let left = left.map(|left| format!(", {left} left")).unwrap_or_default();
            let missing =
                if missing > 0 { format!(" ({missing} without data left out)") } else { String::new() };
            format!("{count} added up over {window}: {attainment}{left}{missing}")
        }
    }
}

/// All parts in series.
#[must_use]
pub fn in_series(language: Language, count: usize, share: &str, window: &str) -> String {
    match language {
        Language::Japanese => format!("{count} 件すべてを通る場合({window}、直列の積・独立と仮定): {share}"),
        Language::English => {
            format!("through all {count} in series over {window} (product, taken as independent): {share}")
        }
    }
}

/// Parts as one whole by a rule of OpenSLO; `weights` such as "2 : 1", empty where they play no role.
#[must_use]
pub fn composed(
    language: Language,
    composite: &Composite,
    (window, weights, value): (&str, &str, &str),
) -> String {
    let count = composite.objectives.len();
    let rule = match (language, composite.method) {
        (_, CompositeMethod::SerialProduct) => "",
        (Language::Japanese, CompositeMethod::RatioTimeslices) => "OpenSLO の RatioTimeslices",
        (Language::English, CompositeMethod::RatioTimeslices) => "OpenSLO ratio time slices",
        (Language::Japanese, CompositeMethod::Occurrences) => "OpenSLO の Occurrences、バーンレート×重みの和",
        (Language::English, CompositeMethod::Occurrences) => "OpenSLO occurrences, burn rates times weights",
        (Language::Japanese, CompositeMethod::Timeslices) => {
            "OpenSLO の Timeslices、どれか1つでも悪いスライスは悪い"
        }
        (Language::English, CompositeMethod::Timeslices) => "OpenSLO time slices, bad where any part is bad",
    };
    let name = composite.whole.as_deref();
    match language {
        Language::Japanese => {
            let name = name.map(|name| format!("「{name}」")).unwrap_or_default();
            let weights = if weights.is_empty() { String::new() } else { format!("、重み {weights}") };
            format!("{count} 件の複合{name}({window}、{rule}{weights}): {value}")
        }
        Language::English => {
            let name = name.map(|name| format!(" as “{name}”")).unwrap_or_default();
            let weights = if weights.is_empty() { String::new() } else { format!(", weights {weights}") };
            format!("{count} composed{name} over {window} ({rule}{weights}): {value}")
        }
    }
}

/// What a composite comes to; shares as they are written.
#[must_use]
pub fn composite_value(language: Language, value: &CompositeValue, share: impl Fn(Ppm) -> String) -> String {
    match (language, value) {
        (_, CompositeValue::Share(good)) => share(*good),
        (Language::Japanese, CompositeValue::BurnRate(rate)) => {
            format!("バーンレート {}", format::times(*rate))
        }
        (Language::English, CompositeValue::BurnRate(rate)) => {
            format!("burn rate {}", format::times(*rate))
        }
        (Language::Japanese, CompositeValue::Between(low, high)) => {
            format!("{}〜{}(悪い時間が重なったかは計数から分からない)", share(*low), share(*high))
        }
        (Language::English, CompositeValue::Between(low, high)) => {
            format!("{} to {} (counts do not tell which bad slices coincide)", share(*low), share(*high))
        }
    }
}

/// How many of the expected samples were seen.
#[must_use]
pub fn coverage(language: Language, share: &str, seen: &str, expected: &str) -> String {
    match language {
        Language::Japanese => format!("カバレッジ {share}(観測 {seen} / 期待 {expected})"),
        Language::English => format!("coverage {share} ({seen} of {expected} samples seen)"),
    }
}

/// How soon the usual alert would see a total outage.
#[must_use]
pub fn outage_seen(language: Language, rate: &str, seconds: &str) -> String {
    match language {
        Language::Japanese => format!("全断なら、1時間 {rate} の警報に {seconds} 秒で届く"),
        Language::English => {
            format!("a total outage reaches the alert of {rate} over an hour after {seconds} s")
        }
    }
}

/// The badge of a number for which samples are missing.
#[must_use]
pub fn thin(language: Language, share: &str) -> String {
    match language {
        Language::Japanese => format!("データ {share}"),
        Language::English => format!("{share} of samples"),
    }
}
