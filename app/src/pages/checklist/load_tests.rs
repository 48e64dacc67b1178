//! Load tests: what they came to, each with its day and its report, and the form of the next one.

use domain::checklist::LoadTest;
use leptos::prelude::*;

use super::{fault, typed};
use crate::backend::ChecklistsPage as Page;
use crate::components::section::item;
use crate::components::table::table;
use crate::components::when;
use crate::components::writing::written_in_row;
use crate::context::PageContext;
use crate::texts::checklist_words::checklist_words;

/// Where a refused form is shown again.
const ANCHOR: &str = "load-tests";

pub(super) fn section(context: &PageContext, page: &Page) -> AnyView {
    let words = checklist_words(context.language);
    let list = if page.load_tests.is_empty() {
        view! { <div class="empty"><p>{words.no_load_tests}</p></div> }.into_any()
    } else {
        let columns =
            [(words.run_on, false), (words.result, false), (words.open_report, false), (words.by, false)];
        let rows = page.load_tests.iter().map(|one| row(context, one)).collect_view();
        table(words.load_tests, &columns, rows.into_any())
    };
    let body = view! { {list}{written_in_row(context, Some(&page.product.slug), || form(context, page))} }
        .into_any();
    item(ANCHOR, String::new(), words.load_tests, words.load_tests_question, body).into_any()
}

fn row(context: &PageContext, one: &LoadTest) -> AnyView {
    let words = checklist_words(context.language);
    let day = when::day_of_year(one.run_on, context.language);
    view! {
        <tr>
            <th scope="row" class="nb">{day}</th>
            <td class="full">{one.result.clone()}</td>
            <td><a href=one.link.clone() rel="noopener noreferrer">{words.open_report}<span class="sr">" "{one.run_on.to_string()}</span></a></td>
            <td data-label=words.by>{one.by.clone()}</td>
        </tr>
    }
    .into_any()
}

fn form(context: &PageContext, page: &Page) -> AnyView {
    let words = checklist_words(context.language);
    let fault = fault(context, ANCHOR);
    let is_open = fault.is_some();
    let value = |name: &str| typed(context, ANCHOR, name).unwrap_or_default().to_owned();
    view! {
        <details open=is_open>
            <summary>{words.add_load_test}</summary>
            {fault}
            <form class="choice" method="post" action="/api/checklist" aria-label=words.add_load_test>
                <input type="hidden" name="lang" value=context.language.tag()/>
                <input type="hidden" name="product" value=page.product.slug.to_string()/>
                <label><span>{words.run_on}</span><input name="day" type="date" required max=page.today.to_string() value=value("day")/></label>
                <label class="wide"><span>{words.result}</span><input name="result" required maxlength="1000" autocomplete="off" value=value("result")/></label>
                <label class="wide"><span>{words.report}</span><input name="link" type="url" required maxlength="2000" autocomplete="off" value=value("link")/></label>
                <button class="primary" name="do" value="load-test">{words.save}</button>
            </form>
        </details>
    }
    .into_any()
}
