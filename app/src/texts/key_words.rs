//! The words on keys, in both languages side by side.

use domain::organization::Language;

/// The words on keys.
#[derive(Debug)]
pub struct KeyWords {
    /// What opens the list of keys.
    pub title: &'static str,
    /// When they mean something.
    pub rule: &'static str,
    /// Each key and what it does in the row of a promise.
    pub keys: [(&'static str, &'static str); 4],
}

static JA: KeyWords = KeyWords {
    title: "キー操作",
    rule: "Tab でアクションの行に入ると使えます。入力欄では何も起きません。",
    keys: [
        ("d", "完了にする"),
        ("m", "期限を変える (理由を書く)"),
        ("x", "取りやめる (理由を書く)"),
        ("?", "この一覧を開閉する"),
    ],
};

static EN: KeyWords = KeyWords {
    title: "Keys",
    rule: "They work once Tab has entered the row of an action item, and never in a field.",
    keys: [
        ("d", "mark as done"),
        ("m", "move the day, with a reason"),
        ("x", "drop it, with a reason"),
        ("?", "open and close this list"),
    ],
};

/// The words in a language.
#[must_use]
pub fn key_words(language: Language) -> &'static KeyWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}
