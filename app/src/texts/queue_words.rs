//! The words of reviews of objectives, in both languages side by side.

use domain::organization::Language;

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words of reviews of objectives.
        #[derive(Debug)]
        pub struct QueueWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: QueueWords = QueueWords { $($name: $ja,)* };
        static EN: QueueWords = QueueWords { $($name: $en,)* };
    };
}

words! {
    closed: "終了", "Ended";
    last_week: "最後に測った週を見る", "The last week it was measured";
    conditions_label: "値について知っておくこと", "What to know about the number";
    action_add: "やることを残す", "Leave something to do";
    action: "やること", "What";
    action_owner: "担当", "Who";
    action_due: "期限", "By when";
    action_done: "済んだ", "Done";
    action_incomplete: "やることには、担当と期限も入れてください。", "Something to do needs an owner and a day, too.";
}

/// The words of a language.
#[must_use]
pub fn queue_words(language: Language) -> &'static QueueWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}
