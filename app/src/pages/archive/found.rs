//! What the archive finds: a form, and a table of finds.

use domain::archive_search::{Entry, EntryKind, Hit};
use domain::note::NotePlace;
use leptos::prelude::*;

use crate::components::section::{item, scroller};
use crate::context::PageContext;
use crate::texts::archive_words::{archive_words, kind_word, shown};
use crate::texts::note_words::place_name;

/// How many finds a page shows.
const PAGE: usize = 50;

/// Where an entry is read.
#[must_use]
pub fn place(entry: &Entry) -> String {
    let key = &entry.key;
    match entry.kind {
        EntryKind::Decision => format!("/decisions/{key}"),
        EntryKind::Topic => format!("/topics/{key}"),
        EntryKind::Action => format!("/actions/{key}"),
        EntryKind::Note => format!("/reviews/{}/notes/{key}", entry.week),
        EntryKind::Incident => format!("/incidents/{key}"),
    }
}

/// The field to type into, and what it looks through.
fn form(context: &PageContext, query: &str) -> AnyView {
    let words = archive_words(context.language);
    let kept = context.kept_query().into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let hidden =
        kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    view! {
        <form class="choice" method="get" action="/reviews" role="search">
            {hidden}
            <label><span>{words.look_for}</span><input type="search" name="q" value=query.to_owned() maxlength="200"/></label>
            <button>{words.search}</button>
        </form>
        <p class="prose"><small>{words.explained}</small></p>
    }
    .into_any()
}

/// The section to look for something, and what was found.
pub(super) fn section(context: &PageContext, query: &str, hits: &[Hit]) -> AnyView {
    let words = archive_words(context.language);
    let found = (!query.trim().is_empty()).then(|| match hits.is_empty() {
        true => view! { <div class="empty"><p>{words.nothing}</p></div> }.into_any(),
        false => page(context, query, hits),
    });
    let body = view! { {form(context, query)}{found} }.into_any();
    item("found", String::new(), words.search, words.found_question, body).into_any()
}

fn page(context: &PageContext, query: &str, hits: &[Hit]) -> AnyView {
    let words = archive_words(context.language);
    let pages = hits.len().div_ceil(PAGE);
    let asked = context.parameter("page").and_then(|page| page.parse::<usize>().ok()).unwrap_or(1);
    let number = asked.clamp(1, pages);
    let from = (number - 1) * PAGE;
    let here: Vec<&Hit> = hits.iter().skip(from).take(PAGE).collect();
    let to = from + here.len();
    let rows = here.into_iter().map(|hit| row(context, hit)).collect_view();
    let step = |to: usize, word: &'static str| {
        let href = context.go("/reviews", &[("page", &to.to_string()), ("q", query)]);
        view! { <a href=href>{word}</a>" " }
    };
    let earlier = (number > 1).then(|| step(number - 1, words.earlier));
    let more = (number < pages).then(|| step(number + 1, words.more));
    let table = view! {
        <table class="stack">
            <thead>
                <tr>
                    <th scope="col">{words.what}</th>
                    <th scope="col">{words.kind}</th>
                    <th scope="col">{words.week}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    };
    view! {
        {scroller(words.found, table.into_any())}
        <p class="prose">{earlier}{shown(context.language, from + 1, to, hits.len())}" "{more}</p>
    }
    .into_any()
}

/// The section, or the product by its short name.
fn note_name(context: &PageContext, key: &str) -> String {
    match key.parse::<NotePlace>() {
        Ok(NotePlace::Product(slug)) => slug.to_string(),
        Ok(place) => place_name(context.language, &place, std::iter::empty()).to_owned(),
        Err(_) => key.to_owned(),
    }
}

fn row(context: &PageContext, hit: &Hit) -> AnyView {
    let words = archive_words(context.language);
    let week = hit.entry.week.to_string();
    let review = context.go(&format!("/reviews/{week}"), &[]);
    let title = match hit.entry.kind {
        EntryKind::Note => note_name(context, &hit.entry.key),
        _ => hit.entry.title.clone(),
    };
    let excerpt = hit.excerpt.as_ref().map(|part| {
        view! { <small>{part.before.clone()}<mark>{part.found.clone()}</mark>{part.behind.clone()}</small> }
    });
    view! {
        <tr>
            <th scope="row" class="full"><a href=context.go(&place(&hit.entry), &[])>{title}</a>{excerpt}</th>
            <td data-label=words.kind>{kind_word(context.language, hit.entry.kind)}</td>
            <td data-label=words.week><a href=review>{week}</a></td>
        </tr>
    }
    .into_any()
}
