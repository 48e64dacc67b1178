//! The words on issues in which the work on promises is kept, in both languages side by side.

use domain::action::ActionState;
use domain::organization::Language;
use domain::tracker::{IssueFault, IssueState, TrackedIssue, TrackerGap, TrackerKind};
use jiff::tz::TimeZone;

use super::format;

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words on issues and trackers.
        #[derive(Debug)]
        pub struct TrackerWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: TrackerWords = TrackerWords { $($name: $ja,)* };
        static EN: TrackerWords = TrackerWords { $($name: $en,)* };
    };
}

words! {
    open: "未着手", "open";
    open_github: "オープン", "open";
    started: "作業中", "in progress";
    closed: "完了", "closed";
    read_at: "読み取り", "read";
    never_read: "まだ読み取れていません", "not read yet";
    title: "作業の場所 (GitHub、Jira)", "Where work is kept (GitHub, Jira)";
    question: "アクションの先にある課題を読み取れているか?", "Can the issues behind action items be read?";
    tracker: "場所", "Tracker";
    finished: "最後に終わった", "Last complete run";
    never: "まだ一度もない", "None yet";
    failed: "途中で止まった", "The last run was cut";
    issues: "アクション", "Action items";
    faults: "読めなかった", "Not readable";
    requests: "リクエスト数", "Requests";
    rule: "読み取りは teirei sync と予定した時刻だけ。ページを開いても問い合わせません。向こうで閉じられても、こちらのアクションは人が閉じるまで閉じません。",
        "Issues are read by teirei sync and its schedule, never because a page is opened. One that is closed there closes nothing here: somebody does.";
}

/// The words in a language.
#[must_use]
pub fn tracker_words(language: Language) -> &'static TrackerWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}

impl TrackerWords {
    /// How far an issue is.
    #[must_use]
    pub fn state(&self, kind: TrackerKind, state: IssueState) -> &'static str {
        match (state, kind) {
            (IssueState::Open, TrackerKind::GitHub) => self.open_github,
            (IssueState::Open, TrackerKind::Jira) => self.open,
            (IssueState::Started, _) => self.started,
            (IssueState::Closed, _) => self.closed,
        }
    }
}

/// How far an issue is: since when where it is closed (完了 11/18), else who has it (作業中 · hayashi).
#[must_use]
pub fn standing(language: Language, issue: &TrackedIssue, zone: &TimeZone) -> String {
    let words = tracker_words(language);
    let state = issue.state.map_or(words.never_read, |state| words.state(issue.kind, state));
    let closed = issue.closed_at.map(|at| format::short_date(zone.to_datetime(at).date(), language));
    let state = match closed {
        Some(day) => format!("{state} {day}"),
        None => state.to_owned(),
    };
    match &issue.assignee {
        Some(assignee) if issue.state != Some(IssueState::Closed) => format!("{state} · {assignee}"),
        _ => state,
    }
}

/// Where a promise and its issue differ, or why the issue could not be read.
#[must_use]
pub fn remark(language: Language, issue: &TrackedIssue, action: ActionState) -> Option<String> {
    let differs = issue.gap(action).map(|one| gap(language, issue.kind, one));
    differs.or_else(|| issue.fault.map(|one| fault(language, issue.kind, one)))
}

/// All of it in one line without a link: GitHub acme/karte#218 完了 11/18 · こちらも完了にしますか?
#[must_use]
pub fn line(language: Language, zone: &TimeZone, issue: &TrackedIssue, action: ActionState) -> String {
    let told = format!("{} {} {}", issue.kind.name(), issue.reference, standing(language, issue, zone));
    match remark(language, issue, action) {
        Some(remark) => format!("{told} · {remark}"),
        None => told,
    }
}

/// How a promise and its issue differ, and what may be done.
fn gap(language: Language, kind: TrackerKind, gap: TrackerGap) -> String {
    let name = kind.name();
    match (language, gap) {
        (Language::Japanese, TrackerGap::ClosedThere) => "こちらも完了にしますか?".to_owned(),
        (Language::English, TrackerGap::ClosedThere) => "close it here, too?".to_owned(),
        (Language::Japanese, TrackerGap::OpenThere) => {
            format!("こちらでは終わりましたが、{name} ではまだ開いています。")
        }
        (Language::English, TrackerGap::OpenThere) => format!("Closed here, still open in {name}."),
    }
}

/// Why an issue could not be read, and what to do.
fn fault(language: Language, kind: TrackerKind, fault: IssueFault) -> String {
    let name = kind.name();
    match (language, fault) {
        (Language::Japanese, IssueFault::Missing) => {
            format!("{name} に見つかりません。リンクと、トークンがこの課題を読めるかを確かめてください。")
        }
        (Language::English, IssueFault::Missing) => {
            format!("Not found in {name}: check the link, and whether the token may see it.")
        }
        (Language::Japanese, IssueFault::Key) => {
            format!("{name} がトークンを受け付けません。管理者に新しいトークンを設定してもらってください。")
        }
        (Language::English, IssueFault::Key) => {
            format!("{name} does not take the token: ask an administrator to configure a new one.")
        }
        (Language::Japanese, IssueFault::Forbidden) => {
            format!(
                "{name} のトークンに読む権限がありません。管理者に課題の読み取りを許してもらってください。"
            )
        }
        (Language::English, IssueFault::Forbidden) => {
            format!("The token of {name} may not read it: ask an administrator to allow reading issues.")
        }
        (Language::Japanese, IssueFault::Moved) => {
            format!("{name} の外へ移されました。新しいリンクでアクションを作り直してください。")
        }
        (Language::English, IssueFault::Moved) => {
            format!("Moved out of {name}: make the action item anew with the new link.")
        }
        (Language::Japanese, IssueFault::Unreadable) => {
            format!("{name} の答えを課題として読めませんでした。リンクの先が課題かを確かめてください。")
        }
        (Language::English, IssueFault::Unreadable) => {
            format!("What {name} answered is no issue: check where the link leads.")
        }
    }
}
