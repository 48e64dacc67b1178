//! What the rules put forward for the next meeting; one step makes a topic of it.

use std::sync::Arc;

use domain::review::WeeklyReview;
use domain::review::candidates::{Candidate, CandidateMatter, candidates};
use domain::review::cost::shown_in;
use leptos::prelude::*;

use super::product;
use crate::backend::TopicsPage as Page;
use crate::components::mark::mark;
use crate::components::table::table;
use crate::context::{PageContext, segment};
use crate::pages::incident::incident_path;
use crate::texts::topic_words::{
    actions_late, budget_left, deep_dive, incident_reason, many_incidents, topic_words,
};
use crate::texts::{sentences, texts};

/// One row a candidate that nobody has raised yet for that week.
pub(super) fn list(context: &PageContext, page: &Page, review: &Arc<WeeklyReview>) -> AnyView {
    let words = topic_words(context.language);
    let is_raised =
        |title: &str| page.topics.iter().any(|topic| topic.week() >= page.week && topic.terms.title == title);
    let rows: Vec<AnyView> = candidates(review)
        .iter()
        .map(|candidate| (candidate, told(context, review, candidate)))
        .filter(|(_, told)| !is_raised(&told.title))
        .map(|(candidate, told)| row(context, page, candidate, told))
        .collect();
    if rows.is_empty() {
        return view! { <div class="empty"><p>{words.no_candidates}</p></div> }.into_any();
    }
    let columns = [(words.state, false), (words.about, false), (words.seen, false), (words.raise, false)];
    view! {
        {table(words.candidates, &columns, rows.collect_view().into_any())}
        <p><small>{words.candidates_explained}</small></p>
    }
    .into_any()
}

/// A candidate in words, and where its evidence is.
struct Told {
    title: String,
    evidence: String,
    path: String,
}

fn told(context: &PageContext, review: &WeeklyReview, candidate: &Candidate) -> Told {
    let (language, words) = (context.language, topic_words(context.language));
    let review_part = |anchor: &str| format!("/reviews/{}#{anchor}", review.week);
    match &candidate.matter {
        CandidateMatter::Incident { source, external_id, title, reasons } => Told {
            title: title.clone(),
            evidence: reasons
                .iter()
                .map(|reason| incident_reason(language, *reason))
                .collect::<Vec<_>>()
                .join(" · "),
            path: incident_path(source, external_id),
        },
        CandidateMatter::ErrorBudget { objective, name, remaining, burn_rate } => Told {
            title: name.clone(),
            evidence: budget_left(language, *remaining, *burn_rate),
            path: format!("/objectives/{}", segment(objective)),
        },
        CandidateMatter::Asked(matter) => {
            let to = review.organization.reporting_currency;
            Told {
                title: sentences::matter(language, matter, |money| shown_in(&review.rates, money, to)),
                evidence: sentences::matter_kind(language, matter).to_owned(),
                path: review_part("questions"),
            }
        }
        CandidateMatter::ActionsLate { overdue, longest } => Told {
            title: words.actions_late.to_owned(),
            evidence: actions_late(language, *overdue, *longest),
            path: "/actions".to_owned(),
        },
        CandidateMatter::DeepDive => {
            let slug = candidate.product.as_ref().map_or("", |slug| slug.as_str());
            let name = candidate.product.as_ref().and_then(|slug| review.product(slug));
            let name = name.map_or(slug, |product| product.name.get(language));
            Told {
                title: deep_dive(language, name),
                evidence: words.deep_dive_explained.to_owned(),
                path: format!("/products/{slug}"),
            }
        }
        CandidateMatter::ManyIncidents { count, upper } => Told {
            title: words.many_incidents.to_owned(),
            evidence: many_incidents(language, *count, *upper),
            path: review_part("incidents"),
        },
    }
}

fn row(context: &PageContext, page: &Page, candidate: &Candidate, told: Told) -> AnyView {
    let words = topic_words(context.language);
    let (path, anchor) = told.path.split_once('#').unwrap_or((&told.path, ""));
    let href = match anchor {
        "" => context.go(path, &[]),
        anchor => format!("{}#{anchor}", context.go(path, &[])),
    };
    let week = page.week.to_string();
    let slug = candidate.product.as_ref().map_or("", |slug| slug.as_str());
    let typed =
        [("title", told.title.as_str()), ("evidence", &told.evidence), ("product", slug), ("week", &week)];
    let raise = context.go("/topics", &typed.map(|(name, value)| (name, value)));
    view! {
        <tr>
            <th scope="row">{mark(candidate.status)}" "{texts(context.language).status(candidate.status)}</th>
            <td class="full"><a href=href>{told.title.clone()}</a>" "{product(context, page, candidate.product.as_ref())}</td>
            <td class="full">{told.evidence}</td>
            <td><a href=format!("{raise}#new")>{words.raise}" →"</a></td>
        </tr>
    }
    .into_any()
}
