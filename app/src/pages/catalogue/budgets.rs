//! `/catalog/budgets`: what each product may spend, month by month.

use domain::budget::Budget;
use domain::catalogue::Catalogue;
use domain::catalogue::entry::RowsPart;
use domain::product::Slug;
use domain::rate::Month;
use domain::tax::Tax;
use leptos::prelude::*;

use super::forms::{forms_page, history, masthead, paste, text_field};
use super::grid::{Cell, Grid, months};
use crate::backend::{CatalogueForms, cell_text};
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::writing::administered;
use crate::context::PageContext;
use crate::texts::edit_words::edit_words;
use crate::texts::texts;

/// The page.
#[component]
pub fn BudgetsPage() -> impl IntoView {
    forms_page(render)
}

fn render(context: &PageContext, forms: CatalogueForms) -> AnyView {
    let edit = edit_words(context.language);
    let reporting = forms.catalogue.organization.reporting_currency;
    let cell = |product: &Slug, month: Month| {
        let is_it = |one: &&Budget| one.product == *product && one.month == month;
        forms.catalogue.budgets.iter().find(is_it).map(|budget| {
            let currency = budget.amount.currency;
            let foreign = (currency != reporting).then(|| currency.to_string());
            let rate = budget
                .rate
                .zip(budget.bill_currency)
                .map(|(rate, bill)| format!("{} {currency}/{bill}", rate.normalize()));
            let tax = (budget.tax == Tax::Excluded).then(|| texts(context.language).tax_excluded.to_owned());
            let note: Vec<String> = foreign.into_iter().chain(rate).chain(tax).collect();
            let note = (!note.is_empty()).then(|| note.join(" · "));
            Cell { text: cell_text(budget.amount.decimal()), note }
        })
    };
    let months = months(context, &forms);
    let (rate, bill_currency) = usual_rate(&forms.catalogue, &months);
    let fields = view! {
        <div class="entry">
            {text_field(edit.budget_rate, "rate", rate, ("text", false))}
            {text_field(edit.bill_currency, "bill_currency", bill_currency, ("text", false))}
        </div>
    };
    let grid = Grid {
        context,
        forms: &forms,
        part: RowsPart::Budgets,
        label: edit.budgets,
        months,
        cell: &cell,
        fields: fields.into_any(),
        kept: None,
    };
    let title = format!("{} ({reporting})", edit.budgets);
    let content = view! {
        {masthead(context, edit.budgets, "/catalog/budgets")}
        {item("edit", "1".to_owned(), edit.budgets, edit.question_budgets, grid.view())}
        {paste(context, RowsPart::Budgets, &forms.base, "2")}
        {history(context, &forms, "budget", "3")}
    };
    frame(context, &title, "/catalog", administered(context, content.into_any()))
}

/// The rate of all budgets of these months that have one, where it is the same; else blank.
fn usual_rate(catalogue: &Catalogue, months: &[Month]) -> (String, String) {
    let shown = catalogue.budgets.iter().filter(|budget| months.contains(&budget.month));
    let mut rates: Vec<_> = shown.filter_map(|budget| budget.rate.zip(budget.bill_currency)).collect();
    rates.dedup();
    match rates.as_slice() {
        [(rate, currency)] => (rate.normalize().to_string(), currency.to_string()),
        _ => (String::new(), String::new()),
    }
}
