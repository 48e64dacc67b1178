//! The choice of objectives: states as links with their counts, the rest as a form; both live in the address.

use domain::finding::Status;
use domain::objective_filter::{NONE, ObjectiveChoices, ObjectiveFilter};
use leptos::prelude::*;

use crate::components::mark::{count_class, mark};
use crate::context::link;
use crate::pages::review::ReviewView;
use crate::texts::policy_words::policy_words;

/// The address of a choice.
pub(super) fn link_to(view: &ReviewView<'_>, filter: &ObjectiveFilter) -> String {
    let week = view.review.week.to_string();
    let query = query(filter, &week);
    format!("{}#objectives", view.context.go("/objectives", &query))
}

/// What of the address a choice is.
fn query<'f>(filter: &'f ObjectiveFilter, week: &'f str) -> Vec<(&'static str, &'f str)> {
    let chosen = [
        ("status", filter.status.map(Status::as_str)),
        ("product", filter.product.as_deref()),
        ("owner", filter.owner.as_deref()),
        ("source", filter.source.as_deref()),
    ];
    let chosen = chosen.into_iter().filter_map(|(name, value)| Some((name, value?)));
    std::iter::once(("week", week)).chain(chosen).collect()
}

/// How many of the chosen objectives stand how; each chooses its state.
pub(super) fn states(view: &ReviewView<'_>, filter: &ObjectiveFilter) -> AnyView {
    let count = |status: Status| {
        let rows = view.review.objectives.iter().filter(|row| row.status == status);
        rows.filter(|row| filter.holds_but_status(view.review, row)).count()
    };
    let chip = |status: Status| {
        let href = link_to(view, &ObjectiveFilter { status: Some(status), ..filter.clone() });
        let here = (filter.status == Some(status)).then_some("true");
        let count = count(status);
        view! {
            <a class=count_class(status, count > 0) href=href aria-current=here>
                {mark(status)}{view.words.status(status)}" "{count}
            </a>
        }
    };
    let chips = [Status::Breached, Status::Risk, Status::NoData, Status::Ok].map(chip);
    let all = (!filter.is_empty()).then(|| {
        let href = link_to(view, &ObjectiveFilter::default());
        view! { <a href=href>{view.words.show_all}</a> }
    });
    let label = view.words.counts_label;
    view! { <p class="counts" role="group" aria-label=label>{chips.collect_view()}{all}</p> }.into_any()
}

/// The other choices; a GET form, so that the choice is in the address.
pub(super) fn form(view: &ReviewView<'_>, filter: &ObjectiveFilter) -> AnyView {
    let (words, policy) = (view.words, policy_words(view.language));
    let choices = ObjectiveChoices::of(view.review);
    let none = |is_there: bool, word: &str| is_there.then(|| (NONE.to_owned(), word.to_owned()));
    let products = view
        .review
        .products
        .iter()
        .map(|product| (product.slug.to_string(), product.name.get(view.language).to_owned()));
    let products: Vec<(String, String)> =
        products.chain(none(choices.has_unmapped, policy.without_product)).collect();
    let named = |names: Vec<String>| names.into_iter().map(|name| (name.clone(), name));
    let owners: Vec<(String, String)> =
        named(choices.owners).chain(none(choices.has_ownerless, policy.without_owner)).collect();
    let sources: Vec<(String, String)> = named(choices.sources).collect();
    let kept = view.context.kept_query().into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let week = ("week".to_owned(), view.review.week.to_string());
    let status = filter.status.map(|status| ("status".to_owned(), status.as_str().to_owned()));
    let hidden = kept.chain([week]).chain(status).map(|(name, value)| {
        view! { <input type="hidden" name=name value=value/> }
    });
    view! {
        <form class="choice" method="get" action="/objectives">
            {hidden.collect_view()}
            {select(words.column_product, "product", filter.product.as_deref(), products, policy.everything)}
            {select(policy.owner, "owner", filter.owner.as_deref(), owners, policy.everything)}
            {select(words.source, "source", filter.source.as_deref(), sources, policy.everything)}
            <button>{policy.choose}</button>
        </form>
    }
    .into_any()
}

fn select(
    label: &'static str,
    name: &'static str,
    chosen: Option<&str>,
    options: Vec<(String, String)>,
    all: &'static str,
) -> AnyView {
    // A choice that is not among the options stays visible, so that an empty list explains itself.
    let stranger = chosen.filter(|chosen| !options.iter().any(|(value, _)| value == chosen));
    let stranger = stranger.map(|chosen| (chosen.to_owned(), chosen.to_owned()));
    let options = std::iter::once((String::new(), all.to_owned())).chain(options).chain(stranger);
    let options = options.map(|(value, word)| {
        let selected = chosen.unwrap_or_default() == value;
        view! { <option value=value selected=selected>{word}</option> }
    });
    view! { <label><span>{label}</span><select name=name>{options.collect_view()}</select></label> }
        .into_any()
}

/// The chosen objectives in other forms.
pub(super) fn forms(view: &ReviewView<'_>, filter: &ObjectiveFilter) -> AnyView {
    let week = view.review.week.to_string();
    let query = query(filter, &week);
    let links = [("CSV", "csv"), ("JSON", "json")].map(|(name, suffix)| {
        view! { <a href=link(&format!("/objectives.{suffix}"), &query)>{name}</a>" " }
    });
    view! { <p class="evidence">{links.collect_view()}</p> }.into_any()
}
