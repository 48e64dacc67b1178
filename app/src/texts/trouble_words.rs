//! What people are told while the database cannot do what it is asked, in both languages side by side.

use domain::organization::Language;

use crate::backend::Trouble;

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words for a database that is away, full or closed to writing.
        #[derive(Debug)]
        pub struct TroubleWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: TroubleWords = TroubleWords { $($name: $ja,)* };
        static EN: TroubleWords = TroubleWords { $($name: $en,)* };
    };
}

words! {
    away_title: "データベースが応答しません", "The database does not answer";
    away_text: "30秒ほど待って、もう一度開いてください。続くときは管理者に知らせてください。送った内容は保存されていない可能性があります。", "Please try again in half a minute, and tell an administrator if it goes on. What you sent may not have been kept.";
    full_title: "ディスクがいっぱいのため、保存できませんでした", "Not kept: the disk is full";
    full_text: "今あるページはそのまま読めます。管理者がデータベースのディスクを空ければ、再起動なしで保存できるようになります。", "All pages can still be read. Once an administrator has freed space where the database is, it can be sent again; nothing needs a restart.";
    read_only_title: "読み取り専用のため、保存できませんでした", "Not kept: the database can only be read";
    read_only_text: "今あるページはそのまま読めます。管理者がデータベースのファイルとフォルダーに書き込めるようにすれば、再び保存できます。", "All pages can still be read. An administrator has to let the program write the file of the database and its folder.";
    back: "書いた内容に戻る", "Back to what you wrote";
}

/// The words in a language.
#[must_use]
pub fn trouble_words(language: Language) -> &'static TroubleWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}

impl TroubleWords {
    /// What is the matter.
    #[must_use]
    pub fn title(&self, trouble: Trouble) -> &'static str {
        match trouble {
            Trouble::Away => self.away_title,
            Trouble::Full => self.full_title,
            Trouble::ReadOnly => self.read_only_title,
        }
    }

    /// What to do.
    #[must_use]
    pub fn text(&self, trouble: Trouble) -> &'static str {
        match trouble {
            Trouble::Away => self.away_text,
            Trouble::Full => self.full_text,
            Trouble::ReadOnly => self.read_only_text,
        }
    }
}
