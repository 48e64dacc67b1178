//! The words on deploys, in both languages side by side, and the sentences made of them.

use domain::deploy::DeployStatus;
use domain::organization::Language;
use domain::organization::Language::{English, Japanese};

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words on deploys.
        #[derive(Debug)]
        pub struct DeployWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: DeployWords = DeployWords { $($name: $ja,)* };
        static EN: DeployWords = DeployWords { $($name: $en,)* };
    };
}

words! {
    title: "デプロイと変更失敗率", "Deploys and change failure rate";
    question: "何をいつ本番に入れた? そのうちどれだけが失敗した?", "What went into production when, and how much of it failed?";
    rate: "変更失敗率", "Change failure rate";
    rate_definition: "期間内に本番へ届いたデプロイのうち、切り戻されたもの、または数える障害が原因として挙げたものの割合(DORAの変更失敗率、Apache DevLakeと同じ数え方)。障害がいくつあっても1つのデプロイは1回と数える。途中で失敗して届かなかったもの、本番以外へのもの、環境のわからないものは入れない。障害とデプロイは、障害の原因欄にあるデプロイのID、または同じプロダクトで障害より前の最後の同じバージョンで結び付ける。直後に起きたというだけでは結び付けない。切り捨て。絞り込みはプロダクトとグループだけが効く。", "Of the deploys that reached production in the period, the share that was rolled back or that a counted incident names as its cause (DORA’s change failure rate, counted as Apache DevLake does). A deploy with several incidents failed once. Deploys that failed on their way, that went elsewhere than into production, or of which nobody knows where, are no part of it. An incident names a deploy by its id, or by the version: then it is the last one of that version of its product before it. That something broke soon after a deploy links nothing. Rounded down. Of the filters, product and group apply.";
    reached: "本番へのデプロイ", "Deploys to production";
    reached_definition: "期間内に本番環境で完了し、届いたデプロイの数。切り戻されたものも含む。", "How many deploys to production were over in the period and arrived, those that were rolled back included.";
    back: "切り戻し", "Rolled back";
    back_definition: "本番に届いたあと、情報源が「切り戻した」と伝えたデプロイの数。", "How many of them their source says were rolled back.";
    unnamed: "デプロイが特定できない障害", "Incidents without their deploy";
    unnamed_definition: "原因がデプロイとされているのに、どのデプロイかがわからない障害。変更失敗率には入っていない。障害のページで原因のデプロイIDを入れると数える。", "Incidents with a deploy as their cause of which it is not known which one. They are not in the rate: name the deploy on the incident’s page to have it counted.";
    empty_source: "デプロイを受け取っていない。変更失敗率は出せない(0%ではない)。", "No deploys are supplied, so there is no change failure rate (it is not 0 %).";
    empty_source_do: "パイプラインのWebhookを設定するか(docs/deploys.md)、ファイルから取り込む:", "Set up the webhook of a pipeline (docs/deploys.md), or import a file:";
    none: "この期間のデプロイはない。", "No deploys in this period.";
    finished: "完了", "Finished";
    product: "プロダクト", "Product";
    version: "バージョン", "Version";
    environment: "環境", "Environment";
    unknown_environment: "不明", "not known";
    status: "結果", "Result";
    author: "実行", "By";
    succeeded: "成功", "succeeded";
    failed: "失敗", "failed";
    rolled_back: "切り戻し", "rolled back";
    unmapped: "カタログにない", "not in the catalogue";
    table: "新しいデプロイ", "Newest deploys";
    older_table: "それより前のデプロイ", "Earlier deploys";
    cause_of: "障害の原因:", "cause of";
    before: "発生前の24時間に本番へデプロイ:", "Deployed to production in the 24 hours before:";
    marks: "▲は本番へのデプロイ(その日の最初。数字はその日の回数)。", "▲ marks deploys to production (the first of the day; a number says how many there were).";
    days: "本番へのデプロイ", "Deploys to production";
    day: "日", "Day";
    count: "回数", "Number";
    versions: "バージョン", "Versions";
    caused: "原因とされたデプロイ", "Named as its cause";
    not_a_cause: "直前というだけで、原因とは限らない。", "Being shortly before makes it no cause.";
    imports_title: "デプロイの情報源", "Sources of deploys";
    imports_question: "デプロイは届いている? どのプロダクトのものかわかる?", "Do deploys arrive, and is it known whose they are?";
    source: "情報源", "Source";
    deploys: "デプロイ数", "Deploys";
    newest: "最新の完了", "Newest one finished";
    received: "最後に受け取った", "Last received";
    named: "情報源での名前", "Name at the source";
    repository: "リポジトリ", "Repository";
    unmapped_title: "カタログにないプロダクトのデプロイ", "Deploys of products the catalogue does not know";
    unmapped_do: "カタログのプロダクトの短縮名・名前・リポジトリのリンクのどれかと合わせるか、Webhookの products で対応付ける。", "Match a product’s short name, name or repository link in the catalogue, or name it under products of the webhook.";
}

/// The words in a language.
#[must_use]
pub fn deploy_words(language: Language) -> &'static DeployWords {
    match language {
        Japanese => &JA,
        English => &EN,
    }
}

/// How a deploy ended, in a word.
#[must_use]
pub fn deploy_status_word(language: Language, status: DeployStatus) -> &'static str {
    let words = deploy_words(language);
    match status {
        DeployStatus::Succeeded => words.succeeded,
        DeployStatus::Failed => words.failed,
        DeployStatus::RolledBack => words.rolled_back,
    }
}

/// How long before an incident a deploy was over; `ago` is a length of time.
#[must_use]
pub fn ago_before(language: Language, ago: &str) -> String {
    match language {
        Japanese => format!("({ago}前)"),
        English => format!("({ago} before)"),
    }
}

/// How many deploys are left out of what is shown.
#[must_use]
pub fn more_deploys(language: Language, count: usize) -> String {
    match language {
        Japanese => format!("ほか{count}回"),
        English => format!("and {count} more"),
    }
}

/// How many of some deploys failed.
#[must_use]
pub fn failed_of(language: Language, failed: i64, deploys: i64) -> String {
    match language {
        Japanese => format!("{deploys}回中{failed}回"),
        English => format!("{failed} of {deploys}"),
    }
}

/// What did not arrive or went elsewhere, and is counted nowhere.
#[must_use]
pub fn not_counted(language: Language, not_arrived: i64, elsewhere: i64) -> String {
    match language {
        Japanese => format!("届かず{not_arrived}回、本番以外{elsewhere}回は数えない"),
        English => format!("not counted: {not_arrived} that failed on their way, {elsewhere} elsewhere"),
    }
}

/// How many deploys a chart marks.
#[must_use]
pub fn days_summary(language: Language, count: i64) -> String {
    match language {
        Japanese => format!("▲ 本番へのデプロイ {count}回"),
        English if count == 1 => "▲ 1 deploy to production".to_owned(),
        English => format!("▲ {count} deploys to production"),
    }
}
