//! The words on people and tokens for administrators, in both languages side by side.

use domain::access::Role;
use domain::organization::Language;

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words on people and tokens.
        #[derive(Debug)]
        pub struct AdminWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: AdminWords = AdminWords { $($name: $ja,)* };
        static EN: AdminWords = AdminWords { $($name: $en,)* };
    };
}

words! {
    users: "利用者", "People";
    users_question: "誰が何を見て、何をできるか?", "Who may see and do what?";
    no_users: "まだ誰もサインインしていません。", "Nobody has signed in yet.";
    no_users_do: "アカウントはコマンドで作ります", "Accounts are made on the command line";
    tokens: "サービストークン", "Service tokens";
    tokens_question: "どのプログラムが何を読み、何を伝えられるか?", "Which programs may read and tell what?";
    no_tokens: "トークンはありません。", "There is no token.";
    no_tokens_do: "トークンはコマンドで作り、そのときだけ表示されます", "Tokens are made on the command line and shown only then";
    name: "名前", "Name";
    may: "できること", "May";
    from: "出どころ", "Vouched for by";
    local: "ここにあるアカウント", "an account kept here";
    signed_in: "最後のサインイン", "Last signed in";
    seen: "最後に見た", "Last seen";
    sessions: "サインイン中の端末", "Browsers";
    never: "まだない", "never";
    do_it: "操作", "Do";
    sign_out: "すべての端末でサインアウトさせる", "Sign out everywhere";
    disable: "締め出す", "Shut out";
    enable: "また入れる", "Let in again";
    disabled: "締め出し中", "shut out";
    scopes: "使えること", "Good for";
    made: "作成", "Made";
    used: "最後の使用", "Last used";
    state: "状態", "State";
    good: "有効", "good";
    ran_out: "期限切れ", "ran out";
    revoked: "取り消し済み", "taken back";
    revoke: "取り消す", "Take back";
    until: "期限", "Until";
    viewer: "見る", "views";
    editor: "書く", "edits";
    reviewer: "書いて確定する", "edits and freezes";
    admin: "すべて管理する", "administers everything";
    all_products: "すべてのプロダクト", "all products";
}

/// The words in a language.
#[must_use]
pub fn admin_words(language: Language) -> &'static AdminWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}

impl AdminWords {
    /// What a role does.
    #[must_use]
    pub fn role(&self, role: Role) -> &'static str {
        match role {
            Role::Viewer => self.viewer,
            Role::Editor => self.editor,
            Role::Reviewer => self.reviewer,
            Role::Admin => self.admin,
        }
    }
}
