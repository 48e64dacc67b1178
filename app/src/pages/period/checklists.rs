//! One line a product and checklist, with its newest load test.

use domain::checklist::ChecklistStanding;
use domain::product::Slug;
use leptos::prelude::*;

use super::{PeriodView, nothing};
use crate::components::table::table;
use crate::texts::checklist_words::{self, checklist_words};
use crate::texts::sentences;

/// A row a product and list; products that answered nothing stand below, so that nobody loses sight of them.
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
    let (told, silent): (Vec<&ChecklistStanding>, Vec<&ChecklistStanding>) =
        view.period.checklists.iter().partition(|one| has_answered(view, one));
    let rows = told.iter().map(|one| line(view, one)).collect_view();
    let told = (!told.is_empty()).then(|| table(words.title, &columns, rows.into_any()));
    view! { {told}{nobody(view, &silent)} }.into_any()
}

/// Whether a product answered any list, or wrote a load test down.
fn has_answered(view: &PeriodView<'_>, one: &ChecklistStanding) -> bool {
    let answered = |other: &ChecklistStanding| other.product == one.product && other.answered_at.is_some();
    view.period.checklists.iter().any(answered)
        || view.period.load_tests.iter().any(|test| test.product == one.product)
}

/// The products that answered nothing at all, in one sentence.
fn nobody(view: &PeriodView<'_>, silent: &[&ChecklistStanding]) -> Option<AnyView> {
    let mut products: Vec<&Slug> = silent.iter().map(|one| &one.product).collect();
    products.dedup();
    let separator = sentences::list_separator(view.language);
    let links = products.iter().enumerate().map(|(position, slug)| {
        let href = view.context.go(&format!("/products/{slug}/checklists"), &[]);
        let before = (position > 0).then_some(separator);
        view! { {before}<a href=href>{view.name_of(slug.as_str())}</a> }
    });
    let words = checklist_words(view.language);
    (!products.is_empty())
        .then(|| view! { <p class="prose">{words.nothing_yet}": "{links.collect_view()}</p> }.into_any())
}

fn line(view: &PeriodView<'_>, one: &ChecklistStanding) -> AnyView {
    let words = checklist_words(view.language);
    let path = format!("/products/{}/checklists", one.product);
    let href = format!("{}#{}", view.context.go(&path, &[]), one.checklist);
    let last = match one.answered_at {
        None => view! { "–" }.into_any(),
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
