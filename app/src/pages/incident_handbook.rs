//! `/incidents/handbook`: what the severities mean, what each asks for, and the rules for write-ups.

use domain::incident::Severity;
use leptos::prelude::*;

use crate::backend::PostmortemListPage;
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::table::table;
use crate::context::PageContext;
use crate::pages::postmortem::calendar;
use crate::pages::problem::problem;
use crate::texts::handbook_words::severity_words;
use crate::texts::postmortem_sentences::{other_terms, term};
use crate::texts::postmortem_words::postmortem_words;

/// The page.
#[component]
pub fn IncidentHandbookPage() -> impl IntoView {
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

fn render(context: &PageContext, page: &PostmortemListPage) -> AnyView {
    let words = postmortem_words(context.language);
    let terms = &page.catalogue.postmortem_terms;
    let company = match &terms.handbook {
        Some(link) => view! {
            <p class="prose"><a href=link.clone() rel="noopener noreferrer">{words.handbook_company}" ↗"</a></p>
        }
        .into_any(),
        None => view! { <p class="prose"><small>{words.handbook_company_none}</small></p> }.into_any(),
    };
    let rules = other_terms(context.language, terms).map(|text| view! { <li>{text}</li> }).collect_view();
    let calendar = calendar(words, context.language, terms, &page.catalogue.organization);
    let severities = view! { {severities(context, page)}{company} }.into_any();
    let rules = view! { <ul class="plain prose">{rules}</ul>{calendar} }.into_any();
    let content = view! {
        <div class="masthead">
            <p class="kicker"><a href=context.go("/incidents", &[])>{words.incidents}</a></p>
            <h1>{words.handbook}</h1>
            <p class="answer">{words.handbook_lead}</p>
            <p class="facts"><a href=context.go("/incidents/postmortems", &[])>{words.all}" →"</a></p>
        </div>
        {item("severities", "1".to_owned(), words.handbook_severities, words.handbook_severities_question, severities)}
        {item("rules", "2".to_owned(), words.handbook_rules, words.handbook_rules_question, rules)}
    }
    .into_any();
    frame(context, words.handbook, "/incidents", content)
}

fn severities(context: &PageContext, page: &PostmortemListPage) -> AnyView {
    let (words, language) = (postmortem_words(context.language), context.language);
    let terms = &page.catalogue.postmortem_terms;
    let rows = Severity::ALL
        .into_iter()
        .map(|severity| {
            let [name, meaning, example, told] = severity_words(language, severity);
            let asked =
                term(language, terms, severity).unwrap_or_else(|| words.handbook_not_asked.to_owned());
            view! {
                <tr id=severity.as_str().to_ascii_lowercase()>
                    <th scope="row" class="nb full">{name}</th>
                    <td class="full" data-label=words.handbook_meaning>{meaning}</td>
                    <td class="full" data-label=words.handbook_example>{example}</td>
                    <td class="full" data-label=words.handbook_told>{told}</td>
                    <td class="full" data-label=words.handbook_postmortem>{asked}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = [
        (words.severity, false),
        (words.handbook_meaning, false),
        (words.handbook_example, false),
        (words.handbook_told, false),
        (words.handbook_postmortem, false),
    ];
    table(words.handbook_severities, &columns, rows.into_any())
}
