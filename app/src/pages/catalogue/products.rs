//! `/catalog/products`: the products, and the form to add, edit or close one.

use domain::catalogue::entry::EntryKind;
use domain::product::Product;
use leptos::prelude::*;

use super::entry::{edit_link, section};
use super::forms::{Typed, forms_page, masthead, select_field, text_field, typed_value};
use crate::backend::CatalogueForms;
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::table::table;
use crate::components::writing::administered;
use crate::context::PageContext;
use crate::texts::edit_words::edit_words;
use crate::texts::texts;
use crate::ui::raw::TextArea;

/// The page.
#[component]
pub fn CatalogueProductsPage() -> impl IntoView {
    forms_page(render)
}

fn render(context: &PageContext, forms: CatalogueForms) -> AnyView {
    let words = texts(context.language);
    let edit = edit_words(context.language);
    let known = |key: &str| {
        let found = forms.catalogue.products.iter().find(|product| product.slug.as_str() == key);
        found.map(typed)
    };
    let content = view! {
        {masthead(context, words.products, "/catalog/products")}
        {item("list", "1".to_owned(), words.products, edit.question_list, list(context, &forms))}
        {section(context, EntryKind::Product, (&forms.catalogue, &forms.base), known)}
    };
    frame(context, words.products, "/catalog", administered(context, content.into_any()))
}

fn list(context: &PageContext, forms: &CatalogueForms) -> AnyView {
    let (words, edit) = (texts(context.language), edit_words(context.language));
    let row = |product: &Product| {
        let href = edit_link(context, EntryKind::Product, product.slug.as_str());
        let group = product.group.as_ref().map(|group| group.get(context.language).to_owned());
        let state = product.closed_on.map(|day| format!("{} {day}", words.closed));
        view! {
            <tr>
                <th scope="row"><a href=href>{product.name.get(context.language).to_owned()}</a><small><code>{product.slug.to_string()}</code></small></th>
                <td data-label=words.group>{group}</td>
                <td class="num" data-label=words.tier>{product.tier}</td>
                <td data-label=words.product_manager>{product.product_manager.clone()}</td>
                <td data-label=words.embedded_sre>{product.embedded_sre.clone()}</td>
                <td data-label=words.state>{state.unwrap_or_else(|| edit.open.to_owned())}</td>
            </tr>
        }
    };
    let rows = forms.catalogue.products.iter().map(row).collect_view();
    let columns = [
        (words.column_product, false),
        (words.group, false),
        (words.tier, true),
        (words.product_manager, false),
        (words.embedded_sre, false),
        (words.state, false),
    ];
    table(words.products, &columns, rows.into_any())
}

/// A product as its form shows it.
fn typed(product: &Product) -> Typed {
    let links: Vec<String> = product.links.iter().map(|link| format!("{} {}", link.kind, link.url)).collect();
    let group = product.group.clone();
    let fields = [
        ("slug", product.slug.to_string()),
        ("name_ja", product.name.ja.clone()),
        ("name_en", product.name.en.clone()),
        ("group_ja", group.as_ref().map(|group| group.ja.clone()).unwrap_or_default()),
        ("group_en", group.map(|group| group.en).unwrap_or_default()),
        ("tier", product.tier.to_string()),
        ("product_manager", product.product_manager.clone().unwrap_or_default()),
        ("embedded_sre", product.embedded_sre.clone().unwrap_or_default()),
        ("chat_channel", product.chat_channel.clone().unwrap_or_default()),
        ("links", links.join("\n")),
        ("closed_on", product.closed_on.map(|day| day.to_string()).unwrap_or_default()),
    ];
    fields.map(|(name, value)| (name.to_owned(), value)).to_vec()
}

/// The fields of the form.
pub fn fields(context: &PageContext, typed: &Typed) -> AnyView {
    let (words, edit) = (texts(context.language), edit_words(context.language));
    let value = |name: &str| typed_value(typed, name);
    let tier = if value("tier").is_empty() { "3".to_owned() } else { value("tier") };
    let tiers = ["1", "2", "3"].map(|tier| (tier.to_owned(), tier.to_owned())).to_vec();
    let optional = ("text", false);
    view! {
        <div class="entry">
            {text_field(edit.slug, "slug", value("slug"), ("text", true))}
            {select_field(words.tier, "tier", &tier, tiers)}
            {text_field(edit.name_ja, "name_ja", value("name_ja"), optional)}
            {text_field(edit.name_en, "name_en", value("name_en"), optional)}
            {text_field(edit.group_ja, "group_ja", value("group_ja"), optional)}
            {text_field(edit.group_en, "group_en", value("group_en"), optional)}
            {text_field(words.product_manager, "product_manager", value("product_manager"), optional)}
            {text_field(words.embedded_sre, "embedded_sre", value("embedded_sre"), optional)}
            {text_field(words.chat_channel, "chat_channel", value("chat_channel"), optional)}
            {text_field(edit.closed_on, "closed_on", value("closed_on"), ("date", false))}
        </div>
        <p class="prose"><small>{edit.links}</small></p>
        <TextArea name="links" text=value("links") rows=4 label=edit.links/>
    }
    .into_any()
}
