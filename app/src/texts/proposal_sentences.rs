//! Sentences of proposals to change an objective.

use domain::objective_proposal::{AlertRule, AlertTest, BackTest, Fired};
use domain::organization::Language;
use jiff::tz::TimeZone;

use super::format;
use Language::{English, Japanese};

/// How many weeks would have missed, and how often nothing would have been left.
#[must_use]
pub fn back_test(language: Language, test: &BackTest) -> String {
    let (missed, told, overspent) = (test.missed(), test.told(), test.overspent());
    match language {
        Japanese => {
            format!("計数のある{told}週のうち{missed}週が未達、週末に使い切っていたのは{overspent}回。")
        }
        English => {
            format!(
                "{missed} of {told} weeks with counts missed; overspent at the end of {overspent} of them."
            )
        }
    }
}

/// An alert by its windows, such as "page 1 h / 5 min".
#[must_use]
pub fn alert_rule(language: Language, rule: &AlertRule) -> String {
    let loud = match (language, rule.severity) {
        (Japanese, "page") => "呼び出し",
        (Japanese, _) => "チケット",
        (English, severity) => severity,
    };
    let length = |seconds: i64| {
        let (count, japanese, english) = match seconds {
            _ if seconds % 86_400 == 0 && seconds > 86_400 => (seconds / 86_400, "日", "d"),
            _ if seconds % 3_600 == 0 => (seconds / 3_600, "時間", "h"),
            _ => (seconds / 60, "分", "min"),
        };
        match language {
            Japanese => format!("{count}{japanese}"),
            English => format!("{count} {english}"),
        }
    };
    format!("{loud} {} / {}", length(rule.long), length(rule.short))
}

/// From which counts an alert could be told, and how often not.
#[must_use]
pub fn told_from(language: Language, test: &AlertTest) -> String {
    let mut parts: Vec<String> = test
        .told
        .iter()
        .map(|(seconds, count)| match (language, seconds) {
            (Japanese, 3_600) => format!("1時間ごと {count}回"),
            (English, 3_600) => format!("{count} hours"),
            (Japanese, 86_400) => format!("1日ごと {count}回"),
            (English, 86_400) => format!("{count} days"),
            (Japanese, seconds) => format!("{seconds}秒ごと {count}回"),
            (English, seconds) => format!("{count} × {seconds} s"),
        })
        .collect();
    if test.untold > 0 {
        parts.push(match language {
            Japanese => format!("判定不能 {}回", test.untold),
            English => format!("{} cannot tell", test.untold),
        });
    }
    parts.join(", ")
}

/// When an alert would have fired.
#[must_use]
pub fn fired(language: Language, fired: &Fired, zone: &TimeZone) -> String {
    if fired.granularity >= 86_400 {
        let day = |at: jiff::Timestamp| {
            let last = at.checked_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(at);
            format::short_date(zone.to_datetime(last).date(), language)
        };
        let (first, last) = (day(fired.first_at), day(fired.last_at));
        return if first == last { first } else { format!("{first}–{last}") };
    }
    let time = |at: jiff::Timestamp| format::short_date_time(at, zone, language);
    if fired.first_at == fired.last_at {
        time(fired.first_at)
    } else {
        format!("{}–{}", time(fired.first_at), time(fired.last_at))
    }
}

/// That counts are longer than the rules' short windows, and what that means.
#[must_use]
pub fn granularity_note(language: Language) -> &'static str {
    match language {
        Japanese => {
            "保存している計数から判定(1時間ごとの計数がある間はそれ、ほかは1日ごと)。計数より短い窓は計数の長さで代える(5分の窓は1時間か1日で見る)ので、実際のアラートはもっと早く鳴り、短い急増では余計に鳴ることがある。"
        }
        English => {
            "Told from the counts that are kept: by the hour while there are such, else by the day. A window shorter than the counts is taken as long as they are (an hour or a day instead of five minutes), so a real alert would have fired earlier, and oftener for short bursts."
        }
    }
}
