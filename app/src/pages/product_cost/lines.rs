//! Single lines, and which rule put each here.

use domain::allocation::explain;
use domain::product_cost::KeyLine;
use domain::product_cost::selection::Dimension;
use leptos::prelude::*;

use super::CostPageView;
use crate::components::section::scroller;
use crate::texts::{format, sentences};

pub(super) fn body(view: &CostPageView<'_>) -> AnyView {
    let (words, currency) = (view.words, view.cost.view.currency);
    let rows: Vec<_> = view.cost.lines.iter().map(|line| row(view, line)).collect();
    let (count, sum) = view.cost.lines_rest;
    let rest = (count > 0).then(|| {
        view! {
            <tr class="aside">
                <th scope="row">{sentences::more_lines(view.language, count)}</th>
                <td class="num">{format::cell(sum, currency)}</td>
                <td class="full"></td>
            </tr>
        }
    });
    let table = view! {
        <table class="stack lines-table">
            <thead>
                <tr>
                    <th scope="col">{words.cost_line}</th>
                    <th scope="col" class="num">{words.this_week}" "{currency.code().to_owned()}</th>
                    <th scope="col">{words.cost_decided_by}</th>
                </tr>
            </thead>
            <tbody>{rows}{rest}</tbody>
        </table>
    };
    scroller(words.cost_lines_label, table.into_any()).into_any()
}

/// The values of a line, each a link that filters by it.
fn values(view: &CostPageView<'_>, line: &KeyLine) -> AnyView {
    let key = &line.key;
    let category = key.charge_category.as_str();
    let mut values = vec![
        (Dimension::Account, key.sub_account.as_str()),
        (Dimension::Environment, line.environment.as_str()),
        (Dimension::Region, key.region.as_str()),
        (Dimension::Category, category),
    ];
    values
        .extend(key.tags.iter().map(|(name, value)| (Dimension::Tag(name.as_str().into()), value.as_str())));
    let values = values.into_iter().filter(|(_, value)| !value.is_empty()).enumerate();
    let links: Vec<_> = values
        .map(|(position, (dimension, value))| {
            let text = match dimension {
                Dimension::Account if !key.sub_account_name.is_empty() => key.sub_account_name.clone(),
                Dimension::Tag(ref name) => format!("{name}={value}"),
                _ => view.value_name(&dimension, value),
            };
            let href = view.value(&[(dimension, value)]);
            let between = if position > 0 { " · " } else { "" };
            view! { {between}<a href=href>{text}</a> }
        })
        .collect();
    let service = view.value(&[(Dimension::Service, &key.service)]);
    view! { <a href=service>{key.service.clone()}</a><small>{links}</small> }.into_any()
}

fn row(view: &CostPageView<'_>, line: &KeyLine) -> AnyView {
    let (catalogue, language) = (&view.page.catalogue, view.language);
    let told = explain(catalogue, &line.source, &line.key, line.day);
    let day_text = format::short_date(line.day, language);
    let tried: Vec<_> = told
        .tried
        .iter()
        .map(|one| {
            let what = (&*line.source, &*line.key);
            let text = sentences::tried(language, catalogue, (one.rule, one.outcome), what, &day_text);
            view! { <li>{text}</li> }
        })
        .collect();
    let decided = sentences::decided_by(language, catalogue, &told);
    let last = matches!(told.allocation.reason, domain::allocation::Reason::Account)
        .then(|| view! { <li>{decided.clone()}</li> });
    view! {
        <tr>
            <th scope="row">{values(view, line)}</th>
            <td class="num">{format::cell(line.this, view.cost.view.currency)}</td>
            <td class="full">
                <details class="data why">
                    <summary>{decided}</summary>
                    <ol>{tried}{last}</ol>
                </details>
            </td>
        </tr>
    }
    .into_any()
}
