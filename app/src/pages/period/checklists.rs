//! One line a product and checklist, with its newest load test.

use domain::checklist::ChecklistStanding;
use leptos::prelude::*;

use super::{PeriodView, nothing};
use crate::components::table::table;
use crate::texts::checklist_words::{self, checklist_words};

/// Products that answered nothing are told, too: nobody loses sight of them.
pub(super) fn lines(view: &PeriodView<'_>) -> AnyView {
    let words = checklist_words(view.language);
    if view.period.checklists.is_empty() {
        let to = view.context.go("/catalog", &[]);
        return nothing(words.no_lists, Some((to, words.add_lists)));
    }
    let columns = [
        (words.product, false),
        (words.list, false),
        (words.completed, true),
        (words.version, false),
        (words.last, false),
        (words.new_load_test, false),
    ];
    let rows = view.period.checklists.iter().map(|one| line(view, one)).collect_view();
    table(words.title, &columns, rows.into_any())
}

fn line(view: &PeriodView<'_>, one: &ChecklistStanding) -> AnyView {
    let words = checklist_words(view.language);
    let path = format!("/products/{}/checklists", one.product);
    let href = format!("{}#{}", view.context.go(&path, &[]), one.checklist);
    let last = match one.answered_at {
        None => view! { {words.nothing_yet} }.into_any(),
        Some(at) => view.day(view.zone.to_datetime(at).date()),
    };
    let test = view.period.load_tests.iter().find(|test| test.product == one.product);
    let test = match test {
        None => view! { "–" }.into_any(),
        Some(test) => {
            let day = view.day(test.run_on);
            view! { <a href=test.link.clone() rel="noopener noreferrer">{day}</a> }.into_any()
        }
    };
    view! {
        <tr>
            <th scope="row">{view.product(&one.product)}</th>
            <td><a href=href>{one.title.get(view.language).to_owned()}</a></td>
            <td class="num" data-label=words.completed>{checklist_words::share(one)}</td>
            <td data-label=words.version>{checklist_words::version(view.language, one)}</td>
            <td data-label=words.last>{last}</td>
            <td data-label=words.new_load_test>{test}</td>
        </tr>
    }
    .into_any()
}
