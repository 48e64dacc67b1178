//! The words on postmortems and on the incident handbook, in both languages side by side.

use domain::organization::Language;
use domain::postmortem::{PostmortemMove, PostmortemState};
use domain::review::incidents::Postmortem as Standing;

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words on postmortems.
        #[derive(Debug)]
        pub struct PostmortemWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: PostmortemWords = PostmortemWords { $($name: $ja,)* };
        static EN: PostmortemWords = PostmortemWords { $($name: $en,)* };
    };
}

words! {
    page_title: "ポストモーテム", "Postmortem";
    list_title: "ポストモーテム一覧", "Postmortems";
    missing: "未着手", "not begun";
    draft: "下書き", "draft";
    in_review: "レビュー中", "in review";
    reviewed: "レビュー済", "reviewed";
    closed: "クローズ", "closed";
    published: "公開済み", "published";
    not_required: "不要", "not required";

    why: "なぜ、いつまでに", "Why, and by when";
    why_question: "必要な理由と期限はどう決まったか?", "What asks for it, and how is its day counted?";
    no_duty: "どの規則も求めていません。必要だと思ったら、理由を書いて求められます。", "No rule asks for one. Whoever thinks one is needed can ask for it, with a reason.";
    flag: "必要とする", "Ask for one";
    unflag: "求めを取り下げる", "Take the request back";
    reason: "理由", "Reason";
    overdue: "期限超過", "overdue";
    due: "期限", "Due";
    on_time: "期限内に公開", "published on time";
    late: "期限後に公開", "published late";
    calendar: "営業日は月曜から金曜、国民の祝日を除く。", "Business days are Monday to Friday without national holidays.";
    calendar_source: "出典: 内閣府「国民の祝日について」", "Source: the Cabinet Office's list of national holidays";
    calendar_address: "https://www8.cao.go.jp/chosei/shukujitsu/gaiyou.html", "https://www8.cao.go.jp/chosei/shukujitsu/gaiyou.html";
    uncovered: "この期限は祝日表の範囲を超えているため、動くことがあります。", "The calendar of holidays does not reach this day yet; it may still move.";
    lasting: "まだ続いているため、終わった日から期限を数えます。", "It still lasts; its day is counted from its end.";
    lasting_short: "終了後", "after its end";
    stop: "。", ". ";
    no_calendar: "この地域の祝日表はないため、土日だけを除いて数えています。", "There is no table of holidays for this zone; only weekends are left out.";

    written: "本文", "What is written";
    written_question: "何が起き、何を学び、何を変えるか?", "What happened, what was learnt, what will change?";
    written_none: "まだ何も書かれていません。", "Nothing is written yet.";
    elsewhere: "ポストモーテムを開く", "Open the postmortem";
    told_by_source: "情報源のリンク", "Link at the source";
    told_published: "情報源では公開済み", "Published at the source";
    own_counts: "ここに書かれたものが優先されます。", "What is written here counts.";
    download: "Markdown で保存", "Download as Markdown";
    older_shown: "以前の版を表示しています。", "This is an earlier version.";
    newest: "最新の版", "The newest version";

    steps: "状態と履歴", "State and history";
    steps_question: "どこまで進み、次は何か?", "How far is it, and what comes next?";
    steps_none: "まだ何もしていません。", "Nothing was done yet.";
    step: "したこと", "Step";
    at: "日時", "When";
    by: "誰が", "Who";
    note: "メモ", "Note";
    to_review: "レビューに出す", "Send for review";
    to_reviewed: "レビュー済にする(公開)", "Reviewed: publish";
    to_closed: "クローズする", "Close";
    to_draft: "下書きに戻す", "Back to draft";
    flagged: "必要とした", "asked for one";
    unflagged: "求めを取り下げた", "took the request back";

    write: "書く", "Write";
    write_question: "リンクか本文、または両方", "A link, a text, or both";
    link: "別の場所にある場合のリンク", "Link, if it stands elsewhere";
    link_hint: "https:// で始まるもの", "begins with https://";
    text: "本文(Markdown)", "Text (Markdown)";
    save: "保存する", "Save";
    write_hint: "人ではなく仕組みについて書きます。患者や利用者の個人情報は書かないでください。", "Write about the system, not about people to blame. No personal data of patients or users.";
    open_new: "本文を書く", "Write the text";
    open_form: "本文を編集する", "Edit the text";
    locked: "レビュー済の本文は変更できません。変えるには下書きに戻してください。", "A reviewed text is not changed. Send it back to the draft to change it.";

    conflict: "開いている間に、別の人が新しい版を保存しました。あなたの文章は保存されていません。下に両方を示します。見比べてから保存してください。", "Somebody saved a newer version while you wrote. Yours was not saved. Both stand below: compare them, then save.";
    theirs: "保存されている最新の版", "The newest version as saved";
    yours: "あなたの文章(未保存)", "Yours (not saved)";
    problem_empty: "本文かリンクのどちらかが必要です。", "A text or a link is needed.";
    problem_link: "リンクは https:// で始まり、空白を含まない2,000バイト以内のものにしてください。", "A link begins with https:// and has no blanks, at most 2,000 bytes.";
    problem_long: "本文が長すぎます(上限 256 KiB)。", "The text is too long (256 KiB at most).";
    problem_letters: "本文に保存できない文字(NUL)があります。取り除いてください。", "The text holds a character that cannot be kept (NUL); remove it.";
    problem_state: "レビュー済の本文は変更できません。下書きに戻してから保存してください。あなたの文章は下にあります。", "A reviewed text is not changed. Send it back to the draft, then save. Yours stands below.";
    problem_step: "状態が変わっていました。現在の状態を確かめてください。", "The state has changed meanwhile; look at it again.";
    problem_reason: "理由を書いてください(500文字以内)。", "Write a reason of at most 500 characters.";
    problem_internal: "保存できませんでした。あなたの文章は下にあります。もう一度試してください。", "It could not be saved. Yours stands below; try again.";

    outstanding: "これから", "Still to come";
    outstanding_question: "どれが期限を過ぎ、次はどれか?", "Which are overdue, and which come next?";
    outstanding_none: "公開待ちのポストモーテムはありません。", "No postmortem is outstanding.";
    done: "公開済み", "Published";
    done_question: "期限内に公開できたか?", "Were they published in time?";
    done_none: "公開されたものはまだありません。", "None has been published yet.";
    incident: "インシデント", "Incident";
    product: "プロダクト", "Product";
    severity: "深刻度", "Severity";
    state: "状態", "State";
    required_by: "必要な理由", "Required by";
    unclassified: "未分類", "unclassified";
    of_budget: "バジェット消費", "spent of a budget:";
    asked_by: "求めた人:", "asked for by";
    incidents: "インシデント", "Incidents";
    all: "ポストモーテム一覧", "All postmortems";

    handbook: "インシデントハンドブック", "Incident handbook";
    handbook_lead: "深刻度の基準と、深刻度ごとにすること。迷ったら高い方として扱い、後で下げます。", "What the severities mean and what each of them asks for. In doubt treat it as the higher one; it can be lowered later.";
    handbook_severities: "深刻度", "Severities";
    handbook_severities_question: "どの深刻度か?", "Which severity is it?";
    handbook_meaning: "基準", "Meaning";
    handbook_example: "例", "For example";
    handbook_told: "誰に知らせるか", "Who is told";
    handbook_postmortem: "ポストモーテム", "Postmortem";
    handbook_not_asked: "求めない(規則か人が求めたときだけ)", "none, unless a rule or a person asks";
    handbook_rules: "ポストモーテムの規則", "Rules for postmortems";
    handbook_rules_question: "いつ必要で、いつまでに書くか?", "When is one needed, and by when?";
    handbook_company: "自社のハンドブック", "The company's own handbook";
    handbook_company_none: "自社のハンドブックへのリンクは、カタログの [postmortem] handbook で設定できます。", "A link to the company's own handbook can be set in the catalogue: [postmortem] handbook.";
}

/// The words in a language.
#[must_use]
pub fn postmortem_words(language: Language) -> &'static PostmortemWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}

impl PostmortemWords {
    /// How far it has come.
    #[must_use]
    pub fn state_word(&self, state: PostmortemState) -> &'static str {
        match state {
            PostmortemState::Draft => self.draft,
            PostmortemState::InReview => self.in_review,
            PostmortemState::Reviewed => self.reviewed,
            PostmortemState::Closed => self.closed,
        }
    }

    /// What was done.
    #[must_use]
    pub fn move_word(&self, done: PostmortemMove) -> &'static str {
        match done {
            PostmortemMove::State(state) => self.state_word(state),
            PostmortemMove::Flag => self.flagged,
            PostmortemMove::Unflag => self.unflagged,
        }
    }

    /// How lists call it.
    #[must_use]
    pub fn standing(&self, standing: Standing) -> &'static str {
        match standing {
            Standing::NotRequired => self.not_required,
            Standing::Missing => self.missing,
            Standing::Draft => self.draft,
            Standing::InReview => self.in_review,
            Standing::Published => self.published,
        }
    }
}
