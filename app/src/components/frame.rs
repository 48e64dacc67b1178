//! The bar on top and the colophon below.

use domain::access::Identity;
use domain::organization::{Language, Organization};
use leptos::prelude::*;
use leptos_meta::Meta;

use crate::context::{PageContext, Theme};
use crate::texts::action_words::action_words;
use crate::texts::sign_in_words::sign_in_words;
use crate::texts::{format, sentences, texts};
use crate::ui::raw::{Drawing, PageTitle};

/// A page inside its frame; `current` is the beginning of the path that the navigation marks.
pub fn frame(context: &PageContext, title: &str, current: &'static str, content: AnyView) -> AnyView {
    let words = texts(context.language);
    let heading =
        if title.is_empty() { words.brand.to_owned() } else { format!("{title} · {}", words.brand) };
    let bar = (!context.is_presenting() && context.share.is_none()).then(|| bar(context, current));
    view! {
        <PageTitle text=heading/>
        {card(context, title)}
        <Drawing svg=charts::symbols().to_owned()/>
        {bar}
        <main id="main">{content}</main>
    }
    .into_any()
}

/// What a chat shows under a link to a review or a product: pictures need a whole address, so nothing where
/// `server.public_url` is not configured.
fn card(context: &PageContext, title: &str) -> Option<AnyView> {
    let site = context.public_url.as_deref()?;
    let rest = context.path.strip_prefix("/reviews/").or_else(|| context.path.strip_prefix("/products/"))?;
    if rest.is_empty() || rest.contains('/') {
        return None;
    }
    let language = Some(context.language.tag());
    let query: Vec<(&str, &str)> =
        [("week", context.parameter("week")), ("lang", language), ("version", context.parameter("version"))]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
    let address = |path: &str| format!("{site}{}", crate::context::link(path, &query));
    let (page, picture) = (address(&context.path), address(&format!("{}.png", context.path)));
    Some(
        view! {
            <Meta property="og:type" content="website"/>
            <Meta property="og:title" content=title.to_owned()/>
            <Meta property="og:url" content=page/>
            <Meta property="og:image" content=picture/>
            <Meta property="og:image:width" content="1200"/>
            <Meta property="og:image:height" content="630"/>
            <Meta name="twitter:card" content="summary_large_image"/>
        }
        .into_any(),
    )
}

fn bar(context: &PageContext, current: &'static str) -> AnyView {
    let words = texts(context.language);
    let pages = [
        ("/reviews", words.reviews),
        ("/products", words.products),
        ("/objectives", words.objectives),
        ("/incidents", words.incidents),
        ("/actions", action_words(context.language).title),
        ("/imports", words.imports),
        ("/catalog", words.catalogue),
    ];
    // What cannot be taken apart by products is closed to those who see some of them.
    let is_open = |path: &str| context.access.sees.is_all() || !["/imports", "/catalog"].contains(&path);
    let links = pages.into_iter().filter(|(path, _)| is_open(path)).map(|(path, word)| {
        let here = (path == current).then_some("page");
        view! { <a href=context.go(path, &[]) aria-current=here>{word}</a> }
    });
    // Whoever has not signed in finds nothing behind them.
    let nav = (!context.access.is_nothing())
        .then(|| view! { <nav aria-label=words.nav_label>{links.collect_view()}</nav> });
    view! {
        <header class="bar">
            <a class="skip" href="#main">{words.skip}</a>
            <a class="brand" href="/">{words.brand}</a>
            {nav}
            {reader(context)}
            {tools(context)}
        </header>
    }
    .into_any()
}

/// The most letters of a name in the bar: a phone has no room for more.
const NAME_LETTERS: usize = 9;

/// Who is signed in, and the way to where one signs out; nothing where nobody signs in.
fn reader(context: &PageContext) -> Option<AnyView> {
    let Identity::Person { .. } = &context.access.identity else { return None };
    let title = format!("{} {}", sign_in_words(context.language).signed_in_as, context.actor);
    let mut name: String = context.actor.chars().take(NAME_LETTERS).collect();
    if name.len() < context.actor.len() {
        name.push('…');
    }
    let account = context.go("/sign-in", &[]);
    Some(view! { <span class="tools"><a href=account title=title>{name}</a></span> }.into_any())
}

/// Language and theme: forms, because a link must not change anything.
fn tools(context: &PageContext) -> impl IntoView + use<> {
    let words = texts(context.language);
    let other = match context.language {
        Language::Japanese => "en",
        Language::English => "ja",
    };
    let (theme, theme_word) = match context.theme {
        Theme::Dark => ("light", words.light_screen),
        Theme::Light | Theme::System => ("dark", words.dark_screen),
    };
    let back = context.link_with("lang", None);
    view! {
        <form class="tools" method="post" action="/api/preferences">
            <input type="hidden" name="back" value=back/>
            <button class="quiet" name="lang" value=other lang=other>{words.other_language}</button>
            <button class="quiet" name="theme" value=theme>{theme_word}</button>
        </form>
    }
}

/// The last line of a page: how weeks are counted, and the same value in other forms.
pub fn colophon(
    context: &PageContext,
    organization: &Organization,
    at: jiff::Timestamp,
    path: &str,
) -> AnyView {
    let zone = organization.zone();
    let text = sentences::colophon(
        context.language,
        organization.name.get(context.language),
        &format::zone_name(at, &zone),
    );
    if context.share.is_some() {
        return view! { <footer class="colophon"><p>{text}</p></footer> }.into_any();
    }
    let query = context.kept_query();
    let forms = [("JSON", "json"), ("CSV", "csv"), ("Markdown", "md")];
    let links = forms.map(|(name, suffix)| {
        let href = crate::context::link(&format!("{path}.{suffix}"), &query);
        view! { " "<a href=href>{name}</a> }
    });
    view! { <footer class="colophon"><p>{text}" ·"{links.collect_view()}</p></footer> }.into_any()
}
