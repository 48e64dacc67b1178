//! `/catalog/rates`: which rate converts which month, and which months have to make do with an earlier one.

use domain::catalogue::Catalogue;
use domain::catalogue::entry::RowsPart;
use domain::money::Currency;
use domain::rate::{AppliedRate, Month, Rate, RatePolicy, invoice_rate_for, rate_for};
use leptos::prelude::*;

use super::forms::{forms_page, hidden, history, masthead, paste, select_field, text_field};
use super::grid::{months, years};
use crate::backend::CatalogueForms;
use crate::components::frame::frame;
use crate::components::section::{item, scroller};
use crate::components::writing::administered;
use crate::context::PageContext;
use crate::texts::edit_words::{EditWords, edit_words};
use crate::texts::{format, texts};

/// The page.
#[component]
pub fn RatesPage() -> impl IntoView {
    forms_page(render)
}

fn render(context: &PageContext, forms: CatalogueForms) -> AnyView {
    let edit = edit_words(context.language);
    let months = months(context, &forms);
    let tables = pairs(&forms.catalogue)
        .into_iter()
        .map(|pair| table(context, &forms.catalogue, pair, &months))
        .collect_view();
    let policy = edit.policy(forms.catalogue.organization.rate_policy);
    let body = view! {
        {years(context, &months, None)}
        <p class="prose">{edit.rate_used_by}": "<strong>{policy}</strong></p>
        {tables}
        <p class="prose"><small>{edit.rates_kept}</small></p>
    };
    let content = view! {
        {masthead(context, edit.rates, "/catalog/rates")}
        {item("rates", "1".to_owned(), edit.rates, edit.question_rates, body.into_any())}
        {item("edit", "2".to_owned(), edit.rate_add, edit.question_entry, form(context, &forms))}
        {paste(context, RowsPart::Rates, &forms.base, "3")}
        {history(context, &forms, "rate", "4")}
    };
    frame(context, edit.rates, "/catalog", administered(context, content.into_any()))
}

/// The pairs of currencies that have a rate, and the usual one where there are none.
fn pairs(catalogue: &Catalogue) -> Vec<(Currency, Currency)> {
    let mut pairs: Vec<(Currency, Currency)> = Vec::new();
    for rate in &catalogue.rates {
        if !pairs.contains(&(rate.from, rate.to)) {
            pairs.push((rate.from, rate.to));
        }
    }
    if pairs.is_empty() {
        pairs.push((Currency::USD, catalogue.organization.reporting_currency));
    }
    pairs
}

fn table(
    context: &PageContext,
    catalogue: &Catalogue,
    (from, to): (Currency, Currency),
    months: &[Month],
) -> AnyView {
    let edit = edit_words(context.language);
    let used = catalogue.organization.rate_policy;
    let head = RatePolicy::ALL.map(|policy| {
        let mark = (policy == used).then(|| view! { <small>{edit.rate_in_use}</small> });
        view! { <th scope="col" class="num">{edit.policy(policy)}{mark}</th> }
    });
    let rows = months.iter().map(|month| {
        let cells = RatePolicy::ALL.map(|policy| {
            let applied = rate_for(&catalogue.rates, policy, from, to, *month);
            // An earlier month's rate stands in only where it is used.
            let own = |applied: &AppliedRate| applied.rate.policy == policy;
            // Of the rate that another kind would have without the invoice's nothing is lost.
            let applied = if applied.as_ref().is_some_and(own) {
                applied
            } else {
                let others: Vec<Rate> =
                    catalogue.rates.iter().filter(|row| row.policy == policy).cloned().collect();
                rate_for(&others, policy, from, to, *month)
            };
            let wins = policy == RatePolicy::Invoice && policy != used && applied.is_some();
            let has_invoice = invoice_rate_for(&catalogue.rates, from, to, *month).is_some();
            let applied = applied.filter(|applied| !applied.provisional || policy == used && !has_invoice);
            let wins = (wins && has_invoice).then(|| view! { <small>{edit.rate_wins}</small> });
            view! { <td class="num full" data-label=edit.policy(policy)>{rate(edit, applied)}{wins}</td> }
        });
        view! {
            <tr>
                <th scope="row">{format::month(*month, context.language)}</th>
                {cells.collect_view()}
            </tr>
        }
    });
    let table = view! {
        <table class="stack">
            <caption>{format!("{from} → {to}")}</caption>
            <thead><tr><th scope="col">{edit.month}</th>{head.collect_view()}</tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    };
    scroller(edit.rates, table.into_any()).into_any()
}

/// A rate with its day and source; one that stands in says so.
fn rate(edit: &'static EditWords, applied: Option<AppliedRate>) -> AnyView {
    let Some(AppliedRate { rate, provisional }) = applied else {
        return view! { <span class="muted">{edit.rate_none}</span> }.into_any();
    };
    let Rate { month, date, source, .. } = &rate;
    let mark = provisional.then(|| {
        view! { <span class="status provisional">{edit.rate_provisional}</span>" " }
    });
    let of = if provisional { format!("{month} · ") } else { String::new() };
    view! {
        {mark}{rate.rate.to_string()}
        <small>{of}{date.to_string()}" "{source.clone()}</small>
    }
    .into_any()
}

fn form(context: &PageContext, forms: &CatalogueForms) -> AnyView {
    let (words, edit) = (texts(context.language), edit_words(context.language));
    let organization = &forms.catalogue.organization;
    let (from, to) =
        pairs(&forms.catalogue).first().copied().unwrap_or((Currency::USD, organization.reporting_currency));
    let policies = RatePolicy::ALL.map(|policy| (policy.as_str().to_owned(), edit.policy(policy).to_owned()));
    let month = Month::containing(forms.today).to_string();
    view! {
        <form class="entry-form" method="post" action="/api/catalog/edit">
            {hidden(RowsPart::Rates.as_str(), &forms.base)}
            <div class="entry">
                {text_field(edit.rate_from, "from", from.to_string(), ("text", true))}
                {text_field(edit.rate_to, "to", to.to_string(), ("text", true))}
                {text_field(edit.month, "month", month, ("text", true))}
                {select_field(edit.rate_policy, "policy", organization.rate_policy.as_str(), policies.to_vec())}
                {text_field(edit.rate_value, "rate", String::new(), ("text", true))}
                {text_field(edit.rate_day, "date", forms.today.to_string(), ("date", true))}
                {text_field(edit.rate_source, "source", String::new(), ("text", false))}
            </div>
            <button class="primary">{words.catalogue_check_button}</button>
            <p class="prose"><small>{edit.checks_only}</small></p>
        </form>
    }
    .into_any()
}
