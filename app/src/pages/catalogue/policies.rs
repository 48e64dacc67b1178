//! `/catalog/policies`: what each product does with what is left of its error budgets, and the form to write it.

use domain::catalogue::Catalogue;
use domain::catalogue::entry::EntryKind;
use domain::error_budget::target_percent;
use domain::finding::Status;
use domain::policy::{ErrorBudgetPolicy, PolicyStep, ShipAction};
use domain::product::Product;
use jiff::civil::Date;
use leptos::prelude::*;

use super::entry::{edit_link, product_choices, section};
use super::forms::{Typed, forms_page, masthead, select_field, text_field, typed_value};
use crate::backend::CatalogueForms;
use crate::components::frame::frame;
use crate::components::mark::mark;
use crate::components::section::item;
use crate::components::table::table;
use crate::components::writing::administered;
use crate::context::PageContext;
use crate::texts::policy_words::policy_words;
use crate::texts::{policy_sentences, texts};
use crate::ui::raw::TextArea;

/// How many lines of a policy are seen at once.
const TEXT_ROWS: i32 = 8;

/// How many lines of names are seen at once.
const NAME_ROWS: i32 = 3;

/// The steps that a new policy is offered: those of the SRE Workbook with a band of care above nothing.
const USUAL_STEPS: [(&str, ShipAction); 3] =
    [("25", ShipAction::Ship), ("0", ShipAction::Care), ("", ShipAction::Halt)];

/// Lines for further steps.
const BLANK_STEPS: usize = 2;

/// The page.
#[component]
pub fn CataloguePoliciesPage() -> impl IntoView {
    forms_page(render)
}

fn render(context: &PageContext, forms: CatalogueForms) -> AnyView {
    let words = policy_words(context.language);
    let known = |key: &str| {
        let policies = &forms.catalogue.policies;
        policies.iter().find(|policy| policy.product.as_str() == key).map(typed)
    };
    let content = view! {
        {masthead(context, words.title, "/catalog/policies")}
        {item("list", "1".to_owned(), words.title, words.question, list(context, &forms))}
        {section(context, EntryKind::Policy, (&forms.catalogue, &forms.base), known)}
    };
    frame(context, words.title, "/catalog", administered(context, content.into_any()))
}

/// Every open product with its policy, or that it has none.
fn list(context: &PageContext, forms: &CatalogueForms) -> AnyView {
    let (texts, words) = (texts(context.language), policy_words(context.language));
    let open = forms.catalogue.products.iter().filter(|product| product.closed_on.is_none());
    let rows = open.map(|product| row(context, product, forms)).collect_view();
    let columns = [
        (texts.column_product, false),
        (words.state, false),
        (words.steps, false),
        (words.decides, false),
        (words.approved_by, false),
    ];
    table(words.title, &columns, rows.into_any())
}

fn row(context: &PageContext, product: &Product, forms: &CatalogueForms) -> AnyView {
    let words = policy_words(context.language);
    let name = product.name.get(context.language).to_owned();
    let anchor = format!("policy-{}", product.slug);
    let Some(policy) = forms.catalogue.policies.iter().find(|policy| policy.product == product.slug) else {
        let href = format!("{}#edit", context.go("/catalog/policies", &[("product", product.slug.as_str())]));
        return view! {
            <tr id=anchor>
                <th scope="row">{name}</th>
                <td data-label=words.state>{mark(Status::NoData)}" "{words.missing}</td>
                <td class="full" colspan="3"><a href=href>{words.write}" →"</a></td>
            </tr>
        }
        .into_any();
    };
    let href = edit_link(context, EntryKind::Policy, product.slug.as_str());
    let (status, state) = standing(context, policy, forms.today);
    let is_only = policy.steps.len() == 1;
    let steps = policy
        .steps
        .iter()
        .map(|step| view! { <li>{policy_sentences::step(context.language, step, is_only)}</li> });
    let paragraphs = policy.text.lines().filter(|line| !line.trim().is_empty());
    let paragraphs = paragraphs.map(|line| view! { <p>{line.to_owned()}</p> }).collect_view();
    let decides = match policy.objectives.as_slice() {
        [] => words.objectives_all.to_owned(),
        names => names.join(", "),
    };
    let approved = policy.approved_on.map(|day| day.to_string());
    view! {
        <tr id=anchor>
            <th scope="row"><a href=href>{name}</a></th>
            <td data-label=words.state>{mark(status)}" "{state}</td>
            <td class="full">
                <ul class="plain">{steps.collect_view()}</ul>
                <details class="data"><summary>{words.text}</summary>{paragraphs}</details>
            </td>
            <td class="full" data-label=words.decides>{decides}</td>
            <td class="full" data-label=words.approved_by>{policy.approvers.join(", ")}<small>{approved}</small></td>
        </tr>
    }
    .into_any()
}

/// Whether a policy is in force, and by when it has to be looked at again.
fn standing(context: &PageContext, policy: &ErrorBudgetPolicy, today: Date) -> (Status, AnyView) {
    let words = policy_words(context.language);
    if !policy.is_approved(today) {
        return (Status::NoData, words.draft.into_any());
    }
    let is_past = policy.is_past_revisit(today);
    let (status, word) =
        if is_past { (Status::Risk, words.past_revisit) } else { (Status::Ok, words.in_force) };
    let revisit = policy.revisit_on.map(|day| policy_sentences::revisit(context.language, day, is_past));
    (status, view! { {word}<small>{revisit}</small> }.into_any())
}

/// A policy as its form shows it.
fn typed(policy: &ErrorBudgetPolicy) -> Typed {
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let fields = [
        ("product", policy.product.to_string()),
        ("text", policy.text.clone()),
        ("objectives", policy.objectives.join("\n")),
        ("approvers", policy.approvers.join("\n")),
        ("approved_on", day(policy.approved_on)),
        ("revisit_on", day(policy.revisit_on)),
    ];
    let steps = policy.steps.iter().enumerate().flat_map(|(number, step): (usize, &PolicyStep)| {
        let left = step.at_least.map(|left| target_percent(left).to_string()).unwrap_or_default();
        [
            (format!("action_{number}"), step.action.as_str().to_owned()),
            (format!("left_{number}"), left),
            (format!("note_{number}"), step.note.clone()),
        ]
    });
    fields.map(|(name, value)| (name.to_owned(), value)).into_iter().chain(steps).collect()
}

/// What of the steps was typed, else those that are usual.
fn steps(typed: &Typed) -> Vec<[String; 3]> {
    let numbers = typed.iter().filter_map(|(name, _)| name.strip_prefix("action_"));
    let step = |number: &str| {
        let of = |what: &str| typed_value(typed, &format!("{what}_{number}"));
        [of("left"), of("action"), of("note")]
    };
    let known: Vec<[String; 3]> =
        numbers.map(step).filter(|parts| parts.iter().any(|part| !part.is_empty())).collect();
    if !known.is_empty() {
        return known;
    }
    let usual =
        USUAL_STEPS.map(|(left, action)| [left.to_owned(), action.as_str().to_owned(), String::new()]);
    usual.to_vec()
}

/// The fields of the form.
pub fn fields(context: &PageContext, catalogue: &Catalogue, typed: &Typed) -> AnyView {
    let (texts, words) = (texts(context.language), policy_words(context.language));
    let value = |name: &str| typed_value(typed, name);
    let actions: Vec<(String, String)> = std::iter::once((String::new(), "–".to_owned()))
        .chain(
            ShipAction::ALL.map(|action| (action.as_str().to_owned(), words.action(Some(action)).to_owned())),
        )
        .collect();
    let blank = std::iter::repeat_n([String::new(), String::new(), String::new()], BLANK_STEPS);
    let steps = steps(typed).into_iter().chain(blank).enumerate().map(|(number, [left, action, note])| {
        view! {
            <div class="entry">
                {text_field(words.step_left, format!("left_{number}"), left, ("text", false))}
                {select_field(words.step_action, format!("action_{number}"), &action, actions.clone())}
                {text_field(words.step_note, format!("note_{number}"), note, ("text", false))}
            </div>
        }
    });
    let steps = steps.collect_view();
    view! {
        <div class="entry">
            {select_field(texts.column_product, "product", &value("product"), product_choices(context, catalogue, "–"))}
            {text_field(words.approved_on, "approved_on", value("approved_on"), ("date", false))}
            {text_field(words.revisit_on, "revisit_on", value("revisit_on"), ("date", false))}
        </div>
        {area(words.text, "text", value("text"), TEXT_ROWS)}
        <p class="prose"><small>{words.text_explained}</small></p>
        {steps}
        <p class="prose"><small>{words.steps_explained}</small></p>
        {area(words.approvers, "approvers", value("approvers"), NAME_ROWS)}
        {area(words.objectives, "objectives", value("objectives"), NAME_ROWS)}
    }
    .into_any()
}

/// A field of several lines below its label.
fn area(label: &'static str, name: &'static str, text: String, rows: i32) -> AnyView {
    view! {
        <div class="catalogue-file area">
            <p aria-hidden="true">{label}</p>
            <TextArea name=name text=text rows=rows label=label/>
        </div>
    }
    .into_any()
}
