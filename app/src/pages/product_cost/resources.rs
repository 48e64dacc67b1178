//! Which resources moved, where one service is selected.

use domain::resource::{ResourceLine, ResourceTable};
use leptos::prelude::*;

use super::CostPageView;
use super::head::export;
use crate::components::amount::{cell, change};
use crate::components::section::scroller;
use crate::texts::{format, sentences};

/// The table of a service's resources; `None` in `table` where the bill names none.
pub(super) fn body(view: &CostPageView<'_>, table: Option<&ResourceTable>) -> AnyView {
    let words = view.words;
    let Some(found) = table else {
        return view! { <div class="empty"><p>{words.cost_no_resources}</p></div> }.into_any();
    };
    let code = view.cost.view.currency.code();
    let with_code = |word: &str| format!("{word} {code}");
    let rows: Vec<_> = found.lines.iter().map(|line| row(view, line)).collect();
    let table = view! {
        <table class="stack cost resources">
            <thead>
                <tr>
                    <th scope="col">{words.resource}</th>
                    <th scope="col" class="num">{with_code(words.this_week)}</th>
                    <th scope="col" class="num">{with_code(words.previous_week)}</th>
                    <th scope="col" class="num">{with_code(words.difference)}</th>
                    <th scope="col" class="num">{words.change}</th>
                </tr>
            </thead>
            <tbody>
                {rows}
                {sum_row(view, words.other_resources, found.rest, "aside")}
                {sum_row(view, words.cost_resources_total, found.total, "total")}
            </tbody>
        </table>
    };
    view! {
        {scroller(words.cost_resources_label, table.into_any())}
        <p class="evidence">
            {sentences::resources_kept(view.language, domain::resource::KEPT_PER_KEY)}" "
            <a href=format!("{}&rows=resources", export(view, "csv"))>"CSV"</a>
        </p>
    }
    .into_any()
}

/// The last part of an id that has parts, which is what people know a resource by.
fn short(id: &str) -> &str {
    let last = id.rsplit([':', '/']).next().unwrap_or(id);
    if id.starts_with("arn:") && !last.is_empty() { last } else { id }
}

fn row(view: &CostPageView<'_>, line: &ResourceLine) -> AnyView {
    let currency = view.cost.view.currency;
    let name = short(&line.id).to_owned();
    let whole = (name != *line.id).then(|| line.id.to_string());
    let place: Vec<&str> =
        [line.account.as_str(), line.region.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    view! {
        <tr>
            <th scope="row">
                <code title=whole>{name}</code>
                <small>{place.join(" · ")}</small>
            </th>
            <td class="num">{cell(line.change.after, currency)}</td>
            <td class="num wide">{cell(line.change.before, currency)}</td>
            <td class="num wide">{line.change.difference().map(|value| format::signed_cell(value, currency))}</td>
            <td class="num change full">{change(&line.change, line.movement, view.language)}</td>
        </tr>
    }
    .into_any()
}

fn sum_row(
    view: &CostPageView<'_>,
    text: &'static str,
    sum: domain::change::Change,
    class: &'static str,
) -> AnyView {
    let currency = view.cost.view.currency;
    let share = sum.share().map(format::percent_change);
    view! {
        <tr class=class>
            <th scope="row">{text}</th>
            <td class="num">{cell(sum.after, currency)}</td>
            <td class="num wide">{cell(sum.before, currency)}</td>
            <td class="num wide">{sum.difference().map(|value| format::signed_cell(value, currency))}</td>
            <td class="num change full">{share}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn a_resource_is_called_by_the_end_of_its_arn() {
        for (id, name) in [
            ("arn:aws:rds:ap-northeast-1:123456789012:db:records-primary", "records-primary"),
            ("arn:aws:ec2:ap-northeast-1:123456789012:instance/i-0abc", "i-0abc"),
            ("arn:aws:s3:::bucket", "bucket"),
            ("i-0abc", "i-0abc"),
            ("/subscriptions/1/vm", "/subscriptions/1/vm"),
            ("arn:aws:x:", "arn:aws:x:"),
        ] {
            assert_eq!(short(id), name, "{id}");
        }
    }
}
