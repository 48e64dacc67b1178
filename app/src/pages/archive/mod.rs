//! `/reviews`: every week that has been frozen, and the one that is next; `?q=` finds what was written in any of them.

mod found;

use domain::archive_search::Hit;
use leptos::prelude::*;

use crate::backend::ArchiveEntry;
use crate::components::empty::empty;
use crate::components::frame::frame;
use crate::components::section::item;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::pages::{comparison, period};
use crate::texts::skip_words::skip_words;
use crate::texts::{format, sentences, texts};

pub use found::place;

/// The page.
#[component]
pub fn ArchivePage() -> impl IntoView {
    use_context::<PageContext>().map(|context| {
        view! {
            <Suspense>
                {Suspend::new(async move {
                    let query = context.parameter("q").unwrap_or_default();
                    let hits = context.backend.archive_search(query).await;
                    match context.backend.review_list().await.and_then(|entries| Ok((entries, hits?))) {
                        Ok((entries, hits)) => render(&context, &entries, &hits),
                        Err(error) => problem(&context, &error, "/reviews"),
                    }
                })}
            </Suspense>
        }
    })
}

fn render(context: &PageContext, entries: &[ArchiveEntry], hits: &[Hit]) -> AnyView {
    let words = texts(context.language);
    let query = context.parameter("q").unwrap_or_default();
    let frozen = entries.iter().any(|entry| !entry.versions.is_empty());
    let note = (!frozen).then(|| empty(words.empty_archive, "", ""));
    let rows = entries.iter().map(|entry| row(context, entry)).collect_view();
    let body = view! {
        {note}
        <div class="scroll" role="region" aria-label=words.archive_title tabindex="0">
            <table class="stack">
                <thead>
                    <tr>
                        <th scope="col">{words.week}</th>
                        <th scope="col">{words.state}</th>
                        <th scope="col">{words.freeze_hash}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any();
    let content = view! {
        <div class="masthead"><h1>{words.archive_title}</h1>{period::doors(context)}{comparison::door(context)}</div>
        {found::section(context, query, hits)}
        {item("archive", String::new(), words.reviews, words.archive_question, body)}
    }
    .into_any();
    frame(context, words.archive_title, "/reviews", content)
}

fn row(context: &PageContext, entry: &ArchiveEntry) -> AnyView {
    let (words, skip) = (texts(context.language), skip_words(context.language));
    let week = entry.week;
    let heading = sentences::week_heading(context.language, week.year(), week.number());
    let dates = format!(
        "{}–{}",
        format::date(week.monday(), context.language),
        format::date(week.sunday(), context.language)
    );
    let (state, hash) = match entry.versions.first() {
        None => (entry.skip.as_ref().map_or(words.draft, |_| skip.no_meeting).to_owned(), String::new()),
        Some(version) => (
            format!(
                "{} · {} · {}",
                words.frozen,
                sentences::version(context.language, version.version),
                version.frozen_by
            ),
            version.hash.chars().take(12).collect(),
        ),
    };
    let mark = (entry.versions.is_empty() && context.access.freezes).then(|| {
        let href = context.go(&format!("/reviews/{week}/skip"), &[]);
        let word = if entry.skip.is_some() { skip.change } else { skip.mark };
        view! { " "<small><a href=href>{word}<span class="sr">" "{heading.clone()}</span></a></small> }
    });
    view! {
        <tr>
            <th scope="row"><a href=context.go(&format!("/reviews/{week}"), &[])>{heading}</a><small>{dates}</small></th>
            <td>{state}{mark}</td>
            <td class="wide"><code>{hash}</code></td>
        </tr>
    }
    .into_any()
}
