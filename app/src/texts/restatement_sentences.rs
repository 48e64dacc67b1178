//! Sentences about what changed since a moment, and about how far a month's bill is settled.

use domain::billing_month::MonthState;
use domain::organization::Language;
use domain::rate::Month;

use super::format;
use Language::{English, Japanese};

/// What the reader looks back to, where that is a freeze.
#[must_use]
pub fn changes_since_freeze(language: Language, week: &str, version: i64, at: &str) -> String {
    match language {
        Japanese => format!("{week}の凍結(版{version}、{at})から"),
        English => format!("since {week} was frozen (version {version}, {at})"),
    }
}

/// What the reader looks back to otherwise.
#[must_use]
pub fn changes_since(language: Language, at: &str) -> String {
    match language {
        Japanese => format!("{at}から"),
        English => format!("since {at}"),
    }
}

/// Why another moment stands in for the last freeze.
#[must_use]
pub fn changes_never_frozen(language: Language, days: i64) -> String {
    match language {
        Japanese => format!("凍結された週はまだない。代わりに直近{days}日を示す。"),
        English => format!("No week has been frozen yet; these are the last {days} days instead."),
    }
}

/// The first sentence: what sources restated and what arrived.
#[must_use]
pub fn changes_answer(language: Language, restated: &str, arrived: &str) -> String {
    match language {
        Japanese => format!(
            "すでに揃っていた日の訂正は{restated}。まだ揃っていなかった日の分として{arrived}が届いた。"
        ),
        English => format!(
            "Days that had been complete were restated by {restated}; {arrived} arrived for days that had not been complete."
        ),
    }
}

/// How the page counts, and what it does not show.
#[must_use]
pub fn changes_note(language: Language, lag_days: i64) -> String {
    match language {
        Japanese => format!(
            "「訂正」は、比べる時点で揃っていた日の額が変わったもの。「到着」は、その時点でデータがなかった日と、{lag_days}日前より新しく未完成だった日の分。どちらも送り元の請求の変化で、届いたときのルールで割り当てた。配賦ルールを変えても請求は変わらないので、その移動はここに出ない。二つの訂正の間にルールが変わった分だけを「ルールの変更」に分けて示す。共有費の按分は含まない。"
        ),
        English => format!(
            "Restated: amounts of days that were complete at the moment compared with. Arrived: days that had no data then, or were younger than {lag_days} days and therefore not complete. Both are changes of the source's bill, allocated by the rules of the day they arrived. Editing a rule changes no bill and shows nowhere here; only what rules moved between two changes stands apart, as “rules moved”. Shares of pools are not included."
        ),
    }
}

/// What edited rules moved between owners since a freeze.
#[must_use]
pub fn moved_title(language: Language) -> &'static str {
    match language {
        Japanese => "ルールの変更による移動(請求は変わらない)",
        English => "Moved by a rule (no bill changed)",
    }
}

/// The currency of amounts that are not converted, and the rate of those that are.
#[must_use]
pub fn changes_rate(language: Language, rate: &str, day: &str, source: &str, provisional: bool) -> String {
    let provisional = match (language, provisional) {
        (_, false) => "",
        (Japanese, true) => "仮 ",
        (English, true) => "provisional ",
    };
    match language {
        Japanese => format!("レート {provisional}{rate}({day} {source})"),
        English => format!("rate {provisional}{rate} ({day}, {source})"),
    }
}

/// Lines that only the other metric has.
#[must_use]
pub fn changes_other_metric(language: Language, lines: usize, other: &str) -> String {
    match language {
        Japanese => format!("ほか{lines}行は{other}だけが変わった。"),
        English => format!("{lines} more lines changed in {other} only."),
    }
}

/// Whose cost changed, on which source's bill, of which month's days.
#[must_use]
pub fn restated_place(language: Language, owner: &str, source: &str, month: &str) -> String {
    match language {
        Japanese => format!("{owner}({source}、{month}分)"),
        English => format!("{owner} ({source}, {month})"),
    }
}

/// What of a change restates days that had been shown; the rest arrived late.
#[must_use]
pub fn of_which_restated(language: Language, amount: &str) -> String {
    match language {
        Japanese => format!("(うち訂正 {amount})"),
        English => format!(" ({amount} of it restated)"),
    }
}

/// The week before, where some of its days are still not complete.
#[must_use]
pub fn previous_week_so_far(language: Language, week: &str, change: &str, days: usize) -> String {
    match language {
        Japanese => format!("{week}はまだ{days}/7日: 凍結から{change}"),
        English => format!("{week} has {days} of 7 days: {change} since the freeze"),
    }
}

/// A month of any year: 2026年11月, Nov 2026.
#[must_use]
pub fn month_of_year(language: Language, month: Month) -> String {
    match language {
        Japanese => format!("{}年{}", month.first_day().year(), format::month(month, language)),
        English => format::month(month, language),
    }
}

/// What is to be done about a month, or when it closes.
#[must_use]
pub fn month_state_note(language: Language, state: MonthState, is_asked: bool) -> Option<String> {
    Some(match (language, state) {
        (Japanese, MonthState::Closing(day)) => {
            format!("{}(UTC)以降の取り込みで確定", format::short_date(day, language))
        }
        (English, MonthState::Closing(day)) => {
            format!("final once delivered on {} (UTC) or later", format::short_date(day, language))
        }
        (Japanese, MonthState::Unconfirmed { .. }) if is_asked => "次の teirei sync で比べる".to_owned(),
        (English, MonthState::Unconfirmed { .. }) if is_asked => {
            "the next teirei sync compares it".to_owned()
        }
        (Japanese, MonthState::Unconfirmed { was_over: false }) => {
            "月が終わる前の取り込みのまま。もう一度取り込む".to_owned()
        }
        (English, MonthState::Unconfirmed { was_over: false }) => {
            "the month was not over then: import it again".to_owned()
        }
        (Japanese, MonthState::Unconfirmed { was_over: true }) => {
            "締め切り前の取り込みのまま。もう一度取り込む".to_owned()
        }
        (English, MonthState::Unconfirmed { was_over: true }) => {
            "the bill had not closed then: import it again".to_owned()
        }
        (_, MonthState::Open | MonthState::Closed | MonthState::Changed) => return None,
    })
}

/// Whether the months of a sum are final.
#[must_use]
pub fn months_not_final(language: Language, months: &[String]) -> String {
    match language {
        Japanese => format!("暫定: {}は未確定", months.join("、")),
        English => format!("provisional: {} not final", months.join(", ")),
    }
}
