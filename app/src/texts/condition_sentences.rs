//! Sentences about what is odd with an objective's number.

use domain::objective_condition::Condition;
use domain::organization::Language;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::format;
use Language::{English, Japanese};

/// What people have to know before they trust the number.
#[must_use]
pub fn condition(language: Language, condition: &Condition, source: &str, zone: &TimeZone) -> String {
    let day = |at: Timestamp| format::short_date(zone.to_datetime(at).date(), language);
    match (language, condition) {
        (Japanese, Condition::Denied(since)) => {
            format!(
                "{}から{source}に読む権限がなく、新しい計数が届かない。権限を戻すと続きから読む。",
                day(*since)
            )
        }
        (English, Condition::Denied(since)) => format!(
            "Since {} {source} has not let us read it, so no new counts come. Give the permission back and reading goes on.",
            day(*since)
        ),
        (Japanese, Condition::Refused(since)) => {
            format!("{}から{source}がこの問い合わせに答えていない。届いている分だけの値。", day(*since))
        }
        (English, Condition::Refused(since)) => {
            format!(
                "Since {} {source} has failed at its query; the number is of what came before.",
                day(*since)
            )
        }
        (Japanese, Condition::Unanswerable(since)) => {
            format!("この定義では{source}に問い合わせられない({}に確認)。", day(*since))
        }
        (English, Condition::Unanswerable(since)) => {
            format!("{source} cannot be asked by this definition, seen on {}.", day(*since))
        }
        (Japanese, Condition::Partial(since)) => {
            format!("{}から{source}の答えは一部だけ。値はまだ変わる。", day(*since))
        }
        (English, Condition::Partial(since)) => {
            format!("Since {} {source} has answered in part only; the number may change.", day(*since))
        }
        (Japanese, Condition::Forgotten(at)) => {
            format!("{source}は古い計数をもう持っていない({}に確認)。前に読んだ分を残している。", day(*at))
        }
        (English, Condition::Forgotten(at)) => {
            format!(
                "{source} no longer has the older counts, seen on {}; what was read then stays.",
                day(*at)
            )
        }
        (Japanese, Condition::WholeTarget) => {
            "目標が100%なので、1件の失敗で違反になる。余裕がないものは達成とは示さない。".to_owned()
        }
        (English, Condition::WholeTarget) => {
            "The target is 100%: one failure breaches it, so it is never shown as safe.".to_owned()
        }
        (Japanese, Condition::ShortWindow(seconds)) => format!(
            "窓が{}しかなく、数えられるものがない。\"1m\" は1分で、1か月は \"1M\"。",
            format::minutes(*seconds, language)
        ),
        (English, Condition::ShortWindow(seconds)) => format!(
            "The window is only {}, in which nothing can be counted: “1m” is a minute, “1M” a month.",
            format::minutes(*seconds, language)
        ),
        (Japanese, Condition::NoTraffic(days)) => {
            format!("{days}日間、計数は届いているがトラフィックがない。達成でも違反でもない。")
        }
        (English, Condition::NoTraffic(days)) => {
            format!("Counts have come for {days} days and nothing was in them: neither met nor missed.")
        }
        (Japanese, Condition::Ahead(until)) => {
            format!(
                "{source}がこれから先({}まで)の計数を送ってきた。時計が進んでいる。先の分は数えない。",
                day(*until)
            )
        }
        (English, Condition::Ahead(until)) => format!(
            "{source} sends counts of times still to come, up to {}: its clock is ahead. They are not counted yet.",
            day(*until)
        ),
        (Japanese, Condition::Fell(period, before, after)) => format!(
            "{}の計数が、読み直すと{}から{}に減った。値は仮のもの。",
            day(period.start),
            format::whole(*before),
            format::whole(*after)
        ),
        (English, Condition::Fell(period, before, after)) => format!(
            "Counts of {} went down from {} to {} when they were read again; the number is provisional.",
            day(period.start),
            format::whole(*before),
            format::whole(*after)
        ),
    }
}

/// An objective that its source no longer defines.
#[must_use]
pub fn closed(language: Language, source: &str, day: &str) -> String {
    match language {
        Japanese => format!("{day}に、{source}の定義から無くなりました。それまでの数値は残っています。"),
        English => format!("{source} has no longer defined it since {day}. Its numbers up to then stay."),
    }
}

/// Another one came in its place.
#[must_use]
pub fn renamed(language: Language) -> &'static str {
    match language {
        Japanese => "同じ定義のSLOが別の名前であります。名前が変わったのでしょう:",
        English => "An SLO of the same definition has another name; it was probably renamed:",
    }
}
