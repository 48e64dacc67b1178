//! The words on action items, in both languages side by side.

use domain::action::{ActionFault, ActionMove, ActionState};
use domain::organization::Language;

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words on action items.
        #[derive(Debug)]
        pub struct ActionWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: ActionWords = ActionWords { $($name: $ja,)* };
        static EN: ActionWords = ActionWords { $($name: $en,)* };
    };
}

words! {
    title: "アクション", "Action items";
    carried_title: "前回からのアクション", "Carried over";
    carried_question: "約束は守られたか?", "Were promises kept?";
    made_title: "決まったこと", "Decisions and new actions";
    made_question: "何を、誰が、いつまでに?", "What, who, by when?";
    promises_title: "約束していること", "Open promises";
    promises_question: "このプロダクトのために何をするか?", "What will be done for this product?";
    none_carried: "前回までに約束し、まだ終わっていないものはありません。", "Nothing that was promised before is still to be done.";
    none_made: "この回で決まったアクションはまだありません。", "This meeting has made no action item yet.";
    move_or_drop: "期限・取りやめ", "Move or drop";
    list: "一覧", "The list";
    list_question: "誰が、何を、いつまでに?", "Who does what, by when?";
    new: "新しいアクション", "A new action item";
    new_question: "次に何をするか?", "What is to be done next?";
    open: "未完了", "open";
    done: "完了", "done";
    dropped: "取りやめ", "dropped";
    overdue: "期限超過", "overdue";
    state: "状態", "State";
    due: "期限", "Due";
    what: "やること", "What";
    owner: "担当", "Owner";
    product: "プロダクト", "Product";
    age: "経過", "Age";
    carried: "持ち越し", "Carried";
    carried_hint: "未完了のまま確定したレビューの数。", "The number of frozen reviews in which it stood open.";
    all: "すべて", "all";
    choose: "絞り込む", "Show";
    filter: "絞り込み", "Filter";
    none: "アクションはまだありません。下の欄から最初の一件を書けます。", "There are no action items yet. Write the first one below.";
    none_chosen: "この条件に当たるアクションはありません。", "No action item fits this choice.";
    clear: "条件を外す", "Clear the choice";
    after_question: "同じことを繰り返さないために、誰が何をするか?", "Who does what so that it does not happen again?";
    after_none: "このインシデントから決まったアクションはまだありません。", "Nothing was promised after this incident yet.";
    theirs: "その間に変わったこと", "What happened in the meantime";
    yours: "あなたが送ったもの(まだ保存されていません)", "What you sent (not kept yet)";
    link: "作業の場所 (GitHub、Jira など。https)", "Where the work is kept (GitHub, Jira; https)";
    optional: "なし", "none";
    add: "アクションを加える", "Add the action item";
    promise: "約束", "The promise";
    promise_question: "いま、どうなっているか?", "How does it stand?";
    change: "変える", "Change it";
    change_question: "終わったか、いつになるか、やめるか?", "Is it done, when will it be, is it given up?";
    history: "これまで", "What happened";
    history_question: "誰が、いつ、なぜ変えたか?", "Who changed what, when and why?";
    made: "約束した", "promised";
    moved: "期限を変えた", "moved to another day";
    kept: "終わった", "done";
    given_up: "取りやめた", "dropped";
    taken_up: "再開した", "taken up again";
    mark_done: "完了にする", "Mark as done";
    move_day: "期限を変える", "Move the day";
    give_up: "取りやめる", "Drop it";
    take_up: "再開する", "Take it up again";
    note: "結果 (任意)", "What came of it (optional)";
    reason: "理由", "Reason";
    new_due: "新しい期限", "The new day";
    when: "いつ", "When";
    who: "誰が", "Who";
    happened: "何を", "What";
    why: "なぜ", "Why";
    at_work: "作業の場所を開く", "Open where the work is kept";
    of_review: "レビュー", "Review";
    of_incident: "インシデント", "Incident";
    written_by: "書いた人", "Written down by";
    first_due: "最初の期限", "First due";
    conflict: "その間に誰かがこのアクションを変えました。下のいまの状態を見て、必要ならもう一度送ってください。", "Somebody changed this action item in the meantime. Look at how it stands now and send again if it is still needed.";
    problem_internal: "保存できませんでした。もう一度試してください。", "It could not be kept. Please try again.";
    fault_text: "やることを500字以内で書いてください。", "Say what is to be done, in at most 500 letters.";
    fault_owner: "担当を書いてください。担当のいない約束は守られません。", "Say who does it: a promise without an owner is not kept.";
    fault_due: "期限を日付で選んでください。", "Choose the day by which it is due.";
    fault_product: "このプロダクトは台帳にありません。", "This product is not in the catalogue.";
    fault_incident: "このインシデントはありません。「pagerduty~118」のように、インシデントのページのアドレスの最後の部分を書いてください。", "There is no such incident. Name it as the address of its page ends, such as pagerduty~118.";
    fault_week: "週は「2026-W47」のように書いてください。", "Write the week as 2026-W47.";
    fault_link: "リンクは https:// で始まるアドレスにしてください。", "A link begins with https://.";
    fault_reason: "理由を1000字以内で書いてください。", "Say why, in at most 1,000 letters.";
    fault_move: "この操作は選べません。", "This step cannot be chosen.";
    fault_letters: "使えない文字(NULなど)が含まれています。", "The text has letters that cannot be kept, such as NUL.";
}

/// The words in a language.
#[must_use]
pub fn action_words(language: Language) -> &'static ActionWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}

impl ActionWords {
    /// The word of a state.
    #[must_use]
    pub fn state_word(&self, state: ActionState) -> &'static str {
        match state {
            ActionState::Open => self.open,
            ActionState::Done => self.done,
            ActionState::Dropped => self.dropped,
        }
    }

    /// What somebody did.
    #[must_use]
    pub fn move_word(&self, what: ActionMove) -> &'static str {
        match what {
            ActionMove::Redate(_) => self.moved,
            ActionMove::Done => self.kept,
            ActionMove::Drop => self.given_up,
            ActionMove::Reopen => self.taken_up,
        }
    }

    /// What is wrong, by the code in the address.
    #[must_use]
    pub fn problem(&self, code: &str) -> &'static str {
        match code {
            "text" => self.fault_text,
            "owner" => self.fault_owner,
            "due" => self.fault_due,
            "product" => self.fault_product,
            "incident" => self.fault_incident,
            "week" => self.fault_week,
            "link" => self.fault_link,
            "reason" => self.fault_reason,
            "move" => self.fault_move,
            "letters" => self.fault_letters,
            "conflict" => self.conflict,
            _ => self.problem_internal,
        }
    }
}

/// The code of a fault in an address.
#[must_use]
pub fn fault_code(fault: ActionFault) -> &'static str {
    match fault {
        ActionFault::Text => "text",
        ActionFault::Owner => "owner",
        ActionFault::Due => "due",
        ActionFault::Product => "product",
        ActionFault::Incident => "incident",
        ActionFault::Week => "week",
        ActionFault::Link => "link",
        ActionFault::Reason => "reason",
        ActionFault::Move => "move",
        ActionFault::Letters => "letters",
    }
}

/// How many there are and how late.
#[must_use]
pub fn standing(language: Language, open: usize, overdue: usize, longest: i64) -> String {
    match (language, open, overdue) {
        (Language::Japanese, 0, _) => "未完了のアクションはありません。".to_owned(),
        (Language::Japanese, _, 0) => format!("未完了 {open}件。期限を過ぎたものはありません。"),
        (Language::Japanese, ..) => format!("未完了 {open}件、うち期限超過 {overdue}件(最長{longest}日)。"),
        (Language::English, 0, _) => "No action item is open.".to_owned(),
        (Language::English, _, 0) => format!("{open} open, none of them overdue."),
        (Language::English, ..) => {
            format!("{open} open, {overdue} of them overdue by up to {}.", days(language, longest))
        }
    }
}

/// How many are open and how late they are: the short text of a cell, and what stands below it.
#[must_use]
pub fn actions_open(language: Language, open: i64, overdue: i64, longest: i64) -> Vec<String> {
    let open = match language {
        Language::Japanese => format!("未完了{open}件"),
        Language::English => format!("{open} open"),
    };
    match (language, overdue) {
        (_, 0) => vec![open],
        (Language::Japanese, _) => vec![format!("超過{overdue}件"), format!("{open}、最長{longest}日")],
        (Language::English, _) => {
            vec![format!("{overdue} overdue"), format!("{open}, by up to {}", days(language, longest))]
        }
    }
}

/// A number of days.
#[must_use]
pub fn days(language: Language, count: i64) -> String {
    match (language, count) {
        (Language::Japanese, _) => format!("{count}日"),
        (Language::English, 1) => "1 day".to_owned(),
        (Language::English, _) => format!("{count} days"),
    }
}

/// A number of times.
#[must_use]
pub fn times(language: Language, count: usize) -> String {
    match language {
        Language::Japanese => format!("{count}回"),
        Language::English => format!("{count}×"),
    }
}

/// How often the day of a promise was moved.
#[must_use]
pub fn redated(language: Language, count: usize) -> String {
    match language {
        Language::Japanese => format!("期限変更{count}回"),
        Language::English => format!("moved {count}×"),
    }
}
