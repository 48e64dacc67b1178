//! `/admin/tokens`: what programs prove themselves with, and how to take one back.

use domain::organization::Language;
use domain::service_token::{Scope, ServiceToken};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use crate::backend::TokensPage as Page;
use crate::components::empty::empty;
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::table::table;
use crate::components::when;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::texts::admin_words::admin_words;

/// The page.
#[component]
pub fn TokensPage() -> impl IntoView {
    let context = use_context::<PageContext>();
    context.map(|context| {
        view! {
            <Suspense>
                {
                    let context = context.clone();
                    Suspend::new(async move {
                        match context.backend.service_tokens().await {
                            Ok(page) => render(&context, &page),
                            Err(error) => problem(&context, &error, "/admin"),
                        }
                    })
                }
            </Suspense>
        }
    })
}

fn render(context: &PageContext, page: &Page) -> AnyView {
    let (words, language) = (admin_words(context.language), context.language);
    let zone = TimeZone::get(&page.time_zone).unwrap_or(TimeZone::UTC);
    let list = if page.tokens.is_empty() {
        empty(words.no_tokens, words.no_tokens_do, "teirei token add NAME --scope read --expires 90d")
            .into_any()
    } else {
        let rows = page.tokens.iter().map(|token| row(token, page.as_of, &zone, language)).collect_view();
        let columns = [
            (words.name, false),
            (words.scopes, false),
            (words.made, false),
            (words.until, false),
            (words.used, false),
            (words.state, false),
            (words.do_it, false),
        ];
        table(words.tokens, &columns, rows.into_any())
    };
    let users = context.go("/admin/users", &[]);
    let content = view! {
        <div class="masthead"><h1>{words.tokens}</h1><p><a href=users>{words.users}" →"</a></p></div>
        {item("list", "1".to_owned(), words.tokens, words.tokens_question, list)}
    }
    .into_any();
    frame(context, words.tokens, "/admin", content)
}

fn row(token: &ServiceToken, now: Timestamp, zone: &TimeZone, language: Language) -> impl IntoView + use<> {
    let words = admin_words(language);
    let scopes: Vec<String> = token.scopes.iter().map(Scope::to_string).collect();
    let state = match (token.revoked_at.is_some(), token.is_good(now)) {
        (true, _) => words.revoked,
        (false, true) => words.good,
        (false, false) => words.ran_out,
    };
    let used = match token.used_at {
        Some(at) => when::instant(at, zone, language).into_any(),
        None => words.never.into_any(),
    };
    let until = zone.to_datetime(token.expires_at).date();
    let label = format!("{}: {}", words.revoke, token.name);
    let id = token.id;
    let revoke = token.is_good(now).then(|| {
        view! {
            <form method="post" action="/api/token" aria-label=label>
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="lang" value=language.tag()/>
                <button class="quiet">{words.revoke}</button>
            </form>
        }
    });
    view! {
        <tr id=format!("token-{id}")>
            <th scope="row">{token.name.clone()}</th>
            <td data-label=words.scopes><code>{scopes.join(" ")}</code></td>
            <td data-label=words.made>{when::instant(token.created_at, zone, language)}" "<small>{token.created_by.clone()}</small></td>
            <td data-label=words.until>{when::day_of_year(until, language)}</td>
            <td data-label=words.used>{used}</td>
            <td data-label=words.state>{state}</td>
            <td data-label=words.do_it>{revoke}</td>
        </tr>
    }
}
