//! The words on what incidents come to, in both languages side by side.

use domain::incident_override::CauseClass;
use domain::incident_statistics::LeftOut;
use domain::incident_statistics::filter::IncidentState;
use domain::incident_statistics::hour::DayPart;
use domain::incident_statistics::stage::DurationKind;
use domain::incident_statistics::weekly::Standing;
use domain::organization::Language;

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words on what incidents come to.
        #[derive(Debug)]
        pub struct StatisticsWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: StatisticsWords = StatisticsWords { $($name: $ja,)* };
        static EN: StatisticsWords = StatisticsWords { $($name: $en,)* };
    };
}

words! {
    title: "障害と統計", "Incidents and what they come to";
    of_product: "の障害", ": incidents";
    definition: "定義", "Definition";
    as_of: "時点", "as of";

    period: "期間", "Period";
    week: "1週", "1 week";
    four_weeks: "4週", "4 weeks";
    thirteen_weeks: "13週", "13 weeks";
    from: "開始日", "From";
    to: "終了日(この日を含む)", "To (this day included)";
    earlier: "前の期間", "Earlier";
    later: "次の期間", "Later";
    product: "プロダクト", "Product";
    group: "グループ", "Group";
    severity: "重大度", "Severity";
    state: "状態", "State";
    detected_by: "最初に気づいた人", "Noticed first by";
    cause: "原因", "Cause";
    source: "取り込み元", "Source";
    everything: "すべて", "All";
    unmapped: "カタログにないプロダクト", "products not in the catalogue";
    not_known: "不明", "not known";
    not_said: "未記入", "not said";
    choose: "絞り込む", "Filter";
    show_all: "絞り込みを外す", "Clear filters";
    with_uncounted: "数えない障害も一覧に出す", "Also list what does not count";
    without_uncounted: "数える障害だけを一覧に出す", "List only what counts";

    figures_title: "数字", "Figures";
    figures_question: "利用者はどれだけ影響を受けた? よくあること?", "How much did users feel, and is it out of the ordinary?";
    impact: "利用者への影響時間", "Customer-impact time";
    impact_definition: "利用者に影響した障害の影響時間を、重なりは一度だけ、各瞬間でいちばん大きい影響割合で重み付けして足したもの(加重和集合)。全員が60分使えなければ60分、半数が60分使えなければ30分。期間の外は切り落とし、続いている障害は期間の終わりか表示時点までを数える。計画作業・訓練・統合済み・取り消しは数えない。", "The time in which users felt an incident: overlaps count once, each instant at the largest share of use affected (a weighted union). 60 minutes down for everybody are 60 minutes, for half of them 30. Cut to the period; an incident that goes on counts up to the period’s end or the moment shown. Planned work, drills, merged and cancelled ones do not count.";
    availability: "稼働率(時間)", "Availability (time)";
    availability_definition: "1 − 利用者への影響時間 ÷ 期間の経過時間。切り捨て。複数のプロダクトを見ているときは、どれか一つでも影響があれば影響とみなす。リクエスト数で測るSLOがあれば、その達成率のほうが確か。", "1 − customer-impact time ÷ time of the period that has passed, rounded down. Over several products an instant counts as soon as one of them is hit. Where an SLO counts requests, its attainment says more.";
    count: "障害の件数", "Incidents";
    count_definition: "期間内に宣言された、数える障害の件数。幅は直前の12週の週平均 ± 3√平均(c管理図)で、その中の増減は偶然で説明できる。", "Counted incidents that were declared in the period. The band is the weekly mean of the 12 weeks before ± 3√mean (a c-chart): chance alone explains what lies within.";
    between: "故障の間隔(平均)", "Time between failures (mean)";
    between_definition: "(期間の経過時間 − 影響時間の和集合) ÷ 利用者に影響した障害の件数。いわゆるMTBF。1件もなければ「期間以上」としか言えない。", "(time of the period that has passed − union of impact) ÷ incidents that users felt; also called MTBF. Without any, all that can be said is “at least the period”.";
    repeats: "再発の割合", "Repeats";
    repeats_definition: "期間の終わりまでの90日間で Σ(同じ原因の件数 − 1) ÷ 全件数。同じ原因とは、プロダクトと識別子(fingerprint)が同じこと。識別子のない障害は再発かどうか分からない。", "Over the 90 days up to the period’s end: Σ(incidents of one cause − 1) ÷ all incidents. One cause is one product and fingerprint; of an incident without a fingerprint nobody can tell.";
    customers: "利用者からの報告で気づいた割合", "Reported by customers";
    customers_definition: "期間内に宣言された障害のうち、最初に気づいたのが利用者だった割合。誰が気づいたか分からないものは分母に入れない。", "Of the incidents declared in the period, the share that a customer noticed first. Those of which it is not known are no part of the whole.";
    sleep: "深夜の呼び出し", "Calls in sleep hours";
    sleep_definition: "組織の時計で22:00から6:00までに宣言された障害の件数。業務時間は月〜金の祝日を除く9:00–18:00、残りは時間外。1件の障害を1回の呼び出しと数える。", "Incidents declared from 22:00 to 06:00 by the organisation’s clock. Business hours are 09:00–18:00 from Monday to Friday without holidays, all else is off hours. One incident is one call.";
    budget: "最大のバジェット消費", "Largest share of an error budget";
    budget_definition: "1件の障害が、いずれかのSLOのエラーバジェット(SLO自身の期間)を消費した割合の最大値。障害ごとの割合と、どの障害でも説明できない分を足すと消費の全体になる。20%を超えると振り返りが必要(SRE Workbookの方針例)。", "The largest share of any SLO’s error budget, over the SLO’s own window, that one incident spent. The shares of all incidents and what none explains add up to all that was spent. Above 20% the SRE Workbook’s example policy asks for a postmortem.";
    none_yet: "なし", "none";

    timeline_title: "いつ起きたか", "When it happened";
    timeline_question: "どのプロダクトで、いつ?", "Which product, and when?";
    timeline_caption: "塗りはSEV-2以上、白抜きはSEV-3以下。先のとがった棒は継続中。薄い地は週末。", "Filled: SEV-2 and above, outlined: SEV-3 and below; a pointed end goes on. Shaded: weekends.";
    timeline_caption_long: "塗りはSEV-2以上、白抜きはSEV-3以下。先のとがった棒は継続中。", "Filled: SEV-2 and above, outlined: SEV-3 and below; a pointed end goes on.";
    timeline_chart: "障害の時間帯", "When incidents struck";

    counts_title: "週ごとの件数", "Week by week";
    counts_question: "増えている? 偶然の範囲?", "Is it more than chance?";
    counts_caption: "宣言された週ごとの、数える障害の件数。帯は直前の12週から計算した、偶然で説明できる範囲。", "Counted incidents by the week in which they were declared. The band is what chance explains, from the 12 weeks before.";
    band_upper: "幅の上限", "upper end of the band";
    in_period: "期間内", "In the period";
    last_week: "最後の週", "Last week of it";
    mean_before: "直前12週の週平均", "Weekly mean of 12 weeks before";
    band: "幅", "Band";
    verdict: "判定", "Verdict";
    all_severities: "合計", "All";
    counts_table: "重大度ごとの件数", "Counts by severity";

    durations_title: "かかった時間", "How long it took";
    durations_question: "気づくまで、収まるまでどのくらい?", "Until it was noticed, and until it was over?";
    durations_caption: "点は1件ごとの影響時間(対数目盛)、線は中央値。障害の時間は大きく偏るので、平均は最後に示す。", "Each dot is how long users felt one incident, on a logarithmic axis; the line is the median. Durations are skewed, so the mean comes last.";
    durations_chart: "障害ごとの影響時間", "How long users felt each incident";
    durations_table: "時間の表", "Table of durations";
    duration: "時間", "Duration";
    sample_size: "件数 n", "n";
    median: "中央値", "Median";
    range: "最短–最長", "Least–most";
    percentile_75: "75%点", "75th percentile";
    percentile_90: "90%点", "90th percentile";
    mean: "平均", "Mean";
    too_few: "n<20", "n < 20";
    not_comparable: "比較できない", "not comparable";
    left_out: "含めていない", "Left out";
    unknown: "不明", "unknown";
    going_on: "継続中", "going on";
    negative: "順序が逆", "wrong order";
    percentile_definition: "パーセント点は20件以上のときだけ示す。並べた値の間を直線で補間する(Hyndman–Fanのタイプ7、表計算・R・NumPyの既定)。平均も20件未満では他の期間と比べられない。", "Percentiles are shown from 20 incidents on, interpolated between neighbours (type 7 of Hyndman and Fan, what spreadsheets, R and NumPy do). Of fewer than 20 the mean cannot be compared with another period either.";
    mitigate: "影響時間(TTM)", "Time to mitigate (TTM)";
    mitigate_definition: "影響の始まりから終わりまで。利用者が感じた長さ。始まりが届いていなければ検知または宣言、終わりが届いていなければ解決の時刻で代える。", "From the impact’s start to its end: what users felt. Detection or declaration stands in for a start that was not told, resolution for an end.";
    detect: "検知まで(TTD)", "Time to detect (TTD)";
    detect_definition: "影響の始まりから、誰かまたは監視が気づくまで。", "From the impact’s start until somebody or a monitor noticed.";
    acknowledge: "着手まで(TTA)", "Time to acknowledge (TTA)";
    acknowledge_definition: "宣言から、最初に人が引き受けるまで。", "From the declaration until a person took it on.";
    resolve: "解決まで(TTR)", "Time to resolve (TTR)";
    resolve_definition: "宣言から解決(クローズ)まで。", "From the declaration until it was resolved.";
    negative_list: "時刻の順序が逆で、数えなかったもの", "Left out because the times stand in the wrong order";

    budgets_title: "エラーバジェット", "Error budgets";
    budgets_question: "どの障害がどれだけ使った?", "Which incident spent how much?";
    budgets_table: "SLOごとの消費", "What spent each error budget";
    budgets_none: "期間内の障害は、どのSLOのエラーバジェットも消費していない。", "No incident of the period spent any SLO’s error budget.";
    spent: "消費", "Spent";
    by_incidents: "障害による", "By incident";
    by_none: "障害では説明できない", "Explained by none";

    repeats_title: "再発", "What broke again";
    repeats_question: "同じことが何度起きた?", "Did the same thing happen before?";
    repeats_none: "90日間に同じ原因の障害はない。", "No cause appeared twice in 90 days.";

    products_title: "プロダクト別", "By product";
    products_question: "どのプロダクトの利用者が影響を受けた?", "Whose users felt it?";
    products_table: "プロダクトごとの影響", "Impact by product";

    list_title: "一覧", "List";
    list_question: "それぞれの障害", "Each incident";
    to_list: "一覧へ", "To the list";
    incident: "障害", "Incident";
    began: "始まり", "Began";
    in_union: "影響時間に占める分", "Part of the impact time";
    largest_budget: "バジェット消費", "Of an error budget";
    list_table: "障害の表", "Table of incidents";

    empty_none: "この期間に障害の記録はない。", "No incident is on record for this period.";
    empty_filtered: "条件に合う障害はない。", "No incident fits the filters.";
    empty_uncounted: "この期間に数える障害はない。", "No incident of this period counts.";
    empty_source: "障害を伝える取り込み元がまだない。なかったのではなく、分からない。", "No source of incidents is configured yet: nothing is known, which is not the same as nothing happened.";
    empty_source_do: "ファイルから取り込むか、Webhook を設定する。", "Import a file or configure a webhook.";
}

/// The words in a language.
#[must_use]
pub fn statistics_words(language: Language) -> &'static StatisticsWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}

impl StatisticsWords {
    /// The name of a kind of duration and what it means.
    #[must_use]
    pub fn duration_kind(&self, kind: DurationKind) -> (&'static str, &'static str) {
        match kind {
            DurationKind::Mitigate => (self.mitigate, self.mitigate_definition),
            DurationKind::Detect => (self.detect, self.detect_definition),
            DurationKind::Acknowledge => (self.acknowledge, self.acknowledge_definition),
            DurationKind::Resolve => (self.resolve, self.resolve_definition),
        }
    }
}

/// The word of how far an incident has come.
#[must_use]
pub fn state_word(language: Language, state: IncidentState) -> &'static str {
    match (language, state) {
        (Language::Japanese, IncidentState::Open) => "継続中",
        (Language::Japanese, IncidentState::Mitigated) => "影響は収束",
        (Language::Japanese, IncidentState::Resolved) => "解決済み",
        (Language::English, IncidentState::Open) => "open",
        (Language::English, IncidentState::Mitigated) => "mitigated",
        (Language::English, IncidentState::Resolved) => "resolved",
    }
}

/// The word of a kind of cause.
#[must_use]
pub fn cause_word(language: Language, cause: CauseClass) -> &'static str {
    match (language, cause) {
        (Language::Japanese, CauseClass::Deploy) => "デプロイ",
        (Language::Japanese, CauseClass::Configuration) => "設定",
        (Language::Japanese, CauseClass::Capacity) => "容量・負荷",
        (Language::Japanese, CauseClass::Dependency) => "依存先・ベンダー",
        (Language::Japanese, CauseClass::Data) => "データ",
        (Language::Japanese, CauseClass::Security) => "セキュリティ",
        (Language::Japanese, CauseClass::Unknown) => "調べたが不明",
        (Language::English, CauseClass::Deploy) => "deployment",
        (Language::English, CauseClass::Configuration) => "configuration",
        (Language::English, CauseClass::Capacity) => "capacity",
        (Language::English, CauseClass::Dependency) => "dependency or vendor",
        (Language::English, CauseClass::Data) => "data",
        (Language::English, CauseClass::Security) => "security",
        (Language::English, CauseClass::Unknown) => "looked for, not found",
    }
}

/// Why an incident does not count, in a word.
#[must_use]
pub fn left_out_word(language: Language, reason: LeftOut) -> &'static str {
    match (language, reason) {
        (Language::Japanese, LeftOut::Planned) => "計画作業",
        (Language::Japanese, LeftOut::Test) => "訓練",
        (Language::Japanese, LeftOut::Merged) => "統合済み",
        (Language::Japanese, LeftOut::Cancelled) => "取り消し",
        (Language::English, LeftOut::Planned) => "planned",
        (Language::English, LeftOut::Test) => "drill",
        (Language::English, LeftOut::Merged) => "merged",
        (Language::English, LeftOut::Cancelled) => "cancelled",
    }
}

/// Where a count lies against its band, in a word.
#[must_use]
pub fn standing_word(language: Language, standing: Standing) -> &'static str {
    match (language, standing) {
        (Language::Japanese, Standing::Above) => "幅より多い",
        (Language::Japanese, Standing::Inside) => "幅の中",
        (Language::Japanese, Standing::Below) => "幅より少ない",
        (Language::Japanese, Standing::NoBand) => "比べる週がない",
        (Language::English, Standing::Above) => "above the band",
        (Language::English, Standing::Inside) => "within the band",
        (Language::English, Standing::Below) => "below the band",
        (Language::English, Standing::NoBand) => "nothing to compare",
    }
}

/// The word of a part of the day.
#[must_use]
pub fn day_part_word(language: Language, part: DayPart) -> &'static str {
    match (language, part) {
        (Language::Japanese, DayPart::Business) => "業務時間",
        (Language::Japanese, DayPart::Off) => "時間外",
        (Language::Japanese, DayPart::Sleep) => "深夜",
        (Language::English, DayPart::Business) => "business hours",
        (Language::English, DayPart::Off) => "off hours",
        (Language::English, DayPart::Sleep) => "sleep hours",
    }
}
