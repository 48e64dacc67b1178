//! The last thirteen weeks, each on its own and under the target that held then.

use domain::error_budget::{ErrorBudget, target_percent};
use domain::objective_review::WeekOfObjective;
use domain::review::objectives::WeekMark;
use leptos::prelude::*;

use super::ObjectiveView;
use crate::components::mark::marked_word;
use crate::components::table::table;
use crate::texts::format;

pub(super) fn body(view: &ObjectiveView<'_>) -> AnyView {
    let words = view.review.words;
    let both = view.objective.weeks.iter().zip(&view.objective.row.history);
    let rows = both.rev().map(|(week, mark)| week_row(view, week, mark)).collect_view();
    let columns = [
        (words.week, false),
        (words.status, false),
        (words.attainment, true),
        (words.target, true),
        (words.objective_failed_of_all, true),
        (words.objective_coverage, true),
    ];
    table(words.objective_weeks_label, &columns, rows.into_any())
}

fn week_row(view: &ObjectiveView<'_>, week: &WeekOfObjective, mark: &WeekMark) -> impl IntoView + use<> {
    let words = view.review.words;
    let budget = ErrorBudget::new(week.sum.good, week.sum.total, week.target);
    let attainment = match budget {
        Some(budget) => {
            let digits = ErrorBudget::attainment_decimals(week.target);
            format!("{}%", format::decimal(budget.attainment_percent(digits), digits))
        }
        None if week.sum.buckets > 0 => words.no_traffic.to_owned(),
        None => "–".to_owned(),
    };
    let counts = (week.sum.buckets > 0)
        .then(|| format!("{} / {}", view.units(week.sum.bad()), view.units(week.sum.total)));
    let coverage = week.sum.coverage().map(format::percent_left);
    let provisional = mark.provisional.then_some(words.provisional);
    let text = week.week.to_string();
    let href = view.review.context.link_with("week", Some(&text));
    let anchor = text.clone();
    view! {
        <tr id=anchor>
            <th scope="row"><a href=href>{text}</a><small>{provisional}</small></th>
            <td>{marked_word(mark.status, words)}</td>
            <td class="num" data-label=words.attainment>{attainment}</td>
            <td class="num" data-label=words.target>{target_percent(week.target).to_string()}"%"</td>
            <td class="num" data-label=words.objective_failed_of_all>{counts}</td>
            <td class="num" data-label=words.objective_coverage>{coverage}</td>
        </tr>
    }
}
