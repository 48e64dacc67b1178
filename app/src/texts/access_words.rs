//! What those are told who may look and not change, in both languages side by side.

use domain::organization::Language;

/// The words for those who may look and not change.
#[derive(Debug)]
pub struct AccessWords {
    /// In the place of a form.
    pub only_reads: &'static str,
    /// In the place of the form that freezes.
    pub only_reviewers: &'static str,
    /// Above pages that are forms throughout.
    pub only_administrators: &'static str,
}

static JA: AccessWords = AccessWords {
    only_reads: "閲覧できますが、変更する権限はありません。このプロダクトの編集者に頼むか、管理者に権限を求めてください。",
    only_reviewers: "確定できるのはレビュー担当者です。",
    only_administrators: "台帳を変更できるのは管理者です。変更したいことは管理者に伝えてください。",
};

static EN: AccessWords = AccessWords {
    only_reads: "You may look here, not change anything. Ask an editor of the product, or an administrator for the role.",
    only_reviewers: "Reviewers freeze the week.",
    only_administrators: "Administrators change the catalogue. Tell one of them what should be changed.",
};

/// The words in a language.
#[must_use]
pub fn access_words(language: Language) -> &'static AccessWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}
