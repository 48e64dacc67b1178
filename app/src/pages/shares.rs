//! `/shares`: links for people without an account; the form that makes one, and the way to take one back.

use domain::organization::Language;
use domain::share::{MOST_DAYS, Share, ShareSection, USUAL_DAYS};
use jiff::tz::TimeZone;
use leptos::prelude::*;

use crate::backend::{AppError, ShareMade, SharesPage as Page};
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::table::table;
use crate::context::PageContext;
use crate::islands::CopyPermalink;
use crate::pages::problem::{problem, set_status};
use crate::texts::share_words::{ShareWords, section_name, share_words};
use crate::texts::{format, sentences};

/// The page.
#[component]
pub fn SharesPage() -> impl IntoView {
    let made = use_context::<ShareMade>();
    use_context::<PageContext>().map(|context| {
        view! {
            <Suspense>
                {
                    let (context, made) = (context.clone(), made.clone());
                    Suspend::new(async move {
                        match load(&context).await {
                            Ok((page, week)) => render(&context, &page, &week, made.as_ref()),
                            Err(error) => problem(&context, &error, ""),
                        }
                    })
                }
            </Suspense>
        }
    })
}

async fn load(context: &PageContext) -> Result<(Page, String), AppError> {
    let week = match context.parameter("week") {
        Some(week) => week.to_owned(),
        None => context.backend.last_week().await?.to_string(),
    };
    Ok((context.backend.shares().await?, week))
}

fn render(context: &PageContext, page: &Page, week: &str, made: Option<&ShareMade>) -> AnyView {
    let words = share_words(context.language);
    let made = made.map(|made| link_made(context, words, made));
    let body = view! { {made}{form(context, words, page, week)} }.into_any();
    let content = view! {
        <div class="masthead"><h1>{words.title}</h1><p class="answer">{words.explained}</p></div>
        {item("new", "1".to_owned(), words.new, words.question, body)}
        {item("links", "2".to_owned(), words.list, "", list(context, words, page))}
    };
    frame(context, words.title, "", content.into_any())
}

/// The new link, to be copied; it is in no address and is not shown again.
fn link_made(context: &PageContext, words: &'static ShareWords, made: &ShareMade) -> AnyView {
    let address = format!("{}{}", context.public_url.as_deref().unwrap_or_default(), made.path);
    view! {
        <div class="empty" role="status" id="made">
            <p><strong>{words.made}</strong></p>
            <p><code class="address">{address}</code></p>
            <p><CopyPermalink url=made.path.clone() label=words.copy.to_owned() done=words.copied.to_owned() key_hint=false/></p>
        </div>
    }
    .into_any()
}

fn form(context: &PageContext, words: &'static ShareWords, page: &Page, week: &str) -> AnyView {
    let language = context.language;
    let fault = context.parameter("problem").map(|code| {
        set_status(400);
        view! { <p class="error" role="alert">{words.problem(code)}</p> }
    });
    let typed = |name: &str| context.parameter(name).unwrap_or_default().to_owned();
    let (product, section) = (typed("product"), typed("section"));
    let edits = &context.access.edits;
    let products = page
        .catalogue
        .products
        .iter()
        .filter(|product| product.closed_on.is_none() && edits.has(&product.slug));
    let products = products.map(|one| {
        let slug = one.slug.to_string();
        let chosen = slug == product;
        view! { <option value=slug selected=chosen>{one.name.get(language).to_owned()}</option> }
    });
    let sections = ShareSection::ALL.map(|one| {
        let chosen = one.as_str() == section;
        view! { <option value=one.as_str() selected=chosen>{section_name(language, one)}</option> }
    });
    let days = match typed("days") {
        days if days.is_empty() => USUAL_DAYS.to_string(),
        days => days,
    };
    let is_live = typed("state") == "live";
    view! {
        {fault}
        <form class="choice" method="post" action="/api/share" aria-label=words.new>
            <input type="hidden" name="lang" value=language.tag()/>
            <label><span>{words.week}</span><input name="week" required maxlength="8" autocomplete="off" value=week.to_owned()/></label>
            <label><span>{words.page}</span><select name="product"><option value="">{words.review}</option>{products.collect_view()}</select></label>
            <label><span>{words.section}</span><select name="section"><option value="">{words.whole}</option>{sections.collect_view()}</select></label>
            <label><span>{words.state}</span><select name="state">
                <option value="frozen">{words.frozen}</option>
                <option value="live" selected=is_live>{words.live}</option>
            </select></label>
            <label><span>{words.days}</span><input name="days" type="number" min="1" max=MOST_DAYS.to_string() value=days/></label>
            <button class="primary" name="do" value="make">{words.make}</button>
        </form>
    }
    .into_any()
}

fn list(context: &PageContext, words: &'static ShareWords, page: &Page) -> AnyView {
    if page.shares.is_empty() {
        return view! { <div class="empty"><p>{words.none}</p></div> }.into_any();
    }
    let columns = [
        (words.shows, false),
        (words.by, false),
        (words.until, false),
        (words.used, false),
        (words.status, false),
    ];
    let zone = page.catalogue.organization.zone();
    let rows = page.shares.iter().map(|share| row(context, words, page, share, &zone)).collect_view();
    table(words.list, &columns, rows.into_any())
}

fn row(
    context: &PageContext,
    words: &'static ShareWords,
    page: &Page,
    share: &Share,
    zone: &TimeZone,
) -> AnyView {
    let language = context.language;
    let time = |at| format::short_date_time(at, zone, language);
    let used = share.used_at.map_or_else(|| words.never.to_owned(), time);
    let state = match &share.revoked {
        Some((at, by)) => format!("{} · {} · {by}", words.revoked, time(*at)),
        None if share.is_good(page.now) => words.good.to_owned(),
        None => words.expired.to_owned(),
    };
    let take_back = (share.is_good(page.now) && share.is_revocable_by(&context.access)).then(|| {
        view! {
            <form method="post" action="/api/share">
                <input type="hidden" name="lang" value=language.tag()/>
                <input type="hidden" name="id" value=share.id/>
                <button class="quiet" name="do" value="revoke">{words.revoke}<span class="sr">" "{share.id}</span></button>
            </form>
        }
    });
    view! {
        <tr id=format!("share-{}", share.id)>
            <th scope="row" class="full">{shown(language, words, page, share)}</th>
            <td data-label=words.by>{share.made_by.clone()}</td>
            <td data-label=words.until class="nb">{time(share.expires_at)}</td>
            <td data-label=words.used class="nb">{used}</td>
            <td data-label=words.status>{state}{take_back}</td>
        </tr>
    }
    .into_any()
}

/// What a link shows, in one line.
fn shown(language: Language, words: &'static ShareWords, page: &Page, share: &Share) -> String {
    let terms = &share.terms;
    let week = sentences::week_heading(language, terms.week.year(), terms.week.number());
    let what = match (&terms.product, terms.section) {
        (Some(slug), _) => {
            let found = page.catalogue.product(slug);
            found.map_or_else(|| slug.to_string(), |product| product.name.get(language).to_owned())
        }
        (None, Some(section)) => section_name(language, section).to_owned(),
        (None, None) => words.review.to_owned(),
    };
    let state = match terms.version {
        Some(version) => format!("{} v{version}", words.frozen_short),
        None => words.live_short.to_owned(),
    };
    format!("{week} · {what} · {state}")
}

/// The way from a page to the form that shares it.
pub(crate) fn link_to(context: &PageContext, query: &[(&str, String)]) -> AnyView {
    let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let href = format!("{}#new", context.go("/shares", &query));
    view! { <a class="button" href=href>{share_words(context.language).share}</a> }.into_any()
}

/// Under which terms a shared page is seen: for the head of such a page.
pub(crate) fn banner(language: Language, share: &Share, zone: &TimeZone) -> AnyView {
    let words = share_words(language);
    let until = format::short_date_time(share.expires_at, zone, language);
    let state = match share.terms.version {
        Some(version) => format!("{} v{version}", words.frozen_short),
        None => words.live_short.to_owned(),
    };
    view! {
        <p class="state">
            <span class="stamp">{words.banner}</span>" "{state}" · "{share.made_by.clone()}" · "{words.good_until}" "{until}
        </p>
    }
    .into_any()
}
