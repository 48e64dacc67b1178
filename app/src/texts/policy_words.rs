//! The words of error budget policies, maintenance windows and the verdict, in both languages side by side.

use domain::counting::{Counting, Exclusion, Missing};
use domain::organization::Language;
use domain::policy::ShipAction;

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words of policies and maintenance.
        #[derive(Debug)]
        pub struct PolicyWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: PolicyWords = PolicyWords { $($name: $ja,)* };
        static EN: PolicyWords = PolicyWords { $($name: $en,)* };
    };
}

words! {
    title: "SLO方針", "SLO policies";
    question: "エラーバジェットの残りに応じて何をする?", "What do we do with what is left of the error budget?";
    none: "方針はまだありません。", "No policy is written yet.";
    state: "状態", "State";
    in_force: "承認済み", "Approved";
    draft: "未承認", "Not approved";
    past_revisit: "見直し期限超過", "Past its revisit date";
    missing: "方針なし", "No policy";
    write: "方針を書く", "Write the policy";
    read: "方針を読む", "Read the policy";
    steps: "残りに応じた対応", "What is allowed with how much left";
    step_left: "残りがこの割合以上(%)", "At least this share left (%)";
    step_action: "対応", "What is allowed";
    step_note: "具体的には", "What that means here";
    steps_explained: "残りの多い順に書き、最後の行の割合は空けます(それより少ないとき)。割合に等しければその行です。厳しくなる順に並べます。", "Write them from the most that is left to the least and leave the last share blank: it is for all that is less. A share that is just reached counts. Each line is at least as strict as the one above.";
    text: "方針の本文", "The policy";
    text_explained: "書式のない文章です。改行で段落が分かれます。", "Plain text; a line break ends a paragraph.";
    objectives: "判断に使うSLO(1行に1つ、空なら本番のすべて)", "SLOs that decide (one a line; blank: all in production)";
    objectives_all: "本番のすべてのSLOのうち最も厳しいもの", "the worst of all SLOs in production";
    decides: "判断に使うSLO", "SLOs that decide";
    approvers: "承認者(1行に1人)", "Approved by (one a line)";
    approved_by: "承認", "Approved";
    approved_on: "承認日", "Approved on";
    revisit_on: "見直し日", "Revisit on";
    maintenance: "メンテナンス", "Maintenance";
    maintenance_question: "いつの時間をSLOに数えない?", "Which time does not count against SLOs?";
    maintenance_none: "メンテナンスの時間はまだありません。", "No maintenance window is declared yet.";
    maintenance_product: "プロダクトのすべてのSLO", "All SLOs of the product";
    maintenance_objective: "または1つのSLO(ID)", "or one SLO (its id)";
    covers: "対象", "What it covers";
    start: "開始", "Begins";
    end: "終了", "Ends";
    repeat: "くり返し(RFC 5545)", "Repeats (RFC 5545)";
    once: "1回", "once";
    maintenance_explained: "時刻は組織の時計で書きます(例 2026-11-29T02:00)。くり返しは FREQ(DAILY・WEEKLY・MONTHLY・YEARLY)、INTERVAL、BYDAY、UNTIL または COUNT です。例: FREQ=WEEKLY;BYDAY=SU、FREQ=MONTHLY;BYDAY=2SU;UNTIL=20270331。件数は日または時間の単位で届くため、丸ごと入る単位だけを除き、一部だけ重なる単位は数えたままにして、その時間を示します。", "Times are those of the organisation’s clock, such as 2026-11-29T02:00. Repeat with FREQ (DAILY, WEEKLY, MONTHLY or YEARLY), INTERVAL, BYDAY, and UNTIL or COUNT, such as FREQ=WEEKLY;BYDAY=SU or FREQ=MONTHLY;BYDAY=2SU;UNTIL=20270331. Counts arrive by the day or the hour: what lies inside a window whole is taken out, what it shares only in part stays counted, and that time is told.";
    ship: "公開してよい", "Ship";
    care: "慎重に公開", "Ship with care";
    halt: "P0とセキュリティ以外は止める", "Halt all but P0 and security";
    unknown: "判断できない", "Cannot tell";
    may_ship: "公開", "Ship";
    ship_short: "可", "yes";
    care_short: "慎重に", "with care";
    halt_short: "止める", "halt";
    unknown_short: "不明", "unknown";
    demands: "方針が求めること", "What the policy demands";
    has_postmortem: "ポストモーテムあり", "postmortem written";
    filtered_out: "この条件に合うSLOはありません。", "No SLO matches this choice.";
    owner: "担当", "Owner";
    everything: "すべて", "All";
    choose: "絞り込む", "Show";
    without_product: "プロダクトなし", "Without a product";
    without_owner: "担当なし", "Nobody";
    states: "状態ごとの数", "How many stand how";
    worst: "最も悪いもの", "The worst";
    of_time: "時間で数えるもののうち", "of those that count time";
    together: "合わせて", "Together";
    together_label: "プロダクトごとのSLO", "SLOs by product";
    coverage_thin: "データが欠けている", "Samples are missing";
    counting: "数え方", "How time counts";
}

/// The words in a language.
#[must_use]
pub fn policy_words(language: Language) -> &'static PolicyWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}

impl PolicyWords {
    /// What is allowed; nothing is known without an action.
    #[must_use]
    pub fn action(&self, action: Option<ShipAction>) -> &'static str {
        match action {
            Some(ShipAction::Ship) => self.ship,
            Some(ShipAction::Care) => self.care,
            Some(ShipAction::Halt) => self.halt,
            None => self.unknown,
        }
    }

    /// The same in a word, for a cell.
    #[must_use]
    pub fn action_short(&self, action: Option<ShipAction>) -> &'static str {
        match action {
            Some(ShipAction::Ship) => self.ship_short,
            Some(ShipAction::Care) => self.care_short,
            Some(ShipAction::Halt) => self.halt_short,
            None => self.unknown_short,
        }
    }
}

/// What missing data and excluded time count as.
#[must_use]
pub fn counting(language: Language, counting: Counting) -> String {
    let (missing, exclusion) = match language {
        Language::Japanese => (
            match counting.missing {
                Missing::Ignore => "データのない時間は数えない",
                Missing::Good => "データのない時間は良いものとする",
                Missing::Bad => "データのない時間は悪いものとする",
                Missing::Carry => "データのない時間は直前の状態が続いたものとする",
            },
            match counting.exclusion {
                Exclusion::Drop => "除外した時間は分母からも外す",
                Exclusion::CountGood => "除外した時間は良いものとする",
            },
        ),
        Language::English => (
            match counting.missing {
                Missing::Ignore => "time without data does not count",
                Missing::Good => "time without data counts as good",
                Missing::Bad => "time without data counts as bad",
                Missing::Carry => "time without data counts as the time before it",
            },
            match counting.exclusion {
                Exclusion::Drop => "excluded time leaves the total, too",
                Exclusion::CountGood => "excluded time counts as good",
            },
        ),
    };
    format!("{missing} · {exclusion}")
}
