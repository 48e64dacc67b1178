//! The words on webhooks, in both languages side by side.

use domain::organization::Language;

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words on webhooks.
        #[derive(Debug)]
        pub struct HookWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: HookWords = HookWords { $($name: $ja,)* };
        static EN: HookWords = HookWords { $($name: $en,)* };
    };
}

words! {
    title: "Webhook で届いたもの", "What webhooks told";
    question: "届いているか。使えなかったものは?", "Does it arrive, and what could not be used?";
    source: "情報源", "Source";
    messages: "届いた数", "Messages";
    waiting: "読み取り待ち", "Waiting";
    last: "最後に届いた", "Last one";
    message: "通知", "Message";
    received: "届いた時刻", "Received";
    what: "使えなかった理由", "Why it could not be used";
    faults: "使えなかった通知", "Messages that could not be used";
}

/// The words in a language.
#[must_use]
pub fn hook_words(language: Language) -> &'static HookWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}
