//! The words on several weeks together, in both languages side by side.

use domain::organization::Language;
use domain::period_review::span::{PeriodSpan, Quarter};

use super::format;

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words on several weeks together.
        #[derive(Debug)]
        pub struct PeriodWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: PeriodWords = PeriodWords { $($name: $ja,)* };
        static EN: PeriodWords = PeriodWords { $($name: $en,)* };
    };
}

words! {
    four_weeks: "4週レビュー", "Four weeks";
    quarter: "四半期レビュー", "Quarter";
    links_label: "ほかの期間", "Other periods";
    earlier: "← 前の期間", "← Earlier";
    later: "次の期間 →", "Later →";
    over_budget: "予算の日割りを超えたプロダクト", "Products over budget";
    missed: "目標に届かなかったSLO", "Objectives that missed";
    incidents: "障害", "Incidents";
    late_actions: "期限を過ぎたアクション", "Action items overdue";
    with_budget: "予算のある", "with a budget";
    objectives_of: "計測できた", "measured";
    open_of: "未完了", "open";
    no_data: "データなし", "No data";
    budget: "予算", "Budgets";
    budget_question: "費用は予算の内か?", "Did cost stay within budget?";
    budget_explained: "予算は月額を日割りにし、費用の届いた日の分だけを数えます。請求額は週ごとに、その週のレビューの換算レートで換算しています。", "Budgets are counted for the days whose cost has arrived: an even share of each month. What was billed is converted week by week, at the rate of that week's review.";
    spent: "使った額", "Spent";
    allowed: "予算の日割り", "Budget of these days";
    share: "予算比", "Of budget";
    without_tax: "予算は税抜き、請求は税込みなので比べません", "The budget leaves taxes out and the bill holds them: not compared";
    rate_missing: "換算レートがありません", "A rate is missing";
    no_budgets: "この期間のすべての日に予算のあるプロダクトはありません。", "No product has budgets for all of these days.";
    see_budgets: "予算を書く", "Enter budgets";
    cost: "費用", "Cost";
    cost_question: "何に、いくらかかったか?", "What did it cost?";
    cost_explained: "請求通貨ごと。違う通貨は足しません。", "Per billing currency: different ones are never added.";
    no_cost: "この期間の費用は届いていません。", "No cost of this time has arrived.";
    owner: "持ち主", "Owner";
    total: "合計", "Total";
    chart: "週ごとの請求額", "Billed by week";
    product: "プロダクト", "Product";
    objectives: "SLO", "Objectives";
    objectives_question: "期間を通して目標に届いたか?", "Did they hold over the whole period?";
    objectives_explained: "達成率は期間全体の良かった数÷全体の数です。週の百分率の平均ではありません。", "Attainment is good of total over all weeks, never a mean of weekly percentages.";
    no_objectives: "この期間のSLOはありません。", "No objective was measured in this time.";
    objective: "SLO", "Objective";
    target: "目標", "Target";
    attainment: "達成率", "Attainment";
    left: "予算残", "Budget left";
    weeks: "週", "Weeks";
    missed_in: "届かなかった週", "Missed in";
    target_changed: "途中で目標が変わりました", "The target changed meanwhile";
    gaps: "データの欠けた週があります", "Some weeks lack data";
    status: "状態", "Status";
    folded: "達成", "met";
    incidents_question: "何が、どれだけ止まったか?", "What broke, and for how long?";
    no_incidents: "障害はありませんでした。", "Nothing broke.";
    unknown_incidents: "障害の取り込み元がありません。静かなのか、知らないだけなのかはわかりません。", "No source speaks about incidents: whether nothing broke or nobody told is unknown.";
    downtime: "止まっていた時間", "Downtime";
    weighted: "影響の割合で重み付け", "Weighted by use affected";
    all: "全体", "All";
    all_incidents: "この期間の障害", "Incidents of this time";
    failure_rate: "変更失敗率", "Change failure rate";
    no_deploys: "デプロイが届いていないので、変更失敗率はわかりません。", "No deploy was ever supplied: the change failure rate is unknown.";
    actions: "アクション", "Action items";
    actions_question: "約束は守られたか?", "Were promises kept?";
    none_late: "期限を過ぎたアクションはありません。", "No open action item is overdue.";
    action: "アクション", "Action item";
    who: "担当", "Owner";
    nobody: "担当なし", "nobody";
    due: "期限", "Due";
    late_by: "超過", "Late by";
    carried: "持ち越した会議", "Meetings carried";
    register: "すべてのアクション", "All action items";
    decisions: "見直す決定", "Decisions to look at again";
    decisions_question: "決めたことは期待どおりになったか?", "Did decisions work out?";
    no_decisions: "この期間に見直す日の来た決定はありません。", "No decision was to be looked at again in this time.";
    result: "結果", "Result";
    put_off: "延期", "put off";
    looked_on: "見直す日", "Look again on";
    decision: "決定", "Decision";
    expected: "期待したこと", "Expected";
    seen: "わかったこと", "What was seen";
    review_debt: "SLOレビューの滞り", "Objectives not reviewed";
    review_debt_question: "見直しが遅れているSLOはどれか?", "Which objectives wait for their review?";
    no_review_debt: "見直しが遅れているSLOはありません。", "No review of an objective is overdue.";
    since: "いつから", "Since";
    never: "一度も見直していない", "never reviewed";
    overdue: "見直しの期限切れ", "review overdue";
    queue: "見直しの待ち行列", "The review queue";
    debt: "技術的負債", "Technical debt";
    debt_question: "何を、誰が、いつまでに返すか?", "What is owed, by whom, and until when?";
    debt_explained: "「#負債」(#debt) と書いたアクションと話題、3週以上持ち越した話題、そして繰り返したのに誰のアクションにもなっていない障害。", "Action items and topics that say #debt (#負債), topics carried for three weeks or more, and incidents that came back without anybody's action item.";
    no_debt: "書き留められた負債も、手つかずの再発もありません。", "Nothing is flagged, and no repeat is without an action item.";
    debt_item: "負債", "Debt";
    repeats: "再発", "Repeats";
    kind_action: "アクション", "action item";
    kind_topic: "話題", "topic";
    kind_nowhere: "どこにも書かれていない再発", "a repeat that nobody follows";
    sources: "もとになった週", "The weeks behind it";
    sources_question: "どの版の、どこまでのデータか?", "Which versions, and how complete?";
    week: "週", "Week";
    version: "版", "Version";
    cost_days: "費用の届いた日", "Days of cost";
    draft: "下書き (いまの値)", "draft, as known now";
    not_ended: "まだ終わっていない", "has not ended";
    frozen: "凍結", "frozen";
    fiscal: "年度", "fiscal year";
    calendar: "暦年", "calendar year";
    as_of: "時点", "as of";
}

/// The words in a language.
#[must_use]
pub fn period_words(language: Language) -> &'static PeriodWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}

/// What a span is called: `4週レビュー 2026-W44–W47`, `四半期レビュー 2026年10月–12月`.
#[must_use]
pub fn title(language: Language, span: PeriodSpan) -> String {
    let words = period_words(language);
    match span {
        PeriodSpan::FourWeeks(last) => {
            let first = span.weeks().first().copied().unwrap_or(last);
            let end =
                if first.year() == last.year() { format!("W{:02}", last.number()) } else { last.to_string() };
            format!("{} {first}–{end}", words.four_weeks)
        }
        PeriodSpan::Quarter(quarter) => {
            let [first, _, last] = quarter.months();
            let (from, to) = (format::month(first, language), format::month(last, language));
            let years = (first.first_day().year(), last.first_day().year());
            match (language, years) {
                (Language::Japanese, (one, other)) if one == other => {
                    format!("{} {one}年{from}–{to}", words.quarter)
                }
                (Language::Japanese, (one, other)) => {
                    format!("{} {one}年{from}–{other}年{to}", words.quarter)
                }
                (Language::English, _) => format!("{} {from} – {to}", words.quarter),
            }
        }
    }
}

/// A quarter of its kind of year: `2026年度 第3四半期 (FY2026-Q3)`.
#[must_use]
pub fn quarter_name(language: Language, quarter: Quarter) -> String {
    let (year, number, is_fiscal) = (quarter.year, quarter.number, quarter.fiscal_from.is_some());
    match language {
        Language::Japanese if is_fiscal => format!("{year}年度 第{number}四半期"),
        Language::Japanese => format!("暦年{year}年 第{number}四半期"),
        Language::English if is_fiscal => format!("Q{number} of the fiscal year that begins in {year}"),
        Language::English => format!("Q{number} of calendar year {year}"),
    }
}

/// How much of a span is known.
#[must_use]
pub fn known(language: Language, weeks: usize, begun: usize, frozen: usize) -> String {
    match language {
        Language::Japanese => format!("{weeks}週のうち{begun}週が終わり、{frozen}週は凍結した版から"),
        Language::English => {
            format!("{begun} of {weeks} weeks have ended, {frozen} of them told from frozen versions")
        }
    }
}

/// What was promised, kept and given up, and what stands open.
#[must_use]
pub fn promises(
    language: Language,
    [opened, done, dropped]: [usize; 3],
    [open, overdue, carried]: [usize; 3],
) -> String {
    match language {
        Language::Japanese => {
            let longest = if carried > 0 {
                format!("、最長で{carried}回の会議に持ち越し")
            } else {
                String::new()
            };
            format!(
                "期間中に約束{opened}件、完了{done}件、取りやめ{dropped}件。期間の終わりに未完了{open}件、うち期限超過{overdue}件{longest}。"
            )
        }
        Language::English => {
            let longest =
                if carried > 0 { format!(", one carried through {carried} meetings") } else { String::new() };
            format!(
                "{opened} promised, {done} done and {dropped} dropped in this time. {open} stand open at its end, {overdue} of them overdue{longest}."
            )
        }
    }
}

/// How many deploys failed.
#[must_use]
pub fn failure_rate(language: Language, failed: i64, deploys: i64, rate: &str) -> String {
    match language {
        Language::Japanese => {
            format!("変更失敗率 {rate} (本番へのデプロイ{deploys}回のうち{failed}回が失敗)")
        }
        Language::English => {
            format!("Change failure rate {rate}: {failed} of {deploys} deploys to production failed")
        }
    }
}

/// How many weeks no source of incidents speaks about.
#[must_use]
pub fn unknown_weeks(language: Language, weeks: usize) -> String {
    match (language, weeks) {
        (Language::Japanese, _) => format!("{weeks}週は、障害の取り込み元がまだなく、わかりません。"),
        (Language::English, 1) => "Of 1 week nothing is known: no source of incidents spoke yet.".to_owned(),
        (Language::English, _) => {
            format!("Of {weeks} weeks nothing is known: no source of incidents spoke yet.")
        }
    }
}

/// How many more there are than are listed.
#[must_use]
pub fn more(language: Language, count: usize) -> String {
    match language {
        Language::Japanese => format!("ほか{count}件"),
        Language::English => format!("and {count} more"),
    }
}

/// How many of how many.
#[must_use]
pub fn of_all(language: Language, what: &str, count: usize) -> String {
    match language {
        Language::Japanese => format!("{what}{count}件のうち"),
        Language::English => format!("of {count} {what}"),
    }
}
