//! The words of signing in and out, in both languages side by side.

use domain::organization::Language;

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words of signing in and out.
        #[derive(Debug)]
        pub struct SignInWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: SignInWords = SignInWords { $($name: $ja,)* };
        static EN: SignInWords = SignInWords { $($name: $en,)* };
    };
}

words! {
    title: "サインイン", "Sign in";
    question: "どなたですか?", "Who are you?";
    name: "名前", "Name";
    password: "パスワード", "Password";
    submit: "サインインする", "Sign in";
    by_balancer: "このページにはロードバランサーを通して入ります。入れない場合は管理者に聞いてください。", "One comes here by way of a load balancer. Ask an administrator if it does not let you in.";
    not_asked: "このサーバーではサインインは要りません。", "Nobody needs to sign in on this server.";
    forgotten: "パスワードを忘れた場合は、管理者が teirei user password で変えられます。", "If you forgot your password, an administrator can change it with teirei user password.";
    sign_out: "サインアウト", "Sign out";
    sign_out_everywhere: "すべての端末でサインアウト", "Sign out everywhere";
    signed_in_as: "サインイン中:", "Signed in as";
    to_review: "今週のレビューへ", "To this week's review";
    problem_wrong: "名前かパスワードが違います。", "The name or the password is wrong.";
    problem_often: "失敗が続いたため、しばらく受け付けません。10分ほど待ってからもう一度試してください。", "It failed too often. Please wait ten minutes and try again.";
    problem_stray: "サインインの途中で時間が経ちすぎたか、別のブラウザから戻ってきました。もう一度始めてください。", "Signing in took too long, or came back in another browser. Please begin again.";
    problem_person: "サインインはできましたが、このページを見る権限がありません。確認済みのメールアドレスとグループについて、管理者に聞いてください。", "We know who you are, but you may not see anything here. Ask an administrator about your verified mail address and your groups.";
    problem_silent: "サインイン先が応答しません。少し待ってからもう一度試してください。", "The provider does not answer. Please try again in a moment.";
    problem_provider: "サインイン先の答えを信用できませんでした。もう一度試し、続くようなら管理者に知らせてください。", "What the provider answered could not be believed. Please try again, and tell an administrator if it goes on.";
    problem_internal: "サインインできませんでした。もう一度試してください。", "You could not be signed in. Please try again.";
    problem_out: "サインアウトしました。", "You are signed out.";
}

/// The words in a language.
#[must_use]
pub fn sign_in_words(language: Language) -> &'static SignInWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}

/// The word on the button that leads to a provider.
#[must_use]
pub fn at_provider(language: Language, label: &str) -> String {
    match language {
        Language::Japanese => format!("{label} でサインインする"),
        Language::English => format!("Sign in with {label}"),
    }
}

impl SignInWords {
    /// What is told, by the code in the address.
    #[must_use]
    pub fn problem(&self, code: &str) -> &'static str {
        match code {
            "wrong" => self.problem_wrong,
            "often" => self.problem_often,
            "stray" => self.problem_stray,
            "person" => self.problem_person,
            "silent" => self.problem_silent,
            "provider" => self.problem_provider,
            "out" => self.problem_out,
            _ => self.problem_internal,
        }
    }
}
