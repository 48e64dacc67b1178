//! Sentences of a product's cost page.

use domain::allocation::{Explanation, Field, Outcome, Reason};
use domain::catalogue::Catalogue;
use domain::cost::{CostKey, Metric};
use domain::money::Currency;
use domain::organization::Language;
use domain::product_cost::selection::SelectionError;
use domain::tax::Tax;

use super::texts;
use Language::{English, Japanese};

/// A word of the address that means nothing, and those that do.
#[must_use]
pub fn unknown_word(language: Language, error: &SelectionError) -> String {
    let SelectionError { parameter, given, known } = error;
    match language {
        Japanese => format!(
            "アドレスの「{parameter}」に「{given}」は使えません。使えるのは次のものです: {known}。書き直すか、この指定を外してください。"
        ),
        English => format!(
            "The address asks for {parameter} “{given}”, which does not exist. There is: {known}. Write one of these, or leave {parameter} out."
        ),
    }
}

/// The week against the one before.
#[must_use]
pub fn cost_answer(language: Language, total: &str, change: &str, share: &str, days: usize) -> String {
    match language {
        Japanese => format!("この週は{total}、前週の同じ{days}日と比べて{change}({share})。"),
        English => {
            format!("{total} this week, {change} ({share}) against the same {days} days of the week before.")
        }
    }
}

/// A source of cost that began too late to be compared.
#[must_use]
pub fn begins_uncompared(language: Language, day: &str) -> String {
    match language {
        Japanese => format!("{day}から。前週がなく、比較に入れない"),
        English => format!("began on {day}: no week before, so left out of the comparison"),
    }
}

/// The same in a cell.
#[must_use]
pub fn not_compared(language: Language) -> &'static str {
    match language {
        Japanese => "前週がなく、比較しない",
        English => "began too late to compare",
    }
}

/// Between which currencies a rate is missing.
#[must_use]
pub fn rate_is_missing(language: Language, from: Currency, to: Currency) -> String {
    let (from, to) = (from.code(), to.code());
    match language {
        Japanese => format!("{from}→{to}のレート未入力"),
        English => format!("no rate {from} → {to}"),
    }
}

/// Where such a rate is entered.
#[must_use]
pub fn rate_enter(language: Language, month: &str) -> String {
    match language {
        Japanese => format!("{month}のレートを入力"),
        English => format!("enter the rate of {month}"),
    }
}

/// Services of pools and unallocated cost that rose past both gates.
#[must_use]
pub fn shared_moves_title(language: Language) -> &'static str {
    match language {
        Japanese => "共有費・未割当で増えたもの",
        English => "What rose in shared and unallocated cost",
    }
}

/// The week where there is no week before.
#[must_use]
pub fn cost_answer_alone(language: Language, total: &str) -> String {
    match language {
        Japanese => format!("この週は{total}。前週のデータがなく、比べられない。"),
        English => format!("{total} this week. There is no data for the week before to compare with."),
    }
}

/// A frozen week seen live.
#[must_use]
pub fn cost_live(language: Language, version: i64, frozen: &str, now: &str, difference: &str) -> String {
    match language {
        Japanese => format!(
            "この週は版{version}として凍結され、合計は{frozen}だった。このページは凍結されない。いま分かっている明細をたどり、合計は{now}(差 {difference})。"
        ),
        English => format!(
            "The week is frozen as version {version} with a total of {frozen}. This page is live: it follows the lines as they are known now, {now} in all ({difference} since the freeze)."
        ),
    }
}

/// A frozen week whose lines are still the same.
#[must_use]
pub fn cost_live_same(language: Language, version: i64) -> String {
    match language {
        Japanese => {
            format!("この週は版{version}として凍結された。このページは凍結されないが、合計は凍結時と同じ。")
        }
        English => {
            format!(
                "The week is frozen as version {version}. This page is live, and its total is still the frozen one."
            )
        }
    }
}

/// Days of a stretch.
#[must_use]
pub fn stretch_days(language: Language, from: &str, through: &str) -> String {
    match language {
        Japanese => format!("UTC日 {from}–{through}"),
        English => format!("UTC days {from}–{through}"),
    }
}

/// Data that begins within a stretch.
#[must_use]
pub fn data_from(language: Language, day: &str) -> String {
    match language {
        Japanese => format!("データは{day}から"),
        English => format!("data from {day} on"),
    }
}

/// Months that no budget is declared for.
#[must_use]
pub fn months_without_budget(language: Language, count: usize) -> String {
    match language {
        Japanese => format!("{count}か月は予算の登録なし"),
        English => format!("no budget for {count} month{}", if count == 1 { "" } else { "s" }),
    }
}

/// In which metric amounts are, and whether they hold taxes where there are any.
#[must_use]
pub fn cost_basis(language: Language, metric: Metric, tax: Option<Tax>) -> String {
    let words = texts(language);
    let metric = match metric {
        Metric::Billed => words.billed,
        Metric::Effective => words.effective,
    };
    match (language, tax) {
        (_, None) => metric.to_owned(),
        (Japanese, Some(tax)) => format!("{metric}({})", words.tax(tax)),
        (English, Some(tax)) => format!("{metric} {}", words.tax(tax)),
    }
}

/// What the sums count.
#[must_use]
pub fn calendar_caption(language: Language, basis: &str, currency: &str, first_month: i8) -> String {
    match language {
        Japanese => format!(
            "{basis}、単位は{currency}、共有費の按分を含む。各月をその月のレートで換算。年度は{first_month}月から。予算は今月末までの月の合計で、残りは予算の数え方で引いた額。"
        ),
        English => format!(
            "{basis}, in {currency}, shares of pools included, each month at its own rate. The fiscal year begins in {}. Budgets are those of whole months to the end of this one; what is left is counted as the budgets count.",
            month_name(first_month)
        ),
    }
}

/// Spent as budgets count it, where that is another amount than the one shown.
#[must_use]
pub fn as_budgeted(language: Language, amount: &str, tax: Option<Tax>) -> String {
    let basis = cost_basis(language, Metric::Billed, tax);
    match language {
        Japanese => format!("{basis}では{amount}"),
        English => format!("{amount} {}", basis.to_lowercase()),
    }
}

/// A month that is told without taxes.
#[must_use]
pub fn budget_without_tax(language: Language) -> &'static str {
    match language {
        Japanese => "予算が税抜なので、税を除いて数えている。",
        English => "The budget is without tax, and so is everything counted against it.",
    }
}

/// The week of a group of products.
#[must_use]
pub fn group_week(language: Language, total: &str, change: Option<&str>, products: usize) -> String {
    match language {
        Japanese => {
            let change = change.map(|change| format!("(前週比 {change})")).unwrap_or_default();
            format!("{products}プロダクトで、この週は{total}{change}。")
        }
        English => {
            let change = change.map(|change| format!(" ({change} on the week before)")).unwrap_or_default();
            format!("{} cost {total} this week{change}.", products_count(language, products))
        }
    }
}

/// Where the month of a group ends.
#[must_use]
pub fn group_month(language: Language, forecast: &str, budget: &str) -> String {
    match language {
        Japanese => format!("月末の着地見込みは{forecast}、予算の合計は{budget}。"),
        English => format!("The month is expected to end at {forecast}, the budgets are {budget} together."),
    }
}

/// A month of a group whose end is not known.
#[must_use]
pub fn group_month_unknown(language: Language, budget: &str) -> String {
    match language {
        Japanese => format!("予算の合計は{budget}。月末の着地は、見込みのないプロダクトがあるため不明。"),
        English => format!(
            "The budgets are {budget} together. Where the month ends is unknown, because a product has no forecast."
        ),
    }
}

/// Products of a group that no budget is declared for.
#[must_use]
pub fn group_without_budget(language: Language, count: usize) -> String {
    match language {
        Japanese => format!("{count}プロダクトは予算の登録がなく、月の数字に入っていない。"),
        English => format!(
            "{} no budget and no part in the month.",
            match count {
                1 => "1 product has".to_owned(),
                _ => format!("{count} products have"),
            }
        ),
    }
}

/// Budgets that mean different things.
#[must_use]
pub fn budgets_mixed_tax(language: Language) -> &'static str {
    match language {
        Japanese => "予算には税込と税抜のものがあり、月の数字はそれぞれの数え方の合計。",
        English => "Some of the budgets are with tax and some without; the month adds up each as it counts.",
    }
}

/// A group that nobody declared.
#[must_use]
pub fn no_group(language: Language, word: &str) -> String {
    match language {
        Japanese => format!("「{word}」という事業部のプロダクトはありません。"),
        English => format!("No product is in a group called “{word}”."),
    }
}

/// So many products.
#[must_use]
pub fn products_count(language: Language, count: usize) -> String {
    match language {
        Japanese => format!("{count}プロダクト"),
        English => format!("{count} product{}", if count == 1 { "" } else { "s" }),
    }
}

/// What stands between two sentences.
#[must_use]
pub fn space(language: Language) -> &'static str {
    if language == English { " " } else { "" }
}

/// What the chart of a series shows.
#[must_use]
pub fn unit_title(language: Language, series: &str) -> String {
    match language {
        Japanese => format!("{series} 1単位あたりの費用"),
        English => format!("Cost per unit of {series}"),
    }
}

/// A series none of whose months has both a whole bill and units.
#[must_use]
pub fn unit_unknown(language: Language, series: &str) -> String {
    match language {
        Japanese => format!("{series}: 費用と数量の両方がそろった月がまだない。"),
        English => format!("{series}: no month has both a whole bill and units yet."),
    }
}

/// The last month that is known: the amount, its change, and what broke.
#[must_use]
pub fn unit_latest(
    language: Language,
    series: &str,
    month: &str,
    (amount, change): (&str, Option<&str>),
    incidents: Option<&str>,
) -> String {
    match language {
        Japanese => {
            let change = change.map(|change| format!("(前月比 {change})")).unwrap_or_default();
            let incidents = incidents.map(|text| format!("同じ月の{text}。")).unwrap_or_default();
            format!("{month}は {series} 1単位あたり{amount}{change}。{incidents}")
        }
        English => {
            let change = change.map(|change| format!(" ({change} on the month before)")).unwrap_or_default();
            let incidents = incidents.map(|text| format!(" In the same month: {text}.")).unwrap_or_default();
            format!("{amount} per unit of {series} in {month}{change}.{incidents}")
        }
    }
}

/// Incidents of a month.
#[must_use]
pub fn unit_incidents(language: Language, count: usize, minutes: &str) -> String {
    match language {
        Japanese => format!("インシデントは{count}件、影響は{minutes}"),
        English => format!("{count} incident{}, {minutes} of impact", if count == 1 { "" } else { "s" }),
    }
}

/// The lines that are not shown one by one.
#[must_use]
pub fn more_lines(language: Language, count: usize) -> String {
    match language {
        Japanese => format!("ほか{count}行"),
        English => format!("{count} more lines"),
    }
}

/// Which resources are told one by one.
#[must_use]
pub fn resources_kept(language: Language, kept: usize) -> String {
    match language {
        Japanese => format!(
            "請求のキー(アカウント、リージョン、区分、タグ)と月ごとに、動きの大きい{kept}件と費用の大きい{kept}件を残し、ほかは1行にまとめる。「–」の週の費用はその1行に含まれる。"
        ),
        English => format!(
            "Of each key of the bill (account, region, category, tags) and month, the {kept} that moved most and the {kept} that cost most are kept; all others are one line. What stands as “–” is part of that line."
        ),
    }
}

/// What decided, in a few words.
#[must_use]
pub fn decided_by(language: Language, catalogue: &Catalogue, told: &Explanation) -> String {
    let rule = |position: usize| catalogue.rules.get(position).map_or("", |rule| rule.name.as_str());
    match (language, &told.allocation.reason) {
        (Japanese, Reason::Rule(position)) => format!("ルール「{}」", rule(*position)),
        (English, Reason::Rule(position)) => format!("rule “{}”", rule(*position)),
        (Japanese, Reason::Account) => "アカウントの製品".to_owned(),
        (English, Reason::Account) => "the account's product".to_owned(),
        (Japanese, Reason::Nothing) => "当てはまるルールなし".to_owned(),
        (English, Reason::Nothing) => "no rule took it".to_owned(),
    }
}

/// Why a rule did or did not decide.
#[must_use]
pub fn tried(
    language: Language,
    catalogue: &Catalogue,
    (rule, outcome): (usize, Outcome),
    (source, key): (&str, &CostKey),
    day: &str,
) -> String {
    let found = catalogue.rules.get(rule);
    let name = found.map_or("", |rule| rule.name.as_str());
    let condition = match outcome {
        Outcome::Fails(position) => found.and_then(|rule| rule.conditions.get(position)),
        Outcome::Matched | Outcome::NotValid => None,
    };
    let Some(condition) = condition else {
        return match (language, outcome == Outcome::Matched) {
            (Japanese, true) => format!("{name}: すべての条件に合うので、ここで決まる"),
            (English, true) => format!("{name}: every condition holds, so it decides"),
            (Japanese, false) => format!("{name}: {day}には有効でない"),
            (English, false) => format!("{name}: not valid on {day}"),
        };
    };
    let words = texts(language);
    let field: &str = match &condition.field {
        Field::Account => words.account,
        Field::Tag(name) | Field::CostCategory(name) | Field::AccountTag(name) => name,
        Field::OrganizationalUnit => words.organizational_unit,
        Field::Service => words.service,
        Field::Region => words.region,
        Field::ChargeCategory => words.charge_category,
        Field::Source => words.source,
    };
    let account = catalogue.accounts.iter().find(|account| account.id == key.sub_account);
    let actual = condition.value_of(source, key, account).unwrap_or_default();
    let actual = if actual.is_empty() { words.not_named } else { actual };
    let wanted = condition.values.join(if language == Japanese { "、" } else { ", " });
    match language {
        Japanese => format!("{name}: {field}は「{actual}」で、「{wanted}」ではない"),
        English => format!("{name}: {field} is “{actual}”, not “{wanted}”"),
    }
}

/// The English name of a month by its number; nothing for a number that is none.
fn month_name(number: i8) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let position = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
    position.and_then(|position| NAMES.get(position)).copied().unwrap_or_default()
}
