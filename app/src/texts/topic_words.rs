//! The words on hot topics and decisions, in both languages side by side.

use domain::decision::{DecisionFault, DecisionResult};
use domain::organization::Language;
use domain::topic::{TopicFault, TopicMove, TopicState};

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
