//! The words on hot topics and decisions, in both languages side by side.

use domain::decision::{DecisionFault, DecisionResult};
use domain::organization::Language;
use domain::ratio::Ppm;
use domain::review::candidates::IncidentReason;
use domain::review::incidents::REPEAT_DAYS;
use domain::topic::{TopicFault, TopicMove, TopicState};

use super::{action_words, format};

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words on hot topics and decisions.
        #[derive(Debug)]
        pub struct TopicWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: TopicWords = TopicWords { $($name: $ja,)* };
        static EN: TopicWords = TopicWords { $($name: $en,)* };
    };
}

words! {
    topics: "話し合うこと", "Hot topics";
    topics_question: "何を話し合うか?", "What do we talk about?";
    none: "挙がっている話題はありません。", "Nobody raised a topic.";
    raise: "話題を挙げる", "Raise a topic";
    raise_question: "次の会議で何を話し合うべきか?", "What should the next meeting talk about?";
    settle: "話し合う", "Talk about it";
    settle_question: "決めるか、誰かがやるか、次の週に回すか、やめるか?", "Decide, act, carry it to another week, or drop it?";
    topic: "話題", "Topic";
    about: "話題", "What it is about";
    evidence: "根拠 (数字、どこで、いつから)", "Evidence (a number, where, since when)";
    link: "根拠のある場所 (https)", "Where the evidence is (https)";
    seen: "根拠", "Evidence";
    at_evidence: "根拠を開く", "Open the evidence";
    raised: "挙げた", "raised";
    raised_by: "挙げた人", "Raised by";
    week: "レビューの週", "Review of week";
    product: "プロダクト", "Product";
    optional: "なし", "none";
    state: "状態", "State";
    open: "未決", "open";
    decided: "決めた", "decided";
    acted: "アクションにした", "an action item";
    dropped: "取り下げた", "dropped";
    carried: "持ち越し", "carried";
    carried_to: "次の週に回した", "carried to another week";
    reopened: "もう一度取り上げた", "taken up again";
    list: "一覧", "The list";
    list_question: "何が挙がり、どう片付いたか?", "What was raised, and how was it settled?";
    candidates: "候補", "Candidates";
    candidates_question: "規則から見て、何を話し合うべきか?", "What do the rules put forward?";
    candidates_explained: "SEV-1・SEV-2、90日以内の再発、利用者の発見、4週の予算の20%超、遅れたポストモーテムとアクション、注意以下のエラーバジェット、費用とデータの問い、帯を超えた件数。", "SEV-1 and SEV-2, repeats within 90 days, found by customers, more than 20% of a four-week budget, late write-ups and action items, error budgets at risk, what is asked about cost and data, more incidents than their band.";
    no_candidates: "規則に当たるものはありません。", "No rule puts anything forward.";
    found_by_customer: "利用者が先に気づいた", "found by a customer first";
    actions_late: "期限を過ぎたアクションがある", "Action items are late";
    deep_dive_explained: "輪番。最近選ばれたプロダクトほど選ばれにくい", "by turns: those that were chosen lately are less likely";
    many_incidents: "障害がいつもより多い", "More incidents than usual";
    decide: "決める", "Decide";
    act: "アクションにする", "Make it an action item";
    carry: "次の週に回す", "Carry it over";
    carry_to: "回す先の週", "To the review of";
    drop: "取り下げる", "Drop it";
    reopen: "もう一度取り上げる", "Take it up again";
    reason: "理由", "Reason";
    reason_optional: "理由 (任意)", "Reason (optional)";
    decisions: "決定", "Decisions";
    decisions_question: "何を決め、どうなったか?", "What was decided, and did it work?";
    no_decisions: "決定はまだありません。", "Nothing was decided yet.";
    new_decision: "決定を書く", "Write down a decision";
    decision: "決定", "Decision";
    text: "決めたこと", "What is decided";
    expects: "何を期待するか", "What we expect of it";
    look_again: "見直す日", "Look again on";
    look_again_title: "結果を見直す決定", "Decisions to look at again";
    result: "結果", "Result";
    pending: "これから", "not yet";
    worked: "期待どおり", "worked";
    failed: "期待どおりでない", "did not work";
    unclear: "わからない", "unclear";
    judge: "結果を書く", "Say what came of it";
    judge_question: "期待したことは起きたか?", "Did it happen as expected?";
    later: "見直す日を延ばす", "Look again later";
    put_off: "見直す日を延ばした", "put off";
    what_was_seen: "わかったこと", "What was seen";
    what_was_seen_optional: "わかったこと (任意)", "What was seen (optional)";
    made: "決めた", "decided";
    history: "これまで", "What happened";
    history_question: "誰が、いつ、なぜ?", "Who did what, when and why?";
    when: "いつ", "When";
    who: "誰が", "Who";
    happened: "何を", "What";
    why: "なぜ", "Why";
    action: "アクション", "Action item";
    theirs: "その間に変わったこと", "What happened in the meantime";
    yours: "あなたが送ったもの(まだ保存されていません)", "What you sent (not kept yet)";
    conflict: "その間に誰かがこれを変えました。下のいまの状態を見て、必要ならもう一度送ってください。", "Somebody changed this in the meantime. Look at how it stands now and send again if it is still needed.";
    frozen: "その週のレビューは確定しています。後の週を選んでください。", "The review of that week is frozen. Choose a later week.";
    problem_internal: "保存できませんでした。もう一度試してください。", "It could not be kept. Please try again.";
    fault_title: "話題を200字以内で書いてください。", "Say what it is about, in at most 200 letters.";
    fault_evidence: "根拠は1000字以内にして、残りはリンクにしてください。", "Evidence has at most 1,000 letters: link to the rest.";
    fault_product: "このプロダクトは台帳にありません。", "This product is not in the catalogue.";
    fault_week: "週は「2026-W47」のように書いてください。", "Write the week as 2026-W47.";
    fault_link: "リンクは https:// で始まるアドレスにしてください。", "A link begins with https://.";
    fault_reason: "理由を1000字以内で書いてください。", "Say why, in at most 1,000 letters.";
    fault_move: "この操作は選べません。", "This step cannot be chosen.";
    fault_letters: "使えない文字(NULなど)が含まれています。", "The text has letters that cannot be kept, such as NUL.";
    fault_text: "決めたことを1000字以内で書いてください。", "Say what is decided, in at most 1,000 letters.";
    fault_expects: "何を期待するかを書いてください。書かなければ、うまくいったか誰にもわかりません。", "Say what you expect of it: else nobody can tell whether it worked.";
    fault_day: "見直す日を、いまより後の日付で選んでください。", "Choose the day to look again, later than now.";
    fault_note: "わかったことを1000字以内で書いてください。", "Say what was seen, in at most 1,000 letters.";
    fault_owner: "担当を書いてください。", "Say who does it.";
    fault_due: "期限を日付で選んでください。", "Choose the day by which it is due.";
}

/// The words in a language.
#[must_use]
pub fn topic_words(language: Language) -> &'static TopicWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}

impl TopicWords {
    /// The word of a state.
    #[must_use]
    pub fn state_word(&self, state: TopicState) -> &'static str {
        match state {
            TopicState::Open => self.open,
            TopicState::Decided => self.decided,
            TopicState::Acted => self.acted,
            TopicState::Dropped => self.dropped,
        }
    }

    /// What somebody did.
    #[must_use]
    pub fn move_word(&self, what: TopicMove) -> &'static str {
        match what {
            TopicMove::Carry(_) => self.carried_to,
            TopicMove::Decide(_) => self.decided,
            TopicMove::Act(_) => self.acted,
            TopicMove::Drop => self.dropped,
            TopicMove::Reopen => self.reopened,
        }
    }

    /// What came of a decision.
    #[must_use]
    pub fn result_word(&self, result: Option<DecisionResult>) -> &'static str {
        match result {
            None => self.pending,
            Some(DecisionResult::Worked) => self.worked,
            Some(DecisionResult::Failed) => self.failed,
            Some(DecisionResult::Unclear) => self.unclear,
        }
    }

    /// What is wrong, by the code in the address.
    #[must_use]
    pub fn problem(&self, code: &str) -> &'static str {
        match code {
            "title" => self.fault_title,
            "evidence" => self.fault_evidence,
            "product" => self.fault_product,
            "week" => self.fault_week,
            "link" => self.fault_link,
            "reason" => self.fault_reason,
            "move" => self.fault_move,
            "letters" => self.fault_letters,
            "text" => self.fault_text,
            "expects" => self.fault_expects,
            "day" => self.fault_day,
            "note" => self.fault_note,
            "owner" => self.fault_owner,
            "due" => self.fault_due,
            "conflict" => self.conflict,
            "frozen" => self.frozen,
            _ => self.problem_internal,
        }
    }
}

/// The code of a fault in an address.
#[must_use]
pub fn topic_fault_code(fault: TopicFault) -> &'static str {
    match fault {
        TopicFault::Title => "title",
        TopicFault::Evidence => "evidence",
        TopicFault::Product => "product",
        TopicFault::Week => "week",
        TopicFault::Link => "link",
        TopicFault::Reason => "reason",
        TopicFault::Move => "move",
        TopicFault::Letters => "letters",
    }
}

/// The code of a fault in an address.
#[must_use]
pub fn decision_fault_code(fault: DecisionFault) -> &'static str {
    match fault {
        DecisionFault::Text => "text",
        DecisionFault::Expects => "expects",
        DecisionFault::Day => "day",
        DecisionFault::Product => "product",
        DecisionFault::Week => "week",
        DecisionFault::Move => "move",
        DecisionFault::Note => "note",
        DecisionFault::Letters => "letters",
    }
}

/// How many weeks a topic was carried over.
#[must_use]
pub fn weeks_carried(language: Language, count: i64) -> String {
    match (language, count) {
        (Language::Japanese, _) => format!("持ち越し {count}週"),
        (Language::English, 1) => "carried for 1 week".to_owned(),
        (Language::English, _) => format!("carried for {count} weeks"),
    }
}

/// Why an incident is put forward.
#[must_use]
pub fn incident_reason(language: Language, reason: IncidentReason) -> String {
    match (language, reason) {
        (_, IncidentReason::Severe(severity)) => severity.as_str().to_owned(),
        (Language::Japanese, IncidentReason::Repeated(count)) => format!("{REPEAT_DAYS}日で{count}回"),
        (Language::English, IncidentReason::Repeated(count)) => format!("{count} in {REPEAT_DAYS} days"),
        (_, IncidentReason::FoundByCustomer) => topic_words(language).found_by_customer.to_owned(),
        (Language::Japanese, IncidentReason::Spent(share)) => {
            format!("4週の予算の{}を使った", format::percent(share, 0))
        }
        (Language::English, IncidentReason::Spent(share)) => {
            format!("spent {} of a four-week budget", format::percent(share, 0))
        }
        (Language::Japanese, IncidentReason::WriteUpLate(due)) => {
            format!("ポストモーテムの期限は{}だった", format::short_date(due, language))
        }
        (Language::English, IncidentReason::WriteUpLate(due)) => {
            format!("its write-up was due {}", format::short_date(due, language))
        }
    }
}

/// What is left of an error budget, and how fast it burned.
#[must_use]
pub fn budget_left(language: Language, remaining: Ppm, burn_rate: Option<Ppm>) -> String {
    let left = format::percent_left(remaining);
    let burned = burn_rate.map(format::times);
    match (language, burned) {
        (Language::Japanese, None) => format!("残り{left}"),
        (Language::Japanese, Some(rate)) => format!("残り{left}、今週の燃焼率{rate}"),
        (Language::English, None) => format!("{left} left"),
        (Language::English, Some(rate)) => format!("{left} left, burning {rate} this week"),
    }
}

/// How many promises are late, and the latest of them by how much.
#[must_use]
pub fn actions_late(language: Language, overdue: i64, longest: i64) -> String {
    match language {
        Language::Japanese => format!("{overdue}件、最長{longest}日"),
        Language::English => format!("{overdue}, by up to {}", action_words::days(language, longest)),
    }
}

/// How many incidents there were, and how many there usually are at most.
#[must_use]
pub fn many_incidents(language: Language, count: i64, upper: i64) -> String {
    match language {
        Language::Japanese => format!("{count}件。これまでの帯の上限は{upper}件"),
        Language::English => format!("{count}, the band of the weeks before ends at {upper}"),
    }
}

/// That it is the turn of a product.
#[must_use]
pub fn deep_dive(language: Language, name: &str) -> String {
    match language {
        Language::Japanese => format!("{name}を詳しく見る"),
        Language::English => format!("Look at {name} in depth"),
    }
}
