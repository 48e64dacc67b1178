//! Sentences of the queue of SLO reviews.

use domain::error_budget::target_percent;
use domain::objective_queue::{Action, Assessment, Decision, Level, Reason, Urgency};
use domain::organization::Language;
use domain::ratio::Ppm;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::format;
use Language::{English, Japanese};

/// Why an objective needs a look, with its evidence.
#[must_use]
pub fn reason(language: Language, reason: &Reason, zone: &TimeZone) -> String {
    let day = |day: Date| format::short_date(day, language);
    let at = |at: Timestamp| day(zone.to_datetime(at).date());
    let percent = |share: Ppm| format::percent(share, 0);
    let target = |target: Ppm| format!("{}%", target_percent(target));
    let time = |seconds: i64| format::minutes(seconds, language);
    match (language, reason) {
        (Japanese, Reason::Overdue(due)) => format!("{}までの見直しがまだ", day(*due)),
        (English, Reason::Overdue(due)) => format!("the review was due on {}", day(*due)),
        (Japanese, Reason::NeverReviewed(since)) => {
            format!("{}に入ってから一度も見直していない", day(*since))
        }
        (English, Reason::NeverReviewed(since)) => {
            format!("never reviewed since it came in on {}", day(*since))
        }
        (Japanese, Reason::Changed) => "見直しのあとで定義が変わった".to_owned(),
        (English, Reason::Changed) => "the definition changed after the last review".to_owned(),
        (Japanese, Reason::MissedWeeks(missed, of)) => format!("{of}週のうち{missed}週で未達"),
        (English, Reason::MissedWeeks(missed, of)) => format!("missed in {missed} of {of} weeks"),
        (Japanese, Reason::MissedWindows(missed)) => format!("直近3つの窓のうち{missed}つで未達"),
        (English, Reason::MissedWindows(missed)) => format!("missed in {missed} of the last 3 windows"),
        (Japanese, Reason::NeverBurns(most)) => {
            format!("直近3つの窓でバジェットを{}までしか使っていない", percent(*most))
        }
        (English, Reason::NeverBurns(most)) => {
            format!("no more than {} of the budget used in any of the last 3 windows", percent(*most))
        }
        (Japanese, Reason::Constant(days)) => format!("{days}日間ずっと同じ値で、測れていない疑い"),
        (English, Reason::Constant(days)) => format!("the same value for {days} days: is it measuring?"),
        (Japanese, Reason::Stale(Some(last))) => format!("{}から計数が届いていない", at(*last)),
        (English, Reason::Stale(Some(last))) => format!("no counts since {}", at(*last)),
        (Japanese, Reason::Stale(None)) => "計数が一度も届いていない".to_owned(),
        (English, Reason::Stale(None)) => "no counts have ever come".to_owned(),
        (Japanese, Reason::ThinCoverage(share)) => {
            format!("この週は標本の{}しか届いていない", format::percent_left(*share))
        }
        (English, Reason::ThinCoverage(share)) => {
            format!("only {} of the week's samples arrived", format::percent_left(*share))
        }
        (Japanese, Reason::NoTraffic) => "1週間トラフィックがない".to_owned(),
        (English, Reason::NoTraffic) => "no traffic for a week".to_owned(),
        (Japanese, Reason::IncidentWithoutBurn(id)) => {
            format!("障害{id}が、この製品のどのSLOにも表れていない")
        }
        (English, Reason::IncidentWithoutBurn(id)) => {
            format!("incident {id} shows in no SLO of the product")
        }
        (Japanese, Reason::BurnWithoutIncident(spent, explained)) => format!(
            "この週にバジェットの{}を使い、障害で説明できるのはその{}",
            percent(*spent),
            percent(*explained)
        ),
        (English, Reason::BurnWithoutIncident(spent, explained)) => format!(
            "{} of the budget went this week, incidents explain {} of it",
            percent(*spent),
            percent(*explained)
        ),
        (Japanese, Reason::CostlyIncident(id, share)) => {
            format!("障害{id}だけでバジェットの{}を使い、振り返りがない", percent(*share))
        }
        (English, Reason::CostlyIncident(id, share)) => {
            format!("incident {id} alone took {} of the budget and has no postmortem", percent(*share))
        }
        (Japanese, Reason::CostlyCause(cause, share)) => {
            format!("同じ原因({cause})の障害が四半期のバジェットの{}を使った", percent(*share))
        }
        (English, Reason::CostlyCause(cause, share)) => {
            format!("incidents of one cause ({cause}) took {} of a quarter's budget", percent(*share))
        }
        (Japanese, Reason::WillExhaust(seconds)) => format!("この速さだとあと{}で尽きる", time(*seconds)),
        (English, Reason::WillExhaust(seconds)) => format!("at this pace it ends in {}", time(*seconds)),
        (Japanese, Reason::LowAndBurning(left)) => {
            format!("残り{}で、均等より速く減っている", format::percent_left(*left))
        }
        (English, Reason::LowAndBurning(left)) => {
            format!("{} left, and burning faster than evenly", format::percent_left(*left))
        }
        (Japanese, Reason::TargetTooHigh(missed, of, proposal)) => {
            format!("{of}週のうち{missed}週で未達。実績に見合うのは{}", target(*proposal))
        }
        (English, Reason::TargetTooHigh(missed, of, proposal)) => {
            format!("{missed} of {of} weeks missed; history supports {}", target(*proposal))
        }
        (Japanese, Reason::TargetTooLow(weeks, proposal)) => {
            format!("{weeks}週とも余裕で達成。{}にもできる", target(*proposal))
        }
        (English, Reason::TargetTooLow(weeks, proposal)) => {
            format!("met with ease in all {weeks} weeks; {} would hold, too", target(*proposal))
        }
        (Japanese, Reason::NoProduct) => "どの製品のものか分からない".to_owned(),
        (English, Reason::NoProduct) => "belongs to no product of the catalogue".to_owned(),
        (Japanese, Reason::NoOwner) => "製品の担当者が決まっていない".to_owned(),
        (English, Reason::NoOwner) => "its product names nobody".to_owned(),
        (Japanese, Reason::NoPolicy) => "製品にエラーバジェットポリシーがない".to_owned(),
        (English, Reason::NoPolicy) => "its product has no error budget policy".to_owned(),
        (Japanese, Reason::PolicyOutdated(revisit)) => {
            format!("エラーバジェットポリシーの見直し期限({})が過ぎている", day(*revisit))
        }
        (English, Reason::PolicyOutdated(revisit)) => {
            format!("its error budget policy was to be looked at again by {}", day(*revisit))
        }
        (Japanese, Reason::LittleTraffic(allowed)) => {
            format!("窓で許される失敗が{}回だけで、1回の重みが大きい", allowed.normalize())
        }
        (English, Reason::LittleTraffic(allowed)) => {
            format!("the window allows {} failures only, each weighs a lot", allowed.normalize())
        }
        (Japanese, Reason::ExcludedTime(share)) => format!("窓の{}を計算から除いている", percent(*share)),
        (English, Reason::ExcludedTime(share)) => {
            format!("{} of the window is left out of the count", percent(*share))
        }
        (Japanese, Reason::ExclusionsGrow(weeks)) => {
            format!("計算から除く時間が{weeks}週続けて増えている")
        }
        (English, Reason::ExclusionsGrow(weeks)) => {
            format!("more time is left out of the count every week, for {weeks} weeks now")
        }
        (Japanese, Reason::VendorDiffers(ours, theirs)) => {
            format!("こちらの計算では{}、提供元では{}", target(*ours), target(*theirs))
        }
        (English, Reason::VendorDiffers(ours, theirs)) => {
            format!("we count {}, the vendor says {}", target(*ours), target(*theirs))
        }
        (Japanese, Reason::FileDiffers(live, file)) => {
            format!("動いている目標は{}、定義ファイルでは{}", target(*live), target(*file))
        }
        (English, Reason::FileDiffers(live, file)) => {
            format!("the target in force is {}, the file says {}", target(*live), target(*file))
        }
        (Japanese, Reason::AlertImpossible(threshold, highest)) => format!(
            "アラートの条件(均等の{})には届かない。この目標では最大でも{}",
            format::times(*threshold),
            format::times(*highest)
        ),
        (English, Reason::AlertImpossible(threshold, highest)) => format!(
            "an alert waits for {} of even burn; with this target {} is the highest there can be",
            format::times(*threshold),
            format::times(*highest)
        ),
        (Japanese, Reason::NoAlert) => "バジェットの減りを知らせるアラートがない".to_owned(),
        (English, Reason::NoAlert) => "no alert watches its budget burn".to_owned(),
        (Japanese, Reason::AboveDependency(id, other)) => {
            format!("依存先{id}の目標({})以上を約束している", target(*other))
        }
        (English, Reason::AboveDependency(id, other)) => {
            format!("promises no less than {id}, which it depends on ({})", target(*other))
        }
        (Japanese, Reason::BelowContract(contract)) => {
            format!("契約で約束した{}に対して余裕がない", target(*contract))
        }
        (English, Reason::BelowContract(contract)) => {
            format!("leaves no room to the {} promised by contract", target(*contract))
        }
        (Japanese, Reason::Restated(before, after)) => format!(
            "前回の定例での残り{}が、届き直した計数で{}に変わった",
            format::percent_left(*before),
            format::percent_left(*after)
        ),
        (English, Reason::Restated(before, after)) => format!(
            "{} was left at the last meeting; later counts leave {}",
            format::percent_left(*before),
            format::percent_left(*after)
        ),
        (Japanese, Reason::Ignored(None)) => "一度も開かれていない".to_owned(),
        (English, Reason::Ignored(None)) => "nobody has ever opened it".to_owned(),
        (Japanese, Reason::Ignored(Some(seen))) => {
            format!("{}から4回の定例で誰も見ていない", at(*seen))
        }
        (English, Reason::Ignored(Some(seen))) => {
            format!("nobody has looked since {}, for four meetings", at(*seen))
        }
        (Japanese, Reason::ActionOverdue(owner, due)) => {
            format!("前の見直しで決めたこと({owner}、{}まで)が済んでいない", day(*due))
        }
        (English, Reason::ActionOverdue(owner, due)) => {
            format!("what the review decided is not done ({owner}, by {})", day(*due))
        }
        (Japanese, Reason::UnevenWeekends(share)) => {
            format!(
                "週末のトラフィックが平日と{}違い、窓に入る週末の数で揺れる",
                format::percent_change(*share)
            )
        }
        (English, Reason::UnevenWeekends(share)) => format!(
            "weekend traffic differs by {}, and the window holds now four, now five weekends",
            format::percent_change(*share)
        ),
        (Japanese, Reason::ShortWindow(seconds)) => {
            format!("窓が{}しかない(\"1m\" は1分、\"1M\" は1か月)", time(*seconds))
        }
        (English, Reason::ShortWindow(seconds)) => {
            format!("the window is only {} (“1m” is a minute, “1M” a month)", time(*seconds))
        }
        (Japanese, Reason::ImpossibleTarget(value)) => format!("目標が{}で、余裕がない", target(*value)),
        (English, Reason::ImpossibleTarget(value)) => {
            format!("a target of {} leaves no room", target(*value))
        }
        (Japanese, Reason::TargetAsPercent(value)) => {
            format!("目標が{}: 割合を百分率のつもりで書いていないか", target(*value))
        }
        (English, Reason::TargetAsPercent(value)) => {
            format!("a target of {}: was a share written where percent is meant?", target(*value))
        }
    }
}

/// How urgent.
#[must_use]
pub fn urgency(language: Language, urgency: Urgency) -> &'static str {
    match (language, urgency) {
        (Japanese, Urgency::Breach) => "いま困っている",
        (English, Urgency::Breach) => "hurts now",
        (Japanese, Urgency::Data) => "数値が疑わしい",
        (English, Urgency::Data) => "doubtful data",
        (Japanese, Urgency::Overdue) => "見直し待ち",
        (English, Urgency::Overdue) => "overdue",
        (Japanese, Urgency::Tuning) => "調整の余地",
        (English, Urgency::Tuning) => "could be better",
    }
}

/// What a review decides.
#[must_use]
pub fn decision(language: Language, decision: Decision) -> &'static str {
    match (language, decision) {
        (Japanese, Decision::Keep) => "このまま続ける",
        (English, Decision::Keep) => "keep",
        (Japanese, Decision::Tighten) => "目標を厳しくする",
        (English, Decision::Tighten) => "tighten the target",
        (Japanese, Decision::Loosen) => "目標を緩める",
        (English, Decision::Loosen) => "loosen the target",
        (Japanese, Decision::FixIndicator) => "測り方を直す",
        (English, Decision::FixIndicator) => "fix the indicator",
        (Japanese, Decision::Retire) => "やめる",
        (English, Decision::Retire) => "retire",
        (Japanese, Decision::Snooze) => "あとで見る",
        (English, Decision::Snooze) => "snooze",
    }
}

/// Low or high.
#[must_use]
pub fn level(language: Language, level: Level) -> &'static str {
    match (language, level) {
        (Japanese, Level::Low) => "低い",
        (English, Level::Low) => "low",
        (Japanese, Level::High) => "高い",
        (English, Level::High) => "high",
    }
}

/// Who held a review when, and when the next is due.
#[must_use]
pub fn held(language: Language, held: &Assessment, zone: &TimeZone) -> String {
    let at = format::short_date(zone.to_datetime(held.at).date(), language);
    let due = format::short_date(held.due_on, language);
    match language {
        Japanese => format!("{at} {}、次は{due}", held.by),
        English => format!("{}, {at}; next by {due}", held.by),
    }
}

/// Who is to do something by when, or who said when that it is done.
#[must_use]
pub fn action(language: Language, action: &Action, zone: &TimeZone) -> String {
    let due = format::short_date(action.due_on, language);
    let owner = &action.owner;
    match (language, &action.done) {
        (Japanese, None) => format!("{owner}、{due}まで"),
        (English, None) => format!("{owner}, by {due}"),
        (_, Some((at, by))) => {
            let at = format::short_date(zone.to_datetime(*at).date(), language);
            match language {
                Japanese => format!("{owner}、{due}まで。{at}に済み({by})"),
                English => format!("{owner}, by {due}; done {at} ({by})"),
            }
        }
    }
}

/// How many need a look.
#[must_use]
pub fn queue_sentence(language: Language, open: usize, snoozed: usize, settled: usize) -> String {
    match language {
        Japanese => {
            format!("見直すべきSLOは{open}件。あとで見るのが{snoozed}件、用が済んでいるのが{settled}件。")
        }
        English => format!("{open} to review; {snoozed} put off, {settled} settled."),
    }
}

/// How many of those that need a look are listed.
#[must_use]
pub fn reviews_due(language: Language, listed: usize, open: usize) -> String {
    match language {
        Japanese if listed == open => format!("見直すべきSLOは{open}件。"),
        Japanese => format!("見直すべきSLOは{open}件。急ぐ順に{listed}件を挙げる。"),
        English if listed == open => format!("{open} to review"),
        English => format!("{open} to review, the most urgent {listed} of them here"),
    }
}

/// Reasons that are not shown.
#[must_use]
pub fn more_reasons(language: Language, count: usize) -> String {
    match language {
        Japanese => format!("ほか{count}件の理由"),
        English => format!("{count} more"),
    }
}

/// The age of a reason.
#[must_use]
pub fn since(language: Language, day: &str) -> String {
    match language {
        Japanese => format!("{day}から"),
        English => format!("since {day}"),
    }
}

/// When the next review is due.
#[must_use]
pub fn due(language: Language, day: &str) -> String {
    match language {
        Japanese => format!("次は{day}"),
        English => format!("next by {day}"),
    }
}
