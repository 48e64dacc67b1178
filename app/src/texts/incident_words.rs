//! The words on one incident: what is known of it, who says so, and what it cost; both languages side by side.

use domain::incident_merge::MergeWord;
use domain::incident_override::{CauseClass, OverrideField};
use domain::organization::Language;

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words on one incident.
        #[derive(Debug)]
        pub struct IncidentWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: IncidentWords = IncidentWords { $($name: $ja,)* };
        static EN: IncidentWords = IncidentWords { $($name: $en,)* };
    };
}

words! {
    page_title: "インシデント", "Incident";
    open: "まだ続いています。", "Still going on.";
    over: "収束しています。", "Over.";
    false_alarm_state: "誤報でした。集計には入りません。", "A false alarm; it is not counted.";
    archived_state: "情報源で削除されました。集計には入りません。", "It was deleted at its source; it is not counted.";
    planned_state: "計画作業です。集計には入りません。", "Planned work; it is not counted.";
    test_state: "訓練です。集計には入りません。", "A drill; it is not counted.";
    merged_state: "次のインシデントの一部です:", "Part of another incident:";
    felt: "利用者への影響", "Users felt it for";
    unknown_impact: "影響の長さは不明です。", "How long users felt it is unknown.";
    of_use: "の利用", "of use";
    at_source: "情報源で開く", "Open at the source";
    postmortem: "ポストモーテム", "Postmortem";
    week: "この週のレビュー", "The week's review";
    edited: "修正あり", "edited";

    events: "経過", "What happened";
    events_question: "いつ何が起き、誰がそう言っているか?", "What happened when, and who says so?";
    event: "出来事", "Event";
    at: "日時", "When";
    said_by: "出どころ", "Said by";
    wrong_order: "前の出来事より早い時刻です", "earlier than the event before it";
    unknown: "不明", "unknown";
    declared: "宣言", "Declared";
    acknowledged: "対応開始", "Acknowledged";
    source_says: "情報源の値", "The source says";
    source_agrees: "いまは情報源も同じ値です", "the source now says the same";
    by_parts: "統合したインシデント", "a merged incident";
    history: "記録", "Record";
    history_label: "誰が、いつ、何を言ったか", "Who said what, and when";
    first_told: "最初の知らせ", "first told";
    reason: "理由", "Reason";
    withdrawn: "取り消し", "taken back";
    nothing_visible: "このページの値は変わらず", "nothing that this page shows";

    toll: "使ったもの", "What it cost users";
    toll_question: "週の合計のうち、どれだけがこのインシデントか?", "How much of the week's total is this one's?";
    toll_label: "同じプロダクトの週のインシデントと、合計への割り当て", "Incidents of the product in the week, and the part of each";
    interval: "週の中の影響", "Felt in the week";
    fraction: "影響した割合", "Share of use";
    part: "合計のうち", "Part of the total";
    total: "合計(重なりは一度だけ)", "Total (overlaps count once)";
    toll_none: "この週に数えられる影響はありません。", "Nothing of this week counts.";
    budget: "エラーバジェット", "Error budget";
    budget_label: "エラーバジェットを使ったもの", "What spent the error budget";
    bad: "失敗", "Failures";
    of_budget: "バジェットのうち", "Of the budget";
    unattributed: "どのインシデントにもよらない分", "Explained by no incident";
    all_bad: "失敗の合計", "All failures";
    budget_none: "エラーバジェットを使っていません。", "It spent no error budget.";
    this_one: "このインシデント", "this incident";
    anomalies: "同じ日のコストの異常", "Unusual cost on the same days";

    edit: "修正する", "Correct it";
    edit_question: "情報源が違うとき、正しい値は?", "Where the source is wrong, what is right?";
    edit_hint: "情報源の値は残ります。時刻は組織のタイムゾーンで、空欄は不明を表します。", "What the source says is kept. Times are in the organisation's zone; an empty field is unknown.";
    save: "保存する", "Save";
    preview: "保存前に確かめる", "Preview";
    previewed: "保存すると、こう変わります", "Saved, it would be";
    preview_nothing: "いまの値と同じです。", "Nothing differs from what is in force.";
    withdraw: "取り消して情報源の値に戻す", "Take back; let the source speak";
    now: "いま", "Now";
    then: "保存後", "Then";
    value: "値", "Value";
    yes: "はい", "yes";
    no: "いいえ", "no";

    merge: "同じ出来事", "The same event";
    merge_question: "別の情報源が同じことを知らせていないか?", "Did another source tell of the same thing?";
    suggested: "同じかもしれないインシデント", "Incidents that may be the same";
    suggested_none: "同じ時間に起きた似たインシデントはありません。", "No similar incident lies in the same time.";
    overlaps: "影響の重なり", "felt together for";
    same_fingerprint: "同じフィンガープリント", "same fingerprint";
    similar_title: "件名が似ている", "similar title";
    merge_into: "このインシデントを相手に統合", "Merge this one into that one";
    merge_from: "相手をこのインシデントに統合", "Merge that one into this one";
    apart: "別のもの", "Not the same";
    undo: "取り消す", "Undo";
    parts: "この一部であるインシデント", "Incidents that are part of this one";
    merged: "統合した", "Merged";
    decide: "決める", "Decide";
    decided: "決めたこと", "Decided";
    decisions_label: "統合について決めたこと", "Decisions on what is the same";
    other: "相手(情報源~ID)", "The other one (source~id)";
    by_name: "名前を指定して統合", "Merge by name";

    problem_empty: "空欄にはできません。", "cannot be empty.";
    problem_long: "500文字以内にしてください。", "has at most 500 characters.";
    problem_letters: "制御文字は保存できません。", "holds control characters, which cannot be kept.";
    problem_time: "2026-11-18T09:12 の形の時刻にしてください。", "is a time like 2026-11-18T09:12.";
    problem_fraction: "0より大きく100以下のパーセントにしてください。", "is above 0 and at most 100 per cent.";
    problem_word: "選べる値ではありません。", "is not one of the values there are.";
    problem_reason: "理由を書いてください(500文字以内)。", "Write a reason of at most 500 characters.";
    problem_nothing: "いまの値と同じなので、何も保存していません。", "Nothing differs from what is in force, so nothing was kept.";
    problem_conflict: "開いている間に別の人が修正しました。いまの値を確かめてから、もう一度保存してください。入力は残してあります。", "Somebody else corrected it while you wrote. Compare with what is in force, then save again; what you typed is still here.";
    problem_unknown: "その名前のインシデントはありません。情報源~ID の形で書いてください。", "No incident has this name; write it as source~id.";
    problem_circle: "統合が輪になるため、できません。相手はすでにこのインシデントの一部です。", "This would run in a circle: the other one already is part of this one.";
    problem_internal: "保存できませんでした。もう一度試してください。", "It could not be kept; try again.";
}

/// The words in a language.
#[must_use]
pub fn incident_words(language: Language) -> &'static IncidentWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}

impl IncidentWords {
    /// Why something was not kept.
    #[must_use]
    pub fn problem(&self, word: &str) -> &'static str {
        match word {
            "empty" => self.problem_empty,
            "long" => self.problem_long,
            "letters" => self.problem_letters,
            "time" => self.problem_time,
            "fraction" => self.problem_fraction,
            "word" => self.problem_word,
            "reason" => self.problem_reason,
            "nothing" => self.problem_nothing,
            "conflict" => self.problem_conflict,
            "unknown" => self.problem_unknown,
            "circle" => self.problem_circle,
            _ => self.problem_internal,
        }
    }

    /// What was decided of two incidents.
    #[must_use]
    pub fn decision(&self, word: MergeWord) -> &'static str {
        match word {
            MergeWord::Into => self.merged,
            MergeWord::Apart => self.apart,
            MergeWord::Undone => self.undo,
        }
    }
}

/// What of an incident people may correct.
#[must_use]
pub fn field_word(language: Language, field: OverrideField) -> &'static str {
    let (japanese, english) = match field {
        OverrideField::Title => ("件名", "Title"),
        OverrideField::Product => ("プロダクト", "Product"),
        OverrideField::Severity => ("深刻度", "Severity"),
        OverrideField::ImpactStart => ("影響の始まり", "Impact began"),
        OverrideField::DetectedAt => ("検知", "Detected"),
        OverrideField::MitigatedAt => ("影響の終わり", "Impact ended"),
        OverrideField::ResolvedAt => ("解決", "Resolved"),
        OverrideField::ImpactFraction => ("影響した割合(%)", "Share of use affected (%)"),
        OverrideField::CustomerImpact => ("利用者への影響があった", "Customers felt it"),
        OverrideField::DetectedBy => ("最初に気づいたのは", "Noticed first by"),
        OverrideField::Cause => ("原因の種類", "Kind of cause"),
        OverrideField::CauseDeployId => ("原因のデプロイ", "Deploy that caused it"),
        OverrideField::Fingerprint => ("フィンガープリント", "Fingerprint"),
        OverrideField::Planned => ("計画作業", "Planned work"),
        OverrideField::IsTest => ("訓練", "Drill"),
        OverrideField::FalseAlarm => ("誤報", "False alarm"),
    };
    match language {
        Language::Japanese => japanese,
        Language::English => english,
    }
}

/// Which kind of cause.
#[must_use]
pub fn cause_word(language: Language, cause: CauseClass) -> &'static str {
    let (japanese, english) = match cause {
        CauseClass::Deploy => ("デプロイ", "deploy"),
        CauseClass::Configuration => ("設定", "configuration"),
        CauseClass::Capacity => ("容量・負荷", "capacity"),
        CauseClass::Dependency => ("外部サービス・ベンダー", "dependency or vendor"),
        CauseClass::Data => ("データ", "data"),
        CauseClass::Security => ("セキュリティ", "security"),
        CauseClass::Unknown => ("調べたが不明", "looked for, unknown"),
    };
    match language {
        Language::Japanese => japanese,
        Language::English => english,
    }
}

/// A text of a source with what could mislead the eye made visible: letters that turn the direction of writing or have
/// no width show as their code points.
#[must_use]
pub fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        let misleads = letter.is_control()
            || matches!(letter, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
            || ('\u{202a}'..='\u{202e}').contains(&letter)
            || ('\u{2060}'..='\u{206f}').contains(&letter);
        if misleads {
            shown.push_str(&format!("[U+{:04X}]", u32::from(letter)));
        } else {
            shown.push(letter);
        }
    }
    shown
}
