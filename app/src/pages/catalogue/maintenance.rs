//! `/catalog/maintenance`: times that are agreed not to count against objectives, and the form to declare one.

use domain::catalogue::Catalogue;
use domain::catalogue::entry::EntryKind;
use domain::maintenance::{Covers, MaintenanceWindow};
use jiff::civil::DateTime;
use leptos::prelude::*;

use super::entry::{edit_link, product_choices, section};
use super::forms::{Typed, forms_page, masthead, select_field, text_field, typed_value};
use super::product_name;
use crate::backend::CatalogueForms;
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::table::table;
use crate::components::writing::administered;
use crate::context::PageContext;
use crate::texts::edit_words::edit_words;
use crate::texts::policy_words::policy_words;

/// The page.
#[component]
pub fn CatalogueMaintenancePage() -> impl IntoView {
    forms_page(render)
}

fn render(context: &PageContext, forms: CatalogueForms) -> AnyView {
    let words = policy_words(context.language);
    let known = |key: &str| {
        let windows = &forms.catalogue.maintenance;
        windows.iter().find(|window| window.name == key).map(typed)
    };
    let body = list(context, &forms);
    let content = view! {
        {masthead(context, words.maintenance, "/catalog/maintenance")}
        {item("list", "1".to_owned(), words.maintenance, words.maintenance_question, body)}
        {section(context, EntryKind::Maintenance, (&forms.catalogue, &forms.base), known)}
    };
    frame(context, words.maintenance, "/catalog", administered(context, content.into_any()))
}

/// As people write a wall clock time.
fn clock(wall: DateTime) -> String {
    wall.strftime("%Y-%m-%d %H:%M").to_string()
}

fn list(context: &PageContext, forms: &CatalogueForms) -> AnyView {
    let (words, edit) = (policy_words(context.language), edit_words(context.language));
    if forms.catalogue.maintenance.is_empty() {
        return view! { <p class="prose">{words.maintenance_none}</p> }.into_any();
    }
    let row = |window: &MaintenanceWindow| {
        let href = edit_link(context, EntryKind::Maintenance, &window.name);
        let covers = match &window.covers {
            Covers::Product(slug) => product_name(context.language, &forms.catalogue, slug),
            Covers::Objective(id) => id.clone(),
        };
        let repeat = match &window.repeat {
            Some(rule) => view! { <code>{rule.to_string()}</code> }.into_any(),
            None => words.once.into_any(),
        };
        view! {
            <tr>
                <th scope="row"><a href=href>{window.name.clone()}</a></th>
                <td class="full" data-label=words.covers>{covers}</td>
                <td data-label=words.start>{clock(window.start)}</td>
                <td data-label=words.end>{clock(window.end)}</td>
                <td class="full" data-label=words.repeat>{repeat}</td>
            </tr>
        }
    };
    let rows = forms.catalogue.maintenance.iter().map(row).collect_view();
    let columns = [
        (edit.name, false),
        (words.covers, false),
        (words.start, false),
        (words.end, false),
        (words.repeat, false),
    ];
    table(words.maintenance, &columns, rows.into_any())
}

/// A window as its form shows it.
fn typed(window: &MaintenanceWindow) -> Typed {
    let (product, objective) = match &window.covers {
        Covers::Product(product) => (product.to_string(), String::new()),
        Covers::Objective(objective) => (String::new(), objective.clone()),
    };
    let clock = |wall: DateTime| wall.strftime("%Y-%m-%dT%H:%M").to_string();
    let fields = [
        ("name", window.name.clone()),
        ("product", product),
        ("objective", objective),
        ("start", clock(window.start)),
        ("end", clock(window.end)),
        ("repeat", window.repeat.as_ref().map(ToString::to_string).unwrap_or_default()),
    ];
    fields.map(|(name, value)| (name.to_owned(), value)).to_vec()
}

/// The fields of the form.
pub fn fields(context: &PageContext, catalogue: &Catalogue, typed: &Typed) -> AnyView {
    let (words, edit) = (policy_words(context.language), edit_words(context.language));
    let value = |name: &str| typed_value(typed, name);
    view! {
        <div class="entry">
            {text_field(edit.name, "name", value("name"), ("text", true))}
            {select_field(words.maintenance_product, "product", &value("product"), product_choices(context, catalogue, ""))}
            {text_field(words.maintenance_objective, "objective", value("objective"), ("text", false))}
            {text_field(words.start, "start", value("start"), ("datetime-local", true))}
            {text_field(words.end, "end", value("end"), ("datetime-local", true))}
            {text_field(words.repeat, "repeat", value("repeat"), ("text", false))}
        </div>
        <p class="prose"><small>{words.maintenance_explained}</small></p>
    }
    .into_any()
}
