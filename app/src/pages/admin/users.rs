//! `/admin/users`: who may see and do what, where they came from, and how to shut somebody out.

use domain::access::Grant;
use domain::organization::Language;
use domain::person::PersonListed;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use crate::backend::PeoplePage;
use crate::components::empty::empty;
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::table::table;
use crate::components::when;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::texts::admin_words::{AdminWords, admin_words};
use crate::texts::audit_words::audit_words;

/// The page.
#[component]
pub fn UsersPage() -> impl IntoView {
    let context = use_context::<PageContext>();
    context.map(|context| {
        view! {
            <Suspense>
                {
                    let context = context.clone();
                    Suspend::new(async move {
                        match context.backend.people().await {
                            Ok(page) => render(&context, &page),
                            Err(error) => problem(&context, &error, "/admin"),
                        }
                    })
                }
            </Suspense>
        }
    })
}

fn render(context: &PageContext, page: &PeoplePage) -> AnyView {
    let (words, language) = (admin_words(context.language), context.language);
    let zone = TimeZone::get(&page.time_zone).unwrap_or(TimeZone::UTC);
    let list = if page.people.is_empty() {
        empty(words.no_users, words.no_users_do, "teirei user add NAME --role viewer").into_any()
    } else {
        let rows = page.people.iter().map(|listed| row(listed, &zone, language)).collect_view();
        let columns = [
            (words.name, false),
            (words.may, false),
            (words.from, false),
            (words.signed_in, false),
            (words.seen, false),
            (words.sessions, true),
            (words.do_it, false),
        ];
        table(words.users, &columns, rows.into_any())
    };
    let audit = context.go("/admin/audit", &[]);
    let tokens = context.go("/admin/tokens", &[]);
    let content = view! {
        <div class="masthead"><h1>{words.users}</h1><p><a href=tokens>{words.tokens}" →"</a>" "<a href=audit>{audit_words(context.language).title}" →"</a></p></div>
        {item("list", "1".to_owned(), words.users, words.users_question, list)}
    }
    .into_any();
    frame(context, words.users, "/admin", content)
}

/// What somebody may do, one grant after the other.
fn grants(grants: &[Grant], words: &'static AdminWords) -> String {
    let told = grants.iter().map(|grant| {
        let products = grant.products.to_string();
        let products = if grant.products.is_all() { words.all_products } else { products.as_str() };
        format!("{}: {products}", words.role(grant.role))
    });
    told.collect::<Vec<_>>().join(" · ")
}

fn row(listed: &PersonListed, zone: &TimeZone, language: Language) -> impl IntoView + use<> {
    let (words, person) = (admin_words(language), &listed.person);
    let at = |at: Option<jiff::Timestamp>| match at {
        Some(at) => when::instant(at, zone, language).into_any(),
        None => words.never.into_any(),
    };
    let from = if person.is_local() { words.local.to_owned() } else { person.issuer.clone() };
    let address = listed.from.clone().map(|address| view! { " "<small>{address}</small> });
    let email = person.email.clone().map(|email| view! { <br/><small>{email}</small> });
    let is_out = person.disabled_at.is_some();
    let state = is_out.then(|| view! { " "<small class="fault">{words.disabled}</small> });
    let (step, word) = if is_out { ("enable", words.enable) } else { ("disable", words.disable) };
    let label = format!("{}: {}", words.do_it, person.name);
    let sign_out = (listed.sessions > 0)
        .then(|| view! { <button class="quiet" name="do" value="sign-out">{words.sign_out}</button>" " });
    view! {
        <tr id=format!("person-{}", person.id)>
            <th scope="row">{person.name.clone()}{state}{email}</th>
            <td data-label=words.may>{grants(&person.grants, words)}</td>
            <td data-label=words.from>{from}{address}</td>
            <td data-label=words.signed_in>{at(person.signed_in_at)}</td>
            <td data-label=words.seen>{at(listed.seen_at)}</td>
            <td class="num" data-label=words.sessions>{listed.sessions}</td>
            <td data-label=words.do_it>
                <form method="post" action="/api/person" aria-label=label>
                    <input type="hidden" name="id" value=person.id/>
                    <input type="hidden" name="lang" value=language.tag()/>
                    {sign_out}
                    <button class="quiet" name="do" value=step>{word}</button>
                </form>
            </td>
        </tr>
    }
}
