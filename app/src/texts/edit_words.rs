//! The words of the forms of the catalogue, in both languages side by side.

use domain::organization::Language;
use domain::rate::RatePolicy;

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words of the forms of the catalogue.
        #[derive(Debug)]
        pub struct EditWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: EditWords = EditWords { $($name: $ja,)* };
        static EN: EditWords = EditWords { $($name: $en,)* };
    };
}

words! {
    parts_label: "台帳の項目", "Parts of the catalogue";
    overview: "全体", "Overview";
    budgets: "予算", "Budgets";
    rates: "換算レート", "Exchange rates";
    usage: "利用量", "Usage";
    pools: "共有費", "Shared pools";
    question_budgets: "どのプロダクトが毎月いくら使える?", "How much may each product spend, month by month?";
    question_rates: "どの月にどのレートを使う?", "Which rate does each month use?";
    question_usage: "どのプロダクトが毎月どれだけ使った?", "How much did each product use, month by month?";
    question_list: "いま何がある?", "What is there now?";
    question_entry: "何を直す?", "What should change?";
    previous_year: "前年度", "Previous year";
    next_year: "翌年度", "Next year";
    first_half: "上期", "First half";
    second_half: "下期", "Second half";
    amount_explained: "1,200,000・1200000・120万・全角数字のどれでも読めます。空にした欄は取り消しになります(終わった月は取り消せません)。", "1,200,000, 1200000, 120万 and full-width digits are all read. An emptied cell takes its value away; months that are over keep theirs.";
    checks_only: "確かめるだけでは何も変わりません。違いを見てから、理由を付けて適用します。", "Checking changes nothing: you see what differs and then apply it with a reason.";
    budget_rate: "新しく埋めた欄の予算レート", "Budget rate of newly filled cells";
    bill_currency: "その請求通貨", "The bill currency it is for";
    paste: "表を貼り付ける", "Paste a table";
    question_paste: "表計算ソフトにある?", "Is it in a spreadsheet?";
    paste_label: "貼り付ける表", "The table";
    paste_explained: "セルをコピーしてそのまま貼り付けます。1行に1件(下の列順、または1行目に列名)か、1行目に月を並べた表を読めます。正しい行は取り込み、読めない行は行と列を示します。プロダクトは短い名前でも表示名でも構いません。", "Copy the cells and paste them as they are: one row a value, in the order of columns below or with their names on the first line, or one row a product below months. Good rows are taken; the others are named with line and column. Products go by short name or by name.";
    upload: "CSVファイル", "CSV file";
    upload_button: "ファイルを確かめる", "Check the file";
    history: "値の変更", "Changes of values";
    question_history: "誰がどの値をなぜ変えた?", "Who changed which value, and why?";
    no_history: "画面や取り込みで変えた値はまだありません。", "No value was changed in the browser or by an import yet.";
    history_explained: "台帳ファイルの適用(teirei catalog apply)はここに出ません。", "What a catalogue file changed (teirei catalog apply) is not in this list.";
    before: "変更前", "Before";
    after: "変更後", "After";
    nothing: "変わったところがありません。", "Nothing was changed.";
    typed: "入力", "Input";
    question_typed: "何が取り込まれ、何が残った?", "What was taken, and what was not?";
    mend_button: "直して確かめる", "Check the mended input";
    rate_policy: "レートの種類", "Kind of rate";
    rate_in_use: "使用", "used";
    rate_used_by: "この組織の方針", "Policy of the organisation";
    rate_none: "なし", "none";
    rate_provisional: "仮", "provisional";
    rate_add: "レートを追加・訂正", "Add or correct a rate";
    rate_source: "出所", "Where it was read";
    rate_day: "確認日", "Day it was read";
    rate_from: "換算元", "From";
    rate_to: "換算先", "To";
    rate_value: "レート", "Rate";
    rate_wins: "この月はこのレート", "used for this month";
    rates_kept: "レートは消せません。同じ月・種類・確認日の行を入れると置き換わり、新しい確認日の行が使われます。種類「請求書」の行は、その月だけ、ほかのどの種類にも優先して換算に使われ、仮ではなくなります。すべての月を請求書で換算するときは、組織の方針(rate_policy)を invoice にします。", "Rates are never removed. A row of the same month, kind and day takes the place of the one before; of several days the newest counts. A row of the kind “Invoice” wins over every other kind for its month alone, and the month is no longer provisional. To convert all months at the rates of invoices, set the organisation’s rate_policy to invoice.";
    policy_budget: "社内レート", "Fixed budget rate";
    policy_previous_month_end: "前月末", "Previous month-end";
    policy_month_average: "月中平均", "Month average";
    policy_invoice: "請求書", "Invoice";
    series: "系列", "Series";
    series_new: "新しい系列", "New series";
    series_none: "系列はまだありません。名前を付けて始めます。", "There is no series yet: name one to begin.";
    series_show: "表示", "Show";
    month: "月", "Month";
    add: "追加", "Add";
    change: "編集", "Edit";
    close_button: "今日で終了", "Close as of today";
    up: "上へ", "Up";
    down: "下へ", "Down";
    order: "順番", "Order";
    closed_on: "終了日", "Closed on";
    valid_from: "適用開始日", "Applies from";
    valid_to: "適用終了日(この日から対象外)", "Ends before";
    slug: "短い名前(URL用、a-z 0-9 -)", "Short name (for URLs: a-z 0-9 -)";
    name_ja: "名前(日本語)", "Name (Japanese)";
    name_en: "名前(英語)", "Name (English)";
    group_ja: "事業部(日本語)", "Group (Japanese)";
    group_en: "事業部(英語)", "Group (English)";
    links: "リンク(1行に「種類 URL」)", "Links (a line each: kind, blank, address)";
    name: "名前", "Name";
    account_id: "アカウントID(請求書の表記)", "Account id (as the bill writes it)";
    open: "継続中", "open";
    condition: "条件の項目", "What is looked at";
    values: "値(| 区切り、末尾の * は前方一致)", "Values (apart by |, a trailing * matches any ending)";
    conditions_explained: "すべての条件を満たす費用が対象です。項目は account・ou・account_tag.名前・tag.名前・cost_category.名前・service・region・charge_category・source です。条件なしはすべてに合います。", "All conditions have to hold. Look at account, ou, account_tag.NAME, tag.NAME, cost_category.NAME, service, region, charge_category or source. Without a condition it matches everything.";
    to_product: "割当先のプロダクト", "To the product";
    to_pool: "または共有費", "or to the shared pool";
    as_account: "アカウントの環境", "as the account says";
    no_pools: "共有費の分け方はまだありません。", "No shared pool is declared yet.";
    method: "分け方", "How it is split";
    among: "分ける相手", "Between";
    among_explained: "分ける相手を選ばなければ、継続中の全プロダクトで分けます。割合は「固定の割合」で分けるときだけ使い、合計を100%にします。", "Without a choice it is split between all open products. Parts count only where it is split by stated parts, and add up to 100 %.";
    weight: "割合(%)", "Part (%)";
    claim: "持ち主を決める", "Claim";
    compared_with_shares: "直接の費用に、共有費から受け持つ分を足した額で比べています。", "Compared by direct cost and shares of pools together.";
    compared_without_shares: "直接の費用だけを比べています。共有費の分け方も変わりますが、その影響は含みません。", "Compared by direct cost alone. How pools are split changes, too, and is not in it.";
    fields_fault: "下の「このままでは適用できません」にある箇所を直してください。", "Mend what is named below under “It cannot be applied as it is”.";
}

/// The words in a language.
#[must_use]
pub fn edit_words(language: Language) -> &'static EditWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}

impl EditWords {
    /// The word of a kind of rate.
    #[must_use]
    pub fn policy(&self, policy: RatePolicy) -> &'static str {
        match policy {
            RatePolicy::Budget => self.policy_budget,
            RatePolicy::PreviousMonthEnd => self.policy_previous_month_end,
            RatePolicy::MonthAverage => self.policy_month_average,
            RatePolicy::Invoice => self.policy_invoice,
        }
    }
}

/// How many rows of a form were taken and how many were not.
#[must_use]
pub fn rows_taken(language: Language, (taken, left): (u64, u64)) -> String {
    match (language, left) {
        (Language::Japanese, 0) => format!("{taken} 件を読み取りました。"),
        (Language::Japanese, _) => {
            format!(
                "{taken} 件を読み取り、{left} 件は読み取れませんでした。適用すると読み取れた分だけが入ります。"
            )
        }
        (Language::English, 0) => format!("Rows taken: {taken}."),
        (Language::English, _) => {
            format!("Rows taken: {taken}, not taken: {left}. Applying puts in those that were taken.")
        }
    }
}

/// The fiscal year that begins in a year.
#[must_use]
pub fn fiscal_year(language: Language, year: i16, first: &str, last: &str) -> String {
    match language {
        Language::Japanese => format!("{year}年度({first} – {last})"),
        Language::English => format!("Fiscal year {year} ({first} – {last})"),
    }
}
