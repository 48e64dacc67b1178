//! The words on share links, in both languages side by side.

use domain::organization::Language;
use domain::share::{ShareFault, ShareSection};

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words on share links.
        #[derive(Debug)]
        pub struct ShareWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: ShareWords = ShareWords { $($name: $ja,)* };
        static EN: ShareWords = ShareWords { $($name: $en,)* };
    };
}

words! {
    title: "共有リンク", "Share links";
    share: "共有する", "Share";
    question: "アカウントのない人に、何をいつまで見せるか?", "What may somebody without an account see, and until when?";
    new: "新しい共有リンク", "A new share link";
    week: "週", "Week";
    page: "ページ", "Page";
    review: "週次レビュー", "Weekly review";
    section: "節(週次レビューのみ)", "Section (of the weekly review)";
    whole: "すべて", "All of it";
    state: "内容", "What it shows";
    frozen: "凍結版(いつ見ても同じ)", "The frozen version (always the same)";
    live: "見た時点の内容", "The week as it stands when somebody looks";
    frozen_short: "凍結版", "frozen";
    live_short: "見た時点の内容", "live";
    days: "有効な日数(1〜90)", "Good for how many days (1 to 90)";
    make: "リンクを作る", "Make the link";
    explained: "リンクを知っている人は誰でも、期限まで、あなたが編集できるプロダクトの内容だけを見られます。あなたが権限を失うと、リンクも使えなくなります。", "Whoever has the link sees, until it runs out, what belongs to products that you edit, and nothing else. When you lose that right, the link is good no more.";
    made: "リンクができました。表示されるのは今だけです。", "Here is the link. It is shown only this once.";
    copy: "リンクをコピー", "Copy the link";
    copied: "コピーしました", "Copied";
    list: "これまでのリンク", "Links so far";
    shows: "見せるもの", "Shows";
    by: "作った人", "Made by";
    until: "期限", "Good until";
    used: "最後の利用", "Last used";
    never: "まだ使われていません", "not used yet";
    status: "状態", "State";
    good: "有効", "good";
    expired: "期限切れ", "has run out";
    revoked: "取り消し済み", "taken back";
    revoke: "取り消す", "Take back";
    none: "共有リンクはまだありません。", "There is no share link yet.";
    banner: "共有されたページ", "A shared page";
    good_until: "有効期限", "good until";
    fault_week: "週は 2026-W47 のように書いてください。", "Write the week like 2026-W47.";
    fault_product: "自分が編集できるプロダクトを選んでください。", "Choose a product that you edit.";
    fault_section: "節を選べるのは週次レビューだけです。プロダクトのページは全体を共有します。", "Only the weekly review has sections; a product's page is shared whole.";
    fault_days: "日数は1から90までの整数で書いてください。", "Write a number of days from 1 to 90.";
    fault_version: "この週はまだ凍結されていません。先に凍結するか、「見た時点の内容」を選んでください。", "This week is not frozen yet: freeze it first, or choose the week as it stands.";
    problem_internal: "リンクを作れませんでした。もう一度試してください。", "The link could not be made. Please try again.";
}

/// The words of a language.
#[must_use]
pub fn share_words(language: Language) -> &'static ShareWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}

/// The code of a fault in an address.
#[must_use]
pub fn fault_code(fault: ShareFault) -> &'static str {
    match fault {
        ShareFault::Week => "week",
        ShareFault::Product => "product",
        ShareFault::Section => "section",
        ShareFault::Days => "days",
        ShareFault::Version => "version",
    }
}

impl ShareWords {
    /// Why a link was not made, by the code in the address.
    #[must_use]
    pub fn problem(&self, code: &str) -> &'static str {
        match code {
            "week" => self.fault_week,
            "product" => self.fault_product,
            "section" => self.fault_section,
            "days" => self.fault_days,
            "version" => self.fault_version,
            _ => self.problem_internal,
        }
    }
}

/// The name of a section.
#[must_use]
pub fn section_name(language: Language, section: ShareSection) -> &'static str {
    match (language, section) {
        (Language::Japanese, ShareSection::Exceptions) => "例外",
        (Language::Japanese, ShareSection::Cost) => "費用",
        (Language::Japanese, ShareSection::Incidents) => "インシデント",
        (Language::Japanese, ShareSection::Objectives) => "エラーバジェット",
        (Language::English, ShareSection::Exceptions) => "Exceptions",
        (Language::English, ShareSection::Cost) => "Cost",
        (Language::English, ShareSection::Incidents) => "Incidents",
        (Language::English, ShareSection::Objectives) => "Error budgets",
    }
}
