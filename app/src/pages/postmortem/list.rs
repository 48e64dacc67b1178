//! `/incidents/postmortems`: which write-ups are overdue, which come next, and how those that are due were done.

use domain::finding::Status;
use domain::postmortem::duty::{Duty, Reason};
use domain::review::WEEKS_SHOWN;
use domain::review::incidents::Postmortem as Standing;
use jiff::civil::Date;
use leptos::prelude::*;

use super::{postmortem_path, severity_word, when_day, why};
use crate::backend::PostmortemListPage as Page;
use crate::components::frame::frame;
use crate::components::mark::mark;
use crate::components::section::item;
use crate::components::table::table;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::texts::postmortem_sentences;
use crate::texts::postmortem_words::{PostmortemWords, postmortem_words};

/// The page.
#[component]
pub fn PostmortemListPage() -> impl IntoView {
    use_context::<PageContext>().map(|context| {
        view! {
            <Suspense>
                {Suspend::new(async move {
                    match context.backend.postmortem_list().await {
                        Ok(page) => render(&context, &page),
                        Err(error) => problem(&context, &error, "/incidents"),
                    }
                })}
            </Suspense>
        }
    })
}

fn render(context: &PageContext, page: &Page) -> AnyView {
    let words = postmortem_words(context.language);
    let (open, done): (Vec<&Duty>, Vec<&Duty>) = page.duties.iter().partition(|duty| duty.is_outstanding());
    let sentence = postmortem_sentences::completion(context.language, &page.completion, WEEKS_SHOWN);
    let organization = &page.catalogue.organization;
    let calendar = why::calendar(words, context.language, &page.catalogue.postmortem_terms, organization);
    let handbook = context.go("/incidents/handbook", &[]);
    let forms = [("CSV", "csv"), ("JSON", "json")].map(|(name, suffix)| {
        let href = context.go(&format!("/incidents/postmortems.{suffix}"), &[]);
        view! { <a href=href>{name}</a>" " }
    });
    let to_come = view! {
        {rows(context, page, &open, words.outstanding_none)}
        {calendar}
        <p class="evidence">{forms.collect_view()}</p>
    }
    .into_any();
    let content = view! {
        <div class="masthead">
            <p class="kicker"><a href=context.go("/incidents", &[])>{words.incidents}</a></p>
            <h1>{words.list_title}</h1>
            <p class="answer">{sentence}</p>
            <p class="facts"><a href=handbook>{words.handbook}" →"</a></p>
        </div>
        {item("outstanding", "1".to_owned(), words.outstanding, words.outstanding_question, to_come)}
        {item("done", "2".to_owned(), words.done, words.done_question, rows(context, page, &done, words.done_none))}
    }
    .into_any();
    frame(context, words.list_title, "/incidents", content)
}

/// How a write-up is marked on a day.
pub(crate) fn status(duty: &Duty, today: Date) -> Status {
    match (duty.is_overdue(today), duty.is_outstanding()) {
        (true, _) => Status::Breached,
        (_, true) => Status::Risk,
        _ if duty.is_on_time() == Some(false) => Status::Risk,
        _ => Status::Ok,
    }
}

fn rows(context: &PageContext, page: &Page, duties: &[&Duty], none: &'static str) -> AnyView {
    let words = postmortem_words(context.language);
    if duties.is_empty() {
        return view! { <div class="empty"><p>{none}</p></div> }.into_any();
    }
    let rows = duties.iter().map(|duty| row(context, page, words, duty)).collect_view();
    let columns = [
        (words.state, false),
        (words.due, false),
        (words.incident, false),
        (words.product, false),
        (words.required_by, false),
    ];
    table(words.list_title, &columns, rows.into_any())
}

fn row(context: &PageContext, page: &Page, words: &'static PostmortemWords, duty: &Duty) -> AnyView {
    let language = context.language;
    let slug = page.catalogue.products.iter().find(|product| product.slug.as_str() == duty.product);
    let product = slug.map_or(duty.product.as_str(), |product| product.name.get(language)).to_owned();
    let href = context.go(&postmortem_path(&duty.source, &duty.external_id), &[]);
    let state = match (duty.standing, duty.is_on_time(), duty.is_overdue(page.today)) {
        (Standing::Published, Some(false), _) => words.late,
        (Standing::Published, _, _) => words.on_time,
        (_, _, true) => words.overdue,
        (standing, _, _) => words.standing(standing),
    };
    let below = duty
        .is_overdue(page.today)
        .then(|| words.standing(duty.standing))
        .or_else(|| duty.published_on.is_some().then_some(words.published));
    let day = duty.published_on.map(|day| when_day(day, language));
    let reasons: Vec<String> = duty.reasons.iter().map(|reason| reason_word(words, reason)).collect();
    let due = duty.due.map_or_else(|| words.lasting_short.into_any(), |due| when_day(due.on, language));
    view! {
        <tr id=format!("{}-{}", duty.source, duty.external_id)>
            <td class="nb">{mark(status(duty, page.today))}" "{state}<small>{below}" "{day}</small></td>
            <td class="nb" data-label=words.due>{due}</td>
            <th scope="row" class="full"><a href=href>{duty.title.clone()}</a><small>{severity_word(duty.severity)}" · "{duty.external_id.clone()}</small></th>
            <td data-label=words.product>{product}</td>
            <td class="full" data-label=words.required_by>{reasons.join(" · ")}</td>
        </tr>
    }
    .into_any()
}

/// What asks for it, in a word.
fn reason_word(words: &PostmortemWords, reason: &Reason) -> String {
    match reason {
        Reason::Severity(severity) => severity.as_str().to_owned(),
        Reason::Unclassified => words.unclassified.to_owned(),
        Reason::Budget { share, .. } => {
            format!("{} {}", words.of_budget, crate::texts::format::percent(*share, 0))
        }
        Reason::Flag(flag) => format!("{} {}", words.asked_by, flag.by),
    }
}
