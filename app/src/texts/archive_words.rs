//! The words of the archive's search, in both languages side by side.

use domain::archive_search::EntryKind;
use domain::organization::Language;

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words of the archive's search.
        #[derive(Debug)]
        pub struct ArchiveWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: ArchiveWords = ArchiveWords { $($name: $ja,)* };
        static EN: ArchiveWords = ArchiveWords { $($name: $en,)* };
    };
}

words! {
    found: "見つかったもの", "Found";
    found_question: "いつ、何と書いたか?", "When did we write that?";
    look_for: "探す言葉", "Look for";
    search: "探す", "Search";
    explained: "メモ、話題、決定、アクション、障害の題と本文から探す。空白で区切った言葉をすべて含むものだけ。大文字と小文字、全角と半角は区別しない。", "Looks through notes, topics, decisions, action items and incidents for everything that has all the words. Case and the width of letters do not matter.";
    nothing: "見つからなかった。言葉を減らすか、短くすると見つかることがある。", "Nothing has all of these words. Fewer or shorter ones may find it.";
    kind: "種類", "Kind";
    week: "週", "Week";
    what: "内容", "What";
    earlier: "← 前のページ", "← Back";
    more: "次のページ →", "More →";
}

/// The words in a language.
#[must_use]
pub fn archive_words(language: Language) -> &'static ArchiveWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}

/// What kind of text it is.
#[must_use]
pub fn kind_word(language: Language, kind: EntryKind) -> &'static str {
    match (language, kind) {
        (Language::Japanese, EntryKind::Decision) => "決定",
        (Language::Japanese, EntryKind::Topic) => "話題",
        (Language::Japanese, EntryKind::Action) => "アクション",
        (Language::Japanese, EntryKind::Note) => "メモ",
        (Language::Japanese, EntryKind::Incident) => "障害",
        (Language::English, EntryKind::Decision) => "Decision",
        (Language::English, EntryKind::Topic) => "Topic",
        (Language::English, EntryKind::Action) => "Action item",
        (Language::English, EntryKind::Note) => "Note",
        (Language::English, EntryKind::Incident) => "Incident",
    }
}

/// Which of how many are shown, from 1.
#[must_use]
pub fn shown(language: Language, from: usize, to: usize, of: usize) -> String {
    match (language, of) {
        (Language::Japanese, _) => format!("{of}件のうち{from}–{to}件目"),
        (Language::English, _) => format!("{from}–{to} of {of}"),
    }
}
