//! `/catalog/rules`: the allocation rules in the order they are tried, and the form to add, edit or end one.

use domain::allocation::{AllocationRule, Target};
use domain::catalogue::Catalogue;
use domain::catalogue::entry::{EntryKind, rule_key};
use leptos::prelude::*;

use super::entry::{edit_link, environment_choices, product_choices, section};
use super::forms::{Typed, forms_page, hidden, masthead, select_field, text_field, typed_value};
use super::{conditions, field, target, validity};
use crate::backend::CatalogueForms;
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::table::table;
use crate::components::writing::administered;
use crate::context::PageContext;
use crate::texts::edit_words::edit_words;
use crate::texts::texts;

/// What a condition may look at, as files write it; those that end in a point want a name.
const CONDITION_FIELDS: [&str; 9] = [
    "account",
    "ou",
    "account_tag.",
    "tag.",
    "cost_category.",
    "service",
    "region",
    "charge_category",
    "source",
];

/// How many conditions may be added at a time.
const BLANK_CONDITIONS: usize = 3;

/// The page.
#[component]
pub fn CatalogueRulesPage() -> impl IntoView {
    forms_page(render)
}

fn render(context: &PageContext, forms: CatalogueForms) -> AnyView {
    let words = texts(context.language);
    let known = |key: &str| forms.catalogue.rules.iter().find(|rule| rule_key(rule) == key).map(typed);
    let content = view! {
        {masthead(context, words.catalogue_rules, "/catalog/rules")}
        {item("list", "1".to_owned(), words.catalogue_rules, words.catalogue_question_rules, list(context, &forms))}
        {section(context, EntryKind::Rule, (&forms.catalogue, &forms.base), known)}
    };
    frame(context, words.catalogue_rules, "/catalog", administered(context, content.into_any()))
}

fn list(context: &PageContext, forms: &CatalogueForms) -> AnyView {
    let (words, edit) = (texts(context.language), edit_words(context.language));
    if forms.catalogue.rules.is_empty() {
        return view! { <p class="prose">{words.catalogue_no_rules}</p> }.into_any();
    }
    let last = forms.catalogue.rules.len();
    let rows = (1..)
        .zip(&forms.catalogue.rules)
        .map(|(number, rule): (usize, _)| {
            let href = edit_link(context, EntryKind::Rule, &rule_key(rule));
            view! {
                <tr>
                    <th scope="row">{number}". "<a href=href>{rule.name.clone()}</a></th>
                    <td class="full" data-label=words.rule_conditions>{conditions(words, rule)}</td>
                    <td data-label=words.rule_target>{target(context.language, words, &forms.catalogue, &rule.target)}</td>
                    <td data-label=words.rule_valid>{validity(words, rule)}</td>
                    <td class="full">{step(context, &forms.base, rule, (number > 1, number < last))}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = [
        (words.rule_name, false),
        (words.rule_conditions, false),
        (words.rule_target, false),
        (words.rule_valid, false),
        (edit.order, false),
    ];
    table(words.catalogue_rules, &columns, rows.into_any())
}

/// Buttons that propose another place in the order.
fn step(context: &PageContext, base: &str, rule: &AllocationRule, (up, down): (bool, bool)) -> AnyView {
    let edit = edit_words(context.language);
    let button = |word: &'static str, name: &'static str| {
        let label = format!("{word}: {}", rule.name);
        view! { <button name="do" value=name aria-label=label>{word}</button> }
    };
    view! {
        <form class="actions" method="post" action="/api/catalog/edit">
            {hidden("rule", base)}
            <input type="hidden" name="key" value=rule_key(rule)/>
            {up.then(|| button(edit.up, "up"))}
            {down.then(|| button(edit.down, "down"))}
        </form>
    }
    .into_any()
}

/// A rule as its form shows it.
fn typed(rule: &AllocationRule) -> Typed {
    let (product, environment, shared) = match &rule.target {
        Target::Product { product, environment } => (product.to_string(), *environment, String::new()),
        Target::Shared { pool } => (String::new(), None, pool.clone()),
    };
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let fields = [
        ("name", rule.name.clone()),
        ("product", product),
        ("shared", shared),
        ("environment", environment.map(|one| one.as_str().to_owned()).unwrap_or_default()),
        ("valid_from", day(rule.valid_from)),
        ("valid_to", day(rule.valid_to)),
    ];
    let conditions = rule.conditions.iter().enumerate().flat_map(|(number, condition)| {
        [
            (format!("condition_{number}"), field(&condition.field)),
            (format!("values_{number}"), condition.values.join(" | ")),
        ]
    });
    fields.map(|(name, value)| (name.to_owned(), value)).into_iter().chain(conditions).collect()
}

/// The fields of the form.
pub fn fields(context: &PageContext, catalogue: &Catalogue, typed: &Typed) -> AnyView {
    let (words, edit) = (texts(context.language), edit_words(context.language));
    let value = |name: &str| typed_value(typed, name);
    let filled = typed
        .iter()
        .filter(|(name, value)| name.starts_with("condition_") && !value.trim().is_empty())
        .filter_map(|(name, value)| {
            let number = name.strip_prefix("condition_")?;
            Some((value.clone(), typed_value(typed, &format!("values_{number}"))))
        });
    let blank = std::iter::repeat_n((String::new(), String::new()), BLANK_CONDITIONS);
    let conditions = filled.chain(blank).enumerate().map(|(number, (what, values))| {
        view! {
            <div class="entry">
                <label>
                    <span>{edit.condition}</span>
                    <input name=format!("condition_{number}") value=what list="condition-fields" autocomplete="off"/>
                </label>
                {text_field(edit.values, format!("values_{number}"), values, ("text", false))}
            </div>
        }
    });
    let conditions = conditions.collect_view();
    let products = product_choices(context, catalogue, "");
    let environments: Vec<(String, String)> = std::iter::once((String::new(), edit.as_account.to_owned()))
        .chain(environment_choices(context))
        .collect();
    view! {
        <datalist id="condition-fields">{CONDITION_FIELDS.map(|field| view! { <option value=field></option> }).collect_view()}</datalist>
        <div class="entry">{text_field(edit.name, "name", value("name"), ("text", true))}</div>
        {conditions}
        <p class="prose"><small>{edit.conditions_explained}</small></p>
        <div class="entry">
            {select_field(edit.to_product, "product", &value("product"), products)}
            {select_field(words.environment, "environment", &value("environment"), environments)}
            {text_field(edit.to_pool, "shared", value("shared"), ("text", false))}
            {text_field(edit.valid_from, "valid_from", value("valid_from"), ("date", false))}
            {text_field(edit.valid_to, "valid_to", value("valid_to"), ("date", false))}
        </div>
    }
    .into_any()
}
