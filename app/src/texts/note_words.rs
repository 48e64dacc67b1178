//! The words on notes of the meeting, in both languages side by side.

use domain::note::{MergeMarks, NoteFault, NotePlace, NoteSection};
use domain::organization::Language;
use domain::product::Product;

use super::texts;

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words on notes.
        #[derive(Debug)]
        pub struct NoteWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: NoteWords = NoteWords { $($name: $ja,)* };
        static EN: NoteWords = NoteWords { $($name: $en,)* };
    };
}

words! {
    note: "メモ", "Note";
    notes: "メモ", "Notes";
    edit: "編集", "edit";
    whole: "会議全体", "The meeting as a whole";
    back: "定例の画面", "The review";
    product_question: "このプロダクトについて何が話されたか?", "What was said about it?";

    list_lead_none: "この週のメモはまだありません。", "No note was written for this week yet.";
    written: "書かれたメモ", "What was written";
    written_question: "会議で何が話されたか?", "What did the meeting talk about?";
    open: "メモを書く", "Write a note";
    open_question: "どこについて書くか?", "What is it about?";
    sections: "議題", "Sections";
    products: "プロダクト", "Products";

    write: "書く", "Write";
    write_question: "何が話され、何が分かったか?", "What was said, and what is known now?";
    text: "メモ(Markdown)", "Note (Markdown)";
    hint: "入力が止まると自動で保存されます(JavaScript が無効なら「保存する」)。患者や利用者の個人情報は書かないでください。", "Saved as you type (without JavaScript, by the button). No personal data of patients or users.";
    hint_by_hand: "「保存する」を押すと保存されます。患者や利用者の個人情報は書かないでください。", "Press the button to save. No personal data of patients or users.";
    save: "保存する", "Save";
    saving: "保存しています…", "Saving…";
    saved: "保存しました", "Saved";
    unsaved: "まだ保存されていません", "Not saved yet";
    offline: "保存できません。文章はこの画面に残っています。つながり次第もう一度保存します。", "It cannot be saved just now. The text stays on this page and is saved again as soon as the server answers.";
    restored: "前回保存されなかった文章を戻しました。", "What was not saved last time is back.";
    compare: "見比べて直す", "Compare and mend";

    shown: "本文", "As it reads";
    shown_question: "この画面を開いたときの文章", "As it was when this page was opened";
    shown_none: "まだ何も書かれていません。", "Nothing is written yet.";
    older: "以前の版を表示しています。", "This is an earlier version.";
    newest: "最新の版", "The newest version";
    history: "履歴", "History";
    history_question: "誰がいつ書いたか?", "Who wrote when?";
    version: "版", "Version";
    at: "日時", "When";
    by: "誰が", "Who";

    conflict: "開いている間に、別の人が新しい版を保存しました。あなたの文章はまだ保存されていません。両方を下に示します。まとめた文章を確かめてから保存してください。", "Somebody saved a newer version while you wrote. Yours is not saved yet. Both stand below: look at the joined text, then save it.";
    conflict_live: "別の人が先に保存しました。あなたの文章はまだ保存されていません。", "Somebody saved a newer version. Yours is not saved yet.";
    theirs: "保存されている文章", "What is saved";
    mine: "あなたの文章(未保存)", "Yours (not saved)";
    merged: "まとめた文章", "Both joined";
    merged_hint: "同じ行を二人が変えたところには ▼ と ▲ の印があります。直したら印を消してください。", "Where both changed the same lines they stand between ▼ and ▲. Take the marks out when it reads well.";
    mark_theirs: "▼ 保存されている文章", "▼ What is saved";
    mark_mine: "▼ あなたの文章", "▼ Yours";
    mark_end: "▲", "▲";

    frozen: "この週は凍結されているため、メモは変更できません。書き直すには理由を書いて再開してください。再開後に凍結すると新しい版になり、今の版もそのまま残ります。", "This week is frozen and its notes are locked. To change them, take them up again with a reason: the next freeze makes a new version, and this one stays as it is.";
    frozen_unsaved: "この週は凍結されたため、保存できませんでした。あなたの文章は下にあります。メモの一覧から再開できます。", "The week was frozen, so this was not saved. Yours stands below; the list of notes can be taken up again.";
    reason: "理由", "Reason";
    reopen: "メモを再開する", "Take notes up again";
    reopen_question: "なぜ書き直すか?", "Why are they to be changed?";
    problem_reason: "理由を500文字以内で書いてください。", "Write a reason of at most 500 characters.";
    problem_conflict: "ほかの人が先に再開したか、新しい版を凍結しました。今の状態を確かめてください。", "Somebody else took them up or froze a newer version meanwhile; look at it again.";
    problem_long: "メモが長すぎます(上限 20,000 文字)。短くしてください。", "The note is too long (20,000 characters at most); shorten it.";
    problem_letters: "メモに保存できない文字(NUL などの制御文字)があります。取り除いてください。", "The note holds characters that cannot be kept (NUL or another control character); remove them.";
    problem_internal: "保存できませんでした。あなたの文章は下にあります。もう一度試してください。", "It could not be saved. Yours stands below; try again.";
    new_notes: "新しいメモ #件・再読み込み", "# new · reload";
}

/// The words in a language.
#[must_use]
pub fn note_words(language: Language) -> &'static NoteWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}

impl NoteWords {
    /// Why a text is not taken.
    #[must_use]
    pub fn fault(&self, fault: NoteFault) -> &'static str {
        match fault {
            NoteFault::Long => self.problem_long,
            NoteFault::Letters => self.problem_letters,
        }
    }

    /// The lines around what both changed.
    #[must_use]
    pub fn marks(&self) -> MergeMarks {
        MergeMarks { theirs: self.mark_theirs, mine: self.mark_mine, end: self.mark_end }
    }
}

/// What a place is called: the title of its section or the name of its product.
#[must_use]
pub fn place_name<'p>(
    language: Language,
    place: &'p NotePlace,
    mut products: impl Iterator<Item = &'p Product>,
) -> &'p str {
    let words = texts(language);
    match place {
        NotePlace::Section(NoteSection::Summary) => note_words(language).whole,
        NotePlace::Section(NoteSection::Exceptions) => words.exceptions_title,
        NotePlace::Section(NoteSection::Cost) => words.cost_title,
        NotePlace::Section(NoteSection::Incidents) => words.incidents_title,
        NotePlace::Section(NoteSection::Objectives) => words.objectives_title,
        NotePlace::Product(slug) => {
            let product = products.find(|product| product.slug == *slug);
            product.map_or(slug.as_str(), |product| product.name.get(language))
        }
    }
}

/// Who saved which version when.
#[must_use]
pub fn version_line(language: Language, version: i64, at: &str, by: &str) -> String {
    match language {
        Language::Japanese => format!("{by}、{at}(第{version}版)"),
        Language::English => format!("{by}, {at} (version {version})"),
    }
}
