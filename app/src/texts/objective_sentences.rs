//! Sentences of an objective's own page.

use domain::error_budget::Exhaustion;
use domain::organization::Language;

use super::format;
use Language::{English, Japanese};

/// The number of the window beside its target.
#[must_use]
pub fn objective_answer(language: Language, window: &str, attainment: &str, target: &str) -> String {
    match language {
        Japanese => format!("{window}の達成率は{attainment}、目標は{target}。"),
        English => format!("{attainment} over {window}, where {target} is the target."),
    }
}

/// Nothing was counted in the window.
#[must_use]
pub fn objective_without_counts(language: Language, window: &str) -> String {
    match language {
        Japanese => format!("{window}のあいだに数えられたものがないので、達成率は分かりません。"),
        English => format!("Nothing was counted over {window}, so there is no attainment to tell."),
    }
}

/// What is left of the budget, as a share and in its unit.
#[must_use]
pub fn objective_left(language: Language, share: &str, units: &str, overspent: bool) -> String {
    match (language, overspent) {
        (Japanese, false) => format!("エラーバジェットは{share}残っています({units})。"),
        (Japanese, true) => format!("エラーバジェットは使い切りました({share}、{units})。"),
        (English, false) => format!("{share} of the error budget is left ({units})."),
        (English, true) => format!("The error budget is used up ({share}, {units})."),
    }
}

/// When the budget runs out at the pace of the last seven days.
#[must_use]
pub fn objective_exhaustion(language: Language, exhaustion: Exhaustion) -> Option<String> {
    Some(match (language, exhaustion) {
        (_, Exhaustion::Now) => return None,
        (Japanese, Exhaustion::Never) => "直近7日では減っていません。".to_owned(),
        (English, Exhaustion::Never) => "The last 7 days did not touch it.".to_owned(),
        (Japanese, Exhaustion::In(seconds)) => {
            format!("直近7日の速さが続くと、あと{}で尽きます。", format::minutes(seconds, language))
        }
        (English, Exhaustion::In(seconds)) => {
            format!("At the pace of the last 7 days it lasts another {}.", format::minutes(seconds, language))
        }
    })
}

/// A target of 100 % has no budget.
#[must_use]
pub fn objective_without_budget(language: Language, is_met: bool) -> String {
    match (language, is_met) {
        (Japanese, true) => "目標が100%なので、失敗してよい余裕はもともとありません。".to_owned(),
        (Japanese, false) => "目標が100%なので余裕はなく、1件の失敗で違反になります。".to_owned(),
        (English, true) => "The target is 100%, so there is no budget that could be spent.".to_owned(),
        (English, false) => "The target is 100%: a single failure breaches it.".to_owned(),
    }
}

/// What a frozen week says beside the page, which shows what is known now.
#[must_use]
pub fn objective_frozen(language: Language, version: i64, frozen: Option<&str>, same: bool) -> String {
    match (language, frozen, same) {
        (Japanese, Some(_), true) => format!("凍結した第{version}版と同じ値です。"),
        (Japanese, Some(value), false) => format!("凍結した第{version}版では{value}でした。"),
        (Japanese, None, _) => format!("凍結した第{version}版には、このSLOはありませんでした。"),
        (English, Some(_), true) => format!("Version {version}, frozen, says the same."),
        (English, Some(value), false) => format!("Version {version}, frozen, says {value}."),
        (English, None, _) => format!("Version {version}, frozen, did not have this SLO."),
    }
}

/// Counted events: "1,234回", "1,234".
#[must_use]
pub fn events(language: Language, count: i64) -> String {
    match language {
        Japanese => format!("{}回", format::whole(count)),
        English => format::whole(count),
    }
}

/// A stretch of counts for a burn rate.
#[must_use]
pub fn last_days(language: Language, days: i64) -> String {
    match (language, days) {
        (Japanese, _) => format!("直近{days}日"),
        (English, 1) => "last day".to_owned(),
        (English, _) => format!("last {days} days"),
    }
}

/// How the table of charges was made.
#[must_use]
pub fn attribution_method(language: Language) -> &'static str {
    match language {
        Japanese => {
            "障害が続いていた時間の失敗のうち、障害のない日にも出る分を超えたものを障害に割り当てる。重なった時間は等分する。残りは「障害では説明できない分」で、合わせると窓の失敗の数にちょうど一致する。"
        }
        English => {
            "Failures counted while an incident lasted, above what calm days lose as well, are charged to it; time that several shared is split evenly. The rest is explained by no incident. Together they are exactly the failures of the window."
        }
    }
}

/// How an objective counts.
#[must_use]
pub fn budgeting_method(language: Language, method: domain::objective::BudgetingMethod) -> String {
    use domain::objective::BudgetingMethod::{Occurrences, RatioTimeslices, Timeslices};
    let slice = |seconds: i64| format::whole(seconds);
    match (language, method) {
        (Japanese, Occurrences) => "良い回数 ÷ 全部の回数".to_owned(),
        (Japanese, Timeslices { slice_target, slice_seconds }) => format!(
            "{}秒ごとの区間で、{}%以上なら良い区間とする",
            slice(slice_seconds),
            domain::error_budget::target_percent(slice_target)
        ),
        (Japanese, RatioTimeslices { slice_seconds }) => {
            format!("{}秒ごとの区間の比率の平均", slice(slice_seconds))
        }
        (English, Occurrences) => "good events of all events".to_owned(),
        (English, Timeslices { slice_target, slice_seconds }) => format!(
            "slices of {} s, good from {}% on",
            slice(slice_seconds),
            domain::error_budget::target_percent(slice_target)
        ),
        (English, RatioTimeslices { slice_seconds }) => {
            format!("mean of the ratios of slices of {} s", slice(slice_seconds))
        }
    }
}
