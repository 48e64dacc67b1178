//! The words and sentences of digests and of the page that shows them, in both languages side by side.

use domain::finding::Counts;
use domain::organization::Language::{self, English, Japanese};

use domain::week::IsoWeek;
use jiff::civil::Date;

use super::{format, sentences, texts};

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words of digests.
        #[derive(Debug)]
        pub struct DigestWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: DigestWords = DigestWords { $($name: $ja,)* };
        static EN: DigestWords = DigestWords { $($name: $en,)* };
    };
}

words! {
    page_title: "ダイジェスト", "Digest";
    ready: "会議の前", "Before the meeting";
    ready_question: "会議の前に何を知らせるか?", "What is told before the meeting?";
    frozen: "凍結した後", "After the freeze";
    frozen_question: "凍結した後に何を知らせるか?", "What is told after the freeze?";
    frozen_none: "この週はまだ凍結されていません。凍結すると、決まったことと担当ごとのアクションを知らせます。", "This week is not frozen yet. Once it is, what was decided and who does what is told.";
    where_to: "届け先", "Where it goes";
    where_question: "どこへ、いつ届くか?", "Who gets it, and when?";
    ready_over: "この週は凍結されているので、会議の前のダイジェストは届きません。", "The week is frozen: nothing is told before its meeting any more.";
    no_channel: "ダイジェストの届け先はまだありません。", "No channel gets the digest yet.";
    no_channel_do: "teirei.toml の [channels.名前] に次の行を加えてください。", "Add this line to a section [channels.NAME] in teirei.toml.";
    nothing_stands_out: "例外はありません。", "Nothing stands out.";
    overdue_postmortems: "期限を過ぎたポストモーテム", "Postmortems past their day";
    still_open: "前回までの未完了", "Still open from before";
    decided_nothing: "この回で決まったアクションはありません。", "The meeting made no action items.";
    channel: "チャンネル", "Channel";
    form: "形式", "Form";
    language: "言語", "Language";
    not_written: "まだ書かれていない", "not written yet";
    after_freeze: "凍結したとき", "when the week is frozen";
    as_known_now: "いま送るとこう届きます。送る時点の内容に書き直されます。", "What would go out now. It is worded anew until it is sent.";
}

/// The words in a language.
#[must_use]
pub fn digest_words(language: Language) -> &'static DigestWords {
    match language {
        Japanese => &JA,
        English => &EN,
    }
}

/// The first line: which week, and that it can be looked at or is final.
#[must_use]
pub fn title(language: Language, week: IsoWeek, version: Option<i64>) -> String {
    let name = texts(language).weekly_review;
    let heading = sentences::week_heading(language, week.year(), week.number());
    match (language, version) {
        (Japanese, None) => format!("{name} {heading}: 準備ができました"),
        (English, None) => format!("{name}, {heading}: ready for the meeting"),
        (Japanese, Some(version)) => format!("{name} {heading}: 凍結しました(版{version})"),
        (English, Some(version)) => format!("{name}, {heading}: frozen as version {version}"),
    }
}

/// The days of the week, in which zone.
#[must_use]
pub fn days_of_week(language: Language, week: IsoWeek, zone: &str) -> String {
    let day = |day| format::date(day, language);
    format!("{}–{} {zone}", day(week.monday()), day(week.sunday()))
}

/// How many of each mark the matrix of exceptions has.
#[must_use]
pub fn counts(language: Language, counts: &Counts) -> String {
    let words = texts(language);
    let marks = [
        ("■", words.breached, counts.breached),
        ("▲", words.risk, counts.risk),
        ("–", words.no_data, counts.no_data),
        ("●", words.ok, counts.ok),
    ];
    marks.map(|(glyph, word, count)| format!("{glyph} {word} {count}")).join(" · ")
}

/// How much of the week's bill there is, where it is not all of it.
#[must_use]
pub fn cost_so_far(language: Language, source: &str, days: &str) -> String {
    match language {
        Japanese => format!("費用は暫定です({source}: {days})"),
        English => format!("Cost is provisional ({source}: {days})"),
    }
}

/// A promise: what, who, by when, how late, how often carried.
#[must_use]
pub fn promise(language: Language, told: &Promise<'_>) -> String {
    let due = format::short_date(told.due_on, language);
    let mut about = vec![match language {
        Japanese => format!("期限 {due}"),
        English => format!("due {due}"),
    }];
    if told.overdue_days > 0 {
        about.push(match (language, told.overdue_days) {
            (Japanese, days) => format!("{days}日超過"),
            (English, 1) => "1 day overdue".to_owned(),
            (English, days) => format!("{days} days overdue"),
        });
    }
    if told.carried > 0 {
        about.push(match (language, told.carried) {
            (Japanese, times) => format!("持ち越し{times}回"),
            (English, 1) => "carried once".to_owned(),
            (English, times) => format!("carried {times} times"),
        });
    }
    let about = about.join(sentences::list_separator(language));
    match language {
        Japanese => format!("{}: {}({about})", told.owner, told.text),
        English => format!("{}: {} ({about})", told.owner, told.text),
    }
}

/// What [`promise`] says.
#[derive(Clone, Copy, Debug)]
pub struct Promise<'a> {
    /// Who does it.
    pub owner: &'a str,
    /// What is to be done.
    pub text: &'a str,
    /// By which day.
    pub due_on: Date,
    /// Days since it was due.
    pub overdue_days: i64,
    /// In how many frozen reviews it stood open.
    pub carried: usize,
}

/// A topic: whose, what it is about and what was seen.
#[must_use]
pub fn topic(language: Language, product: Option<&str>, title: &str, evidence: &str) -> String {
    let of = product.map(|product| format!("{product}: ")).unwrap_or_default();
    match (language, evidence) {
        (_, "") => format!("{of}{title}"),
        (Japanese, _) => format!("{of}{title}({evidence})"),
        (English, _) => format!("{of}{title} ({evidence})"),
    }
}

/// A decision: whose, what was decided and when it is looked at again.
#[must_use]
pub fn decision(language: Language, product: Option<&str>, text: &str, look_again_on: Date) -> String {
    let of = product.map(|product| format!("{product}: ")).unwrap_or_default();
    let day = format::short_date(look_again_on, language);
    match language {
        Japanese => format!("{of}{text}(見直す日 {day})"),
        English => format!("{of}{text} (look again on {day})"),
    }
}

/// A write-up that is late.
#[derive(Clone, Copy, Debug)]
pub struct LateWriteUp<'a> {
    /// How bad its incident was.
    pub severity: &'a str,
    /// What the incident is called.
    pub title: &'a str,
    /// Whose.
    pub product: &'a str,
    /// By which day it was due.
    pub due_on: Date,
}

/// A write-up that is late, in a line.
#[must_use]
pub fn late_write_up(language: Language, late: &LateWriteUp<'_>) -> String {
    let LateWriteUp { severity, title, product, due_on } = *late;
    let due = format::short_date(due_on, language);
    match language {
        Japanese => format!("{severity} {product}: {title}(期限 {due})"),
        English => format!("{severity} {product}: {title} (due {due})"),
    }
}

/// The lines that are not told one by one.
#[must_use]
pub fn more(language: Language, count: usize) -> String {
    match language {
        Japanese => format!("ほか{count}件"),
        English => format!("and {count} more"),
    }
}

/// How much is carried on.
#[must_use]
pub fn carried_on(language: Language, open: usize, overdue: usize) -> String {
    match (language, overdue) {
        (Japanese, 0) => format!("{open}件"),
        (Japanese, _) => format!("{open}件、うち期限超過{overdue}件"),
        (English, 0) => format!("{open} open"),
        (English, _) => format!("{open} open, {overdue} of them overdue"),
    }
}

/// What a reader checks the version by.
#[must_use]
pub fn hash(language: Language, hash: &str) -> String {
    format!("{}: {hash}", texts(language).freeze_hash)
}

/// When the digest before the meeting goes out.
#[must_use]
pub fn goes_out(language: Language, latest: &str) -> String {
    match language {
        Japanese => format!("週のデータがそろったとき、遅くとも{latest}"),
        English => format!("when the week's data is complete, {latest} at the latest"),
    }
}
