//! The words on checklists and load tests, in both languages side by side.

use domain::checklist::{ChecklistFault, ChecklistStanding, ItemState};
use domain::organization::Language;

use super::format;

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words on checklists and load tests.
        #[derive(Debug)]
        pub struct ChecklistWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: ChecklistWords = ChecklistWords { $($name: $ja,)* };
        static EN: ChecklistWords = ChecklistWords { $($name: $en,)* };
    };
}

words! {
    title: "チェックリスト", "Checklists";
    of_product: "のチェックリスト", ": checklists";
    question: "どこまで満たしているか?", "How much of it holds?";
    list: "リスト", "Checklist";
    item: "項目", "Item";
    state: "状態", "State";
    done: "済み", "done";
    not_done: "未了", "not done";
    not_applicable: "対象外", "does not apply";
    unanswered: "未回答", "no answer";
    new_item: "新しい項目", "new";
    said: "回答", "Answer";
    answer: "回答する", "Answer";
    change: "変更する", "Change";
    save: "保存する", "Save";
    reason: "理由・メモ (対象外には理由が必要)", "Reason or note (needed where it does not apply)";
    link: "確かめられる場所 (https)", "Where it can be seen (https)";
    see: "確認先", "evidence";
    completed: "済みの割合", "Completed";
    version: "版", "Version";
    last: "最後の回答", "Last answer";
    nothing_yet: "まだ何も回答していません", "Nothing answered yet";
    product: "プロダクト", "Product";
    no_lists: "台帳にチェックリストがありません。", "The catalogue has no checklists.";
    add_lists: "台帳を編集する", "Edit the catalogue";
    load_tests: "負荷試験", "Load tests";
    load_tests_question: "どれだけの負荷に耐えたか?", "How much load did it bear?";
    no_load_tests: "負荷試験の記録はありません。", "No load test was written down.";
    run_on: "実施日", "Run on";
    result: "結果", "Result";
    report: "報告書 (https)", "Report (https)";
    open_report: "報告書を開く", "Open the report";
    by: "記録した人", "Written by";
    add_load_test: "負荷試験を記録する", "Write down a load test";
    new_load_test: "最新の負荷試験", "Newest load test";
    conflict: "その間に誰かが回答したか、リストが新しい版になりました。いまの状態を見て、必要ならもう一度送ってください。", "Somebody answered in the meantime, or the list has a new version. Look at how it stands now and send again if it is still needed.";
    problem_internal: "保存できませんでした。もう一度試してください。", "It could not be kept. Please try again.";
    fault_state: "「済み」「未了」「対象外」から選んでください。", "Choose done, not done or does not apply.";
    fault_reason: "対象外とする理由を1000字以内で書いてください。", "Say why it does not apply, in at most 1,000 letters.";
    fault_link: "リンクは https:// で始まるアドレスにしてください。", "A link begins with https://.";
    fault_day: "実施した日を、今日までの日付で選んでください。", "Choose the day it was run, today at the latest.";
    fault_result: "結果を1000字以内で書いてください。", "Say what it came to, in at most 1,000 letters.";
    fault_letters: "使えない文字(NULなど)が含まれています。", "The text has letters that cannot be kept, such as NUL.";
}

/// The words in a language.
#[must_use]
pub fn checklist_words(language: Language) -> &'static ChecklistWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}

impl ChecklistWords {
    /// The word of a state, or that there is none.
    #[must_use]
    pub fn state_word(&self, state: Option<ItemState>) -> &'static str {
        match state {
            None => self.unanswered,
            Some(ItemState::Done) => self.done,
            Some(ItemState::NotDone) => self.not_done,
            Some(ItemState::NotApplicable) => self.not_applicable,
        }
    }

    /// What is wrong, by the code in the address.
    #[must_use]
    pub fn problem(&self, code: &str) -> &'static str {
        match code {
            "state" => self.fault_state,
            "reason" => self.fault_reason,
            "link" => self.fault_link,
            "day" => self.fault_day,
            "result" => self.fault_result,
            "letters" => self.fault_letters,
            "conflict" => self.conflict,
            _ => self.problem_internal,
        }
    }
}

/// The code of a fault in an address.
#[must_use]
pub fn fault_code(fault: ChecklistFault) -> &'static str {
    match fault {
        ChecklistFault::State => "state",
        ChecklistFault::Reason => "reason",
        ChecklistFault::Link => "link",
        ChecklistFault::Day => "day",
        ChecklistFault::Result => "result",
        ChecklistFault::Letters => "letters",
    }
}

/// How far a product has come: `5/7 (71%)`.
#[must_use]
pub fn share(standing: &ChecklistStanding) -> String {
    match standing.share() {
        None => "–".to_owned(),
        Some(share) => {
            let (done, all) = (standing.count(ItemState::Done), standing.applicable());
            format!("{done}/{all} ({})", format::percent_left(share))
        }
    }
}

/// Which version was answered, and what is new since: `2 (いまは3、新しい項目1)`.
#[must_use]
pub fn version(language: Language, standing: &ChecklistStanding) -> String {
    let (now, new) = (standing.version, standing.new_items());
    match (standing.answered_version, language) {
        (None, _) => now.to_string(),
        (Some(answered), _) if answered == now => now.to_string(),
        (Some(answered), Language::Japanese) => format!("{answered} (いまは{now}、その後の新しい項目{new})"),
        (Some(answered), Language::English) => {
            let items = if new == 1 { "item" } else { "items" };
            format!("{answered} (now {now}, {new} new {items} since)")
        }
    }
}
