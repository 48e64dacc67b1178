//! The words on what has to be settled before a freeze, and on what a frozen version says of its making, in both
//! languages side by side.

use domain::organization::Language::{self, English, Japanese};
use domain::review::requirements::{Requirement, Unmet};

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words on freezes.
        #[derive(Debug)]
        pub struct FreezeWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: FreezeWords = FreezeWords { $($name: $ja,)* };
        static EN: FreezeWords = FreezeWords { $($name: $en,)* };
    };
}

words! {
    refused: "まだ凍結していません。次のことが残っています。片づけてからもう一度凍結するか、残したままにする理由を書いて凍結してください。",
        "Not frozen: this is still open. Settle it and freeze again, or say why it may stay open and freeze anyway.";
    settled: "残っていたことはすべて片づきました。もう一度凍結してください。", "All of it is settled by now. Freeze again.";
    anyway: "残したまま凍結する", "Freeze although this is open";
    although: "残したまま凍結", "Frozen although";
    definitions: "定義", "Definitions";
    catalogue: "台帳", "catalogue";
    objectives: "SLO", "objectives";
    changed: "(凍結した後に変更)", "(changed since)";
}

/// The words in a language.
#[must_use]
pub fn freeze_words(language: Language) -> &'static FreezeWords {
    match language {
        Japanese => &JA,
        English => &EN,
    }
}

/// What is left open, with its number.
#[must_use]
pub fn unmet(language: Language, unmet: &Unmet) -> String {
    use Requirement::{ActionOverdue, CostIncomplete, DecisionDue, QuestionOpen, SourceMissing, TopicOpen};
    let count = unmet.count;
    match (language, unmet.requirement) {
        (Japanese, SourceMissing) => format!("週の終わりまでのデータが届いていない情報源: {count}件"),
        (Japanese, CostIncomplete) => format!("届いているはずの日が欠けている費用の情報源: {count}件"),
        (Japanese, QuestionOpen) => format!("回答していない費用の質問: {count}件"),
        (Japanese, TopicOpen) => format!("まだ決まっていない話し合うこと: {count}件"),
        (Japanese, ActionOverdue) => format!("期限を過ぎたままのアクション: {count}件"),
        (Japanese, DecisionDue) => format!("見直す日が来て結果の書かれていない決定: {count}件"),
        (English, SourceMissing) => {
            told(count, "source has no data", "sources have no data", "up to the end of the week")
        }
        (English, CostIncomplete) => {
            told(count, "bill lacks days", "bills lack days", "that should be there by now")
        }
        (English, QuestionOpen) => told(count, "question", "questions", "about cost without an answer"),
        (English, TopicOpen) => told(count, "topic", "topics", "neither decided nor turned into an action"),
        (English, ActionOverdue) => {
            told(count, "overdue action", "overdue actions", "neither closed nor given another day")
        }
        (English, DecisionDue) => told(count, "decision", "decisions", "due to be looked at again"),
    }
}

fn told(count: usize, one: &str, many: &str, what: &str) -> String {
    format!("{count} {} {what}", if count == 1 { one } else { many })
}

/// A note that was written or changed after the freeze; `frozen` is 0 where there was none.
#[must_use]
pub fn note_changed(language: Language, place: &str, frozen: i64, now: i64) -> String {
    match (language, frozen) {
        (Japanese, 0) => format!("メモ({place}): 新しく書かれた"),
        (Japanese, _) => format!("メモ({place}): 版{frozen} → 版{now}"),
        (English, 0) => format!("Note on {place}: written since"),
        (English, _) => format!("Note on {place}: version {frozen} → {now}"),
    }
}

/// All that was left open, on one line.
#[must_use]
pub fn unmet_all(language: Language, all: &[Unmet]) -> String {
    let each: Vec<String> = all.iter().map(|one| unmet(language, one)).collect();
    let separator = if language == Japanese { "、" } else { "; " };
    format!("{}: {}", freeze_words(language).although, each.join(separator))
}
