//! The words of proposals to change an objective, in both languages side by side.

use domain::objective_proposal::{PromiseError, ProposalState, ProposalStep};
use domain::organization::Language;

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words of proposals to change an objective.
        #[derive(Debug)]
        pub struct ProposalWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: ProposalWords = ProposalWords { $($name: $ja,)* };
        static EN: ProposalWords = ProposalWords { $($name: $en,)* };
    };
}

words! {
    title: "目標の変更案", "Propose a change";
    link: "目標・窓の変更を提案する", "Propose another target or window";
    number: "提案", "Proposal";
    shown: "変更案", "The proposal";
    question_shown: "何を、なぜ変えるのか", "What should change, and why?";
    typed: "変更を試す", "Try a change";
    question_typed: "どの目標、どの窓なら合うか", "Which target and window would fit?";
    target: "目標(%)", "Target (%)";
    window_as_is: "いまのまま", "as it is";
    try_button: "過去12週で試す", "Test on the last 12 weeks";
    weeks: "過去12週なら", "Had it held for 12 weeks";
    question_weeks: "どの週が未達になり、いくら残ったか", "Which weeks would have missed, what would have been left?";
    now: "いまの定義", "in force";
    then: "変更案", "proposed";
    left_now: "残り(いま)", "left, in force";
    left_then: "残り(案)", "left, proposed";
    week_now: "週の判定(いま)", "week, in force";
    week_then: "週の判定(案)", "week, proposed";
    met: "達成", "met";
    missed: "未達", "missed";
    part: "窓の一部のみ", "part of the window";
    alerts: "鳴っていたアラート", "Alerts that would have fired";
    question_alerts: "長短2つの窓がともに速く減ったのはいつか", "When did both the long and the short window burn too fast?";
    alert: "アラート", "alert";
    fired_now: "鳴った回数(いま)", "fired, in force";
    fired_then: "鳴った回数(案)", "fired, proposed";
    told_from: "判定に使えた計数", "told from";
    cannot_fire: "この目標では鳴り得ない", "cannot fire with this target";
    not_told: "この計数では判定できない", "cannot be told from these counts";
    submit: "提案する", "Propose it";
    question_submit: "なぜ変えるのか", "Why should it change?";
    submit_button: "提案を出す", "Submit";
    draft_button: "下書きに残す", "Keep as a draft";
    reason: "理由", "Reason";
    decide: "承認・却下", "Decide";
    question_decide: "この変更でよいか", "Should it be so?";
    approve_button: "承認する", "Approve";
    refuse_button: "却下する", "Refuse";
    withdraw_button: "取り下げる", "Take back";
    decide_explained: "承認しても定義は変わりません。定義元に反映され、次の取り込みで届いた時点で、この提案は自動的に完了します。", "Approving changes no definition: it is changed where it lives, and the proposal closes itself when an import brings it.";
    carry: "定義元に反映する", "Change it where it lives";
    question_carry: "どこをどう書き換えればよいか", "What has to be written where?";
    document: "変更後のOpenSLO文書", "The proposed OpenSLO document";
    download: "ダウンロード", "Download";
    terraform_in: "Terraformの定義箇所", "Declared in terraform at";
    terraform_none: "Terraformの定義箇所は分かっていません。terraform show -json の結果を取り込むと、ここに出ます。", "Where terraform declares it is not known. Import the output of terraform show -json to see it here.";
    terraform_drift: "Terraformと動いている定義が違う", "terraform and the definition in force differ";
    terraform_upload: "その .tf ファイル", "The .tf file of it";
    terraform_paste: "または貼り付け", "Or paste it";
    terraform_path: "リポジトリでのパス", "Its path in the repository";
    terraform_button: "パッチを作る", "Make a patch";
    block: "書き換え後のブロック", "The block as it should read";
    patch: "パッチ (git apply)", "Patch (git apply)";
    steps: "経緯", "What happened";
    state: "状態", "State";
    at: "日時", "when";
    by: "誰が", "who";
    list: "これまでの提案", "Proposals so far";
    question_list: "何が提案され、どうなったか", "What was proposed, and what became of it?";
    list_open: "進行中の変更案", "Open proposals";
    list_none: "まだ提案はありません。", "Nothing was proposed yet.";
    export_all: "すべてをOpenSLOで書き出す", "All as OpenSLO";
    export_one: "OpenSLOで書き出す", "As OpenSLO";
    problem_conflict: "提案か定義がその間に変わりました。内容を見直してください。", "The proposal or the definition has changed meanwhile; look at it again.";
    problem_reason: "理由を書いてください。", "Say why.";
    state_upload: "terraform show -json の結果を取り込む", "Upload the output of terraform show -json";
    state_file: "JSONファイル", "The JSON file";
    state_button: "取り込む", "Upload";
    state_explained: "目標・窓・番地だけを読みます。秘密の値などほかの内容は保存しません。", "Only targets, windows and addresses of SLOs are kept; nothing else of it, no secrets.";
    problem_state: "terraform show -json の結果(JSON)ではありません。", "That is no output of terraform show -json.";
    problem_file: "ファイルを選ぶか、内容を貼り付けてください。", "Choose a file or paste its text.";
}

/// The words of a language.
#[must_use]
pub fn proposal_words(language: Language) -> &'static ProposalWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}

/// How far a proposal has come, in a word.
#[must_use]
pub fn proposal_state(language: Language, state: ProposalState) -> &'static str {
    use Language::{English, Japanese};
    match (language, state) {
        (Japanese, ProposalState::Draft) => "下書き",
        (English, ProposalState::Draft) => "draft",
        (Japanese, ProposalState::Submitted) => "承認待ち",
        (English, ProposalState::Submitted) => "waits for approval",
        (Japanese, ProposalState::Approved) => "承認済み・反映待ち",
        (English, ProposalState::Approved) => "approved, not in force yet",
        (Japanese, ProposalState::Refused) => "却下",
        (English, ProposalState::Refused) => "refused",
        (Japanese, ProposalState::Withdrawn) => "取り下げ",
        (English, ProposalState::Withdrawn) => "taken back",
        (Japanese, ProposalState::Closed) => "反映済み",
        (English, ProposalState::Closed) => "in force",
    }
}

/// What a proposal came to with a step of it: one whose objective is gone is not in force.
#[must_use]
pub fn step_state(language: Language, step: &ProposalStep) -> &'static str {
    match (language, step.is_gone()) {
        (_, false) => proposal_state(language, step.state),
        (Language::Japanese, true) => "SLOの終了により終了",
        (Language::English, true) => "ended with the SLO",
    }
}

/// The reason of a step, in words where the store gave one.
#[must_use]
pub fn step_reason(language: Language, step: &ProposalStep) -> String {
    match (language, step.is_gone()) {
        (_, false) => step.reason.clone(),
        (Language::Japanese, true) => {
            "定義元からこのSLOがなくなったため、提案も終わりました。SLOが戻ったら、改めて提案してください。".to_owned()
        }
        (Language::English, true) => {
            "Its source no longer defines the SLO, so the proposal ended with it. Propose it anew should the SLO come back."
                .to_owned()
        }
    }
}

/// Why something cannot be proposed, and how to mend it.
#[must_use]
pub fn promise_fault(language: Language, fault: PromiseError) -> &'static str {
    use Language::{English, Japanese};
    match (language, fault) {
        (Japanese, PromiseError::Target) => {
            "目標は0より大きく100より小さい百分率(小数4桁まで)で入れてください。例: 99.95"
        }
        (English, PromiseError::Target) => {
            "Write a percentage above 0 and below 100 with at most four decimals, such as 99.95."
        }
        (Japanese, PromiseError::Window) => "窓は一覧から選んでください。",
        (English, PromiseError::Window) => "Choose one of the windows.",
        (Japanese, PromiseError::Same) => "いまの定義と同じです。目標か窓を変えてください。",
        (English, PromiseError::Same) => "That is what it promises already; change the target or the window.",
    }
}

/// Why there is no patch of terraform, by the word of the reader of its files.
#[must_use]
pub fn patch_obstacle(language: Language, word: &str) -> &'static str {
    use Language::{English, Japanese};
    match (language, word) {
        (_, "") => "",
        (Japanese, "expression") => {
            "値が変数や式で書かれているため、自動では書き換えません。式の元を直すか、次のブロックに置き換えてください。"
        }
        (English, "expression") => {
            "The value is an expression, which is not guessed at: change what it refers to, or write this block."
        }
        (Japanese, "instances") => {
            "このリソースは for_each か count で複数作られるため、値を書き換えると全部が変わります。意図に合うか確かめて、次のブロックを使ってください。"
        }
        (English, "instances") => {
            "The resource is made several times (for_each or count), and the value would change for all of them: decide, and use this block."
        }
        (Japanese, "window") => {
            "この提供元ではその窓を表せないか、ブロックの組み替えが要ります。次のブロックを参考に手で直してください。"
        }
        (English, "window") => {
            "The vendor has no such window, or the block has to be rebuilt for it: change it by hand with this block beside you."
        }
        (Japanese, "missing") => {
            "このファイルにはそのリソースがありません。別の .tf ファイルか確かめてください。"
        }
        (English, "missing") => "The file does not hold that resource; check whether another .tf file does.",
        (Japanese, "syntax") => {
            "このファイルはHCLとして読めません。JSON形式 (.tf.json) には対応していません。"
        }
        (English, "syntax") => "The file cannot be read as HCL; the JSON form (.tf.json) is not supported.",
        (Japanese, "frame") => {
            "このリソースに、いまの窓と同じ期間のブロックがありません。次のブロックを参考に手で直してください。"
        }
        (English, "frame") => {
            "No block of the resource has the window in force: change it by hand with this block beside you."
        }
        (Japanese, "same") => "このファイルはもうそう書かれています。適用すれば反映されます。",
        (English, "same") => "The file says so already; it only has to be applied.",
        (Japanese, _) => "このファイルからはパッチを作れません。",
        (English, _) => "No patch can be made of this file.",
    }
}
