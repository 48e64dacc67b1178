//! `/catalog/accounts`: the accounts, and the form to add, edit or close one.

use domain::catalogue::Catalogue;
use domain::catalogue::entry::EntryKind;
use domain::product::Account;
use leptos::prelude::*;

use super::entry::{edit_link, environment_choices, product_choices, section};
use super::forms::{Typed, forms_page, masthead, select_field, text_field, typed_value};
use super::product_name;
use crate::backend::CatalogueForms;
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::table::table;
use crate::components::writing::administered;
use crate::context::PageContext;
use crate::texts::edit_words::edit_words;
use crate::texts::texts;

/// The page.
#[component]
pub fn CatalogueAccountsPage() -> impl IntoView {
    forms_page(render)
}

fn render(context: &PageContext, forms: CatalogueForms) -> AnyView {
    let words = texts(context.language);
    let known = |key: &str| forms.catalogue.accounts.iter().find(|account| account.id == key).map(typed);
    let content = view! {
        {masthead(context, words.catalogue_accounts, "/catalog/accounts")}
        {item("list", "1".to_owned(), words.catalogue_accounts, words.catalogue_question_accounts, list(context, &forms))}
        {section(context, EntryKind::Account, (&forms.catalogue, &forms.base), known)}
        <p class="prose"><a href=context.go("/imports", &[])>{words.imports_accounts}" →"</a></p>
    };
    frame(context, words.catalogue_accounts, "/catalog", administered(context, content.into_any()))
}

fn list(context: &PageContext, forms: &CatalogueForms) -> AnyView {
    let (words, edit) = (texts(context.language), edit_words(context.language));
    let row = |account: &Account| {
        let href = edit_link(context, EntryKind::Account, &account.id);
        let product =
            account.product.as_ref().map(|slug| product_name(context.language, &forms.catalogue, slug));
        let state = account.closed_on.map(|day| format!("{} {day}", words.closed));
        view! {
            <tr>
                <th scope="row"><a href=href><code>{account.id.clone()}</code></a></th>
                <td class="full" data-label=words.name_on_bill>{account.name.clone()}</td>
                <td data-label=words.column_product>{product.unwrap_or_else(|| words.by_rules.to_owned())}</td>
                <td data-label=words.environment>{words.environment(account.environment)}</td>
                <td data-label=words.state>{state.unwrap_or_else(|| edit.open.to_owned())}</td>
            </tr>
        }
    };
    let rows = forms.catalogue.accounts.iter().map(row).collect_view();
    let columns = [
        (words.account, false),
        (words.name_on_bill, false),
        (words.column_product, false),
        (words.environment, false),
        (words.state, false),
    ];
    table(words.catalogue_accounts, &columns, rows.into_any())
}

/// An account as its form shows it.
fn typed(account: &Account) -> Typed {
    let fields = [
        ("id", account.id.clone()),
        ("name", account.name.clone()),
        ("product", account.product.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("environment", account.environment.as_str().to_owned()),
        ("closed_on", account.closed_on.map(|day| day.to_string()).unwrap_or_default()),
    ];
    fields.map(|(name, value)| (name.to_owned(), value)).to_vec()
}

/// The fields of the form.
pub fn fields(context: &PageContext, catalogue: &Catalogue, typed: &Typed) -> AnyView {
    let (words, edit) = (texts(context.language), edit_words(context.language));
    let value = |name: &str| typed_value(typed, name);
    let products = product_choices(context, catalogue, words.by_rules);
    view! {
        <div class="entry">
            {text_field(edit.account_id, "id", value("id"), ("text", true))}
            {text_field(edit.name, "name", value("name"), ("text", false))}
            {select_field(words.column_product, "product", &value("product"), products)}
            {select_field(words.environment, "environment", &value("environment"), environment_choices(context))}
            {text_field(edit.closed_on, "closed_on", value("closed_on"), ("date", false))}
        </div>
    }
    .into_any()
}
