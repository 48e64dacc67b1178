//! `/catalog/pools`: how shared pools are split, and the form to add, edit or end a declaration.

use domain::catalogue::Catalogue;
use domain::catalogue::entry::{EntryKind, pool_key};
use domain::ratio::Ppm;
use domain::split::{Method, Pool};
use leptos::prelude::*;
use rust_decimal::Decimal;

use super::entry::{edit_link, section};
use super::forms::{Typed, forms_page, masthead, select_field, text_field, typed_value};
use super::product_name;
use crate::backend::CatalogueForms;
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::table::table;
use crate::components::writing::administered;
use crate::context::PageContext;
use crate::texts::edit_words::edit_words;
use crate::texts::{Texts, texts};

/// The page.
#[component]
pub fn CataloguePoolsPage() -> impl IntoView {
    forms_page(render)
}

fn render(context: &PageContext, forms: CatalogueForms) -> AnyView {
    let edit = edit_words(context.language);
    let known = |key: &str| forms.catalogue.pools.iter().find(|pool| pool_key(pool) == key).map(typed);
    let content = view! {
        {masthead(context, edit.pools, "/catalog/pools")}
        {item("list", "1".to_owned(), edit.pools, edit.question_list, list(context, &forms))}
        {section(context, EntryKind::Pool, (&forms.catalogue, &forms.base), known)}
    };
    frame(context, edit.pools, "/catalog", administered(context, content.into_any()))
}

fn method_word(words: &Texts, method: Method) -> &'static str {
    match method {
        Method::Even => words.split_even,
        Method::Fixed => words.split_fixed,
        Method::Proportional => words.split_proportional,
        Method::Usage => words.split_usage,
    }
}

/// Parts per million as percent.
fn percent(share: Ppm) -> String {
    Decimal::from_i128_with_scale(i128::from(share.0), 4).normalize().to_string()
}

fn list(context: &PageContext, forms: &CatalogueForms) -> AnyView {
    let (words, edit) = (texts(context.language), edit_words(context.language));
    if forms.catalogue.pools.is_empty() {
        return view! { <p class="prose">{edit.no_pools}</p> }.into_any();
    }
    let row = |pool: &Pool| {
        let href = edit_link(context, EntryKind::Pool, &pool_key(pool));
        let series = pool.series.as_ref().map(|series| format!(" · {series}"));
        let target = |target: &domain::split::PoolTarget| {
            let name = product_name(context.language, &forms.catalogue, &target.product);
            match pool.method {
                Method::Fixed => format!("{name} {} %", percent(target.weight)),
                _ => name,
            }
        };
        let among: Vec<String> = pool.targets.iter().map(target).collect();
        let among = if among.is_empty() { words.all_products.to_owned() } else { among.join(" · ") };
        let days = match (pool.valid_from, pool.valid_to) {
            (None, None) => words.rule_always.to_owned(),
            (from, to) => {
                let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
                format!("{} – {}", day(from), day(to))
            }
        };
        view! {
            <tr>
                <th scope="row"><a href=href>{pool.name.clone()}</a></th>
                <td data-label=edit.method>{method_word(words, pool.method)}{series}</td>
                <td class="full" data-label=edit.among>{among}</td>
                <td data-label=words.rule_valid>{days}</td>
            </tr>
        }
    };
    let rows = forms.catalogue.pools.iter().map(row).collect_view();
    let columns = [(edit.name, false), (edit.method, false), (edit.among, false), (words.rule_valid, false)];
    table(edit.pools, &columns, rows.into_any())
}

/// A declaration as its form shows it.
fn typed(pool: &Pool) -> Typed {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let fields = [
        ("name", pool.name.clone()),
        ("method", pool.method.as_str().to_owned()),
        ("series", pool.series.clone().unwrap_or_default()),
        ("valid_from", day(pool.valid_from)),
        ("valid_to", day(pool.valid_to)),
    ];
    let targets = pool.targets.iter().map(|target| match pool.method {
        Method::Fixed => (format!("share:{}", target.product), percent(target.weight)),
        _ => ("among".to_owned(), target.product.to_string()),
    });
    fields.map(|(name, value)| (name.to_owned(), value)).into_iter().chain(targets).collect()
}

/// The fields of the form.
pub fn fields(context: &PageContext, catalogue: &Catalogue, typed: &Typed) -> AnyView {
    let (words, edit) = (texts(context.language), edit_words(context.language));
    let value = |name: &str| typed_value(typed, name);
    let methods =
        Method::ALL.map(|method| (method.as_str().to_owned(), method_word(words, method).to_owned()));
    let is_among = |slug: &str| typed.iter().any(|(name, value)| name == "among" && value == slug);
    let open = |product: &&domain::product::Product| {
        let slug = product.slug.as_str();
        product.closed_on.is_none() || is_among(slug) || !value(&format!("share:{slug}")).is_empty()
    };
    let row = |product: &domain::product::Product| {
        let slug = product.slug.to_string();
        let name = product.name.get(context.language).to_owned();
        let share = format!("share:{slug}");
        let (among_label, share_label) =
            (format!("{}: {name}", edit.among), format!("{}: {name}", edit.weight));
        let checked = is_among(&slug);
        let weight = value(&share);
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td data-label=edit.among><input type="checkbox" name="among" value=slug checked=checked aria-label=among_label/></td>
                <td class="num" data-label=edit.weight><input name=share value=weight inputmode="decimal" autocomplete="off" aria-label=share_label/></td>
            </tr>
        }
    };
    let rows = catalogue.products.iter().filter(open).map(row).collect_view();
    let columns = [(words.column_product, false), (edit.among, false), (edit.weight, true)];
    view! {
        <div class="entry">
            {text_field(edit.name, "name", value("name"), ("text", true))}
            {select_field(edit.method, "method", &value("method"), methods.to_vec())}
            {text_field(edit.series, "series", value("series"), ("text", false))}
            {text_field(edit.valid_from, "valid_from", value("valid_from"), ("date", false))}
            {text_field(edit.valid_to, "valid_to", value("valid_to"), ("date", false))}
        </div>
        <div class="cells">{table(edit.among, &columns, rows.into_any())}</div>
        <p class="prose"><small>{edit.among_explained}</small></p>
    }
    .into_any()
}
