//! `/admin/audit`: who did what, newest first, and whether anybody changed it afterwards.

use domain::audit::{Act, ChainedEntry};
use jiff::tz::TimeZone;
use leptos::prelude::*;

use crate::backend::{AuditAsked, AuditPage as Page};
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::table::table;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::texts::audit_words::{AuditWords, act_name, audit_words, broken};
use crate::texts::format;

/// The page.
#[component]
pub fn AuditPage() -> impl IntoView {
    use_context::<PageContext>().map(|context| {
        view! {
            <Suspense>
                {
                    let context = context.clone();
                    Suspend::new(async move {
                        match context.backend.audit(asked(&context)).await {
                            Ok(page) => render(&context, &page),
                            Err(error) => problem(&context, &error, "/admin"),
                        }
                    })
                }
            </Suspense>
        }
    })
}

fn asked(context: &PageContext) -> AuditAsked {
    let text = |name: &str| context.parameter(name).unwrap_or_default().to_owned();
    AuditAsked {
        actor: text("actor"),
        act: text("act"),
        object: text("object"),
        before: context.parameter("before").and_then(|number| number.parse().ok()),
    }
}

fn render(context: &PageContext, page: &Page) -> AnyView {
    let words = audit_words(context.language);
    let state = match &page.chain {
        Ok(chain) => view! {
            <p role="status">{words.holds}" "{chain.last}" · "{words.head}" "<code class="address">{chain.head.to_string()}</code></p>
        }
        .into_any(),
        Err(found) => view! { <p class="error" role="alert">{broken(context.language, found)}</p> }.into_any(),
    };
    let body = view! { {form(context, words, page)}{list(context, words, page)} }.into_any();
    let content = view! {
        <div class="masthead"><h1>{words.title}</h1><p><small>{words.explained}</small></p></div>
        {state}
        {item("list", "1".to_owned(), words.title, words.question, body)}
    };
    frame(context, words.title, "/admin", content.into_any())
}

fn form(context: &PageContext, words: &'static AuditWords, page: &Page) -> AnyView {
    let language = context.language;
    let acts = Act::ALL.map(|act| {
        let chosen = page.asked.act == act.as_str();
        view! { <option value=act.as_str() selected=chosen>{act_name(language, act)}</option> }
    });
    let lang = context
        .parameter("lang")
        .map(|lang| view! { <input type="hidden" name="lang" value=lang.to_owned()/> });
    view! {
        <form class="choice" method="get" action="/admin/audit" aria-label=words.search>
            {lang}
            <label><span>{words.who}</span><input name="actor" maxlength="200" autocomplete="off" value=page.asked.actor.clone()/></label>
            <label><span>{words.act}</span><select name="act"><option value="">{words.any}</option>{acts.collect_view()}</select></label>
            <label><span>{words.object_begins}</span><input name="object" maxlength="200" autocomplete="off" value=page.asked.object.clone()/></label>
            <button class="primary">{words.search}</button>
        </form>
    }
    .into_any()
}

fn list(context: &PageContext, words: &'static AuditWords, page: &Page) -> AnyView {
    if page.entries.is_empty() {
        return view! { <div class="empty"><p>{words.none}</p></div> }.into_any();
    }
    let columns = [
        (words.at, false),
        (words.who, false),
        (words.act, false),
        (words.object, false),
        (words.change, false),
        (words.from, false),
    ];
    let rows = page.entries.iter().map(|entry| row(context, words, entry, &page.zone)).collect_view();
    let older = page.entries.last().filter(|_| page.is_more).map(|last| {
        let before = last.id.to_string();
        let asked = &page.asked;
        let query: Vec<(&str, &str)> = [
            ("actor", asked.actor.as_str()),
            ("act", asked.act.as_str()),
            ("object", asked.object.as_str()),
            ("before", before.as_str()),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
        view! { <p><a href=context.go("/admin/audit", &query)>{words.older}" →"</a></p> }
    });
    view! { {table(words.title, &columns, rows.into_any())}{older} }.into_any()
}

fn row(
    context: &PageContext,
    words: &'static AuditWords,
    chained: &ChainedEntry,
    zone: &TimeZone,
) -> AnyView {
    let entry = &chained.entry;
    let who = if entry.actor.is_empty() { words.nobody.to_owned() } else { entry.actor.clone() };
    let before = entry.before.as_ref().map(|before| format!("{}: {before} → ", words.before));
    let change = format!("{}{}", before.unwrap_or_default(), entry.after.as_deref().unwrap_or_default());
    let reason =
        entry.reason.as_ref().map(|reason| view! { <br/><small>{words.reason}": "{reason.clone()}</small> });
    view! {
        <tr id=format!("entry-{}", chained.id)>
            <th scope="row" class="nb">{format::short_date_time(entry.at, zone, context.language)}<br/><small>{chained.id}</small></th>
            <td data-label=words.who>{who}<br/><small>{entry.identity.clone()}</small></td>
            <td data-label=words.act>{act_name(context.language, entry.act)}</td>
            <td data-label=words.object class="address">{entry.object.clone()}</td>
            <td data-label=words.change class="address">{change}{reason}</td>
            <td data-label=words.from>{entry.from.clone().unwrap_or_default()}</td>
        </tr>
    }
    .into_any()
}
