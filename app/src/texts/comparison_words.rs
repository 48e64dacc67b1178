//! The words on two weeks beside each other, in both languages side by side.

use domain::organization::Language;
use domain::week::IsoWeek;
use domain::week_comparison::{ExceptionChange, Sides};

use super::sentences;

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words on two weeks beside each other.
        #[derive(Debug)]
        pub struct ComparisonWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: ComparisonWords = ComparisonWords { $($name: $ja,)* };
        static EN: ComparisonWords = ComparisonWords { $($name: $en,)* };
    };
}

words! {
    door: "2つの週を比べる", "Compare two weeks";
    from: "前の週", "First week";
    to: "あとの週", "Second week";
    compare: "比べる", "Compare";
    swap: "入れ替える", "Swap";
    told_from: "比べた版", "Versions compared";
    exceptions: "例外", "Exceptions";
    exceptions_question: "何が現れ、何が消えたか?", "What came, what went?";
    no_exceptions: "どちらの週にも例外はない。", "Neither week has an exception.";
    product: "プロダクト", "Product";
    column: "項目", "Column";
    change: "変化", "Change";
    came: "新しい", "Came";
    worsened: "悪くなった", "Worse";
    stayed: "そのまま", "Stayed";
    eased: "よくなった", "Better";
    went: "消えた", "Went";
    not_applied: "対象外", "does not apply";
    cost: "費用", "Cost";
    cost_question: "何が、いくら変わったか?", "What costs more, what less?";
    cost_explained: "それぞれの持ち主の直接の費用(共有費の配賦前)を請求通貨で。両方の週でわかっている曜日だけを足す。共有費は別の行なので、行の合計が請求額になる。", "Each owner's own cost before pools are split, in the billing currency, on the weekdays that both weeks know. Pools have rows of their own, so rows add up to the bill.";
    no_cost: "両方の週でわかっている費用の日がない。", "No day of cost is known in both weeks.";
    pool: "共有費", "Shared";
    owner: "持ち主", "Owner";
    difference: "差", "Difference";
    share: "変化率", "Change";
    not_there: "まだない、またはもうない", "not there";
    objectives: "SLO", "Objectives";
    objectives_question: "目標との差はどう動いたか?", "How did they move against their targets?";
    objectives_explained: "状態か目標が変わったもの、予算残が5ポイント以上動いたものを示す。達成率と残りは、それぞれの週の終わりまでの、そのSLOの期間で数える。", "Those whose mark or target changed, or whose budget moved by 5 points or more. Attainment and budget are of each objective's own window up to the end of each week.";
    no_objectives: "どちらの週にもSLOはない。", "Neither week has an objective.";
    objective: "SLO", "Objective";
    attainment: "達成率", "Attainment";
    left: "予算残", "Budget left";
    incidents: "障害", "Incidents";
    incidents_question: "どちらの週がより止まったか?", "Which week broke more?";
    all: "全体", "All";
    count: "件数", "Incidents";
    downtime: "止まっていた時間", "Downtime";
    unknown: "わからない", "unknown";
    actions: "アクション", "Action items";
    actions_question: "約束はどうなったか?", "What became of promises?";
    opened: "新しく約束した", "Newly promised";
    closed: "片づいた", "Closed";
    kept_open: "どちらの週でも未完了", "Open in both";
    none: "なし", "None";
    decisions: "決定", "Decisions";
    decisions_question: "それぞれの会議で何を決めたか?", "What did each meeting decide?";
}

/// The words in a language.
#[must_use]
pub fn comparison_words(language: Language) -> &'static ComparisonWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}

/// The heading: both weeks.
#[must_use]
pub fn heading(language: Language, weeks: Sides<IsoWeek>) -> String {
    let Sides { from, to } = weeks.map(|week| sentences::week_heading(language, week.year(), week.number()));
    match language {
        Language::Japanese => format!("{from}と{to}"),
        Language::English => format!("{from} and {to}"),
    }
}

/// The word of what became of an exception.
#[must_use]
pub fn change_word(language: Language, change: ExceptionChange) -> &'static str {
    let words = comparison_words(language);
    match change {
        ExceptionChange::Came => words.came,
        ExceptionChange::Worsened => words.worsened,
        ExceptionChange::Stayed => words.stayed,
        ExceptionChange::Eased => words.eased,
        ExceptionChange::Went => words.went,
    }
}

/// How many objectives stand as they stood.
#[must_use]
pub fn unchanged(language: Language, count: usize) -> String {
    match (language, count) {
        (Language::Japanese, count) => format!("変わらないSLOは{count}件。"),
        (Language::English, 1) => "1 objective stands as it stood.".to_owned(),
        (Language::English, count) => format!("{count} objectives stand as they stood."),
    }
}

/// Of a source, how many weekdays are compared, and how many each week knows.
#[must_use]
pub fn days(language: Language, source: &str, common: usize, known: Sides<usize>) -> String {
    let Sides { from, to } = known;
    match language {
        Language::Japanese => format!("{source}: 共通の{common}日(前の週{from}日、あとの週{to}日)"),
        Language::English => format!("{source}: {common} common days (first week {from}, second week {to})"),
    }
}
