//! Sentences on what incidents come to.

use domain::incident::DetectedBy;
use domain::incident_statistics::LeftOut;
use domain::incident_statistics::hour::DayPart;
use domain::organization::Language;
use domain::review::incidents::IncidentSection;
use rust_decimal::Decimal;

use super::format;
use super::statistics_words::{day_part_word, left_out_word};
use Language::{English, Japanese};

/// A duration that need not be whole seconds, as people say it: seconds below a minute, minutes below two hours,
/// then hours, days above two of them.
#[must_use]
pub fn duration(language: Language, seconds: Decimal) -> String {
    let of = |unit: i64| seconds / Decimal::from(unit);
    let digits = |value: Decimal| if value >= Decimal::TEN || value.normalize().scale() == 0 { 0 } else { 1 };
    let (value, ja, en) = if seconds < Decimal::from(60) {
        (seconds.round(), "秒", " s")
    } else if seconds < Decimal::from(7_200) {
        (of(60), "分", " min")
    } else if seconds < Decimal::from(172_800) {
        (of(3_600), "時間", " h")
    } else {
        (of(86_400), "日", " d")
    };
    let unit = if language == Japanese { ja } else { en };
    format!("{}{unit}", format::decimal(value, digits(value)))
}

/// A place of an axis that has a round name.
#[must_use]
pub fn round_minutes(language: Language, minutes: i64) -> String {
    let (value, ja, en) = match minutes {
        ..60 => (minutes, "分", " min"),
        60..1_440 => (minutes / 60, "時間", " h"),
        _ => (minutes / 1_440, "日", " d"),
    };
    format!("{value}{}", if language == Japanese { ja } else { en })
}

/// Whole seconds as people say them.
#[must_use]
pub fn seconds(language: Language, seconds: i64) -> String {
    duration(language, Decimal::from(seconds))
}

/// What users felt, in one sentence over all figures.
#[must_use]
pub fn headline(language: Language, declared: i64, open: i64, impact: &str, union: &str) -> String {
    match language {
        Japanese => {
            let open = if open > 0 { format!("(うち{open}件は継続中)") } else { String::new() };
            format!(
                "期間内に宣言された障害は{declared}件{open}。利用者は{union}のあいだ影響を受け、割合で重み付けすると{impact}になる。"
            )
        }
        English => {
            let noun = if declared == 1 { "incident was" } else { "incidents were" };
            let open = if open > 0 { format!(" ({open} still open)") } else { String::new() };
            format!(
                "{declared} {noun} declared in the period{open}. Users felt them for {union}, which is {impact} weighted by the share of use affected."
            )
        }
    }
}

/// What is listed and not counted.
#[must_use]
pub fn left_out(language: Language, left_out: &[(LeftOut, i64)]) -> String {
    let parts: Vec<String> = left_out
        .iter()
        .map(|(reason, count)| match language {
            Japanese => format!("{}{count}件", left_out_word(language, *reason)),
            English => format!("{count} {}", left_out_word(language, *reason)),
        })
        .collect();
    match language {
        Japanese => format!("数えていないもの: {}。", parts.join("、")),
        English => format!("Not counted: {}.", parts.join(", ")),
    }
}

/// The band beside a count.
#[must_use]
pub fn band(language: Language, (low, high): (i64, i64)) -> String {
    match language {
        Japanese => format!("最後の週の幅 {low}–{high}件"),
        English => format!("band of the last week: {low}–{high}"),
    }
}

/// The number of the last week and where it lies.
#[must_use]
pub fn last_week(language: Language, count: i64, verdict: &str) -> String {
    match language {
        Japanese => format!("最後の週は{count}件、{verdict}"),
        English => format!("{count} in the last week, {verdict}"),
    }
}

/// How many incidents a number speaks about.
#[must_use]
pub fn of_incidents(language: Language, count: i64) -> String {
    match (language, count) {
        (Japanese, count) => format!("{count}件"),
        (English, 1) => "1 incident".to_owned(),
        (English, count) => format!("{count} incidents"),
    }
}

/// The period when nothing failed in it.
#[must_use]
pub fn at_least(language: Language, period: &str) -> String {
    match language {
        Japanese => format!("{period}以上"),
        English => format!("≥ {period}"),
    }
}

/// Some of all.
#[must_use]
pub fn some_of(language: Language, some: i64, all: i64) -> String {
    match language {
        Japanese => format!("{all}件中{some}件"),
        English => format!("{some} of {all}"),
    }
}

/// How many are not known, after another remark.
#[must_use]
pub fn not_known(language: Language, count: i64) -> String {
    match language {
        Japanese => format!("、不明{count}件"),
        English => format!(", {count} not known"),
    }
}

/// How many calls fell into the other parts of the day.
#[must_use]
pub fn calls(language: Language, calls: [i64; 3]) -> String {
    let parts = DayPart::ALL.into_iter().zip(calls).filter(|(part, _)| *part != DayPart::Sleep);
    let parts: Vec<String> =
        parts.map(|(part, count)| format!("{} {count}", day_part_word(language, part))).collect();
    parts.join(" · ")
}

/// What users did not feel, or of which nobody knows how long.
#[must_use]
pub fn beside_impact(language: Language, incidents: i64, without: i64, unknown: i64) -> String {
    let mut text = of_incidents(language, incidents);
    let mut say = |count: i64, ja: &str, en: &str| {
        if count > 0 {
            text.push_str(&match language {
                Japanese => format!("、{ja}{count}件"),
                English => format!(", {count} {en}"),
            });
        }
    };
    say(without, "利用者に影響なし", "without customer impact");
    say(unknown, "長さ不明", "of unknown length");
    text
}

/// The summary at the end of a row of dots.
#[must_use]
pub fn sample(language: Language, count: usize, median: Option<&str>) -> String {
    match (language, median) {
        (Japanese, Some(median)) => format!("n={count} 中央値{median}"),
        (English, Some(median)) => format!("n={count}, median {median}"),
        (_, None) => format!("n={count}"),
    }
}

/// Sources began to speak after the period began.
#[must_use]
pub fn known_since(language: Language, day: &str) -> String {
    match language {
        Japanese => {
            format!("最初の記録は{day}。それより前は「なかった」のではなく「分からない」。")
        }
        English => format!("The first record is of {day}: what was before is unknown, not calm."),
    }
}

/// How many incidents of a week customers noticed first, after another sentence; nothing where none.
#[must_use]
pub fn by_customers(language: Language, incidents: &IncidentSection) -> Option<String> {
    let by = || incidents.rows.iter().filter(|row| row.counted).filter_map(|row| row.detected_by);
    let (all, customers) = (by().count(), by().filter(|by| *by == DetectedBy::Customer).count());
    (customers > 0).then(|| match language {
        Japanese => format!("利用者が先に気づいたのは{all}件中{customers}件。"),
        English => format!(" Customers noticed {customers} of {all} first."),
    })
}

/// A filter leaves some out.
#[must_use]
pub fn filtered_out(language: Language, count: i64) -> String {
    match language {
        Japanese => format!("絞り込みで{count}件を除いている。数字も除いたあとのもの。"),
        English => {
            format!(
                "{} left out by the filters; the figures leave them out, too.",
                of_incidents(language, count)
            )
        }
    }
}

/// Shares of a budget in one line.
#[must_use]
pub fn charge(title: &str, share: &str) -> String {
    format!("{title} {share}")
}

/// A group of repeats.
#[must_use]
pub fn times(language: Language, count: usize) -> String {
    match language {
        Japanese => format!("{count}回"),
        English => format!("{count} times"),
    }
}

/// How many more there are than are shown.
#[must_use]
pub fn more(language: Language, count: usize) -> String {
    match language {
        Japanese => format!("ほか{count}件"),
        English => format!("{count} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_the_unit_that_people_would_say() {
        for (seconds, ja, en) in [
            ("0", "0秒", "0 s"),
            ("59.5", "60秒", "60 s"),
            ("90", "1.5分", "1.5 min"),
            ("1650", "28分", "28 min"),
            ("2460", "41分", "41 min"),
            ("9000", "2.5時間", "2.5 h"),
            ("642600", "7.4日", "7.4 d"),
            ("864000", "10日", "10 d"),
        ] {
            let seconds: Decimal = seconds.parse().unwrap();
            assert_eq!(duration(Japanese, seconds), ja);
            assert_eq!(duration(English, seconds), en);
        }
    }
}
