//! The form of one entry of the catalogue: a product, an account, a rule, a declaration of a pool, an error
//! budget policy or a maintenance window.

use domain::catalogue::Catalogue;
use domain::catalogue::entry::{EditPart, EntryKind};
use domain::product::Environment;
use leptos::prelude::*;

use super::forms::{Typed, hidden, typed_value};
use super::{accounts, maintenance, policies, pools, products, rules};
use crate::components::section::item;
use crate::context::PageContext;
use crate::texts::edit_words::edit_words;
use crate::texts::texts;

/// The link to the form of an entry.
pub fn edit_link(context: &PageContext, kind: EntryKind, key: &str) -> String {
    format!("{}#edit", context.go(EditPart::Entry(kind).path(), &[("key", key)]))
}

/// The section with the form: of the entry that the query names, else of a new one that the query may fill in.
pub fn section(
    context: &PageContext,
    kind: EntryKind,
    (catalogue, base): (&Catalogue, &str),
    known: impl Fn(&str) -> Option<Typed>,
) -> AnyView {
    let edit = edit_words(context.language);
    let found = context.parameter("key").and_then(|key| {
        let mut typed = known(key)?;
        typed.push(("key".to_owned(), key.to_owned()));
        Some(typed)
    });
    let (title, number) = if found.is_some() { (edit.change, "2") } else { (edit.add, "2") };
    let blank = || {
        // A link may bring the first fields of a new entry along.
        let mut typed = context.query.clone();
        typed.retain(|(name, _)| name != "key");
        typed
    };
    let typed = found.unwrap_or_else(blank);
    let body = form(context, kind, (catalogue, base), &typed);
    item("edit", number.to_owned(), title, edit.question_entry, body).into_any()
}

/// The form, filled with what is there or with what was typed.
pub fn form(
    context: &PageContext,
    kind: EntryKind,
    (catalogue, base): (&Catalogue, &str),
    typed: &Typed,
) -> AnyView {
    let (words, edit) = (texts(context.language), edit_words(context.language));
    let fields = match kind {
        EntryKind::Product => products::fields(context, typed),
        EntryKind::Account => accounts::fields(context, catalogue, typed),
        EntryKind::Rule => rules::fields(context, catalogue, typed),
        EntryKind::Pool => pools::fields(context, catalogue, typed),
        EntryKind::Policy => policies::fields(context, catalogue, typed),
        EntryKind::Maintenance => maintenance::fields(context, catalogue, typed),
    };
    let key = typed_value(typed, "key");
    let closes = !key.is_empty() && kind.end().is_some_and(|end| typed_value(typed, end).is_empty());
    let close = closes.then(|| view! { <button name="do" value="close">{edit.close_button}</button> });
    view! {
        <form class="entry-form" method="post" action="/api/catalog/edit">
            {hidden(kind.as_str(), base)}
            <input type="hidden" name="key" value=key/>
            {fields}
            <p class="actions"><button class="primary" name="do" value="save">{words.catalogue_check_button}</button>{close}</p>
            <p class="prose"><small>{edit.checks_only}</small></p>
        </form>
    }
    .into_any()
}

/// The open products as choices, after the choice of none.
pub fn product_choices(context: &PageContext, catalogue: &Catalogue, none: &str) -> Vec<(String, String)> {
    let open = catalogue.products.iter().filter(|product| product.closed_on.is_none());
    let choice = |product: &domain::product::Product| {
        (product.slug.to_string(), product.name.get(context.language).to_owned())
    };
    std::iter::once((String::new(), none.to_owned())).chain(open.map(choice)).collect()
}

/// The environments as choices.
pub fn environment_choices(context: &PageContext) -> Vec<(String, String)> {
    let words = texts(context.language);
    let choice = |one: Environment| (one.as_str().to_owned(), words.environment(one).to_owned());
    Environment::ALL.map(choice).to_vec()
}
