//! Sentences on postmortems: why one is required, how its day is counted, how well they are done.

use domain::incident::Severity;
use domain::organization::Language::{self, English, Japanese};
use domain::postmortem::PostmortemTerms;
use domain::postmortem::duty::{Completion, Due, Duty, Reason};
use jiff::civil::Date;

use super::format;
use super::postmortem_words::postmortem_words;

/// "期限超過1", "次の期限 11/26": what a cell of the matrix says, the worse first.
#[must_use]
pub fn postmortems_due(language: Language, overdue: i64, due: i64, next: Option<Date>) -> Vec<String> {
    let late = (overdue > 0).then(|| match language {
        Japanese => format!("期限超過{overdue}"),
        English => format!("{overdue} overdue"),
    });
    let to_come = (due > 0).then(|| match (language, next) {
        (Japanese, Some(day)) => format!("期限{}", format::short_date(day, language)),
        (English, Some(day)) => format!("due {}", format::short_date(day, language)),
        (Japanese, None) => format!("未公開{due}"),
        (English, None) => format!("{due} unpublished"),
    });
    late.into_iter().chain(to_come).collect()
}

/// Where one stands, in a line.
#[must_use]
pub fn standing(language: Language, duty: &Duty, today: Date) -> String {
    let state = postmortem_words(language).standing(duty.standing);
    let due = duty.due.map(|due| format::date(due.on, language));
    let published = duty.published_on.map(|day| format::date(day, language));
    match (language, published, due) {
        (Japanese, Some(published), Some(due)) => {
            let late = if duty.is_on_time() == Some(true) { "期限内" } else { "期限後" };
            format!("{published}に公開({late}、期限は{due})")
        }
        (English, Some(published), Some(due)) => {
            let late = if duty.is_on_time() == Some(true) { "on time" } else { "late" };
            format!("Published on {published}, {late}: it was due on {due}.")
        }
        (Japanese, None, Some(due)) if duty.is_overdue(today) => {
            format!("期限超過: {due}まででした。いまは{state}。")
        }
        (English, None, Some(due)) if duty.is_overdue(today) => {
            format!("Overdue: it was due on {due}. It is {state}.")
        }
        (Japanese, None, Some(due)) => format!("{due}までに公開。いまは{state}。"),
        (English, None, Some(due)) => format!("Due on {due}. It is {state}."),
        (Japanese, Some(published), None) => format!("{published}に公開"),
        (English, Some(published), None) => format!("Published on {published}."),
        (Japanese, None, None) => format!("必要です。いまは{state}。"),
        (English, None, None) => format!("Required. It is {state}."),
    }
}

/// Why one is required.
#[must_use]
pub fn reason(language: Language, reason: &Reason, objective: &str) -> String {
    match (language, reason) {
        (Japanese, Reason::Severity(severity)) => {
            format!("深刻度が{}です。SEV-1とSEV-2には必ず書きます。", severity.as_str())
        }
        (English, Reason::Severity(severity)) => {
            format!("It is {}: SEV-1 and SEV-2 always have one.", severity.as_str())
        }
        (Japanese, Reason::Unclassified) => {
            "深刻度がまだ決まっていません。決まるまではSEV-2として扱います。".to_owned()
        }
        (English, Reason::Unclassified) => {
            "Nobody has classified it: it counts as SEV-2 until somebody does.".to_owned()
        }
        (Japanese, Reason::Budget { share, .. }) => format!(
            "このインシデントだけで、終わるまでの4週間の「{objective}」のエラーバジェットを{}使いました。20%を超えたら書きます。",
            format::percent(*share, 0)
        ),
        (English, Reason::Budget { share, .. }) => format!(
            "Alone it spent {} of the error budget that “{objective}” had for the four weeks up to its end; more than 20% asks for one.",
            format::percent(*share, 0)
        ),
        (Japanese, Reason::Flag(flag)) => format!("{}が必要としました: {}", flag.by, flag.note),
        (English, Reason::Flag(flag)) => format!("{} asked for one: {}", flag.by, flag.note),
    }
}

/// How the due day is counted: "11/18(水)の5営業日後。11/23(月)は休み。"
#[must_use]
pub fn due_counted(language: Language, due: &Due, rests: &[Date]) -> String {
    let from = format::date(due.from, language);
    let rests: Vec<String> = rests.iter().map(|day| format::short_date(*day, language)).collect();
    let counted = match (language, due.in_business_days) {
        (Japanese, true) => format!("{from}から数えて{}営業日目です。", due.days),
        (Japanese, false) => format!("{from}から数えて{}日目です(土日祝も数えます)。", due.days),
        (English, true) => format!("{} business days after {from}.", due.days),
        (English, false) => {
            format!("{} calendar days after {from}, weekends and holidays counted.", due.days)
        }
    };
    if rests.is_empty() || !due.in_business_days {
        return counted;
    }
    match language {
        Japanese => format!("{counted}{}は休みなので数えません。", rests.join("、")),
        English if rests.len() == 1 => format!("{counted} {} is a day of rest.", rests.join("")),
        English => format!("{counted} {} are days of rest.", rests.join(", ")),
    }
}

/// How far the calendar of holidays reaches.
#[must_use]
pub fn calendar_reach(language: Language, last: Date) -> String {
    match language {
        Japanese => format!("祝日表は{}年まで。", last.year()),
        English => format!("The table reaches to the end of {}.", last.year()),
    }
}

/// The days on which the company rests besides.
#[must_use]
pub fn year_end(language: Language, terms: &PostmortemTerms) -> Option<String> {
    let rest = terms.year_end?;
    let text = rest.to_string().replace(
        "..",
        match language {
            Japanese => "〜",
            English => " to ",
        },
    );
    Some(match language {
        Japanese => format!("年末年始の休業日({text})も除きます。"),
        English => format!(" The company's rest around New Year ({text}) is left out as well."),
    })
}

/// The one line above a list.
#[must_use]
pub fn completion(language: Language, counts: &Completion, weeks: usize) -> String {
    let Completion { required, published, due, on_time, overdue } = counts;
    match language {
        Japanese => format!(
            "直近{weeks}週間に必要な{required}件のうち{published}件を公開。期限が来た{due}件のうち期限内は{on_time}件、期限超過は{overdue}件。"
        ),
        English => format!(
            "Of {required} required in the last {weeks} weeks {published} are published. Of {due} that have come due {on_time} were on time and {overdue} are overdue."
        ),
    }
}

/// "5営業日以内", "within 5 business days": what a severity asks for; `None` for nothing.
#[must_use]
pub fn term(language: Language, terms: &PostmortemTerms, severity: Severity) -> Option<String> {
    let (days, is_business) = match severity {
        Severity::Sev1 => (terms.sev1_days, false),
        Severity::Sev2 | Severity::Unclassified => (terms.sev2_business_days, true),
        Severity::Sev3 | Severity::Sev4 => return None,
    };
    Some(match (language, is_business) {
        (Japanese, true) => format!("{days}営業日以内"),
        (Japanese, false) => format!("{days}日以内(暦日)"),
        (English, true) => format!("within {days} business days"),
        (English, false) => format!("within {days} calendar days"),
    })
}

/// What asks for a postmortem besides the severity.
#[must_use]
pub fn other_terms(language: Language, terms: &PostmortemTerms) -> [String; 3] {
    let days = terms.other_business_days;
    match language {
        Japanese => [
            format!(
                "1件で4週間のエラーバジェットの20%を超えて使ったら、深刻度によらず必要です({days}営業日以内)。"
            ),
            format!("規則にかからなくても、誰でも理由を書いて求められます({days}営業日以内)。"),
            "期限は、利用者への影響が終わった日の翌日から数えます。理由が複数あれば、早い方の日です。".to_owned(),
        ],
        English => [
            format!(
                "One that alone spends more than 20% of a four-week error budget needs one whatever its severity (within {days} business days)."
            ),
            format!("Where no rule asks, anybody may, with a reason (within {days} business days)."),
            "Days are counted from the day after users stopped feeling it. Of several reasons the earliest day counts.".to_owned(),
        ],
    }
}

/// "版3 · 11月23日 10:03 · demo".
#[must_use]
pub fn version_line(language: Language, number: i64, at: &str, by: &str) -> String {
    match language {
        Japanese => format!("第{number}版 · {at} · {by}"),
        English => format!("Version {number} · {at} · {by}"),
    }
}

/// "第3版を保存".
#[must_use]
pub fn version_saved(language: Language, number: i64) -> String {
    match language {
        Japanese => format!("第{number}版を保存"),
        English => format!("Version {number} saved"),
    }
}

/// The template of a new text.
#[must_use]
pub fn template(language: Language, title: &str) -> String {
    match language {
        Japanese => format!(
            "# {title}\n\n\
             ## 概要\n\n<何が起き、誰にどう影響し、どう終わったかを3行で>\n\n\
             ## 影響\n\n- 影響した利用者と機能:\n- 時間:\n- 使ったエラーバジェット:\n\n\
             ## 経過\n\n| 時刻 | 出来事 |\n| --- | --- |\n|  |  |\n\n\
             ## 要因\n\n<なぜ起きたか。なぜ気づくのに、直すのに時間がかかったか。ひとつに絞らない>\n\n\
             ## うまくいったこと\n\n- \n\n\
             ## アクション\n\n| すること | 担当 | 期限 |\n| --- | --- | --- |\n|  |  |  |\n"
        ),
        English => format!(
            "# {title}\n\n\
             ## Summary\n\n<what happened, who felt it and how, how it ended, in three lines>\n\n\
             ## Impact\n\n- Users and functions:\n- Time:\n- Error budget spent:\n\n\
             ## Timeline\n\n| Time | Event |\n| --- | --- |\n|  |  |\n\n\
             ## Contributing factors\n\n<why it happened, why it took time to notice and to mend; not a single cause>\n\n\
             ## What went well\n\n- \n\n\
             ## Actions\n\n| What | Owner | Due |\n| --- | --- | --- |\n|  |  |  |\n"
        ),
    }
}
