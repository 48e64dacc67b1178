//! `/reviews/{week}/digest`: what chats and mailboxes are told of a week, word for word, and what became of it.

use domain::notice::{Delivery, Notice, Part};
use domain::organization::Language;
use domain::week::IsoWeek;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::backend::{AppError, DigestChannel, DigestPage as Page, DigestShown};
use crate::components::empty::empty;
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::table::table;
use crate::components::when;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::texts::digest_words::{self, digest_words};
use crate::texts::{format, sentences, texts};

/// The page.
#[component]
pub fn DigestPage() -> impl IntoView {
    let context = use_context::<PageContext>();
    let week = use_params_map().with_untracked(|map| map.get("week"));
    context.map(|context| {
        view! {
            <Suspense>
                {
                    let (context, week) = (context.clone(), week.clone());
                    Suspend::new(async move {
                        match load(&context, week).await {
                            Ok(page) => render(&context, &page),
                            Err(error) => problem(&context, &error, "/reviews"),
                        }
                    })
                }
            </Suspense>
        }
    })
}

async fn load(context: &PageContext, week: Option<String>) -> Result<Page, AppError> {
    let week: IsoWeek = week.unwrap_or_default().parse().map_err(|_| AppError::NotFound)?;
    context.backend.digest(week, context.language).await
}

fn render(context: &PageContext, page: &Page) -> AnyView {
    let (words, language) = (digest_words(context.language), context.language);
    let zone = TimeZone::get(&page.time_zone).unwrap_or(TimeZone::UTC);
    let heading = sentences::week_heading(language, page.week.year(), page.week.number());
    let review = context.go(&format!("/reviews/{}", page.week), &[]);
    let ready = match &page.ready {
        Some(shown) => {
            view! { <p class="prose">{words.as_known_now}</p>{message(shown, language)} }.into_any()
        }
        None => view! { <p class="prose">{words.ready_over}</p> }.into_any(),
    };
    let frozen = match &page.frozen {
        Some(shown) => message(shown, language),
        None => view! { <p class="prose">{words.frozen_none}</p> }.into_any(),
    };
    let content = view! {
        <div class="masthead">
            <p class="kicker"><a href=review>{texts(language).weekly_review}" · "{heading}</a></p>
            <h1>{words.page_title}</h1>
            <p class="answer">{answer(page, &zone, language)}</p>
        </div>
        {item("ready", "1".to_owned(), words.ready, words.ready_question, ready)}
        {item("frozen", "2".to_owned(), words.frozen, words.frozen_question, frozen)}
        {item("channels", "3".to_owned(), words.where_to, words.where_question, channels(page, &zone, language))}
    }
    .into_any();
    frame(context, words.page_title, "/reviews", content)
}

/// When it is told, or that the week is frozen.
fn answer(page: &Page, zone: &TimeZone, language: Language) -> String {
    if page.frozen.is_some() {
        return texts(language).frozen.to_owned();
    }
    digest_words::goes_out(language, &format::short_date_time(page.latest, zone, language))
}

/// A digest as its readers see it.
fn message(shown: &DigestShown, language: Language) -> AnyView {
    let mut blocks: Vec<AnyView> = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    let list = |lines: &mut Vec<String>| {
        let lines: Vec<String> = std::mem::take(lines);
        (!lines.is_empty()).then(|| {
            let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
            view! { <ul>{lines}</ul> }.into_any()
        })
    };
    for part in &shown.parts {
        if let Part::Item(line) = part {
            lines.push(line.clone());
            continue;
        }
        blocks.extend(list(&mut lines));
        blocks.push(match part {
            Part::Heading(text) => view! { <h4>{text.clone()}</h4> }.into_any(),
            Part::Paragraph(text) | Part::Item(text) => view! { <p>{text.clone()}</p> }.into_any(),
        });
    }
    blocks.extend(list(&mut lines));
    view! { <article class="written digest" lang=language.tag()><h3>{shown.title.clone()}</h3>{blocks}</article> }
        .into_any()
}

/// Who gets it, and what became of it.
fn channels(page: &Page, zone: &TimeZone, language: Language) -> AnyView {
    let words = digest_words(language);
    if page.channels.is_empty() {
        return empty(words.no_channel, words.no_channel_do, "digest = \"on\"").into_any();
    }
    let rows = page.channels.iter().map(|channel| row(page, channel, zone, language)).collect_view();
    let columns = [
        (words.channel, false),
        (words.form, false),
        (words.language, false),
        (words.ready, false),
        (words.frozen, false),
    ];
    table(words.where_to, &columns, rows.into_any())
}

fn row(page: &Page, channel: &DigestChannel, zone: &TimeZone, language: Language) -> impl IntoView + use<> {
    let words = digest_words(language);
    let told = |frozen: bool| {
        let kept = channel
            .kept
            .iter()
            .filter(|notice| frozen == (notice.kind == domain::notice::NoticeKind::DigestFrozen));
        let kept: Vec<AnyView> = kept.map(|notice| fate(notice, zone, language)).collect();
        let planned = match (frozen, page.frozen.is_some()) {
            (true, false) => words.after_freeze,
            (false, true) => "–",
            (_, _) => words.not_written,
        };
        if kept.is_empty() { planned.into_any() } else { kept.into_any() }
    };
    let spoken = match channel.language {
        Language::Japanese => "日本語",
        Language::English => "English",
    };
    view! {
        <tr>
            <th scope="row">{channel.name.clone()}</th>
            <td data-label=words.form>{channel.form}</td>
            <td data-label=words.language><span lang=channel.language.tag()>{spoken}</span></td>
            <td data-label=words.ready>{told(false)}</td>
            <td data-label=words.frozen>{told(true)}</td>
        </tr>
    }
}

/// What became of one digest; reasons are worded by the sender in English.
fn fate(notice: &Notice, zone: &TimeZone, language: Language) -> AnyView {
    let words = texts(language);
    let at = match notice.state {
        Delivery::Waiting => notice.due_at,
        Delivery::Sent | Delivery::Failed | Delivery::Withdrawn => notice.changed_at,
    };
    let next = (notice.state == Delivery::Waiting).then_some(words.notice_next);
    let reason = notice.reason.clone().filter(|_| notice.state != Delivery::Sent);
    let reason = reason.map(|reason| view! { <small lang="en">{reason}</small> });
    view! {
        <div>{words.delivery(notice.state)}" "<span class="nb">{next}" "{when::instant(at, zone, language)}</span>{reason}</div>
    }
    .into_any()
}
