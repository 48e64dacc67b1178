//! `/catalog/usage`: what each product used, month by month and series by series.

use domain::catalogue::entry::RowsPart;
use domain::money::decimal_of_micros;
use domain::product::Slug;
use domain::rate::Month;
use domain::split::Usage;
use leptos::prelude::*;

use super::forms::{forms_page, history, masthead, paste, text_field};
use super::grid::{Cell, Grid, months};
use crate::backend::{CatalogueForms, cell_text};
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::writing::administered;
use crate::context::PageContext;
use crate::texts::edit_words::edit_words;

/// The page.
#[component]
pub fn UsagePage() -> impl IntoView {
    forms_page(render)
}

fn render(context: &PageContext, forms: CatalogueForms) -> AnyView {
    let edit = edit_words(context.language);
    let mut known: Vec<&str> = Vec::new();
    for usage in &forms.catalogue.usage {
        if !known.contains(&usage.series.as_str()) {
            known.push(&usage.series);
        }
    }
    let asked = context.parameter("series").map(str::trim).filter(|series| !series.is_empty());
    let series = asked.or(known.first().copied());
    let body = view! {
        {choice(context, &known, series)}
        {series.map(|series| table(context, &forms, series))}
    };
    let content = view! {
        {masthead(context, edit.usage, "/catalog/usage")}
        {item("edit", "1".to_owned(), edit.usage, edit.question_usage, body.into_any())}
        {paste(context, RowsPart::Usage, &forms.base, "2")}
        {history(context, &forms, "usage", "3")}
    };
    frame(context, edit.usage, "/catalog", administered(context, content.into_any()))
}

/// The series there are, and a form to begin another.
fn choice(context: &PageContext, known: &[&str], series: Option<&str>) -> AnyView {
    let edit = edit_words(context.language);
    let links = known.iter().map(|name| {
        let here = (Some(*name) == series).then_some("true");
        view! { <a class="button" href=context.go("/catalog/usage", &[("series", name)]) aria-current=here>{(*name).to_owned()}</a> }
    });
    let none = known.is_empty().then(|| view! { <p class="prose">{edit.series_none}</p> });
    let language = context.parameter("lang").map(str::to_owned);
    view! {
        {none}
        <p class="actions">{links.collect_view()}</p>
        <form class="upload" method="get" action="/catalog/usage">
            {language.map(|tag| view! { <input type="hidden" name="lang" value=tag/> })}
            {text_field(edit.series_new, "series", String::new(), ("text", true))}
            <button>{edit.series_show}</button>
        </form>
    }
    .into_any()
}

fn table(context: &PageContext, forms: &CatalogueForms, series: &str) -> AnyView {
    let edit = edit_words(context.language);
    let cell = |product: &Slug, month: Month| {
        let is_it = |one: &&Usage| one.series == series && one.product == *product && one.month == month;
        let found = forms.catalogue.usage.iter().find(is_it);
        found.map(|usage| Cell { text: cell_text(decimal_of_micros(usage.units)), note: None })
    };
    let value = series.to_owned();
    let grid = Grid {
        context,
        forms,
        part: RowsPart::Usage,
        label: edit.usage,
        months: months(context, forms),
        cell: &cell,
        fields: view! { <input type="hidden" name="series" value=value/> }.into_any(),
        kept: Some(("series", series.to_owned())),
    };
    view! {
        <h3>{edit.series}" "{series.to_owned()}</h3>
        {grid.view()}
    }
    .into_any()
}
