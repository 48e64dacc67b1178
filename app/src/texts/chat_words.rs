//! What a chat is answered when somebody raises a topic from there.

use domain::organization::Language;

/// That a topic stands in the next review, with its page.
#[must_use]
pub fn raised(language: Language, number: i64, address: &str) -> String {
    match language {
        Language::Japanese => format!("次のレビューの「話し合うこと」に加えました (#{number}): {address}"),
        Language::English => {
            format!("It stands among the hot topics of the next review (#{number}): {address}")
        }
    }
}

/// That a message is kept and will be read.
#[must_use]
pub fn waiting(language: Language, address: &str) -> String {
    match language {
        Language::Japanese => format!("受け取りました。まもなくここに載ります: {address}"),
        Language::English => format!("It is kept and will soon stand here: {address}"),
    }
}

/// That a message could not be used; why is worded by its reader, in English.
#[must_use]
pub fn refused(language: Language, what: &str, mend: &str) -> String {
    match language {
        Language::Japanese => format!("加えられませんでした。{what} {mend}"),
        Language::English => format!("It was not taken. {what} {mend}"),
    }
}

/// How the command is written.
#[must_use]
pub fn usage(language: Language, command: &str) -> String {
    match language {
        Language::Japanese => format!(
            "使い方: {command} [プロダクト] 話し合うこと | 根拠となる数字 https://…\n必要なのは話し合うことだけです。"
        ),
        Language::English => format!(
            "Usage: {command} [product] what it is about | the number that was seen https://…\nOnly what it is about has to be there."
        ),
    }
}
