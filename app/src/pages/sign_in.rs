//! `/sign-in`: by name and password, or at a provider; and back to where one came from.

use domain::access::Identity;
use domain::session::way_back;
use leptos::prelude::*;

use crate::backend::SignInWays;
use crate::components::frame::frame;
use crate::components::section::item;
use crate::context::{PageContext, link};
use crate::texts::admin_words::admin_words;
use crate::texts::audit_words::audit_words;
use crate::texts::sign_in_words::{SignInWords, at_provider, sign_in_words};

/// The page.
#[component]
pub fn SignInPage() -> impl IntoView {
    use_context::<PageContext>().map(|context| render(&context))
}

fn render(context: &PageContext) -> AnyView {
    let words = sign_in_words(context.language);
    let body = match &context.ways {
        None => view! { <p class="prose">{words.not_asked}</p><p><a href="/">{words.to_review}" →"</a></p> }
            .into_any(),
        Some(_) if matches!(context.access.identity, Identity::Person { .. }) => leave(context, words),
        Some(ways) => ask(context, ways, words),
    };
    let told = context.parameter("problem").map(|code| (code == "out", words.problem(code)));
    let told = told.map(|(is_fine, text)| {
        let class = if is_fine { "prose" } else { "error" };
        view! { <p class=class role="status">{text}</p> }
    });
    let content = view! {
        <div class="masthead"><h1>{words.title}</h1>{told}</div>
        {item("sign-in", "1".to_owned(), words.title, words.question, body)}
    }
    .into_any();
    frame(context, words.title, "/sign-in", content)
}

/// Who is signed in, and the two ways out.
fn leave(context: &PageContext, words: &'static SignInWords) -> AnyView {
    let admin = context.access.administers.then(|| {
        let (users, tokens) = (context.go("/admin/users", &[]), context.go("/admin/tokens", &[]));
        let audit = context.go("/admin/audit", &[]);
        let words = admin_words(context.language);
        view! { <p><a href=users>{words.users}" →"</a>" "<a href=tokens>{words.tokens}" →"</a>" "<a href=audit>{audit_words(context.language).title}" →"</a></p> }
    });
    view! {
        <p class="prose">{words.signed_in_as}" "<b>{context.actor.clone()}</b></p>
        <form class="choice" method="post" action="/api/sign-out" aria-label=words.sign_out_everywhere>
            <button class="primary" name="do" value="here">{words.sign_out}</button>
            <button class="quiet" name="do" value="everywhere">{words.sign_out_everywhere}</button>
        </form>
        {admin}
        <p><a href="/">{words.to_review}" →"</a></p>
    }
    .into_any()
}

fn ask(context: &PageContext, ways: &SignInWays, words: &'static SignInWords) -> AnyView {
    let back = way_back(context.parameter("back").unwrap_or("/")).to_owned();
    let at = link("/sign-in/provider", &[("back", back.as_str())]);
    let provider = ways.provider.as_deref().map(|label| {
        let text = at_provider(context.language, label);
        view! { <p><a class="button primary" rel="nofollow" href=at>{text}</a></p> }
    });
    let account = ways.accounts.then(|| {
        view! {
            <form class="choice" method="post" action="/api/sign-in" aria-label=words.title>
                <input type="hidden" name="back" value=back.clone()/>
                <label><span>{words.name}</span><input name="name" required maxlength="64" autocomplete="username" autocapitalize="none" spellcheck="false"/></label>
                <label><span>{words.password}</span><input name="password" type="password" required maxlength="256" autocomplete="current-password"/></label>
                <button class="primary">{words.submit}</button>
            </form>
            <p><small>{words.forgotten}</small></p>
        }
    });
    let by_balancer = (ways.provider.is_none() && !ways.accounts)
        .then(|| view! { <p class="prose">{words.by_balancer}</p> });
    view! { {provider}{account}{by_balancer} }.into_any()
}
