//! The words on the audit, in both languages side by side.

use domain::audit::{Act, Chain, ChainBreak};
use domain::organization::Language;

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words on the audit.
        #[derive(Debug)]
        pub struct AuditWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: AuditWords = AuditWords { $($name: $ja,)* };
        static EN: AuditWords = AuditWords { $($name: $en,)* };
    };
}

words! {
    title: "監査ログ", "Audit";
    question: "誰が、いつ、何をしたか?", "Who did what, and when?";
    at: "日時", "When";
    who: "人", "Who";
    act: "したこと", "What";
    object: "対象", "On what";
    change: "内容", "Change";
    reason: "理由", "Reason";
    from: "接続元", "From";
    any: "すべて", "All";
    search: "絞り込む", "Filter";
    object_begins: "対象(先頭一致)", "On what (its beginning)";
    older: "さらに古い記録", "Older entries";
    none: "記録はありません。", "There are no entries.";
    nobody: "(名前なし)", "(no name)";
    before: "前", "before";
    holds: "改ざんは見つかっていません。最後の記録", "The chain holds up to entry";
    head: "先頭ハッシュ", "head hash";
    explained: "記録は追記だけで、管理者も変更できません。先頭ハッシュを別の場所に控えておくと、書き直しを見つけられます: teirei audit verify --head HASH", "Entries are only added; nobody edits them, administrators neither. Keep the head hash elsewhere to find a chain that was written anew: teirei audit verify --head HASH";
}

/// The head of the audit as a line to keep.
#[must_use]
pub fn head_line(language: Language, chain: &Chain) -> String {
    let Chain { last, head } = chain;
    match language {
        Language::Japanese => format!("監査ログの先頭ハッシュ(記録 {last}): {head}"),
        Language::English => format!("Head of the audit (entry {last}): {head}"),
    }
}

/// The words of a language.
#[must_use]
pub fn audit_words(language: Language) -> &'static AuditWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}

/// What somebody did.
#[must_use]
pub fn act_name(language: Language, act: Act) -> &'static str {
    let (ja, en) = match act {
        Act::SignIn => ("サインイン", "Signed in"),
        Act::SignInFailed => ("サインイン失敗", "Sign-in failed"),
        Act::SignOut => ("サインアウト", "Signed out"),
        Act::Read => ("閲覧", "Read"),
        Act::Export => ("書き出し", "Exported"),
        Act::Import => ("取り込み", "Imported"),
        Act::Edit => ("編集", "Edited"),
        Act::Override => ("上書き", "Overruled"),
        Act::Freeze => ("凍結", "Froze"),
        Act::Reopen => ("再開", "Took up again"),
        Act::Redact => ("削除", "Redacted"),
        Act::Catalogue => ("台帳", "Catalogue"),
        Act::RoleChange => ("権限の変更", "Changed rights"),
        Act::Token => ("トークン", "Token"),
        Act::ShareMake => ("共有リンク作成", "Made a share link"),
        Act::ShareUse => ("共有リンク利用", "Share link used"),
        Act::ShareRevoke => ("共有リンク取り消し", "Took back a share link"),
        Act::AccessReview => ("権限の棚卸し", "Reviewed access"),
    };
    match language {
        Language::Japanese => ja,
        Language::English => en,
    }
}

/// Where the chain is broken.
#[must_use]
pub fn broken(language: Language, broken: &ChainBreak) -> String {
    match (language, broken) {
        (Language::Japanese, ChainBreak::Missing { expected, found }) => {
            format!("監査ログが壊れています: 記録 {expected} がなく、{found} があります。")
        }
        (Language::Japanese, ChainBreak::Altered { id }) => {
            format!("監査ログが壊れています: 記録 {id} が書き込まれたあとに変えられました。")
        }
        (Language::English, broken) => format!("The audit is broken: {broken}."),
    }
}
