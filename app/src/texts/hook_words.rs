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
    habit: "静かでいてよい時間", "May be silent";
    no_habit: "まだわからない", "Not known yet";
    rule: "Webhook が静かすぎるとみなすのは、最後に届くまでの13週間で最も長い間隔の3倍、少なくとも24時間を超えたとき。届いた数が10に満たないうちは判断しない。問い合わせは、24時間以上最後まで終わらなければ遅れとみなす。",
        "A webhook is silent for too long after three times the longest time between two messages of the 13 weeks up to its last one, and at least 24 hours; with fewer than 10 messages nothing is said. A source that is asked is late when no run came to its end for 24 hours.";
    polls: "問い合わせた情報源", "Sources that were asked";
    kept_as: "記録先", "Kept as";
    finished: "最後に終わった", "Last complete run";
    never: "まだ一度もない", "None yet";
    reaches: "さかのぼった範囲", "Reaches back to";
    requests: "リクエスト数", "Requests";
    late: "24時間以上終わっていない", "none for more than 24 hours";
    failed: "途中で止まった", "the last run was cut";
    message: "通知", "Message";
    received: "届いた時刻", "Received";
    what: "使えなかった理由", "Why it could not be used";
    faults: "使えなかった通知", "Messages that could not be used";
}

/// By how much a webhook is silent for longer than it is used to.
#[must_use]
pub fn silent_for(language: Language, longer: &str) -> String {
    match language {
        Language::Japanese => format!("いつもより{longer}長く静か"),
        Language::English => format!("silent {longer} longer than that"),
    }
}

/// The words in a language.
#[must_use]
pub fn hook_words(language: Language) -> &'static HookWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}
