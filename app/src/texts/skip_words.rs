//! The words on weeks without a meeting, in both languages side by side.

use domain::organization::Language;
use domain::week::IsoWeek;
use domain::week_skip::{CarriedWeek, SkipFault, WeekSkip};

use super::sentences::week_heading;

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words on weeks without a meeting.
        #[derive(Debug)]
        pub struct SkipWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: SkipWords = SkipWords { $($name: $ja,)* };
        static EN: SkipWords = SkipWords { $($name: $en,)* };
    };
}

words! {
    title: "会議をしない週", "A week without a meeting";
    question: "この週の会議は開くか?", "Is there a meeting on this week?";
    explained: "会議をしない週は、次に開く週のレビューに引き継がれます。データはそのまま集まり、あとから凍結することもできます。", "A week without a meeting is carried into the next one that is held. Its data go on arriving, and it may still be frozen later.";
    reason: "理由", "Reason";
    skip: "会議をしない", "No meeting";
    hold: "やはり会議を開く", "Hold it after all";
    no_meeting: "会議なし", "no meeting";
    mark: "会議をしない週にする", "Mark as a week without a meeting";
    change: "変更する", "Change";
    frozen: "この週は凍結されています。会議は開かれました。", "This week is frozen: its meeting was held.";
    holiday: "会議の日は祝日です", "the day of the meeting is a holiday";
    back: "この週のレビュー", "The review of this week";
    fault_reason: "理由を500字以内で書いてください。", "Say why, in at most 500 characters.";
    fault_same: "すでにそうなっています。いまの状態を確かめてください。", "It is marked like that already: look at how it stands now.";
    problem_internal: "保存できませんでした。もう一度試してください。", "It could not be kept. Please try again.";
}

/// The words of a language.
#[must_use]
pub fn skip_words(language: Language) -> &'static SkipWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}

/// The code of a fault in an address.
#[must_use]
pub fn fault_code(fault: SkipFault) -> &'static str {
    match fault {
        SkipFault::Reason => "reason",
        SkipFault::Frozen => "frozen",
        SkipFault::Same => "same",
    }
}

impl SkipWords {
    /// Why a week was not marked, by the code in the address.
    #[must_use]
    pub fn problem(&self, code: &str) -> &'static str {
        match code {
            "reason" => self.fault_reason,
            "frozen" => self.frozen,
            "same" => self.fault_same,
            _ => self.problem_internal,
        }
    }
}

/// That a week has no meeting, why, and who said so.
#[must_use]
pub fn skipped(language: Language, skip: &WeekSkip) -> String {
    match language {
        Language::Japanese => {
            format!("この週は会議がありません({}、{}さん)。次に開く週に引き継ぎます。", skip.reason, skip.by)
        }
        Language::English => {
            format!(
                "There is no meeting on this week ({}, {}). The next one that is held takes it over.",
                skip.reason, skip.by
            )
        }
    }
}

/// That a week before had no meeting.
#[must_use]
pub fn carried(language: Language, carried: &CarriedWeek) -> String {
    let week = heading(language, carried.week);
    match language {
        Language::Japanese => {
            format!("{week}は会議がありませんでした({})。この週に引き継ぎます", carried.reason)
        }
        Language::English => {
            format!("There was no meeting on {week} ({}): this one takes it over", carried.reason)
        }
    }
}

/// What is taken over of such a week.
#[must_use]
pub fn taken_over(language: Language, carried: &CarriedWeek) -> String {
    let CarriedWeek { incidents, questions, notes, counts, .. } = carried;
    let (breached, risk) = (counts.breached, counts.risk);
    match language {
        Language::Japanese => format!(
            "違反 {breached}、注意 {risk}、インシデント {incidents}件、答えのない問い {questions}件、メモ {notes}件"
        ),
        Language::English => format!(
            "{breached} breached, {risk} at risk, incidents: {incidents}, questions without an answer: {questions}, notes: {notes}"
        ),
    }
}

/// The week as it is called.
#[must_use]
pub fn heading(language: Language, week: IsoWeek) -> String {
    week_heading(language, week.year(), week.number())
}
