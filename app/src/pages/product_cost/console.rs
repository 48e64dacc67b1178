//! The same accounts, days and filters in the console of AWS.

use domain::cost::{ChargeCategory, Metric};
use domain::product_cost::selection::{Dimension, Selection};
use domain::tax::Tax;
use leptos::prelude::*;

use super::CostPageView;
use crate::context::link;

/// Accounts of one link at most: a longer address would not be taken.
const ACCOUNTS: usize = 50;

/// A quiet link beside a part that opens it alone.
pub(super) fn of_part(view: &CostPageView<'_>, filters: &[(Dimension, &str)], name: &str) -> Option<AnyView> {
    let href = link_to(view, &view.cost.selection.filtered_by(filters))?;
    let label = format!("{}: {name}", view.words.cost_in_console);
    Some(view! { " "<a class="aside" href=href rel="noreferrer" aria-label=label>"↗"</a> }.into_any())
}

/// What a selection shows, in the console; nothing where an account is none of AWS, whose ids are twelve
/// digits.
pub(super) fn link_to(view: &CostPageView<'_>, selection: &Selection) -> Option<String> {
    let week = view.page.live.week;
    let selected =
        view.page.facts.iter().filter(|fact| fact.week >= week.previous() && selection.holds(fact));
    let mut accounts: Vec<&str> = selected.map(|fact| fact.key.sub_account.as_str()).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let is_aws = |id: &&str| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
    if accounts.is_empty() || accounts.len() > ACCOUNTS || !accounts.iter().all(is_aws) {
        return None;
    }
    let mut filters = vec![only("LinkedAccount", &accounts)];
    filters.extend(selection.filter.iter().filter_map(|(dimension, value)| filter(dimension, value)));
    if selection.tax == Tax::Excluded {
        filters.push(expression("RecordTypeV2", "EXCLUDES", &["Tax"], ""));
    }
    let group = match &selection.by {
        Dimension::Service => "Service".to_owned(),
        // The console knows no environments; they are accounts there.
        Dimension::Account | Dimension::Environment => "LinkedAccount".to_owned(),
        Dimension::Region => "Region".to_owned(),
        Dimension::Category => "RecordTypeV2".to_owned(),
        Dimension::Tag(key) => format!("TagKey:{}", escaped(key)),
    };
    let aggregate = match view.cost.view.metric {
        Metric::Billed => "unBlendedCost",
        Metric::Effective => "netAmortizedCost",
    };
    let (start, end) = (week.previous().monday().to_string(), week.sunday().to_string());
    let (filter, group) = (format!("[{}]", filters.join(",")), format!("[\"{group}\"]"));
    let query = [
        ("chartStyle", "STACK"),
        ("costAggregate", aggregate),
        ("startDate", start.as_str()),
        ("endDate", end.as_str()),
        ("historicalRelativeRange", "CUSTOM"),
        ("futureRelativeRange", "CUSTOM"),
        ("granularity", "Daily"),
        ("groupBy", group.as_str()),
        ("filter", filter.as_str()),
    ];
    Some(link("https://us-east-1.console.aws.amazon.com/costmanagement/home#/cost-explorer", &query))
}

/// A filter in the console's words; nothing for accounts and environments, which are among the accounts.
fn filter(dimension: &Dimension, value: &str) -> Option<String> {
    match dimension {
        Dimension::Account | Dimension::Environment => None,
        Dimension::Service => Some(only("Service", &[value])),
        Dimension::Region => Some(only("Region", &[value])),
        Dimension::Category => Some(only("RecordTypeV2", record_types(ChargeCategory::of(value)))),
        Dimension::Tag(key) => {
            let (id, display) = (escaped(key), escaped(key));
            let key = format!(",\"growableValue\":{{\"value\":\"{id}\",\"displayValue\":\"{display}\"}}");
            Some(expression("TagKey", "INCLUDES", &[value], &key))
        }
    }
}

/// The record types of AWS that FOCUS puts into one charge category.
fn record_types(category: ChargeCategory) -> &'static [&'static str] {
    match category {
        ChargeCategory::Usage | ChargeCategory::Other => {
            &["Usage", "DiscountedUsage", "SavingsPlanCoveredUsage", "SavingsPlanNegation"]
        }
        ChargeCategory::Purchase => &["Fee", "RIFee", "SavingsPlanRecurringFee", "SavingsPlanUpfrontFee"],
        ChargeCategory::Tax => &["Tax"],
        ChargeCategory::Credit => &["Credit"],
        ChargeCategory::Adjustment => &["Refund"],
    }
}

fn only(name: &str, values: &[&str]) -> String {
    expression(name, "INCLUDES", values, "")
}

fn expression(name: &str, operator: &str, values: &[&str], more: &str) -> String {
    let value = |text: &&str| {
        let text = escaped(text);
        format!("{{\"value\":\"{text}\",\"displayValue\":\"{text}\"}}")
    };
    let values: Vec<String> = values.iter().map(value).collect();
    format!(
        "{{\"dimension\":{{\"id\":\"{name}\",\"displayValue\":\"{name}\"}},\"operator\":\"{operator}\",\"values\":[{}]{more}}}",
        values.join(",")
    )
}

/// Text within the quotes of JSON; control characters do not come from a bill.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
